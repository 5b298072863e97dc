"""The rows of one relation of facts, found by the values of any of their columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from logic.notation import Row
from logic.steps import Pick, finder, indexed


class FactTable:
    """Distinct rows; an index is made when it is first asked for.

    ``rows`` holds for each row what a caller makes of it, once, and None before.
    """

    __slots__ = ("_indexes", "rows")

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: dict[Row, Any] = dict.fromkeys(rows)
        self._indexes: dict[tuple[int, ...], tuple[Pick, dict[Any, list[Row]]]] = {}

    def like(self, row: Sequence[Any]) -> Collection[Row]:
        """The rows that have the values of ``row``, wherever that has one and not None."""
        places = tuple([place for place, value in enumerate(row) if value is not None])
        if not places:
            return self.rows.keys()
        found = self._indexes.get(places)
        if found is None:
            found = self._indexes[places] = finder(places), indexed(self.rows, places)
        find, index = found
        return index.get(find(row), ())
