"""A diagnostic injection under L39455: what every injection asks for, and few enough sessions."""

from __future__ import annotations

from clausewise.logic.language.criteria import (
    L,
    all_of,
    at_most,
    gate,
    leaf,
    told_met,
    told_not_met,
)
from clausewise.logic.language.input_relations import line, purpose
from clausewise.logic.language.notation import Section, variables
from clausewise.logic.lcd_sij_injections.sessions import possible_session_entry, session_day

D, E = variables("D E")

SECTION = Section("D", "Diagnostic injection")

gate(
    SECTION,
    "D",
    "a diagnostic injection is medically necessary when all of these hold",
    all_of("D.0", "D.1"),
    name="diagnostic injection",
)
with leaf(
    SECTION,
    "D.0",
    "the injection is meant to be diagnostic",
    name="diagnostic purpose",
    question="Is the injection diagnostic or therapeutic?",
):
    told_met(L, "D.0") <= line(L) & purpose("diagnostic_injection")
    told_not_met(L, "D.0") <= line(L) & purpose("therapeutic_injection")
at_most(
    SECTION,
    "D.1",
    "at most two diagnostic sessions in twelve months, with the one asked for",
    "maximum_diagnostic_sessions",
    session_day(L, "diagnostic", D),
    possible_session_entry(L, "diagnostic", E),
    "injections",
    requested=1,
    name="limit of diagnostic sessions",
    question="Which injections were given in the last twelve months? Is the list complete?",
)
