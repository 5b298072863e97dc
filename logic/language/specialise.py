"""Rules with the chosen readings and parameters put in, for translations that fix the choices.

Comparisons of constants are settled on the way; a rule that can never apply is left out, and so is
what the choices alone decide.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from clausewise.logic.language.choices import Choices
from clausewise.logic.language.notation import (
    Atom,
    Comparison,
    Expression,
    Literal,
    Negation,
    Rule,
    Term,
    Total,
    Variable,
)

ARITHMETIC: Mapping[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def folded_program(rules: Iterable[Rule], choices: Choices) -> list[Rule]:
    """All rules with the choices put in, each once, less what these and other rules settle.

    A relation that no rule is left for holds nowhere; one without columns that a rule without a
    body is left for holds everywhere. Both leave the bodies that ask for them.
    """
    listed = list(rules)
    derived = {rule.head.key for rule in listed}
    left = {
        (each.head, each.body): each
        for rule in listed
        if (each := folded(rule, choices)) is not None
    }
    while True:
        heads = {rule.head.key for rule in left.values()}
        never = derived - heads
        always = {rule.head.key for rule in left.values() if not rule.body} & {
            rule.head.key for rule in left.values() if not rule.head.arguments
        }
        found = {
            (each.head, each.body): each
            for rule in left.values()
            if (each := _less(rule, never, always)) is not None
        }
        if found.keys() == left.keys():
            return without_subsumed(found.values())
        left = found


def without_subsumed(rules: Iterable[Rule]) -> list[Rule]:
    """The rules less each that asks for everything another one of the same head asks, and more.

    It derives nothing that the other does not. Once a reading is chosen, many rules are such.
    """
    listed = list(rules)
    bodies: dict[Atom, list[frozenset[Literal]]] = {}
    for rule in listed:
        bodies.setdefault(rule.head, []).append(frozenset(rule.body))
    return [
        rule
        for rule in listed
        if not any(body < frozenset(rule.body) for body in bodies[rule.head])
    ]


def _less(rule: Rule, never: Collection[str], always: Collection[str]) -> Rule | None:
    """The rule without literals that hold anyway; None when one of them never holds."""
    body: list[Literal] = []
    for literal in rule.body:
        if isinstance(literal, Atom) and literal.key in never:
            return None
        if isinstance(literal, Negation) and literal.atom.key in always:
            return None
        if isinstance(literal, Atom) and literal.key in always:
            continue
        if isinstance(literal, Negation) and literal.atom.key in never:
            continue
        body.append(literal)
    return replace(rule, body=tuple(body))


def folded(rule: Rule, choices: Choices) -> Rule | None:
    """The rule with the chosen readings and parameters put in; None when it cannot apply."""
    values: dict[str, Term] = {}
    body: list[Literal] = []
    for literal in rule.body:
        if isinstance(literal, Atom) and literal.relation.name in ("reading", "parameter"):
            name, wanted = literal.terms
            chosen: str | int = (
                choices.readings[str(name)]
                if literal.relation.name == "reading"
                else choices.parameters[str(name)]
            )
            if isinstance(wanted, Variable):
                if values.get(wanted.name, chosen) != chosen:
                    return None
                values[wanted.name] = chosen
            elif wanted != chosen:
                return None
            continue
        if isinstance(literal, Negation) and literal.atom.relation.name == "reading":
            name, wanted = literal.atom.terms
            if choices.readings[str(name)] == wanted:
                return None
            continue
        body.append(literal)
    settled: list[Literal] = []
    for literal in body:
        put = with_values(literal, values)
        if isinstance(put, Comparison) and next(put.variables(), None) is None:
            if not COMPARISONS[put.symbol](_constant(put.left), _constant(put.right)):
                return None
            continue
        settled.append(put)
    head = with_values(rule.head, values)
    assert isinstance(head, Atom)
    return replace(rule, head=head, body=tuple(settled))


def with_values(literal: Literal, values: Mapping[str, Term]) -> Literal:
    """The literal with constants put in for variables."""
    if not values:
        return literal
    if isinstance(literal, Atom):
        return replace(literal, terms=tuple(_put(term, values) for term in literal.terms))
    if isinstance(literal, Negation):
        return Negation(_atom_with(literal.atom, values))
    if isinstance(literal, Total):
        return replace(literal, atom=_atom_with(literal.atom, values))
    return Comparison(literal.symbol, _put(literal.left, values), _put(literal.right, values))


def _atom_with(atom: Atom, values: Mapping[str, Term]) -> Atom:
    return replace(atom, terms=tuple(_put(term, values) for term in atom.terms))


def _put(term: Term, values: Mapping[str, Term]) -> Term:
    if isinstance(term, Variable):
        return values.get(term.name, term)
    if isinstance(term, Expression):
        return Expression(term.symbol, _put(term.left, values), _put(term.right, values))
    return term


def _constant(term: Term) -> str | int | Decimal:
    if isinstance(term, Expression):
        left, right = _constant(term.left), _constant(term.right)
        assert isinstance(left, int)
        assert isinstance(right, int)
        return ARITHMETIC[term.symbol](left, right)
    assert not isinstance(term, Variable)
    return term
