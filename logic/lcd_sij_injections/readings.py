"""Where the summaries of L39455 can be understood in more than one way."""

from __future__ import annotations

from clausewise.logic.language.policy import Reading

BY_PURPOSE, ANY_PURPOSE = "stated_purpose", "any_purpose"

READINGS = (
    Reading(
        "sessions_counted",
        {
            BY_PURPOSE: "sessions of the purpose asked for are counted",
            ANY_PURPOSE: "every session of the joint is counted, whatever its purpose",
        },
        ("D.1", "T.3"),
        "at most so many sessions: of this purpose, or of all together",
    ),
)
