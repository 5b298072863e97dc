"""Which clauses support a determination: those its derivations go through, and no others.

An unmet part of a met gate does not support the determination. Pictures and reports highlight the
supporting clauses and fade the others.
"""

from __future__ import annotations

from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import atoms_below
from clausewise.logic.readings.completions import Certainty, certainty

CARRYING = frozenset({"met", "not_met"})
"""The statuses through which a derivation can go."""
OPEN = frozenset({"undocumented", "conflicting"})


def carrying(
    decision: Decision, line: LineDecision, certain: Certainty | None = None
) -> frozenset[str]:
    """The labels of the clauses that the line's determination rests on.

    For an approval or a denial those are the statuses in its derivations, all of them; for
    insufficient information the open clauses on which a determination still depends. ``certain`` is
    what is certain of the line, where it is known already.
    """
    if line.determination == "not_governed":
        return frozenset(label for label in line.program.scope if line.statuses[label] != "met")
    if line.determination == "insufficient_information":
        return frozenset(_open(line, certain or certainty(decision, line)))
    keys = (atom.key.partition("[") for atom in atoms_below(line, line.goal))
    return frozenset(rest[:-1] for status, _, rest in keys if rest and status in CARRYING)


def _open(line: LineDecision, certain: Certainty) -> set[str]:
    """Open clauses from the root downwards, without leaves that can change nothing."""
    irrelevant = frozenset(certain.irrelevant)
    clauses = line.program.policy.clauses
    found: set[str] = set()

    def walk(label: str) -> bool:
        if line.statuses.get(label) not in OPEN:
            return False
        clause = clauses[label]
        parts = [part for part in (*clause.parts, *clause.further_parts) if part in line.statuses]
        below = [walk(part) for part in parts]
        matters = any(below) if parts else label not in irrelevant
        if matters:
            found.add(label)
        return matters

    if line.path is not None:
        walk(line.path.root)
    for label in line.exclusions:
        if line.statuses[label] == "conflicting":
            found.add(label)
    return found
