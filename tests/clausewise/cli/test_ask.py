"""The command ``ask``: tables, proofs, counts, cohorts, the prompt, and options that do not fit."""

from __future__ import annotations

import csv
import io
import json
import shutil
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from clausewise.cli import prompt
from clausewise.facts.case.validation import load_case
from tests.support import command
from tests.support.places import CASE_FOLDER, case_path

run = partial(command.run, "ask")
CASE = case_path("pa-1003")
SHORT = "technical(L, E) & relief(E, R) & (R < 60)"


def test_a_query_is_answered_as_a_table() -> None:
    outcome = run(CASE, SHORT)
    assert outcome.exit_code == 0, outcome.stderr
    assert [line.split() for line in outcome.stdout.splitlines()] == [
        ["L", "E", "R"],
        ["left", "I2", "diagnostic", "block,", "2026-03-23", "49"],
    ]


def test_an_answer_is_proved() -> None:
    outcome = run(CASE, "relieved(left, I1)", "--why")
    assert outcome.stdout.startswith("yes\n")
    assert "qualifies(relieving, left, 2026-03-02)" in outcome.stdout


def test_what_came_closest_is_told() -> None:
    outcome = run(CASE, "relieved(left, I2)", "--why-not")
    assert outcome.stdout.startswith("no\n")
    assert "by relieved/1" in outcome.stdout
    assert "says(I2, relief, no)" in outcome.stdout


def test_answers_as_json_hold_values_and_derivations() -> None:
    data = json.loads(run(CASE, SHORT, "-f", "json", "--why").stdout)
    (answer,) = data["answers"]
    assert answer["values"] == {"L": "left", "E": "injections[1]", "R": 49}
    assert answer["shown"]["E"] == "I2 diagnostic block, 2026-03-23"
    assert [each["text"] for each in answer["why"]][-1] == "49 < 60"


def test_a_cohort_is_counted() -> None:
    query = 'not_met(L, "D.I.B.7") & relief(E, R) & (R >= 45) & (R < 50)'
    counted = json.loads(run(CASE_FOLDER, query, "--count", "-f", "json").stdout)
    assert counted == {"count": 1, "cases": 1, "read": 23, "rejected": 0}


def test_a_cohort_is_asked_for_patterns_and_places() -> None:
    outcome = run(CASE_FOLDER, "line(L) & procedure(P)")
    assert outcome.stdout.startswith("25 answers in 23 of 23 cases\n")
    assert "left, percutaneous_sij_fusion  (" in outcome.stdout
    assert "and 5 more" in outcome.stdout


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three examples."""
    folder = tmp_path_factory.mktemp("three")
    for name in ("pa-1001", "pa-1003", "pa-1020"):
        shutil.copy(case_path(name), folder)
    return folder


def test_the_answers_of_a_cohort_are_proved_by_their_cases(three: Path) -> None:
    query = "injection(E) & relief(E, R) & (30 < R < 50)"
    text = run(three, query, "--why").stdout
    assert "PA-1003 (pa-1003.yaml): E = I2 diagnostic block, 2026-03-23, R = 49" in text
    assert '[H2 p5 "49 % relief"]' in text
    data = json.loads(run(three, query, "--why", "--why-not", "-f", "json").stdout)
    assert data["proved"] == len(data["answers"]) == 1
    assert [each["text"] for each in data["answers"][0]["why"]][2:] == ["30 < 49", "49 < 50"]
    assert [each["place"] for each in data["why_not"]] == ["pa-1001.yaml", "pa-1020.yaml"]


def test_cases_without_an_answer_say_what_came_closest(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clausewise.cli.commands_ask.PROVED", 1)
    text = run(three, "relief(E, R) & (R < 50) & (R > 30)", "--why-not").stdout
    assert text.startswith("1 answer in 1 of 3 cases\n\nPA-1001 (pa-1001.yaml)\n  ✗ by the query\n")
    assert "✗ 80 < 50" in text
    assert "… and 1 more case without an answer" in text


def test_the_answers_of_a_cohort_are_written_one_by_one(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("clausewise.logic.asking.cohort.CohortAnswers.rows")
    data = json.loads(run(three, "line(L) & procedure(P)", "-f", "json").stdout)
    assert data["count"] == len(data["answers"]) == 3
    assert data["answers"][0]["case"] == "PA-1001"


def test_lines_of_a_table_are_whole_where_there_is_no_terminal() -> None:
    lines = run(CASE, "finding(E, F) & entry_date(E, D)").stdout.splitlines()
    assert len(lines) == 20
    assert lines[1].split("  ")[0] == " pain does not radiate, 2026-07-02"
    assert all(line.endswith("2026-07-02") for line in lines[1:])


def test_a_pattern_names_the_cases_that_are_asked() -> None:
    outcome = run(CASE_FOLDER / "pa-100[13].yaml", "relief(E, R) & (R < 60)", "-f", "csv")
    rows = list(csv.reader(io.StringIO(outcome.stdout)))
    assert rows[1:] == [["PA-1003", str(CASE), "injections[1]", "49"]]


@pytest.mark.parametrize(
    ("name", "cell"),
    [("=1+1", "'=1+1"), ("  ＝1+1", "'＝1+1"), (r"\e=1+1", "'=1+1"), ("a;=1", "a;'=1")],
)
def test_csv_holds_no_formulas(name: str, cell: str, tmp_path: Path) -> None:
    text = CASE.read_text(encoding="utf-8").replace("case: PA-1003", f'case: "{name}"')
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    rows = list(csv.reader(io.StringIO(run(tmp_path, "relief(E, 49)", "-f", "csv").stdout)))
    assert rows == [["case", "place", "E"], [cell, "case.yaml", "injections[1]"]]


def test_readings_and_parameters_change_the_answers() -> None:
    query = 'met(left, "D.I.B.7")'
    assert run(CASE, query).stdout == "no\n"
    assert run(CASE, query, "--reading", "block_relief=any_occasion").stdout.endswith("yes\n")
    assert run(CASE, query, "--parameter", "minimum_block_relief=40").stdout.endswith("yes\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((CASE, "releif(E, R)"), "did you mean relief?"),
        ((CASE, SHORT, "--policy", "MM-9999"), "'MM-9999' is not an installed policy"),
        (("no-*.yaml", SHORT), "no file fits the pattern"),
        ((CASE, SHORT, "--why", "--count"), "--count gives a number alone"),
        ((CASE, SHORT, "--why", "-f", "csv"), "--format csv gives the answers alone"),
        ((CASE, "--count"), "name a query"),
        ((CASE, SHORT, "--reading", "block_relief=none"), "is not a value of reading block_relief"),
        (("nowhere.yaml", SHORT), "No such file"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(arguments: tuple[object, ...], says: str) -> None:
    outcome = run(*arguments)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert says in outcome.stderr


def test_without_a_query_the_lines_of_standard_input_are_asked(three: Path) -> None:
    typed = (
        "help\nhelp relief\nqueries\nwhy relief(I2, R)\nreleif(E)\nwhy-not relief(I2, 50)\nquit\n"
    )
    outcome = run(CASE, typed=typed + "line(L)\n")
    assert outcome.exit_code == 0
    for said in (
        "variables begin with a capital letter",
        "relief(entry, percent number)",
        "blocks that fell short",
        '[H2 p5 "49 % relief"]',
        "did you mean relief?",
        "relief(I2, 50) is not in the record",
    ):
        assert said in " ".join(outcome.stdout.split())
    assert not outcome.stdout.endswith(" left\n")
    cohort = run(three, typed="why relief(E, 49)\n")
    assert "PA-1003 (pa-1003.yaml): E = I2" in cohort.stdout


def test_a_terminal_gets_a_prompt_that_remembers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    with create_pipe_input() as typed, create_app_session(input=typed, output=DummyOutput()):
        typed.send_text("relief(I2, R)\rquit\r")
        prompt.prompt(load_case(CASE), {}, {}, None)
    assert capsys.readouterr().out.splitlines()[-1].strip() == "49"
    assert "+relief(I2, R)" in (tmp_path / ".clausewise" / "queries").read_text()


def test_relations_are_asked_as_the_cases_they_were_made_of(three: Path, tmp_path: Path) -> None:
    folder = tmp_path / "relations"
    assert command.run("relations", three, "-o", folder).exit_code == 0
    query = "relief(E, R) & finding(F, thigh_thrust)"
    rows = list(csv.reader(io.StringIO(run(folder, query, "-f", "csv").stdout)))
    same = list(csv.reader(io.StringIO(run(three, query, "-f", "csv").stdout)))
    assert len(rows) > 5
    assert [[row[0], *row[2:]] for row in rows] == [[row[0], *row[2:]] for row in same]
    assert run(f"{folder}:{rows[1][1]}", query).exit_code == 0
    assert "relief(I1, 80)" in run(folder, "relief(E, 80)", "--why").stdout


def test_the_dictionary_has_every_relation_with_its_types() -> None:
    data = json.loads(command.run("relations", "-f", "json").stdout)
    found = {each["name"]: each for each in data["dictionary"]}
    assert found["relief"]["columns"] == {"entry": "entry", "percent": "number"}
    assert found["technical"]["columns"] == {"line": "line", "entry": "entry"}
    assert found["determination"]["source"] == "rules"
    assert all(each["meaning"] for each in found.values())
    assert "cases" in {each["name"] for each in data["relations"]}
    text = command.run("relations").stdout
    assert "undocumented(line, clause name)" in text
