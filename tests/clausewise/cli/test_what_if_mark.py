"""A determination under other readings or parameters than the policy's own says so first."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from docx import Document

import clausewise as cw
from clausewise.api.fhir import claim_response
from clausewise.logic.explain.clauses import Explainer
from clausewise.logic.language.choices import WhatIfError
from clausewise.output.letter import AUDIENCES, letters
from tests.support.command import COMMAND, run
from tests.support.examples import decided, example
from tests.support.places import case_path

CASE = case_path("pa-1003")
OTHER = ("--reading", "block_relief=any_occasion")
MARK = "What if: block_relief read as any_occasion"


def commands_with_readings() -> Iterator[tuple[str, str]]:
    """Each command that takes readings, with each of its formats."""
    for name, command in vars(COMMAND)["commands"].items():
        options = {option: each for each in command.params for option in each.opts}
        if "--reading" in options and name not in ("check", "audit"):
            formats = type(options["--format"].default) if "--format" in options else ("file",)
            yield from ((name, str(each)) for each in formats)


MORE = {
    "what-if": ("--set", "injections.I2.relief_percent=50"),
    "as-of": ("2026-08-01",),
    "when": ("--days", "1"),
    "flip": ("--size", "1"),
    "ask": ('met(L, "D.I.B.7")',),
}
ANSWERS = ("fhir", "markdown", "letter-html", "docx")
"""What leaves as an answer to a request: refused without ``--what-if``."""


@pytest.mark.parametrize(("command", "form"), list(commands_with_readings()))
def test_every_command_says_so_first_in_every_format(
    command: str, form: str, tmp_path: Path
) -> None:
    """``check`` answers nothing of a case but whether the proof holds; ``audit`` has its own test.

    What leaves as an answer is refused without ``--what-if``.
    """
    target = tmp_path / ("out.svg" if command == "graph" else "out")
    asked = [command, CASE, *MORE.get(command, ())]
    asked += [] if form == "file" else ["--format", form]
    asked += ["-o", target] if form in ("file", "docx") else []
    if form in ANSWERS:
        refused = run(*asked, *OTHER)
        assert refused.exit_code == 2
        assert "--what-if" in refused.stderr
        assert not target.exists()
        asked.append("--what-if")
    outcome = run(*asked, *OTHER)
    assert outcome.exit_code == 0, outcome.output
    if form == "docx":
        text = Document(str(target)).paragraphs[0].text
    else:
        text = target.read_text(encoding="utf-8") if target.exists() else outcome.stdout
    if form in ("text", "docx"):
        assert text.splitlines()[0].startswith(MARK)
    elif form == "json":
        assert next(iter(json.loads(text).items())) == ("what_if", MARK)
    elif form == "csv":
        assert {row["what_if"] for row in csv.DictReader(text.splitlines())} == {MARK}
    else:
        outcomes = ("MEDICALLY NECESSARY", "medically necessary", "D.I.B.7")
        said = [text.index(each) for each in outcomes if each in text]
        assert text.index("What if") < min(said, default=len(text))


def test_under_the_policys_own_choices_nothing_says_so() -> None:
    for command in ("decide", "why", "why-not", "missing"):
        assert "what_if" not in json.loads(run(command, CASE, "--format", "json").stdout)
    assert "What if" not in run("why", CASE).stdout


def test_parameters_are_told_with_the_policys_own_number() -> None:
    said = run("decide", CASE, "--parameter", "minimum_pain_score=9").stdout.splitlines()[0]
    assert said == "What if: minimum_pain_score 9 instead of 5"
    assert "What if" not in run("decide", CASE, "--parameter", "minimum_pain_score=5").stdout


def test_a_difference_says_under_what_it_ends() -> None:
    for *options, mark in (
        ("--set", "reading.block_relief=any_occasion", MARK),
        ("--set", "injections.I2.relief_percent=50", *OTHER, MARK),
    ):
        assert run("what-if", CASE, *options).stdout.splitlines()[0] == mark
    changed = run("what-if", CASE, "--set", "injections.I2.relief_percent=50").stdout
    assert "What if" not in changed
    assert run("as-of", CASE, "2026-08-01", *OTHER).stdout.splitlines()[0] == MARK


def test_several_decisions_and_their_table_say_so() -> None:
    decisions = cw.decide_all([CASE], readings={"block_relief": "any_occasion"})
    assert next(iter(decisions.columns().items())) == ("what_if", [MARK])
    assert MARK in decisions._repr_html_()
    assert MARK in repr(decisions[0])
    assert "what_if" not in cw.decide_all([CASE]).columns()


def test_answers_to_a_query_say_so_first() -> None:
    asked = ("ask", CASE, 'met(L, "D.I.B.7")', *OTHER)
    assert run(*asked).stdout.splitlines()[0] == MARK
    assert run(*asked, "--count").stdout.splitlines()[0] == MARK
    assert next(iter(json.loads(run(*asked, "-f", "json").stdout).items())) == ("what_if", MARK)
    (row,) = csv.DictReader(run(*asked, "-f", "csv").stdout.splitlines())
    assert row == {"L": "left", "what_if": MARK}
    table = cw.ask(CASE, "met(L, C)", readings={"block_relief": "any_occasion"})
    assert str(table).splitlines()[0] == MARK
    assert MARK in table._repr_html_()
    assert "What if" not in run("ask", CASE, "met(L, C)").stdout


@pytest.mark.parametrize(
    "asked",
    [("decide", "--format", "fhir"), ("why", "--format", "markdown"), ("missing", "-f", "fhir")],
    ids=" ".join,
)
def test_an_answer_is_refused_unless_it_is_asked_for_as_a_what_if(asked: tuple[str, ...]) -> None:
    command, *options = asked
    assert run(command, CASE, *options).exit_code == 0
    refused = run(command, CASE, *options, *OTHER)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--what-if" in refused.stderr
    assert MARK in refused.stderr
    marked = run(command, CASE, *options, *OTHER, "--what-if")
    assert marked.exit_code == 0
    assert "What if" in marked.stdout
    assert "What if" not in run(command, CASE, *options, "--what-if").stdout


def test_a_marked_response_is_a_draft_and_says_so_first() -> None:
    decision = decided("pa-1003", readings={"block_relief": "any_occasion"})
    with pytest.raises(WhatIfError, match="block_relief"):
        claim_response(decision)
    response = claim_response(decision, what_if=True)
    assert response["status"] == "draft"
    assert response["disposition"].startswith(MARK)
    assert response["processNote"][0]["text"].startswith(MARK)
    assert claim_response(decided("pa-1003"))["status"] == "active"


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_marked_letter_says_so_first(audience: str) -> None:
    decision = decided("pa-1003", readings={"block_relief": "any_occasion"})
    with pytest.raises(WhatIfError):
        letters(decision, audience)
    first = letters(decision, audience, what_if=True).splitlines()[0]
    assert first.startswith("**What if: ")


def test_report_picture_and_notebook_say_so() -> None:
    case = cw.Case.of(example("pa-1003"), {"block_relief": "any_occasion"})
    decision = case.decide()
    page = decision.report()
    assert page.index(MARK) < page.index("<h1>")
    assert decision.graph().title.startswith(MARK)
    assert MARK in cw.graph(readings={"block_relief": "any_occasion"}).dot
    shown = (case.why(), case.why_not(), case.missing(), case.flip(size=1), case.when(days=2))
    assert [str(each).splitlines()[0] for each in shown] == [MARK] * len(shown)
    card = decision._repr_html_()
    assert card.index(MARK) < card.index("MEDICALLY NECESSARY")


def test_an_audit_marks_its_summary_its_rows_and_its_letters(tmp_path: Path) -> None:
    cohort, results = tmp_path / "cohort", tmp_path / "results"
    cohort.mkdir()
    denied = case_path("pa-1004")
    (cohort / denied.name).write_bytes(denied.read_bytes())
    asked = ("audit", cohort, "--letters", *OTHER, "-o", results)
    refused = run(*asked)
    assert refused.exit_code == 2
    assert "--what-if" in refused.stderr
    assert not results.exists()
    assert run(*asked, "--what-if").stdout.splitlines()[0] == MARK
    assert next(iter(json.loads((results / "summary.json").read_text()).items()))[1] == MARK
    with (results / "determinations.csv").open(encoding="utf-8", newline="") as stream:
        assert {row["what_if"] for row in csv.DictReader(stream)} == {MARK}
    query = f"SELECT DISTINCT what_if FROM '{results / 'lines.parquet'}'"
    lines = duckdb.execute(query).fetchall()
    assert lines == [(MARK,)]
    with (results / "letters" / "letters.csv").open(encoding="utf-8", newline="") as stream:
        assert {row["what_if"] for row in csv.DictReader(stream)} == {MARK}
    written = sorted((results / "letters").glob("*.md"))
    assert len(written) == 2
    assert all(each.read_text(encoding="utf-8").startswith("**What if: ") for each in written)


def test_parts_that_another_reading_asks_for_are_shown_under_it() -> None:
    further = ("D.II.B.2.behavior", "D.II.B.2.disorder")
    for readings, shown in (({}, ()), ({"generalized_pain": "any"}, further)):
        decision = decided("pa-1003", readings=readings)
        view = Explainer(decision, decision.lines[0]).view("D.II.B.2")
        assert tuple(part.label for part in view.parts) == ("D.II.B.2.primary_cause", *shown)
    decision = decided("pa-1003", readings={"provocative_pool": "all_five"})
    view = Explainer(decision, decision.lines[0]).view("D.I.B.6")
    assert "D.I.B.5.thigh_thrust" in {part.label for part in view.parts}
