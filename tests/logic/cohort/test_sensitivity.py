"""Sensitivity to readings is told of every kind of cohort, as a single case says of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.cohort import case_reader, reading
from clausewise.logic.cohort import sensitivity as cohort_sensitivity
from clausewise.logic.cohort.audit import AuditError, audit, relations
from clausewise.logic.cohort.sensitivity import find_sensitive_lines
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.language.choices import choose
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from clausewise.logic.readings.conditional_model import ReadingSensitivity
from tests.support.generator import any_case, random_case
from tests.support.plain_json import case_json
from tests.support.relation_rows import random_cohort

CASES = 40
PARAMETERS = {"minimum_pain_score": 7, "minimum_blocks": 1}


def expected(parameters: dict[str, int]) -> dict[tuple[str, str], bool]:
    found = {}
    for seed in range(CASES):
        case = case_from_data({**random_case(seed), "case": f"C{seed}"})
        decision = decide_case(case, POLICY, parameters=parameters)
        sensitivity = ReadingSensitivity(decision)
        for line in decision.lines:
            found[case.case, line.side] = sensitivity.is_sensitive(line.side)
    assert set(found.values()) == {True, False}
    return found


def told(output: Path) -> dict[tuple[str, str], bool]:
    rows = duckdb.execute(
        'SELECT "case", line, reading_sensitive FROM read_parquet($1)',
        [str(output / "lines.parquet")],
    ).fetchall()
    return {(case, line): sensitive for case, line, sensitive in rows}


def lines_with_unusual_ones(folder: Path) -> Path:
    """Lines of JSON; some are read one by one for what might be a number of another form."""
    path = random_cohort(folder / "c.ndjson", CASES)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for data in lines[::3]:
        data["documents"] = [*data.get("documents", []), {"id": "last", "title": "L5: 1e"}]
    path.write_text("".join(json.dumps(data) + "\n" for data in lines), encoding="utf-8")
    return path


def case_files(folder: Path) -> Path:
    (folder / "cases").mkdir()
    for seed in range(CASES):
        data = {**random_case(seed), "case": f"C{seed}"}
        text = case_json(data)
        (folder / "cases" / f"{seed}.json").write_text(text, encoding="utf-8")
    return folder / "cases"


def relation_files(folder: Path) -> Path:
    relations(random_cohort(folder / "c.ndjson", CASES), folder / "relations", POLICY)
    return folder / "relations"


def assert_as_single_cases_say(seeds: range, parameters: dict[str, int]) -> None:
    cases = {seed: case_from_data(any_case(seed)) for seed in seeds}
    store = CohortStore(program_of(POLICY))
    store.add((str(seed), case) for seed, case in cases.items())
    find_sensitive_lines(store, choose(POLICY, None, parameters))
    rows = store.rows("SELECT place, line, sensitive FROM sensitive JOIN cases USING (c)")
    found = {(int(place), line): sensitive for place, line, sensitive in rows}
    wanted = {}
    for seed, case in cases.items():
        decision = decide_case(case, POLICY, parameters=parameters)
        sensitivity = ReadingSensitivity(decision)
        for line in decision.lines:
            wanted[seed, line.side] = sensitivity.is_sensitive(line.side)
    assert found == wanted
    assert set(found.values()) == {True, False}


@pytest.mark.slow
def test_a_few_random_cases_are_as_they_say_singly() -> None:
    assert_as_single_cases_say(range(12), {})


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 1_000, 250))
def test_many_random_cases_are_as_they_say_singly(start: int) -> None:
    assert_as_single_cases_say(range(start, start + 250), PARAMETERS if start % 500 else {})


@pytest.mark.slow
@pytest.mark.parametrize("made", [lines_with_unusual_ones, case_files, relation_files])
@pytest.mark.parametrize("parameters", [{}, PARAMETERS], ids=["own", "other"])
def test_it_is_as_single_cases_say(tmp_path: Path, made: Any, parameters: dict[str, int]) -> None:
    found = audit(made(tmp_path), tmp_path / "out", POLICY, parameters=parameters, sensitivity=True)
    wanted = expected(parameters)
    assert told(tmp_path / "out") == wanted
    assert found.reading_sensitive == sum(wanted.values())


@pytest.mark.slow
def test_small_parts_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CASES_AT_ONCE", 25)
    monkeypatch.setattr(reading, "RELATIONS_AT_ONCE", 25)
    monkeypatch.setattr(case_reader, "BATCH", 5)
    monkeypatch.setattr(cohort_sensitivity, "AT_ONCE", 3)
    wanted = expected({})
    for made in (relation_files, case_files):
        output = tmp_path / made.__name__
        audit(made(tmp_path), output, POLICY, sensitivity=True)
        assert told(output) == wanted


@pytest.mark.slow
def test_it_changes_nothing_else(tmp_path: Path) -> None:
    cohort = relation_files(tmp_path)
    found = []
    for sensitivity in (True, False):
        audit(cohort, tmp_path / str(sensitivity), POLICY, sensitivity=sensitivity)
        query = "SELECT * EXCLUDE (reading_sensitive) FROM read_parquet($1)"
        path = str(tmp_path / str(sensitivity) / "lines.parquet")
        found.append(duckdb.execute(query, [path]).fetchall())
    assert found[0] == found[1]
    assert set(told(tmp_path / "False").values()) == {None}


def test_spark_does_not_tell_of_it(tmp_path: Path) -> None:
    session: Any = object()
    with pytest.raises(AuditError, match="Spark does not tell"):
        audit(tmp_path, tmp_path / "out", POLICY, sensitivity=True, spark=session)
    assert not (tmp_path / "out").exists()
