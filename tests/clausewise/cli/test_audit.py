"""The ``audit`` command: a summary on the terminal, files in a new folder, errors as sentences."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import duckdb
import pytest

import clausewise as cw
from clausewise.logic.policies.registry import folder_of
from tests.support import command
from tests.support.places import BUNDLE_FOLDER, CASE_FOLDER, case_path

run = partial(command.run, "audit")
EXAMPLES = str(CASE_FOLDER)


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    """A folder of an approved, a pended and a denied case."""
    folder = tmp_path / "cohort"
    folder.mkdir()
    for name in ("pa-1001", "pa-1002", "pa-1004"):
        shutil.copy(case_path(name), folder)
    return folder


def test_a_folder_of_cases_is_audited(tmp_path: Path) -> None:
    output = tmp_path / "out"
    outcome = run(EXAMPLES, "-o", str(output), "--set", "parameter.minimum_pain_score=8")
    said = " ".join(outcome.stdout.split())
    assert "of them for percutaneous SIJ fusion; policies for it: CMM-611 (a plan" in said
    assert "; policies of " in said
    assert outcome.exit_code == 0, outcome.stderr
    assert "23 cases read: 23 decided, 0 rejected" in outcome.stdout
    assert "what denies" in outcome.stdout
    assert "sensitive to readings" not in outcome.stdout
    assert "medically necessary → not medically necessary" in outcome.stdout
    assert "plan contract controls" in outcome.stdout
    assert (output / "lines.parquet").exists()
    again = run(EXAMPLES, "-o", str(output))
    assert again.exit_code == 2
    assert "name a new one" in again.stderr


def test_requests_of_days_when_the_version_was_not_in_force_are_counted(tmp_path: Path) -> None:
    """An audit has one version for all cases; ``decide`` has that of each day of receipt."""
    folder = tmp_path / "cohort"
    folder.mkdir()
    given = (folder_of("CMM-611") / "cases" / "cmm-03.yaml").read_text(encoding="utf-8")
    assert "received: 2026-02-01" in given
    for day in ("2023-12-31", "2025-05-31", "2025-06-01"):
        text = given.replace("received: 2026-02-01", f"received: {day}")
        (folder / f"{day}.yaml").write_text(text, encoding="utf-8")
    output = tmp_path / "out"
    outcome = run(str(folder), "-o", str(output), "--policy", "CMM-611", "--sample", "0")
    assert (
        "2 of them received on a day on which CMM-611@2025-06-01 is not in force (CMM-611 in force "
        "from 2024-01-01 until 2025-06-01, CMM-611 in force from 2025-06-01)"
    ) in " ".join(outcome.stdout.split())
    rows = duckdb.read_parquet(str(output / "lines.parquet")).project("place, in_force").fetchall()
    assert sorted(in_force for _, in_force in rows) == [False, False, True]


def test_what_was_not_used_of_fhir_records_is_told(tmp_path: Path) -> None:
    """As ``decide`` tells it of one; a case file beside them has no resources."""
    folder = tmp_path / "records"
    folder.mkdir()
    bundle = json.loads((BUNDLE_FOLDER / "pa-1003.json").read_text(encoding="utf-8"))
    used = {
        each["resource"]["id"]: each["resource"]
        for each in bundle["entry"]
        if each["resource"]["resourceType"] == "Observation"
    }
    used["finding-10"]["status"] = "entered-in-error"
    (folder / "a.json").write_text(json.dumps(bundle), encoding="utf-8")
    alone = command.run("decide", folder / "a.json").stdout
    assert "63 of 64 FHIR resources used, 5 remarks on them" in " ".join(alone.split())
    (folder / "b.yaml").write_bytes(case_path("pa-1001").read_bytes())
    told = (
        "63 of 64 FHIR resources used, 5 remarks on them (clausewise facts shows those of a case)"
    )
    audited = run(folder, "-o", tmp_path / "out", "--sample", "0")
    assert told in " ".join(audited.stdout.split())
    counts = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["fhir"]
    assert counts == {"cases": 1, "resources": 64, "used": 63, "remarks": 5}
    assert "63 of 64 FHIR resources used" in (tmp_path / "out" / "summary.html").read_text(
        encoding="utf-8"
    )
    written = command.run("relations", folder, "-o", tmp_path / "relations")
    assert told in " ".join(written.stdout.split())


def test_the_summary_is_given_as_json(cohort: Path, tmp_path: Path) -> None:
    outcome = run(cohort, "-o", str(tmp_path / "out"), "-f", "json")
    printed = json.loads(outcome.stdout)
    assert printed == json.loads((tmp_path / "out" / "summary.json").read_text())
    assert printed["lines"] == 3
    decided = [cw.decide(path).lines[0].determination for path in sorted(cohort.iterdir())]
    assert printed["determinations"] == Counter(decided)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere", "-o", "OUT"), "no cohort"),
        (
            (EXAMPLES, "-o", "OUT", "--set", "measurements[0].value=3"),
            "readings and parameters",
        ),
        (
            (EXAMPLES, "-o", "OUT", "--set", "reading.laterality=x"),
            "not a value of reading",
        ),
        ((EXAMPLES, "-o", "OUT", "--memory", "much"), "amount of memory"),
    ],
)
def test_bad_questions_are_told(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    named = [str(tmp_path / "out") if each == "OUT" else each for each in arguments]
    outcome = run(*named)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert told in outcome.stderr
    assert list(tmp_path.iterdir()) == []


def test_spark_that_is_not_installed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    outcome = run(EXAMPLES, "-o", str(tmp_path / "out"), "--spark")
    assert outcome.exit_code == 2
    assert "pip install 'clausewise[spark]'" in outcome.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_spark_without_java_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark", reason="Spark is not installed (extra spark)")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    (tmp_path / "bin").mkdir()
    for name in ("bash", "env", "dirname", "uname", "grep"):
        found = shutil.which(name)
        assert found is not None
        (tmp_path / "bin" / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    outcome = run(EXAMPLES, "-o", str(tmp_path / "out"), "--spark")
    assert outcome.exit_code == 2
    assert "needs Java 17 or newer" in outcome.stderr
    assert not (tmp_path / "out").exists()


def test_relations_are_listed_written_and_audited(cohort: Path, tmp_path: Path) -> None:
    listed = command.run("relations")
    assert listed.exit_code == 0
    assert "finding  (c INTEGER, entry BIGINT, finding VARCHAR)" in listed.stdout
    assert "received  (c INTEGER, day DATE)" in listed.stdout
    folder = tmp_path / "relations"
    missing = command.run("relations", cohort)
    assert missing.exit_code == 2
    written = command.run("relations", cohort, "-o", str(folder))
    assert "3 cases read: 3 written, 0 rejected" in written.stdout
    outcome = run(str(folder), "-o", str(tmp_path / "out"))
    assert "3 cases read: 3 decided, 0 rejected" in outcome.stdout


@pytest.mark.slow  # the quick tests of the workbench's pages make their audit with this option
def test_sensitivity_is_told_on_request(cohort: Path, tmp_path: Path) -> None:
    outcome = run(cohort, "-o", str(tmp_path / "out"), "--sensitivity")
    assert "sensitive to readings of the text" in outcome.stdout
    assert "sensitive to readings" in (tmp_path / "out" / "summary.html").read_text()


def test_letters_are_written_about_denied_and_pended_lines(cohort: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    outcome = run(cohort, "-o", str(out), "--letters")
    assert outcome.exit_code == 0, outcome.stderr
    assert "letters about 2 of 2 denied and pended lines" in outcome.stdout
    rows = list(csv.DictReader((out / "letters" / "letters.csv").open(encoding="utf-8")))
    assert {(row["case"], row["for"]) for row in rows} == {
        (case, audience) for case in ("PA-1002", "PA-1004") for audience in ("clinician", "member")
    }
    for row in rows:
        assert row["case"] in (out / "letters" / row["file"]).read_text(encoding="utf-8")


def test_letters_under_another_reading_are_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = (str(CASE_FOLDER), "-o", str(out), "--letters")
    outcome = run(*asked, "--reading", "block_relief=any_occasion")
    assert outcome.exit_code == 2
    assert "What if" in outcome.stderr
    assert not out.exists()
