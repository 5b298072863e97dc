"""The terms and comparisons of a query, each understood as the column that it stands in.

A name is an entry in a column of entries, a text in quotes a day in a column of days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from clausewise.facts.case.values import nearest
from clausewise.facts.columns import EARLIEST, LATEST, Column, DayNumber, EntryKey, Type
from clausewise.logic.asking.parse import (
    Fixed,
    QueryError,
    Word,
    WrittenComparison,
    WrittenExpression,
    WrittenTerm,
)
from clausewise.logic.language.rules import Comparison, Expression, Term, Variable

ENTRIES = (Type.ENTRY, Type.REFERENCE)
NAMES = (Type.NAME, Type.LINE)
_UNORDERED = frozenset((*ENTRIES, *NAMES))
"""What is compared by == and != only."""


class Terms:
    """Makes terms of what is written.

    ``entries`` are those of the one case that is asked, by id and by key; None for a cohort.
    """

    def __init__(self, entries: Mapping[str, EntryKey] | None) -> None:
        self.entries = entries
        self.notes: dict[str, None] = {}
        self._fresh = 0

    def unnamed(self) -> Variable:
        """A variable that is no column of the answers."""
        self._fresh += 1
        return Variable(f"_·{self._fresh}")

    def term(self, written: WrittenTerm, column: Column, name: str) -> Term:
        """A term of an atom as its column holds it."""
        match written:
            case WrittenExpression():
                raise _fault("an atom holds no sum; write it beside, as (X == R + 10)", written)
            case Word(text="_"):
                return self.unnamed()
            case Word(text=text) if written.may_vary:
                if column.type not in ENTRIES or self.entries is None:
                    return Variable(text)
                if text in self.entries:
                    if len(text) == 1:
                        self.notes[f"{text} is the entry of this id here, not a variable"] = None
                    return self.entries[text]
                if _is_like_an_id(text, self.entries):
                    self.notes[f"the case has no entry {text}: it stands for any"] = None
                return Variable(text)
            case Word(text=text):
                return self._constant(text, written, column, name)
            case Fixed(value=value):
                return self._constant(value, written, column, name)

    def _constant(self, value: Term, written: WrittenTerm, column: Column, name: str) -> Term:
        """A constant as its column holds it; raises QueryError for one that it cannot hold."""
        if column.type in ENTRIES:
            return self._entry(value, written)
        if column.type is Type.DAY:
            return _day(value, written)
        if column.type in NAMES:
            if not isinstance(value, str):
                raise _fault(f"{value} is no name; the column {name} holds names", written)
            if column.domain is not None and value not in column.domain:
                hint = nearest(value, column.domain)
                raise _fault(f"{value!r} is not a {name} here{hint}", written)
            if column.domain is None:
                raise _fault(f"which names {name} holds is not known; write a variable", written)
            return value
        if column.type is Type.UNKNOWN:
            raise _fault(f"no atom says what {value!r} is compared with", written)
        if isinstance(value, str):
            raise _fault(f"{value!r} is no number; the column {name} holds numbers", written)
        return value

    def _entry(self, value: Term, written: WrittenTerm) -> EntryKey:
        if self.entries is None:
            raise _fault(
                "entries have names in one case only; a cohort is asked with variables", written
            )
        found = self.entries.get(str(value))
        if found is None:
            hint = nearest(str(value), self.entries)
            raise _fault(f"the case has no entry {value}{hint}", written)
        return found

    def comparison(self, part: WrittenComparison, types: Mapping[str, Column]) -> Comparison:
        """A comparison; ``types`` are what the variables hold."""
        left, right = self._held(part.left, types), self._held(part.right, types)
        one = self._compared(part.left, right)
        other = self._compared(part.right, left)
        if part.symbol not in ("==", "!=") and {left.type, right.type} & _UNORDERED:
            what = left.type if left.type in _UNORDERED else right.type
            raise QueryError(f"{_a(what)} is neither less nor more; use == or !=", part.place)
        kinds = {left.type, right.type} - {Type.UNKNOWN}
        if len(kinds) == 2 and not alike(*kinds):
            raise QueryError(f"{_a(left.type)} is compared with {_a(right.type)}", part.place)
        return Comparison(part.symbol, one, other)

    def _held(self, written: WrittenTerm, types: Mapping[str, Column]) -> Column:
        """What a side of a comparison holds."""
        match written:
            case Word(text=text) if written.may_vary:
                if text not in types and self.entries and text in self.entries:
                    return Column("", Type.ENTRY)
                return types.get(text, Column("", Type.UNKNOWN))
            case WrittenExpression(symbol, left, right):
                kinds = (self._held(left, types).type, self._held(right, types).type)
                if _UNORDERED & set(kinds):
                    raise _fault("only numbers and days can be added or subtracted", written)
                if symbol == "*" and (Type.NUMBER in kinds or Type.DAY in kinds):
                    raise _fault("only whole numbers can be multiplied", written)
                if Type.DAY in kinds:
                    both = kinds == (Type.DAY, Type.DAY)
                    return Column("", Type.COUNT if both else Type.DAY)
                return Column("", Type.NUMBER if Type.NUMBER in kinds else Type.WHOLE)
            case Fixed(value=int()):
                return Column("", Type.WHOLE)
            case Fixed(value=value) if not isinstance(value, str):
                return Column("", Type.NUMBER)
            case _:
                return Column("", Type.UNKNOWN)

    def _compared(self, written: WrittenTerm, beside: Column) -> Term:
        """A side of a comparison as a term, understood as what stands on the other side."""
        match written:
            case Word(text="_"):
                raise _fault("_ stands for anything and cannot be compared", written)
            case Word(text=text) if written.may_vary:
                if beside.type in ENTRIES and self.entries and text in self.entries:
                    return self.entries[text]
                return Variable(text)
            case WrittenExpression(symbol, left, right):
                nothing = Column("", Type.WHOLE)
                return Expression(
                    symbol, self._compared(left, nothing), self._compared(right, nothing)
                )
            case Fixed(value=value) if not isinstance(value, str):
                if beside.type is Type.DAY:
                    raise _fault('a day is written "2026-03-23"', written)
                return value
            case Word(text=text) | Fixed(value=text):
                return self._constant(text, written, beside, beside.name or "value")


def _a(kind: Type) -> str:
    return f"an {kind}" if kind is Type.ENTRY else f"a {kind}"


def _fault(sentence: str, written: WrittenTerm) -> QueryError:
    return QueryError(sentence, written.place)


def _day(value: Term, written: WrittenTerm) -> DayNumber:
    """A day as its ordinal."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        found = None
    if found is None or not EARLIEST <= found <= LATEST:
        raise _fault(f'{value} is not a day; a day is written "2026-03-23"', written)
    return DayNumber(found.toordinal())


def _is_like_an_id(text: str, entries: Iterable[str]) -> bool:
    """Whether the ids of entries are written so: I9 where there is I1."""
    letters = text.rstrip("0123456789")
    if letters == text:
        return False
    return any(each != text and each.rstrip("0123456789") == letters for each in entries)


def alike(one: Type, other: Type) -> bool:
    """Whether values of two types can be compared."""
    numbers = {Type.COUNT, Type.WHOLE, Type.NUMBER}
    return any({one, other} <= kinds for kinds in (numbers, set(ENTRIES), set(NAMES)))


def is_unnamed(term: Term) -> bool:
    return isinstance(term, Variable) and term.name.startswith("_·")
