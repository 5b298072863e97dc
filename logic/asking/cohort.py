"""A question put to a cohort: the rules as SQL in DuckDB, for one part of the cases after another.

The answers are those of asking case by case; the tests compare them. Texts of cases reach DuckDB
as parameters only, and nothing of a query but names and numbers that were checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

from clausewise.facts.case.model import Case
from clausewise.facts.columns import Column, EntryKey, Kind, Type
from clausewise.facts.loading.folders import address_in
from clausewise.facts.new_files import scratch_folder
from clausewise.facts.relations.from_case import NOT_THERE
from clausewise.facts.schema import SCHEMA
from clausewise.logic.asking.dictionary import dictionary_of
from clausewise.logic.asking.one_case import Answers, Asking
from clausewise.logic.asking.parse import QueryError
from clausewise.logic.asking.question import Question
from clausewise.logic.asking.resolve import question
from clausewise.logic.cohort.audit import AuditError, check_unchanged
from clausewise.logic.cohort.file_columns import RelationError
from clausewise.logic.cohort.input_digest import digest_of
from clausewise.logic.cohort.reading import fill_in_parts
from clausewise.logic.cohort.rejected import RejectedCases
from clausewise.logic.cohort.sample import cases_at
from clausewise.logic.cohort.store import Basis, CohortStore
from clausewise.logic.cohort.tables import REJECTED
from clausewise.logic.decision.decide import DisagreementError, base_facts
from clausewise.logic.language.choices import Choices, choose, what_if_of
from clausewise.logic.language.policy import Policy
from clausewise.logic.program.program import program_of
from clausewise.logic.sql.query import quoted, table_of
from clausewise.logic.sql.questions import ANSWERS, question_script

if TYPE_CHECKING:
    import duckdb

MOST_ANSWERS = 10_000_000
"""Rows that a part of a cohort may answer with."""
MOST_SECONDS = 300
"""Seconds that the answers of a part may take, what the policy's rules derive for it among them."""
MEMORY = "2GB"
ROWS_AT_ONCE = 10_000
MOST_UNANSWERED = 100
"""Cases without an answer that are kept by name, of each part of a cohort."""
_FOUND, _UNANSWERED = "found", "unanswered"
_ENTRIES = (Type.ENTRY, Type.REFERENCE)
_LISTS = {
    "finding": "findings",
    "measurement": "measurements",
    "therapy": "therapies",
    "inability": "therapy_inability",
    "injection": "injections",
    "imaging": "imaging",
    "visit": "visits",
}
"""The list of a case in which the entries of a relation stand."""

Value = str | int | Decimal | date
"""A value of an answer: names and entries as text, days as dates."""


@dataclass
class CohortAnswers:
    """The answers of a cohort: each has the name of its case, its place in the cohort, and a value
    for each column of the question. They stay in DuckDB until they are asked for.

    ``counts`` are the cases that were read, decided (asked) and quarantined (rejected);
    ``source`` is where the cohort is, or the cases themselves, each with its place.
    """

    question: Question
    choices: Choices
    counts: Mapping[str, int]
    database: duckdb.DuckDBPyConnection = field(repr=False)
    source: Path | Sequence[tuple[str, Case]] = field(repr=False)
    _read: dict[str, Case] = field(default_factory=dict, repr=False)
    _asked_again: dict[str, Answers] = field(default_factory=dict, repr=False)

    @property
    def what_if(self) -> str:
        """That the choices are not the policy's own, empty when they are."""
        return what_if_of(self.question.program.policy, self.choices)

    @cached_property
    def count(self) -> int:
        """How many answers there are."""
        return self._number("count(*)")

    @cached_property
    def cases(self) -> int:
        """In how many cases."""
        return self._number("count(DISTINCT place)")

    def _number(self, what: str) -> int:
        row = self.database.execute(f"SELECT {what} FROM {_FOUND}").fetchone()
        return int(row[0]) if row else 0

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.question.columns

    def rows(self, most: int | None = None) -> list[tuple[Value, ...]]:
        """The answers in the order of the cohort, all or the first ones."""
        return list(self.each(most))

    def each(self, most: int | None = None) -> Iterator[tuple[Value, ...]]:
        """The same one by one, so that not all of many have to be held at once."""
        limit = "" if most is None else f" LIMIT {int(most)}"
        order = ", ".join(("number", *(f"v{place}" for place in range(len(self.columns)))))
        query = f"SELECT * EXCLUDE (number) FROM {_FOUND} ORDER BY {order}{limit}"
        found = self.database.cursor().execute(query)
        kinds = [column.type for column in self.columns]
        while batch := found.fetchmany(ROWS_AT_ONCE):
            for name, place, *values in batch:
                yield (name, place, *map(_value, values, kinds))

    def without_answer(self, most: int) -> list[tuple[str, str]]:
        """The first cases that have no answer, each with its place; at most ``MOST_UNANSWERED``."""
        query = f"SELECT name, place FROM {_UNANSWERED} ORDER BY number LIMIT {int(most)}"
        return [(name, place) for name, place in self.database.execute(query).fetchall()]

    def of_cases(self, places: Iterable[str]) -> dict[str, Answers]:
        """The answers of the cases at these places, each asked by itself, with derivations.

        Raises QueryError for a place without a case, and DisagreementError when a case by itself
        answers otherwise than in the cohort.
        """
        wanted = list(dict.fromkeys(places))
        missing = {place for place in wanted if place not in self._asked_again}
        if missing:
            asking, policy = Asking(self.question), self.question.program.policy
            for place, case in self.read(missing).items():
                found = asking.of_facts(case, base_facts(case, policy, self.choices))
                self._check(place, found)
                self._asked_again[place] = found
        return {place: self._asked_again[place] for place in wanted}

    def read(self, places: Iterable[str]) -> dict[str, Case]:
        """The cases at these places, read again; raises QueryError for a place without a case."""
        wanted = dict.fromkeys(places)
        self._read.update(self._at({place for place in wanted if place not in self._read}))
        for place in wanted:
            if place not in self._read:
                raise QueryError(f"there is no case at {place}")
        return {place: self._read[place] for place in wanted}

    def _at(self, places: set[str]) -> Iterator[tuple[str, Case]]:
        if isinstance(self.source, Path):
            return cases_at(self.question.program, self.source, places) if places else iter(())
        return (each for each in self.source if each[0] in places)

    def address(self, place: str) -> str:
        """The address of the case at a place; of cases that were given the place itself."""
        if not isinstance(self.source, Path):
            return place
        return address_in(self.source, place)

    def _check(self, place: str, found: Answers) -> None:
        query = f"SELECT * EXCLUDE (name, place) FROM {_FOUND} WHERE place = $1"
        kinds = [column.type for column in self.columns]
        together = {
            tuple(map(_value, values, kinds))
            for _, *values in self.database.execute(query, [place]).fetchall()
        }
        alone = set(found.values())
        if together != alone:
            raise DisagreementError(
                f"{place}: the case by itself has the answers {sorted(map(str, alone))}, in the "
                f"cohort {sorted(map(str, together))}; please report it"
            )

    def patterns(self, most: int) -> list[tuple[tuple[str, ...], int, int]]:
        """The answers by the names in them: the names, how many answers, in how many cases."""
        names = [
            f"CAST(v{place} AS VARCHAR)"
            for place, column in enumerate(self.columns)
            if column.type in (Type.NAME, Type.LINE)
        ]
        if not names:
            return []
        found = self.database.execute(
            f"SELECT {', '.join(names)}, count(*), count(DISTINCT place) FROM {_FOUND} "
            f"GROUP BY ALL ORDER BY count(*) DESC, {', '.join(names)} LIMIT {int(most)}"
        ).fetchall()
        return [(tuple(row[:-2]), row[-2], row[-1]) for row in found]


def _value(value: Any, kind: Type) -> Value:
    if kind is Type.DAY:
        return date.fromordinal(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    if kind in _ENTRIES:
        return EntryKey(value)
    found: Value = value
    return found


def ask_cohort(
    cohort: str | Path,
    texts: Sequence[str],
    policy: Policy,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    progress: Callable[[int], None] | None = None,
    processes: int = 1,
) -> CohortAnswers:
    """The answers of a cohort to a query, or to any of several.

    A cohort is what ``audit`` takes. Raises QueryError, ChoiceError, CohortError, and AuditError
    when relations cannot be used, no case is valid or the cohort changes meanwhile.
    """
    choices = choose(policy, readings, parameters)
    program = program_of(policy)
    asked = question(dictionary_of(program), texts)
    with scratch_folder() as folder:
        store = CohortStore(program, folder=folder, memory=MEMORY, names=policy.clauses)
        found = AnswersInParts(store, asked, choices)
        try:
            digest = digest_of(Path(cohort))
            with RejectedCases(folder / REJECTED, progress) as rejected:
                for _ in fill_in_parts(cohort, store, rejected, processes):
                    found.add()
                    store.forget()
            check_unchanged(Path(cohort), digest)
            counts = rejected.counts()
        except RelationError as error:
            raise AuditError(str(error)) from None
        if not counts["decided"]:
            first = f"; the first, {rejected.first}" if counts["read"] else ""
            raise AuditError(f"{cohort}: none of the {counts['read']} cases is valid{first}")
    return CohortAnswers(asked, choices, counts, store.database, Path(cohort))


def ask_cases(
    cases: Sequence[tuple[str, Case]],
    texts: Sequence[str],
    policy: Policy,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> CohortAnswers:
    """The answers of cases that are there already, each given with its place; raises QueryError
    and ChoiceError."""
    choices = choose(policy, readings, parameters)
    program = program_of(policy)
    asked = question(dictionary_of(program), texts)
    store = CohortStore(program, memory=MEMORY, names=policy.clauses)
    store.add(cases)
    AnswersInParts(store, asked, choices).add()
    counts = {"read": len(cases), "decided": len(cases), "quarantined": 0}
    return CohortAnswers(asked, choices, counts, store.database, cases)


class AnswersInParts:
    """Collects the answers of the parts of a cohort in one table."""

    def __init__(self, store: CohortStore, asked: Question, choices: Choices) -> None:
        self._store = store
        self._asked = asked
        self._choices = choices
        self._made = False
        store.database.execute(
            f"CREATE OR REPLACE TABLE {_UNANSWERED} (name VARCHAR, place VARCHAR, number BIGINT)"
        )

    def add(self) -> None:
        """Answer for the cases that the store holds now."""
        store, asked = self._store, self._asked
        statements = question_script(
            store.program,
            self._choices,
            asked.rules,
            frozenset(rule.head.key for rule in asked.own),
            most=MOST_ANSWERS,
            own_numbers=store.own_numbers,
        )
        with _limited(store):
            store.database.execute(f"DROP TABLE IF EXISTS {ANSWERS}")
            store.run(statements, Basis(store.program, self._choices), ANSWERS)
            ((number,),) = store.rows(f"SELECT count(*) FROM {ANSWERS}")
            if number > MOST_ANSWERS:
                raise QueryError(
                    f"the query has more than {MOST_ANSWERS} answers; let its atoms share "
                    "variables, or ask for less at once"
                )
            self._keep()

    def _keep(self) -> None:
        """Put the answers, each once, behind those of the parts before."""
        places = range(len(self._asked.columns))
        entries = [n for n in places if self._asked.columns[n].type in _ENTRIES]
        same = "" if self._store.own_numbers else " AND {0}.c = a.c"
        none = quoted(NOT_THERE)
        picked = [
            f"coalesce(e{n}.key, {none}) AS v{n}" if n in entries else f"a.v{n}" for n in places
        ]
        joined = "".join(
            f" LEFT JOIN entry_keys AS e{n} ON e{n}.entry = a.v{n}{same.format(f'e{n}')}"
            for n in entries
        )
        keys = f"WITH entry_keys AS ({_entry_keys()}) " if entries else ""
        query = (
            f'{keys}SELECT x."case" AS name, {", ".join(("x.place", "x.c AS number", *picked))} '
            f"FROM (SELECT DISTINCT * FROM {ANSWERS}) AS a JOIN cases AS x ON x.c = a.c{joined}"
        )
        make = f"INSERT INTO {_FOUND}" if self._made else f"CREATE TABLE {_FOUND} AS"
        self._store.database.execute(f"{make} {query}")
        self._made = True
        self._store.database.execute(
            f'INSERT INTO {_UNANSWERED} SELECT "case", place, c FROM cases '
            f"WHERE c NOT IN (SELECT c FROM {ANSWERS}) ORDER BY c LIMIT {MOST_UNANSWERED}"
        )


def _entry_keys() -> str:
    """A query for the entries of cases that have answers: their numbers and their keys."""
    parts = [
        f"SELECT c, entry, {quoted(f'{_LISTS[name]}[')} || (row_number() OVER "
        f"(PARTITION BY c ORDER BY entry) - 1) || ']' AS key FROM {table_of(name)} "
        f"WHERE c IN (SELECT c FROM {ANSWERS})"
        for name, schema in SCHEMA.items()
        if schema.kind is Kind.ENTRY
    ]
    return " UNION ALL ".join(parts)


@contextmanager
def _limited(store: CohortStore) -> Iterator[None]:
    """What takes too long, or too much memory, ends with a sentence."""
    import duckdb

    timer = Timer(MOST_SECONDS, store.database.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException:
        raise QueryError(
            f"the query takes more than {MOST_SECONDS} seconds; let its atoms share variables"
        ) from None
    except duckdb.OutOfMemoryException:
        raise QueryError(
            f"the query needs more than {MEMORY} of memory; let its atoms share variables"
        ) from None
    except (duckdb.OutOfRangeException, duckdb.ConversionException):
        raise QueryError("the query computes numbers that are too large") from None
    finally:
        timer.cancel()
