"""What every injection of the joint asks for under L39455, and what is not covered."""

from __future__ import annotations

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.criteria import (
    L,
    all_of,
    any_of,
    at_least,
    gate,
    leaf,
    told_met,
    told_not_met,
)
from clausewise.logic.language.input_relations import (
    line,
    parameter,
    record_complete,
    therapy,
    therapy_end,
    therapy_end_unknown,
    therapy_for_joint,
    therapy_ongoing,
    therapy_outcome,
    therapy_start,
    therapy_start_unknown,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.library import findings, measures
from clausewise.logic.library.days import cut_off, timely
from clausewise.logic.library.reasons import helped, lacks, too_short
from clausewise.logic.library.sides import bears

C, D, E, F, K, N, V = variables("C D E F K N V")

SECTION = Section("I", "Every injection")
EXCLUSIONS = Section("X", "What is not covered")

gate(
    SECTION,
    "J",
    "an injection of the joint is medically necessary when all of these hold",
    all_of("I", "K"),
    name="injection of the joint",
)
gate(
    SECTION,
    "K",
    "it is a diagnostic or a therapeutic injection, with what that asks for",
    any_of("D", "T"),
    published=False,
    name="diagnostic or therapeutic",
)
gate(
    SECTION,
    "I",
    "every injection asks for all of these",
    all_of("I.1", "I.2", "I.3", "I.4"),
    name="every injection",
)
gate(
    SECTION,
    "I.1",
    "moderate to severe pain of the joint for at least three months",
    all_of("I.1.a", "I.1.b", "I.1.c", "I.1.d", "I.1.e"),
    name="pain",
)
measures.at_least_measured(
    SECTION, "I.1.a", "pain that is at least moderate", "sij_pain_score", "minimum_pain_score"
)
findings.present(
    SECTION, "I.1.b", "pain for at least three months", "pain_for_three_months", name="duration"
)
findings.present(SECTION, "I.1.c", "the pain lies below L5", "pain_caudal_to_l5")
findings.absent(SECTION, "I.1.d", "the pain does not radiate", "pain_radiating")
findings.absent(
    SECTION, "I.1.e", "no other cause explains the pain better", "other_more_likely_pain_source"
)
at_least(
    SECTION,
    "I.2",
    "at least three of six provocative tests are positive",
    "minimum_provocative_tests",
    tuple(f"I.2.{letter}" for letter in "abcdef"),
    name="provocative tests",
)
_TESTS = ("patrick", "gaenslen", "thigh_thrust", "compression", "distraction", "yeoman")
for letter, word in zip("abcdef", _TESTS, strict=True):
    findings.present(SECTION, f"I.2.{letter}", VOCABULARY.findings[word].meaning, word)

lasted = relation("lasted_care", "line entry day end", "first and last day of care that failed")
long_care = relation("long_care", "line", "care of the joint that failed lasted long enough")
open_care = relation("open_care", "line", "a day or the outcome of some care is open")
outcome_told = relation("outcome_told", "entry", "the outcome of the care is documented")
with leaf(
    SECTION,
    "I.3",
    "at least 28 days of conservative care that failed",
    name="conservative care",
    question="Which conservative care was given, from when to when, and did it fail?",
):
    own = therapy(E, K) & therapy_for_joint(E) & timely(E) & bears(L, E)
    begun = own & therapy_outcome(E, "failed") & therapy_start(E, D) & cut_off(C)
    lasted(L, E, D, F) <= begun & therapy_end(E, F) & (F <= C)
    lasted(L, E, D, C) <= begun & therapy_end(E, F) & (F > C)
    lasted(L, E, D, C) <= begun & therapy_ongoing(E)
    needed = parameter("minimum_care_days", N)
    long_care(L) <= lasted(L, E, D, F) & needed & (F + 1 >= D + N)
    outcome_told(E) <= therapy_outcome(E, V)
    open_care(L) <= own & therapy_start_unknown(E)
    open_care(L) <= own & therapy_end_unknown(E)
    open_care(L) <= own & ~outcome_told(E)
    told_met(L, "I.3") <= long_care(L)
    told_not_met(L, "I.3") <= (
        record_complete("therapies") & line(L) & ~long_care(L) & ~open_care(L)
    )
    # Why care does not count, for those who ask.
    too_short("I.3", L, E) <= lasted(L, E, D, F) & parameter("minimum_care_days", N) & (
        F + 1 < D + N
    )
    helped("I.3", E, "relief") <= own & therapy_outcome(E, "relief")
    helped("I.3", E, "partial") <= own & therapy_outcome(E, "partial")
    lacks("I.3", L, E, "outcome") <= own & ~outcome_told(E)
    lacks("I.3", L, E, "start") <= own & therapy_start_unknown(E)
    lacks("I.3", L, E, "end") <= own & therapy_end_unknown(E)
gate(
    SECTION,
    "I.4",
    "guidance by CT or fluoroscopy with contrast, or by ultrasound where contrast is barred",
    any_of("I.4.a", "I.4.b"),
    name="guidance",
)
findings.present(
    SECTION,
    "I.4.a",
    "guidance by CT or fluoroscopy with contrast",
    "fluoroscopic_or_ct_guidance_planned",
    name="CT or fluoroscopy",
)
gate(
    SECTION,
    "I.4.b",
    "guidance by ultrasound of someone to whom contrast may not be given",
    all_of("I.4.b.1", "I.4.b.2"),
    name="ultrasound",
)
findings.present(SECTION, "I.4.b.1", "guidance by ultrasound", "ultrasound_guidance_planned")
gate(
    SECTION,
    "I.4.b.2",
    "an allergy to contrast, or pregnancy",
    any_of("I.4.b.2.a", "I.4.b.2.b"),
    name="contrast is barred",
)
findings.present(SECTION, "I.4.b.2.a", "an allergy to contrast", "contrast_allergy")
findings.present(SECTION, "I.4.b.2.b", "pregnancy", "pregnancy")

_BARRED = {
    "1": ("radiofrequency_ablation_planned", "radiofrequency ablation"),
    "2": ("biologic_injectate_planned", "a biologic injectate"),
    "3": ("no_image_guidance_planned", "an injection without image guidance"),
    "4": ("non_specific_back_pain", "pain that is non-specific or above L5"),
}
for number, (word, text) in _BARRED.items():
    findings.present(EXCLUSIONS, f"X.{number}", text, word, kind="exclusion")
