"""What pyDatalog calls relations and variables, and the rules that its clauses say."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.rules import (
    COMPARISON_SYMBOLS,
    Atom,
    Comparison,
    Constant,
    Expression,
    Literal,
    Negation,
    Relation,
    Rule,
    Term,
    Total,
    Variable,
)

_SUFFIX = "@"
"""Between a variable's name and the rule it belongs to."""

NEGATED = "~"
"""What pyDatalog writes before the name of a relation to negate it."""


@cache
def predicate_name(key: str) -> str:
    """The name under which pyDatalog knows a relation: no dot (a class there), no bracket.

    Distinct keys keep distinct names: the label's "." becomes "·".
    """
    return key.replace("[", "·of·").replace("]", "").replace(".", "·")


def variable_name(name: str, owner: str) -> str:
    """The name of a variable that no other rule has: ``owner`` tells whose it is."""
    return f"{name}{_SUFFIX}{owner}"


def rule_of(clause: Any, relations: Mapping[str, tuple[Relation, str | None]]) -> Rule:
    """The rule that a clause of pyDatalog says.

    ``relations`` tells for a predicate's name its relation and, in a family, the clause label.
    """
    body = tuple(_literal(literal, relations) for literal in clause.body)
    return Rule(clause.rid, clause.cite, _atom(clause.head, relations), body)


def _term(term: Any) -> Term:
    if term.is_const():
        value: Constant = term.id
        return value
    if hasattr(term, "operator"):
        return Expression(str(term.operator), _term(term.lhs), _term(term.rhs))
    return Variable(str(term).partition(_SUFFIX)[0])


def _atom(
    literal: Any, relations: Mapping[str, tuple[Relation, str | None]], drop_last: bool = False
) -> Atom:
    relation, label = relations[literal.pred.name.removeprefix(NEGATED)]
    terms = [_term(term) for term in literal.terms]
    if drop_last:
        terms.pop()
    if relation.by_clause is not None and label is not None:
        terms.insert(relation.by_clause, label)
    return Atom(relation, tuple(terms))


def _literal(literal: Any, relations: Mapping[str, tuple[Relation, str | None]]) -> Literal:
    if literal.pred.name in COMPARISON_SYMBOLS:
        left, right = (_term(term) for term in literal.terms)
        return Comparison(literal.pred.name, left, right)
    if literal.pred.name.startswith(NEGATED):
        return Negation(_atom(literal, relations))
    if literal.aggregate is not None:
        atom = _atom(literal, relations, drop_last=True)
        result = _term(literal.terms[-1])
        position = literal.aggregate.value_position
        value = None if position is None else atom.arguments[position]
        if not isinstance(result, Variable) or not isinstance(value, Variable | None):
            raise PolicyError(f"a total was loaded wrongly: {literal}")
        return Total(result, value, atom)
    return _atom(literal, relations)
