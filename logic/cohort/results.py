"""The decided lines of an audit while it runs: a file for each part, all of them as one table.

Lines that are kept in files need no memory, however many there are.
"""

from __future__ import annotations

from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.sql.query import table_of
from clausewise.logic.sql.translate import DETERMINATION_TYPE, STATUS_TYPE

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation


class LineResults:
    """The decided lines of a cohort, under names such as ``lines``, in files in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._files: dict[str, list[Path]] = {}

    def write(self, store: CohortStore, name: str, rows: DuckDBPyRelation) -> None:
        """Write the lines of a part behind those of the parts before.

        Names may be texts, as Spark has them. As what they are they are written in one way only,
        so that the same lines make the same file.
        """
        files = self._files.setdefault(name, [])
        path = self._folder / f"{name}.{len(files)}.parquet"
        _typed(store, rows).write_parquet(str(path))
        files.append(path)

    def show(self, store: CohortStore) -> None:
        """Let a store have all lines, in their order, as tables of these names."""
        for name, files in self._files.items():
            found = store.database.read_parquet([escape(str(path)) for path in files])
            _typed(store, found).create_view(name)


def _typed(store: CohortStore, rows: DuckDBPyRelation) -> DuckDBPyRelation:
    """Lines with the types of statuses and determinations, which are texts in a file."""
    kinds = dict.fromkeys(store.labels, STATUS_TYPE)
    kinds["determination"] = DETERMINATION_TYPE
    typed = ", ".join(
        f"CAST({table_of(column)} AS {kinds[column]}) AS {table_of(column)}"
        for column in rows.columns
        if column in kinds
    )
    return rows.project(f"* REPLACE ({typed})")
