"""The same record received on another day: what time alone changes.

Imaging grows too old, therapy leaves its window, the policy comes into force. Every day is decided
by the rules; nothing is interpolated, because a sliding window may cross a limit on any day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from clausewise.facts.case.model import Case
from clausewise.logic.decision.decide import base_facts
from clausewise.logic.derivation.model import DerivationPlan, Model
from clausewise.logic.language.choices import Choices, choose
from clausewise.logic.language.policy import Policy
from clausewise.logic.language.specialise import specialise
from clausewise.logic.program.program import program_of

DAYS_AROUND = 730


@dataclass(frozen=True, slots=True)
class Interval:
    """Days of receipt, both included, that lead to the same determination of a line."""

    side: str
    first: date
    last: date
    determination: str


def received_on(case: Case, day: date) -> Case:
    """The whole file received so many days earlier or later: its documents and decision as well."""
    moved = day - case.request.received

    def later(known: date | None) -> date | None:
        return None if known is None else known + moved

    request = case.request.model_copy(
        update={"received": day, "decided": later(case.request.decided)}
    )
    documents = tuple(
        each.model_copy(update={"received": later(each.received)}) for each in case.documents
    )
    return case.model_copy(update={"request": request, "documents": documents})


def determination_on(
    case: Case, policy: Policy, plan: DerivationPlan, day: date, choices: Choices
) -> dict[str, str]:
    """The determination of each line if the same file had been received on ``day``."""
    moved = received_on(case, day)
    model = Model(plan, base_facts(moved, policy, choices))
    return {str(side): str(outcome) for side, outcome in model.rows["determination"]}


def when(
    case: Case,
    policy: Policy,
    *,
    days: int = DAYS_AROUND,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> tuple[Interval, ...]:
    """The intervals of receipt from ``days`` before to ``days`` after the actual one, by line."""
    choices = choose(policy, readings, parameters)
    # Two thousand models are made: rules of readings that are not chosen need not be tried.
    rules = specialise(program_of(policy).rules, choices)
    plan = DerivationPlan(tuple(rules), ["determination"])
    start = case.request.received - timedelta(days=days)
    open_intervals: dict[str, tuple[date, str]] = {}
    found: list[Interval] = []
    last_day = start
    for number in range(2 * days + 1):
        day = start + timedelta(days=number)
        for side, outcome in determination_on(case, policy, plan, day, choices).items():
            begun = open_intervals.get(side)
            if begun is not None and begun[1] != outcome:
                found.append(Interval(side, begun[0], last_day, begun[1]))
                begun = None
            if begun is None:
                open_intervals[side] = (day, outcome)
        last_day = day
    for side, (first, outcome) in open_intervals.items():
        found.append(Interval(side, first, last_day, outcome))
    return tuple(sorted(found, key=lambda interval: (interval.side, interval.first)))
