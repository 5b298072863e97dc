"""Cases on the lines of newline-delimited JSON, read by DuckDB as far as they are plain.

DuckDB takes the lines apart (``facts.relations.shapes``) and counts their forms; each new form
is read once by
the reader of case files, and its rows are joined to all parts of that form. What is not surely
right is left: the caller reads these lines one by one, so that there is one reader that finds
errors, and one place that makes facts of a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clausewise.facts.case.model import MOST_ENTRIES
from clausewise.facts.case.syntax import MOST_BYTES
from clausewise.facts.case.values import MOST_CHARACTERS
from clausewise.facts.relations.calendar import EPOCH_ORDINAL
from clausewise.facts.relations.shapes import (
    DATE,
    DAY,
    LISTS,
    REQUIRED,
    SINGLE,
    TEXT,
    facts_of_form,
    most_days,
    unread_keys,
)
from clausewise.facts.schema import EARLIEST, LATEST, OF_CASES, SCHEMA, Type
from clausewise.logic.cohort.store import CohortStore, insert_rows
from clausewise.logic.sql.query import NAME_TYPE, NUMBER_TYPE, quoted, table_of

MOST_FORMS = 200_000
"""Forms that are remembered; a cohort with more is read all the same, and some of them again."""

_KEYS = (*SINGLE, *LISTS)
_DATE = f'"({DATE})"'
_IDENTITY = {"id": "$.id", "document": "$.source.document", "therapy": "$.therapy"}
"""Where a part has its id, and the ids of what it refers to."""
_UNREAD = (
    f'"({"|".join(sorted(unread_keys()))})":'
    r'(?:"[!#-\[\]-~\pL“„‘](?:[^"\\]|\\.)*"|[0-9]{1,6})'
)
"""Unread text that is surely not blank; in a part that is no longer than a text may be."""
_EXACT_DIGITS = 15
"""Digits that a number keeps in DuckDB's JSON."""
_NOT_PLAIN = "|".join(
    (
        '"resourceType"',
        r",\s*[\]}]",
        r"[:\[,]\s*-?[0-9.]+[eE]",
        rf"[:\[,]\s*-?[0-9.]{{{_EXACT_DIGITS + 1}}}",
    )
)
"""FHIR, commas that DuckDB forgives, and numbers that it might not keep as they are."""


class CaseLines:
    """Puts the facts of plain lines into a store, some thousand lines at a time.

    ``plain = reader.take(lines)``, then ``reader.add(numbers, store)`` with a number for each of
    them and any store of the same database. A reader has a connection of its own, so that several
    can take lines apart at the same time.
    """

    def __init__(self, store: CohortStore) -> None:
        self._database = store.database.cursor()
        self._relations = list(OF_CASES)
        self._forms = 0
        self._forget_forms()

    def _forget_forms(self) -> None:
        self._forms = 0
        self._database.execute(
            "CREATE OR REPLACE TEMP TABLE forms (form_id INTEGER, key UTINYINT, form VARCHAR, "
            "days_in_order TINYINT, usable BOOLEAN, recorded VARCHAR)"
        )
        self._database.execute(
            f"CREATE OR REPLACE TEMP TABLE form_rows (form_id INTEGER, relation UTINYINT, "
            f"name_1 {NAME_TYPE}, name_2 {NAME_TYPE}, number {NUMBER_TYPE}, which_day TINYINT, "
            "of_other BOOLEAN)"
        )

    # --- taking lines apart -------------------------------------------------------------------

    def take(self, lines: Iterable[tuple[int, bytes | None]]) -> set[int]:
        """Take numbered lines apart; gives the numbers of those that are plain, valid cases."""
        numbers: list[int] = []
        texts: list[str] = []
        for number, line in lines:
            if line is not None and len(line) < MOST_BYTES:
                try:
                    texts.append(line.decode())
                except UnicodeDecodeError:
                    continue
                numbers.append(number)
        run = self._database.execute
        run(
            "CREATE OR REPLACE TEMP TABLE texts AS SELECT unnest($1) AS n, unnest($2) AS line",
            [numbers, texts],
        )
        run(f"CREATE OR REPLACE TEMP TABLE taken AS {_taken()}")
        run(f"CREATE OR REPLACE TEMP TABLE parts AS {_parts()}")
        self._read_new_forms()
        run(
            "CREATE OR REPLACE TEMP TABLE known_parts AS "
            "SELECT p.rowid AS part, p.* EXCLUDE (form, days_in_order), "
            "f.form_id, f.usable, f.recorded FROM parts AS p JOIN forms AS f "
            "USING (key, form, days_in_order)"
        )
        plain = f"SELECT n FROM taken WHERE {_complete()} AND n NOT IN ({_doubtful()})"
        return {int(number) for (number,) in self._rows(plain)}

    def _read_new_forms(self) -> None:
        if self._forms > MOST_FORMS:
            self._forget_forms()
        new = self._rows(
            "SELECT DISTINCT key, form, days_in_order FROM parts "
            "ANTI JOIN forms USING (key, form, days_in_order) WHERE form IS NOT NULL"
        )
        forms: list[tuple[Any, ...]] = []
        rows: list[tuple[Any, ...]] = []
        for key, form, order in new:
            found = facts_of_form(_KEYS[key], form, order)
            recorded = found.recorded if found is not None else None
            forms.append((self._forms, key, form, order, found is not None, recorded))
            for told in found.rows if found is not None else ():
                if told.relation in OF_CASES:
                    relation = self._relations.index(told.relation)
                    names = (*told.names, None, None)[:2]
                    rows.append(
                        (self._forms, relation, *names, told.number, told.day, told.of_other)
                    )
            self._forms += 1
        insert_rows(self._database, "forms", 6, forms)
        insert_rows(self._database, "form_rows", 7, rows)

    # --- facts in -----------------------------------------------------------------------------

    def add(self, numbers: Mapping[int, int], store: CohortStore) -> None:
        """Put the plain lines into the store, each as the case of the number it has here."""
        run = self._database.execute
        run(
            "CREATE OR REPLACE TEMP TABLE numbers AS "
            "SELECT unnest($1) AS n, CAST(unnest($2) AS INTEGER) AS c",
            [list(numbers), list(numbers.values())],
        )
        run(f"CREATE OR REPLACE TEMP TABLE told AS {_told(store.entries)}")
        run(
            f"INSERT INTO {store.place('cases')} "
            "SELECT c, json_extract_string(v.\"case\", '$'), 'line ' || n, recorded FROM "
            "taken JOIN numbers USING (n) LEFT JOIN (SELECT n, recorded FROM known_parts "
            "WHERE recorded IS NOT NULL) USING (n)"
        )
        for number, name in enumerate(self._relations):
            columns = ", ".join(("c", *self._columns(name)))
            run(
                f"INSERT INTO {store.place(name)} "
                f"SELECT {columns} FROM told WHERE relation = {number}"
            )
        ((parts,),) = self._rows("SELECT count(*) FROM parts")
        store.entries += int(parts) + 1

    def close(self) -> None:
        """Give up the connection and what is remembered."""
        self._database.close()

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._database.execute(query).fetchall()

    def _columns(self, name: str) -> Iterator[str]:
        """The columns of a relation but the case, each as ``told`` calls it."""
        names = 0
        for column in SCHEMA[name].columns:
            match column.type:
                case Type.DAY:
                    yield "day"
                case Type.NUMBER:
                    yield "number"
                case Type.ENTRY:
                    yield "entry"
                case Type.REFERENCE:
                    yield "other"
                case _:
                    names += 1
                    yield f"name_{names}"


def _taken() -> str:
    """A query for the lines that are JSON as DuckDB and the reader both understand it: how many
    keys each has, and the JSON below those that a case has."""
    kinds = ", ".join(
        f'"{key}": {"[" if key in LISTS else ""}"JSON"{"]" if key in LISTS else ""}'
        for key in _KEYS
    )
    return (
        "SELECT n, len(json_keys(line)) AS keys, "
        f"json_transform(line, {quoted('{' + kinds + '}')}) AS v FROM texts "
        f"WHERE json_valid(line) AND NOT regexp_matches(line, {quoted(_NOT_PLAIN)})"
    )


def _complete() -> str:
    """The condition that a line has the keys it needs, no other and none twice."""
    # An unknown key, one that stands twice and one without a value make the counts differ.
    known = " + ".join(f"CAST(v.{table_of(key)} IS NOT NULL AS INTEGER)" for key in _KEYS)
    required = (f"v.{table_of(key)} IS NOT NULL" for key in REQUIRED)
    short = (f"coalesce(len(v.{table_of(key)}), 0) <= {MOST_ENTRIES}" for key in LISTS)
    return " AND ".join((f"keys = {known}", *required, *short))


def _parts() -> str:
    """A query for all parts of the lines taken: their form and their dates, their id and what they
    refer to. A member of a list that is null has no form."""
    parts = [
        f"SELECT n, {number} AS key, {_raw(key)} AS raw FROM taken"
        f" WHERE v.{table_of(key)} IS NOT NULL"
        for number, key in enumerate(_KEYS)
    ]
    unread = f'"\\1":"{TEXT}"'
    with_two = ", ".join(str(number) for number, key in enumerate(_KEYS) if most_days(key) > 1)
    first, second = (
        f"datediff('day', DATE '1970-01-01', TRY_CAST({each} AS DATE)) + {EPOCH_ORDINAL}"
        for each in ("a", "b")
    )
    identity = ", ".join(_below(name, place) for name, place in _IDENTITY.items())
    return (
        f"SELECT n, CAST(key AS UTINYINT) AS key, {identity}, "
        f"CASE WHEN a = '' THEN read WHEN b = '' THEN {_without('a', 'read')} "
        f"ELSE {_without('b', _without('a', 'read'))} END AS form, "
        "CAST(CASE WHEN b = '' OR a = b THEN 0 WHEN a < b THEN -1 ELSE 1 END AS TINYINT) "
        f"AS days_in_order, {first} AS first_day, {second} AS second_day, "
        "CAST(a <> '' AS INTEGER) + CAST(b <> '' AS INTEGER) AS days FROM "
        f"(SELECT *, regexp_extract(read, {quoted(_DATE)}, 1) AS a, CASE WHEN key IN ({with_two}) "
        f"THEN regexp_extract(read, {quoted(f'{_DATE}.*?{_DATE}')}, 2) ELSE '' END AS b FROM "
        f"(SELECT n, key, raw, CASE WHEN strlen(raw) <= {MOST_CHARACTERS} "
        f"THEN regexp_replace(raw, {quoted(_UNREAD)}, {quoted(unread)}, 'g') ELSE raw END "
        f"AS read FROM ({' UNION ALL '.join(parts)})))"
    )


def _raw(key: str) -> str:
    """The JSON of the parts below a key: each member of a list, or the key with its value."""
    if key in LISTS:
        return f"CAST(unnest(v.{table_of(key)}) AS VARCHAR)"
    label = quoted(f'"{key}":')
    return f"{label} || CAST(v.{table_of(key)} AS VARCHAR)"


def _without(day: str, text: str) -> str:
    """The text with a mark in place of a date."""
    return f"replace({text}, '\"' || {day} || '\"', {quoted(DAY)})"


def _below(name: str, place: str) -> str:
    """What stands at a place of an entry or document, if its text has a key of that name."""
    return (
        f"CASE WHEN key >= {len(SINGLE)} AND contains(raw, '\"{name}\"') "
        f"THEN json_extract_string(raw, '{place}') END AS {name}"
    )


def _doubtful() -> str:
    """A query for the lines with a part that is not usable, or that refers to what is not there."""
    possible = f"BETWEEN {EARLIEST.toordinal()} AND {LATEST.toordinal()}"
    impossible = " OR ".join(
        f"days >= {number} AND ({day} IS NULL OR {day} NOT {possible})"
        for number, day in enumerate(("first_day", "second_day"), 1)
    )
    return " UNION ALL ".join(
        (
            "SELECT n FROM parts WHERE form IS NULL",
            f"SELECT n FROM known_parts WHERE NOT usable OR {impossible}",
            "SELECT n FROM parts WHERE id IS NOT NULL GROUP BY n, key "
            "HAVING count(*) > count(DISTINCT id)",
            _lost("document", "documents"),
            _lost("therapy", "therapies"),
        )
    )


def _lost(name: str, wanted: str) -> str:
    """A query for lines with a part that names an id which no part of a list has."""
    return (
        f"SELECT n FROM (SELECT n, {name} AS id FROM parts WHERE {name} IS NOT NULL) "
        f"ANTI JOIN (SELECT n, id FROM parts WHERE key = {_KEYS.index(wanted)}) USING (n, id)"
    )


def _told(entries: int) -> str:
    """A query for the rows that all parts tell; entries are numbered from ``entries`` on."""
    other = (
        "SELECT p.part, t.part AS other FROM known_parts AS p JOIN known_parts AS t "
        f"ON t.n = p.n AND t.id = p.therapy AND t.key = {_KEYS.index('therapies')} "
        "WHERE p.therapy IS NOT NULL"
    )
    return (
        f"SELECT c, p.part + {entries} AS entry, o.other + {entries} AS other, r.relation, "
        "r.name_1, r.name_2, r.number, CASE r.which_day WHEN 1 THEN p.first_day "
        "WHEN 2 THEN p.second_day END AS day FROM known_parts AS p JOIN numbers USING (n) "
        f"JOIN form_rows AS r USING (form_id) LEFT JOIN ({other}) AS o "
        "ON r.of_other AND o.part = p.part"
    )
