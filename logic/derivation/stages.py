"""The literals of a rule made ready for evaluation: what is known before each, what it binds.

The values of a rule's variables stand in numbered slots, its constants in further ones behind them.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress, repeat
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from clausewise.facts.columns import Row
from clausewise.facts.errors import ClausewiseError
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
"""What the signs of rules mean here; pyDatalog has its own meaning of them."""

MOST_TOGETHER = 1_500_000
"""How many rows a literal, and how many rule instances a record, may lead to: about 1 GB."""


class TooManyInstancesError(ClausewiseError, ValueError):
    """The entries of a record combine in more ways than are worked out."""

    def __init__(self) -> None:
        super().__init__(
            f"the entries of the record combine in more than {MOST_TOGETHER} ways, which is more "
            "than is worked out; an entry that says what another one says may be left out"
        )


Slots: TypeAlias = tuple[Any, ...]
Pick: TypeAlias = Callable[[Sequence[Any]], Any]
Values: TypeAlias = Callable[[Sequence[Slots]], Iterable[Any]]
"""What a term comes to, for each of the slots given."""


class SlottedRule:
    """A rule whose variables and constants have numbered slots.

    A part is made when it is first used, because most cases use a part of the rules only.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the variables are called, in the order of their slots, those of the head first."""
        literals = (self.rule.head, *self.rule.body)
        return tuple(dict.fromkeys(each.name for part in literals for each in part.variables()))

    @cached_property
    def constants(self) -> tuple[Constant, ...]:
        """The constants of the literals; their slots are behind those of the variables."""
        return tuple(
            dict.fromkeys(
                term
                for literal in (self.rule.head, *self.rule.body)
                for term in terms_of(literal)
                if not isinstance(term, (Variable, Expression))
            )
        )

    @cached_property
    def start(self) -> Slots:
        """The slots before any variable has a value: it has None."""
        return (None,) * len(self.names) + self.constants

    @cached_property
    def fixed(self) -> Mapping[int, Constant]:
        """The constants of the head, by their places."""
        return {
            place: term
            for place, term in enumerate(self.rule.head.arguments)
            if not isinstance(term, (Variable, Expression))
        }

    def slot(self, term: Term) -> int:
        """The slot of a variable or a constant."""
        if isinstance(term, Variable):
            return self.names.index(term.name)
        if isinstance(term, Expression):
            raise TypeError(f"{self.rule.identifier} computes inside an atom")
        return len(self.names) + self.constants.index(term)


Slotted = TypeVar("Slotted", bound=SlottedRule)


def by_constants(rules: Sequence[Slotted]) -> tuple[Pick, Mapping[Any, Sequence[Slotted]]]:
    """What takes the values out of a row for which every head has constants; rules by these.

    A relation has rules for many names, as ``says(L, "tumor", E, "shows")``; few can derive a row.
    """
    places = sorted(set.intersection(*(set(rule.fixed) for rule in rules)))
    alike: dict[Row, list[Slotted]] = {}
    for rule in rules:
        alike.setdefault(tuple(rule.fixed[place] for place in places), []).append(rule)
    return picker(tuple(places)), alike


def terms_of(literal: Literal) -> tuple[Term, ...]:
    """The terms of an atom, also of one negated or counted, or of a comparison."""
    if isinstance(literal, Comparison):
        return literal.left, literal.right
    return (literal if isinstance(literal, Atom) else literal.atom).arguments


class Rows(dict[str, Mapping[Row, Any]]):
    """The rows that hold, by relation; those of rules are worked out when they are first asked for.

    What stands behind a row is the business of who derives it.
    """

    def __init__(self, facts: Mapping[str, Mapping[Row, Any]]) -> None:
        super().__init__(facts)
        self.filled = {key for key, rows in facts.items() if rows}
        """The relations of facts that have any."""
        self.indexes: dict[tuple[str, tuple[int, ...]], Mapping[Any, Sequence[Row]]] = {}
        """What ``index`` has made."""
        self.left = sys.maxsize
        """How many more rows the literals of rules may lead to; a search for changes sets it."""

    @property
    def work(self) -> int:
        """How many rows the literals of rules led to, as long as nobody has set a limit."""
        return sys.maxsize - self.left

    def __missing__(self, key: str) -> Mapping[Row, Any]:
        found = self[key] = self.derived(key)
        return found

    def derived(self, key: str) -> Mapping[Row, Any]:
        """The rows of a relation that is not among the facts."""
        raise NotImplementedError

    def index(self, key: str, places: tuple[int, ...]) -> Mapping[Any, Sequence[Row]]:
        """The rows of a relation by what ``finder`` takes out of them."""
        found = self.indexes.get((key, places))
        if found is None:
            found = self.indexes[key, places] = indexed(self[key], places)
        return found


class Stage:
    """One literal of a body: which columns are known before it (``pick`` takes their values out of
    the slots), and which of its columns it binds, each with its slot.

    No function of ours is called for each row: where the call stack is at the end of a piece of
    memory, Python 3.11 takes the next piece for each call and gives it back.
    """

    __slots__ = ("bind", "key", "known", "pick")

    def __init__(self, key: str = "", known: Sequence[tuple[int, int]] = ()) -> None:
        self.key = key
        self.known: tuple[int, ...] = tuple(place for place, _ in known)
        self.pick: Pick = picker(tuple(where for _, where in known))
        self.bind: tuple[tuple[int, int], ...] = ()

    def advance(self, held: Rows, current: Sequence[Slots], /) -> list[Slots]:
        """The slots after this literal, for each of those before it; none where it fails."""
        raise NotImplementedError


class Present(Stage):
    """An atom whose values are all known."""

    __slots__ = ()

    def advance(self, held: Rows, current: Sequence[Slots]) -> list[Slots]:
        rows, pick = held[self.key], self.pick
        return [slots for slots in current if pick(slots) in rows]


class Absent(Stage):
    """A negated atom."""

    __slots__ = ()

    def advance(self, held: Rows, current: Sequence[Slots]) -> list[Slots]:
        rows, pick = held[self.key], self.pick
        return [slots for slots in current if pick(slots) not in rows]


class Sought(Stage):
    """A literal for which the rows are looked up that fit what is known."""

    __slots__ = ()

    def __init__(
        self, key: str, known: Sequence[tuple[int, int]], bind: tuple[tuple[int, int], ...]
    ) -> None:
        super().__init__(key, known)
        self.pick = finder(tuple(where for _, where in known))
        self.bind = bind

    def rows(self, held: Rows, slots: Sequence[Any]) -> Sequence[Row]:
        """The rows that fit."""
        return held.index(self.key, self.known).get(self.pick(slots), ())


class Joined(Sought):
    """An atom that binds variables: each row that fits goes on by itself.

    ``fill`` takes the slots with what is bound out of a row with the slots behind it.
    """

    __slots__ = ("fill",)

    def __init__(
        self,
        key: str,
        known: Sequence[tuple[int, int]],
        bind: tuple[tuple[int, int], ...],
        slots: int,
    ) -> None:
        super().__init__(key, known, bind)
        bound = {where: place for place, where in bind}
        width = len(known) + len(bind)
        self.fill = picker(tuple(bound.get(slot, width + slot) for slot in range(slots)))

    def advance(self, held: Rows, current: Sequence[Slots]) -> list[Slots]:
        index, pick, fill = held.index(self.key, self.known), self.pick, self.fill
        following: list[Slots] = []
        most = min(MOST_TOGETHER, held.left)
        for slots in current:
            rows = index.get(pick(slots))
            if rows:
                following.extend(map(fill, map(operator.add, rows, repeat(slots))))
                if len(following) > most:
                    raise TooManyInstancesError
        held.left -= len(following)
        return following


class Counted(Sought):
    """A total: the sum of one column over the rows that fit, or their number."""

    __slots__ = ("value_at",)

    def __init__(
        self, key: str, known: Sequence[tuple[int, int]], result: int, value_at: int | None
    ) -> None:
        super().__init__(key, known, ((0, result),))
        self.value_at = value_at

    def amounts(self, held: Rows, current: Sequence[Slots]) -> list[Any]:
        """What the total comes to, for each of the slots."""
        index, pick, at = held.index(self.key, self.known), self.pick, self.value_at
        if at is None:
            return [len(index.get(pick(slots), ())) for slots in current]
        column = itemgetter(at)
        return [sum(map(column, index.get(pick(slots), ()))) for slots in current]

    def advance(self, held: Rows, current: Sequence[Slots]) -> list[Slots]:
        ((_, where),) = self.bind
        return with_values(current, where, self.amounts(held, current))


class Recounted(Counted):
    """A total that has to come to what is known before it."""

    __slots__ = ()

    def advance(self, held: Rows, current: Sequence[Slots]) -> list[Slots]:
        ((_, where),) = self.bind
        found = zip(current, self.amounts(held, current), strict=True)
        return [slots for slots, amount in found if amount == slots[where]]


class Compared(Stage):
    """A comparison of known values, which ``first`` and ``second`` take out of the slots."""

    __slots__ = ("compare", "first", "second")

    def __init__(
        self,
        compare: Callable[[Any, Any], bool],
        first: Values,
        second: Values,
    ) -> None:
        super().__init__()
        self.compare, self.first, self.second = compare, first, second

    def advance(self, _: Rows, current: Sequence[Slots]) -> list[Slots]:
        holding = map(self.compare, self.first(current), self.second(current))
        return [*compress(current, holding)]


class Computed(Stage):
    """An equality that gives a variable its value."""

    __slots__ = ("compute",)

    def __init__(self, where: int, compute: Values) -> None:
        super().__init__()
        self.bind = ((0, where),)
        self.compute = compute

    def advance(self, _: Rows, current: Sequence[Slots]) -> list[Slots]:
        ((_place, where),) = self.bind
        return with_values(current, where, self.compute(current))


def with_values(current: Sequence[Slots], where: int, values: Iterable[Any]) -> list[Slots]:
    """The slots, each with one of the values put into the slot ``where``."""
    return [
        (*slots[:where], value, *slots[where + 1 :])
        for slots, value in zip(current, values, strict=True)
    ]


def indexed(rows: Iterable[Row], places: tuple[int, ...]) -> dict[Any, list[Row]]:
    """Rows by what ``finder`` takes out of them for these places, counted from 0."""
    if not places:
        return {(): [*rows]}
    pick = finder(places)
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(pick(row), []).append(row)
    return found


def picker(positions: tuple[int, ...]) -> Pick:
    """Takes the values at these positions out of a row or of slots, as a tuple."""
    if len(positions) > 1:
        return itemgetter(*positions)
    return itemgetter(slice(positions[0], positions[0] + 1) if positions else slice(0))


def finder(positions: tuple[int, ...]) -> Pick:
    """Takes out what rows are looked up by: the values at these positions, one alone as it is."""
    return itemgetter(*positions) if positions else picker(())


def stages_of(rule: SlottedRule, before: Iterable[int] = ()) -> Iterator[Stage]:
    """The literals of a rule's body made ready, in order; slots ``before`` them have values."""
    bound = set(before)
    slot = rule.slot
    for literal in rule.rule.body:
        if isinstance(literal, Comparison):
            yield _comparison(literal, slot, bound)
            continue
        places = [(place, slot(term)) for place, term in enumerate(terms_of(literal))]
        if isinstance(literal, Negation):
            yield Absent(literal.atom.key, places)
        elif isinstance(literal, Total):
            arguments = literal.atom.arguments
            # What nothing before the total has given a value is its own: it ranges over that.
            variables = {slot(each) for each in literal.atom.variables()}
            known = [each for each in places if each[1] not in variables - bound]
            value_at = None if literal.value is None else arguments.index(literal.value)
            result = slot(literal.result)
            kind = Recounted if result in bound else Counted
            yield kind(literal.atom.key, known, result, value_at)
            bound.add(result)
        else:
            variables = {slot(each) for each in literal.variables()}
            bind = [each for each in places if each[1] in variables - bound]
            if len({where for _, where in bind}) != len(bind):
                raise TypeError(f"{rule.rule.identifier}: a variable stands twice in {literal}")
            if bind:
                known = [each for each in places if each not in bind]
                yield Joined(literal.key, known, tuple(bind), len(rule.start))
            else:
                yield Present(literal.key, places)
            bound |= variables


def _evaluator(term: Term, slot: Callable[[Term], int]) -> Values:
    if isinstance(term, Variable):
        take = itemgetter(slot(term))
        return lambda current: map(take, current)
    if isinstance(term, Expression):
        operate = ARITHMETIC[term.symbol]
        left, right = _evaluator(term.left, slot), _evaluator(term.right, slot)
        return lambda current: map(operate, left(current), right(current))
    return lambda current: repeat(term, len(current))


def _comparison(literal: Comparison, slot: Callable[[Term], int], bound: set[int]) -> Stage:
    left, right = literal.left, literal.right
    if isinstance(left, Variable) and literal.symbol == "==" and slot(left) not in bound:
        bound.add(slot(left))
        return Computed(slot(left), _evaluator(right, slot))
    compare = COMPARISONS[literal.symbol]
    first, second = _evaluator(left, slot), _evaluator(right, slot)
    return Compared(compare, first, second)
