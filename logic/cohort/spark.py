"""A cohort decided by Spark, for what outgrows one machine: the same statements in its dialect.

Nothing is translated from the rules anew. sqlglot writes the statements of
``logic.sql.translate``, the checks of ``logic.cohort.table_checks`` and the reading of
``logic.cohort.file_columns`` as Spark wants them; names are texts there, and a table that several
statements use is kept as Parquet in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from clausewise.facts.relations.from_case import calendar
from clausewise.facts.schema import OF_CASES
from clausewise.logic.cohort.file_columns import (
    CASES,
    ZONED,
    RelationError,
    check_columns,
    check_types,
    given_rows,
    relations,
    typed_columns,
)
from clausewise.logic.cohort.rejected import Rejected
from clausewise.logic.cohort.row_checks import checks
from clausewise.logic.cohort.table_checks import (
    ASIDE,
    entries,
    impossible_values,
    orphan_rows,
    told_aside,
    wrong_numbers,
)
from clausewise.logic.cohort.tables import check_numbers, check_orphan_rows, files_of
from clausewise.logic.cohort.unreadable import fault_of_csv, other_than_csv
from clausewise.logic.decision.decide import periods_in_use
from clausewise.logic.language.choices import Choices
from clausewise.logic.program.program import Program
from clausewise.logic.sql.decisive import lines_query
from clausewise.logic.sql.fact_tables import fact_tables
from clausewise.logic.sql.query import NAME_TYPE, table_of
from clausewise.logic.sql.translate import DETERMINATION_TYPE, POSSIBLE_ANCHORS, STATUS_TYPE, script

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

TYPES = {"timestamp": ZONED, "timestamp_ntz": "TIMESTAMP", "int": "INTEGER"}
"""Types that Spark calls otherwise."""
NAMES = frozenset({NAME_TYPE, STATUS_TYPE, DETERMINATION_TYPE})
"""Types of names in DuckDB, where they are enumerations."""


class SparkCohort:
    """A cohort of relations in Spark, checked on reading, to be decided under any choices.

    ``folder`` holds the relations, ``scratch`` is a folder for tables in between; the driver and
    all executors have to reach both. Its views have names of their own in the session, until
    ``forget``. Raises RelationError as ``logic.cohort.tables`` does.
    """

    def __init__(
        self, session: SparkSession, program: Program, folder: Path, scratch: Path
    ) -> None:
        self.program = program
        self._session = session
        self._scratch = scratch
        self._kept = 0
        self._own = f"clausewise_{uuid4().hex}"
        self._views: dict[str, str] = {}
        self._values: list[str] = []
        """The queries for impossible values."""
        try:
            self._check(folder)
        except BaseException:
            self.forget()
            raise

    def _check(self, folder: Path) -> None:
        files = files_of(folder)
        for name, columns in relations().items():
            self._read(name, columns, files.get(name))
        check_orphan_rows(self._rows(orphan_rows()))
        self.rejected = self._reject_impossible()
        """The cases that are rejected."""
        self._name("sensitive", self._empty("c INT, line STRING, sensitive BOOLEAN"))
        ((valid,),) = self._rows(f"SELECT count(*) FROM {CASES}")
        self.valid = int(valid)
        """How many cases are left to decide."""

    def forget(self) -> None:
        """Take the views out of the session."""
        for view in self._views.values():
            self._session.catalog.dropTempView(view)
        self._views.clear()

    # --- facts in -----------------------------------------------------------------------------

    def _read(self, name: str, columns: tuple[str, ...], path: Path | None) -> None:
        frame = self._file(path, columns)
        file = f"file {name}"
        self._name(file, frame)
        kinds = {column: TYPES.get(kind, kind) for column, kind in frame.dtypes}
        if path is not None:
            check_types(path.name, name, kinds)
        typed = typed_columns(name, kinds)
        if name == CASES:
            numbered = f'(SELECT {typed[0]} AS c, "case" FROM {table_of(file)})'
            ((unusable, repeated),) = self._rows(wrong_numbers(numbered))
            check_numbers(unusable, repeated)
        picked = ", ".join(
            f"{each} AS {table_of(column)}" for column, each in zip(columns, typed, strict=True)
        )
        place = f", CAST({typed[0]} AS VARCHAR) AS place" if name == CASES else ""
        self._name(name, self._query(f"SELECT {picked}{place} FROM {table_of(file)}"))
        if name in OF_CASES:
            rows = given_rows(columns, typed, kinds, table_of(file))
            self._values += impossible_values(OF_CASES[name], rows)

    def _file(self, path: Path | None, columns: tuple[str, ...]) -> DataFrame:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        if path is None:
            return self._empty(", ".join(f"`{column}` STRING" for column in columns))
        is_csv = path.suffix.lower() == ".csv"
        # Spark would read on past what is no CSV, or another encoding, and make something of it.
        if is_csv and (fault := other_than_csv(path) or fault_of_csv(path)):
            raise RelationError(f"{path.name}: {fault}")
        try:
            if is_csv:
                frame = self._session.read.csv(
                    str(path), header=True, escape='"', multiLine=True, mode="FAILFAST"
                )
            else:
                frame = self._session.read.parquet(str(path))
        except (PySparkException, Py4JError) as error:
            # What Java says comes without its own message on the first line.
            reason = str(getattr(error, "java_exception", error)).splitlines()[0]
            raise RelationError(f"{path.name}: not readable ({reason})") from None
        check_columns(path.name, frame.columns, columns)
        return frame

    def _empty(self, columns: str) -> DataFrame:
        return self._session.createDataFrame([], columns)

    def _reject_impossible(self) -> list[Rejected]:
        """Take the cases with impossible rows out; gives them with their errors."""
        self._keep("entries", self._query(entries()))
        found = [self._query(each).toDF("c", "error") for each in (*self._values, *checks())]
        self._keep("problems", reduce(lambda one, other: one.unionByName(other), found))
        rejected = told_aside(self._rows(ASIDE))
        if rejected:
            for name in relations():
                own = table_of(name)
                without = f"SELECT t.* FROM {own} AS t ANTI JOIN problems AS p ON p.c = t.c"
                self._name(name, self._query(without))
        return rejected

    # --- decisions out ------------------------------------------------------------------------

    def decide(self, choices: Choices) -> DataFrame:
        """Every line decided under these choices, with the columns of ``lines_query``."""
        from sqlglot import exp, parse_one

        days = [int(day) for (day,) in self._rows(POSSIBLE_ANCHORS)]
        for name, rows in calendar(days, periods_in_use(self.program.policy, choices)).items():
            columns = ", ".join(f"`{column}` INT" for column, _ in fact_tables()[name])
            self._name(name, self._session.createDataFrame(rows or [], columns))
        made = script(self.program, choices)
        parsed = [parse_one(each, dialect="duckdb") for each in made.statements]
        used = Counter(table.name for each in parsed for table in each.find_all(exp.Table))
        for statement in parsed:
            table, query = statement.this.name, statement.expression
            # A table is named once where it is made and once where it is used.
            store = self._keep if used[table] > 2 else self._name
            store(table, self._in_spark(query))
        return self._query(lines_query(self.program.policy, choices, made.labels))

    # --- statements ---------------------------------------------------------------------------

    def _query(self, text: str) -> DataFrame:
        from sqlglot import parse_one

        return self._in_spark(parse_one(text, dialect="duckdb"))

    def _in_spark(self, query: Any) -> DataFrame:
        return self._session.sql(spark_text(query, self._views))

    def _rows(self, text: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._query(text).collect()]

    def _name(self, name: str, frame: DataFrame) -> None:
        """Make a table known to later statements, by a name that Spark accepts."""
        view = self._views.setdefault(name, f"{self._own}_{len(self._views)}")
        frame.createOrReplaceTempView(view)

    def _keep(self, name: str, frame: DataFrame) -> None:
        """As ``_name``, with the rows written out, so that they are found once only."""
        path = str(self._scratch / f"{self._kept}")
        self._kept += 1
        frame.write.parquet(path)
        self._name(name, self._session.read.parquet(path))


def spark_text(query: Any, views: Mapping[str, str]) -> str:
    """A query for DuckDB, parsed by sqlglot, as text for Spark; ``views`` names its tables."""
    from sqlglot import exp

    def changed(node: Any) -> Any:
        if isinstance(node, exp.Table) and node.name in views:
            alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(node.name))
            return exp.Table(this=exp.to_identifier(views[node.name]), alias=alias)
        if isinstance(node, exp.DataType) and node.sql(dialect="duckdb") in NAMES:
            return exp.DataType.build("text")
        if isinstance(node, exp.Sum):
            # DuckDB adds whole numbers up without overflow.
            return exp.Sum(this=exp.cast(node.this, "DECIMAL(38, 0)"))
        return node

    text: str = query.transform(changed).sql(dialect="spark")
    return text
