"""The ``graph`` command: pictures by suffix, lists and outlines as text, errors as sentences."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

import clausewise as cw
from tests.support import command
from tests.support.places import case_path

DENIED = str(case_path("pa-1003"))


run = partial(command.run, "graph")


def words(*arguments: str) -> str:
    """What is printed, on one line."""
    return " ".join(run(*arguments).stdout.split())


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        ("svg", b"<svg"),
        ("png", b"\x89PNG"),
        ("dot", b"// Places"),
        ("graphml", b"<?xml"),
        ("json", b"{"),
    ],
)
def test_the_suffix_says_what_is_written(suffix: str, start: bytes, tmp_path: Path) -> None:
    target = tmp_path / f"policy.{suffix}"
    case = [] if suffix in ("graphml", "json") else [DENIED]
    assert run(*case, "-o", str(target)).exit_code == 0
    assert target.read_bytes().startswith(start)
    again = run(*case, "-o", str(target))
    assert again.exit_code == 2
    assert "name a new one" in again.stderr


def test_a_graph_file_holds_the_policy_and_refuses_a_case(tmp_path: Path) -> None:
    target = tmp_path / "policy.graphml"
    refused = run(DENIED, "-o", str(target))
    assert refused.exit_code == 2
    assert "leave CASE out" in " ".join(refused.stderr.split())
    assert not target.exists()


def test_without_a_file_the_outline_is_printed() -> None:
    text = run(DENIED).stdout
    assert "✗ D.I.B.7 Diagnostic blocks not met" in text
    assert "[≥ 2 OF 3]" in text
    assert "D.I.A" in run().stdout
    only = run("--path", "open_sij_fusion").stdout
    assert "D.I.A.1" in only
    assert "D.I.B.1" not in only
    assert "Joint imaging" in run("--clause", "D.I.B.9.a").stdout


def test_a_what_if_is_drawn_as_a_difference() -> None:
    text = words(DENIED, "--set", "reading.block_relief=any_occasion")
    assert "► D.I.B.7 Diagnostic blocks not met → met" in text


def test_what_something_touches_and_rests_on_is_listed(tmp_path: Path) -> None:
    touched = run("--touches", "thigh_thrust").stdout
    assert "D.I.B.5.thigh_thrust" in touched
    assert "D.I.B.7" not in touched
    assert "reading.provocative_pool" in run("--depends", "D.I.B.6").stdout
    target = tmp_path / "touched.svg"
    assert run("--touches", "thigh_thrust", "-o", str(target)).exit_code == 0
    assert "touched-D.I.B.6" in target.read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--clause", "D.I.B.77"), "did you mean D.I.B.7?"),
        (("--path", "open_fusion"), "did you mean open_sij_fusion?"),
        (("--touches", "thigh"), "did you mean 'D.I.B.5.thigh_thrust'?"),
        (("--depends", "nothing_at_all"), "is no clause, fact, parameter or reading"),
        ((DENIED, "--side", "right"), "no line 'right', only left"),
        ((DENIED, "--side", "up"), "is not a side here"),
        ((DENIED, "-o", "x.gif"), "name a file that ends in .svg"),
        (("missing.yaml",), "missing.yaml"),
        ((DENIED, "--set", "nonsense"), "NAME=VALUE"),
    ],
)
def test_bad_questions_are_told(arguments: tuple[str, ...], told: str) -> None:
    outcome = run(*arguments)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert told in outcome.stderr


def test_a_procedure_without_a_path_is_told(tmp_path: Path) -> None:
    case = json.loads(json.dumps({"format": "clausewise-case/1", "case": "X"}))
    case["request"] = {"procedure": "27096", "side": "left", "received": "2026-07-15"}
    path = tmp_path / "other.json"
    path.write_text(json.dumps(case))
    outcome = run(str(path))
    assert outcome.exit_code == 2
    assert "no criteria for this procedure" in outcome.stderr


def test_the_python_twin_draws_the_same() -> None:
    assert "\n".join(cw.graph(DENIED).outline) in run(DENIED).stdout
    assert cw.graph(DENIED, why=True).svg.startswith("<svg")
    assert "D.I.B.5" in cw.dependency_graph().touches("thigh_thrust")
    assert cw.touches("thigh_thrust").svg.startswith("<svg")


def test_the_reasons_alone_are_a_small_picture_with_the_values_that_decided() -> None:
    outcome = run(DENIED, "--reasons")
    assert outcome.exit_code == 0
    assert "1 of 2 required blocks qualifies" in outcome.stdout
    assert "I2: 49 % relief; at least 50 % is required" in " ".join(outcome.stdout.split())
    assert "D.I.B.8" not in outcome.stdout
    refused = run("--reasons")
    assert refused.exit_code == 2
