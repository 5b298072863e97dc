"""One set of facts after another, most of whose facts stay: what does not change stays derived.

For the rows alone: the rule instances behind a row may be those of earlier facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

from clausewise.facts.columns import Row
from clausewise.logic.derivation.model import DerivationPlan, Derivations, Model


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
        if known is not None and all(self._is_as_in(before, each) for each in inputs):
            return known
        return self._as_before(key, super().derived(key))

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
        return super().index(key, places)


def model_with(model: Model, facts: Mapping[str, Iterable[Row]]) -> Model:
    """The model of other facts, most of which are those of this model; for its rows alone."""
    found = copy(model)
    found.rows = Successive(model.plan, facts, model.rows)
    return found
