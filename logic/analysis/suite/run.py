"""A signed suite under a later revision of the policy: what moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clausewise.logic.analysis.suite.tables import SignedRow
from clausewise.logic.decision.decide import EXCLUSION_WORDS, decide_case
from clausewise.logic.language.policy import Policy


@dataclass(frozen=True)
class Difference:
    """What a row expects of a clause or of the determination, and what is found; "no such clause"
    where the revision has none of that label."""

    what: str
    expected: str
    found: str


@dataclass(frozen=True)
class MovedRow:
    """A row that is decided otherwise than signed."""

    row: SignedRow
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class SuiteRun:
    """What became of a suite: how many rows were decided, and those that moved."""

    policy: Policy
    rows: int
    moved: tuple[MovedRow, ...]


def run_suite(policy: Policy, rows: Iterable[SignedRow]) -> SuiteRun:
    """Decide each row under the policy and compare."""
    moved, number = [], 0
    for row in rows:
        number += 1
        differences = tuple(_differences(policy, row))
        if differences:
            moved.append(MovedRow(row, differences))
    return SuiteRun(policy, number, tuple(moved))


def _differences(policy: Policy, row: SignedRow) -> list[Difference]:
    line = decide_case(row.case, policy).lines[0]
    found = {"determination": str(line.determination.value)}
    for label, status in line.statuses.items():
        exclusion = policy.clauses[label].kind == "exclusion"
        found[label] = EXCLUSION_WORDS[status] if exclusion else str(status)
    return [
        Difference(what, expected, found.get(what, "no such clause"))
        for what, expected in row.expect.items()
        if found.get(what) != expected
    ]
