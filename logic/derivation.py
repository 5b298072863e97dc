"""Every derivation of every atom: the loaded clauses evaluated bottom-up, with the instances kept.

pyDatalog answers but keeps no proof. This module evaluates the same clauses once more, relation by
relation in the order of their dependencies (the program has no recursion, so each is complete when
it is used), and records each rule instance that holds. Proofs are read off these; what the two
evaluations say of the same atom is compared for every case.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any

from logic.checks import evaluation_order
from logic.notation import (
    ARITHMETIC,
    COMPARISONS,
    Atom,
    Comparison,
    Constant,
    Expression,
    Literal,
    Negation,
    Row,
    Rule,
    Term,
    Total,
    Variable,
)
from logic.totals import own_variables

DAY_COLUMNS = frozenset({"day", "earlier", "first", "last"})
"""The columns that hold day ordinals; they are shown as dates."""

Binding = dict[str, Constant]
"""The values of a rule's variables, by name."""


@dataclass(frozen=True, slots=True)
class GroundAtom:
    """An atom without variables: the key of its relation and its row."""

    key: str
    row: Row


@dataclass(frozen=True, slots=True)
class Instance:
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
            for name, value in zip(self.plan.names, self.slots, strict=True)
            if value is not None
        }


class _Step:
    """One literal of a body, prepared: which columns are known before it, which it binds."""

    __slots__ = ("bind", "compute", "condition", "key", "kind", "known", "pick", "value_at")

    def __init__(self, kind: str, key: str) -> None:
        self.kind = kind
        self.key = key
        self.known: tuple[int, ...] = ()
        self.pick: Callable[[Sequence[Any]], Any] = tuple
        self.bind: tuple[tuple[int, int], ...] = ()
        self.condition: Callable[[Sequence[Any]], bool] | None = None
        self.compute: tuple[int, Callable[[Sequence[Any]], Any]] | None = None
        self.value_at: int | None = None


class RulePlan:
    """A rule prepared for evaluation: variables as numbered slots, literals as steps.

    A part is prepared when it is first used, because most cases use a part of the rules only.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.needs = frozenset(literal.key for literal in rule.body if isinstance(literal, Atom))
        """The relations without whose rows the rule cannot hold, and need not be prepared."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The variables, in the order of their slots."""
        literals = (self.rule.head, *self.rule.body)
        return tuple(
            dict.fromkeys(variable.name for literal in literals for variable in literal.variables())
        )

    @cached_property
    def constants(self) -> tuple[Constant, ...]:
        """The constants of the atoms; they have slots of their own behind the variables."""
        atoms = [self.rule.head, *(atom for atom, _ in self.rule.atoms())]
        return tuple(
            term
            for atom in atoms
            for term in atom.arguments
            if not isinstance(term, (Variable, Expression))
        )

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
    def width(self) -> int:
        """How many slots the variables have."""
        return len(self.names)

    @cached_property
    def head_pick(self) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
        """Takes the row of the head out of the slots."""
        return _picker(tuple(self._slot(term) for term in self.rule.head.arguments))

    @cached_property
    def steps(self) -> tuple[_Step, ...]:
        """The literals of the body, in order."""
        bound: set[int] = set()
        return tuple(
            _prepare(self.rule, each, self._slot, self._slots, bound) for each in self.rule.body
        )

    @cached_property
    def start(self) -> tuple[Any, ...]:
        """The slots before anything is bound."""
        return (None,) * self.width + self.constants

    @cached_property
    def _slots(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def _slot(self, term: Term) -> int:
        if isinstance(term, Variable):
            return self._slots[term.name]
        if isinstance(term, Expression):
            raise TypeError(f"{self.rule.identifier} computes inside an atom")
        return self.width + self.constants.index(term)


def _picker(positions: tuple[int, ...]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    if not positions:
        return lambda _: ()
    if len(positions) == 1:
        (only,) = positions
        return lambda slots: (slots[only],)
    return itemgetter(*positions)


def _prepare(
    rule: Rule,
    literal: Literal,
    slot: Callable[[Term], int],
    slots: Mapping[str, int],
    bound: set[int],
) -> _Step:
    if isinstance(literal, Comparison):
        return _prepare_comparison(literal, slots, bound)
    if isinstance(literal, Negation):
        step = _Step("negative", literal.atom.key)
        step.pick = _picker(tuple(slot(term) for term in literal.atom.arguments))
        return step
    if isinstance(literal, Total):
        step = _Step("total", literal.atom.key)
        own = own_variables(rule, literal)
        arguments = literal.atom.arguments
        step.known = tuple(place for place, term in enumerate(arguments) if term not in own)
        step.pick = _picker(tuple(slot(arguments[place]) for place in step.known))
        step.value_at = None if literal.value is None else arguments.index(literal.value)
        step.bind = ((0, slots[literal.result.name]),)
        bound.add(slots[literal.result.name])
        return step
    step = _Step("positive", literal.key)
    known: list[tuple[int, int]] = []
    bind: list[tuple[int, int]] = []
    for place, term in enumerate(literal.arguments):
        if isinstance(term, Variable) and slots[term.name] not in bound:
            bind.append((place, slots[term.name]))
        else:
            known.append((place, slot(term)))
    if len({where for _, where in bind}) != len(bind):
        raise TypeError(f"{rule.identifier}: a variable stands twice in {literal}")
    bound.update(where for _, where in bind)
    step.known = tuple(place for place, _ in known)
    step.pick = _picker(tuple(where for _, where in known))
    step.bind = tuple(bind)
    return step


def _evaluator(term: Term, slots: Mapping[str, int]) -> Callable[[Sequence[Any]], Any]:
    if isinstance(term, Variable):
        return itemgetter(slots[term.name])
    if isinstance(term, Expression):
        operate = ARITHMETIC[term.symbol]
        left, right = _evaluator(term.left, slots), _evaluator(term.right, slots)
        return lambda values: operate(left(values), right(values))
    return lambda _: term


def _prepare_comparison(literal: Comparison, slots: Mapping[str, int], bound: set[int]) -> _Step:
    step = _Step("comparison", literal.symbol)
    left, right = literal.left, literal.right
    if isinstance(left, Variable) and literal.symbol == "==" and slots[left.name] not in bound:
        step.compute = (slots[left.name], _evaluator(right, slots))
        bound.add(slots[left.name])
    else:
        compare = COMPARISONS[literal.symbol]
        first, second = _evaluator(left, slots), _evaluator(right, slots)
        step.condition = lambda values: compare(first(values), second(values))
    return step


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

    @cached_property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """The names of the columns of each relation, facts included."""
        return {
            atom.key: atom.columns
            for rule in self._rules
            for atom in (rule.head, *(atom for atom, _ in rule.atoms()))
        }

    def in_order(self, rows: Mapping[str, Collection[Row]]) -> Iterator[tuple[str, list[RulePlan]]]:
        """Each relation with those of its rules that can hold, in the order of evaluation.

        ``rows`` are those known, by relation; the caller adds what holds of each relation before it
        asks for the next.
        """
        filled = {key for key, found in rows.items() if found}
        for key in self.order:
            yield key, [rule for rule in self.plans[key] if rule.needs <= filled]
            if rows[key]:
                filled.add(key)

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


class Model:
    """All atoms that hold for one case, each with every rule instance that derives it."""

    def __init__(self, plan: DerivationPlan, facts: Mapping[str, Iterable[Row]]) -> None:
        self.plan = plan
        self.rows: dict[str, Mapping[Row, Sequence[Instance]]] = {
            key: dict.fromkeys(rows, ()) for key, rows in facts.items()
        }
        self._indexes: dict[tuple[str, tuple[int, ...]], dict[Any, list[Row]]] = {}
        for key, rules in plan.in_order(self.rows):
            found: dict[Row, list[Instance]] = {}
            for rule in rules:
                for slots in self._instances(rule):
                    found.setdefault(rule.head_pick(slots), []).append(
                        Instance(rule, slots[: rule.width])
                    )
            self.rows[key] = found

    def holds(self, atom: GroundAtom) -> bool:
        """Whether the atom is a fact or has a derivation."""
        return atom.row in self.rows.get(atom.key, ())

    def derivations(self, atom: GroundAtom) -> Sequence[Instance]:
        """The rule instances that derive the atom; empty for a fact and for what does not hold."""
        return self.rows.get(atom.key, {}).get(atom.row, ())

    def is_given(self, key: str) -> bool:
        """Whether the relation holds facts and has no rules."""
        return key not in self.plan.plans

    def matching(self, key: str, places: tuple[int, ...], values: Row) -> Sequence[Row]:
        """The rows of a relation that have these values in these places."""
        rows = self.rows.get(key)
        if not rows:
            return ()
        if not places:
            return list(rows)
        index = self._indexes.get((key, places))
        if index is None:
            pick = _picker(places)
            index = {}
            for row in rows:
                index.setdefault(pick(row), []).append(row)
            self._indexes[key, places] = index
        return index.get(values, ())

    def _instances(self, rule: RulePlan) -> list[tuple[Any, ...]]:
        """The slots of every instance of the rule that holds."""
        current = [rule.start]
        for step in rule.steps:
            current = self.advance(step, current)
            if not current:
                break
        return current

    def advance(self, step: _Step, current: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The bindings after one more literal of a body, for each of the bindings before it."""
        following: list[tuple[Any, ...]] = []
        kind = step.kind
        if kind == "positive" and not step.bind:
            rows, pick = self.rows.get(step.key, ()), step.pick
            following = [slots for slots in current if pick(slots) in rows]
        elif kind == "positive":
            key, known, pick, bind = step.key, step.known, step.pick, step.bind
            for slots in current:
                for row in self.matching(key, known, pick(slots)):
                    extended = list(slots)
                    for place, where in bind:
                        extended[where] = row[place]
                    following.append(tuple(extended))
        elif kind == "negative":
            rows, pick = self.rows.get(step.key, ()), step.pick
            following = [slots for slots in current if pick(slots) not in rows]
        elif kind == "total":
            ((_, where),) = step.bind
            for slots in current:
                rows_found = self.matching(step.key, step.known, step.pick(slots))
                at = step.value_at
                extended = list(slots)
                extended[where] = len(rows_found) if at is None else sum(r[at] for r in rows_found)  # type: ignore[misc]
                following.append(tuple(extended))
        elif step.condition is not None:
            following = [slots for slots in current if step.condition(slots)]
        elif step.compute is not None:
            where, compute = step.compute
            for slots in current:
                extended = list(slots)
                extended[where] = compute(slots)
                following.append(tuple(extended))
        return following

    def rows_of_total(self, instance: Instance, literal: Total) -> list[GroundAtom]:
        """The rows that a total of an instance was made of."""
        step = instance.plan.steps[instance.rule.body.index(literal)]
        slots = instance.slots + instance.plan.constants
        rows = self.matching(step.key, step.known, step.pick(slots))
        return [GroundAtom(step.key, row) for row in rows]


def ground(atom: Atom, binding: Mapping[str, Constant]) -> GroundAtom:
    """The atom with the values of ``binding`` put in; every variable has to be bound."""
    row = tuple(
        binding[term.name] if isinstance(term, Variable) else term for term in atom.arguments
    )
    return GroundAtom(atom.key, row)  # type: ignore[arg-type]
