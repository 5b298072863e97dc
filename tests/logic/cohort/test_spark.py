"""Spark: the same statements in its dialect; decided there, a cohort's results are the same files.

What needs Spark itself is slow and skipped where it is not installed (extra ``spark``).
"""

from __future__ import annotations

import filecmp
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from sqlglot import exp, parse_one

from clausewise.facts.case.validation import case_from_data
from clausewise.facts.schema import OF_CASES
from clausewise.logic.cohort.audit import AuditError, audit, relations
from clausewise.logic.cohort.file_columns import given_rows, typed_columns
from clausewise.logic.cohort.file_columns import relations as known_relations
from clausewise.logic.cohort.relation_writer import RelationWriter
from clausewise.logic.cohort.row_checks import checks
from clausewise.logic.cohort.spark import NAMES, spark_text
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.cohort.table_checks import (
    entries,
    impossible_values,
    orphan_rows,
)
from clausewise.logic.language.choices import choose
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.sql.decisive import lines_query
from clausewise.logic.sql.translate import script
from tests.support.examples import PROGRAM
from tests.support.generator import any_case
from tests.support.relation_rows import Change, as_csv, changed, first, random_cohort
from tests.support.slices import first_few

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OTHERWISE = {reading.name: list(reading.choices)[-1] for reading in POLICY.readings}


def statements(readings: dict[str, str]) -> Iterator[Any]:
    """All queries that a cohort needs, parsed."""
    choices = choose(POLICY, readings, None)
    made = script(PROGRAM, choices)
    yield from (parse_one(each, dialect="duckdb").expression for each in made.statements)
    queries = [*checks(), orphan_rows(), entries()]
    for name, columns in known_relations().items():
        if name in OF_CASES:
            kinds = dict.fromkeys(columns, "string")
            rows = given_rows(columns, typed_columns(name, kinds), kinds, "file")
            queries += impossible_values(OF_CASES[name], rows)
    queries.append(lines_query(POLICY, choices, made.labels))
    yield from (parse_one(each, dialect="duckdb") for each in queries)


@pytest.mark.slow
@pytest.mark.parametrize("readings", first_few([OTHERWISE, {}], 1))
def test_every_statement_is_written_for_spark(readings: dict[str, str]) -> None:
    """It can be read as Spark's, has the tables' names there and no type that only DuckDB has."""
    seen = 0
    for query in statements(readings):
        tables = {table.name for table in query.find_all(exp.Table)}
        views = {name: f"view_{number}" for number, name in enumerate(sorted(tables))}
        again = parse_one(spark_text(query, views), dialect="spark")
        assert {table.name for table in again.find_all(exp.Table)} == set(views.values())
        kinds = {kind.sql(dialect="duckdb") for kind in again.find_all(exp.DataType)}
        assert not kinds & NAMES
        seen += 1
    assert seen > 150


def test_sums_of_many_rows_cannot_overflow() -> None:
    text = spark_text(parse_one("SELECT sum(n.days) FROM t AS n", dialect="duckdb"), {"t": "v"})
    assert text == "SELECT SUM(CAST(n.days AS DECIMAL(38, 0))) FROM v AS n"


def test_spark_decides_relations_only(tmp_path: Path) -> None:
    session: Any = object()
    with pytest.raises(AuditError, match="Spark reads relations"):
        audit(random_cohort(tmp_path / "c.ndjson", 1), tmp_path / "out", POLICY, spark=session)
    assert not (tmp_path / "out").exists()


# --- with Spark -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    if shutil.which("java") is None:
        pytest.skip("Java is not installed, which Spark needs")
    sql = pytest.importorskip("pyspark.sql", reason="Spark is not installed (extra spark)")
    builder = sql.SparkSession.builder.master("local[2]").appName("tests")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "6g",
    }.items():
        builder = builder.config(name, value)
    found = builder.getOrCreate()
    yield found
    found.stop()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def agree(one: Path, other: Path) -> None:
    """Both folders hold the same files, byte for byte; where not, it tells of the first lines."""
    assert files(one) == files(other)
    _, different, unreadable = filecmp.cmpfiles(one, other, files(one), shallow=False)
    assert not unreadable
    lines = [
        duckdb.execute("SELECT * FROM read_parquet($1)", [str(each / "lines.parquet")]).fetchall()
        for each in (one, other)
    ]
    assert lines[0] == lines[1]
    assert different == []


BROKEN: tuple[tuple[str, Change], ...] = (
    ("finding", first(finding="gaensle")),
    ("measurement", first(value="eleven")),
    ("received", lambda rows: [*rows[:5], {**rows[5], "day": "2026-02-30"}, *rows[7:]]),
    ("line", lambda rows: [*rows[:20], {**rows[20], "line": "up"}, *rows[21:]]),
    ("entry_side", lambda rows: rows[:-1]),
    ("imaging", lambda rows: [*rows, *[rows[-9]] * 300]),
    ("injection", lambda rows: rows[1:]),
    ("cases", lambda rows: [*rows[:40], {**rows[40], "recorded": "perhaps"}, *rows[41:]]),
)


@pytest.mark.slow
def test_spark_and_duckdb_write_the_same_results(session: SparkSession, tmp_path: Path) -> None:
    """From CSV with impossible rows, and with a what-if."""
    relations(random_cohort(tmp_path / "c.ndjson"), tmp_path / "relations", POLICY)
    folder = as_csv(tmp_path / "relations", tmp_path / "csv")
    for name, change in BROKEN:
        changed(folder, name, change)
    for engine in (None, session):
        found = audit(
            folder,
            tmp_path / str(engine is None),
            POLICY,
            other_readings=OTHERWISE,
            spark=engine,
        )
        assert found.flips is not None
        assert found.flips["lines"] > 0
        assert found.cases["quarantined"] > 5
    aside = (tmp_path / "True" / "quarantine.ndjson").read_text().splitlines()
    assert len({error for line in aside for error in json.loads(line)["errors"]}) >= len(BROKEN)
    agree(tmp_path / "True", tmp_path / "False")
    assert session.catalog.listTables() == []


@pytest.mark.slow
def test_what_is_no_cohort_is_an_error_there_too(session: SparkSession, tmp_path: Path) -> None:
    relations(random_cohort(tmp_path / "c.ndjson", 3), tmp_path / "relations", POLICY)
    changes: dict[str, tuple[str, Change | bytes | str]] = {
        "without a number": ("cases", first(c="")),
        "number used twice": ("cases", first(c="1")),
        "no case of": ("received", first(c="99")),
        "not readable": ("measurement", b"nothing of the kind"),
        "lacks value": ("measurement", "c,entry,measure\n1,2,sij_pain_score\n"),
    }
    for number, (words, (name, change)) in enumerate(changes.items()):
        folder = as_csv(tmp_path / "relations", tmp_path / f"{number}")
        if isinstance(change, bytes):
            (folder / f"{name}.csv").unlink()
            (folder / f"{name}.parquet").write_bytes(change)
        elif isinstance(change, str):
            (folder / f"{name}.csv").write_text(change)
        else:
            changed(folder, name, change)
        with pytest.raises(AuditError, match=words):
            audit(folder, tmp_path / "out", POLICY, spark=session)
        assert not (tmp_path / "out").exists()
    assert session.catalog.listTables() == []


@pytest.mark.slow
def test_spark_and_duckdb_agree_on_a_hundred_thousand_lines(
    session: SparkSession, tmp_path: Path
) -> None:
    store = CohortStore(PROGRAM)
    folder = tmp_path / "relations"
    folder.mkdir()
    writer = RelationWriter(store, folder)
    for start in range(0, 85_000, 5_000):
        seeds = range(start, start + 5_000)
        store.add((str(seed), case_from_data(any_case(seed))) for seed in seeds)
        writer.add()
        store.forget()
    writer.close()
    found = audit(folder, tmp_path / "duckdb", POLICY)
    assert found.lines >= 100_000
    audit(folder, tmp_path / "spark", POLICY, spark=session)
    agree(tmp_path / "duckdb", tmp_path / "spark")
