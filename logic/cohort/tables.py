"""A cohort as relations: one Parquet or CSV file a relation, read and checked.

``cases`` holds a number ``c``, the case's name and, if there is one, the recorded determination.
Every other file is a relation of ``facts.schema``: ``c`` and its columns, entries as numbers that
no other entry of the case has, days as dates. What a relation lacks is not documented. A case with
an impossible row is rejected with all that is wrong with it (``logic.cohort.table_checks`` and
``row_checks``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausewise.facts.case.model import Case
from clausewise.facts.case.problems import InputError, Problem
from clausewise.facts.case.values import nearest
from clausewise.facts.columns import Column, Row, Type
from clausewise.facts.loading.folders import RELATION_SUFFIXES, CohortError, refuse_hidden
from clausewise.facts.new_files import scratch_folder
from clausewise.facts.relations.to_case import case_of_rows
from clausewise.facts.schema import OF_CASES, SCHEMA
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.cohort.file_columns import (
    CASES,
    WHOLE,
    RelationError,
    check_columns,
    check_types,
    given_rows,
    relations,
    typed_columns,
    whole_number,
)
from clausewise.logic.cohort.rejected import Rejected
from clausewise.logic.cohort.row_checks import checks
from clausewise.logic.cohort.table_checks import (
    ASIDE,
    REPEATED,
    entries,
    impossible,
    impossible_values,
    orphan_rows,
    told_aside,
    unbroken,
    wrong_numbers,
)
from clausewise.logic.cohort.unreadable import fault_of_csv, other_than_csv
from clausewise.logic.program.program import Program
from clausewise.logic.sql.query import NUMBER_TYPE, column_type, table_of

if TYPE_CHECKING:
    from clausewise.logic.cohort.store import CohortStore

SUFFIXES = tuple(sorted(RELATION_SUFFIXES, reverse=True))
REJECTED = "quarantine.ndjson"
"""The file of rejected cases, which stands beside relations that were written."""
_MARKS = frozenset("*?[]{}")
CSV_FORM = (
    "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', "
    "comment = '', skip = 0"
)
"""How CSV is read. DuckDB would else guess, and pass over lines that look like comments."""
MOST_DIGITS = 38
"""Digits of the numbers that DuckDB reads exactly."""


def described() -> list[dict[str, Any]]:
    """Each relation with its columns, their types, and what a row of it says."""
    found: list[dict[str, Any]] = [
        {
            "name": CASES,
            "columns": {"c": "INTEGER", "case": "VARCHAR", "recorded": "VARCHAR, optional"},
            "meaning": "a case: its number, its name, the determination recorded for it",
            "values": {"recorded": list(Determination)},
        }
    ]
    for name, schema in OF_CASES.items():
        found.append(
            {
                "name": name,
                "columns": {
                    "c": "INTEGER",
                    **{column.name: _shown_type(column) for column in schema.columns},
                },
                "meaning": schema.meaning,
                "values": {
                    column.name: sorted(column.domain)
                    for column in schema.columns
                    if column.domain and column.type in NAMED
                },
            }
        )
    return found


NAMED = (Type.NAME, Type.LINE)
"""Types of columns that hold names."""


def _shown_type(column: Column) -> str:
    """The type of a column as files have it: days as dates, names as text."""
    if column.type is Type.DAY:
        return "DATE"
    return "VARCHAR" if column.type in NAMED else column_type(column)


def are_relations(folder: Path) -> bool:
    """Whether a folder holds relations, be they usable or not."""
    return folder.is_dir() and any(each.suffix.lower() in SUFFIXES for each in folder.iterdir())


def read_relations(
    store: CohortStore, folder: Path, at_once: int | None = None
) -> Iterator[list[Rejected]]:
    """Fill a store from a folder, so many cases at once (None: all), by their numbers.

    Yields for each part the cases that are rejected, each with its errors; the store holds the
    others, and the caller empties it. Raises RelationError for files or columns that are not known,
    or numbers that are not usable.
    """
    files = files_of(folder)
    with scratch_folder() as staging:
        sources = {
            name: _source(store, name, relations()[name], path, staging)
            for name, path in files.items()
        }
        for first, last in pairwise(_bounds(store, sources[CASES], at_once)):
            for name in sources:
                _fill(store, sources[name], first, last)
            check_orphan_rows(store.rows(orphan_rows(*store.rows(unbroken()))))
            yield _reject_impossible(store, sources)


def case_of(folder: Path, number: int, program: Program) -> Case:
    """The case of this number in a folder of relations, made again from its rows.

    Raises InputError when there is no such case or its rows are impossible.
    """
    from clausewise.logic.cohort.store import CohortStore

    place = f"{folder}:{number}"
    store = CohortStore(program)
    try:
        with scratch_folder() as staging:
            sources = {
                name: _source(store, name, relations()[name], path, staging)
                for name, path in files_of(folder).items()
            }
            for source in sources.values():
                _fill(store, source, number, number + 1)
            rejected = _reject_impossible(store, sources)
            if rejected:
                wanted = "rows as a case has them"
                errors = [error for each in rejected for error in each.errors]
                raise InputError(place, [Problem((), error, wanted) for error in errors])
    except RelationError as error:
        raise InputError(place, [Problem((), str(error), "a folder of relations")]) from None
    names = store.rows('SELECT "case" FROM cases')
    if len(names) != 1 or names[0][0] is None:
        raise InputError(
            place, [Problem((), "no such case", f"a number of {CASES}, once, with a name")]
        )
    rows = {
        name: store.rows(
            f"SELECT {', '.join(table_of(column) for column in columns if column != 'c')} "
            f"FROM {table_of(name)} ORDER BY ALL"
        )
        for name, columns in relations().items()
        if name != CASES
    }
    store.database.close()
    return case_of_rows(str(names[0][0]), rows, place)


def cases_of(folder: Path, numbers: Iterable[int], program: Program) -> Iterator[tuple[int, Case]]:
    """The valid cases of these numbers in a folder of relations, each made again from its rows.

    Raises RelationError when the files cannot be used.
    """
    from clausewise.logic.cohort.store import CohortStore

    wanted = ", ".join(str(number) for number in sorted(set(numbers))) or "NULL"
    store = CohortStore(program)
    with scratch_folder() as staging:
        for name, path in files_of(folder).items():
            source = _source(store, name, relations()[name], path, staging)
            _insert(store, source, f" WHERE {source.number} IN ({wanted})")
    rows: dict[int, dict[str, list[Row]]] = {}
    for name in OF_CASES:
        for number, *row in store.rows(f"SELECT * FROM {table_of(name)} ORDER BY ALL"):
            rows.setdefault(number, {}).setdefault(name, []).append(tuple(row))
    names = store.rows('SELECT c, "case" FROM cases ORDER BY c')
    store.database.close()
    for number, name in names:
        yield number, case_of_rows(str(name), rows.get(number, {}), f"{folder}:{number}")


def _reject_impossible(store: CohortStore, sources: Mapping[str, _Source]) -> list[Rejected]:
    """Take the cases with impossible rows out of the store; gives them with their errors."""
    database = store.database
    database.execute("CREATE OR REPLACE TEMP TABLE problems (c INTEGER, error VARCHAR)")
    for name, source in sources.items():
        if name in OF_CASES:
            _check_values(store, name, source)
    database.execute(f"CREATE OR REPLACE TEMP TABLE entries AS {entries()}")
    for query in checks():
        database.execute(f"INSERT INTO problems {query}")
    rejected = told_aside(store.rows(ASIDE))
    if rejected:
        for name in (CASES, *OF_CASES, "entries"):
            database.execute(f"DELETE FROM {table_of(name)} WHERE c IN (SELECT c FROM problems)")
    store.own_numbers = not store.rows(REPEATED)
    database.execute("DROP TABLE problems")
    database.execute("DROP TABLE entries")
    return rejected


def _check_values(store: CohortStore, name: str, source: _Source) -> None:
    """Find the impossible values of a relation; only where there are any, the file is read again
    for what it says there."""
    schema = OF_CASES[name]
    wrong = " OR ".join(impossible(schema).values())
    cases = f"SELECT c FROM {table_of(name)} WHERE {wrong}"
    if store.rows(f"{cases} LIMIT 1"):
        rows = f"SELECT * FROM ({source.rows}) AS r WHERE c IN ({cases})"
        for query in impossible_values(schema, rows):
            store.database.execute(f"INSERT INTO problems {query}", [source.path])


def files_of(folder: Path) -> dict[str, Path]:
    """The files of a cohort of relations, by relation; raises RelationError."""
    if _MARKS & set(str(folder)):
        raise RelationError(f"{folder}: rename the folder; {' '.join(sorted(_MARKS))} are not read")
    known = relations()
    found: dict[str, Path] = {}
    unread: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            try:
                refuse_hidden(path)
            except CohortError as error:
                raise RelationError(str(error)) from None
            continue
        if path.name == REJECTED:
            continue
        if path.suffix.lower() not in SUFFIXES or not path.is_file():
            unread.append(path)
            continue
        if path.stem not in known:
            reason = "follows from the others" if path.stem in SCHEMA else "is no relation"
            raise RelationError(f"{path.name}: {path.stem} {reason}{nearest(path.stem, known)}")
        if path.stem in found:
            raise RelationError(f"{path.name}: the relation has two files")
        found[path.stem] = path
    if unread:
        path, *others = unread
        kind = "a folder" if path.is_dir() else "a file" if path.is_file() else "no file"
        more = f" (nor would {len(others):,} more)" if others else ""
        raise RelationError(
            f"{path.name}: {kind}, which would not be read{more}; expected one file a relation, "
            f"NAME{' or NAME'.join(SUFFIXES)}, and nothing else"
        )
    if CASES not in found:
        raise RelationError(f"{folder}: there is no {CASES}.parquet or {CASES}.csv")
    return found


@dataclass(frozen=True)
class _Source:
    """A relation's Parquet file; ``picked`` are its columns as the table wants them, ``rows`` is a
    query for all of it, with ``told``, what the file has there."""

    name: str
    shown: str
    path: str
    number: str
    picked: str
    rows: str


def _source(
    store: CohortStore, name: str, columns: tuple[str, ...], path: Path, staging: Path
) -> _Source:
    """A file made ready to be read in parts; CSV, which cannot be, is copied to Parquet first."""
    import duckdb

    read = path
    if path.suffix.lower() == ".csv":
        read = staging / f"{name}.parquet"
        _copy_csv(store, columns, path, read)
    try:
        wide = store.rows(
            "SELECT name, precision FROM parquet_schema($1) WHERE precision > $2",
            [str(read), MOST_DIGITS],
        )
        described = store.database.execute(
            "DESCRIBE SELECT * FROM read_parquet($1)", [str(read)]
        ).fetchall()
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        raise RelationError(f"{path.name}: no Parquet file, or not a whole one") from None
    kinds = {str(row[0]): str(row[1]) for row in described}
    check_columns(path.name, list(kinds), columns)
    for column, digits in wide:
        raise RelationError(
            f"{path.name}: {column} has {digits} digits, and DuckDB reads numbers of more than "
            f"{MOST_DIGITS} inexactly; expected {NUMBER_TYPE}"
        )
    check_types(path.name, name, kinds)
    typed = typed_columns(name, kinds)
    # A comparison with the bare column lets DuckDB skip the parts of a file that are not wanted.
    number = "c" if kinds["c"] in WHOLE else whole_number("c", kinds["c"], "INTEGER")
    rows = given_rows(columns, typed, kinds, "read_parquet($1)")
    return _Source(name, path.name, str(read), number, ", ".join(typed), rows)


def _copy_csv(store: CohortStore, columns: tuple[str, ...], path: Path, target: Path) -> None:
    """Copy a CSV file to Parquet; raises RelationError where it is no CSV."""
    import duckdb

    if what := other_than_csv(path):
        raise RelationError(f"{path.name}: {what}")
    try:
        copied = store.database.sql(f"SELECT * FROM read_csv($1, {CSV_FORM})", params=[str(path)])
        check_columns(path.name, copied.columns, columns)
        copied.write_parquet(str(target))
    except duckdb.InvalidInputException:
        fault = fault_of_csv(path) or "not readable; expected lines that all end alike"
        raise RelationError(f"{path.name}: {fault}") from None


def _bounds(store: CohortStore, cases: _Source, at_once: int | None) -> list[int | None]:
    """The numbers where parts begin and end, None for no limit; a part begins at its first one.

    Numbers of cases have to be usable, or nothing can be said of any case.
    """
    numbered = f'(SELECT {cases.number} AS c, "case" FROM read_parquet($1))'
    ((unusable, repeated),) = store.rows(wrong_numbers(numbered), [cases.path])
    check_numbers(unusable, repeated)
    if at_once is None:
        return [None, None]
    starts = store.rows(
        f"SELECT c FROM (SELECT c, row_number() OVER (ORDER BY c) AS place FROM {numbered}) "
        "WHERE place > 1 AND place % $2 = 1 % $2 ORDER BY c",
        [cases.path, at_once],
    )
    return [None, *(int(start) for (start,) in starts), None]


def check_numbers(unusable: int, repeated: int) -> None:
    """Raises RelationError when any of the two counts of ``wrong_numbers`` is above 0."""
    told = []
    if unusable:
        told.append(f"{_counted(unusable, 'row')} without a number (c) or a name (case)")
    if repeated:
        told.append(f"{_counted(repeated, 'number')} used twice")
    if told:
        raise RelationError(f"{CASES}: {', '.join(told)}")


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _fill(store: CohortStore, source: _Source, first: int | None, last: int | None) -> None:
    """Copy the rows of the cases from ``first`` to before ``last`` into their table."""
    limits = []
    if first is not None:
        limits.append(f"{source.number} >= {first}")
    if last is not None:
        below = f"{source.number} < {last}"
        limits.append(f"({below} OR {source.number} IS NULL)" if first is None else below)
    _insert(store, source, f" WHERE {' AND '.join(limits)}" if limits else "")


def _insert(store: CohortStore, source: _Source, where: str) -> None:
    """Copy the rows that meet a condition into the table of their relation."""
    import duckdb

    # A row of the results is opened by the number of its case.
    cases = source.name == CASES
    target = '(c, "case", recorded, place)' if cases else ""
    picked = f"{source.picked}, CAST({source.number} AS VARCHAR)" if cases else source.picked
    try:
        store.database.execute(
            f"INSERT INTO {table_of(source.name)} {target} "
            f"SELECT {picked} FROM read_parquet($1){where}",
            [source.path],
        )
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise RelationError(f"{source.shown}: not readable ({reason})") from None


def check_orphan_rows(found: Iterable[tuple[Any, ...]]) -> None:
    """Raises RelationError when there are rows of no case, as ``orphan_rows`` finds them."""
    for name, stray in found:
        rows = _counted(stray, "row")
        raise RelationError(f"{name}: {rows} with an empty or unknown c (no case of {CASES})")
