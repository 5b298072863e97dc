"""Deciding a cohort in DuckDB: facts in, the rules as SQL, one row a line out.

The statements come from ``logic.sql.translate``. The result is that of deciding each case by
itself; the tests compare them. Texts of a case reach DuckDB as parameters only, never as text of a
statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausewise.facts.case.model import Case
from clausewise.facts.new_files import scratch_folder
from clausewise.facts.relations.from_case import calendar
from clausewise.logic.cohort.case_rows import NO_ENTRY, CaseRows, case_rows, entry_columns
from clausewise.logic.decision.decide import periods_in_use
from clausewise.logic.language.choices import Choices
from clausewise.logic.program.program import Program
from clausewise.logic.sql.fact_tables import fact_tables, name_type
from clausewise.logic.sql.query import NAME_TYPE, quoted, table_of
from clausewise.logic.sql.translate import POSSIBLE_ANCHORS, RESULT_TYPES, Script, script

if TYPE_CHECKING:
    import duckdb

KEPT_MEMORY = "2GB"
"""Memory that is not given back between the statements; asking for it anew costs a tenth of the
time. No more of it is taken than is needed and ``memory`` allows."""
COUNTED_BITS = 21
"""Groups that have numbers in so many bits are found by their number, without a hash table."""


@dataclass(frozen=True)
class Basis:
    """What lines are decided under: the rules of a policy, and choices of it."""

    program: Program
    choices: Choices


@lru_cache(maxsize=64)
def _script_of(
    program: Program,
    parameters: tuple[tuple[str, int], ...],
    readings: tuple[tuple[str, str], ...],
    own_numbers: bool,
) -> Script:
    """The statements under these choices, kept for the stores to come: they take long to write."""
    choices = Choices(dict(parameters), dict(readings))
    return script(program, choices, own_numbers=own_numbers)


class CohortStore:
    """The facts of a cohort, or of a part of it, in DuckDB, and the decisions made over them.

    ``memory`` is DuckDB's limit ("2GB"); beyond it DuckDB writes to disk, in ``folder``. ``names``
    are names that columns may hold besides those of the facts and the rules. The facts can be
    decided under ``program`` and the ``others``.
    """

    def __init__(
        self,
        program: Program,
        *others: Program,
        folder: Path | None = None,
        memory: str | None = None,
        names: Iterable[str] = (),
    ) -> None:
        import duckdb

        self.program = program
        programs = (program, *others)
        self.labels = {label for each in programs for label in each.policy.clauses}
        """The labels of the clauses that lines may have a status of."""
        self.folder = folder
        self.database: duckdb.DuckDBPyConnection = duckdb.connect(":memory:")
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self.database.execute("SET temp_directory = $1", [str(folder)])
        if memory is not None:
            self.database.execute("SET memory_limit = $1", [memory])
        # The machine may have less, and DuckDB 1.4 has no such setting.
        with suppress(duckdb.InvalidInputException, duckdb.CatalogException):
            self.database.execute("SET block_allocator_memory = $1", [KEPT_MEMORY])
        self.database.execute("SET perfect_ht_threshold = $1", [COUNTED_BITS])
        for statement in RESULT_TYPES:
            self.database.execute(statement)
        self.database.execute(name_type(programs, names))
        self.tables = fact_tables()
        self.own_numbers = True
        """Whether no two cases in the store have an entry of the same number."""
        self.forget()
        self.entries = 0
        """How many numbers of entries are given."""
        self._cases = 0

    # --- facts in -----------------------------------------------------------------------------

    def add(self, cases: Iterable[tuple[str, Case]]) -> None:
        """Add the facts of cases, each with the place it was read from."""
        self.add_rows(case_rows(cases))

    def add_rows(self, rows: CaseRows) -> None:
        """Add the rows of cases, with numbers that no case and no entry has yet."""
        insert_rows(
            self.database,
            "cases",
            4,
            [(number + self._cases, *others) for number, *others in rows.cases],
        )
        with scratch_folder(self.folder) as folder:
            path = folder / "rows.csv"
            for name, text in rows.relations.items():
                path.write_text(text, encoding="utf-8")
                self._add_relation(name, path)
        self._cases += len(rows.cases)
        self.entries += rows.entries

    def _add_relation(self, name: str, path: Path) -> None:
        """Add the rows in a CSV file, which DuckDB takes much faster than Python's values."""
        columns = [column for column, _ in self.tables[name]]
        picked = [table_of(column) for column in columns]
        picked[0] = f"CAST(c AS INTEGER) + {self._cases}"
        for place in entry_columns()[name]:
            number = f"CAST({picked[place]} AS BIGINT)"
            picked[place] = (
                f"CASE WHEN {number} = {NO_ENTRY} THEN {NO_ENTRY} "
                f"ELSE {number} + {self.entries} END"
            )
        kinds = ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in columns)
        self.database.execute(
            f"INSERT INTO {table_of(name)} SELECT {', '.join(picked)} FROM read_csv($1, "
            f"header = false, auto_detect = false, columns = {{{kinds}}})",
            [escape(str(path))],
        )

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

    def decide(self, choices: Choices, program: Program | None = None) -> Script:
        """Decide every line under these choices, into the table ``determinations``.

        ``program`` is one of the others; otherwise it is the first.
        """
        basis = Basis(program or self.program, choices)
        made = _script_of(
            basis.program,
            tuple(choices.parameters.items()),
            tuple(choices.readings.items()),
            self.own_numbers,
        )
        self.run(made.statements, basis, "determinations")
        return made

    def run(self, statements: Iterable[str], basis: Basis, wanted: str) -> None:
        """Run statements of our own on this basis; of their tables only ``wanted`` stays."""
        self.fill_calendar(basis)
        before = self.names()
        try:
            for statement in statements:
                self.database.execute(statement)
        finally:
            for table in self.names() - before - {wanted}:
                self.database.execute(f"DROP TABLE {table_of(table)}")

    def names(self) -> set[str]:
        """The tables that there are."""
        query = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary"
        return {str(name) for (name,) in self.rows(query)}

    def use_threads(self, number: int) -> None:
        """Let DuckDB use so many threads from now on."""
        self.database.execute("SET threads = $1", [number])

    def fill_calendar(self, basis: Basis) -> None:
        """What the calendar says of the periods in use and of each possible anchor."""
        periods = periods_in_use(basis.program.policy, basis.choices)
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
