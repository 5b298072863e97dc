"""The rows that hold, as the checker looks them up: by relation and by known values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clausewise.logic.language.rules import Atom, Variable

Row = tuple[Any, ...]
Binding = dict[str, Any]


class Rows(dict[str, set[Row]]):
    """The rows that hold, by relation; an index finds those that fit an atom of a body.

    When a relation is looked at, all its rows are there.
    """

    def __init__(self, rows: Mapping[str, set[Row]]) -> None:
        super().__init__(rows)
        self._indexes: dict[tuple[str, tuple[int, ...]], dict[Row, list[Row]]] = {}

    def fitting(self, atom: Atom, binding: Binding) -> list[Row]:
        """The rows that have the values of an atom in the columns where it has some."""
        known = {
            place: binding[term.name] if isinstance(term, Variable) else term
            for place, term in enumerate(atom.arguments)
            if not isinstance(term, Variable) or term.name in binding
        }
        places = tuple(known)
        index = self._indexes.get((atom.key, places))
        if index is None:
            index = self._indexes[atom.key, places] = {}
            for row in self.get(atom.key, ()):
                index.setdefault(tuple(row[place] for place in places), []).append(row)
        return index.get(tuple(known.values()), [])
