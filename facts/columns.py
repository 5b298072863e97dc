"""What a column of facts holds and what a relation of facts is: the types behind the schema.

A row holds only names of the vocabulary, numbers, days as ordinals and keys of entries. Free text
of a case (names, quotes, titles) never becomes part of a fact. Which relations there are is said in
``facts.schema``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""The first and the last day that a case may name."""
MOST_YEARS = 130
"""How old a member may be."""
MOST_DECIMALS = 30
"""How many digits after the point a measured value may have; columns keep as many."""


class EntryKey(str):
    """What an entry of the record goes by in facts: its list and its place there, ``findings[0]``.

    It compares and prints as that text; that it is of this type tells it from a name.
    """

    __slots__ = ()


class DayNumber(int):
    """A day's ordinal where nothing else tells that the number is a day: a constant of a query."""

    __slots__ = ()


Value = str | int | Decimal
"""What a column holds: a name or an EntryKey, a whole number or a day's ordinal, a measured value.

Never None and never a float: 49.9999999 must stay under 50."""
Row = tuple[Value, ...]
"""A row of a relation: the values of its columns, in order."""


class Type(StrEnum):
    """What a column holds."""

    LINE = "line"
    """A service line, by its side."""
    NAME = "name"
    """One of some names, or the label of a clause."""
    ENTRY = "entry"
    """An entry of the record of the case."""
    REFERENCE = "reference"
    """An entry that the row refers to; as of an earlier day it may not be there yet."""
    DAY = "day"
    """A day, as its ordinal."""
    COUNT = "count"
    """A number of days, of months or of rows."""
    WHOLE = "whole number"
    """A whole number of the policy; what it counts or measures is a matter of its use."""
    NUMBER = "number"
    """A measured value, exact to its last digit."""
    UNKNOWN = "unknown"
    """Nothing is known of what the column holds."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and which values are possible.

    ``domain`` are the names that it can hold (None: not limited), ``least`` and ``most`` the bounds
    of a number, which is a ``whole`` one or any.
    """

    name: str
    type: Type
    domain: frozenset[str] | None = None
    least: int | None = None
    most: int | None = None
    whole: bool = False


class Kind(StrEnum):
    """What a relation of facts speaks of, and so where its rows come from."""

    REQUEST = "request"
    """What the request and the case as a whole say."""
    ENTRY = "entry"
    """An entry of the record: each has exactly one such row."""
    DETAIL = "detail"
    """What an entry says further."""
    DERIVED = "derived"
    """It follows from other rows of the case."""
    CALENDAR = "calendar"
    CHOICE = "choice"
    """Parameters and readings."""
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class RelationSchema:
    """One relation of facts.

    ``meaning`` is what a row says. ``key`` names the columns whose values no two rows of a case
    share: all of them for a set of rows, ("entry",) for one value an entry, none for one row a
    case; ``required`` relations have a row in every case. A detail speaks of entries of the
    relations in ``of``, and ``only`` of those with this name.
    """

    name: str
    columns: tuple[Column, ...]
    meaning: str
    kind: Kind
    key: tuple[str, ...]
    required: bool = False
    of: tuple[str, ...] = ()
    only: str = ""

    def column(self, name: str) -> Column:
        """The column of this name; raises KeyError."""
        for each in self.columns:
            if each.name == name:
                return each
        raise KeyError(f"{self.name} has no column {name}")
