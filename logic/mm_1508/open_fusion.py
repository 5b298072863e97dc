"""Section D.I.A of MM-1508: when open sacroiliac joint fusion is medically necessary.

From findings (D.I.A.1) and recent studies of the joint (D.I.A.2) follows the status of D.I.A.
"""

from __future__ import annotations

from clausewise.logic.language.criteria import L, all_of, any_of, gate, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    entry_date,
    line,
    record_complete,
    undated,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.mm_1508.entries import present_leaf
from clausewise.logic.mm_1508.studies import (
    aged,
    recent,
    reported,
    reports,
    revised_result,
    study,
    unsided_study,
)

D, D2, E, E2 = variables("D D2 E E2")
JOINT, PATHOLOGY = "sacroiliac_joint", "localized_sij_pathology"

SECTION = Section("D.I.A", "Open sacroiliac joint fusion")

gate(
    SECTION,
    "D.I.A",
    "open fusion is medically necessary when all of these hold",
    all_of("D.I.A.1", "D.I.A.2"),
    name="open fusion",
)
gate(
    SECTION,
    "D.I.A.1",
    "at least one of the listed indications",
    any_of(*(f"D.I.A.1.{letter}" for letter in "abcde")),
    name="indication",
)
present_leaf(
    SECTION, "D.I.A.1.a", "an injury of the joint after trauma", "posttraumatic_sij_injury"
)
present_leaf(
    SECTION,
    "D.I.A.1.b",
    "an adjunct to the treatment of an infection or sepsis of the joint",
    "adjunct_to_sij_infection_treatment",
)
present_leaf(
    SECTION, "D.I.A.1.c", "part of the management of a sacral tumor", "sacral_tumor_management"
)
present_leaf(
    SECTION,
    "D.I.A.1.d",
    "part of a long multisegmental construct that corrects a spinal deformity",
    "long_fusion_for_spinal_deformity",
)
present_leaf(
    SECTION,
    "D.I.A.1.e",
    "an earlier percutaneous fusion of the joint failed",
    "failed_percutaneous_sij_fusion",
)

withdrawn = relation(
    "withdrawn", "line entry", "a later study withdraws what this one shows", against=True
)
claims_pathology = relation(
    "claims_pathology", "line entry", "a recent study shows pathology, though it may deny it too"
)
showing = relation("showing", "line", "a recent study shows localized pathology of the joint")
disputing = relation("disputing", "line", "what recent studies show is denied by them too")
recent_joint_study = relation("recent_joint_study", "line", "a recent study of the joint exists")
inconclusive = relation("inconclusive", "line", "a study may be recent and show it")

with leaf(
    SECTION,
    "D.I.A.2",
    "a radiograph, CT or MRI of the last 6 months shows localized pathology of the joint",
    name="recent imaging",
    question="Which radiograph, CT or MRI of the joint was done within the last 6 months, and does "
    "it show localized pathology?",
):
    joint = study(L, E, JOINT) & recent(E)
    says_so, denies = reports(E, PATHOLOGY, "yes"), reports(E, PATHOLOGY, "no")
    withdrawn(L, E) <= (
        joint
        & says_so
        & entry_date(E, D)
        & study(L, E2, JOINT)
        & revised_result(E2, PATHOLOGY)
        & ~reports(E2, PATHOLOGY, "yes")
        & entry_date(E2, D2)
        & (D2 >= D)
    )
    claims_pathology(L, E) <= joint & says_so & ~withdrawn(L, E)
    showing(L) <= claims_pathology(L, E) & ~denies
    disputing(L) <= claims_pathology(L, E) & ~showing(L)
    recent_joint_study(L) <= joint
    inconclusive(L) <= joint & ~reported(E, PATHOLOGY)
    without_date = study(L, E, JOINT) & undated(E)
    without_side = unsided_study(L, E, JOINT) & ~aged(E)
    inconclusive(L) <= without_date & says_so
    inconclusive(L) <= without_date & ~reported(E, PATHOLOGY)
    inconclusive(L) <= without_side & ~study(L, E, JOINT) & says_so
    inconclusive(L) <= without_side & ~reported(E, PATHOLOGY)
    told_met(L, "D.I.A.2") <= showing(L)
    told_met(L, "D.I.A.2") <= disputing(L)
    told_not_met(L, "D.I.A.2") <= disputing(L)
    told_not_met(L, "D.I.A.2") <= (recent_joint_study(L) & ~showing(L) & ~inconclusive(L))
    told_not_met(L, "D.I.A.2") <= (
        record_complete("imaging") & line(L) & ~recent_joint_study(L) & ~inconclusive(L)
    )
