"""The same record received on another day: what time alone changes.

Imaging grows too old, therapy leaves its window, another version of the policy comes into force.
Every day is decided by the rules; nothing is interpolated, because a sliding window may cross a
limit on any day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import monotonic
from typing import TypeAlias

from clausewise.facts.case.model import Case
from clausewise.facts.columns import Row
from clausewise.facts.relations.from_case import case_facts
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import facts_under, status_in
from clausewise.logic.decision.decisive import decisive_clauses
from clausewise.logic.derivation.model import DerivationPlan
from clausewise.logic.derivation.successive import Successive
from clausewise.logic.language.choices import Choices, choose
from clausewise.logic.language.policy import Policy
from clausewise.logic.language.specialise import specialise
from clausewise.logic.language.status import Status
from clausewise.logic.program.program import program_of

DAYS_AROUND = 730
MOST_SECONDS = 10.0
"""How long days before, and days after, are decided."""

Changed: TypeAlias = tuple[str, Status, Status]
"""A clause with its status on the day before a change, and from that day on."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Days of receipt, both included, that lead to the same determination of a line.

    ``changed`` are the clauses that decide otherwise on the first day than on the day before it;
    none for the first interval of a line.
    """

    side: str
    first: date
    last: date
    determination: str
    changed: tuple[Changed, ...] = ()


class Intervals(tuple[Interval, ...]):
    """The intervals by line, in order; ``versions`` are the policies that were in force, each with
    the first of the days on which it was."""

    versions: tuple[tuple[date, str], ...]

    def __new__(
        cls, intervals: Iterable[Interval], versions: Iterable[tuple[date, str]]
    ) -> Intervals:
        found = super().__new__(cls, intervals)
        found.versions = tuple(versions)
        return found


DAYS_OF_RECEIPT = {
    "received": 0,
    "decided": 0,
    "document_received": 0,
    "cited_document": 1,
    "cited_undated": 1,
}
"""The relations with a day of receipt or decision, and its column."""


def received_later(record: Mapping[str, tuple[Row, ...]], days: int) -> dict[str, tuple[Row, ...]]:
    """The facts of a record whose whole file was received so many days later, by relation."""
    moved = dict(record)
    for name, column in DAYS_OF_RECEIPT.items():
        if name in moved:
            moved[name] = tuple(
                (*row[:column], int(row[column]) + days, *row[column + 1 :]) for row in moved[name]
            )
    return moved


def when(
    case: Case,
    policy_on: Callable[[date], Policy],
    *,
    days: int = DAYS_AROUND,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Intervals:
    """The intervals of receipt from ``days`` before to ``days`` after the actual one, by line.

    ``policy_on`` gives the policy that a request received on a day is decided under. Each side is
    given up after MOST_SECONDS, so that of a record that takes long the intervals end earlier.
    Raises ChoiceError for a reading or number that the policy of the actual day does not have.
    """
    choose(policy_on(case.request.received), readings, parameters)
    search = _Search(case, policy_on, readings or {}, parameters or {})
    earlier = list(search.outcomes(range(0, -days - 1, -1)))
    outcomes = [*reversed(earlier), *search.outcomes(range(1, days + 1))]
    open_intervals: dict[str, Interval] = {}
    found: list[Interval] = []
    for day, by_side in outcomes:
        for side, outcome in by_side.items():
            begun = open_intervals.get(side)
            if begun is None or begun.determination != outcome:
                found += [] if begun is None else [begun]
                begun = Interval(side, day, day, outcome, search.changed.get((side, day), ()))
            open_intervals[side] = replace(begun, last=day)
    found += open_intervals.values()
    versions: dict[str, date] = {}
    for day, _ in outcomes:
        versions.setdefault(policy_on(day).version, day)
    return Intervals(
        sorted(found, key=lambda interval: (interval.side, interval.first)),
        [(first, version) for version, first in versions.items()],
    )


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of one version of the policy, prepared for many days under some choices."""

    policy: Policy
    choices: Choices
    plan: DerivationPlan


@dataclass(frozen=True, slots=True)
class _Day:
    """What the rules say of the record when it is received on this day."""

    day: date
    rules: _Rules
    rows: Successive
    outcomes: Mapping[str, str]

    def statuses(self, side: str, labels: Iterable[str]) -> dict[str, Status]:
        """The status that each of these clauses has for the line."""
        return {label: status_in(self.rows, label, side) for label in labels}


class _Search:
    """The days of a record, decided one after the other; ``changed`` are the clauses that decide
    otherwise than the day before, by line and day."""

    def __init__(
        self,
        case: Case,
        policy_on: Callable[[date], Policy],
        readings: Mapping[str, str],
        parameters: Mapping[str, int],
    ) -> None:
        self.case, self._policy_on = case, policy_on
        self._readings, self._parameters = readings, parameters
        self._record = case_facts(case)
        self._rules: dict[Policy, _Rules] = {}
        self._actual: _Day | None = None
        self.changed: dict[tuple[str, date], tuple[Changed, ...]] = {}

    def outcomes(self, distances: Iterable[int]) -> Iterator[tuple[date, Mapping[str, str]]]:
        """The determination of each line on the days at these distances, while the time lasts."""
        end = monotonic() + MOST_SECONDS
        known = self._actual
        for distance in distances:
            found = self._decided(distance, known)
            if self._actual is None:
                self._actual = found
            if known is not None:
                before, after = sorted((known, found), key=lambda each: each.day)
                for side, outcome in after.outcomes.items():
                    if before.outcomes.get(side) != outcome:
                        self.changed[side, after.day] = _changed(self.case, side, before, after)
            known = found
            yield found.day, found.outcomes
            if monotonic() > end:
                return

    def _decided(self, distance: int, known: _Day | None) -> _Day:
        day = self.case.request.received + timedelta(days=distance)
        rules = self._rules_on(day)
        record = received_later(self._record, distance)
        facts = facts_under(record, rules.policy, rules.choices)
        alike = known is not None and known.rules is rules
        rows = Successive(rules.plan, facts, known.rows if known and alike else None)
        outcomes = {str(side): str(outcome) for side, outcome in rows["determination"]}
        return _Day(day, rules, rows, outcomes)

    def _rules_on(self, day: date) -> _Rules:
        policy = self._policy_on(day)
        found = self._rules.get(policy)
        if found is None:
            # Another version may lack a number or a reading that this one has.
            choices = choose(
                policy,
                {name: each for name, each in self._readings.items() if name in policy.reading},
                {name: each for name, each in self._parameters.items() if name in policy.parameter},
            )
            # Some thousand days are decided: rules of readings not chosen need not be tried.
            rules = specialise(program_of(policy).rules, choices)
            plan = DerivationPlan(tuple(rules), ["determination"])
            found = self._rules[policy] = _Rules(policy, choices, plan)
        return found


def _changed(case: Case, side: str, before: _Day, after: _Day) -> tuple[Changed, ...]:
    """The clauses that decide on one of the two days and have another status on the other; where
    none does, those that say whether the policy governs."""
    procedure = VOCABULARY.procedure_named(case.request.procedure) or ""
    deciding, of_scope = dict[str, None](), dict[str, None]()
    statuses: list[dict[str, Status]] = []
    for each in (before, after):
        policy, program = each.rules.policy, program_of(each.rules.policy)
        path = policy.path_of(procedure)
        own: dict[str, Status] = {}
        if path is not None:
            exclusions = program.exclusions(path, each.rules.choices.readings)
            own = each.statuses(side, (*program.criteria(path), *exclusions))
            outcome = each.outcomes.get(side, "")
            deciding |= dict.fromkeys(decisive_clauses(policy, path, outcome, own))
        scope = each.statuses(side, program.scope)
        of_scope |= dict.fromkeys(label for label in scope if label != policy.scope)
        statuses.append({**scope, **own})
    for labels in (deciding, of_scope):
        old, new = ([each.get(name, Status.UNDOCUMENTED) for name in labels] for each in statuses)
        found = tuple(each for each in zip(labels, old, new, strict=True) if each[1] != each[2])
        if found:
            return found
    return ()
