"""Which sessions of injections are counted: those of the last twelve months, each day once.

``write_purpose`` and ``write_limit`` write the clauses that both kinds of injection have.
"""

from __future__ import annotations

from clausewise.logic.language.criteria import L, at_most, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    entry_date,
    injection,
    injection_purpose,
    line,
    months_before,
    parameter,
    purpose,
    reading,
    undated,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.lcd_sij_injections.readings import ANY_PURPOSE, BY_PURPOSE
from clausewise.logic.library.days import anchor, timely
from clausewise.logic.library.reasons import lacks, too_old
from clausewise.logic.library.sides import bears, side_unknown

A, D, E, M, P, W = variables("A D E M P W")

in_period = relation("in_period", "line entry day", "an injection of the period, and its day")
side_open = relation("side_open", "line entry day", "one that may be of the joint, and its day")
of_no_day = relation("of_no_day", "line entry", "an injection without a day, that may be of it")
purpose_told = relation("purpose_told", "entry", "a purpose of the injection is documented")
session_day = relation("session_day", "line purpose day", "a session that counts")
possible_day = relation(
    "possible_day", "line purpose day", "the day of a session that counts or may count"
)
possible_entry = relation(
    "possible_entry", "line purpose entry", "an entry without a day that may be a session"
)

SECTION = Section("sessions", "Sessions")
KINDS = ("diagnostic", "therapeutic")

months_back = anchor(A) & parameter("session_look_back", M) & months_before(A, M, W)
"""The first day of the period in which sessions are counted."""

with SECTION.clause(
    "sessions", "the sessions that are counted", kind="definition", published=False
):
    listed = injection(E) & timely(E)
    own, of_some_side = listed & bears(L, E), listed & side_unknown(L, E)
    in_period(L, E, D) <= own & entry_date(E, D) & months_back & (D >= W)
    side_open(L, E, D) <= of_some_side & entry_date(E, D) & months_back & (D >= W)
    of_no_day(L, E) <= own & undated(E)
    of_no_day(L, E) <= of_some_side & undated(E)
    purpose_told(E) <= injection_purpose(E, P)
    every, by_purpose = (reading("sessions_counted", each) for each in (ANY_PURPOSE, BY_PURPOSE))
    for kind in KINDS:
        session_day(L, kind, D) <= by_purpose & in_period(L, E, D) & injection_purpose(E, kind)
        session_day(L, kind, D) <= every & in_period(L, E, D)
        possible_day(L, kind, D) <= session_day(L, kind, D)
        for dated in (in_period(L, E, D), side_open(L, E, D)):
            possible_day(L, kind, D) <= by_purpose & dated & ~purpose_told(E)
        possible_day(L, kind, D) <= (by_purpose & side_open(L, E, D) & injection_purpose(E, kind))
        possible_day(L, kind, D) <= every & side_open(L, E, D)
        possible_entry(L, kind, E) <= by_purpose & of_no_day(L, E) & injection_purpose(E, kind)
        possible_entry(L, kind, E) <= by_purpose & of_no_day(L, E) & ~purpose_told(E)
        possible_entry(L, kind, E) <= every & of_no_day(L, E)


def write_purpose(section: Section, label: str, kind: str) -> None:
    """The clause that the injection asked for is of this kind, and not of the other."""
    (other,) = (each for each in KINDS if each != kind)
    with leaf(
        section,
        label,
        f"the injection is meant to be {kind}",
        name=f"{kind} purpose",
        question="Is the injection diagnostic or therapeutic?",
    ):
        told_met(L, label) <= line(L) & purpose(f"{kind}_injection")
        told_not_met(L, label) <= line(L) & purpose(f"{other}_injection")


def write_limit(section: Section, label: str, paraphrase: str, kind: str) -> None:
    """The clause that limits the sessions of this kind, with the one asked for."""

    def write_uncounted() -> None:
        """Why an injection is not counted, for those who ask."""
        own = injection(E) & timely(E) & bears(L, E)
        lacks(label, L, E, "date") <= possible_entry(L, kind, E)
        unclear = reading("sessions_counted", BY_PURPOSE) & in_period(L, E, D) & ~purpose_told(E)
        lacks(label, L, E, "purpose") <= unclear
        too_old(label, L, E) <= own & entry_date(E, D) & months_back & (D < W)

    at_most(
        section,
        label,
        paraphrase,
        f"maximum_{kind}_sessions",
        session_day(L, kind, D),
        possible_day(L, kind, D),
        "injections",
        requested=1,
        undated=possible_entry(L, kind, E),
        further_rules=write_uncounted,
        name=f"limit of {kind} sessions",
        question="Which injections were given in the last twelve months? Is the list complete?",
    )
