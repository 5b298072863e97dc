"""D.I.B.4 of MM-1508: failure of conservative therapy.

Enter the days of therapy (``definitions``) and the documented inabilities to complete one; leave
the statuses of D.I.B.4: months of active therapy or inability to complete it, and months of
inactive therapy.
"""

from __future__ import annotations

from clausewise.logic.language.criteria import (
    L,
    all_of,
    any_of,
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
    reading,
    record_complete,
    therapy,
    therapy_for_joint,
    undated,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.mm_1508.definitions import (
    covered_days,
    required_days,
    run_first,
    run_last,
    therapy_group,
    window_start,
)
from clausewise.logic.mm_1508.entries import bears, timely, usable

D, E, F, K, N, P, Q, S, T, W = variables("D E F K N P Q S T W")

CONSERVATIVE_THERAPY = Section("D.I.B.4", "Conservative therapy")

reached = relation("reached", "line basis group", "the days of therapy reach the minimum")
contested_length = relation(
    "contested_length", "line group", "it does only by what is told both ways"
)
long_run = relation("long_run", "line basis group", "an unbroken run reaches the minimum")
ends_early = relation("ends_early", "line basis group first", "the run ends before the minimum")
qualifying_reason = relation("qualifying_reason", "entry", "the reason of inability qualifies")
tied = relation("tied", "entry", "the inability is tied to one therapy")
in_scope = relation("in_scope", "line entry", "the inability concerns active therapy as read")
in_window = relation("in_window", "entry", "the inability is dated as read")
might_be_in_window = relation("might_be_in_window", "entry", "its date might be as read")
qualifying_inability = relation("qualifying_inability", "line entry", "an inability that qualifies")
possible_inability = relation("possible_inability", "line", "an inability might qualify")


def _write_duration(label: str, group: str) -> None:
    """The rules that ask for months of therapy of one group within the look-back period."""
    cumulative = reading("therapy_duration", "cumulative")
    continuous = reading("therapy_duration", "continuous")
    for basis in ("documented", "contested", "possible"):
        reached(L, basis, group) <= (
            cumulative & covered_days(L, basis, group, N) & required_days(group, T) & (N >= T)
        )
        reached(L, basis, group) <= continuous & long_run(L, basis, group)
        long_run(L, basis, group) <= (
            run_first(L, basis, group, S) & ~ends_early(L, basis, group, S)
        )
        ends_early(L, basis, group, S) <= (
            run_first(L, basis, group, S)
            & required_days(group, T)
            & run_last(L, basis, group, F)
            & (F >= S)
            & (F - S + 1 < T)
        )
    contested_length(L, group) <= (
        line(L) & ~reached(L, "documented", group) & reached(L, "contested", group)
    )
    told_met(L, label) <= reached(L, "documented", group)
    told_met(L, label) <= contested_length(L, group)
    told_not_met(L, label) <= contested_length(L, group)
    told_not_met(L, label) <= (
        record_complete("therapies") & line(L) & ~reached(L, "possible", group)
    )


with CONSERVATIVE_THERAPY.clause(
    "C.inability",
    "an inability counts for its reason, for an active therapy of the joint, and when it is dated "
    "as read",
    kind="definition",
    published=False,
):
    for reason in ("contraindication", "increased_pain", "intolerance"):
        qualifying_reason(E) <= inability(E, reason)
    qualifying_reason(E) <= (
        reading("inability_reasons", "plus_physical") & inability(E, "physical_inability")
    )
    tied(E) <= inability_therapy(E, Q)
    in_scope(L, E) <= inability(E, P) & line(L) & ~tied(E)
    in_scope(L, E) <= (
        reading("inability_scope", "any_active_therapy")
        & inability_therapy(E, Q)
        & therapy(Q, K)
        & timely(Q)
        & therapy_group(K, "active")
        & therapy_for_joint(Q)
        & bears(L, Q)
    )
    in_window(E) <= reading("inability_window", "none") & inability(E, P)
    in_window(E) <= (
        reading("inability_window", "look_back")
        & inability(E, P)
        & entry_date(E, D)
        & window_start(W)
        & (D >= W)
    )
    might_be_in_window(E) <= in_window(E)
    might_be_in_window(E) <= (
        reading("inability_window", "look_back") & inability(E, P) & undated(E)
    )
    relevant = qualifying_reason(E) & usable(E) & bears(L, E) & in_scope(L, E)
    qualifying_inability(L, E) <= relevant & in_window(E)
    possible_inability(L) <= relevant & might_be_in_window(E)

gate(
    CONSERVATIVE_THERAPY,
    "D.I.B.4",
    "conservative therapy has failed: active therapy, or inability to complete it, and "
    "inactive therapy",
    all_of("D.I.B.4.a", "D.I.B.4.b"),
    name="conservative therapy",
)
gate(
    CONSERVATIVE_THERAPY,
    "D.I.B.4.a",
    "6 months of active therapy within the past 12 months, or inability to complete it because "
    "of a contraindication, increased pain or intolerance",
    any_of("D.I.B.4.a.duration", "D.I.B.4.a.inability"),
    name="active therapy",
)
with leaf(
    CONSERVATIVE_THERAPY,
    "D.I.B.4.a.duration",
    "at least 6 months of active therapy within the past 12 months",
    published=False,
    name="6 months of active therapy",
    question="Which active therapies (physical, occupational, supervised home exercise, "
    "chiropractic) were given, from when to when?",
):
    _write_duration("D.I.B.4.a.duration", "active")

with leaf(
    CONSERVATIVE_THERAPY,
    "D.I.B.4.a.inability",
    "active therapy could not be completed, for a reason that qualifies",
    published=False,
    name="inability to complete it",
    question="Could active therapy not be completed because of a contraindication, increased pain "
    "or intolerance?",
):
    told_met(L, "D.I.B.4.a.inability") <= qualifying_inability(L, E)
    told_not_met(L, "D.I.B.4.a.inability") <= (
        record_complete("therapies") & line(L) & ~possible_inability(L)
    )

with leaf(
    CONSERVATIVE_THERAPY,
    "D.I.B.4.b",
    "at least 6 months of inactive therapy within the past 12 months",
    name="inactive therapy",
    question="Which inactive therapies (rest, ice, heat, devices, TENS, medication) were used, "
    "from when to when?",
):
    _write_duration("D.I.B.4.b", "inactive")
