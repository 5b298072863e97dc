"""Single further records that would approve a denied line: what they say is documented otherwise.

They are not missing, for what they are about is documented; another record of it would do.
"""

from __future__ import annotations

from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.what_if.edits import FROM_RECORD
from clausewise.logic.what_if.flip import flip
from clausewise.logic.what_if.trial import Work

MOST_TOLD = 6


def lists_of(domain: str) -> tuple[str, ...]:
    """The lists of a case that a domain of the record is about."""
    return ("therapies", "therapy_inability") if domain == "therapies" else (domain,)


def further_records(
    decision: Decision, line: LineDecision, work: Work | None = None
) -> tuple[str, ...]:
    """Single further records that would approve a denied line, the first few; none of what the
    record is said to be complete for."""
    if line.determination != "not_medically_necessary":
        return ()
    held = [name for each in decision.case.record_complete for name in lists_of(each)]
    found = flip(
        decision,
        line,
        largest=1,
        most=MOST_TOLD,
        hold=held,
        kinds=frozenset({FROM_RECORD}),
        work=work,
    )
    approving = (each for each in found if each.determination == "medically_necessary")
    return tuple(each.changes[0].text for each in approving)
