"""D.I.B.9 of MM-1508: the imaging studies that percutaneous fusion asks for.

Enters what ``studies`` tells of the studies of a line; leaves the statuses of D.I.B.9.
"""

from __future__ import annotations

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.criteria import (
    L,
    all_of,
    any_of,
    gate,
    gate_by_reading,
    leaf,
    told_met,
    told_not_met,
)
from clausewise.logic.language.input_relations import line, reading, record_complete
from clausewise.logic.language.notation import Section
from clausewise.logic.mm_1508.entries import CRITERIA, told
from clausewise.logic.mm_1508.studies import (
    has_study,
    is_shown,
    might_have_study,
    opposed,
    ruled_out,
    unsided_adverse,
)

IMAGING = Section("D.I.B.9", "Imaging")


def _study_leaf(label: str, region: str, modality: str, paraphrase: str) -> None:
    with leaf(
        IMAGING,
        label,
        paraphrase,
        published=False,
        name=paraphrase.partition(" ")[2],  # without its article
        question=f"Is there {paraphrase}, and of which date?",
    ):
        told_met(L, label) <= has_study(L, region, modality)
        told_not_met(L, label) <= (
            record_complete("imaging") & line(L) & ~might_have_study(L, region, modality)
        )


def _rule_out_leaf(label: str, condition: str, paraphrase: str, name: str = "") -> None:
    with leaf(
        IMAGING,
        label,
        paraphrase,
        published=False,
        name=name or paraphrase,
        question=f"Does the imaging show {VOCABULARY.imaging_results[condition].meaning}, "
        "or exclude it?",
    ):
        told_met(L, label) <= ruled_out(L, condition)
        told_not_met(L, label) <= ruled_out(L, condition) & unsided_adverse(L, condition)
        told_not_met(L, label) <= is_shown(L, condition)
        told_met(L, label) <= opposed(L, condition)
        if condition != "other_degenerative_pain_source":  # which no study leaves open
            told_not_met(L, label) <= opposed(L, condition)
        if condition == "neural_compression":
            # A finding denies the very compression that explains the pain: nothing is settled.
            told_met(L, label) <= (
                reading("compression_rule_out", "as_pain_source")
                & is_shown(L, condition)
                & told(CRITERIA, L, "symptomatic_neural_compression", "absent")
            )


gate(
    IMAGING,
    "D.I.B.9",
    "imaging studies of the joint, the hip and the lumbar spine",
    all_of("D.I.B.9.a", "D.I.B.9.b", "D.I.B.9.c"),
    name="imaging",
)
gate(
    IMAGING,
    "D.I.B.9.a",
    "a radiograph and a CT or MRI of the joint that exclude a destructive lesion and an "
    "inflammatory arthropathy that the fusion would not properly address",
    all_of("D.I.B.9.a.studies", "D.I.B.9.a.lesion", "D.I.B.9.a.arthropathy"),
    name="joint imaging",
)
radiograph, ct, mri = (f"D.I.B.9.a.{kind}" for kind in ("radiograph", "ct", "mri"))
cross_sectional = "D.I.B.9.a.cross_sectional"
gate_by_reading(
    IMAGING,
    "D.I.B.9.a.studies",
    "the studies of the joint that are asked for",
    "sij_imaging",
    {
        "radiograph_and_cross_sectional": all_of(radiograph, cross_sectional),
        "radiograph_or_cross_sectional": any_of(radiograph, ct, mri),
        "radiograph_and_ct_or_mri_alone": any_of(all_of(radiograph, ct), mri),
    },
    published=False,
    name="joint studies",
)
_study_leaf(radiograph, "sacroiliac_joint", "radiograph", "a radiograph of the joint")
gate(
    IMAGING,
    cross_sectional,
    "a CT or MRI of the joint",
    any_of(ct, mri),
    published=False,
    name="CT or MRI of the joint",
)
_study_leaf(ct, "sacroiliac_joint", "ct", "a CT of the joint")
_study_leaf(mri, "sacroiliac_joint", "mri", "an MRI of the joint")
_rule_out_leaf("D.I.B.9.a.lesion", "destructive_lesion", "no destructive lesion of the joint")
_rule_out_leaf(
    "D.I.B.9.a.arthropathy",
    "inflammatory_arthropathy",
    "no inflammatory arthropathy that the fusion would not properly address",
    name="no inflammatory arthropathy that the fusion would not address",
)
gate(
    IMAGING,
    "D.I.B.9.b",
    "a radiograph of the hip on the same side, osteoarthritis ruled out",
    all_of("D.I.B.9.b.radiograph", "D.I.B.9.b.osteoarthritis"),
    name="hip imaging",
)
_study_leaf(
    "D.I.B.9.b.radiograph",
    "hip",
    "radiograph",
    "a radiograph of the hip on the same side",
)
_rule_out_leaf(
    "D.I.B.9.b.osteoarthritis",
    "hip_osteoarthritis",
    "no osteoarthritis of the hip as a source of the pain",
    name="no osteoarthritis of the hip",
)
gate(
    IMAGING,
    "D.I.B.9.c",
    "a CT or MRI of the lumbar spine, neural compression and other degenerative sources of the "
    "pain ruled out",
    all_of("D.I.B.9.c.studies", "D.I.B.9.c.compression", "D.I.B.9.c.degenerative"),
    name="lumbar imaging",
)
gate(
    IMAGING,
    "D.I.B.9.c.studies",
    "a CT or MRI of the lumbar spine",
    any_of("D.I.B.9.c.ct", "D.I.B.9.c.mri"),
    published=False,
    name="lumbar studies",
)
_study_leaf("D.I.B.9.c.ct", "lumbar_spine", "ct", "a CT of the lumbar spine")
_study_leaf("D.I.B.9.c.mri", "lumbar_spine", "mri", "an MRI of the lumbar spine")
_rule_out_leaf(
    "D.I.B.9.c.compression",
    "neural_compression",
    "no neural compression that explains the pain",
)
_rule_out_leaf(
    "D.I.B.9.c.degenerative",
    "other_degenerative_pain_source",
    "no other degenerative source of the pain",
)
