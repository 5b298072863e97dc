"""What is wrong with single cases of a cohort of relations: the rules of the schema as SQL.

Every query finds the cases that break one rule and gives rows of (c, error). The error names the
relation, says what is wrong and shows the values of the row. The checks need the table ``entries``
(c, entry, kind), which ``entries`` makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from clausewise.facts.case.model import MOST_SOURCES
from clausewise.facts.columns import EARLIEST, LATEST, Column, Kind, RelationSchema, Type
from clausewise.facts.schema import EXACTLY_ONE, OF_CASES, RANGES, SCHEMA, SIDED, SIDELESS
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.cohort.rejected import MOST_ERRORS, Rejected, capped
from clausewise.logic.sql.query import quoted, table_of

KINDS = tuple(name for name, schema in OF_CASES.items() if schema.kind is Kind.ENTRY)
"""The relations that make entries; all other rows about entries say something further of them."""
DETAILS = tuple(name for name, schema in OF_CASES.items() if schema.kind is Kind.DETAIL)
_GROUPED = frozenset(name for group in EXACTLY_ONE for name in group)
CITED = ("cited_document", "cited_undated")
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
    elif column.type in (Type.NAME, Type.LINE):
        wrong = f"{value} NOT IN ({_listed(column.domain or ())})"
    else:
        return f"{value} IS NULL"
    return f"{value} IS NULL OR {wrong}"


def impossible_values(schema: RelationSchema, rows: str) -> Iterator[str]:
    """Queries for values that their column cannot hold, over ``rows``: a query for the rows of the
    relation as its table has them, with ``told``, the row as it was given."""
    for column, wrong in impossible(schema).items():
        told = f"'{schema.name}: {column}{IMPOSSIBLE}' || told || ')'"
        yield f"SELECT c, {told} AS error FROM ({rows}) AS t WHERE {wrong}"


# --- rows -------------------------------------------------------------------------------------


def checks() -> Iterator[str]:
    """Queries for everything else that no case can have."""
    yield (
        "SELECT c, 'cases: recorded is no determination (' || recorded || ')' AS error FROM cases "
        f"WHERE recorded IS NOT NULL AND recorded NOT IN ({_listed(Determination)})"
    )
    yield (
        "SELECT c, 'entry: the number is used twice (entry ' || CAST(entry AS VARCHAR) || ')' "
        "AS error FROM entries GROUP BY c, entry HAVING count(*) > 1"
    )
    for name, schema in OF_CASES.items():
        if schema.required:
            yield _required(name)
        if schema.kind is not Kind.ENTRY and name not in _GROUPED:
            yield _more_than_one(schema)
        if schema.of and name not in _GROUPED:
            yield _of_no_such_entry(schema)
        if schema.only:
            yield _of_another_name(schema)
        for column in schema.columns:
            if column.type is Type.REFERENCE:
                yield _refers_to_nothing(schema, column)
    for group in EXACTLY_ONE:
        yield _not_exactly_one(group)
    yield _both("study_shows", "study_excludes")
    yield from _contradictions()
    yield from _wrong_sides()
    yield from _wrong_ranges()
    yield from _wrong_sources()


def _required(name: str) -> str:
    return (
        f"SELECT cases.c, '{name}: no row' AS error FROM cases "
        f"WHERE NOT EXISTS (SELECT 1 FROM {table_of(name)} AS t WHERE t.c = cases.c)"
    )


def _more_than_one(schema: RelationSchema) -> str:
    """Rows of a case that share what is unique in it."""
    by = ", ".join(("c", *map(table_of, schema.key)))
    return (
        f"SELECT c, '{schema.name}: more than one row' || {_shown(schema.key)} AS error "
        f"FROM {table_of(schema.name)} GROUP BY {by} HAVING count(*) > 1"
    )


def _of_no_such_entry(schema: RelationSchema) -> str:
    """Details of an entry that is not there, or of a kind that has no such detail."""
    kinds = " UNION ALL ".join(f"SELECT c, entry FROM {table_of(kind)}" for kind in schema.of)
    return (
        f"SELECT t.c, '{schema.name}: not an entry of {' or '.join(schema.of)}' || "
        f"{_shown(['entry'], 't')} AS error FROM {table_of(schema.name)} AS t "
        f"ANTI JOIN ({kinds}) AS e ON e.c = t.c AND e.entry = t.entry"
    )


def _of_another_name(schema: RelationSchema) -> str:
    """Details that only entries with a certain name have."""
    (kind,) = schema.of
    name = SCHEMA[kind].columns[1].name
    return (
        f"SELECT t.c, '{schema.name}: the {name} is not {schema.only}' || "
        f"{_shown(['entry'], 't')} AS error FROM {table_of(schema.name)} AS t "
        f"JOIN {table_of(kind)} AS e ON e.c = t.c AND e.entry = t.entry "
        f'WHERE e."{name}" <> {quoted(schema.only)}'
    )


def _refers_to_nothing(schema: RelationSchema, column: Column) -> str:
    kinds = _listed(column.domain or ())
    return (
        f"SELECT t.c, '{schema.name}: no such {column.name}' || "
        f"{_shown(['entry', column.name], 't')} AS error FROM {table_of(schema.name)} AS t "
        f"ANTI JOIN (SELECT c, entry FROM entries WHERE kind IN ({kinds})) AS e "
        f'ON e.c = t.c AND e.entry = t."{column.name}"'
    )


def _not_exactly_one(group: tuple[str, ...]) -> str:
    """Entries that lack a row in each of some relations, or have more than one in them; and rows of
    these relations about no such entry."""
    said = " UNION ALL ".join(f"SELECT c, entry FROM {table_of(name)}" for name in group)
    kinds = f"SELECT c, entry FROM entries WHERE kind IN ({_listed(SCHEMA[group[0]].of)})"
    number = "CAST(coalesce(e.entry, s.entry) AS VARCHAR)"
    return (
        f"SELECT coalesce(e.c, s.c) AS c, '{', '.join(group)}: ' || CASE "
        f"WHEN e.entry IS NULL THEN 'not an entry of {' or '.join(SCHEMA[group[0]].of)}' "
        f"ELSE 'not exactly one row an entry' END || ' (entry ' || {number} || ')' AS error "
        f"FROM ({kinds}) AS e FULL JOIN (SELECT c, entry, count(*) AS told FROM ({said}) AS u "
        "GROUP BY c, entry) AS s ON s.c = e.c AND s.entry = e.entry "
        "WHERE e.entry IS NULL OR s.told IS NULL OR s.told <> 1"
    )


def _both(one: str, other: str) -> str:
    """The same said in two relations that say the opposite."""
    names = [column.name for column in SCHEMA[one].columns]
    same = " AND ".join(f't."{name}" = o."{name}"' for name in names)
    return (
        f"SELECT t.c, '{one}, {other}: said both ways' || {_shown(names, 't')} AS error "
        f"FROM {table_of(one)} AS t JOIN {table_of(other)} AS o ON o.c = t.c AND {same}"
    )


def _contradictions() -> Iterator[str]:
    """Values that contradict those of another relation."""
    meant = " ".join(
        f"WHEN {quoted(code.code)} THEN {quoted(name)}"
        for name, procedure in VOCABULARY.procedures.items()
        for code in procedure.codes
    )
    yield (
        "SELECT t.c, 'procedure_code: contradicts the procedure (code ' || "
        "CAST(t.code AS VARCHAR) || ', procedure ' || CAST(p.procedure AS VARCHAR) || ')' "
        "AS error FROM procedure_code AS t JOIN procedure AS p ON p.c = t.c "
        f"WHERE CAST(p.procedure AS VARCHAR) <> CASE CAST(t.code AS VARCHAR) {meant} END"
    )
    bounds = " OR ".join(
        f"t.measure = {quoted(name)} AND t.value NOT BETWEEN {measure.least} AND {measure.most}"
        for name, measure in VOCABULARY.measures.items()
    )
    yield (
        "SELECT t.c, 'measurement: the value is impossible' || "
        f"{_shown(['entry', 'measure', 'value'], 't')} AS error "
        f"FROM measurement AS t WHERE {bounds}"
    )
    upper = " OR ".join(
        f"m.measure = {quoted(name)} AND t.value > {measure.most}"
        for name, measure in VOCABULARY.measures.items()
    )
    yield (
        "SELECT t.c, 'measured_up_to: the value is impossible' || "
        f"{_shown(['entry', 'value'], 't')} AS error "
        "FROM measured_up_to AS t JOIN measurement AS m "
        f"ON m.c = t.c AND m.entry = t.entry WHERE {upper}"
    )
    for name, lacking, why in (
        ("stated_baseline", "baseline_entry", "the entry is no baseline"),
        ("radiates_to", "documented_present", "no radiating pain is documented"),
    ):
        yield (
            f"SELECT t.c, '{name}: {why}' || {_shown(['entry'], 't')} AS error "
            f"FROM {table_of(name)} AS t ANTI JOIN {table_of(lacking)} AS o "
            "ON o.c = t.c AND o.entry = t.entry"
        )
    yield (
        f"SELECT e.c, 'therapy_end: before the start' || {_shown(['entry'], 'e')} AS error "
        "FROM therapy_start AS s JOIN therapy_end AS e "
        'ON e.c = s.c AND e.entry = s.entry WHERE e."day" < s."day"'
    )
    yield (
        f"SELECT t.c, 'therapy_completed: it is ongoing' || {_shown(['entry'], 't')} AS error "
        "FROM therapy_completed AS t JOIN therapy_ongoing AS o "
        "ON o.c = t.c AND o.entry = t.entry WHERE t.answer = 'yes'"
    )


def _wrong_sides() -> Iterator[str]:
    """Entries that lack a side in another way than their kind does, or have one and cannot."""
    for kind in KINDS:
        needed = "TRUE" if kind == "injection" else "FALSE"
        if kind in SIDED:
            needed = _names_one_of(*SIDED[kind])
        wrong = f"s.side = CASE WHEN {needed} THEN 'not_side_specific' ELSE 'unstated' END"
        if kind in SIDELESS:
            wrong += f" OR {_names_one_of(*SIDELESS[kind])} AND s.side <> 'not_side_specific'"
        yield (
            f"SELECT t.c, 'entry_side: not a side of such a {kind}' || "
            f"{_shown(['entry', 'side'], 's')} AS error FROM {table_of(kind)} AS t "
            f"JOIN entry_side AS s ON s.c = t.c AND s.entry = t.entry WHERE {wrong}"
        )


def _names_one_of(column: str, names: Iterable[str]) -> str:
    """The condition that a row ``t`` of entries names one of these."""
    return f"CAST(t.{table_of(column)} AS VARCHAR) IN ({_listed(names)})"


def _wrong_ranges() -> Iterator[str]:
    """Upper ends of what has no value, or of a value that is not lower."""
    for upper, lower in RANGES.items():
        value, least = (SCHEMA[name].columns[-1].name for name in (upper, lower))
        yield (
            f"SELECT t.c, '{upper}: not above the value of {lower}' || "
            f"{_shown(['entry', value], 't')} AS error FROM {table_of(upper)} AS t "
            f"LEFT JOIN {table_of(lower)} AS v ON v.c = t.c AND v.entry = t.entry "
            f"WHERE v.entry IS NULL OR t.{table_of(value)} <= v.{table_of(least)}"
        )


def _wrong_sources() -> Iterator[str]:
    """Sources that were received on a day on which nothing was, and more than an entry can cite."""
    for name in CITED:
        yield (
            f"SELECT t.c, '{name}: nothing was received on that day' || {_shown(['entry'], 't')} "
            f'AS error FROM {table_of(name)} AS t ANTI JOIN (SELECT c, "day" FROM received '
            f'UNION ALL SELECT c, "day" FROM document_received) AS r '
            f'ON r.c = t.c AND r."day" = t.received'
        )
    cited = " UNION ALL ".join(f"SELECT c, entry FROM {table_of(name)}" for name in CITED)
    yield (
        f"SELECT c, '{', '.join(CITED)}: more than {MOST_SOURCES} sources' || {_shown(['entry'])} "
        f"AS error FROM ({cited}) AS u GROUP BY c, entry HAVING count(*) > {MOST_SOURCES}"
    )


def _shown(columns: Iterable[str], table: str = "") -> str:
    """An expression for the values of some columns, in brackets; days are not shown."""
    place = f"{table}." if table else ""
    parts = " || ', ".join(
        f"{column} ' || coalesce(CAST({place}{table_of(column)} AS VARCHAR), 'nothing')"
        for column in columns
    )
    return f"' ({parts} || ')'" if parts else "''"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(quoted(name) for name in sorted(names))
