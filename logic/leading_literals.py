"""What a rule asks the facts before it asks anything else, and what they settle of it at once.

A body that begins with atoms of facts, their negations or comparisons can be followed as far as
each has at most one answer: it fails where there is none, and what has one need not be asked again.
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
    Rule,
    Variable,
)

FAILS = -1

_PRESENT, _ABSENT, _COMPARED = range(3)
_Step = tuple[int, str, tuple[tuple[int, Hashable, Any], ...]]
"""A literal made ready: its kind, its relation or symbol, and of each term its place, what its
variable is called (None for a constant) and its constant."""


class LeadingLiterals:
    """The literals at the beginning of a rule's body that facts alone can settle.

    ``called`` tells what the caller calls a variable of the rule; ``const`` makes the caller's
    constants, which tell their value as ``id``.
    """

    __slots__ = ("_const", "_steps")

    def __init__(
        self, rule: Rule, called: Callable[[Variable], Hashable], const: type[Any]
    ) -> None:
        steps: list[_Step] = []
        for literal in rule.body:
            step = _step(literal, called)
            if step is None:
                break
            steps.append(step)
        self._steps = tuple(steps)
        self._const = const

    def settle(self, bindings: dict[Hashable, Any], tables: Mapping[str, FactTable]) -> int:
        """How many literals the facts settle under these bindings; FAILS when one is false.

        A variable that can have one value only is bound to it in ``bindings``.
        """
        const = self._const
        for settled, (kind, key, terms) in enumerate(self._steps):
            places: list[int] = []
            values: list[Any] = []
            free: list[tuple[int, Hashable]] = []
            for place, name, value in terms:
                if name is not None:
                    bound: Any = bindings.get(name)
                    if type(bound) is not const:
                        free.append((place, name))
                        continue
                    value = bound.id
                places.append(place)
                values.append(value)
            if kind == _PRESENT:
                table = tables.get(key)
                if table is None:
                    return FAILS
                if not free:
                    if tuple(values) not in table:
                        return FAILS
                    continue
                found = table.matching(tuple(places), tuple(values))
                if not found:
                    return FAILS
                if len(found) > 1:
                    return settled
                (row,) = found
                for place, name in free:
                    bound = bindings.get(name)
                    # A variable that stands twice wants the same value twice.
                    if type(bound) is const and bound.id != row[place]:
                        return FAILS
                    bindings[name] = const(row[place])
            elif free:
                return settled
            elif kind == _COMPARED:
                if not COMPARISONS[key](*values):
                    return FAILS
            elif key in tables and tuple(values) in tables[key]:
                return FAILS
        return len(self._steps)


def _step(literal: Literal, called: Callable[[Variable], Hashable]) -> _Step | None:
    """The literal made ready; None when facts alone cannot settle it."""
    if isinstance(literal, Comparison):
        kind, key, terms = _COMPARED, literal.symbol, (literal.left, literal.right)
    else:
        atom = literal.atom if isinstance(literal, Negation) else literal
        if not isinstance(atom, Atom) or not atom.relation.given:
            return None
        kind = _ABSENT if isinstance(literal, Negation) else _PRESENT
        key, terms = atom.key, atom.arguments  # type: ignore[assignment]
    if any(isinstance(term, Expression) for term in terms):
        return None
    parts = [
        (place, called(term), None) if isinstance(term, Variable) else (place, None, term)
        for place, term in enumerate(terms)
    ]
    return kind, key, tuple(parts)
