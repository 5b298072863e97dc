"""Reading a cohort: every case in turn, bad ones with all their errors, nothing lost."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from pathlib import Path

import pytest

from clausewise.facts.case.problems import InputError
from clausewise.facts.case.syntax import MOST_BYTES
from clausewise.facts.loading.files import load_one
from clausewise.facts.loading.folders import CohortError, read_cohort
from tests.support.generator import complete_percutaneous
from tests.support.places import CASE_FOLDER, case_path
from tests.support.plain_json import case_json


def line(**changes: object) -> bytes:
    return case_json({**complete_percutaneous(), **changes}).encode() + b"\n"


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


def test_a_mark_of_the_order_of_bytes_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "cohort.ndjson"
    path.write_bytes(BOM_UTF8 + line(case="A") + BOM_UTF8 + line(case="B"))
    first, second = read_cohort(path)
    assert first.case is not None
    assert first.case.case == "A"
    assert load_one(f"{path}:1").case == "A"
    assert second.case is not None  # two files that were joined
    assert load_one(f"{path}:2").case == "B"
    path.write_bytes(BOM_UTF8 + b"\n")
    assert list(read_cohort(path)) == []


def test_a_folder_is_read_with_its_files_of_lines_and_the_folders_below(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "a.json").write_bytes(line(case="A"))
    (tmp_path / "b" / "part-0.ndjson").write_bytes(line(case="B") + b"nonsense\n" + line(case="C"))
    (tmp_path / "b" / "c" / "D.JSON").write_bytes(line(case="D"))
    found = {each.place: each.case.case if each.case else None for each in read_cohort(tmp_path)}
    assert found == {
        "a.json": "A",
        "b/c/D.JSON": "D",
        "b/part-0.ndjson:1": "B",
        "b/part-0.ndjson:2": None,
        "b/part-0.ndjson:3": "C",
    }
    assert load_one(tmp_path / "b/part-0.ndjson:3").case == "C"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("notes.txt", "notes.txt would not be read"),
        ("cases.xlsx", "cases.xlsx would not be read"),
        ("more.ndjson.gz", "more.ndjson.gz would not be read"),
        ("below/case", "below/case would not be read"),
    ],
)
def test_a_file_that_would_not_be_read_is_an_error(name: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(line(case="A"))
    (tmp_path / "below").mkdir()
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(CohortError, match=told):
        list(read_cohort(tmp_path))


def test_many_files_that_would_not_be_read_are_counted(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number}.txt").write_bytes(b"")
    with pytest.raises(CohortError, match=r"0\.txt, 1\.txt, .* and 15 more would not be read"):
        list(read_cohort(tmp_path))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A pipe would be waited for; a link may lead nowhere, or in a circle."""
    (tmp_path / "a.json").write_bytes(line(case="A"))
    for make in (
        os.mkfifo,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to("nowhere"),
        lambda path: path.symlink_to(tmp_path, target_is_directory=True),
    ):
        wrong = tmp_path / "b.json"
        make(wrong)
        with pytest.raises(CohortError, match=r"b\.json: (neither a file|a link to a folder)"):
            list(read_cohort(tmp_path))
        wrong.unlink()
    pipe = tmp_path / "pipe.ndjson"
    os.mkfifo(pipe)
    with pytest.raises(CohortError, match="no cohort"):
        list(read_cohort(pipe))


def test_an_empty_file_of_lines_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(line(case="A"))
    (tmp_path / "b.ndjson").write_bytes(b"\n")
    first, second = read_cohort(tmp_path)
    assert first.case is not None
    assert (second.place, "the file is empty" in str(second.errors)) == ("b.ndjson", True)


@pytest.mark.parametrize("name", [".b.yaml", ".b.CSV", ".b/c.ndjson", ".b/d/part-0.parquet"])
def test_a_hidden_file_of_cases_is_an_error_and_others_are_left_out(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "a.ndjson").write_bytes(line(case="A"))
    for other in (".git/config", ".DS_Store", "kept/.gitkeep"):
        (tmp_path / other).parent.mkdir(exist_ok=True)
        (tmp_path / other).touch()
    assert len(list(read_cohort(tmp_path))) == 1
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(line(case="B"))
    with pytest.raises(CohortError, match=r"\.b.*: hidden by the full stop before 'b"):
        list(read_cohort(tmp_path))
