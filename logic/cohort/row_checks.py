"""What rows of a case say of one another that no case can have: the rules of the schema as SQL.

Every query finds the cases that break one rule and gives rows of (c, error). The error names the
relation, says what is wrong and shows the values of the row. The table ``entries`` (c, entry, kind)
has to be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausewise.facts.case.model import MOST_ENTRIES, MOST_IN_ALL, MOST_SOURCES
from clausewise.facts.case.values import MOST_CHARACTERS
from clausewise.facts.columns import Column, Kind, RelationSchema, Type
from clausewise.facts.schema import (
    AT_LEAST_ONE,
    EXACTLY_ONE,
    KNOWN_PLANS,
    OF_CASES,
    OTHER_PLAN,
    RANGES,
    SCHEMA,
    SIDED,
    SIDELESS,
    UNSTATED_SIDE,
)
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.facts.vocabulary.installed import may_govern
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.cohort.table_checks import KINDS, MOST_SHOWN, listed
from clausewise.logic.sql.query import quoted, table_of

_GROUPED = frozenset(name for group in EXACTLY_ONE for name in group)
CITED = ("cited_document", "cited_undated")
BLANK = "".join(filter(str.isspace, map(chr, range(0x3001))))
"""The characters that are blank, as a case file sees them."""


def checks() -> Iterator[str]:
    """Queries for everything else that no case can have."""
    yield (
        "SELECT c, 'cases: recorded is no determination (' || recorded || ')' AS error FROM cases "
        f"WHERE recorded IS NOT NULL AND recorded NOT IN ({listed(Determination)})"
    )
    # As a case file has it: a text that is not blank, and not too long.
    yield (
        "SELECT c, 'cases: case is blank or too long' AS error FROM cases "
        f'WHERE trim("case", {quoted(BLANK)}) = \'\' OR length("case") > {MOST_CHARACTERS}'
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
    for group in AT_LEAST_ONE:
        yield _none_of(group)
    yield _both("study_shows", "study_excludes")
    yield from _contradictions()
    yield from _wrong_lines()
    yield from _wrong_sides()
    yield from _wrong_ranges()
    yield from _wrong_sources()
    yield from _too_many()


def _required(name: str) -> str:
    return (
        f"SELECT cases.c, '{name}: no row' AS error FROM cases "
        f"WHERE NOT EXISTS (SELECT 1 FROM {table_of(name)} AS t WHERE t.c = cases.c)"
    )


def _more_than_one(schema: RelationSchema) -> str:
    """Rows of a case that share what is unique in it, with two of their names that differ."""
    by = ", ".join(("c", *map(table_of, schema.key)))
    differ = "".join(
        f" || CASE WHEN min({name}) < max({name}) THEN ': ' || substr(min({name}), 1, {MOST_SHOWN})"
        f" || ' and ' || substr(max({name}), 1, {MOST_SHOWN}) ELSE '' END"
        for column in schema.columns
        if column.type is Type.NAME and column.name not in schema.key
        for name in [table_of(column.name)]
    )
    return (
        f"SELECT c, '{schema.name}: more than one row' || {_shown(schema.key)}{differ} AS error "
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
    kinds = listed(column.domain or ())
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
    kinds = f"SELECT c, entry FROM entries WHERE kind IN ({listed(SCHEMA[group[0]].of)})"
    number = "CAST(coalesce(e.entry, s.entry) AS VARCHAR)"
    return (
        f"SELECT coalesce(e.c, s.c) AS c, '{', '.join(group)}: ' || CASE "
        f"WHEN e.entry IS NULL THEN 'not an entry of {' or '.join(SCHEMA[group[0]].of)}' "
        f"ELSE 'not exactly one row an entry' END || ' (entry ' || {number} || ')' AS error "
        f"FROM ({kinds}) AS e FULL JOIN (SELECT c, entry, count(*) AS told FROM ({said}) AS u "
        "GROUP BY c, entry) AS s ON s.c = e.c AND s.entry = e.entry "
        "WHERE e.entry IS NULL OR s.told IS NULL OR s.told <> 1"
    )


def _none_of(group: tuple[str, ...]) -> str:
    """Entries that have a row in none of some relations; one error a case, as all may."""
    said = " UNION ALL ".join(f"SELECT c, entry FROM {table_of(name)}" for name in group)
    return (
        f"SELECT e.c, '{', '.join(group)}: no row of ' || count(*) || ' entries (the first: "
        "entry ' || CAST(min(e.entry) AS VARCHAR) || ')' AS error FROM entries AS e "
        f"ANTI JOIN ({said}) AS s ON s.c = e.c AND s.entry = e.entry "
        f"WHERE e.kind IN ({listed(SCHEMA[group[0]].of)}) GROUP BY e.c"
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


def _wrong_lines() -> Iterator[str]:
    """No side beside a side, or where a policy may govern a procedure that is asked for by side."""
    unstated = f"FROM line AS t WHERE CAST(t.line AS VARCHAR) = {quoted(UNSTATED_SIDE)}"
    yield (
        "SELECT t.c, 'line: unstated beside a side' AS error FROM line AS t "
        f"JOIN (SELECT DISTINCT t.c {unstated}) AS u ON u.c = t.c "
        f"WHERE CAST(t.line AS VARCHAR) <> {quoted(UNSTATED_SIDE)}"
    )
    sided = " OR ".join(
        f"CAST(q.plan AS VARCHAR) = {quoted(plan)} AND CAST(p.procedure AS VARCHAR) IN ({names})"
        for plan in sorted((*KNOWN_PLANS, OTHER_PLAN))
        if (names := listed(_asked_for_by_side(plan)))
    )
    yield (
        "SELECT t.c, 'line: the procedure is asked for by side (procedure ' || "
        "CAST(p.procedure AS VARCHAR) || ', line unstated)' AS error "
        f"FROM (SELECT t.c {unstated}) AS t JOIN procedure AS p ON p.c = t.c "
        f"JOIN plan AS q ON q.c = t.c WHERE {sided}"
    )


def _asked_for_by_side(plan: str) -> Iterator[str]:
    for name, procedure in VOCABULARY.procedures.items():
        if procedure.side_specific and may_govern(plan, name):
            yield name


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
    return f"CAST(t.{table_of(column)} AS VARCHAR) IN ({listed(names)})"


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


def _too_many() -> Iterator[str]:
    """More entries, or documents, than a case file may have."""
    number = "count(*) || ', at most "
    yield (
        f"SELECT c, kind || ': too many entries (' || {number}{MOST_ENTRIES})' AS error "
        f"FROM entries GROUP BY c, kind HAVING count(*) > {MOST_ENTRIES}"
    )
    yield (
        f"SELECT c, 'entry: too many entries in all (' || {number}{MOST_IN_ALL})' AS error "
        f"FROM entries GROUP BY c HAVING count(*) > {MOST_IN_ALL}"
    )
    yield (
        f"SELECT c, '{', '.join(CITED)}: too many documents (' || {number}{MOST_ENTRIES})' "
        'AS error FROM (SELECT c, received, "day" FROM cited_document '
        "UNION SELECT c, received, NULL FROM cited_undated "
        'UNION SELECT c, "day", NULL FROM document_received) AS u '
        f"GROUP BY c HAVING count(*) > {MOST_ENTRIES}"
    )


def _shown(columns: Iterable[str], table: str = "") -> str:
    """An expression for the values of some columns, in brackets; days are not shown."""
    place = f"{table}." if table else ""
    parts = " || ', ".join(
        f"{column} ' || coalesce(CAST({place}{table_of(column)} AS VARCHAR), 'nothing')"
        for column in columns
    )
    return f"' ({parts} || ')'" if parts else "''"
