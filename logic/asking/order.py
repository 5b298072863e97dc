"""The literals of a query in an order in which each can be answered when its turn comes.

People write literals in any order. Comparisons, negations and counts come as soon as their
variables are bound, and of the atoms first those that share a variable with what is bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from clausewise.logic.asking.parse import QueryError
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Literal,
    Negation,
    Total,
    Variable,
    variables_of,
)


def in_order(
    literals: Sequence[Literal], places: Mapping[str, int] | None = None
) -> tuple[Literal, ...]:
    """The literals in order; raises QueryError when a variable is bound by none of them.

    ``places`` says where each variable is written first.
    """
    counted = _with_own_results(literals)
    waiting = [*counted]
    bound: set[str] = set()
    found: list[Literal] = []
    while waiting:
        ready = next((each for each in waiting if _is_ready(each, bound, counted)), None)
        if ready is None:
            atoms = [each for each in waiting if isinstance(each, Atom)]
            if not atoms:
                raise _unbound(waiting[0], bound, counted, places or {})
            ready = min(atoms, key=lambda atom: _openness(atom, bound))
        waiting.remove(ready)
        ready = _turned(ready, bound)
        found.append(ready)
        bound |= _binds(ready)
    return tuple(found)


def _openness(atom: Atom, bound: set[str]) -> int:
    """0 for an atom that shares a variable with what is bound, 1 for one with constants, else 2."""
    if _names(atom) & bound:
        return 0
    return 1 if len(_names(atom)) < len(atom.arguments) else 2


def _with_own_results(literals: Sequence[Literal]) -> list[Literal]:
    """The literals, with a result that an atom binds as well compared after it is counted."""
    in_atoms = {name for each in literals if isinstance(each, Atom) for name in _names(each)}
    results: set[str] = set()
    found: list[Literal] = []
    for number, each in enumerate(literals):
        if isinstance(each, Total) and each.result.name in in_atoms | results:
            own = Variable(f"_·count{number}")
            found += [Total(own, each.value, each.atom), Comparison("==", each.result, own)]
            continue
        if isinstance(each, Total):
            results.add(each.result.name)
        found.append(each)
    return found


def _names(literal: Literal) -> set[str]:
    return {variable.name for variable in literal.variables()}


def _needs(literal: Literal, literals: Iterable[Literal]) -> set[str]:
    """The variables that have to be bound before a literal that binds none of them."""
    if not isinstance(literal, Total):
        return _names(literal)
    return {each.name for each in literal.atom.variables()} - own_names(literal, literals)


def own_names(counted: Total, literals: Iterable[Literal]) -> set[str]:
    """The variables of what is counted that stand nowhere else: it ranges over these."""
    elsewhere = {name for each in literals if each is not counted for name in _names(each)}
    return {each.name for each in counted.atom.variables()} - elsewhere


def _is_ready(literal: Literal, bound: set[str], literals: Sequence[Literal]) -> bool:
    match literal:
        case Atom():
            return _names(literal) <= bound
        case Comparison("==", left, right):
            missing = _names(literal) - bound
            return not missing or any(
                isinstance(one, Variable)
                and missing == {one.name}
                and not any(each.name == one.name for each in variables_of(other))
                for one, other in ((left, right), (right, left))
            )
        case _:
            return _needs(literal, literals) <= bound


def _turned(literal: Literal, bound: set[str]) -> Literal:
    """An equality with the variable that it binds on the left."""
    match literal:
        case Comparison("==", left, Variable(name) as right) if name not in bound:
            return Comparison("==", right, left)
        case _:
            return literal


def _binds(literal: Literal) -> set[str]:
    match literal:
        case Atom():
            return _names(literal)
        case Comparison("==", Variable(name), _):
            return {name}
        case Total(result):
            return {result.name}
        case _:
            return set()


def _unbound(
    literal: Literal, bound: set[str], literals: Sequence[Literal], places: Mapping[str, int]
) -> QueryError:
    names = sorted(_needs(literal, literals) - bound)
    shown = [name for name in names if not name.startswith("_·")]
    where = "below a negation" if isinstance(literal, Negation) else "in a comparison"
    if isinstance(literal, Total):
        where = "in a count"
    place = next((places[name] for name in shown if name in places), None)
    return QueryError(
        f"{', '.join(shown) or '_'} stands {where} only; an atom has to say which values it can "
        "have",
        place,
    )
