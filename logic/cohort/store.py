"""Deciding a cohort in DuckDB: facts in, the rules as SQL, one row a line out.

The statements come from ``logic.sql.translate``. What a single case would be told is the same;
the tests
compare them. Values of a case reach DuckDB as parameters only, never as text of a statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from copy import copy
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausewise.facts.case.model import Case
from clausewise.facts.relations.from_case import NOT_THERE, calendar, case_facts
from clausewise.facts.schema import EntryKey
from clausewise.logic.decision.decide import periods_in_use
from clausewise.logic.language.choices import Choices
from clausewise.logic.program.program import Program
from clausewise.logic.sql.query import NAME_TYPE, quoted, table_of
from clausewise.logic.sql.translate import (
    POSSIBLE_ANCHORS,
    RESULT_TYPES,
    Script,
    fact_tables,
    name_type,
    script,
)

if TYPE_CHECKING:
    import duckdb

BATCH = 500
"""Cases that are handed to DuckDB at once."""
NO_ENTRY = -1
KEPT_MEMORY = "2GB"
"""Memory that is not given back between the statements; asking for it anew costs a tenth of the
time. No more of it is taken than is needed and ``memory`` allows."""
COUNTED_BITS = 21
"""Groups that have numbers in so many bits are found by their number, without a hash table."""


class CohortStore:
    """The facts of a cohort, or of a part of it, in DuckDB, and the decisions made over them.

    ``memory`` is DuckDB's limit ("2GB"); beyond it DuckDB writes to disk, in ``folder``.
    ``schema`` is where in the database its tables are.
    """

    def __init__(
        self, program: Program, folder: Path | None = None, memory: str | None = None
    ) -> None:
        import duckdb

        self.program = program
        self.database: duckdb.DuckDBPyConnection = duckdb.connect(":memory:")
        if folder is not None:
            self.database.execute("SET temp_directory = $1", [str(folder)])
        if memory is not None:
            self.database.execute("SET memory_limit = $1", [memory])
        with suppress(duckdb.InvalidInputException):  # the machine has less
            self.database.execute("SET block_allocator_memory = $1", [KEPT_MEMORY])
        self.database.execute("SET perfect_ht_threshold = $1", [COUNTED_BITS])
        for statement in RESULT_TYPES:
            self.database.execute(statement)
        self.database.execute(name_type(program))
        self.tables = fact_tables()
        self.schema = "main"
        self.own_numbers = True
        """Whether no two cases in the store have an entry of the same number."""
        self.forget()
        self.entries = 0
        self._numbering = count()
        self._scripts: dict[str, Script] = {}

    def beside(self, schema: str) -> CohortStore:
        """A store in the same database with tables of its own, which another thread may use.

        No case of the one has the number of a case of the other.
        """
        other = copy(self)
        other.schema = schema
        other.database = self.database.cursor()
        other.database.execute(f"CREATE SCHEMA {table_of(schema)}")
        other.database.execute(f"SET search_path = {quoted(f'{schema},main')}")
        other.forget()
        return other

    # --- facts in -----------------------------------------------------------------------------

    def add(
        self,
        cases: Iterable[tuple[str, Case]],
        numbers: Iterable[int] | None = None,
    ) -> None:
        """Add the facts of cases, each with the place it was read from.

        ``numbers`` are those of the cases in the results, by which these are ordered; without them
        each case gets the next one.
        """
        rows: dict[str, list[tuple[Any, ...]]] = {}
        about: list[tuple[Any, ...]] = []
        given = iter(numbers) if numbers is not None else None
        for place, case in cases:
            number = self.next_number() if given is None else next(given)
            recorded = case.review.determination if case.review is not None else None
            about.append((number, case.case, place, recorded))
            known: dict[EntryKey, int] = {}
            for name, found in case_facts(case).rows.items():
                if name not in self.tables:
                    continue  # it follows from the others
                for row in found:
                    values = (
                        self._entry(known, value) if isinstance(value, EntryKey) else value
                        for value in row
                    )
                    rows.setdefault(name, []).append((number, *values))
        insert_rows(self.database, "cases", 4, about)
        for name, found_rows in rows.items():
            insert_rows(self.database, name, len(self.tables[name]), found_rows)

    def next_number(self) -> int:
        """A number for a case that no other case has, larger than the last one."""
        return next(self._numbering)

    def _entry(self, known: dict[EntryKey, int], key: EntryKey) -> int:
        """A number for an entry that no other entry of the cohort has."""
        if key == NOT_THERE:
            return NO_ENTRY
        if key not in known:
            known[key] = self.entries
            self.entries += 1
        return known[key]

    def forget(self) -> None:
        """Make all tables of facts and cases anew and empty; what was decided stays."""
        tables = {
            **self.tables,
            "cases": (
                ("c", "INTEGER"),
                ("case", "VARCHAR"),
                ("place", "VARCHAR"),
                ("recorded", "VARCHAR"),
            ),
            "sensitive": (("c", "INTEGER"), ("line", NAME_TYPE), ("sensitive", "BOOLEAN")),
        }
        for name, columns in tables.items():
            wanted = ", ".join(f'"{column}" {kind}' for column, kind in columns)
            self.database.execute(f"CREATE OR REPLACE TABLE {table_of(name)} ({wanted})")

    # --- decisions out ------------------------------------------------------------------------

    def decide(self, choices: Choices) -> Script:
        """Decide every line under these choices, into the table ``determinations``."""
        chosen = repr((choices, self.own_numbers))
        if chosen not in self._scripts:
            self._scripts[chosen] = script(self.program, choices, own_numbers=self.own_numbers)
        made = self._scripts[chosen]
        self._fill_calendar(choices)
        before = self._names()
        for statement in made.statements:
            self.database.execute(statement)
        for table in self._names() - before - {"determinations"}:
            self.database.execute(f"DROP TABLE {table_of(table)}")
        return made

    def place(self, name: str) -> str:
        """A table of this store as every connection to the database knows it, quoted."""
        return f"{table_of(self.schema)}.{table_of(name)}"

    def _names(self) -> set[str]:
        query = "SELECT table_name FROM duckdb_tables() WHERE schema_name = $1 AND NOT temporary"
        return {str(name) for (name,) in self.rows(query, [self.schema])}

    def threads(self) -> int:
        """How many threads DuckDB uses, for all stores in the database together."""
        ((number,),) = self.rows("SELECT current_setting('threads')")
        return int(number)

    def use_threads(self, number: int) -> None:
        """Let DuckDB use so many threads from now on."""
        self.database.execute("SET threads = $1", [number])

    def _fill_calendar(self, choices: Choices) -> None:
        """What the calendar says of the periods in use and of each possible anchor."""
        periods = periods_in_use(self.program.policy, choices)
        days = (int(day) for (day,) in self.rows(POSSIBLE_ANCHORS))
        for name, rows in calendar(days, periods).items():
            self.database.execute(f"DELETE FROM {table_of(name)}")
            insert_rows(self.database, name, len(self.tables[name]), list(rows))

    def rows(self, query: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a query of our own."""
        return self.database.execute(query, parameters or []).fetchall()


def insert_rows(
    database: duckdb.DuckDBPyConnection, table: str, width: int, rows: list[tuple[Any, ...]]
) -> None:
    """Insert rows of ``width`` values into a table."""
    if rows:
        columns = ", ".join(f"unnest(${place + 1})" for place in range(width))
        values = [list(column) for column in zip(*rows, strict=True)]
        database.execute(f"INSERT INTO {table_of(table)} SELECT {columns}", values)
