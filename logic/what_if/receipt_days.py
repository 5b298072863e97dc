"""The same record received on another day: what time alone changes.

Imaging grows too old, therapy leaves its window, the policy comes into force. Every day is decided
by the rules; nothing is interpolated, because a sliding window may cross a limit on any day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import monotonic

from clausewise.facts.case.model import Case
from clausewise.facts.relations.from_case import case_facts
from clausewise.facts.schema import Row
from clausewise.logic.decision.decide import facts_under
from clausewise.logic.derivation.model import DerivationPlan
from clausewise.logic.derivation.successive import Successive
from clausewise.logic.language.choices import Choices, choose
from clausewise.logic.language.policy import Policy
from clausewise.logic.language.specialise import specialise
from clausewise.logic.program.program import program_of

DAYS_AROUND = 730
MOST_SECONDS = 10.0
"""How long days before, and days after, are decided."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Days of receipt, both included, that lead to the same determination of a line."""

    side: str
    first: date
    last: date
    determination: str


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
    policy: Policy,
    *,
    days: int = DAYS_AROUND,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> tuple[Interval, ...]:
    """The intervals of receipt from ``days`` before to ``days`` after the actual one, by line.

    Of a record that is too large for all of them they end earlier, on one side or on both: each
    side is given up after MOST_SECONDS.
    """
    choices = choose(policy, readings, parameters)
    # Two thousand days are decided: rules of readings that are not chosen need not be tried.
    rules = specialise(program_of(policy).rules, choices)
    plan = DerivationPlan(tuple(rules), ["determination"])
    outcomes = {
        **dict(_outcomes(case, policy, plan, choices, range(0, -days - 1, -1))),
        **dict(_outcomes(case, policy, plan, choices, range(1, days + 1))),
    }
    open_intervals: dict[str, Interval] = {}
    found: list[Interval] = []
    for day in sorted(outcomes):
        for side, outcome in outcomes[day].items():
            begun = open_intervals.get(side)
            if begun is None or begun.determination != outcome:
                found += [] if begun is None else [begun]
                begun = Interval(side, day, day, outcome)
            open_intervals[side] = replace(begun, last=day)
    found += open_intervals.values()
    return tuple(sorted(found, key=lambda interval: (interval.side, interval.first)))


def _outcomes(
    case: Case, policy: Policy, plan: DerivationPlan, choices: Choices, distances: Iterable[int]
) -> Iterator[tuple[date, dict[str, str]]]:
    """The determination of each line on the days at these distances, while the time lasts."""
    end = monotonic() + MOST_SECONDS
    rows: Successive | None = None
    record = case_facts(case)
    for distance in distances:
        day = case.request.received + timedelta(days=distance)
        facts = facts_under(received_later(record, distance), policy, choices)
        rows = Successive(plan, facts, rows)
        yield day, {str(side): str(outcome) for side, outcome in rows["determination"]}
        if monotonic() > end:
            return
