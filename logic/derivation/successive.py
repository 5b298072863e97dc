"""One set of facts after another, most of whose facts stay: what does not change stays derived.

For the rows alone: the rule instances behind a row may be those of earlier facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from copy import copy
from typing import Any

from clausewise.facts.columns import Row
from clausewise.logic.derivation.by_entry import asked_rows, changed_entries, rows_with
from clausewise.logic.derivation.model import DerivationPlan, Derivations, Model
from clausewise.logic.derivation.stages import indexed

ROWS_KEPT_PER_STEP = 20
"""So many rows are kept as they were in the time of one that a literal of a rule leads to."""


class _Differing(Mapping[Row, Any]):
    """Most rows of a relation as they were, without some and with others: not a copy of them all,
    of which a long record has a hundred thousand."""

    __slots__ = ("_gone", "_kept", "_new", "_size")

    def __init__(self, kept: dict[Row, Any], gone: Set[Row], new: dict[Row, Any]) -> None:
        self._kept, self._gone, self._new = kept, gone, new
        self._size = len(kept) - len(gone) + len(new)

    def __getitem__(self, row: Row) -> Any:
        if row in self._gone:
            return self._new[row]
        found = self._new.get(row)
        return self._kept[row] if found is None else found

    def __contains__(self, row: object) -> bool:
        return row in self._new or (row in self._kept and row not in self._gone)

    def __iter__(self) -> Iterator[Row]:
        gone = self._gone
        yield from (row for row in self._kept if row not in gone)
        yield from self._new

    def __len__(self) -> int:
        return self._size


class Successive(Derivations):
    """The rows that follow from some facts, given those that followed from the facts before.

    A relation is derived anew only when a relation that its rules look at has other rows. One that
    has the same rows as before is the same object, so that this is quick to see.
    """

    def __init__(
        self,
        plan: DerivationPlan,
        facts: Mapping[str, Iterable[Row]],
        before: Derivations | None = None,
    ) -> None:
        others = dict(facts)
        if before is not None:
            for key, rows in facts.items():
                if before.facts.get(key) is rows:
                    del others[key]
        super().__init__(plan, others)
        self.facts = facts
        self._before = before
        self._others: dict[str, Set[Row]] = {}
        """What ``_changed`` has found."""
        if before is not None:
            if isinstance(before, Successive):
                before._before = None
            for key in others:
                self[key] = self._as_before(key, self[key])
            for key in facts.keys() - others.keys():
                self[key] = before[key]
                if self[key]:
                    self.filled.add(key)

    def _as_before(self, key: str, found: Mapping[Row, Any]) -> Mapping[Row, Any]:
        """The rows of a relation: those found before when these are the same."""
        known = None if self._before is None else self._before.get(key)
        return known if known is not None and known.keys() == found.keys() else found

    def derived(self, key: str) -> Mapping[Row, Any]:
        before = self._before
        if before is None or key not in self._plan.plans:
            return super().derived(key)
        known = before.get(key)
        inputs = self._plan.inputs[key]
        if known is None:
            return super().derived(key)
        if all(self._is_as_in(before, each) for each in inputs):
            return known
        entries = changed_entries(self._plan, key, self._changed)
        if entries is None:
            return self._as_before(key, super().derived(key))
        gone = rows_with(self._plan, key, before, entries)
        new: dict[Row, Any] = {}
        for row in asked_rows(self._plan, key, entries):
            new |= self._plan.plans[key].derived(self, row)
        self._others[key] = gone ^ new.keys()
        if not self._others[key]:
            return known
        if not isinstance(known, dict):
            self.left -= len(known) // ROWS_KEPT_PER_STEP
            known = dict(known)
        return _Differing(known, gone, new)

    def _changed(self, key: str) -> Set[Row]:
        """The rows that held before or hold now, and not both, as far as they were looked at."""
        if key not in self._others:
            before = self._before
            if before is None or self._is_as_in(before, key):
                self._others[key] = frozenset()
            else:
                self._others[key] = before.get(key, {}).keys() ^ self[key].keys()
        return self._others[key]

    def _is_as_in(self, before: Derivations, key: str) -> bool:
        """Whether a relation has the rows that it had, as far as they were looked at.

        Where a rule failed early, what its further literals look at was not derived.
        """
        known = before.get(key)
        is_fact = key not in self._plan.plans
        if known is None and not is_fact:
            return True
        found = self.get(key) if is_fact else self[key]
        return found is known or not (found or known)

    def index(self, key: str, places: tuple[int, ...]) -> Mapping[Any, Sequence[Row]]:
        before = self._before
        if (key, places) not in self.indexes and before is not None:
            known = before.indexes.get((key, places))
            if known is not None and self[key] is before.get(key):
                self.indexes[key, places] = known
            elif known is not None and key in self._others:
                self.indexes[key, places] = self._index_from(known, key, places)
        return super().index(key, places)

    def _index_from(
        self, known: Mapping[Any, Sequence[Row]], key: str, places: tuple[int, ...]
    ) -> Mapping[Any, Sequence[Row]]:
        """The index of rows most of which are those of a known one."""
        found, rows = dict(known), self[key]
        for value, others in indexed(self._others[key], places).items():
            gone = {row for row in others if row not in rows}
            kept = [row for row in known.get(value, ()) if row not in gone]
            found[value] = kept + [row for row in others if row in rows]
        return found


def model_with(model: Model, facts: Mapping[str, Iterable[Row]]) -> Model:
    """The model of other facts, most of which are those of this model; for its rows alone."""
    found = copy(model)
    found.rows = Successive(model.plan, facts, model.rows)
    return found
