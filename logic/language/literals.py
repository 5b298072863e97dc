"""One walk over literals: what they are about, the terms they hold, and terms put in for others.

Code that treats all literals alike asks here; only what differs between an atom, a negation, a
comparison and a total is left to a ``match`` of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Expression,
    Literal,
    Negation,
    Term,
    Total,
    Variable,
)


def positive_atoms(literals: Iterable[Literal]) -> Iterator[Atom]:
    """The atoms that are asked for, not those negated or counted."""
    for literal in literals:
        if isinstance(literal, Atom):
            yield literal


def terms_of(literal: Literal) -> tuple[Term, ...]:
    """The two sides of a comparison, or the arguments of the atom (without a clause label)."""
    match literal:
        case Comparison(_, left, right):
            return left, right
        case Atom():
            return literal.arguments
        case Negation(atom) | Total(atom=atom):
            return atom.arguments


def map_term(term: Term, change: Callable[[Variable], Term]) -> Term:
    """The term with each variable changed, also inside sums."""
    match term:
        case Variable():
            return change(term)
        case Expression(symbol, left, right):
            return Expression(symbol, map_term(left, change), map_term(right, change))
        case _:
            return term


def map_atom(atom: Atom, change: Callable[[Variable], Term]) -> Atom:
    """The atom with each variable changed."""
    return replace(atom, terms=tuple(map_term(term, change) for term in atom.terms))


def map_terms(literal: Literal, change: Callable[[Variable], Term]) -> Literal:
    """The literal with each variable changed.

    The result of a total and the column it adds up stay variables: a constant is not put in there.
    """
    match literal:
        case Atom():
            return map_atom(literal, change)
        case Negation(atom):
            return Negation(map_atom(atom, change))
        case Comparison(symbol, left, right):
            return Comparison(symbol, map_term(left, change), map_term(right, change))
        case Total(result, value, atom):
            added = None if value is None else _variable(value, change)
            return Total(_variable(result, change), added, map_atom(atom, change))


def _variable(variable: Variable, change: Callable[[Variable], Term]) -> Variable:
    changed = change(variable)
    return changed if isinstance(changed, Variable) else variable


def putting_in(values: Mapping[str, Term]) -> Callable[[Variable], Term]:
    """The change that puts in a term for each variable named in ``values``."""
    return lambda variable: values.get(variable.name, variable)
