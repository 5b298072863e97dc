"""Every command works for every installed policy; each decides its own examples as they say."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

import clausewise as cw
from clausewise.cli.commands import app
from clausewise.facts.case.validation import load_case
from clausewise.logic.authoring.check import check_policy
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.choice import policy_of_case
from clausewise.logic.policies.registry import Registered, folder_of, registry
from tests.support.places import CASE_FOLDER

POLICIES = [(each, version) for each in registry() for version in each.about.versions]
NAMES = [
    pytest.param(
        f"{each.about.number}@{version.first}",
        # What other tests ask about all the time is asked here among the long tests only.
        marks=pytest.mark.slow if each.about.number == POLICY.number else (),
    )
    for each, version in POLICIES
]
CASE_OF: dict[str, str] = {
    "MM-1508": str(CASE_FOLDER / "pa-1003.yaml"),
    "CMM-611": str(folder_of("CMM-611") / "cases" / "cmm-03.yaml"),
    "L39455": str(folder_of("L39455") / "cases" / "lcd-04.yaml"),
}
"""A case of each policy, that the policy denies."""
OF_A_CASE = (
    ("decide",),
    ("decide", "--format", "json"),
    ("decide", "--format", "fhir"),
    ("why",),
    ("why", "--full"),
    ("why", "--format", "markdown"),
    ("why", "--format", "markdown", "--for", "member"),
    ("missing",),
    ("flip",),
    ("when",),
    ("ask", "told(L, F, V)"),
    ("why-not",),
    ("what-if", "--set", "request.received=2026-08-01"),
    ("as-of",),
    ("graph",),
)
OF_A_POLICY = (
    ("policy",),
    ("policy", "--format", "json"),
    ("readings",),
    ("template", "27279"),
    ("questionnaire", "27280"),
    ("graph",),
)


def run(*arguments: str) -> str:
    outcome = CliRunner().invoke(app, list(arguments))
    assert outcome.exit_code == 0, (arguments, outcome.output, outcome.exception)
    return outcome.stdout


def test_every_policy_has_a_case_here() -> None:
    assert set(CASE_OF) == {each.about.number for each in registry()}


@pytest.mark.parametrize("command", OF_A_CASE, ids=" ".join)
@pytest.mark.parametrize("name", NAMES)
def test_a_command_about_a_case_works(name: str, command: tuple[str, ...]) -> None:
    case = CASE_OF[name.partition("@")[0]]
    further = ["2026-07-31"] if command[0] == "as-of" else []
    text = run(command[0], case, *further, *command[1:], "--policy", name)
    assert text
    if command[0] == "why" and not name.startswith(POLICY.number):
        assert "surgery" not in text
        assert "decision" in text.replace("\n", " ").rpartition("; ")[2]  # the policy's notice


@pytest.mark.parametrize("command", OF_A_POLICY, ids=" ".join)
@pytest.mark.parametrize("name", NAMES)
def test_a_command_about_a_policy_works(name: str, command: tuple[str, ...]) -> None:
    assert run(*command, "--policy", name)


@pytest.mark.parametrize("name", NAMES)
def test_a_proof_is_checked_and_a_report_written(name: str, tmp_path: Path) -> None:
    case = CASE_OF[name.partition("@")[0]]
    proof, page = str(tmp_path / "proof.json"), tmp_path / "report.html"
    run("decide", case, "--proof", proof, "--policy", name)
    assert "valid" in run("check", proof, case, "--policy", name)
    run("report", case, "-o", str(page), "--policy", name)
    assert name.partition("@")[0] in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("each", registry(), ids=lambda each: each.about.number)
def test_a_policy_has_no_fault_and_decides_its_examples(each: Registered) -> None:
    assert list(map(str, check_policy(folder_of(each.about.number)))) == []


def test_the_examples_of_a_guideline_are_decided_under_it() -> None:
    folder = folder_of("CMM-611") / "cases"
    chosen = Counter(
        policy_of_case(load_case(path)).policy.version for path in folder.glob("*.yaml")
    )
    assert chosen == {"CMM-611@2024-01-01": 2, "CMM-611@2025-06-01": 8}


def test_a_cohort_is_audited_under_the_version_that_is_named(tmp_path: Path) -> None:
    folder = folder_of("CMM-611") / "cases"
    found = cw.audit(folder, tmp_path / "out", policy="CMM-611@2025-06-01", sample=10)
    expected = Counter(
        line.determination
        for path in folder.glob("*.yaml")
        for line in cw.decide(path, policy="CMM-611@2025-06-01").lines
    )
    assert json.loads(json.dumps(vars(found), default=str))["determinations"] == dict(expected)
