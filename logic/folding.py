"""Rules with the chosen readings and parameters put in, for translations that fix the choices.

Comparisons of constants are settled on the way; a rule that can never apply is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from logic.choices import Choices
from logic.notation import (
    ARITHMETIC,
    COMPARISONS,
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
        put = _with_values(literal, values)
        if isinstance(put, Comparison) and next(put.variables(), None) is None:
            if not COMPARISONS[put.symbol](_constant(put.left), _constant(put.right)):
                return None
            continue
        settled.append(put)
    head = _with_values(rule.head, values)
    assert isinstance(head, Atom)
    return replace(rule, head=head, body=tuple(settled))


def _with_values(literal: Literal, values: Mapping[str, Term]) -> Literal:
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
