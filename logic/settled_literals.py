"""What of a rule's body is settled before pyDatalog is asked for the rest.

The literals of a body hold together or not at all, in any order. So whatever has one answer at most
can be followed at once, wherever it stands: an atom of facts that one row matches, a comparison of
values that are known, a question that was answered before. A body with one literal that is false
fails as a whole; what is true need not be asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from logic.fact_table import FactTable
from logic.notation import (
    COMPARISONS,
    Atom,
    Comparison,
    Expression,
    Literal,
    Negation,
    Row,
    Rule,
    Variable,
)

_ASKED, _FACT, _COMPARED, _ANSWERED = range(4)
_Terms = tuple[tuple[Hashable, Any], ...]
"""Of each term what its variable is called, None for a constant, and the constant."""


class SettledLiterals:
    """The body of one rule, made ready to be settled.

    ``called`` tells what the caller calls a variable of the rule; ``const`` makes the caller's
    constants. These tell their value as ``id``, the caller's variables what they are called.
    """

    __slots__ = ("_const", "_steps")

    def __init__(
        self, rule: Rule, called: Callable[[Variable], Hashable], const: type[Any]
    ) -> None:
        self._steps = tuple(
            (position, *_prepared(literal, called)) for position, literal in enumerate(rule.body)
        )
        self._const = const

    def left(
        self,
        bindings: dict[Hashable, Any],
        tables: Mapping[str, FactTable],
        answers: Mapping[str, Mapping[Row, bool]],
    ) -> list[int] | None:
        """The places of the literals that are left to be asked; None when one is false.

        ``bindings`` are of the question; a variable that can have one value only is bound in them.
        ``tables`` hold all facts, ``answers`` what was asked before, by relation.
        """
        const, bound_to = self._const, bindings.get
        left: list[int] = []
        for position, kind, positive, key, terms in self._steps:
            if kind == _ASKED or (kind == _ANSWERED and key not in answers):
                left.append(position)
                continue
            if kind == _FACT and positive and key not in tables:
                return None
            values: list[Any] = []
            for name, value in terms:
                if name is None:
                    values.append(value)
                    continue
                bound: Any = bound_to(name)
                if type(bound) is not const:
                    break
                values.append(bound.id)
            else:
                row = tuple(values)
                if kind == _FACT:
                    holds: bool | None = key in tables and row in tables[key]
                elif kind == _COMPARED:
                    holds = COMPARISONS[key](*row)
                else:
                    holds = answers[key].get(row)
                if holds is None:
                    left.append(position)
                elif holds != positive:
                    return None
                continue
            # Some variable has no value yet.
            some = kind == _FACT and positive
            only = self._only_row(terms, tables[key], bindings) if some else None
            if only is None:
                left.append(position)
            elif not only or not self._bind(terms, only, bindings):
                return None
        return left

    def _only_row(
        self, terms: _Terms, table: FactTable, bindings: Mapping[Hashable, Any]
    ) -> Row | None:
        """The row that matches an atom: empty when there is none, None when there are several."""
        places: list[int] = []
        values: list[Any] = []
        for place, (name, value) in enumerate(terms):
            if name is not None:
                bound: Any = bindings.get(name)
                if type(bound) is not self._const:
                    continue
                value = bound.id
            places.append(place)
            values.append(value)
        found = table.matching(tuple(places), tuple(values))
        if len(found) > 1:
            return None
        return next(iter(found), ())

    def _bind(self, terms: _Terms, row: Row, bindings: dict[Hashable, Any]) -> bool:
        """Give the variables of an atom the values of a row; False where one has another value."""
        for (name, _), value in zip(terms, row, strict=True):
            if name is None:
                continue
            bound: Any = bindings.get(name)
            if type(bound) is self._const:
                # A variable that stands twice wants the same value twice.
                if bound.id != value:
                    return False
            elif bound is None:
                bindings[name] = self._const(value)
            else:
                # A variable of the question, for which several of the rule may stand.
                one = self._const(value)
                bindings.update({each: one for each, was in bindings.items() if was.id == bound.id})
        return True


def _prepared(
    literal: Literal, called: Callable[[Variable], Hashable]
) -> tuple[int, bool, str, _Terms]:
    """The kind of a literal, whether it is not negated, its relation or symbol, and its terms."""
    terms: tuple[Any, ...]
    if isinstance(literal, Comparison):
        kind, key, terms = _COMPARED, literal.symbol, (literal.left, literal.right)
    elif isinstance(literal, (Atom, Negation)):
        atom = literal.atom if isinstance(literal, Negation) else literal
        kind = _FACT if atom.relation.given else _ANSWERED
        key, terms = atom.key, atom.arguments
    else:
        return _ASKED, True, "", ()
    if any(isinstance(term, Expression) for term in terms):
        return _ASKED, True, "", ()
    made = tuple(
        (called(term), None) if isinstance(term, Variable) else (None, term) for term in terms
    )
    return kind, not isinstance(literal, Negation), key, made
