"""The lines of an audit are kept in files, part by part, and seen as one table in their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausewise.logic.cohort.audit import audit
from clausewise.logic.cohort.results import LineResults
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.relation_rows import lines_of, random_cohort

ODD = "it's [1] *?"
"""A name of a folder that means something to those who look for files by patterns."""


@pytest.fixture
def store() -> CohortStore:
    return CohortStore(program_of(POLICY))


def written(results: LineResults, part: CohortStore, name: str, *cases: int) -> None:
    rows = ", ".join(
        f"({case}, CAST('not_governed' AS outcome), CAST('met' AS status), CAST([] AS VARCHAR[]))"
        for case in cases
    )
    columns = 'c, determination, "D.I.B.2", decisive'
    results.write(part, name, part.database.sql(f"SELECT * FROM (VALUES {rows}) AS t({columns})"))


def test_lines_stand_in_the_order_in_which_parts_were_written(
    store: CohortStore, tmp_path: Path
) -> None:
    results = LineResults(tmp_path / ODD)
    written(results, store, "lines", 3)
    written(results, store, "lines_otherwise", 4)
    written(results, store, "lines", 7, 5)
    written(results, store, "lines", 9)
    results.show(store)
    assert store.rows("SELECT c FROM lines") == [(3,), (7,), (5,), (9,)]
    assert store.rows("SELECT c FROM lines_otherwise") == [(4,)]


def test_they_have_the_types_of_results_again(store: CohortStore, tmp_path: Path) -> None:
    results = LineResults(tmp_path / "found")
    written(results, store, "lines", 1)
    results.show(store)
    kinds = dict(
        store.rows("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'lines'")
    )
    assert kinds["determination"].startswith("ENUM")
    assert kinds["D.I.B.2"].startswith("ENUM('met'")
    assert kinds["decisive"] == "VARCHAR[]"


def test_names_that_come_as_texts_make_the_same_file(tmp_path: Path) -> None:
    """Spark has no enumerations; one status that stands in every line was written otherwise."""
    made = []
    for kind in ("status", "VARCHAR"):
        part = CohortStore(program_of(POLICY))
        results = LineResults(tmp_path / kind)
        part.database.execute(
            "CREATE TABLE t AS SELECT range AS c, 'not_governed' AS determination, "
            f"CAST('met' AS {kind}) AS \"D.I.B.2\" FROM range(3000)"
        )
        results.write(part, "lines", part.database.sql("SELECT * FROM t ORDER BY c"))
        results.show(part)
        path = tmp_path / f"{kind}.parquet"
        part.database.sql("SELECT * FROM lines").write_parquet(str(path))
        made.append(path.read_bytes())
    assert made[0] == made[1]


@pytest.mark.slow
def test_results_may_have_any_name(tmp_path: Path) -> None:
    cohort = random_cohort(tmp_path / "c.ndjson", 5)
    audit(cohort, tmp_path / ODD, POLICY, other_parameters={"minimum_pain_score": 9})
    audit(cohort, tmp_path / "plain", POLICY)
    # Under its own name it would be looked for as a pattern.
    renamed = (tmp_path / ODD).rename(tmp_path / "renamed")
    assert lines_of(renamed) == lines_of(tmp_path / "plain")
    assert not [path for path in renamed.iterdir() if path.is_dir()]
