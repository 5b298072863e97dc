"""Every derivation of every atom: the loaded clauses evaluated bottom-up, with the instances kept.

pyDatalog answers but keeps no proof. This module evaluates the same clauses once more, relation by
relation in the order of their dependencies (the program has no recursion, so each is complete when
it is used), and records each rule instance that holds. Proofs are read off these; what the two
evaluations say of the same atom is compared for every case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Any, TypeAlias

from logic.checks import evaluation_order
from logic.notation import Row, Rule
from logic.rule_plans import DAY_COLUMNS, GroundAtom, Instance, RulePlan
from logic.steps import USES_BEFORE_COMPILED, Counted, Pick, Rows, by_constants

Deriving: TypeAlias = Callable[[Rows], Mapping[Row, Sequence[Instance]]]
"""Gives the rows of a relation that hold, each with the rule instances that derive it."""

_Alike: TypeAlias = tuple[Sequence[RulePlan], Pick, Mapping[Any, Sequence[RulePlan]]]
"""The rules of a relation with what ``by_constants`` says of them."""


class DerivationPlan:
    """The clauses of a program prepared for evaluation, in the order of their dependencies."""

    def __init__(self, rules: Iterable[Rule], goals: Iterable[str]) -> None:
        by_key: dict[str, list[RulePlan]] = {}
        self._rules = tuple(rules)
        for rule in self._rules:
            by_key.setdefault(rule.head.key, []).append(RulePlan(rule))
        self.plans: Mapping[str, Sequence[RulePlan]] = by_key
        self.order = [key for key in evaluation_order(self._rules, goals) if key in by_key]
        self.rank = {key: number for number, key in enumerate(self.order)}
        self._uses: Counter[str] = Counter()
        self._functions: dict[str, Deriving] = {}
        self._alike: dict[str, _Alike] = {}

    def function_of(self, key: str) -> Deriving | None:
        """The rules of a relation as a function, once it has been derived often enough."""
        found = self._functions.get(key)
        if found is None:
            self._uses[key] += 1
            if self._uses[key] > USES_BEFORE_COMPILED:
                from logic.compiled_rules import compiled

                found = self._functions[key] = compiled(self.plans[key])
        return found

    def about(self, atom: GroundAtom) -> Sequence[RulePlan]:
        """The rules that may derive an atom, so far as the constants of their heads tell."""
        plans = self.plans[atom.key]
        known = self._alike.get(atom.key)
        if known is None or known[0] is not plans:
            known = self._alike[atom.key] = plans, *by_constants(plans)
        _, pick, alike = known
        constants = pick(atom.row)
        return plans if None in constants else alike.get(constants, ())

    @cached_property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the columns of each relation, facts included."""
        return {
            atom.key: atom.columns
            for rule in self._rules
            for atom in (rule.head, *(atom for atom, _ in rule.atoms()))
        }

    @cached_property
    def with_days(self) -> frozenset[str]:
        """The relations that have a column of days."""
        return frozenset(
            key for key, columns in self.columns.items() if not DAY_COLUMNS.isdisjoint(columns)
        )

    def without(self, keys: frozenset[str], *goals: str) -> DerivationPlan:
        """The plan for some goals alone, where these relations are given and not derived.

        Leaving rules out keeps every order of evaluation right, so nothing is prepared again.
        """
        needed: set[str] = set()
        waiting = list(goals)
        while waiting:
            key = waiting.pop()
            if key not in needed and key in self.plans and key not in keys:
                needed.add(key)
                waiting += [atom.key for each in self.plans[key] for atom, _ in each.rule.atoms()]
        found = copy(self)
        found.plans = {key: self.plans[key] for key in self.order if key in needed}
        found.order = list(found.plans)
        found.rank = {key: number for number, key in enumerate(found.order)}
        return found


class Derivations(Rows):
    """The rows of a case, each with the rule instances that derive it."""

    def __init__(self, plan: DerivationPlan, facts: Mapping[str, Iterable[Row]]) -> None:
        super().__init__({key: dict.fromkeys(rows, ()) for key, rows in facts.items()})
        self._plan = plan

    def derived(self, key: str) -> Mapping[Row, Sequence[Instance]]:
        rules = self._plan.plans.get(key)
        if rules is None:
            return {}
        function = self._plan.function_of(key)
        if function is not None:
            return function(self)
        found: dict[Row, list[Instance]] = {}
        filled = self.filled
        for rule in rules:
            if rule.facts <= filled:
                for row, slots in rule.instances(self):
                    found.setdefault(row, []).append(Instance(rule, slots))
        return found


class Model:
    """All atoms that hold for one case, each with every rule instance that derives it.

    A relation is evaluated, and those that its rules look at before it, when it is first asked for.
    """

    def __init__(self, plan: DerivationPlan, facts: Mapping[str, Iterable[Row]]) -> None:
        self.plan = plan
        self.rows: Rows = Derivations(plan, facts)

    def holds(self, atom: GroundAtom) -> bool:
        """Whether the atom is a fact or has a derivation."""
        return atom.row in self.rows[atom.key]

    def derivations(self, atom: GroundAtom) -> Sequence[Instance]:
        """The rule instances that derive the atom; empty for a fact and for what does not hold."""
        found: Sequence[Instance] = self.rows[atom.key].get(atom.row, ())
        return found

    def is_given(self, key: str) -> bool:
        """Whether the relation holds facts and has no rules."""
        return key not in self.plan.plans

    def rows_of_total(self, instance: Instance, place: int) -> list[GroundAtom]:
        """The rows that a total of an instance was made of, by its place in the body."""
        step = instance.plan.steps[place]
        if not isinstance(step, Counted):
            raise TypeError(f"{instance.rule.body[place]} is no total")
        return [GroundAtom(step.key, row) for row in step.rows(self.rows, instance.slots)]
