"""Every derivation of every atom: the loaded clauses evaluated bottom-up, with the instances kept.

pyDatalog answers but keeps no proof. This module evaluates the same clauses once more, relation by
relation in the order of their dependencies (the program has no recursion, so each is complete when
it is used), and records each rule instance that holds. Proofs are read off these; what the two
evaluations say of the same atom is compared for every case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Any

from clausewise.facts.columns import Column, Row, Type
from clausewise.logic.derivation.plan import Asked, GroundAtom, Instance, RulePlan
from clausewise.logic.derivation.stages import (
    MOST_TOGETHER,
    Counted,
    Pick,
    Rows,
    TooManyInstancesError,
    by_constants,
)
from clausewise.logic.language.column_types import ColumnTypes, column_types
from clausewise.logic.language.rules import Rule, Total
from clausewise.logic.language.well_formed import evaluation_order

OF_ENTRIES = (Type.ENTRY, Type.REFERENCE)
"""The types of columns that hold entries."""


class RelationRules(tuple[RulePlan, ...]):
    """The rules of one relation, in order."""

    def derived(self, held: Rows, asked: Asked | None = None) -> Mapping[Row, Sequence[Instance]]:
        """The rows that the rules derive from those held, all or those asked for, each with the
        rule instances."""
        found: dict[Row, list[Instance]] = {}
        # As ``Instance(rule, slots)``, without a call of a function of Python (see ``Stage``).
        instance = tuple.__new__
        for rule in self:
            if rule.facts <= held.filled:
                for row, slots in rule.instances(held, asked):
                    found.setdefault(row, []).append(instance(Instance, (rule, slots)))
        return found

    @cached_property
    def _by_constants(self) -> tuple[Pick, Mapping[Any, Sequence[RulePlan]]]:
        return by_constants(self)

    def about(self, row: Row) -> Sequence[RulePlan]:
        """The rules that may derive a row, so far as the constants of their heads tell."""
        pick, alike = self._by_constants
        constants = pick(row)
        return self if None in constants else alike.get(constants, ())


class DerivationPlan:
    """The clauses of a program prepared for evaluation, in the order of their dependencies."""

    def __init__(self, rules: Iterable[Rule], goals: Iterable[str]) -> None:
        by_key: dict[str, list[RulePlan]] = {}
        self._rules = tuple(rules)
        for rule in self._rules:
            by_key.setdefault(rule.head.key, []).append(RulePlan(rule, lambda: self.types))
        self.plans: Mapping[str, RelationRules] = {
            key: RelationRules(plans) for key, plans in by_key.items()
        }
        self.order = [key for key in evaluation_order(self._rules, goals) if key in by_key]
        self.rank = {key: number for number, key in enumerate(self.order)}
        self._places: dict[str, tuple[int, ...]] = {}

    @cached_property
    def types(self) -> ColumnTypes:
        """What the columns of the relations hold, and so the variables of the rules."""
        return column_types(self._rules, evaluation_order(self._rules, list(self.plans)))

    @cached_property
    def inputs(self) -> Mapping[str, frozenset[str]]:
        """The relations that the rules of each relation look at; none for one without rules."""
        return defaultdict(
            frozenset,
            {
                key: frozenset(atom.key for each in plans for atom, _ in each.rule.atoms())
                for key, plans in self.plans.items()
            },
        )

    def places_of_entries(self, key: str) -> tuple[int, ...]:
        """The places of a relation's row that hold entries, where its rules say of these what
        follows from their own facts alone; else none."""
        found = self._places.get(key) if key in self.plans else ()
        if found is None:
            found = self._places[key] = self._places_of_entries(key)
        return found

    def _places_of_entries(self, key: str) -> tuple[int, ...]:
        places = tuple(
            place for place, column in enumerate(self.columns[key]) if column.type in OF_ENTRIES
        )
        for rule in (each.rule for each in self.plans[key]):
            named = {rule.head.arguments[place] for place in places}
            asked = (
                term
                for atom, _ in rule.atoms()
                for term, column in zip(atom.arguments, self.columns[atom.key], strict=True)
                if column.type in (*OF_ENTRIES, Type.UNKNOWN)
            )
            if any(isinstance(each, Total) for each in rule.body) or not named.issuperset(asked):
                return ()
        return places

    @cached_property
    def columns(self) -> Mapping[str, tuple[Column, ...]]:
        """The columns of each relation, facts included."""
        return {
            atom.key: self.types.of_atom(atom)
            for rule in self._rules
            for atom in (rule.head, *(atom for atom, _ in rule.atoms()))
        }

    @cached_property
    def with_days(self) -> frozenset[str]:
        """The relations that have a column of days."""
        return frozenset(
            key
            for key, columns in self.columns.items()
            if any(column.type is Type.DAY for column in columns)
        )

    def depending_on(self, keys: Iterable[str]) -> frozenset[str]:
        """These relations, and those that rules derive from them at any remove."""
        found = set(keys)
        for key in self.order:
            if not found.isdisjoint(self.inputs[key]):
                found.add(key)
        return frozenset(found)

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

    def with_rule(self, original: Rule, changed: Rule | None) -> DerivationPlan:
        """The plan with one rule changed or (``changed`` is None) left out; the changed rule looks
        at no relation that the original does not."""
        key = original.head.key
        plans = [each for each in self.plans[key] if each.rule is not original]
        if changed is not None:
            plans.append(RulePlan(changed, lambda: self.types))
        found = copy(self)
        found.plans = {**self.plans, key: RelationRules(plans)}
        return found


class Derivations(Rows):
    """The rows of a case, each with the rule instances that derive it."""

    def __init__(self, plan: DerivationPlan, facts: Mapping[str, Iterable[Row]]) -> None:
        super().__init__({key: dict.fromkeys(rows, ()) for key, rows in facts.items()})
        self.facts = facts
        self._plan = plan
        self._left = MOST_TOGETHER

    def derived(self, key: str) -> Mapping[Row, Sequence[Instance]]:
        rules = self._plan.plans.get(key)
        if rules is None:
            return {}
        found = rules.derived(self)
        self._left -= sum(map(len, found.values()))
        if self._left < 0:
            raise TooManyInstancesError
        return found


class Model:
    """All atoms that hold for one case, each with every rule instance that derives it.

    A relation is evaluated, and those that its rules look at before it, when it is first asked for.
    """

    def __init__(self, plan: DerivationPlan, facts: Mapping[str, Iterable[Row]]) -> None:
        self.plan = plan
        self.rows = Derivations(plan, facts)

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
        stage = instance.plan.stages[place]
        if not isinstance(stage, Counted):
            raise TypeError(f"{instance.rule.body[place]} is no total")
        return [GroundAtom(stage.key, row) for row in stage.rows(self.rows, instance.slots)]
