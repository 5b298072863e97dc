"""Where the summaries of CMM-611 can be understood in more than one way."""

from __future__ import annotations

from clausewise.logic.language.policy import Reading
from clausewise.logic.library.therapy import LONGEST, SPAN

READINGS = (
    Reading(
        "care_counted",
        {
            LONGEST: "one episode of care has to last that long by itself",
            SPAN: "the time from the first day of care to the last is counted",
        },
        ("MIF.9",),
        "at least six months of conservative care: of one kind without a break, or of all together",
    ),
)
