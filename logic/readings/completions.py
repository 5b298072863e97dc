"""What is certain: which determinations are still possible, and which clauses no longer matter.

Every leaf that is undocumented or in conflict is taken as open to both answers; all completions are
evaluated at once with the program's own gates. Insufficient information has to leave both an
approval and a denial possible; a leaf on which no outcome depends is never asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clausewise.facts.columns import Row
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.language.status import DERIVED
from clausewise.logic.readings.conditional_model import Worlds
from clausewise.logic.readings.decision_diagram import ALL, Diagrams


@dataclass(frozen=True, slots=True)
class Certainty:
    """For one line: the determinations that completions of the record can lead to, the open leaves
    on which they depend, and the open leaves that can no longer change anything."""

    side: str
    possible: frozenset[str]
    relevant: tuple[str, ...]
    irrelevant: tuple[str, ...]


def certainty(decision: Decision, line: LineDecision) -> Certainty:
    """Which determinations are possible over all completions of the open leaves of a line.

    Silent exclusions stay silent: they have to be documented to count. The answer is exact for the
    leaves taken as independent questions.
    """
    policy = line.program.policy
    opened = tuple(
        label
        for label, status in line.statuses.items()
        if not policy.clauses[label].gate
        and (
            (policy.clauses[label].kind == "criterion" and status == "undocumented")
            or status == "conflicting"
        )
    )
    replaced = frozenset(f"{status}[{label}]" for label in opened for status in DERIVED)
    diagrams = Diagrams(dict.fromkeys(opened, ("met", "not_met")))
    facts: dict[str, Mapping[Row, int]] = {
        key: dict.fromkeys(rows, ALL) for key, rows in decision.rows.items()
    }
    facts.update((key, {}) for key in replaced)
    for label in opened:
        for status in ("met", "not_met"):
            facts[f"{status}[{label}]"] = {(line.side,): diagrams.where(label, status)}
    facts["line"] = {(line.side,): ALL}
    plan = line.program.plan.without(replaced, "determination")
    worlds = Worlds(plan, diagrams, facts, line.model, {*replaced, "line"})
    outcomes = {str(row[1]): node for row, node in worlds["determination"].items()}
    depended = {name for node in outcomes.values() for name in diagrams.support(node)}
    return Certainty(
        line.side,
        frozenset(outcomes),
        tuple(label for label in opened if label in depended),
        tuple(label for label in opened if label not in depended),
    )
