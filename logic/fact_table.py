"""The rows of one relation of facts, found by the values of any of their columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from logic.notation import Row

Fact = tuple[str, Row]
"""A fact: the key of its relation and its row."""


class FactTable:
    """Distinct rows; an index is made when it is first asked for, after all rows are there.

    ``kept`` is for what a caller makes of a row, once.
    """

    __slots__ = ("_indexes", "kept")

    def __init__(self) -> None:
        self.kept: dict[Row, Any] = {}
        self._indexes: dict[tuple[int, ...], dict[Row, list[Row]]] = {}

    def add(self, row: Row) -> None:
        """Add a row; all have to be added before the first question."""
        self.kept[row] = None

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


def tables_of(facts: Iterable[Fact]) -> dict[str, FactTable]:
    """The tables of facts, by relation."""
    tables: dict[str, FactTable] = {}
    for key, row in facts:
        table = tables.get(key)
        if table is None:
            table = tables[key] = FactTable()
        table.add(row)
    return tables


def facts_of(mapping: Mapping[str, Iterable[Row]]) -> Iterator[Fact]:
    """The facts of a mapping from relation to rows, one by one."""
    for key, rows in mapping.items():
        for row in rows:
            yield key, row
