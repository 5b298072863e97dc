"""Reading a cohort: every case in turn, bad ones with all their errors, nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clausewise.facts.case.syntax import MOST_BYTES, InputError
from clausewise.facts.loading.files import load_one
from clausewise.facts.loading.folders import CohortError, read_cohort
from tests.support.generator import complete_percutaneous
from tests.support.places import CASE_FOLDER, case_path


def line(**changes: object) -> bytes:
    return json.dumps({**complete_percutaneous(), **changes}, default=str).encode() + b"\n"


def test_a_folder_is_read_file_by_file() -> None:
    found = list(read_cohort(CASE_FOLDER))
    assert len(found) == 23
    assert all(each.case is not None and each.errors is None for each in found)
    assert [each.place for each in found] == sorted(each.place for each in found)


def test_lines_are_read_one_by_one_and_bad_ones_keep_their_number(tmp_path: Path) -> None:
    path = tmp_path / "cohort.ndjson"
    path.write_bytes(
        line(case="A")
        + b"\n"
        + b"not json\n"
        + line(case="B", request={"procedure": "27279"})
        + b'{"format": "clausewise-case/1"\n'
        + b"\xff\xfe\n"
        + line(case="C").rstrip(b"\n")
    )
    found = list(read_cohort(path))
    good = [(each.place, each.case.case) for each in found if each.case is not None]
    bad = {each.place: str(each.errors) for each in found if each.errors is not None}
    assert good == [("line 1", "A"), ("line 7", "C")]
    assert list(bad) == ["line 3", "line 4", "line 5", "line 6"]
    assert "side" in bad["line 4"]
    assert "received" in bad["line 4"]


def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "cohort.jsonl"
    path.write_bytes(b"{" + b"x" * (3 * MOST_BYTES) + b"\n" + line(case="A"))
    first, second = read_cohort(path)
    assert first.errors is not None
    assert "too long" in str(first.errors)
    assert second.case is not None
    assert second.place == "line 2"


@pytest.mark.parametrize("name", ["nothing", "file.txt"])
def test_what_is_no_cohort_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(CohortError, match="expected a folder"):
        list(read_cohort(tmp_path / name))
    (tmp_path / "empty").mkdir()
    with pytest.raises(CohortError, match="no case files"):
        list(read_cohort(tmp_path / "empty"))


def test_one_line_of_a_cohort_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "cohort.ndjson"
    path.write_bytes(line(case="A") + b"nonsense\n" + line(case="C"))
    assert load_one(f"{path}:3").case == "C"
    assert load_one(case_path("pa-1003")).case == "PA-1003"
    with pytest.raises(InputError, match="not a JSON object"):
        load_one(f"{path}:2")
    for wrong in (f"{path}:9", f"{tmp_path}/none.ndjson:1"):
        with pytest.raises(InputError, match="no such line"):
            load_one(wrong)
