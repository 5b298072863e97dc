"""The columns of relations as files have them: which there have to be, and their values made exact.

Enters: the types that a file has. Leaves: expressions in SQL for the values as the tables want
them, NULL for what cannot be one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from clausewise.facts.columns import Column, Type
from clausewise.facts.errors import ClausewiseError
from clausewise.facts.relations.calendar import EPOCH_ORDINAL
from clausewise.facts.schema import OF_CASES
from clausewise.logic.cohort.table_checks import MOST_SHOWN
from clausewise.logic.sql.query import column_type, quoted, table_of

CASES = "cases"
TEXTS = frozenset({"VARCHAR", "STRING"})
BINARY = frozenset({"DOUBLE", "FLOAT"})
ZONED = "TIMESTAMP WITH TIME ZONE"
DECIMALS = 30
"""Places after the point that a measured value may have."""
BINARY_PLACES = 10
"""Binary places that a measured value may have that is given as a binary number."""
WHOLE = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
LONG = frozenset({"UBIGINT", "HUGEINT", "UHUGEINT"})
"""Whole numbers that few columns hold; a measured value is what they say."""
BYTES = frozenset({"BLOB", "BINARY"})
LIKE_TEXTS = frozenset({"UUID", "JSON"})
NESTED = ("[", "STRUCT", "MAP", "UNION", "ARRAY<")
"""What stands in the types of columns whose values hold further ones."""
WANTED = {
    Type.DAY: "DATE",
    Type.NUMBER: "DECIMAL",
    Type.ENTRY: "INTEGER",
    Type.REFERENCE: "INTEGER",
}
"""What an error says that a column should be; others hold texts."""
PLAIN = frozenset({*TEXTS, *WHOLE, "DATE", "BOOLEAN"})
"""Types that are not told beside an impossible value, for they do not explain it."""


class RelationError(ClausewiseError):
    """The files are no cohort of relations; the message says what is wrong with them."""


@cache
def relations() -> Mapping[str, tuple[str, ...]]:
    """The files of a cohort and the columns of each; only ``cases`` has to be there."""
    own = {
        name: ("c", *(column.name for column in schema.columns))
        for name, schema in OF_CASES.items()
    }
    return {CASES: ("c", "case", "recorded"), **own}


def check_columns(shown: str, given: list[str], columns: tuple[str, ...]) -> None:
    """Raises RelationError when a file lacks columns of its relation or has others."""
    unknown = [column for column in given if column not in columns]
    lacking = [each for each in columns if each not in given and each != "recorded"]
    if unknown or lacking:
        wanted = f"expected the columns {', '.join(columns)}"
        wrong = f"unknown: {', '.join(unknown)}" if unknown else f"lacks {', '.join(lacking)}"
        raise RelationError(f"{shown}: {wrong}; {wanted}")


def check_types(shown: str, name: str, given: Mapping[str, str]) -> None:
    """Raises RelationError when a column is of a type of which no row can be used.

    Instants are no days, for their day depends on a zone; bytes are no text that is known; lists
    and the like are no values. The name of a case is a text or a whole number.
    """
    own = {column.name: column.type for column in OF_CASES[name].columns} if name != CASES else {}
    own["c"] = Type.ENTRY
    for column, given_type in given.items():
        kind, wanted = given_type.upper(), own.get(column, Type.NAME)
        of_lists = any(mark in kind for mark in NESTED)
        if kind == ZONED and wanted is Type.DAY:
            why = f"a {ZONED} in every row, whose day depends on the zone"
        elif kind in BYTES:
            why = "bytes in every row, whose text is not known"
        elif of_lists or (column == "case" and kind not in TEXTS | WHOLE | LONG | LIKE_TEXTS):
            why = f"of type {given_type[:MOST_SHOWN]} in every row"
        else:
            continue
        raise RelationError(f"{shown}: {column} is {why}; expected {WANTED.get(wanted, 'VARCHAR')}")


def typed_columns(name: str, given: Mapping[str, str]) -> list[str]:
    """The columns of a relation as its table wants them, NULL for those that are not given.

    ``given`` tells the type of each in the file. A value of the wrong type becomes NULL and is
    found later; so does a number of a case or an entry that is not whole, a time that is more than
    a day, and a measured value that would not stay exact.
    """

    def number(column: str, wanted: str) -> str:
        return whole_number(column, given[column], wanted)

    def typed(column: Column) -> str:
        match column.type:
            case Type.DAY:
                day = _day(table_of(column.name), given[column.name].upper())
                return f"datediff('day', DATE '1970-01-01', {day}) + {EPOCH_ORDINAL}"
            case Type.ENTRY | Type.REFERENCE:
                return number(column.name, column_type(column))
            case Type.NUMBER:
                kind = given[column.name].upper()
                return _exact(table_of(column.name), kind, column_type(column))
            case _:
                return f'TRY_CAST("{column.name}" AS {column_type(column)})'

    if name != CASES:
        return [number("c", "INTEGER"), *map(typed, OF_CASES[name].columns)]
    texts = (
        f'TRY_CAST("{column}" AS VARCHAR)' if column in given else "NULL"
        for column in relations()[CASES][1:]
    )
    return [number("c", "INTEGER"), *texts]


def whole_number(column: str, kind: str, wanted: str) -> str:
    """A whole number out of a column of some type, NULL for one with a fraction."""
    number = f'TRY_CAST("{column}" AS {wanted})'
    if kind.upper() in WHOLE:
        return number
    if kind.upper() in TEXTS:
        # DuckDB would also read 2_1, 1e1 and 0x10 as numbers.
        form = "'^(0|-?[1-9][0-9]*)([.]0+)?$'"
        return f'CASE WHEN regexp_matches("{column}", {form}) THEN {number} END'
    exact = f'TRY_CAST("{column}" AS DECIMAL(38, 18))'
    return f"CASE WHEN {number} = {exact} THEN {number} END"


def _day(column: str, kind: str) -> str:
    """A day out of a column of another type, NULL for what is more than a day."""
    day = f"TRY_CAST({column} AS DATE)"
    if kind in TEXTS:
        form = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}$'"
        return f"CASE WHEN regexp_matches({column}, {form}) THEN {day} END"
    if kind.startswith("TIMESTAMP"):
        return f"CASE WHEN CAST({day} AS {kind}) = {column} THEN {day} END"
    return day


def _exact(column: str, kind: str, wanted: str) -> str:
    """A measured value out of a column of another type, NULL for one that would not stay exact.

    Few binary numbers are decimals: 49.9 as a DOUBLE is a little less or more. Those that are, by
    so few binary places that both are sure to hold them, are taken.
    """
    number = f"TRY_CAST({column} AS {wanted})"
    if kind in TEXTS:
        places = f"'^-?(0|[1-9][0-9]*)([.][0-9]{{1,{DECIMALS}}}0*)?$'"
        return f"CASE WHEN regexp_matches({column}, {places}) THEN {number} END"
    if kind in BINARY:
        value = f"CAST({column} AS DOUBLE)"
        number = f"TRY_CAST(TRY_CAST({value} AS DECIMAL(18, {BINARY_PLACES})) AS {wanted})"
        steps = f"{value} * {2**BINARY_PLACES}"
        return f"CASE WHEN abs({value}) < 10000 AND {steps} = floor({steps}) THEN {number} END"
    if kind.startswith("DECIMAL"):
        return f"CASE WHEN TRY_CAST({number} AS {kind}) = {column} THEN {number} END"
    return number if kind in WHOLE | LONG else "NULL"


def _kind(kind: str) -> str:
    """What is added to an expression for a shown value, to tell the type of its column."""
    known = kind.upper() in PLAIN or kind.upper().startswith("DECIMAL")
    return "" if known else f" || {quoted(f' of type {kind[:MOST_SHOWN]}')}"


def given_rows(
    columns: tuple[str, ...], typed: Iterable[str], given: Mapping[str, str], file: str
) -> str:
    """A query for the rows of a file as the table has them, with ``told``, what the file says.

    ``given`` tells the types of the file; those that may be why a value is impossible are told.
    """
    # Of each column that the table has; one more or less would be a fault of ours.
    picked = ", ".join(
        f"{each} AS {table_of(column)}" for column, each in zip(columns, typed, strict=True)
    )
    kinds = {column: _kind(given.get(column, "VARCHAR")) for column in columns}
    told = " || ', ' || ".join(
        f"{quoted(f'{column} ')} || "
        f"coalesce(left(CAST(\"{column}\" AS VARCHAR), {MOST_SHOWN}){kinds[column]}, 'nothing')"
        for column in columns[1:]
    )
    return f"SELECT {picked}, {told} AS told FROM {file}"
