"""The rows of one relation of facts, found by the values of any of their columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from clausewise.logic.derivation.steps import finder, indexed
from clausewise.logic.language.notation import Row


class FactTable:
    """Distinct rows; an index is made when it is first asked for.

    ``rows`` holds for each row what a caller makes of it, once, and None before.
    """

    __slots__ = ("_indexes", "rows")

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: dict[Row, Any] = dict.fromkeys(rows)
        self._indexes: dict[tuple[int, ...], Mapping[Any, Collection[Row]]] = {}

    def index(self, places: tuple[int, ...]) -> Mapping[Any, Collection[Row]]:
        """The rows by what ``finder`` takes out of them for these places."""
        found = self._indexes.get(places)
        if found is None:
            found = self._indexes[places] = indexed(self.rows, places)
        return found

    def like(self, row: Sequence[Any]) -> Collection[Row]:
        """The rows that have the values of ``row``, wherever that has one and not None."""
        places = tuple([place for place, value in enumerate(row) if value is not None])
        return self.index(places).get(finder(places)(row), ())
