"""D.I.B.9 of MM-1508: the imaging studies that percutaneous fusion asks for.

First, under labels of ours, which studies bear on a line (C.imaging; D.I.A.2 asks for them too) and
what they say of each condition that imaging has to rule out (C.rule_out): a study shows it,
excludes it or leaves it open. A study that shows it is cleared only by a later one of the same or a
stronger modality, or by one that says it revises; a study that excludes it is overridden by a later
one that does not. From this follow the statuses of D.I.B.9.
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
from clausewise.logic.language.input_relations import (
    entry_date,
    entry_side,
    imaging,
    line,
    months_before,
    parameter,
    reading,
    record_complete,
    revises,
    study_excludes,
    study_shows,
    undated,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.mm_1508.entries import anchor, counts, timely

A, D, D2, E, E2, F, G, K, K2, M, W, X = variables("A D D2 E E2 F G K K2 M W X")

study = relation("study", "line entry region", "a study of the region that bears on the line")
recent_study = relation("recent_study", "line entry region", "a study that is recent enough")
counted_study = relation("counted_study", "line entry region", "a study that counts for D.I.B.9")
has_study = relation("has_study", "line region modality", "a study of this modality exists")
says = relation("says", "line condition entry value", "a study shows, excludes or leaves it open")
cleared = relation(
    "cleared", "line condition entry", "a later study clears what this one shows", against=True
)
overridden = relation(
    "overridden", "line condition entry", "a later study no longer excludes it", against=True
)
shown = relation("shown", "line condition", "a study shows it and none clears that")
left_open = relation("left_open", "line condition", "a study leaves it open and none clears that")
excluded = relation("excluded", "line condition", "a study excludes it and none overrides that")

CONDITIONS = (
    ("destructive_lesion", "sacroiliac_joint"),
    ("inflammatory_arthropathy", "sacroiliac_joint"),
    ("hip_osteoarthritis", "hip"),
    ("neural_compression", "lumbar_spine"),
    ("other_degenerative_pain_source", "lumbar_spine"),
)
"""What imaging has to rule out, and in which region."""

LEFT_OPEN = ("hip_osteoarthritis", "neural_compression")
"""The conditions of which a study may show one that is not said to explain the pain."""

NAMED_MODALITIES = {
    "sacroiliac_joint": ("radiograph", "ct", "mri"),
    "hip": ("radiograph",),
    "lumbar_spine": ("ct", "mri"),
}
"""The modalities that the clauses name for each region."""

STUDIES = Section("C.imaging", "Definitions: imaging")
IMAGING = Section("D.I.B.9", "Imaging")

# --- which studies bear on a line -------------------------------------------------------------

with STUDIES.clause(
    "C.imaging",
    "a hip study counts on the line's side; a joint study unless it names the other side",
    kind="definition",
    published=False,
):
    study(L, E, "sacroiliac_joint") <= imaging(E, K, "sacroiliac_joint") & counts(L, E)
    study(L, E, "sacroiliac_joint") <= (
        imaging(E, K, "sacroiliac_joint") & entry_side(E, "unstated") & line(L) & timely(E)
    )
    study(L, E, "hip") <= imaging(E, K, "hip") & counts(L, E)
    study(L, E, "lumbar_spine") <= imaging(E, K, "lumbar_spine") & line(L) & timely(E)
    recent_study(L, E, G) <= (
        study(L, E, G)
        & entry_date(E, D)
        & anchor(A)
        & parameter("imaging_look_back", M)
        & months_before(A, M, W)
        & (D >= W)
    )

# --- what they say of each condition ----------------------------------------------------------

with STUDIES.clause(
    "C.rule_out",
    "a study that shows a condition is cleared by a later one of the same or a stronger "
    "modality, or by one that revises it",
    kind="definition",
    published=False,
):
    counted_study(L, E, G) <= reading("imaging_recency", "none_stated") & study(L, E, G)
    counted_study(L, E, G) <= reading("imaging_recency", "within_6_months") & recent_study(L, E, G)
    has_study(L, G, K) <= counted_study(L, E, G) & imaging(E, K, G)

    joint = counted_study(L, E, "sacroiliac_joint")
    both = reading("arthropathy_qualifier", "both")
    addressed = study_shows(E, "addressable_by_percutaneous_fusion")
    lesion, arthropathy = "destructive_lesion", "inflammatory_arthropathy"
    says(L, lesion, E, "excludes") <= joint & study_excludes(E, lesion)
    says(L, lesion, E, "shows") <= joint & study_shows(E, lesion) & ~both
    says(L, lesion, E, "shows") <= joint & study_shows(E, lesion) & ~addressed
    says(L, lesion, E, "excludes") <= joint & study_shows(E, lesion) & both & addressed
    says(L, arthropathy, E, "excludes") <= joint & study_excludes(E, arthropathy)
    says(L, arthropathy, E, "shows") <= joint & study_shows(E, arthropathy) & ~addressed
    says(L, arthropathy, E, "excludes") <= joint & study_shows(E, arthropathy) & addressed

    hip = counted_study(L, E, "hip")
    any_oa = reading("hip_osteoarthritis_rule_out", "any")
    source_only = reading("hip_osteoarthritis_rule_out", "as_pain_source")
    oa, source = "hip_osteoarthritis", "hip_osteoarthritis_pain_source"
    says(L, oa, E, "shows") <= any_oa & hip & study_shows(E, oa)
    says(L, oa, E, "excludes") <= hip & study_excludes(E, oa)
    says(L, oa, E, "shows") <= source_only & hip & study_shows(E, source)
    says(L, oa, E, "excludes") <= source_only & hip & study_excludes(E, source)
    says(L, oa, E, "open") <= (
        source_only
        & hip
        & study_shows(E, oa)
        & ~study_shows(E, source)
        & ~study_excludes(E, source)
    )

    lumbar = counted_study(L, E, "lumbar_spine")
    as_source = reading("compression_rule_out", "as_pain_source")
    any_kind = reading("compression_rule_out", "any_compression")
    nerve, matches = "neural_compression", "neural_compression_correlates"
    compressed = lumbar & study_shows(E, nerve)
    says(L, nerve, E, "excludes") <= lumbar & study_excludes(E, nerve)
    says(L, nerve, E, "shows") <= any_kind & compressed
    says(L, nerve, E, "shows") <= as_source & compressed & study_shows(E, matches)
    says(L, nerve, E, "excludes") <= as_source & compressed & study_excludes(E, matches)
    says(L, nerve, E, "open") <= (
        as_source & compressed & ~study_shows(E, matches) & ~study_excludes(E, matches)
    )

    other = "other_degenerative_pain_source"
    says(L, other, E, "shows") <= lumbar & study_shows(E, other)
    says(L, other, E, "excludes") <= lumbar & study_excludes(E, other)

    later_clearing = says(L, X, E2, "excludes") & entry_date(E2, D2) & entry_date(E, D) & (D2 > D)
    for value in ("shows", "open"):
        unclear = says(L, X, E, value)
        cleared(L, X, E) <= unclear & later_clearing & imaging(E, "radiograph", G)
        cleared(L, X, E) <= unclear & later_clearing & imaging(E2, K2, F) & K2.is_not("radiograph")
        cleared(L, X, E) <= unclear & later_clearing & revises(E2)
        cleared(L, X, E) <= (
            unclear & undated(E) & says(L, X, E2, "excludes") & entry_date(E2, D2) & revises(E2)
        )
        overridden(L, X, E) <= (
            says(L, X, E, "excludes")
            & entry_date(E, D)
            & says(L, X, E2, value)
            & entry_date(E2, D2)
            & (D2 > D)
        )
    shown(L, X) <= says(L, X, E, "shows") & ~cleared(L, X, E)
    left_open(L, X) <= says(L, X, E, "open") & ~cleared(L, X, E)
    for condition, region in CONDITIONS:
        exclusion = says(L, condition, E, "excludes") & ~overridden(L, condition, E)
        if region == "lumbar_spine":
            # A radiograph shows neither nerves nor discs well enough: the clause asks for CT or
            # MRI, so a radiograph can show a condition of the lumbar spine but not exclude it.
            exclusion = exclusion & imaging(E, K, region) & K.is_not("radiograph")
        excluded(L, condition) <= exclusion

# --- D.I.B.9 ----------------------------------------------------------------------------------


def _study_leaf(label: str, region: str, modality: str, paraphrase: str) -> None:
    with leaf(
        IMAGING,
        label,
        paraphrase,
        published=False,
        name=paraphrase,
        question=f"Is there a {paraphrase}, and of which date?",
    ):
        told_met(L, label) <= has_study(L, region, modality)
        told_not_met(L, label) <= (
            record_complete("imaging") & line(L) & ~has_study(L, region, modality)
        )


def _rule_out_leaf(label: str, condition: str, paraphrase: str) -> None:
    region = dict(CONDITIONS)[condition]
    with leaf(
        IMAGING,
        label,
        paraphrase,
        published=False,
        name=paraphrase,
        question=f"Does the imaging show {VOCABULARY.imaging_results[condition].meaning}, "
        "or exclude it?",
    ):
        told_met(L, label) <= excluded(L, condition)
        for modality in NAMED_MODALITIES[region]:
            unseen = (
                reading("imaging_rule_out", "study_performed")
                & has_study(L, region, modality)
                & ~shown(L, condition)
            )
            if condition in LEFT_OPEN:
                unseen = unseen & ~left_open(L, condition)
            told_met(L, label) <= unseen
        told_not_met(L, label) <= shown(L, condition)
        if condition in LEFT_OPEN:
            told_not_met(L, label) <= left_open(L, condition) & excluded(L, condition)


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
    "a radiograph and a CT or MRI of the joint that exclude destructive lesions and "
    "inflammatory arthropathy not properly addressed by percutaneous fusion",
    all_of("D.I.B.9.a.studies", "D.I.B.9.a.lesion", "D.I.B.9.a.arthropathy"),
    name="joint imaging",
)
radiograph, ct, mri = (f"D.I.B.9.a.{kind}" for kind in ("radiograph", "ct", "mri"))
cross_sectional = "D.I.B.9.a.cross_sectional"
gate_by_reading(
    IMAGING,
    "D.I.B.9.a.studies",
    "the studies of the joint that are asked for exist",
    "sij_imaging",
    {
        "radiograph_and_cross_sectional": all_of(radiograph, cross_sectional),
        "radiograph_or_cross_sectional": any_of(radiograph, ct, mri),
        "radiograph_and_ct_or_mri_alone": any_of(all_of(radiograph, ct), mri),
    },
    published=False,
    name="joint studies",
)
_study_leaf(radiograph, "sacroiliac_joint", "radiograph", "radiograph of the joint")
gate(
    IMAGING,
    cross_sectional,
    "a CT or MRI of the joint exists",
    any_of(ct, mri),
    published=False,
    name="CT or MRI of the joint",
)
_study_leaf(ct, "sacroiliac_joint", "ct", "CT of the joint")
_study_leaf(mri, "sacroiliac_joint", "mri", "MRI of the joint")
_rule_out_leaf("D.I.B.9.a.lesion", "destructive_lesion", "no destructive lesion of the joint")
_rule_out_leaf(
    "D.I.B.9.a.arthropathy",
    "inflammatory_arthropathy",
    "no inflammatory arthropathy that the fusion would not address",
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
    "radiograph of the hip on the same side",
)
_rule_out_leaf("D.I.B.9.b.osteoarthritis", "hip_osteoarthritis", "no osteoarthritis of the hip")
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
    "a CT or MRI of the lumbar spine exists",
    any_of("D.I.B.9.c.ct", "D.I.B.9.c.mri"),
    published=False,
    name="lumbar studies",
)
_study_leaf("D.I.B.9.c.ct", "lumbar_spine", "ct", "CT of the lumbar spine")
_study_leaf("D.I.B.9.c.mri", "lumbar_spine", "mri", "MRI of the lumbar spine")
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
