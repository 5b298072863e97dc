"""The command line as a person or a program uses it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import clausewise as cw
from clausewise.cli.commands import app
from clausewise.facts.case.validation import parse_case
from clausewise.logic.mm_1508 import POLICY
from tests.support.command import run
from tests.support.places import case_path

TWICE = ("--reading", "laterality=any_side", "--reading", "laterality=same_side")


def test_decide_shows_one_row_a_line() -> None:
    outcome = run("decide", case_path("pa-1001"), case_path("pa-1005"))
    assert outcome.exit_code == 0
    assert outcome.stdout.count("PA-1005") == 2
    assert "medically necessary" in outcome.stdout
    assert "plan contract controls" in outcome.stdout


def test_decide_as_json_is_the_contract() -> None:
    outcome = run("decide", case_path("pa-1003"), "--format", "json")
    assert outcome.exit_code == 0
    found = json.loads(outcome.stdout)
    assert found["case"] == "PA-1003"
    assert found["policy"] == {
        "number": "MM-1508",
        "effective": "2026-06-01",
        "fingerprint": POLICY.fingerprint,
    }
    (line,) = found["lines"]
    assert line["procedure"] == "percutaneous_sij_fusion"
    assert line["side"] == "left"
    assert line["anchor"] == "2026-07-15"
    assert line["determination"] == "not_medically_necessary"
    assert line["criteria"]["D.I.B.7"] == "not_met"
    assert line["exclusions"]["D.II.B.1"] == "ruled_out"
    assert line["decisive"] == ["D.I.B.7"]
    assert line["reading_sensitive"] is True
    assert "reading_sensitive" in [each["code"] for each in line["advisories"]]
    assert line["proof"]["steps"]
    assert found["warnings"] == []
    published = {
        label
        for label, clause in POLICY.clauses.items()
        if clause.published and label.startswith("D.I.B")
    }
    assert published <= set(line["criteria"])


def test_several_cases_as_json_are_one_object_a_line() -> None:
    names = ("pa-1001", "pa-1002", "pa-1003", "pa-1014")
    outcome = run("decide", *map(case_path, names), "-f", "json")
    objects = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert len(objects) == len(names)
    determinations = {line["determination"] for each in objects for line in each["lines"]}
    assert len(determinations) == 4


def test_every_denial_that_nobody_signed_is_for_physician_review() -> None:
    unsigned = json.loads(run("decide", case_path("pa-1003"), "-f", "json").stdout)
    signed = json.loads(run("decide", case_path("pa-1015"), "-f", "json").stdout)
    assert "for physician review" in unsigned["lines"][0]["status"]
    assert "status" not in signed["lines"][0]
    assert "for physician review" in run("why", case_path("pa-1003")).stdout
    assert "for physician review" not in run("why", case_path("pa-1015")).stdout


def test_why_says_every_reason_with_its_numbers_and_sources() -> None:
    text = run("why", case_path("pa-1004")).stdout
    for words in ("D.I.B.2", "at least 5 is required", "D.I.B.6", "D.I.B.9.b", "[H4 p3]"):
        assert words in text
    assert text.index("NOT MEDICALLY NECESSARY") < text.index("D.I.B.2")
    assert "D.I.B.10" not in text
    assert "D.I.B.10" in run("why", case_path("pa-1004"), "--full").stdout


def test_why_says_what_is_missing_and_what_it_lacks() -> None:
    text = " ".join(run("why", case_path("pa-1002")).stdout.split())
    assert "its frequency is not documented" in text
    assert "Send a note that says whether a generalized pain behavior or disorder is the" in text


def test_readings_and_parameters_can_be_chosen() -> None:
    case = str(case_path("pa-1003"))
    switched = run("decide", case, "-f", "json", "--reading", "block_relief=any_occasion")
    assert json.loads(switched.stdout)["lines"][0]["determination"] == "medically_necessary"
    lowered = run("decide", case, "-f", "json", "--parameter", "minimum_block_relief=49")
    assert json.loads(lowered.stdout)["lines"][0]["determination"] == "medically_necessary"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["decide", "missing.yaml"], "No such file"),
        (["decide", "GOOD", "--reading", "lateralty=any_side"], "did you mean laterality?"),
        (["decide", "GOOD", "--reading", "laterality=anyside"], "did you mean any_side?"),
        (["decide", "GOOD", "--reading", "laterality"], "NAME=VALUE"),
        (["decide", "GOOD", *TWICE], "two values"),
        (["decide", "GOOD", "--parameter", "minimum_pain_score=five"], "whole number"),
        (["decide", "GOOD", "--parameter", "minimum_pain_score=5000"], "from 0 to 1200"),
        (["decide", "GOOD", "--parameter", "minimum_pain=5"], "did you mean minimum_pain_score?"),
        (["policy", "D.I.B.77"], "did you mean D.I.B.7?"),
        (["template", "knee"], "has no path"),
        (["decide", "GOOD", "--format", "xml"], "xml"),
        (["decide"], "Missing argument"),
        (["unknown"], "No such command"),
    ],
)  # fmt: skip
def test_bad_usage_exits_with_2_and_prints_no_result(arguments: list[str], words: str) -> None:
    good = str(case_path("pa-1001"))
    outcome = run(*[good if each == "GOOD" else each for each in arguments])
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert words in outcome.stderr


def test_one_bad_file_among_good_ones_prints_no_determination(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: clausewise-case/1\ncase: B\nrequest: {side: lft}\n", encoding="utf-8")
    worse = tmp_path / "worse.yaml"
    worse.write_text("findings: x\n", encoding="utf-8")
    outcome = run("decide", case_path("pa-1001"), str(bad), str(worse))
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert "did you mean left?" in outcome.stderr
    assert "worse.yaml" in outcome.stderr


def test_terminal_escapes_of_a_case_or_file_name_are_not_printed(tmp_path: Path) -> None:
    text = case_path("pa-1003").read_text(encoding="utf-8")
    hostile = tmp_path / "hostile.yaml"
    hostile.write_text(
        text.replace("case: PA-1003", 'case: "PA\\e[31m [bold]x[/bold] \\u202e"').replace(
            '"49 % relief"', '"49 \\e]0;title\\a % [red]relief[/red]"'
        ),
        encoding="utf-8",
    )
    for outcome in (run("why", str(hostile)), run("decide", str(hostile))):
        assert outcome.exit_code == 0
        assert "\x1b" not in outcome.stdout
        assert "\u202e" not in outcome.stdout
        assert "[bold]x[/bold]" in outcome.stdout
    missing = run("decide", "no\x1b[31mfile")
    assert "\x1b" not in missing.stderr


def test_policy_shows_the_sentence_of_a_clause_then_its_rules() -> None:
    text = run("policy", "D.I.B.2").stdout
    assert text.startswith("D.I.B.2  a joint pain score of at least 5")
    assert "rules D.I.B.2/1 to D.I.B.2/" in text
    assert '   told_met(L, "D.I.B.2") <= speaking_score(L, E) & high_enough(E)\n' in text
    assert re.search(r'told_not_met\(L, "D.I.B.2"\) <= \(\n +reading\(', text)
    assert "parameter minimum_pain_score = 5 points of 10" in text
    assert "reading pain_score_choice = latest" in text
    rules = text[text.index("  rules") : text.index("  parameter")].splitlines()
    assert max(map(len, rules)) <= 80
    outline = run("policy").stdout
    for label in POLICY.clauses:
        assert label in outline
    data = json.loads(run("policy", "-f", "json").stdout)
    assert {each["clause"] for each in data["clauses"]} == set(POLICY.clauses)


def test_readings_lists_the_register() -> None:
    text = run("readings").stdout
    data = json.loads(run("readings", "-f", "json").stdout)
    for reading in POLICY.readings:
        assert reading.name in text
        for value in reading.choices:
            assert value in text
    assert [each["name"] for each in data["readings"]] == [each.name for each in POLICY.readings]


@pytest.mark.parametrize("procedure", ["percutaneous_sij_fusion", "27279", "open_sij_fusion"])
def test_a_filled_template_is_a_valid_case(procedure: str, tmp_path: Path) -> None:
    target = tmp_path / "new.yaml"
    assert run("template", procedure, "-o", str(target)).exit_code == 0
    text = target.read_text(encoding="utf-8")
    assert run("decide", str(target)).exit_code == 2
    assert run("template", procedure, "-o", str(target)).exit_code == 2
    filled = (
        text.replace("case: ", "case: A")
        .replace("  side:      ", "  side: left ")
        .replace("  received:      ", "  received: 2026-07-15 ")
        .replace("  # - ", "  - ")
        .replace("present: ,", "present: true,")
        .replace("value: ,", "value: 5,")
        .replace("reason: ,", "reason: intolerance,")
        .replace("modality: ,", "modality: mri,")
    )
    assert parse_case(filled.encode()).case == "A"


def test_a_template_asks_only_what_its_path_can_use() -> None:
    open_text = cw.template("open_sij_fusion")
    assert "gaenslen" not in open_text
    assert "therapies:" not in open_text
    assert "posttraumatic_sij_injury, present" in open_text
    percutaneous = cw.template("percutaneous_sij_fusion")
    assert "posttraumatic_sij_injury, present" not in percutaneous
    assert "home_exercise_program" in percutaneous


def test_every_command_has_a_python_twin() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        if command.callback.__name__ == "serve":
            continue  # it runs until it is ended
        assert hasattr(cw, command.callback.__name__)


def test_python_twins_give_the_same() -> None:
    path = case_path("pa-1003")
    decision = cw.decide(path)
    printed = json.loads(run("decide", str(path), "-f", "json").stdout)
    assert json.loads(json.dumps(cw.result(decision))) == printed
    assert str(cw.why(cw.load(path))).splitlines() == run("why", str(path)).stdout.splitlines()
    with pytest.raises(cw.ChoiceError):
        cw.decide(path, readings={"laterality": "x"})
    with pytest.raises(cw.InputError):
        cw.load("missing.yaml")


def test_the_module_is_the_command() -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "clausewise", "why", str(case_path("pa-1014"))],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "NOT GOVERNED" in outcome.stdout
    assert outcome.stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["when", "CASE"],
        ["missing", "CASE"],
        ["flip", "CASE"],
        ["why-not", "CASE"],
        ["why", "CASE"],
        ["as-of", "CASE", "2026-07-20"],
        ["what-if", "CASE", "--set", "measurements[0].value=1"],
    ],
    ids=lambda arguments: arguments[0],
)
@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (["--reading", "lateralty=any_side"], "did you mean laterality?"),
        (["--parameter", "minimum_pain=5"], "did you mean minimum_pain_score?"),
    ],
    ids=["reading", "parameter"],
)
def test_every_command_tells_a_bad_choice(
    arguments: list[str], choice: list[str], words: str
) -> None:
    case = str(case_path("pa-1013"))
    outcome = run(*[case if each == "CASE" else each for each in arguments], *choice)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert words in outcome.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["as-of", "CASE", "yesterday"],
        ["what-if", "CASE", "--set", "measurements[7].value=1"],
        ["what-if", "CASE", "--set", "findings+=["],
        ["what-if", "CASE", "--set", "request.side=both"],
        ["flip", "CASE", "--to", "approved"],
        ["flip", "CASE", "--size", "9"],
        ["decide", "CASE", "CASE", "--proof", "x.json"],
        ["check", "missing.json", "CASE"],
    ],
    ids=lambda arguments: " ".join(arguments[::2]),
)
def test_impossible_questions_are_told(arguments: list[str]) -> None:
    case = str(case_path("pa-1013"))
    outcome = run(*[case if each == "CASE" else each for each in arguments])
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert outcome.stderr


def test_questions_of_the_examples_are_answered(tmp_path: Path) -> None:
    case = str(case_path("pa-1013"))
    proof = str(tmp_path / "proof.json")
    assert run("decide", case, "--proof", proof).exit_code == 0
    assert "valid" in run("check", proof, case).stdout
    refused = run("check", proof, case_path("pa-1010"))
    assert refused.exit_code == 1
    assert "another case" in refused.stderr
    assert run("decide", case, "--proof", proof).exit_code == 2
    for command in ("missing", "flip", "why-not", "when"):
        text, data = run(command, case), run(command, case, "-f", "json")
        assert text.exit_code == data.exit_code == 0
        assert "plan contract controls" in text.stdout
        assert json.loads(data.stdout)["case"] == "PA-1013"
    changed = run("what-if", case, "--set", "imaging.X1.date=2026-05-01")
    assert "insufficient information → medically necessary" in changed.stdout
    earlier = run("as-of", case, "2026-07-01", "-f", "json")
    assert json.loads(earlier.stdout)["received_later"]


def test_check_says_what_is_proved(tmp_path: Path) -> None:
    case, proof = case_path("pa-1013"), tmp_path / "proof.json"
    reading, day = "pain_score_choice=highest_in_6_months", "2026-07-01"
    options = ("--reading", reading, "--as-of", day)
    assert run("decide", case, "--proof", proof, *options).exit_code == 0
    found = run("check", proof, case, *options)
    assert found.exit_code == 0, found.stderr
    assert "MM-1508" in found.stdout
    assert f"as of {day}" in found.stdout
    assert "from the case file to the determination" in found.stdout
    assert "pain_score_choice=highest_in_6_months" in found.stdout
    assert "minimum_pain_score=5" in found.stdout
    data = json.loads(run("check", proof, case, "-f", "json", *options).stdout)
    assert data["valid"] is data["from_file"] is True
    assert data["as_of"] == day
    assert data["policy"]["effective"] == "2026-06-01"
    assert data["readings"]["pain_score_choice"] == "highest_in_6_months"
    assert [line["side"] for line in data["lines"]] == ["left"]
    refused = run("check", proof, case, "-f", "json", "--reading", reading)
    assert refused.exit_code == 1
    assert json.loads(refused.stdout) == {"valid": False, "reason": "the proof is of another case"}


@pytest.mark.parametrize("day", ["2026-W29-3", "20260715", "2026-7-15", "0001-01-01", "9999-12-31"])
def test_a_day_in_another_notation_or_of_another_age_is_no_day(day: str) -> None:
    case = case_path("pa-1013")
    for arguments in (("decide", "--as-of", day, case), ("as-of", case, day)):
        outcome = run(*arguments)
        assert outcome.exit_code == 2
        assert outcome.stdout == ""
        assert "date" in outcome.stderr
