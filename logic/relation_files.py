"""A cohort as relations: one Parquet or CSV file a relation, read and checked, or written.

``cases`` holds a number ``c``, the case's name and, if there is one, the recorded determination.
Every other file is a relation of ``facts.schema``: ``c`` and its columns, entries as numbers that
no other entry of the cohort has, days as dates. What a relation lacks is not documented. A case
with an impossible row is set aside with all that is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facts.calendar import EPOCH_ORDINAL
from facts.case import EARLIEST, LATEST, nearest
from facts.relations import OTHER_PLAN
from facts.schema import SCHEMA
from logic.derivation import DAY_COLUMNS
from logic.outcome import DETERMINATIONS
from logic.program import column_domains
from logic.sql import fact_tables
from logic.sql_queries import ENTRIES, NAME_TYPE, quoted, table_of

if TYPE_CHECKING:
    from logic.cohort import CohortStore

SUFFIXES = (".parquet", ".csv")
CASES = "cases"
DERIVED = ("day_of_record", "months_before")
"""Relations that follow from the others, and are never read."""

_KINDS = ("finding", "score", "therapy", "inability", "injection", "imaging")
"""The relations that make entries; all others say something of them."""
_DATED = ("finding", "score", "inability", "injection", "imaging")
_ONCE = ("received", "procedure", "plan")
_AT_MOST_ONCE = ("planned_service_date", "purpose", "procedure_code")
_MARKS = frozenset("*?[]{}")


class RelationError(Exception):
    """The files are no cohort of relations; the message says what is wrong with them."""


def relations() -> dict[str, tuple[str, ...]]:
    """The files of a cohort and the columns of each; only ``cases`` has to be there."""
    found: dict[str, tuple[str, ...]] = {CASES: ("c", "case", "recorded")}
    for name, columns in fact_tables().items():
        if name not in DERIVED:
            found[name] = tuple(column for column, _ in columns)
    return found


def described() -> list[dict[str, Any]]:
    """Each relation with its columns, their types, and what a row of it says."""
    kinds = fact_tables()
    domains = column_domains()
    found: list[dict[str, Any]] = [
        {
            "name": CASES,
            "columns": {"c": "INTEGER", "case": "VARCHAR", "recorded": "VARCHAR, optional"},
            "meaning": "a case: its number, its name, the determination recorded for it",
            "values": {"recorded": list(DETERMINATIONS)},
        }
    ]
    for name in relations():
        if name == CASES:
            continue
        columns = {column: _shown_type(column, kind) for column, kind in kinds[name]}
        values = {
            column: sorted(domains.get(f"{name}.{column}", domains.get(column, frozenset())))
            for column in columns
        }
        found.append(
            {
                "name": name,
                "columns": columns,
                "meaning": SCHEMA[name].meaning,
                "values": {column: names for column, names in values.items() if names},
            }
        )
    return found


def _shown_type(column: str, kind: str) -> str:
    return "DATE" if column in DAY_COLUMNS else "VARCHAR" if kind == NAME_TYPE else kind


def are_relations(folder: Path) -> bool:
    """Whether a folder holds a cohort of relations."""
    return any((folder / f"{CASES}{suffix}").is_file() for suffix in SUFFIXES)


# --- in ---------------------------------------------------------------------------------------


def read_relations(store: CohortStore, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Fill the store from a folder; yields each case that is set aside, with its errors.

    Raises RelationError for files or columns that are not known, or numbers that are not usable.
    """
    files = _files(folder)
    database = store.database
    for name, columns in relations().items():
        path = files.get(name)
        if path is not None:
            _read(store, name, columns, path)
    _check_numbers(store)
    database.execute("CREATE TEMP TABLE problems (c INTEGER, error VARCHAR)")
    for query in _checks(store):
        database.execute(f"INSERT INTO problems {query}")
    rows = database.execute(
        'SELECT cases."case", problems.c, list(DISTINCT error ORDER BY error) FROM problems '
        "LEFT JOIN cases ON cases.c = problems.c GROUP BY ALL ORDER BY problems.c"
    ).fetchall()
    for case, number, errors in rows:
        yield f"c {number}" if case is None else f"c {number} ({case})", list(errors)
    for name in [CASES, *fact_tables()]:
        if name not in DERIVED:
            database.execute(f"DELETE FROM {table_of(name)} WHERE c IN (SELECT c FROM problems)")
    database.execute("DROP TABLE problems")
    database.execute('INSERT INTO day_of_record SELECT DISTINCT c, "day" FROM entry_date')


def _files(folder: Path) -> dict[str, Path]:
    if _MARKS & set(str(folder)):
        raise RelationError(f"{folder}: rename the folder; {' '.join(sorted(_MARKS))} are not read")
    known = relations()
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES:
            continue
        if path.stem not in known:
            reason = "follows from the others" if path.stem in DERIVED else "is no relation"
            raise RelationError(f"{path.name}: {path.stem} {reason}{nearest(path.stem, known)}")
        if path.stem in found:
            raise RelationError(f"{path.name}: the relation has two files")
        found[path.stem] = path
    if CASES not in found:
        raise RelationError(f"{folder}: there is no {CASES}.parquet or {CASES}.csv")
    return found


def _read(store: CohortStore, name: str, columns: tuple[str, ...], path: Path) -> None:
    """Copy a file into its table; a value of the wrong type becomes NULL, which is found later."""
    import duckdb

    parquet = path.suffix.lower() == ".parquet"
    source = "read_parquet($1)" if parquet else "read_csv($1, header = true, all_varchar = true)"
    try:
        described = store.database.execute(f"DESCRIBE SELECT * FROM {source}", [str(path)])
        given = [str(row[0]) for row in described.fetchall()]
        unknown = [column for column in given if column not in columns]
        optional = {"recorded"} if name == CASES else set()
        lacking = [c for c in columns if c not in given and c not in optional]
        if unknown or lacking:
            wanted = f"expected the columns {', '.join(columns)}"
            wrong = f"unknown: {', '.join(unknown)}" if unknown else f"lacks {', '.join(lacking)}"
            raise RelationError(f"{path.name}: {wrong}; {wanted}")
        picked = ", ".join(
            _typed(store, name, column) if column in given else "NULL" for column in columns
        )
        # Materialized, or DuckDB would cast while it reads CSV and refuse the whole file.
        target = '(c, "case", recorded)' if name == CASES else ""
        store.database.execute(
            f"INSERT INTO {table_of(name)} {target} WITH given AS MATERIALIZED "
            f"(SELECT * FROM {source}) SELECT {picked} FROM given",
            [str(path)],
        )
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise RelationError(f"{path.name}: not readable ({reason})") from None


def _typed(store: CohortStore, name: str, column: str) -> str:
    if column in DAY_COLUMNS:
        return (
            f"datediff('day', DATE '1970-01-01', TRY_CAST(\"{column}\" AS DATE)) + {EPOCH_ORDINAL}"
        )
    kinds = dict(store.tables.get(name, (("c", "INTEGER"),)))
    return f'TRY_CAST("{column}" AS {kinds.get(column, "VARCHAR")})'


def _check_numbers(store: CohortStore) -> None:
    """Numbers of cases and entries have to be usable, or nothing can be said of any case."""
    ((unusable, repeated),) = store.rows(
        'SELECT count(*) FILTER (c IS NULL OR "case" IS NULL), '
        "count(*) - count(DISTINCT c) - count(*) FILTER (c IS NULL) FROM cases"
    )
    if unusable or repeated:
        raise RelationError(
            f"{CASES}: {unusable} rows without a number or a name, {repeated} numbers used twice"
        )
    for name in fact_tables():
        if name in DERIVED:
            continue
        ((stray,),) = store.rows(
            f"SELECT count(*) FROM {table_of(name)} AS t WHERE t.c IS NULL "
            "OR NOT EXISTS (SELECT 1 FROM cases WHERE cases.c = t.c)"
        )
        if stray:
            raise RelationError(f"{name}: {stray} rows of no case of {CASES}")


def _checks(store: CohortStore) -> Iterator[str]:
    """Queries for what is wrong with single cases, as (c, error)."""
    domains = {**column_domains(), "plan": frozenset({store.program.policy.plan, OTHER_PLAN})}
    known = ", ".join(quoted(each) for each in DETERMINATIONS)
    yield (
        "SELECT c, 'cases: recorded is no determination' FROM cases "
        f"WHERE recorded IS NOT NULL AND recorded NOT IN ({known})"
    )
    for name, columns in fact_tables().items():
        if name in DERIVED:
            continue
        for column, _ in columns[1:]:
            yield _impossible(name, column, domains)
    for name in _ONCE:
        yield (
            f"SELECT cases.c, '{name}: not exactly one row' FROM cases LEFT JOIN {table_of(name)} "
            "AS t ON t.c = cases.c GROUP BY cases.c HAVING count(t.c) <> 1"
        )
    for name in _AT_MOST_ONCE:
        yield (
            f"SELECT c, '{name}: more than one row' FROM {table_of(name)} "
            "GROUP BY c HAVING count(*) > 1"
        )
    yield (
        "SELECT c, 'line: no service line' FROM cases "
        'WHERE NOT EXISTS (SELECT 1 FROM "line" AS t WHERE t.c = cases.c)'
    )
    yield from _entry_checks()


def _impossible(name: str, column: str, domains: dict[str, frozenset[str]]) -> str:
    domain = domains.get(f"{name}.{column}", domains.get(column, frozenset()))
    wrong = f'"{column}" IS NULL'
    if column in DAY_COLUMNS:
        wrong += f' OR "{column}" NOT BETWEEN {EARLIEST.toordinal()} AND {LATEST.toordinal()}'
    elif column == "points":
        wrong += f' OR "{column}" NOT BETWEEN 0 AND 10'
    elif column == "percent":
        wrong += f' OR "{column}" NOT BETWEEN 0 AND 100'
    elif domain:
        values = ", ".join(quoted(value) for value in sorted(domain))
        wrong += f' OR "{column}" NOT IN ({values})'
    return (
        f"SELECT c, '{name}: {column} is missing or impossible' FROM {table_of(name)} WHERE {wrong}"
    )


def _entry_checks() -> Iterator[str]:
    made = " UNION ALL ".join(
        f"SELECT c, entry, '{name}' AS kind FROM {table_of(name)}" for name in _KINDS
    )
    dated = " UNION ALL ".join(f"SELECT c, entry FROM {table_of(name)}" for name in _DATED)
    yield (
        f"SELECT DISTINCT unnest(list(c)), 'entry: the number is used twice' FROM ({made}) "
        "GROUP BY entry HAVING count(*) > 1"
    )
    for name, columns in fact_tables().items():
        own = [column for column, _ in columns if column in ENTRIES]
        if name in _KINDS or name in DERIVED or "entry" not in own:
            continue
        yield (
            f"SELECT t.c, '{name}: an entry that is not there' FROM {table_of(name)} AS t "
            f"ANTI JOIN ({made}) AS m ON m.c = t.c AND m.entry = t.entry"
        )
    yield from (
        _exactly_one("entry_side", made, ("entry_side",)),
        _exactly_one("entry_date, undated", dated, ("entry_date", "undated")),
        _exactly_one(
            "documented_present, documented_absent",
            "SELECT c, entry FROM finding",
            ("documented_present", "documented_absent"),
        ),
        _exactly_one(
            "therapy_start, therapy_start_unknown",
            "SELECT c, entry FROM therapy",
            ("therapy_start", "therapy_start_unknown"),
        ),
        _exactly_one(
            "therapy_end, therapy_end_unknown, therapy_ongoing",
            "SELECT c, entry FROM therapy",
            ("therapy_end", "therapy_end_unknown", "therapy_ongoing"),
        ),
        "SELECT s.c, 'therapy_end: before the start' FROM therapy_start AS s JOIN therapy_end AS e "
        'ON e.c = s.c AND e.entry = s.entry WHERE e."day" < s."day"',
    )


def _exactly_one(what: str, entries: str, tables: tuple[str, ...]) -> str:
    said = " UNION ALL ".join(f"SELECT c, entry FROM {table_of(name)}" for name in tables)
    return (
        f"SELECT m.c, '{what}: not exactly one row an entry' FROM ({entries}) AS m "
        f"LEFT JOIN ({said}) AS s ON s.c = m.c AND s.entry = m.entry "
        "GROUP BY m.c, m.entry HAVING count(s.entry) <> 1"
    )


# --- out --------------------------------------------------------------------------------------


def write_relations(store: CohortStore, folder: Path) -> None:
    """Write the store's cases and facts to a folder, a Parquet file for each that has rows."""
    kinds = fact_tables()
    for name, columns in relations().items():
        ((rows,),) = store.rows(f"SELECT count(*) FROM {table_of(name)}")
        if not rows and name != CASES:
            continue
        own = dict(kinds.get(name, ()))
        picked = ", ".join(_readable(column, own.get(column, "")) for column in columns)
        query = store.database.sql(f"SELECT {picked} FROM {table_of(name)} ORDER BY c")
        query.write_parquet(str(folder / f"{name}.parquet"))


def _readable(column: str, kind: str) -> str:
    """A column as a person reads it: days as dates, names as text."""
    if column in DAY_COLUMNS:
        day = f"DATE '1970-01-01' + (\"{column}\" - {EPOCH_ORDINAL})"
        return f'CAST({day} AS DATE) AS "{column}"'
    return f'CAST("{column}" AS VARCHAR) AS "{column}"' if kind == NAME_TYPE else f'"{column}"'
