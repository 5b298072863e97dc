"""Cases by folder, pattern, id and standard input; schema, validation, and watching files."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from clausewise import __version__
from clausewise.cli import inputs
from clausewise.facts.case.json_schema import case_schema
from clausewise.facts.case.syntax import parse
from tests.support.command import run
from tests.support.places import CASE_FILES, CASE_FOLDER, case_path

CASE = case_path("pa-1003")


def plain(value: Any) -> Any:
    """Data of a case file with numbers as JSON has them."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value


def data_of(path: Path) -> Any:
    return plain(parse(path.read_bytes(), str(path)).value)


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    """Two cases as JSON lines, with one between them that is bad."""
    lines = [json.dumps(data_of(case_path("pa-1001"))), "{}", json.dumps(data_of(CASE))]
    path = tmp_path / "cohort.ndjson"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_version_is_said() -> None:
    assert run("--version").stdout == f"clausewise {__version__}\n"


def test_a_case_of_a_cohort_goes_by_its_id(cohort: Path) -> None:
    assert run("why", f"{cohort}:PA-1003").stdout == run("why", CASE).stdout
    assert run("why", f"{cohort}:3").stdout.startswith("PA-1003")
    outcome = run("why", f"{cohort}:PA-9")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "no case 'PA-9'" in outcome.stderr


def test_a_pattern_and_a_folder_name_many_cases() -> None:
    pattern = str(CASE_FOLDER / "pa-100[13].yaml")
    both = run("why-not", pattern).stdout
    one, other = run("why-not", case_path("pa-1001")).stdout, run("why-not", CASE).stdout
    assert both == f"{one}\n{other}"
    valid = run("validate", CASE_FOLDER).stdout
    assert all(f"{path.name}: valid" in valid for path in CASE_FILES)


def test_nothing_is_answered_when_one_of_many_is_bad(cohort: Path) -> None:
    outcome = run("why", cohort)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "format" in outcome.stderr
    assert "no file fits the pattern" in run("why", str(CASE_FOLDER / "none-*.yaml")).stderr


def test_a_case_is_read_from_standard_input() -> None:
    outcome = run("why", "-", typed=CASE.read_text(encoding="utf-8"))
    assert outcome.stdout == run("why", CASE).stdout


def test_every_example_fits_the_schema_and_a_misspelt_name_does_not(tmp_path: Path) -> None:
    target = tmp_path / "schema.json"
    assert run("schema", "-o", target).exit_code == 0
    schema = json.loads(target.read_text(encoding="utf-8"))
    assert schema == case_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in CASE_FILES:
        assert list(validator.iter_errors(data_of(path))) == [], path
    data = data_of(CASE)
    data["findings"][0]["finding"] = "thigh_trust"
    data["injections"][0]["relief_percent"] = 101
    data["documents"][0]["ttle"] = "x"
    assert len(list(validator.iter_errors(data))) == 3


def test_a_template_names_its_schema() -> None:
    first = run("template", "27279").stdout.splitlines()[0]
    assert first == "# yaml-language-server: $schema=clausewise-case-1.schema.json"


def test_every_file_is_validated(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: clausewise-case/1\ncase: X\n", encoding="utf-8")
    outcome = run("validate", CASE, bad)
    assert outcome.exit_code == 2
    assert outcome.stdout == f"{CASE}: valid\n"
    assert "request" in outcome.stderr
    lines = [
        json.loads(each)
        for each in run("validate", CASE, bad, "-f", "json").stdout.split("\n")
        if each
    ]
    assert [each["valid"] for each in lines] == [True, False]
    assert lines[1]["errors"][0]["place"] == "request"


def test_a_watched_case_is_answered_again_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "case.yaml"
    text = CASE.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    changes = [text.replace("relief_percent: 49", "relief_percent: 50"), "broken: ["]

    def sleep(_: float) -> None:
        if not changes:
            raise KeyboardInterrupt
        path.write_text(changes.pop(0), encoding="utf-8")

    monkeypatch.setattr("clausewise.cli.many.time.sleep", sleep)
    outcome = run("why", path, "--watch")
    assert outcome.exit_code == 0
    assert outcome.stdout.count("PA-1003") == 2
    assert "\nMEDICALLY NECESSARY" in outcome.stdout
    assert "not readable" in outcome.stderr


def test_of_very_many_bad_files_the_first_are_told_and_the_others_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "MOST_TOLD", 2)
    for number in range(5):
        (tmp_path / f"{number}.json").write_text("{}", encoding="utf-8")
    outcome = run("decide", tmp_path)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "1.json: 3 errors" in outcome.stderr
    assert "2.json" not in outcome.stderr
    assert "3 more cases with errors are not told here" in outcome.stderr
    assert "4.json" in run("validate", tmp_path).stderr
