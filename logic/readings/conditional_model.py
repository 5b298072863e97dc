"""The same clauses evaluated under every combination of choices in one pass.

Each row carries the set of combinations under which it holds (a decision diagram). What a
determination depends on is then exact over every combination, without trying them one by one. The
choices are readings of the text here; ``logic.what_if.missing`` uses possible entries of the
record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from clausewise.facts.columns import Row
from clausewise.logic.decision.decide import Decision
from clausewise.logic.derivation.by_entry import asked_rows, changed_entries, rows_with
from clausewise.logic.derivation.model import DerivationPlan, Model
from clausewise.logic.derivation.plan import Asked
from clausewise.logic.derivation.stages import (
    MOST_TOGETHER,
    Absent,
    Compared,
    Computed,
    Counted,
    Joined,
    Rows,
    Slots,
    Stage,
    TooManyInstancesError,
    with_values,
)
from clausewise.logic.engine.collector import collector_paused
from clausewise.logic.language.policy import Policy
from clausewise.logic.readings.decision_diagram import ALL, NONE, Diagrams

Alike: TypeAlias = Mapping[int, list[Slots]]
"""Slots of the variables of a rule, by the combinations under which they hold."""


class Worlds(Rows):
    """The rows of a case with, for each, the combinations of choices under which it holds.

    ``facts`` gives that for the facts, as nodes of ``diagrams``. Where only those of the relations
    in ``varying`` differ from the facts of a ``model``, what does not depend on them is its rows.
    """

    def __init__(
        self,
        plan: DerivationPlan,
        diagrams: Diagrams,
        facts: Mapping[str, Mapping[Row, int]],
        model: Model | None = None,
        varying: Iterable[str] = (),
    ) -> None:
        super().__init__(facts)
        self.diagrams = diagrams
        self._plan = plan
        self._model = model
        self._others: dict[str, Collection[Row]] = {}
        """What ``_changed`` has found."""
        self._depending = frozenset[str]()
        self._own = frozenset[str]()
        """Relations that depend on what varies, and that the model was never asked for: they are
        derived here, without their rule instances."""
        if model is not None:
            self._depending = plan.depending_on(varying)
            self._own = self._depending & model.plan.plans.keys() - model.rows.keys()

    def derived(self, key: str) -> Mapping[Row, int]:
        model = self._model
        if model is None or key in self._own:
            return self._derived(key)
        if not any(map(self._changed, self._plan.inputs[key])):
            return dict.fromkeys(model.rows[key], ALL)
        entries = changed_entries(self._plan, key, self._changed)
        if entries is None:
            return self._derived(key)
        found = dict.fromkeys(model.rows[key], ALL)
        for row in rows_with(self._plan, key, model.rows, entries):
            del found[row]
        for asked in asked_rows(self._plan, key, entries):
            found |= self._derived(key, asked)
        return found

    def _changed(self, key: str) -> Collection[Row]:
        """The rows that hold under some combinations and not under all, and those that the model
        has and these do not, or the other way round.

        What the model was never asked for was of no use to it: a literal before it had no rows.
        What follows from it here follows from a row of that literal too, which is new.
        """
        if self._model is not None and key not in self._depending:
            return ()
        found = self._others.get(key)
        if found is None:
            rows = self[key]
            found = [row for row, held in rows.items() if held != ALL]
            if self._model is not None and key not in self._own:
                found += self._model.rows[key].keys() ^ rows.keys()
            self._others[key] = found
        return found

    def _derived(self, key: str, asked: Asked | None = None) -> dict[Row, int]:
        """The rows that the rules derive, all or those asked for."""
        found: dict[Row, list[int]] = {}
        for rule in self._plan.plans.get(key, ()):
            if not rule.facts <= self.filled:
                continue
            started, stages = rule.begun(asked)
            current: Alike = {ALL: started} if started else {}
            for stage in stages:
                if not current:
                    break
                current = self._advance(stage, current)
            for held, some in current.items():
                for row in map(rule.pick, some):
                    found.setdefault(row, []).append(held)
        any_of = cache(self.diagrams.any_of_many)
        return {row: any_of(tuple(held)) for row, held in found.items()}

    def _advance(self, stage: Stage, current: Alike) -> Alike:
        if not self._varies(stage):
            advanced = {held: stage.advance(self, some) for held, some in current.items()}
            return {held: some for held, some in advanced.items() if some}
        # What is known of two sets is looked up without a call (see ``Stage``).
        both, without = cache(self.diagrams.both), cache(self.diagrams.without)
        following: defaultdict[int, list[Slots]] = defaultdict(list)
        if isinstance(stage, Counted):
            ((_, where),) = stage.bind
            for held, some in current.items():
                for slots in some:
                    for amount, remaining in self._totals(stage, slots, held).items():
                        following[remaining] += with_values([slots], where, [amount])
        elif isinstance(stage, Joined):
            rows, index = self[stage.key], self.index(stage.key, stage.known)
            pick, fill, left = stage.pick, stage.fill, MOST_TOGETHER
            for held, some in current.items():
                for slots in some:
                    fitting = index.get(pick(slots), ())
                    self.left -= len(fitting)
                    if self.left < 0 or left < 0:
                        raise TooManyInstancesError
                    for row in fitting:
                        remaining = both(held, rows[row])
                        if remaining != NONE:
                            following[remaining].append(fill(row + slots))
                            left -= 1
        else:
            rows, pick, negated = self[stage.key], stage.pick, isinstance(stage, Absent)
            for held, some in current.items():
                for slots in some:
                    row_held = rows.get(pick(slots), NONE)
                    remaining = both(held, without(row_held) if negated else row_held)
                    if remaining != NONE:
                        following[remaining].append(slots)
        return following

    def _varies(self, stage: Stage) -> bool:
        """Whether a literal may hold of the same values in one combination and not in another."""
        return not isinstance(stage, (Compared, Computed)) and bool(self._changed(stage.key))

    def index(self, key: str, places: tuple[int, ...]) -> Mapping[Any, Sequence[Row]]:
        if self._model is not None and key not in self._own and not self._changed(key):
            return self._model.rows.index(key, places)
        return super().index(key, places)

    def _totals(self, stage: Counted, slots: Slots, held: int) -> dict[Any, int]:
        """Each amount the total can have, with the combinations under which it has it."""
        rows, at = self[stage.key], stage.value_at

        def amount(row: Row) -> Any:
            return 1 if at is None else row[at]

        counted = stage.rows(self, slots)
        totals = self.diagrams.totals((amount(row), rows[row]) for row in counted)
        amounts = {amount: self.diagrams.both(held, world) for amount, world in totals.items()}
        return {amount: world for amount, world in amounts.items() if world != NONE}


@dataclass(frozen=True)
class OtherReading:
    """The fewest readings to switch for another determination, and which that is."""

    determination: str
    readings: Mapping[str, str]


def diagrams_of(policy: Policy) -> Diagrams:
    """Diagrams over the readings of a policy."""
    return Diagrams({each.name: tuple(each.choices) for each in policy.readings})


def reading_facts(policy: Policy, diagrams: Diagrams) -> dict[Row, int]:
    """Each value of each reading, with the combinations that choose it."""
    return {
        (each.name, value): diagrams.where(each.name, value)
        for each in policy.readings
        for value in each.choices
    }


def worlds_of_readings(decision: Decision) -> Worlds:
    """The rules evaluated for every combination of readings of a decided case at once."""
    line = decision.lines[0]
    diagrams = diagrams_of(line.program.policy)
    facts: dict[str, Mapping[Row, int]] = {
        key: dict.fromkeys(found, ALL) for key, found in decision.rows.items()
    }
    facts["reading"] = reading_facts(line.program.policy, diagrams)
    return Worlds(line.program.plan, diagrams, facts, line.model, ["reading"])


class ReadingSensitivity:
    """What the determinations of a decision owe to the readings of the text."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self._worlds = worlds_of_readings(decision)

    @collector_paused()
    def outcomes(self, side: str) -> dict[str, int]:
        """Each determination that some combination gives the line, with its combinations."""
        rows = self._worlds["determination"]
        return {str(row[1]): held for row, held in rows.items() if row[0] == side}

    def is_sensitive(self, side: str) -> bool:
        """Whether any combination of alternative readings changes the line's determination."""
        return len(self.outcomes(side)) > 1

    def rests_on(self, side: str) -> tuple[str, ...]:
        """The readings that the line's determination depends on, in the register's order."""
        outcome = self.decision.by_side[side].determination
        return self._worlds.diagrams.support(self.outcomes(side)[outcome])

    def alternatives(self, side: str) -> tuple[OtherReading, ...]:
        """For each other determination, the fewest readings to switch for it; fewest first."""
        chosen = self.decision.choices.readings
        own = self.decision.by_side[side].determination
        found: list[OtherReading] = []
        for outcome, held in self.outcomes(side).items():
            if outcome != own:
                changes = self._worlds.diagrams.nearest(held, chosen)
                if changes is not None:
                    found.append(OtherReading(outcome, changes))
        return tuple(sorted(found, key=lambda other: (len(other.readings), other.determination)))
