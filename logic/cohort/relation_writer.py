"""The cases of a cohort written as relations, a Parquet file each, as ``logic.cohort.tables`` reads
them."""

from __future__ import annotations

from pathlib import Path

from clausewise.facts.columns import Column, Type
from clausewise.facts.relations.calendar import EPOCH_ORDINAL
from clausewise.facts.schema import OF_CASES
from clausewise.logic.cohort.file_columns import CASES, relations
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.cohort.tables import NAMED
from clausewise.logic.sql.query import table_of


class RelationWriter:
    """Writes the cases and facts of a store, part by part, to one Parquet file a relation."""

    def __init__(self, store: CohortStore, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._parts: dict[str, list[Path]] = {}

    def add(self) -> None:
        """Write what the store holds now; a relation without rows gets no file."""
        for name, columns in relations().items():
            if name != CASES and not self._store.rows(f"SELECT 1 FROM {table_of(name)} LIMIT 1"):
                continue
            own = OF_CASES[name].columns if name != CASES else ()
            picked = ", ".join(
                (*map(table_of, columns[: len(columns) - len(own)]), *map(_readable, own))
            )
            parts = self._parts.setdefault(name, [])
            parts.append(self._folder / f"{name}.{len(parts)}.part")
            query = self._store.database.sql(f"SELECT {picked} FROM {table_of(name)} ORDER BY c")
            query.write_parquet(str(parts[-1]))

    def close(self) -> int:
        """Join the parts of each relation; tells how many names more than one case has."""
        for name, parts in self._parts.items():
            target = self._folder / f"{name}.parquet"
            if len(parts) == 1:
                parts[0].rename(target)
                continue
            joined = self._store.database.sql(
                "SELECT * FROM read_parquet($1)", params=[[str(part) for part in parts]]
            )
            joined.write_parquet(str(target))
            for part in parts:
                part.unlink()
        ((repeated,),) = self._store.rows(
            'SELECT count(*) FROM (SELECT "case" FROM read_parquet($1) GROUP BY "case" '
            "HAVING count(*) > 1)",
            [str(self._folder / f"{CASES}.parquet")],
        )
        return int(repeated)


def _readable(column: Column) -> str:
    """A column as a person reads it: days as dates, names as text."""
    name = table_of(column.name)
    if column.type is Type.DAY:
        return f"CAST(DATE '1970-01-01' + ({name} - {EPOCH_ORDINAL}) AS DATE) AS {name}"
    return f"CAST({name} AS VARCHAR) AS {name}" if column.type in NAMED else name
