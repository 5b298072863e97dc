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
    gate,
    gate_by_reading,
    leaf,
    met,
    not_met,
    told_met,
    told_not_met,
)
from clausewise.logic.language.input_relations import line, reading, stated_diagnosis
from clausewise.logic.language.notation import Atom, Section, relation
from clausewise.logic.mm_1508.entries import absent, any_diagnosis, present

OPEN_SECTION = Section("D.II.A", "Exclusions of open fusion")
PERCUTANEOUS_SECTION = Section("D.II.B", "Exclusions of percutaneous fusion")

outlined_diagnosis = relation(
    "outlined_diagnosis", "", "a stated diagnosis is an indication of D.I.A.1"
)


def scope(value: str) -> Atom:
    """The exclusions are read in this scope."""
    return reading("exclusion_scope", value)


presence_counts = relation("presence_counts", "", "what is present counts for the exclusions")
diagnosis_counts = relation("diagnosis_counts", "", "a stated diagnosis counts for the exclusions")

with OPEN_SECTION.clause(
    "D.II.scope",
    "the exclusions count what is present, what is stated as a diagnosis, or both",
    kind="definition",
    published=False,
):
    presence_counts() <= scope("by_list")
    presence_counts() <= scope("presence")
    diagnosis_counts() <= scope("indication")
    diagnosis_counts() <= scope("presence")

# --- D.II.A -----------------------------------------------------------------------------------

with leaf(
    OPEN_SECTION,
    "D.II.A.0",
    "any other indication that D.I does not outline",
    kind="exclusion",
    name="other indication",
):
    outlined_diagnosis() <= stated_diagnosis("posttraumatic_sij_injury")
    outlined_diagnosis() <= stated_diagnosis("sij_infection")
    outlined_diagnosis() <= stated_diagnosis("sacral_tumor")
    outlined_diagnosis() <= stated_diagnosis("spinal_deformity")
    outlined_diagnosis() <= stated_diagnosis("failed_percutaneous_sij_fusion")
    told_met(L, "D.II.A.0") <= (
        line(L) & any_diagnosis() & ~outlined_diagnosis() & ~met(L, "D.I.A.1")
    )
    told_not_met(L, "D.II.A.0") <= line(L) & outlined_diagnosis()
    told_not_met(L, "D.II.A.0") <= any_diagnosis() & met(L, "D.I.A.1")


def _stated_exclusion(label: str, paraphrase: str, name: str) -> None:
    """D.II.A.1 to 3: a stated diagnosis that yields to an outlined indication."""
    with leaf(OPEN_SECTION, label, paraphrase, kind="exclusion", name=name.replace("_", " ")):
        presence = scope("presence")
        told_met(L, label) <= ~presence & line(L) & stated_diagnosis(name) & ~met(L, "D.I.A.1")
        told_not_met(L, label) <= ~presence & line(L) & any_diagnosis() & ~stated_diagnosis(name)
        told_not_met(L, label) <= ~presence & stated_diagnosis(name) & met(L, "D.I.A.1")
        told_met(L, label) <= presence & line(L) & stated_diagnosis(name)
        told_met(L, label) <= presence & present(name)
        told_not_met(L, label) <= presence & absent(name)


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
    yields: bool = False,
) -> None:
    """An exclusion by presence. ``yields``: it gives way to an outlined indication (D.II.A.4)."""
    with leaf(
        section,
        label,
        paraphrase,
        kind="exclusion",
        published=published,
        name=name.replace("_", " "),
        question=VOCABULARY.findings[name].question,
    ):
        if yields:
            _write_yielding(label, name, diagnosis)
            return
        told_met(L, label) <= present(name) & presence_counts()
        told_not_met(L, label) <= absent(name) & presence_counts()
        stated_none = scope("indication") & line(L) & any_diagnosis()
        if diagnosis is None:
            told_not_met(L, label) <= stated_none
        else:
            told_met(L, label) <= diagnosis_counts() & line(L) & stated_diagnosis(diagnosis)
            told_not_met(L, label) <= stated_none & ~stated_diagnosis(diagnosis)


def _write_yielding(label: str, name: str, diagnosis: str | None) -> None:
    """D.II.A.4: except under "presence", it gives way to an indication that D.I.A.1 outlines."""
    outlined = met(L, "D.I.A.1")
    told_met(L, label) <= scope("by_list") & present(name) & ~outlined
    told_met(L, label) <= scope("presence") & present(name)
    told_not_met(L, label) <= presence_counts() & absent(name)
    told_not_met(L, label) <= scope("by_list") & present(name) & outlined
    indicated = scope("indication") & line(L)
    if diagnosis is None:
        told_not_met(L, label) <= indicated & any_diagnosis()
        return
    told_met(L, label) <= indicated & stated_diagnosis(diagnosis) & ~outlined
    told_met(L, label) <= scope("presence") & line(L) & stated_diagnosis(diagnosis)
    told_not_met(L, label) <= scope("indication") & stated_diagnosis(diagnosis) & outlined
    told_not_met(L, label) <= indicated & any_diagnosis() & ~stated_diagnosis(diagnosis)


yielding = relation("yielding", "line", "what D.II.A.4 names is present beside an indication")


def _write_yield() -> None:
    """With an outlined indication, what is present of D.II.A.4 settles it: it does not exclude."""
    for name in ("symptomatic_neural_compression", "other_more_likely_pain_source"):
        yielding(L) <= scope("by_list") & present(name) & met(L, "D.I.A.1")
    not_met(L, "D.II.A.4") <= yielding(L)


def _compression_or_other_source(section: Section, label: str, *, yields: bool) -> None:
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
        further_rules=_write_yield if yields else None,
    )
    _presence_exclusion(
        section,
        compression,
        "neural compression on MRI or CT that correlates with the symptoms",
        "symptomatic_neural_compression",
        "neural_compression",
        published=False,
        yields=yields,
    )
    _presence_exclusion(
        section,
        source,
        "another more likely source of the pain",
        "other_more_likely_pain_source",
        None,
        published=False,
        yields=yields,
    )


_compression_or_other_source(OPEN_SECTION, "D.II.A.4", yields=True)

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
_presence_exclusion(
    PERCUTANEOUS_SECTION,
    "D.II.B.2.primary_cause",
    "a generalized pain behavior or disorder is the primary cause",
    "generalized_pain_primary_cause",
    "generalized_pain",
    published=False,
)
_presence_exclusion(
    PERCUTANEOUS_SECTION,
    "D.II.B.2.behavior",
    "a generalized pain behavior is present",
    "generalized_pain_behavior",
    None,
    published=False,
)
_presence_exclusion(
    PERCUTANEOUS_SECTION,
    "D.II.B.2.disorder",
    "a generalized pain disorder is present",
    "generalized_pain_disorder",
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
_presence_exclusion(
    PERCUTANEOUS_SECTION,
    "D.II.B.3.infection",
    "infection of the sacropelvic region",
    "sacropelvic_infection",
    "sij_infection",
    published=False,
)
_presence_exclusion(
    PERCUTANEOUS_SECTION,
    "D.II.B.3.tumor",
    "tumor of the sacropelvic region",
    "sacropelvic_tumor",
    "sacral_tumor",
    published=False,
)
_presence_exclusion(
    PERCUTANEOUS_SECTION,
    "D.II.B.3.fracture",
    "fracture of the sacropelvic region",
    "sacropelvic_fracture",
    "fracture",
    published=False,
)
_presence_exclusion(
    PERCUTANEOUS_SECTION,
    "D.II.B.4",
    "acute traumatic instability of the joint",
    "acute_traumatic_sij_instability",
    "acute_traumatic_sij_instability",
)
_compression_or_other_source(PERCUTANEOUS_SECTION, "D.II.B.5", yields=False)
