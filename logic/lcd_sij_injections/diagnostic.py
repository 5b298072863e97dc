"""A diagnostic injection under L39455: what every injection asks for, and few enough sessions."""

from __future__ import annotations

from clausewise.logic.language.criteria import (
    all_of,
    gate,
)
from clausewise.logic.language.notation import Section
from clausewise.logic.lcd_sij_injections.sessions import write_limit, write_purpose

SECTION = Section("D", "Diagnostic injection")

gate(
    SECTION,
    "D",
    "a diagnostic injection is medically necessary when all of these hold",
    all_of("D.0", "D.1"),
    name="diagnostic injection",
)
write_purpose(SECTION, "D.0", "diagnostic")
write_limit(
    SECTION,
    "D.1",
    "at most two diagnostic sessions in 12 months, with the one asked for",
    "diagnostic",
)
