"""Single further records that would approve a denied line: what they say is documented otherwise.

They are not missing, for what they are about is documented; another record of it would do.
"""

from __future__ import annotations

from collections.abc import Iterable

from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import statement_text
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.what_if.edits import FROM_RECORD
from clausewise.logic.what_if.factored import alike_together
from clausewise.logic.what_if.flip import flip
from clausewise.logic.what_if.trial import Work

MOST_TOLD = 6


def lists_of(domain: str) -> tuple[str, ...]:
    """The lists of a case that a domain of the record is about."""
    return ("therapies", "therapy_inability") if domain == "therapies" else (domain,)


def further_records(
    decision: Decision,
    line: LineDecision,
    work: Work | None = None,
    *,
    complete: Iterable[str] | None = None,
) -> tuple[str, ...]:
    """Single further records that would approve a denied line, the first few; none of what the
    record is said to be ``complete`` for, by its own statements if nothing is given."""
    if line.determination != "not_medically_necessary":
        return ()
    domains = decision.case.record_complete if complete is None else complete
    held = [name for each in domains for name in lists_of(each)]
    found = flip(
        decision,
        line,
        largest=1,
        most=2 * MOST_TOLD,
        hold=held,
        kinds=frozenset({FROM_RECORD}),
        work=work,
    )
    approving = (each for each in found if each.determination == "medically_necessary")
    ways = alike_together((each.changes[0].candidate,) for each in approving)
    return tuple(way[0].text for way in ways[:MOST_TOLD])


def kept_out(decision: Decision, line: LineDecision) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Statements that the record is complete that alone keep single further records from approving
    a denied line, and these records."""
    stated = decision.case.record_complete
    for domain in stated:
        others = [each for each in stated if each != domain]
        if found := further_records(decision, line, complete=others):
            return (statement_text(GroundAtom("record_complete", (domain,))),), found
    return (), ()
