"""A diagnostic injection under L39455: what every injection asks for, and few enough sessions."""

from __future__ import annotations

from clausewise.logic.language.criteria import L, all_of, at_most, gate
from clausewise.logic.language.notation import Section, variables
from clausewise.logic.lcd_sij_injections.sessions import possible_session_entry, session_day

D, E = variables("D E")

SECTION = Section("D", "Diagnostic injection")

gate(
    SECTION,
    "D",
    "a diagnostic injection is medically necessary when all of these hold",
    all_of("I", "D.1"),
    name="diagnostic injection",
)
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
