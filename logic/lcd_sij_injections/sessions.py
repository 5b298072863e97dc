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
from clausewise.logic.library.sides import bears, side_unknown

A, D, E, M, P, Q, W = variables("A D E M P Q W")

in_period = relation("in_period", "line entry day", "an injection of the period, and its day")
may_be_in_period = relation("may_be_in_period", "line entry", "an injection that may be of it")
purpose_told = relation("purpose_told", "entry", "a purpose of the injection is documented")
session_day = relation("session_day", "line purpose day", "a session that counts")
possible_session_entry = relation(
    "possible_session_entry", "line purpose entry", "an entry that may be a session that counts"
)

SECTION = Section("sessions", "Sessions")
KINDS = ("diagnostic", "therapeutic")

with SECTION.clause(
    "sessions", "the sessions that are counted", kind="definition", published=False
):
    own = injection(E) & timely(E) & bears(L, E)
    began = anchor(A) & parameter("session_look_back", M) & months_before(A, M, W)
    in_period(L, E, D) <= own & entry_date(E, D) & began & (D >= W)
    may_be_in_period(L, E) <= in_period(L, E, D)
    may_be_in_period(L, E) <= own & undated(E)
    may_be_in_period(L, E) <= injection(E) & timely(E) & side_unknown(L, E)
    purpose_told(E) <= injection_purpose(E, P)
    every, by_purpose = (reading("sessions_counted", each) for each in (ANY_PURPOSE, BY_PURPOSE))
    for kind in KINDS:
        session_day(L, kind, D) <= (by_purpose & in_period(L, E, D) & injection_purpose(E, kind))
        session_day(L, kind, D) <= every & in_period(L, E, D)
        possible_session_entry(L, kind, E) <= (
            by_purpose & may_be_in_period(L, E) & injection_purpose(E, kind)
        )
        possible_session_entry(L, kind, E) <= (
            by_purpose & may_be_in_period(L, E) & ~purpose_told(E)
        )
        possible_session_entry(L, kind, E) <= every & may_be_in_period(L, E)


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
    at_most(
        section,
        label,
        paraphrase,
        f"maximum_{kind}_sessions",
        session_day(L, kind, D),
        possible_session_entry(L, kind, E),
        "injections",
        requested=1,
        name=f"limit of {kind} sessions",
        question="Which injections were given in the last twelve months? Is the list complete?",
    )
