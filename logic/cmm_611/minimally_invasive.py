"""Minimally invasive fusion under CMM-611: all of its criteria, and what bars it.

The version of 2025-06-01 asks for an implant that fixes the joint in place of one maker's implants,
for a therapeutic injection among the care, and takes never having smoked for freedom of nicotine.
"""

from __future__ import annotations

from datetime import date

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.criteria import (
    L,
    all_of,
    any_of,
    at_least,
    gate,
    leaf,
    part,
    told_met,
    told_not_met,
)
from clausewise.logic.language.input_relations import line
from clausewise.logic.language.notation import Section, relation
from clausewise.logic.library import findings, imaging, injections, measures, therapy

SECTION = Section("MIF", "Minimally invasive fusion")
EXCLUSIONS = Section("MIF.X", "Exclusions of minimally invasive fusion")
REVISED = date(2025, 6, 1)
REGIONS = ("sacroiliac_joint",)
_TESTS = ("thigh_thrust", "compression", "gaenslen", "distraction", "patrick")

gate(
    SECTION,
    "MIF",
    "minimally invasive fusion is medically necessary when all of these hold",
    all_of(
        *(f"MIF.{number}" for number in (1, 3, 6, 7, 8, 9)),
        part("MIF.10", since=REVISED),
        *(f"MIF.{number}" for number in (11, 12, 13)),
    ),
    name="minimally invasive fusion",
)
gate(
    SECTION,
    "MIF.1",
    "pain at Fortin's point that does not radiate",
    all_of("MIF.1.a", "MIF.1.b"),
    name="pain at Fortin's point",
)
findings.present(SECTION, "MIF.1.a", "pain at Fortin's point", "pain_at_fortin_point")
findings.absent(SECTION, "MIF.1.b", "the pain does not radiate", "pain_radiating")
findings.present(
    SECTION, "MIF.3", "tenderness that is localized at the joint", "posterior_sij_tenderness"
)
at_least(
    SECTION,
    "MIF.6",
    "at least three provocative tests are positive",
    "minimum_provocative_tests",
    tuple(f"MIF.6.{letter}" for letter in "abcde"),
    name="provocative tests",
)
for letter, word in zip("abcde", _TESTS, strict=True):
    findings.present(SECTION, f"MIF.6.{letter}", VOCABULARY.findings[word].meaning, word)
injections.diagnostic_blocks(
    SECTION,
    "MIF.7",
    "two blocks with contrast, each with at least 75 % relief for the expected time",
    "minimum_blocks",
    "minimum_block_relief",
    name="diagnostic blocks",
    question="Which diagnostic blocks were given, with contrast, and with what relief?",
)
gate(
    SECTION,
    "MIF.8",
    "imaging that is not older than 6 months excludes other causes",
    all_of("MIF.8.a", "MIF.8.b", "MIF.8.c"),
    name="imaging",
)
for letter, word in zip("abc", ("tumor", "infection", "fracture"), strict=True):
    imaging.excluded_by_imaging(
        SECTION,
        f"MIF.8.{letter}",
        f"recent imaging excludes {word}",
        f"sij_{word}",
        REGIONS,
        "imaging_look_back",
        name=f"no {word}",
        question=f"Which study of the last six months excludes {word}?",
    )
therapy.months_of_care(
    SECTION,
    "MIF.9",
    "at least 6 months of conservative care",
    "minimum_care_months",
    "care_counted",
    name="conservative care",
    question="Which conservative care was given, from when to when?",
)
injections.therapeutic_injection(
    SECTION,
    "MIF.10",
    "the care contains at least one therapeutic injection",
    name="therapeutic injection",
    question="Which therapeutic injection was given, and did it fail?",
    since=REVISED,
)
gate(
    SECTION,
    "MIF.11",
    "no generalized pain and no unmanaged behavioral health condition",
    all_of("MIF.11.a", "MIF.11.b"),
    name="no other burden",
)
findings.absent(SECTION, "MIF.11.a", "no generalized pain", "generalized_pain_disorder")
findings.absent(
    SECTION, "MIF.11.b", "no unmanaged behavioral health", "unmanaged_behavioral_health"
)
findings.present(
    SECTION,
    "MIF.12",
    "the implants are those of one maker",
    "implant_of_named_maker",
    until=REVISED,
    id="implant_maker",
)
findings.present(
    SECTION,
    "MIF.12",
    "the implant transfixes the joint",
    "implant_transfixes_joint",
    since=REVISED,
    id="implant_fixes",
)
gate(
    SECTION,
    "MIF.13",
    "free of nicotine",
    any_of("MIF.13.a", part("MIF.13.b", since=REVISED)),
    name="free of nicotine",
)
measures.at_most_measured(
    SECTION, "MIF.13.a", "cotinine of at most 10 ng/mL", "cotinine", "maximum_cotinine"
)
findings.present(SECTION, "MIF.13.b", "has never smoked", "never_smoked", since=REVISED)

_BARRED = {
    "1": ("systemic_arthropathy", "a systemic arthropathy"),
    "2": ("generalized_pain_behavior", "generalized pain behavior"),
    "3": ("sacropelvic_infection", "an infection of the sacrum or pelvis"),
    "4": ("sacropelvic_tumor", "a tumor of the sacrum or pelvis"),
    "5": ("symptomatic_neural_compression", "compression of a nerve that explains the pain"),
}
for number, (word, text) in _BARRED.items():
    findings.present(EXCLUSIONS, f"MIF.X.{number}", text, word, kind="exclusion")
both_sides = relation("both_sides", "", "the request is for both sides")
with leaf(EXCLUSIONS, "MIF.X.6", "both sides on one date", kind="exclusion", name="both sides"):
    both_sides() <= line("left") & line("right")
    told_met(L, "MIF.X.6") <= line(L) & both_sides()
    told_not_met(L, "MIF.X.6") <= line(L) & ~both_sides()
