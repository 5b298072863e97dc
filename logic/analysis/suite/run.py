"""A signed suite under a later revision of the policy: what moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.analysis.suite.tables import SignedRow
from clausewise.logic.decision.decide import EXCLUSION_WORDS, LineDecision, decide_case
from clausewise.logic.language.policy import Policy
from clausewise.logic.what_if.policies import as_if_governing

NO_SUCH_CLAUSE = "no such clause"


@dataclass(frozen=True)
class RowDifference:
    """What a row expects of a clause or of the determination, and what is found; "no such clause"
    where the revision has none of that label."""

    what: str
    expected: str
    found: str


@dataclass(frozen=True)
class MovedRow:
    """A row that is decided otherwise than signed."""

    row: SignedRow
    differences: tuple[RowDifference, ...]


@dataclass(frozen=True)
class SuiteRun:
    """What became of a suite: how many rows were decided, and those that moved.

    ``relabelled`` are the clauses that have another label than they were signed with, as pairs of
    labels; they are matched by their id.

    ``unsigned`` are the leaves of which the suite says nothing: they are new, or were left out.

    ``as_if`` rows have a plan or a day of receipt that the policy does not govern; they were
    decided as if it did.
    """

    policy: Policy
    rows: int
    moved: tuple[MovedRow, ...]
    as_if: int
    relabelled: tuple[tuple[str, str], ...]
    unsigned: tuple[str, ...]


def run_suite(policy: Policy, rows: Iterable[SignedRow]) -> SuiteRun:
    """Decide each row under the policy and compare.

    A row that was signed as governed is decided by the clauses, also under a version that is in
    force on other days or written for other plans.
    """
    moved, number, as_if = [], 0, 0
    governing = as_if_governing(policy)
    relabelled: dict[str, str] = {}
    asked: dict[str, None] = {}
    signed_of: set[str] = set()
    for row in rows:
        number += 1
        line = decide_case(row.case, policy).lines[0]
        signed = row.expect.get("determination")
        if line.determination is Determination.NOT_GOVERNED and signed != line.determination:
            as_if += 1
            line = decide_case(row.case, governing).lines[0]
        labels = _labels_now(policy, row)
        relabelled.update((old, new) for old, new in labels.items() if old != new)
        signed_of.update(labels.values())
        asked.update(dict.fromkeys(_leaves(policy, line)))
        differences = tuple(_differences(policy, row, line, labels))
        if differences:
            moved.append(MovedRow(row, differences))
    unsigned = tuple(label for label in asked if label not in signed_of)
    return SuiteRun(policy, number, tuple(moved), as_if, tuple(relabelled.items()), unsigned)


def _leaves(policy: Policy, line: LineDecision) -> Iterator[str]:
    """The leaves of a line's path, those left out that tell whether the policy governs."""
    for label in line.statuses:
        clause = policy.clauses[label]
        if not clause.gate and clause.kind != "scope":
            yield label


def _labels_now(policy: Policy, row: SignedRow) -> dict[str, str]:
    """The labels that the clauses of a row have now, by those they were signed with.

    A clause goes by its id; one whose id nobody gave, by its label.
    """
    by_id = {clause.id: label for label, clause in policy.clauses.items()}
    found = {}
    for label in row.expect:
        name = row.ids.get(label, label)
        if name in by_id:
            found[label] = by_id[name]
        elif name == label and label in policy.clauses:
            found[label] = label
    return found


def _differences(
    policy: Policy, row: SignedRow, line: LineDecision, labels: Mapping[str, str]
) -> list[RowDifference]:
    found = {"determination": str(line.determination.value)}
    for label, status in line.statuses.items():
        exclusion = policy.clauses[label].kind == "exclusion"
        found[label] = EXCLUSION_WORDS[status] if exclusion else str(status)
    now = {what: found.get(labels.get(what, ""), NO_SUCH_CLAUSE) for what in row.expect}
    now["determination"] = found["determination"]
    return [
        RowDifference(what, expected, now[what])
        for what, expected in row.expect.items()
        if now[what] != expected
    ]
