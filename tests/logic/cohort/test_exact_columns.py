"""Measured values and days stay what they are in a file, or their case is refused with the row."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clausewise as cw
from clausewise.facts.loading.folders import Record
from clausewise.logic.cohort.audit import AuditError, audit, relations
from clausewise.logic.cohort.case_reader import read_batch
from clausewise.logic.cohort.file_columns import RelationError
from clausewise.logic.cohort.rejected import Rejected
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.cohort.tables import files_of, read_relations
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.generator import complete_percutaneous
from tests.support.slices import first_few

WIDE = Path(__file__).parent / "measurement-60-digits.parquet"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three cases as relations."""
    folder = tmp_path_factory.mktemp("relations")
    lines = [json.dumps({**complete_percutaneous(), "case": f"C{each}"}) for each in range(3)]
    (folder / "c.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
    relations(folder / "c.ndjson", folder / "relations", POLICY)
    return folder / "relations"


def with_column(written: Path, folder: Path, name: str, column: str, value: str) -> Path:
    """The relations with another expression for a column of one of them, for the second case."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(written, folder)
    path = folder / f"{name}.parquet"
    ((kind,),) = duckdb.execute(f"SELECT typeof({value})").fetchall()
    duckdb.execute(
        f"COPY (SELECT * REPLACE (CASE WHEN c = 1 THEN {value} ELSE CAST({column} AS {kind}) END "
        f"AS {column}) FROM read_parquet('{path}') ORDER BY c) TO '{folder / 'other'}' "
        "(FORMAT parquet)"
    )
    (folder / "other").rename(path)
    return folder


def read(folder: Path, query: str) -> tuple[list[tuple[object, ...]], list[Rejected]]:
    """The rows of a query, and the cases that are set aside."""
    store = CohortStore(program_of(POLICY))
    (aside,) = read_relations(store, folder)
    return store.rows(query), aside


SCORES = "SELECT c, value FROM measurement ORDER BY c"
EXACT = {
    "(1 / 1024)::DOUBLE": "0.0009765625",
    "6::UBIGINT": "6",
    f"'4.{'9' * 30}000'": f"4.{'9' * 30}",
    "4.9999999::DECIMAL(18, 7)": "4.9999999",
    "6.5::DOUBLE": "6.5",
    "6.25::FLOAT": "6.25",
    "'6.10'": "6.1",
    f"'4.{'9' * 30}'": f"4.{'9' * 30}",
    f"4.{'9' * 30}0::DECIMAL(38, 31)": f"4.{'9' * 30}",
}
NOT_EXACT = (
    "(1 / 2048)::DOUBLE",
    "'Infinity'::DOUBLE",
    f"'4.{'9' * 31}'",
    f"4.{'9' * 35}::DECIMAL(38, 35)",
    "6.1::DOUBLE",
    "4.9999999::DOUBLE",
    "4.9::FLOAT",
    "'NaN'::DOUBLE",
    "'5e0'",
    "'05'",
    "'five'",
    "NULL::DOUBLE",
)


@pytest.mark.parametrize(("value", "number"), first_few(EXACT.items(), 4))
def test_a_value_that_stays_exact_is_taken(
    written: Path, tmp_path: Path, value: str, number: str
) -> None:
    folder = with_column(written, tmp_path / "r", "measurement", "value", value)
    rows, aside = read(folder, SCORES)
    assert aside == []
    assert [row[1] for row in rows] == [7, Decimal(number), 7]


@pytest.mark.parametrize("value", first_few(NOT_EXACT, 4))
def test_a_value_that_would_change_is_refused_with_its_row(
    written: Path, tmp_path: Path, value: str
) -> None:
    folder = with_column(written, tmp_path / "r", "measurement", "value", value)
    rows, aside = read(folder, SCORES)
    assert rows == [(0, 7), (2, 7)]
    ((place, _, errors),) = aside
    assert place == "c 1 (C1)"
    assert errors[0].startswith("measurement: value is missing or impossible (entry ")
    if "::DOUBLE" in value and "NULL" not in value:
        assert errors[0].endswith(" of type DOUBLE)")


@pytest.mark.parametrize("number", ["0.4::DOUBLE", "1.5::DECIMAL(9, 1)"])
def test_a_number_of_an_entry_with_a_fraction_is_none(
    written: Path, tmp_path: Path, number: str
) -> None:
    """In a column of binary or decimal numbers too, in which the others are whole."""
    folder = with_column(written, tmp_path / "r", "measurement", "entry", number)
    rows, aside = read(folder, SCORES)
    assert rows == [(0, 7), (2, 7)]
    ((place, _, errors),) = aside
    assert place == "c 1 (C1)"
    shown = number.partition("::")[0]
    assert any(
        each.startswith(f"measurement: entry is missing or impossible (entry {shown}")
        for each in errors
    )


def test_a_row_without_a_number_is_told_also_where_a_cohort_is_read_in_parts(
    written: Path, tmp_path: Path
) -> None:
    folder = with_column(written, tmp_path / "r", "measurement", "c", "NULL::INTEGER")
    store = CohortStore(program_of(POLICY))
    with pytest.raises(RelationError, match="measurement: 1 row with an empty or unknown c"):
        next(read_relations(store, folder, 1))


def test_a_folder_whose_name_is_a_pattern_is_refused(tmp_path: Path) -> None:
    """DuckDB would look for other files of that pattern."""
    with pytest.raises(RelationError, match="rename the folder"):
        files_of(tmp_path / "r[1]")


@pytest.mark.parametrize("number", [-7, 2_147_483_640])
def test_a_case_of_any_number_is_opened(written: Path, tmp_path: Path, number: int) -> None:
    for path in written.glob("*.parquet"):
        (tmp_path / "r").mkdir(exist_ok=True)
        duckdb.execute(
            f"COPY (SELECT * REPLACE (c + {number} AS c) FROM read_parquet('{path}')) "
            f"TO '{tmp_path / 'r' / path.name}' (FORMAT parquet)"
        )
    assert cw.load(f"{tmp_path / 'r'}:{number}").case == "C0"


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(0, 10 * 4096), st.sampled_from((1, 2, 1024, 4096, 10, 3)))
def test_a_binary_number_is_what_it_says_or_refused(
    written: Path, tmp_path_factory: pytest.TempPathFactory, top: int, bottom: int
) -> None:
    number = min(top / bottom, 10.0)
    folder = tmp_path_factory.getbasetemp() / "binary"
    with_column(written, folder, "measurement", "value", f"{number!r}::DOUBLE")
    rows, aside = read(folder, SCORES)
    if aside:
        assert (Fraction(number) * 1024).denominator > 1
    else:
        value = rows[1][1]
        assert isinstance(value, Decimal)
        assert Fraction(value) == Fraction(number)


@pytest.mark.parametrize(
    ("value", "taken"),
    first_few(
        [
            ("TIMESTAMP '2026-07-15 00:00:00'", True),
            ("TIMESTAMP '2026-07-15 13:00:00'", False),
            ("'2026-07-15 13:00:00'", False),
            ("'2026-07-15'", True),
            ("'15.07.2026'", False),
            ("TIMESTAMP_NS '2026-07-15 00:00:00.000000001'", False),
            ("TIMESTAMP_NS '2026-07-15'", True),
        ],
        3,
    ),
)
def test_a_time_is_no_day(written: Path, tmp_path: Path, value: str, taken: bool) -> None:
    folder = with_column(written, tmp_path / "r", "received", "day", value)
    _, aside = read(folder, SCORES)
    assert [each.place for each in aside] == ([] if taken else ["c 1 (C1)"])


def test_an_instant_is_an_error(written: Path, tmp_path: Path) -> None:
    instant = "CAST('2026-07-15 00:00:00+00' AS TIMESTAMPTZ)"
    folder = with_column(written, tmp_path / "r", "received", "day", instant)
    with pytest.raises(RelationError, match=r"received\.parquet: day is a TIMESTAMP WITH TIME"):
        read(folder, SCORES)


@pytest.mark.parametrize(
    ("name", "column", "value", "words"),
    [
        ("finding", "finding", "CAST(finding AS BLOB)", "finding is bytes in every row"),
        ("received", "day", "CAST('2026-07-15' AS BLOB)", "day is bytes in every row"),
        ("measurement", "value", "[value]", r"value is of type DECIMAL\(38,30\)\[\] in every row"),
        ("cases", "case", 'CAST("case" AS BLOB)', "case is bytes in every row"),
        ("cases", "case", "{'name': \"case\"}", r"case is of type STRUCT\("),
        ("cases", "case", "c > 0", "case is of type BOOLEAN in every row; expected VARCHAR"),
    ],
)
def test_a_type_of_which_no_row_can_be_used_is_an_error(
    written: Path, tmp_path: Path, name: str, column: str, value: str, words: str
) -> None:
    """Else a name would be taken for another, or every case be rejected by itself."""
    shutil.copytree(written, tmp_path / "r")
    path = tmp_path / "r" / f"{name}.parquet"
    rows = f'SELECT * REPLACE ({value} AS "{column}") FROM read_parquet($1)'
    duckdb.execute(f"CREATE OR REPLACE TABLE changed AS {rows}", [str(path)])
    duckdb.execute(f"COPY changed TO '{path}' (FORMAT parquet)")
    with pytest.raises(RelationError, match=rf"{name}\.parquet: {words}"):
        read(tmp_path / "r", SCORES)


def test_a_number_of_sixty_digits_is_an_error(written: Path, tmp_path: Path) -> None:
    """DuckDB would read it as a binary number: 4.99…9 as 5."""
    folder = tmp_path / "r"
    shutil.copytree(written, folder)
    shutil.copy(WIDE, folder / "measurement.parquet")
    with pytest.raises(AuditError, match=r"measurement\.parquet: value has 60 digits"):
        audit(folder, tmp_path / "out", POLICY)


SCORE = st.one_of(
    st.integers(0, 10),
    st.decimals(0, 10, places=30, allow_nan=False),
    st.decimals(0, 9, places=37, allow_nan=False),
)


@pytest.mark.slow
@given(st.lists(SCORE, min_size=2, max_size=8), st.sampled_from((1, 3, 4_000)))
def test_no_value_changes_those_beside_it(scores: list[int | Decimal], batch: int) -> None:
    """Whatever is read together, and in which order: a value is kept whole or its case refused."""
    records = []
    for number, score in enumerate(scores):
        text = json.dumps({**complete_percutaneous(), "case": str(number)})
        text = text.replace('"value": 7', f'"value": {score:f}')
        records.append(Record(f"line {number}", text.encode()))
    store = CohortStore(program_of(POLICY))
    refused = []
    for start in range(0, len(records), batch):
        found = read_batch(records[start : start + batch])
        store.add_rows(found.rows)
        refused += [each.place for each in found.rejected]
    kept = store.rows('SELECT "case", value FROM measurement JOIN cases USING (c)')
    assert {int(name): value for name, value in kept} == {
        number: score for number, score in enumerate(scores) if f"line {number}" not in refused
    }
    for number, score in enumerate(scores):
        written, needed = (
            -int(each.as_tuple().exponent) for each in (Decimal(score), Decimal(score).normalize())
        )
        if written <= 30:
            assert f"line {number}" not in refused
        if needed > 30:
            assert f"line {number}" in refused
