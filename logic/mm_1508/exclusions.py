"""Section D.II of MM-1508: what excludes open (D.II.A) and percutaneous (D.II.B) fusion.

From findings and stated diagnoses follows the status of each exclusion: "met" reads "applies" and
"not met" reads "ruled out". An exclusion that nothing is documented about does not apply. D.II.A is
headed by "any other indication", so its list yields to an indication that D.I.A.1 names.
"""

from __future__ import annotations

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.criteria import (
    L,
    any_of,
    conflicting,
    gate,
    gate_by_reading,
    leaf,
    met,
    not_met,
    told_met,
    told_not_met,
)
from clausewise.logic.language.input_relations import (
    entry_date,
    entry_side,
    finding,
    line,
    purpose,
    reading,
    revises,
    stated_diagnosis,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.language.rules import Atom, Variable
from clausewise.logic.mm_1508.entries import (
    CRITERIA,
    EXCLUSIONS,
    any_diagnosis,
    doubted,
    finding_says,
    may_be_doubted,
    told,
    usable,
)
from clausewise.logic.mm_1508.studies import CORRELATING, compression_denied, is_shown

OPEN_SECTION = Section("D.II.A", "Exclusions of open fusion")
PERCUTANEOUS_SECTION = Section("D.II.B", "Exclusions of percutaneous fusion")

E, E2, D, D2, F, P, S, S2 = variables("E E2 D D2 F P S S2")

OUTLINED_DIAGNOSES = (
    "posttraumatic_sij_injury",
    "sij_infection",
    "sacral_tumor",
    "spinal_deformity",
    "failed_percutaneous_sij_fusion",
)
OUTLINED_PURPOSES = (
    "trauma_fixation",
    "tumor_management",
    "infection_treatment",
    "deformity_correction",
    "revision",
)


def scope(value: str) -> Atom:
    """The exclusions are read in this scope."""
    return reading("exclusion_scope", value)


def absent(side: Variable, name: str) -> Atom:
    """The finding is documented absent for the line, so far as exclusions ask."""
    return told(EXCLUSIONS, side, name, "absent")


presence_counts = relation("presence_counts", "", "what is present counts for the exclusions")
purpose_stated = relation("purpose_stated", "", "the request states what it is for")
outlined_diagnosis = relation(
    "outlined_diagnosis", "", "a stated diagnosis is an indication of D.I.A.1"
)
outlined = relation("outlined", "", "an indication of D.I.A.1 is among what the request states")
other_than = relation("other_than", "diagnosis", "a diagnosis other than this one is stated")
bars = relation("bars", "line", "no indication of D.I.A.1 surely stands against the list")
yields = relation("yields", "line", "an indication of D.I.A.1 is met: the list yields")
in_doubt = relation("in_doubt", "line", "whether the list yields is contradicted")
unsided = relation("unsided", "line finding", "documented present, but not of which side")
same_side = relation("same_side", "side other", "what is said of the other side is said of this")
undone = relation("undone", "entry", "a later entry of the same side revises it", against=True)
elsewhere = relation("elsewhere", "finding", "documented present, of whatever side")
present = relation("present", "line finding", "documented present, so far as exclusions ask")

with OPEN_SECTION.clause(
    "D.II.scope",
    "the exclusions count what is present, what is stated as a diagnosis, or both; those of open "
    "fusion yield to an indication that D.I.A.1 outlines",
    kind="definition",
    published=False,
):
    presence_counts() <= scope("by_list")
    presence_counts() <= scope("presence")
    for name in OUTLINED_DIAGNOSES:
        outlined_diagnosis() <= stated_diagnosis(name)
    outlined() <= outlined_diagnosis()
    for name in OUTLINED_PURPOSES:
        outlined() <= purpose(name)
    purpose_stated() <= purpose(P)
    purpose_stated() <= any_diagnosis()
    yields(L) <= met(L, "D.I.A.1")
    in_doubt(L) <= conflicting(L, "D.I.A.1")
    bars(L) <= not_met(L, "D.I.A.1")
    bars(L) <= in_doubt(L)
    bars(L) <= line(L) & purpose_stated() & ~outlined() & ~met(L, "D.I.A.1")
    present(L, F) <= told(EXCLUSIONS, L, F, "present")
    doubtful = doubted(EXCLUSIONS, L, F, "present")
    unsided(L, F) <= doubtful & ~present(L, F)
    for side in ("left", "right", "bilateral", "unstated", "not_side_specific"):
        +same_side(side, side)
    +same_side("left", "bilateral")
    +same_side("right", "bilateral")
    undone(E) <= (
        finding(E, F)
        & entry_date(E, D)
        & finding(E2, F)
        & revises(E2)
        & usable(E2)
        & entry_side(E, S)
        & entry_side(E2, S2)
        & same_side(S, S2)
        & entry_date(E2, D2)
        & (D2 > D)
    )
    elsewhere(F) <= (finding(E, F) & usable(E) & finding_says(E, "present") & ~undone(E))
    anywhere = reading("exclusion_side", "anywhere")
    present(L, F) <= anywhere & line(L) & elsewhere(F)
    present(L, F) <= anywhere & doubtful

# --- D.II.A -----------------------------------------------------------------------------------

with leaf(
    OPEN_SECTION,
    "D.II.A.0",
    "any other indication that the policy does not outline",
    kind="exclusion",
    name="other indication",
):
    other_than("other") <= stated_diagnosis(D) & D.is_not("other")
    told_met(L, "D.II.A.0") <= any_diagnosis() & ~outlined_diagnosis() & not_met(L, "D.I.A.1")
    told_met(L, "D.II.A.0") <= other_than("other") & ~outlined_diagnosis() & bars(L)
    told_not_met(L, "D.II.A.0") <= other_than("other") & in_doubt(L)
    told_not_met(L, "D.II.A.0") <= line(L) & outlined_diagnosis()
    told_not_met(L, "D.II.A.0") <= any_diagnosis() & yields(L)


def _stated_exclusion(label: str, paraphrase: str, name: str) -> None:
    """D.II.A.1 to 3: a stated diagnosis that yields to an outlined indication."""
    with leaf(OPEN_SECTION, label, paraphrase, kind="exclusion", name=name.replace("_", " ")):
        presence, stated = scope("presence"), stated_diagnosis(name)
        told_met(L, label) <= stated & bars(L)
        told_not_met(L, label) <= ~presence & stated & in_doubt(L)
        told_not_met(L, label) <= ~presence & stated & yields(L)
        told_not_met(L, label) <= ~presence & line(L) & any_diagnosis() & ~stated
        told_met(L, label) <= presence & line(L) & stated
        _write_finding(label, name, presence, stated)


def _write_finding(label: str, name: str, guard: Atom, stated: Atom | None) -> None:
    """What the record says of a finding, where it counts (``guard``).

    One that is documented present without the side that it needs makes the exclusion conflicting,
    unless a stated diagnosis says it as well.
    """
    told_met(L, label) <= guard & present(L, name)
    told_not_met(L, label) <= guard & absent(L, name)
    if may_be_doubted(name):
        told_met(L, label) <= guard & unsided(L, name)
        alone = guard & unsided(L, name)
        told_not_met(L, label) <= (alone if stated is None else alone & ~stated)


_stated_exclusion("D.II.A.1", "mechanical low back syndrome", "mechanical_low_back_syndrome")
_stated_exclusion("D.II.A.2", "sacroiliac joint syndrome", "sacroiliac_joint_syndrome")
_stated_exclusion("D.II.A.3", "degenerative sacroiliac joint", "degenerative_sacroiliac_joint")


def _presence_exclusion(
    section: Section,
    label: str,
    paraphrase: str,
    name: str,
    diagnosis: str | None,
    *,
    published: bool = True,
) -> None:
    """An exclusion by presence, of which a stated diagnosis is itself documentation."""
    with leaf(
        section,
        label,
        paraphrase,
        kind="exclusion",
        published=published,
        name=name.replace("_", " "),
        question=VOCABULARY.findings[name].question,
    ):
        stated = None if diagnosis is None else stated_diagnosis(diagnosis)
        _write_finding(label, name, presence_counts(), stated)
        indicated = scope("indication") & line(L) & any_diagnosis()
        if stated is None:
            told_not_met(L, label) <= indicated
            return
        told_met(L, label) <= line(L) & stated
        told_not_met(L, label) <= stated & absent(L, name)
        told_not_met(L, label) <= indicated & ~stated


COMPRESSION, OTHER_SOURCE = "symptomatic_neural_compression", "other_more_likely_pain_source"
source_says = relation(
    "source_says", "line finding answer", "whether it is present, before the list yields"
)
yielding = relation("yielding", "line", "what D.II.A.4 names is present beside an indication")

with OPEN_SECTION.clause(
    "D.II.source",
    "neural compression that correlates with the symptoms, said as a finding or shown by CT or "
    "MRI; or another more likely source of the pain",
    kind="definition",
    published=False,
):
    for name in (COMPRESSION, OTHER_SOURCE):
        source_says(L, name, "yes") <= presence_counts() & present(L, name)
        source_says(L, name, "no") <= presence_counts() & absent(L, name)
    source_says(L, COMPRESSION, "yes") <= presence_counts() & is_shown(L, CORRELATING)
    source_says(L, COMPRESSION, "no") <= presence_counts() & compression_denied(L)
    # "Another more likely source" and "no other obvious source" contradict each other.
    source_says(L, OTHER_SOURCE, "no") <= (
        presence_counts()
        & present(L, OTHER_SOURCE)
        & told(CRITERIA, L, "other_obvious_pain_source", "absent")
    )
    stated = stated_diagnosis("neural_compression")
    indicated = scope("indication") & line(L) & any_diagnosis()
    source_says(L, COMPRESSION, "yes") <= scope("presence") & line(L) & stated
    source_says(L, COMPRESSION, "yes") <= scope("indication") & line(L) & stated
    source_says(L, COMPRESSION, "no") <= stated & absent(L, COMPRESSION)
    source_says(L, COMPRESSION, "no") <= stated & compression_denied(L)
    source_says(L, COMPRESSION, "no") <= indicated & ~stated
    source_says(L, OTHER_SOURCE, "no") <= indicated
    yielding(L) <= scope("by_list") & source_says(L, F, "yes") & yields(L)


def _write_yield() -> None:
    """With an outlined indication, what is present of D.II.A.4 settles it: it does not exclude."""
    not_met(L, "D.II.A.4") <= yielding(L)


def _source_leaf(
    section: Section, label: str, paraphrase: str, name: str, *, may_yield: bool
) -> None:
    """One of the two findings of D.II.A.4 and D.II.B.5."""
    with leaf(
        section,
        label,
        paraphrase,
        kind="exclusion",
        published=False,
        name=name.replace("_", " "),
        question=VOCABULARY.findings[name].question,
    ):
        yes, no = source_says(L, name, "yes"), source_says(L, name, "no")
        if not may_yield:
            told_met(L, label) <= yes
            told_not_met(L, label) <= no
            return
        presence = scope("presence")
        told_met(L, label) <= presence & yes
        told_met(L, label) <= yes & bars(L)
        told_not_met(L, label) <= presence & no
        told_not_met(L, label) <= no & ~yes
        told_not_met(L, label) <= no & bars(L)
        told_not_met(L, label) <= ~presence & yes & in_doubt(L)
        told_not_met(L, label) <= ~presence & yes & yields(L)


def _compression_or_other_source(section: Section, label: str, *, may_yield: bool) -> None:
    """D.II.A.4 and D.II.B.5 name the same two findings."""
    compression, source = f"{label}.neural_compression", f"{label}.other_source"
    gate(
        section,
        label,
        "neural compression on MRI or CT that correlates with the symptoms, or another more likely "
        "source of the pain",
        any_of(compression, source),
        kind="exclusion",
        name="neural compression or other source",
        further_rules=_write_yield if may_yield else None,
    )
    _source_leaf(
        section,
        compression,
        "neural compression on MRI or CT that correlates with the symptoms",
        COMPRESSION,
        may_yield=may_yield,
    )
    _source_leaf(
        section,
        source,
        "another more likely source of the pain",
        OTHER_SOURCE,
        may_yield=may_yield,
    )


_compression_or_other_source(OPEN_SECTION, "D.II.A.4", may_yield=True)

# --- D.II.B -----------------------------------------------------------------------------------

_presence_exclusion(
    PERCUTANEOUS_SECTION,
    "D.II.B.1",
    "systemic arthropathy such as ankylosing spondylitis or rheumatoid arthritis",
    "systemic_arthropathy",
    "systemic_arthropathy",
)
gate_by_reading(
    PERCUTANEOUS_SECTION,
    "D.II.B.2",
    "generalized pain behavior or generalized pain disorder",
    "generalized_pain",
    {
        "primary_only": any_of("D.II.B.2.primary_cause"),
        "any": any_of("D.II.B.2.primary_cause", "D.II.B.2.behavior", "D.II.B.2.disorder"),
    },
    further=("D.II.B.2.behavior", "D.II.B.2.disorder"),
    kind="exclusion",
    name="generalized pain",
)
PRIMARY = "generalized_pain_primary_cause"
BEHAVIOR, DISORDER = "generalized_pain_behavior", "generalized_pain_disorder"
neither = relation("neither", "line", "a generalized pain behavior and disorder are ruled out")

with leaf(
    PERCUTANEOUS_SECTION,
    "D.II.B.2.primary_cause",
    "a generalized pain behavior or disorder is the primary cause",
    kind="exclusion",
    published=False,
    name="generalized pain primary cause",
    question=VOCABULARY.findings[PRIMARY].question,
):
    label, stated = "D.II.B.2.primary_cause", stated_diagnosis("generalized_pain")
    neither(L) <= (
        absent(L, BEHAVIOR) & absent(L, DISORDER) & ~present(L, BEHAVIOR) & ~present(L, DISORDER)
    )
    told_met(L, label) <= presence_counts() & present(L, PRIMARY)
    told_met(L, label) <= scope("presence") & line(L) & stated
    told_met(L, label) <= scope("indication") & line(L) & stated
    told_not_met(L, label) <= presence_counts() & absent(L, PRIMARY)
    told_not_met(L, label) <= presence_counts() & neither(L)
    told_not_met(L, label) <= stated & absent(L, PRIMARY)
    told_not_met(L, label) <= stated & neither(L)
    told_not_met(L, label) <= scope("indication") & line(L) & any_diagnosis() & ~stated

for part in ("behavior", "disorder"):
    _presence_exclusion(
        PERCUTANEOUS_SECTION,
        f"D.II.B.2.{part}",
        f"a generalized pain {part} is present",
        f"generalized_pain_{part}",
        None,
        published=False,
    )
gate(
    PERCUTANEOUS_SECTION,
    "D.II.B.3",
    "infection, tumor or fracture of the sacropelvic region",
    any_of("D.II.B.3.infection", "D.II.B.3.tumor", "D.II.B.3.fracture"),
    kind="exclusion",
    name="infection, tumor or fracture",
)
_PARTS = (("infection", "sij_infection"), ("tumor", "sacral_tumor"), ("fracture", "fracture"))
for part, diagnosis in _PARTS:
    _presence_exclusion(
        PERCUTANEOUS_SECTION,
        f"D.II.B.3.{part}",
        f"{part} of the sacropelvic region",
        f"sacropelvic_{part}",
        diagnosis,
        published=False,
    )
_presence_exclusion(
    PERCUTANEOUS_SECTION,
    "D.II.B.4",
    "acute traumatic instability of the joint",
    "acute_traumatic_sij_instability",
    "acute_traumatic_sij_instability",
)
_compression_or_other_source(PERCUTANEOUS_SECTION, "D.II.B.5", may_yield=False)
