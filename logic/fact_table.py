"""The rows of one relation of facts, found by the values of any of their columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Generic, TypeVar

from logic.notation import Row

Kept = TypeVar("Kept")


class FactTable(Generic[Kept]):
    """Distinct rows, each with something kept beside it; an index is made when first asked for."""

    __slots__ = ("_indexes", "_rows")

    def __init__(self) -> None:
        self._rows: dict[Row, Kept] = {}
        self._indexes: dict[tuple[int, ...], dict[Row, list[Kept]]] = {}

    def add(self, row: Row, kept: Kept) -> None:
        """Add a row; all have to be added before the first question."""
        self._rows[row] = kept

    def __contains__(self, row: Row) -> bool:
        return row in self._rows

    def matching(self, places: tuple[int, ...], values: Row) -> Collection[Kept]:
        """What is kept beside the rows that have these values in these places, counted from 0."""
        if not places:
            return self._rows.values()
        index = self._indexes.get(places)
        if index is None:
            index = self._indexes[places] = {}
            for row, kept in self._rows.items():
                index.setdefault(tuple([row[place] for place in places]), []).append(kept)
        found: Sequence[Kept] = index.get(values, ())
        return found
