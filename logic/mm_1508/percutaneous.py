"""Section D.I.B of MM-1508: when percutaneous sacroiliac joint fusion is medically necessary.

Clause by clause in the document's order: D.I.B.0 to 6 and 8 stand here; the injections of D.I.B.7
and 10 stand in ``injections`` and the imaging of D.I.B.9 in ``imaging``, and are included at their
place. From the request, findings, pain scores, therapies, injections and studies follows the status
of D.I.B.
"""

from __future__ import annotations

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
    entry_date,
    inability,
    inability_therapy,
    line,
    measurement,
    months_before,
    parameter,
    procedure_code,
    purpose,
    reading,
    record_complete,
    stated_diagnosis,
    therapy,
    therapy_for_joint,
    undated,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.mm_1508.definitions import (
    covered_days,
    first_edge,
    required_days,
    run_first,
    run_last,
    therapy_group,
    window_start,
)
from clausewise.logic.mm_1508.entries import absent_leaf, anchor, baseline, present_leaf, timely
from clausewise.logic.mm_1508.imaging import IMAGING
from clausewise.logic.mm_1508.injections import DIAGNOSTIC_BLOCKS, THERAPEUTIC_INJECTIONS

A, D, D2, E, E2, F, K, M, N, P, Q, S, T, W = variables("A D D2 E E2 F K M N P Q S T W")

SECTION = Section("D.I.B", "Percutaneous sacroiliac joint fusion or stabilization")

gate(
    SECTION,
    "D.I.B",
    "percutaneous fusion for chronic back pain is medically necessary when all of these hold",
    all_of(*(f"D.I.B.{number}" for number in range(11))),
    name="percutaneous fusion",
)

# --- D.I.B.0 ----------------------------------------------------------------------------------

any_purpose = relation("any_purpose", "", "the request states a purpose")
covered_diagnosis = relation("covered_diagnosis", "", "a chronic sacroiliac pain is diagnosed")
device_not_covered = relation("device_not_covered", "", "the device is read as not covered")

with leaf(
    SECTION,
    "D.I.B.0",
    "the procedure is meant to treat chronic back or sacroiliac joint pain",
    name="for chronic pain",
    question="What is the procedure for: chronic back or joint pain, or another purpose?",
):
    any_purpose() <= purpose(P)
    covered_diagnosis() <= stated_diagnosis("chronic_sij_pain")
    covered_diagnosis() <= stated_diagnosis("sacroiliac_joint_syndrome")
    covered_diagnosis() <= stated_diagnosis("degenerative_sacroiliac_joint")
    covered_diagnosis() <= stated_diagnosis("mechanical_low_back_syndrome")
    device_not_covered() <= reading("device_scope", "transfixing_only") & procedure_code("27278")
    told_met(L, "D.I.B.0") <= line(L) & purpose("chronic_pain") & ~device_not_covered()
    told_met(L, "D.I.B.0") <= line(L) & covered_diagnosis() & ~any_purpose() & ~device_not_covered()
    told_not_met(L, "D.I.B.0") <= line(L) & purpose(P) & P.is_not("chronic_pain")
    told_not_met(L, "D.I.B.0") <= line(L) & device_not_covered()

# --- D.I.B.1 ----------------------------------------------------------------------------------

gate(
    SECTION,
    "D.I.B.1",
    "pain that does not radiate, lies below L5 over the posterior joint and fits joint pain",
    all_of(
        "D.I.B.1.non_radiating",
        "D.I.B.1.caudal_to_l5",
        "D.I.B.1.posterior",
        "D.I.B.1.consistent",
    ),
    name="pain pattern",
)
absent_leaf(
    SECTION,
    "D.I.B.1.non_radiating",
    "the pain does not radiate",
    "pain_radiating",
    published=False,
    short="pain not radiating",
)
present_leaf(
    SECTION,
    "D.I.B.1.caudal_to_l5",
    "the pain lies below the L5 vertebra",
    "pain_caudal_to_l5",
    published=False,
)
present_leaf(
    SECTION,
    "D.I.B.1.posterior",
    "the pain is localized over the posterior joint",
    "pain_over_posterior_sij",
    published=False,
)
present_leaf(
    SECTION,
    "D.I.B.1.consistent",
    "the pain is consistent with joint pain",
    "pain_consistent_with_sij",
    published=False,
)

# --- D.I.B.2 ----------------------------------------------------------------------------------

SCORE = "sij_pain_score"

outdated_score = relation(
    "outdated_score", "line entry", "a later pain score takes its place", against=True
)
eligible_score = relation("eligible_score", "line entry points", "a pain score that may count")
higher_score = relation("higher_score", "line points", "another eligible score is higher")
pain_score = relation("pain_score", "line points", "the pain score that counts")
any_score = relation("any_score", "line", "some pain score counts")

with leaf(
    SECTION,
    "D.I.B.2",
    "joint pain of at least 5 on the scale from 0 to 10",
    name="pain score",
    question="What is the sacroiliac joint pain score on a scale from 0 to 10, and of which date?",
):
    outdated_score(L, E) <= (
        measurement(E, SCORE, S)
        & entry_date(E, D)
        & measurement(E2, SCORE, T)
        & E2.is_not(E)
        & baseline(L, E2)
        & entry_date(E2, D2)
        & (D2 > D)
    )
    outdated_score(L, E) <= (
        undated(E)
        & measurement(E, SCORE, S)
        & measurement(E2, SCORE, T)
        & baseline(L, E2)
        & entry_date(E2, D2)
    )
    eligible_score(L, E, S) <= (
        reading("pain_score_choice", "latest")
        & measurement(E, SCORE, S)
        & baseline(L, E)
        & ~outdated_score(L, E)
    )
    eligible_score(L, E, S) <= (
        reading("pain_score_choice", "highest_in_6_months")
        & measurement(E, SCORE, S)
        & baseline(L, E)
        & entry_date(E, D)
        & anchor(A)
        & parameter("pain_score_look_back", M)
        & months_before(A, M, W)
        & (D >= W)
    )
    higher_score(L, S) <= eligible_score(L, E, S) & eligible_score(L, E2, T) & (T > S)
    pain_score(L, S) <= eligible_score(L, E, S) & ~higher_score(L, S)
    any_score(L) <= eligible_score(L, E, S)
    told_met(L, "D.I.B.2") <= pain_score(L, S) & parameter("minimum_pain_score", T) & (S >= T)
    told_not_met(L, "D.I.B.2") <= pain_score(L, S) & parameter("minimum_pain_score", T) & (S < T)
    told_not_met(L, "D.I.B.2") <= record_complete("measurements") & line(L) & ~any_score(L)

# --- D.I.B.3 ----------------------------------------------------------------------------------

gate(
    SECTION,
    "D.I.B.3",
    "localized tenderness over the posterior joint, none as severe elsewhere, and no other obvious "
    "source of the pain",
    all_of("D.I.B.3.tenderness", "D.I.B.3.nowhere_else", "D.I.B.3.no_other_source"),
    name="tenderness",
)
present_leaf(
    SECTION,
    "D.I.B.3.tenderness",
    "the posterior joint is tender when pressed",
    "posterior_sij_tenderness",
    published=False,
)
absent_leaf(
    SECTION,
    "D.I.B.3.nowhere_else",
    "nothing else is tender to a similar degree",
    "similar_tenderness_elsewhere",
    published=False,
)
absent_leaf(
    SECTION,
    "D.I.B.3.no_other_source",
    "no other obvious source of the pain exists",
    "other_obvious_pain_source",
    published=False,
)

# --- D.I.B.4 ----------------------------------------------------------------------------------

long_run = relation("long_run", "basis group", "an unbroken run reaches the minimum")
ends_early = relation("ends_early", "basis group first", "the run ends before the minimum")
qualifying_reason = relation("qualifying_reason", "entry", "the reason of inability qualifies")
tied = relation("tied", "entry", "the inability is tied to one therapy")
tied_to_active = relation("tied_to_active", "entry", "it is tied to an active therapy")
in_scope = relation("in_scope", "entry", "the inability concerns active therapy as read")
in_window = relation("in_window", "entry", "the inability is dated as read")
might_be_in_window = relation("might_be_in_window", "entry", "its date might be as read")
qualifying_inability = relation("qualifying_inability", "entry", "an inability that qualifies")
possible_inability = relation("possible_inability", "", "an inability might qualify")


def _write_duration(label: str, group: str) -> None:
    """The rules that ask for months of therapy of one group within the look-back period."""
    cumulative = reading("therapy_duration", "cumulative")
    continuous = reading("therapy_duration", "continuous")
    told_met(L, label) <= (
        cumulative
        & line(L)
        & covered_days("documented", group, N)
        & required_days(group, T)
        & (N >= T)
    )
    told_met(L, label) <= continuous & line(L) & long_run("documented", group)
    told_not_met(L, label) <= (
        record_complete("therapies")
        & line(L)
        & cumulative
        & covered_days("possible", group, N)
        & required_days(group, T)
        & (N < T)
    )
    told_not_met(L, label) <= (
        record_complete("therapies") & line(L) & continuous & ~long_run("possible", group)
    )
    for basis in ("documented", "possible"):
        long_run(basis, group) <= run_first(basis, group, S) & ~ends_early(basis, group, S)
        ends_early(basis, group, S) <= (
            first_edge(S)
            & required_days(group, T)
            & run_last(basis, group, F)
            & (F >= S)
            & (F - S + 1 < T)
        )


gate(
    SECTION,
    "D.I.B.4",
    "conservative therapy has failed: active (or inability) and inactive therapy",
    all_of("D.I.B.4.a", "D.I.B.4.b"),
    name="conservative therapy",
)
gate(
    SECTION,
    "D.I.B.4.a",
    "6 months of active therapy within the past 12, or inability to complete it because of a "
    "contraindication, increased pain or intolerance",
    any_of("D.I.B.4.a.duration", "D.I.B.4.a.inability"),
    name="active therapy",
)
with leaf(
    SECTION,
    "D.I.B.4.a.duration",
    "at least 6 months of active conservative therapy within the past 12 months",
    published=False,
    name="6 months of active therapy",
    question="Which active therapies (physical, occupational, supervised home exercise, "
    "chiropractic) were given, from when to when?",
):
    _write_duration("D.I.B.4.a.duration", "active")

with leaf(
    SECTION,
    "D.I.B.4.a.inability",
    "active conservative therapy could not be completed, for a reason that qualifies",
    published=False,
    name="inability to complete it",
    question="Could active therapy not be completed because of a contraindication, increased pain "
    "or intolerance?",
):
    qualifying_reason(E) <= inability(E, "contraindication")
    qualifying_reason(E) <= inability(E, "increased_pain")
    qualifying_reason(E) <= inability(E, "intolerance")
    qualifying_reason(E) <= (
        reading("inability_reasons", "plus_physical") & inability(E, "physical_inability")
    )
    tied(E) <= inability_therapy(E, Q)
    tied_to_active(E) <= (
        inability_therapy(E, Q) & therapy(Q, K) & therapy_group(K, "active") & therapy_for_joint(Q)
    )
    in_scope(E) <= inability(E, P) & ~tied(E)
    in_scope(E) <= reading("inability_scope", "any_active_therapy") & tied_to_active(E)
    in_window(E) <= reading("inability_window", "none") & inability(E, P) & timely(E)
    in_window(E) <= (
        reading("inability_window", "look_back")
        & entry_date(E, D)
        & timely(E)
        & window_start(W)
        & (D >= W)
    )
    might_be_in_window(E) <= in_window(E)
    might_be_in_window(E) <= reading("inability_window", "look_back") & undated(E)
    qualifying_inability(E) <= qualifying_reason(E) & in_scope(E) & in_window(E)
    possible_inability() <= qualifying_reason(E) & in_scope(E) & might_be_in_window(E)
    told_met(L, "D.I.B.4.a.inability") <= line(L) & qualifying_inability(E)
    told_not_met(L, "D.I.B.4.a.inability") <= (
        record_complete("therapies") & line(L) & ~possible_inability()
    )

with leaf(
    SECTION,
    "D.I.B.4.b",
    "at least 6 months of inactive conservative therapy within the past 12 months",
    name="inactive therapy",
    question="Which inactive therapies (rest, ice, heat, devices, TENS, medication) were used, "
    "from when to when?",
):
    _write_duration("D.I.B.4.b", "inactive")

# --- D.I.B.5 and D.I.B.6 ----------------------------------------------------------------------

gate(
    SECTION,
    "D.I.B.5",
    "thigh thrust or compression test positive",
    any_of("D.I.B.5.thigh_thrust", "D.I.B.5.compression"),
    name="thigh thrust or compression",
)
present_leaf(
    SECTION, "D.I.B.5.thigh_thrust", "thigh thrust positive", "thigh_thrust", published=False
)
present_leaf(SECTION, "D.I.B.5.compression", "compression positive", "compression", published=False)

at_least(
    SECTION,
    "D.I.B.6",
    "two of the provocative tests Gaenslen, distraction, Patrick positive",
    "minimum_provocative_tests",
    ("D.I.B.6.a", "D.I.B.6.b", "D.I.B.6.c"),
    further=(
        ("provocative_pool", "all_five"),
        ("D.I.B.5.thigh_thrust", "D.I.B.5.compression"),
    ),
    name="provocative tests",
)
present_leaf(SECTION, "D.I.B.6.a", "Gaenslen's test positive", "gaenslen")
present_leaf(SECTION, "D.I.B.6.b", "distraction test positive", "distraction")
present_leaf(SECTION, "D.I.B.6.c", "Patrick's test positive", "patrick")

# --- D.I.B.7 ----------------------------------------------------------------------------------

SECTION.include(DIAGNOSTIC_BLOCKS)  # in injections.py

# --- D.I.B.8 ----------------------------------------------------------------------------------

absent_leaf(
    SECTION,
    "D.I.B.8",
    "a generalized pain behavior or disorder is ruled out as the primary cause",
    "generalized_pain_primary_cause",
    short="generalized pain ruled out",
)

# --- D.I.B.9 ----------------------------------------------------------------------------------

SECTION.include(IMAGING)  # in imaging.py

# --- D.I.B.10 ---------------------------------------------------------------------------------

SECTION.include(THERAPEUTIC_INJECTIONS)  # in injections.py
