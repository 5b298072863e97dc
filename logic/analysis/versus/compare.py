"""Whether two policies are equivalent, one stricter or laxer, or neither, over all records that the
clauses of either can tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clausewise.facts.case.model import Case
from clausewise.facts.errors import ClausewiseError
from clausewise.facts.text import in_words
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.analysis.findings.worlds import PathWorlds
from clausewise.logic.analysis.space.asked import Asked
from clausewise.logic.analysis.space.entries import parts_of
from clausewise.logic.analysis.space.parts import Part, merged
from clausewise.logic.analysis.space.record import SymbolicRecord, usual_receipt
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.program.program import Program
from clausewise.logic.readings.decision_diagram import NONE

ORDER = (
    Determination.NOT_MEDICALLY_NECESSARY,
    Determination.INSUFFICIENT_INFORMATION,
    Determination.MEDICALLY_NECESSARY,
)
"""From the worst for the member to the best."""


class Verdict(StrEnum):
    """What the second policy is beside the first."""

    EQUIVALENT = "equivalent"
    STRICTER = "stricter"
    LAXER = "laxer"
    INCOMPARABLE = "incomparable"


class NoCommonPathError(ClausewiseError):
    """The policies have no path for one procedure."""


@dataclass(frozen=True)
class PairOfOutcomes:
    """The records with one determination under the first policy and one under the second.

    ``share`` is their part of all records; ``changes`` are the variables in which the nearest
    record differs from the first policy's plainest approval, with its value there and here.
    ``cases`` are that record as a case under each policy's plan; None when there is no such record.
    """

    first: Determination
    second: Determination
    share: float
    changes: tuple[tuple[str, str, str], ...]
    cases: tuple[Case, Case] | None


@dataclass(frozen=True)
class Versus:
    """Two policies over all records of a procedure."""

    first: Policy
    second: Policy
    procedure: str
    verdict: Verdict
    pairs: tuple[PairOfOutcomes, ...]
    limits: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the first policy calls the path."""
        path = self.first.path_of(self.procedure)
        return self.procedure if path is None else path.name

    @property
    def first_name(self) -> str:
        """The first policy's number, with its first day where both have one number, and "(first)"
        where that day is one too."""
        return _name(self.first, self.second, "first")

    @property
    def second_name(self) -> str:
        """The second policy's number, told alike."""
        return _name(self.second, self.first, "second")

    def impossible(self) -> Iterator[str]:
        """What no record of the space gets, a sentence each."""
        for pair in self.pairs:
            if pair.cases is None:
                first, second = (in_words(each.value) for each in (pair.first, pair.second))
                yield (
                    f"no record is {first} under {self.first_name} and {second} under "
                    f"{self.second_name}"
                )


def _name(policy: Policy, other: Policy, place: str) -> str:
    if policy.number != other.number:
        return policy.number
    return policy.version if policy.effective != other.effective else f"{policy.number} ({place})"


def compare(first: Program, second: Program, procedure: str) -> Versus:
    """Two policies over the records that the clauses of either tell apart for a procedure.

    Every record is received on a day on which both are in force; where there is none, on a day of
    each, and all its days are counted from there. It is a member's of each plan in turn. Raises
    NoCommonPathError, and ``findings.worlds.WitnessError`` when the ordinary engine disagrees.
    """
    one, other = _path(first, procedure), _path(second, procedure)
    receipts = _receipts(first, second)

    def parts(received: date) -> tuple[Part, ...]:
        return merged(
            parts_of(Asked(first, one, received, receipts)),
            parts_of(Asked(second, other, received, receipts)),
        )

    own, its_own = receipts
    record = SymbolicRecord(first, one, own, parts(own))
    mine = PathWorlds(first, one, record)
    theirs = SymbolicRecord(second, other, its_own, parts(its_own))
    its = PathWorlds(second, other, theirs, record.diagrams)
    pairs = tuple(_pair(mine, its, a, b) for a in ORDER for b in ORDER)
    worse = any(_found(pair) and _rank(pair.second) < _rank(pair.first) for pair in pairs)
    better = any(_found(pair) and _rank(pair.second) > _rank(pair.first) for pair in pairs)
    verdict = {
        (False, False): Verdict.EQUIVALENT,
        (True, False): Verdict.STRICTER,
        (False, True): Verdict.LAXER,
        (True, True): Verdict.INCOMPARABLE,
    }[worse, better]
    return Versus(first.policy, second.policy, procedure, verdict, pairs, record.limits)


def _receipts(first: Program, second: Program) -> tuple[date, date]:
    """The day of receipt under each policy, one day where both are in force on it."""
    own, its_own = usual_receipt(first), usual_receipt(second)
    both = max(own, its_own)
    if all(each.policy.until is None or both < each.policy.until for each in (first, second)):
        return both, both
    return own, its_own


def _path(program: Program, procedure: str) -> Path:
    path = program.policy.path_of(procedure)
    if path is None:
        raise NoCommonPathError(f"{program.policy.number} has no path for {procedure}")
    return path


def _found(pair: PairOfOutcomes) -> bool:
    return pair.cases is not None


def _rank(determination: Determination) -> int:
    return ORDER.index(determination)


def _pair(
    mine: PathWorlds, its: PathWorlds, first: Determination, second: Determination
) -> PairOfOutcomes:
    diagrams = mine.diagrams
    held = diagrams.both(mine.default.outcome(first), its.default.outcome(second))
    if held == NONE:
        return PairOfOutcomes(first, second, 0.0, (), None)
    near = mine.approval
    changes = diagrams.nearest(held, near)
    assert changes is not None
    record = {**near, **changes}
    cases = mine.record.case(record, "first"), its.record.case(record, "second")
    mine.decided(cases[0], record, mine.default)
    its.decided(cases[1], record, its.default)
    told = tuple((name, near[name], value) for name, value in changes.items())
    return PairOfOutcomes(first, second, diagrams.share(held), told, cases)
