"""Which sessions of injections are counted: those of the last twelve months, each day once."""

from __future__ import annotations

from clausewise.logic.language.criteria import L
from clausewise.logic.language.input_relations import (
    entry_date,
    injection,
    injection_purpose,
    months_before,
    parameter,
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
    for purpose in ("diagnostic", "therapeutic"):
        session_day(L, purpose, D) <= (
            by_purpose & in_period(L, E, D) & injection_purpose(E, purpose)
        )
        session_day(L, purpose, D) <= every & in_period(L, E, D)
        possible_session_entry(L, purpose, E) <= (
            by_purpose & may_be_in_period(L, E) & injection_purpose(E, purpose)
        )
        possible_session_entry(L, purpose, E) <= (
            by_purpose & may_be_in_period(L, E) & ~purpose_told(E)
        )
        possible_session_entry(L, purpose, E) <= every & may_be_in_period(L, E)
