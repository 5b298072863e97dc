"""The lines of an audit are kept in files, part by part, and seen as one table in their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausewise.logic.cohort.audit import audit
from clausewise.logic.cohort.results import FoundLines
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.relation_rows import lines_of, random_cohort

ODD = "it's [1] *?"
"""A name of a folder that means something to those who look for files by patterns."""


@pytest.fixture
def store() -> CohortStore:
    return CohortStore(program_of(POLICY))


def written(found: FoundLines, part: CohortStore, name: str, *cases: int) -> None:
    rows = ", ".join(
        f"({case}, CAST('not_governed' AS outcome), CAST('met' AS status), CAST([] AS VARCHAR[]))"
        for case in cases
    )
    columns = 'c, determination, "D.I.B.2", decisive'
    found.write(part, name, part.database.sql(f"SELECT * FROM (VALUES {rows}) AS t({columns})"))


def test_lines_stand_in_the_order_in_which_parts_were_taken(
    store: CohortStore, tmp_path: Path
) -> None:
    found = FoundLines(tmp_path / ODD)
    first, second = store.beside("part 0"), store.beside("part 1")
    written(found, second, "lines", 7, 5)
    written(found, first, "lines", 3)
    written(found, first, "lines_otherwise", 4)
    found.take(first, "lines")
    found.take(first, "lines_otherwise")
    written(found, first, "lines", 9)
    found.take(second, "lines")
    found.take(first, "lines")
    found.show(store)
    assert store.rows("SELECT c FROM lines") == [(3,), (7,), (5,), (9,)]
    assert store.rows("SELECT c FROM lines_otherwise") == [(4,)]


def test_they_have_the_types_of_results_again(store: CohortStore, tmp_path: Path) -> None:
    found = FoundLines(tmp_path / "found")
    written(found, store, "lines", 1)
    found.take(store, "lines")
    found.show(store)
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
        found = FoundLines(tmp_path / kind)
        part.database.execute(
            "CREATE TABLE t AS SELECT range AS c, 'not_governed' AS determination, "
            f"CAST('met' AS {kind}) AS \"D.I.B.2\" FROM range(3000)"
        )
        found.write(part, "lines", part.database.sql("SELECT * FROM t ORDER BY c"))
        found.take(part, "lines")
        found.show(part)
        path = tmp_path / f"{kind}.parquet"
        part.database.sql("SELECT * FROM lines").write_parquet(str(path))
        made.append(path.read_bytes())
    assert made[0] == made[1]


def test_what_was_written_and_not_taken_is_none_of_them(store: CohortStore, tmp_path: Path) -> None:
    found = FoundLines(tmp_path / "found")
    written(found, store, "lines", 1)
    found.take(store, "lines")
    written(found, store, "lines", 2)
    found.show(store)
    assert store.rows("SELECT c FROM lines") == [(1,)]


def test_results_may_have_any_name(tmp_path: Path) -> None:
    cohort = random_cohort(tmp_path / "c.ndjson", 5)
    audit(cohort, tmp_path / ODD, POLICY, other_parameters={"minimum_pain_score": 9})
    audit(cohort, tmp_path / "plain", POLICY)
    # Under its own name it would be looked for as a pattern.
    renamed = (tmp_path / ODD).rename(tmp_path / "renamed")
    assert lines_of(renamed) == lines_of(tmp_path / "plain")
    assert not [path for path in renamed.iterdir() if path.is_dir()]
