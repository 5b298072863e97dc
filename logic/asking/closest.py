"""Why something is not answered: for each rule the instances that came closest, all that fails.

A proof stops at the first literal of a rule that fails and at what is certain to fail with it. Here
every rule is followed to its end: a literal that fails is noted and the rest is asked all the same,
so that a block that has neither contrast nor enough relief is told to lack both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clausewise.logic.derivation.model import Model
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.derivation.stages import ARITHMETIC, COMPARISONS
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Constant,
    Expression,
    Literal,
    Negation,
    Rule,
    Term,
    Total,
    Variable,
)

MOST_STATES = 500
MOST_SHOWN = 5
"""Ways to bind the variables of a rule that are followed, and that are told."""
MOST_PASSED = 2
"""Literals that are passed over although they hold for some values."""
Binding = Mapping[str, Constant]


@dataclass(frozen=True, slots=True)
class Closest:
    """An instance of a rule that came as close as any: what holds and what fails.

    ``open`` are the literals that cannot be asked because what fails would give them values.
    """

    rule: Rule
    binding: Binding
    holding: tuple[Literal, ...]
    failing: tuple[Literal, ...]
    open: tuple[Literal, ...]

    def atom(self, literal: Literal) -> GroundAtom | None:
        """The atom that a literal asks for, with None for what has no value; None without one."""
        match literal:
            case Atom(key=key, arguments=arguments):
                return pattern(key, (value_of(term, self.binding) for term in arguments))
            case Negation(atom) | Total(atom=atom):
                return self.atom(atom)
            case Comparison():
                return None


def pattern(key: str, values: Iterable[Constant | None]) -> GroundAtom:
    """An atom in which None stands for any value."""
    return GroundAtom(key, tuple(values))  # type: ignore[arg-type]


def closest(model: Model, atom: GroundAtom) -> tuple[Closest, ...]:
    """For each rule that might derive an atom the instances that came closest.

    None in the row of the atom stands for any value.
    """
    found: list[Closest] = []
    for plan in model.plan.plans.get(atom.key, ()):
        started = _bound(plan.rule.head.arguments, atom.row, {})
        if started is not None:
            found += _of_rule(model, plan.rule, started)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _State:
    binding: Binding
    holding: tuple[Literal, ...] = ()
    failing: tuple[Literal, ...] = ()
    open: tuple[Literal, ...] = ()


def _of_rule(model: Model, rule: Rule, started: Binding) -> list[Closest]:
    states = [_State(started)]
    for literal in rule.body:
        following: list[_State] = []
        for state in states:
            following += _after(model, rule, literal, state)
        following.sort(key=lambda state: len(state.failing) + len(state.open))
        states = following[:MOST_STATES]
    failing = [state for state in states if state.failing and _all_fail(model, state)]
    distances = [_distance(rule, state) for state in failing]
    return [
        Closest(rule, state.binding, state.holding, state.failing, state.open)
        for state, distance in zip(failing, distances, strict=True)
        if distance == min(distances)
    ][:MOST_SHOWN]


def _distance(rule: Rule, state: _State) -> tuple[int, int]:
    """How many literals fail or stay open, and how many terms of the head no literal that holds
    speaks of: what is told should be about what was asked for."""
    spoken = {each.name for literal in state.holding for each in literal.variables()}
    asked = {each.name for each in rule.head.variables()}
    return len(state.failing) + len(state.open), len(asked - spoken)


def _all_fail(model: Model, state: _State) -> bool:
    """Whether what was passed over fails for the values that were found afterwards too."""
    return not any(
        isinstance(each, Atom)
        and next(_matching(model, each.key, each.arguments, state.binding), None) is not None
        for each in state.failing
    )


def _after(model: Model, rule: Rule, literal: Literal, state: _State) -> Iterator[_State]:
    """The states after a literal: one for each way in which it holds, else one where it fails."""
    bound = state.binding
    ways: list[Binding]
    match literal:
        case Atom(key=key, arguments=arguments):
            ways = list(_matching(model, key, arguments, bound))
        case Negation(atom):
            if any(value_of(term, bound) is None for term in atom.arguments):
                yield _State(bound, state.holding, state.failing, (*state.open, literal))
                return
            found = next(_matching(model, atom.key, atom.arguments, bound), None)
            ways = [bound] if found is None else []
        case Total(result, value, atom):
            before = {each.name for each in _before(rule, literal)}
            if any(each.name in before and each.name not in bound for each in atom.variables()):
                yield _State(bound, state.holding, state.failing, (*state.open, literal))
                return
            rows = list(_matching(model, atom.key, atom.arguments, bound))
            number: Any = len(rows) if value is None else sum(row[value.name] for row in rows)
            ways = [{**bound, result.name: number}]
        case Comparison(symbol, left, right):
            values = value_of(left, bound), value_of(right, bound)
            if symbol == "==" and isinstance(left, Variable) and values[0] is None:
                values = values[1], values[1]
            if values[0] is None or values[1] is None:
                yield _State(bound, state.holding, state.failing, (*state.open, literal))
                return
            holds = COMPARISONS[symbol](*values)
            name = {left.name: values[0]} if isinstance(left, Variable) else {}
            ways = [{**bound, **name}] if holds else []
    for way in ways:
        yield _State(way, (*state.holding, literal), state.failing, state.open)
    # What binds variables may also be passed over: other values may be closer to what was asked.
    passed = isinstance(literal, Atom) and len(state.failing) < MOST_PASSED
    if not ways or (passed and ways[0] != bound):
        yield _State(bound, state.holding, (*state.failing, literal), state.open)


def _before(rule: Rule, literal: Literal) -> Iterator[Variable]:
    """The variables of the head and of the literals before one."""
    yield from rule.head.variables()
    for each in rule.body:
        if each is literal:
            return
        yield from each.variables()


def _matching(model: Model, key: str, terms: Iterable[Term], binding: Binding) -> Iterator[Binding]:
    """The binding with the values of each row that fits the terms."""
    wanted = tuple(terms)
    for row in model.rows[key]:
        found = _bound(wanted, row, binding)
        if found is not None:
            yield found


def _bound(
    terms: Iterable[Term], row: Iterable[Constant | None], binding: Binding
) -> Binding | None:
    """The binding under which terms are a row; None if they are not. None in it fits all."""
    found = dict(binding)
    for term, value in zip(terms, row, strict=True):
        if value is None:
            continue
        known = value_of(term, found)
        if known is None and isinstance(term, Variable):
            found[term.name] = value
        elif known != value:
            return None
    return found


def value_of(term: Term, binding: Binding) -> Constant | None:
    """The value of a term, None without one."""
    match term:
        case Variable(name):
            return binding.get(name)
        case Expression(symbol, left, right):
            one, other = value_of(left, binding), value_of(right, binding)
            if one is None or other is None:
                return None
            return ARITHMETIC[symbol](one, other)  # type: ignore[arg-type]
        case _:
            return term
