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
from typing import Any, NamedTuple, TypeAlias

from logic.checks import evaluation_order
from logic.notation import (
    Atom,
    Comparison,
    Constant,
    Literal,
    Negation,
    Row,
    Rule,
    Total,
    Variable,
)
from logic.steps import (
    USES_BEFORE_COMPILED,
    Counted,
    Pick,
    Rows,
    Slots,
    SlottedRule,
    Step,
    by_constants,
    picker,
    steps_of,
    terms_of,
)

DAY_COLUMNS = frozenset({"day", "earlier", "first", "last"})
"""The columns that hold day ordinals; they are shown as dates."""

Binding = dict[str, Constant]
"""The values of a rule's variables, by name."""


class GroundAtom(NamedTuple):
    """An atom without variables: the key of its relation and its row."""

    key: str
    row: Row


class Instance(NamedTuple):
    """One instance of a rule that holds: the rule and the values of its variables, in slots."""

    plan: RulePlan
    slots: tuple[Constant | None, ...]

    @property
    def rule(self) -> Rule:
        return self.plan.rule

    @property
    def binding(self) -> Binding:
        """The values of the rule's variables; those of a total range over rows and have none."""
        return {
            name: value
            for name, value in zip(self.plan.names, self.slots, strict=False)
            if value is not None
        }

    def atom(self, place: int) -> GroundAtom:
        """The atom of a literal of the body, by its place; None stands for what has no value."""
        _, key, pick = self.plan.parts[place]
        return GroundAtom(key, pick(self.slots))


ATOM, NEGATION, TOTAL, COMPARISON = "atom", "negation", "total", "comparison"
"""The kinds of literals."""

Part: TypeAlias = tuple[str, str, Pick]
"""A literal of a body: its kind, the relation of its atom, and what takes the row of that out of
the slots. A comparison has no atom."""


class RulePlan(SlottedRule):
    """A rule prepared for evaluation: its literals as steps."""

    ready: tuple[Sequence[Slots], tuple[Step, ...], Pick] | None = None
    """What a case needs of it, kept together: the slots before the first step (in a list), the
    steps, and what takes the row of the head out of the slots."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self.facts = frozenset(
            literal.key
            for literal in rule.body
            if isinstance(literal, Atom) and literal.relation.given
        )
        """The relations of facts without whose rows the rule cannot hold."""
        self._asked: dict[tuple[bool, ...], tuple[Step, ...]] = {}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The literals of the body, in order."""
        return tuple(steps_of(self))

    def prepare(self) -> tuple[Sequence[Slots], tuple[Step, ...], Pick]:
        """Make ``ready``."""
        self.ready = [self.start], self.steps, self.pick
        return self.ready

    def instances(self, held: Rows) -> list[tuple[Row, Slots]]:
        """The row of the head and the slots of every instance of the rule that holds."""
        current, steps, pick = self.ready or self.prepare()
        for step in steps:
            current = step.advance(held, current)
            if not current:
                return []
        return [(pick(slots), slots) for slots in current]

    @cached_property
    def pick(self) -> Pick:
        """What takes the row of the head out of the slots."""
        return picker(self.head_slots)

    @cached_property
    def head_slots(self) -> tuple[int, ...]:
        """The slots of the terms of the head."""
        return tuple(map(self.slot, self.rule.head.arguments))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The literals of the body, in order."""
        return tuple(map(self._part, self.rule.body))

    def _part(self, literal: Literal) -> Part:
        if isinstance(literal, Comparison):
            return COMPARISON, "", picker(())
        pick = picker(tuple(map(self.slot, terms_of(literal))))
        if isinstance(literal, Atom):
            return ATOM, literal.key, pick
        kind = NEGATION if isinstance(literal, Negation) else TOTAL
        return kind, literal.atom.key, pick

    def compares(self, place: int) -> str:
        """What a comparison compares, by its place: "date", "count" or another "value"."""
        names = {variable.name for variable in self.rule.body[place].variables()}
        return "count" if names & self.counts else "date" if names & self.days else "value"

    def asked(self, row: Sequence[Constant | None]) -> tuple[Sequence[Slots], Sequence[Step]]:
        """How to look for instances whose head has this row, None where any value will do.

        The slots before the first step, in a list that is empty when the head cannot have the row;
        and the literals as steps.
        """
        slots = list(self.start)
        for where, value in zip(self.head_slots, row, strict=True):
            if value is not None:
                if slots[where] is not None and slots[where] != value:
                    return [], ()
                slots[where] = value
        known = tuple([value is not None for value in row])
        steps = self._asked.get(known)
        if steps is None:
            before = [where for where, has in zip(self.head_slots, known, strict=True) if has]
            steps = self._asked[known] = tuple(steps_of(self, before))
        return [tuple(slots)], steps

    @cached_property
    def days(self) -> frozenset[str]:
        """The variables that hold days."""
        return frozenset(
            term.name
            for atom in (self.rule.head, *(atom for atom, _ in self.rule.atoms()))
            for column, term in zip(atom.columns, atom.arguments, strict=True)
            if column in DAY_COLUMNS and isinstance(term, Variable)
        )

    @cached_property
    def counts(self) -> frozenset[str]:
        """The variables that hold a number of rows or of days."""
        found = {each.result.name for each in self.rule.body if isinstance(each, Total)}
        found |= {
            term.name
            for atom, _ in self.rule.atoms()
            for column, term in zip(atom.columns, atom.arguments, strict=True)
            if column == "days" and isinstance(term, Variable)
        }
        return frozenset(found)


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
