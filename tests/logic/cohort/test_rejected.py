"""The file of rejected cases says which case it is and why, and stays small."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clausewise.facts.loading.folders import records_of
from clausewise.logic.cohort import rejected as told
from clausewise.logic.cohort.audit import relations
from clausewise.logic.cohort.case_reader import read_batches
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.cohort.tables import read_relations
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.generator import complete_percutaneous, random_case
from tests.support.plain_json import case_json


def rejected(folder: Path, lines: list[str]) -> list[dict[str, Any]]:
    """The records of the file of rejected cases; before these lines stand a valid case and a blank
    line."""
    cohort, file = folder / "cohort.ndjson", folder / "quarantine.ndjson"
    cohort.write_text("\n".join([case_json(random_case(0)), "", *lines]), encoding="utf-8")
    with told.RejectedCases(file) as counted:
        for batch in read_batches(records_of(cohort)):
            for each in batch.rejected:
                counted.add(each)
    assert counted.counts()["quarantined"] == len(lines)
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_rejected_case_has_its_line_its_name_and_the_value(tmp_path: Path) -> None:
    data = {**random_case(1), "case": "PA \x1b[31m9", "colour": "red"}
    (record,) = rejected(tmp_path, [case_json(data)])
    assert record["place"] == "line 3"
    assert record["case"] == "PA [31m9"
    (error,) = record["errors"]
    assert error.startswith("colour: the key is not known")
    assert "line 1" not in error


def test_what_names_no_case_is_told_by_its_place(tmp_path: Path) -> None:
    records = rejected(tmp_path, ["[]", "{", '{"case": 7}', '{"case": "PA-7"}'])
    assert [each["place"] for each in records] == ["line 3", "line 4", "line 5", "line 6"]
    assert [each["case"] for each in records] == [None, None, None, "PA-7"]


@pytest.mark.parametrize(
    ("number", "last"),
    [
        (told.MOST_ERRORS + more, last)
        for more, last in enumerate(["e", "1 more error", "2 more errors"])
    ],
)
def test_no_error_beyond_those_that_are_told_goes_uncounted(number: int, last: str) -> None:
    assert told.capped(["e"] * number)[-1] == last


def test_many_errors_of_a_case_are_counted(tmp_path: Path) -> None:
    data = random_case(1)
    data["findings"] = [{"present": True}] * 300
    (record,) = rejected(tmp_path, [case_json(data)])
    assert len(record["errors"]) == told.MOST_ERRORS + 1
    assert record["errors"][-1] == f"{300 - told.MOST_ERRORS} more errors"


def test_many_bad_rows_of_a_case_are_counted(tmp_path: Path) -> None:
    cohort = tmp_path / "cohort.ndjson"
    cohort.write_text("".join(f"{case_json(random_case(seed))}\n" for seed in (0, 1)))
    relations(cohort, tmp_path / "relations", POLICY)
    (tmp_path / "relations" / "purpose.parquet").unlink(missing_ok=True)
    rows = "".join(f"1,odd_{number}\n" for number in range(300))
    (tmp_path / "relations" / "purpose.csv").write_text(f"c,purpose\n{rows}")
    ((record,),) = read_relations(CohortStore(program_of(POLICY)), tmp_path / "relations")
    assert "purpose is missing or impossible (purpose odd_0)" in record.errors[0]
    assert record.errors[-1] == f"{301 - told.MOST_ERRORS} more errors"


def test_a_value_is_told_before_what_follows_from_it(tmp_path: Path) -> None:
    """Where the day of receipt is no day, each of many entries came on a day without receipt."""
    cohort = tmp_path / "cohort.ndjson"
    cohort.write_text(f"{case_json(complete_percutaneous())}\n")
    relations(cohort, tmp_path / "relations", POLICY)
    (tmp_path / "relations" / "received.parquet").unlink()
    (tmp_path / "relations" / "received.csv").write_text("c,day\n0,2026-7-15\n")
    ((record,),) = read_relations(CohortStore(program_of(POLICY)), tmp_path / "relations")
    assert record.errors[0] == "received: day is missing or impossible (day 2026-7-15)"
    assert len(record.errors) == told.MOST_ERRORS + 1


def test_cases_beyond_the_room_of_the_file_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "MOST_BYTES", 1_000)
    records = rejected(tmp_path, ["{}"] * 300)
    assert (tmp_path / "quarantine.ndjson").stat().st_size < 1_200
    more = 300 - (len(records) - 1)
    assert records[-1]["errors"] == [
        f"{more} more cases were rejected, for which there is no room here"
    ]
