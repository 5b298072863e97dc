"""What is wrong with single cases of a cohort of relations, as SQL over their tables.

Every query gives rows of (c, error). One pass over all entries finds the cases that can have an
entry told too seldom or too often; only of these is asked what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clausewise.facts.case.model import EARLIEST, LATEST
from clausewise.logic.derivation.plan import DAY_COLUMNS
from clausewise.logic.language.determination_rules import DETERMINATIONS
from clausewise.logic.program.program import column_domains
from clausewise.logic.sql.query import quoted, table_of
from clausewise.logic.sql.translate import fact_tables

DERIVED = ("day_of_record", "months_before")
"""Relations that follow from the others, and are never read."""

ASIDE = (
    'SELECT cases."case", p.c, p.errors FROM (SELECT c, array_agg(DISTINCT error) AS errors '
    "FROM problems GROUP BY c) AS p LEFT JOIN cases ON cases.c = p.c ORDER BY p.c"
)
"""The cases that have rows in the table ``problems``, each with all its errors."""

KINDS = ("finding", "score", "therapy", "inability", "injection", "imaging")
"""The relations that make entries; all others say something of them."""
_DATED = ("finding", "score", "inability", "injection", "imaging")
_THERAPY = ("therapy",)
_FINDING = ("finding",)
_ONCE = ("received", "procedure", "plan")
_AT_MOST_ONCE = ("planned_service_date", "purpose", "procedure_code")

_EXACTLY_ONE: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (KINDS, ("entry_side",)),
    (_DATED, ("entry_date", "undated")),
    (_FINDING, ("documented_present", "documented_absent")),
    (_THERAPY, ("therapy_start", "therapy_start_unknown")),
    (_THERAPY, ("therapy_end", "therapy_end_unknown", "therapy_ongoing")),
)
"""For entries of some kinds, the relations of which together each has exactly one row."""

_FIELD = 4
"""Bits for a count in a packed number; an entry with more rows than fit is looked at anyway."""
_KIND = 3
"""Bits for the number of a kind, beside those of a count of them."""
_KINDS_AT = _FIELD * (1 + len(_EXACTLY_ONE))
"""Where the field of the kinds begins: behind the counts, so that what is added up there cannot
run over into one of them."""
_TOP = _KINDS_AT + _FIELD + _KIND
"""Where the topmost field begins."""


def case_checks(plan: str, other_plan: str) -> Iterator[str]:
    """Queries for values that no case can have, and for what a case has once."""
    domains = {**column_domains(), "plan": frozenset({plan, other_plan})}
    known = ", ".join(quoted(each) for each in DETERMINATIONS)
    yield (
        "SELECT c, 'cases: recorded is no determination' FROM cases "
        f"WHERE recorded IS NOT NULL AND recorded NOT IN ({known})"
    )
    for name, columns in _tables().items():
        for column in columns:
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
    yield (
        "SELECT s.c, 'therapy_end: before the start' FROM therapy_start AS s JOIN therapy_end AS e "
        'ON e.c = s.c AND e.entry = s.entry WHERE e."day" < s."day"'
    )


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


def strays(numbers: tuple[int, int] | None = None) -> str:
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
        for name in _tables()
    )
    return f"SELECT name, stray FROM ({' UNION ALL '.join(counts)}) WHERE stray > 0 ORDER BY name"


def told_aside(rows: Iterable[tuple[Any, ...]]) -> list[tuple[str, list[str]]]:
    """The rows of ``ASIDE`` as (place, errors)."""
    return [
        (f"c {number}" if case is None else f"c {number} ({case})", sorted(errors))
        for case, number, errors in rows
    ]


def _tables() -> dict[str, list[str]]:
    """The relations that are read, each with its columns but the number of the case."""
    return {
        name: [column for column, _ in columns if column != "c"]
        for name, columns in fact_tables().items()
        if name not in DERIVED
    }


def _about_entries() -> list[str]:
    """The relations that say something of an entry which another relation makes."""
    return [name for name, columns in _tables().items() if "entry" in columns and name not in KINDS]


def _impossible(name: str, column: str, domains: Mapping[str, frozenset[str]]) -> str:
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


def mixed() -> str:
    """A query over the table ``weights`` for a case with an entry whose number lies between those
    of another case.

    Without one no entry is of two cases, and that need not be looked for entry by entry.
    """
    return (
        "SELECT first FROM (SELECT first, lag(last) OVER (ORDER BY first) AS before FROM "
        "(SELECT min(entry) AS first, max(entry) AS last FROM weights GROUP BY c)) "
        "WHERE first <= before LIMIT 1"
    )


def doubts(*, are_mixed: bool) -> str:
    """A query over the table ``weights`` for an entry that is not told exactly as often as it has
    to be, or, where there are ``mixed`` cases, of two of them.

    Without one no entry has to be looked at together with its case, which takes longer.
    """
    cases = of_two = ""
    if are_mixed:
        cases, of_two = ", min(c) AS first, max(c) AS last", "first <> last OR "
    return (
        f"SELECT entry FROM (SELECT entry, sum(weight) AS total{cases} "
        f"FROM weights GROUP BY entry) WHERE {of_two}{_is_wrong()} LIMIT 1"
    )


def suspects() -> str:
    """A query over the table ``weights`` for the cases (c) with an entry that is not told exactly
    as often as it has to be."""
    return (
        "SELECT DISTINCT c FROM (SELECT c, entry, sum(weight) AS total FROM weights "
        f"GROUP BY c, entry) WHERE {_is_wrong()}"
    )


def weights() -> str:
    """A query for the rows of ``weights``: all that are about entries, each with what it counts.

    The rows of an entry are counted in fields of one packed number: those that make it, with its
    kind in a field of its own, those of each group of which it has exactly one, and all of them in
    the topmost field. Their sum can have one value only for each kind, as long as no field can
    overflow. Numbers this small are added up faster than larger ones.
    """
    return " UNION ALL ".join(
        f"SELECT c, entry, CAST({_fields(name) + (1 << _TOP)} AS BIGINT) AS weight "
        f"FROM {table_of(name)}"
        for name in (*KINDS, *_about_entries())
    )


def _is_wrong() -> str:
    """The condition that no entry counts up to this total."""
    right = ", ".join(str(_right_sum(kind)) for kind in KINDS)
    told = f"CAST(total AS BIGINT) & {(1 << _TOP) - 1}"
    return f"CASE WHEN total < {1 << _FIELD + _TOP} THEN {told} NOT IN ({right}) ELSE TRUE END"


def _fields(name: str) -> int:
    """What a row of a relation counts, in the fields below the topmost one."""
    made = 1 + (KINDS.index(name) + 1 << _KINDS_AT) if name in KINDS else 0
    groups = enumerate(_EXACTLY_ONE, 1)
    return made + sum(1 << _FIELD * number for number, (_, of) in groups if name in of)


def _right_sum(kind: str) -> int:
    """What the fields of an entry of this kind add up to when nothing is wrong with it."""
    return _fields(kind) + sum(_fields(of[0]) for kinds, of in _EXACTLY_ONE if kind in kinds)


def entry_checks() -> Iterator[str]:
    """Queries for what is wrong with the entries of the cases in the table ``suspects``."""
    made = " UNION ALL ".join(_suspected(name) for name in KINDS)
    yield (
        f"SELECT DISTINCT c, 'entry: the number is used twice' FROM ({made}) "
        "GROUP BY c, entry HAVING count(*) > 1"
    )
    for name in _about_entries():
        yield (
            f"SELECT t.c, '{name}: an entry that is not there' FROM ({_suspected(name)}) AS t "
            f"ANTI JOIN ({made}) AS m ON m.c = t.c AND m.entry = t.entry"
        )
    for kinds, relations in _EXACTLY_ONE:
        entries = " UNION ALL ".join(_suspected(name) for name in kinds)
        said = " UNION ALL ".join(_suspected(name) for name in relations)
        yield (
            f"SELECT m.c, '{', '.join(relations)}: not exactly one row an entry' FROM ({entries}) "
            f"AS m LEFT JOIN ({said}) AS s ON s.c = m.c AND s.entry = m.entry "
            "GROUP BY m.c, m.entry HAVING count(s.entry) <> 1"
        )


def _suspected(name: str) -> str:
    return f"SELECT c, entry FROM {table_of(name)} WHERE c IN (SELECT c FROM suspects)"
