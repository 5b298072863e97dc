"""Courses of dated sessions: how many there were in a period, and that none followed too late; and
limits on how many there may be in a period.

Sessions are counted by day. What is documented of them is never undone by further sessions, but a
gap is only known where the record is complete for visits: another session may lie in it.
"""

from __future__ import annotations

from typing import Unpack

from clausewise.logic.language.criteria import L, at_most, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    entry_date,
    line,
    months_before,
    parameter,
    record_complete,
    undated,
    visit,
)
from clausewise.logic.language.notation import (
    ClauseOptions,
    Section,
    count,
    relation,
    variables,
)
from clausewise.logic.library.days import anchor, timely

A, D, D2, E, G, M, N, P, W = variables("A D D2 E G M N P W")

session = relation("session", "clause day", "a session in the period", by_clause=0)
possible_session = relation(
    "possible_session", "clause entry", "an entry that may be of the period", by_clause=0
)
later_session = relation("later_session", "clause day", "there was a later session", by_clause=0)
followed = relation("followed", "clause day", "the next session was in time", by_clause=0)
gap_after = relation("gap_after", "clause day", "the next session came too late", by_clause=0)
some_gap = relation("some_gap", "clause", "there is a gap", by_clause=0)
session_without_day = relation(
    "session_without_day", "clause entry", "a session that has no date", by_clause=0
)
undated_session = relation("undated_session", "clause", "a session has no date", by_clause=0)


def course(
    section: Section,
    label: str,
    paraphrase: str,
    visits: str,
    *,
    minimum: str,
    period: str,
    longest_gap: str,
    **options: Unpack[ClauseOptions],
) -> None:
    """Met by at least ``minimum`` sessions in ``period`` months without a gap.

    The three are names of parameters: a number of sessions, of months before receipt, and of days
    from one session to the next. Not met when the record is complete for visits and shows fewer
    sessions, or a gap.
    """
    with leaf(section, label, paraphrase, **options):
        began = anchor(A) & parameter(period, M) & months_before(A, M, W)
        of_course = visit(E, visits) & timely(E)
        session(label, D) <= of_course & entry_date(E, D) & began & (D >= W)
        possible_session(label, E) <= of_course & undated(E)
        possible_session(label, E) <= of_course & entry_date(E, D) & began & (D >= W)
        undated_session(label) <= of_course & undated(E)
        later_session(label, D) <= session(label, D) & session(label, D2) & (D2 > D)
        followed(label, D) <= (
            session(label, D)
            & session(label, D2)
            & (D2 > D)
            & parameter(longest_gap, G)
            & (D2 <= D + G)
        )
        gap_after(label, D) <= session(label, D) & later_session(label, D) & ~followed(label, D)
        some_gap(label) <= gap_after(label, D)
        wanted = line(L) & parameter(minimum, P)
        told_met(L, label) <= (wanted & count(N, session(label, D)) & (N >= P) & ~some_gap(label))
        complete = record_complete("visits") & wanted
        told_not_met(L, label) <= complete & count(N, possible_session(label, E)) & (N < P)
        told_not_met(L, label) <= (
            record_complete("visits") & line(L) & some_gap(label) & ~undated_session(label)
        )


def at_most_in_months(
    section: Section,
    label: str,
    paraphrase: str,
    visits: str,
    *,
    maximum: str,
    period: str,
    requested: int = 0,
    **options: Unpack[ClauseOptions],
) -> None:
    """A limit: met by at most ``maximum`` sessions in the last ``period`` months.

    Both are names of parameters; the months are counted back from receipt, and ``requested`` is how
    many sessions the request itself adds. Not met when more are documented; told to be kept only by
    a record that is complete for visits. The sessions are counted in the definition
    ``label.sessions``.
    """
    own = f"{label}.sessions"
    with section.clause(
        own,
        "the sessions that are counted",
        kind="definition",
        published=False,
        since=options.get("since"),
        until=options.get("until"),
    ):
        of_kind = visit(E, visits) & timely(E)
        began = anchor(A) & parameter(period, M) & months_before(A, M, W)
        session(own, D) <= of_kind & entry_date(E, D) & began & (D >= W)
        session_without_day(own, E) <= of_kind & undated(E)
    at_most(
        section,
        label,
        paraphrase,
        maximum,
        session(own, D),
        session(own, D),
        "visits",
        requested=requested,
        undated=session_without_day(own, E),
        **options,
    )
