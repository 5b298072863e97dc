"""The rows of one relation of facts, found by the values of any of their columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from logic.notation import Row


class FactTable:
    """Distinct rows; an index is made when it is first asked for.

    ``kept`` is for what a caller makes of a row, once.
    """

    __slots__ = ("_indexes", "kept")

    def __init__(self, rows: Iterable[Row]) -> None:
        self.kept: dict[Row, Any] = dict.fromkeys(rows)
        self._indexes: dict[tuple[int, ...], dict[Row, list[Row]]] = {}

    def __contains__(self, row: Row) -> bool:
        return row in self.kept

    def matching(self, places: tuple[int, ...], values: Row) -> Collection[Row]:
        """The rows that have these values in these places, counted from 0."""
        if not places:
            return self.kept.keys()
        index = self._indexes.get(places)
        if index is None:
            index = self._indexes[places] = {}
            for row in self.kept:
                index.setdefault(tuple([row[place] for place in places]), []).append(row)
        return index.get(values, ())
