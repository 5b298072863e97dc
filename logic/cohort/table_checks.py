"""What is wrong with single cases of a cohort of relations: numbers and values, as SQL.

Every query about values gives rows of (c, error). The error names the relation, says what is wrong
and shows the values of the row. What rows say of one another is checked in ``row_checks``, which
needs the table ``entries`` (c, entry, kind).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from clausewise.facts.columns import EARLIEST, LATEST, Column, Kind, RelationSchema, Type
from clausewise.facts.schema import OF_CASES
from clausewise.logic.cohort.rejected import MOST_ERRORS, Rejected, capped
from clausewise.logic.sql.query import quoted, table_of

KINDS = tuple(name for name, schema in OF_CASES.items() if schema.kind is Kind.ENTRY)
"""The relations that make entries; all other rows about entries say something further of them."""
MOST_SHOWN = 60
"""Characters of a value that an error shows."""
IMPOSSIBLE = " is missing or impossible ("
"""In the errors about values, which are told first: others may follow from them."""

ASIDE = (
    'SELECT cases."case", p.c, p.errors, p.most FROM (SELECT c, array_agg(error) AS errors, '
    "max(place) AS most FROM (SELECT c, CASE WHEN place <= "
    f"{MOST_ERRORS} THEN error END AS error, place FROM (SELECT c, error, row_number() OVER "
    f"(PARTITION BY c ORDER BY strpos(error, {quoted(IMPOSSIBLE)}) = 0, error) AS place "
    "FROM (SELECT DISTINCT c, error FROM problems) AS d) AS n) AS f GROUP BY c) AS p "
    "LEFT JOIN cases ON cases.c = p.c ORDER BY p.c"
)
"""The cases that have rows in the table ``problems``, each with its first errors and how many it
has."""


def told_aside(rows: Iterable[tuple[Any, ...]]) -> list[Rejected]:
    """The rows of ``ASIDE``."""
    return [
        Rejected(
            f"c {number}" if case is None else f"c {number} ({case})",
            case,
            capped(
                sorted(filter(None, errors), key=lambda each: (IMPOSSIBLE not in each, each)), most
            ),
        )
        for case, number, errors, most in rows
    ]


# --- the numbers of cases and entries ---------------------------------------------------------


def wrong_numbers(cases: str) -> str:
    """A query for how many rows of ``cases``, an expression of a table, lack a number or a name,
    and how many numbers stand there again."""
    return (
        'SELECT count(*) FILTER (WHERE c IS NULL OR "case" IS NULL), '
        f"count(*) - count(DISTINCT c) - count(*) FILTER (WHERE c IS NULL) FROM {cases}"
    )


def unbroken() -> str:
    """A query for the first and the last number of the cases, if none between them is missing."""
    return "SELECT min(c), max(c) FROM cases HAVING count(*) = max(c) - min(c) + 1"


def orphan_rows(numbers: tuple[int, int] | None = None) -> str:
    """A query for the relations with rows of no case, each with how many.

    ``numbers``, as ``unbroken`` gives them, spare looking for the case of every row.
    """
    missing = "NOT EXISTS (SELECT 1 FROM cases WHERE cases.c = t.c)"
    if numbers is not None:
        first, last = numbers
        missing = f"t.c NOT BETWEEN {int(first)} AND {int(last)}"
    counts = (
        f"SELECT '{name}' AS name, count(*) AS stray FROM {table_of(name)} AS t "
        f"WHERE t.c IS NULL OR {missing}"
        for name in OF_CASES
    )
    return f"SELECT name, stray FROM ({' UNION ALL '.join(counts)}) WHERE stray > 0 ORDER BY name"


def entries() -> str:
    """A query for all entries: the case, the number of the entry and the relation it is of."""
    return " UNION ALL ".join(
        f"SELECT c, entry, {quoted(kind)} AS kind FROM {table_of(kind)}" for kind in KINDS
    )


REPEATED = "SELECT entry FROM entries GROUP BY entry HAVING count(*) > 1 LIMIT 1"
"""An entry number that stands twice, in one case or in two. Without one the numbers are each
entry's own, and joins need not ask for the case."""

# --- values -----------------------------------------------------------------------------------


def impossible(schema: RelationSchema) -> dict[str, str]:
    """For each column of a relation the condition that its value is missing or impossible."""
    return {column.name: _impossible(column) for column in schema.columns}


def _impossible(column: Column) -> str:
    value = table_of(column.name)
    if column.type is Type.DAY:
        wrong = f"{value} NOT BETWEEN {EARLIEST.toordinal()} AND {LATEST.toordinal()}"
    elif column.most is not None:
        wrong = f"{value} NOT BETWEEN {column.least} AND {column.most}"
        if column.whole:
            wrong += f" OR {value} <> floor({value})"
    elif column.type in (Type.NAME, Type.LINE):
        wrong = f"{value} NOT IN ({listed(column.domain or ())})"
    else:
        return f"{value} IS NULL"
    return f"{value} IS NULL OR {wrong}"


def impossible_values(schema: RelationSchema, rows: str) -> Iterator[str]:
    """Queries for values that their column cannot hold, over ``rows``: a query for the rows of the
    relation as its table has them, with ``told``, the row as it was given."""
    for column, wrong in impossible(schema).items():
        told = f"'{schema.name}: {column}{IMPOSSIBLE}' || told || ')'"
        yield f"SELECT c, {told} AS error FROM ({rows}) AS t WHERE {wrong}"


def listed(names: Iterable[str]) -> str:
    """The names as a list in SQL."""
    return ", ".join(quoted(name) for name in sorted(names))
