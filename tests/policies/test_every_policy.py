"""Every command works for every installed policy; each decides its own examples as they say."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import clausewise as cw
from clausewise.facts.case.validation import load_case
from clausewise.facts.vocabulary.installed import installed, installed_policies
from clausewise.logic.authoring.check import check_policy
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies import registry as registry_module
from clausewise.logic.policies.choice import policy_of_case
from clausewise.logic.policies.registry import Registered, folder_of, registry
from tests.support import command as command_line
from tests.support import sleeve
from tests.support.places import CASE_FOLDER

POLICIES = [(each, version) for each in registry() for version in each.about.versions]
NAMES = [
    pytest.param(
        f"{each.about.number}@{version.first}",
        # What other tests ask about all the time, and a version before the last, is asked here
        # among the long tests only.
        marks=pytest.mark.slow
        if each.about.number == POLICY.number or version is not each.about.versions[-1]
        else (),
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
    ("ask", "met(L, C)"),
    ("why-not",),
    ("what-if", "--set", "request.received=2026-08-01"),
    ("as-of",),
    ("graph",),
)
OF_A_POLICY = (
    ("policy",),
    ("policy", "--format", "json"),
    ("readings",),
    ("template", "PROCEDURE"),
    ("questionnaire", "PROCEDURE"),
    ("graph",),
)


ASKED_BELOW = (
    *("check", "report", "validate", "relations", "audit", "compare-policies", "policies"),
    *("text", "drift", "analyse", "suite", "run-suite", "check-policy"),
)
NOT_ASKED = {
    "quotes": "compares a case with its documents; no policy is read",
    "facts": "makes a case file of a FHIR record; no policy is read",
    "schema": "writes the format of case files; no policy is read",
    "serve": "its pages, with the form of each policy, have tests of their own",
    "new-policy": "writes a policy of its own; none is read",
}
"""Commands that are asked nothing here, and why."""


def run(*arguments: str) -> str:
    outcome = command_line.run(*arguments)
    assert outcome.exit_code == 0, (arguments, outcome.output)
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
    number = name.partition("@")[0]
    procedure = next(
        each.about.procedures[-1] for each, _ in POLICIES if each.about.number == number
    )
    given = [procedure if each == "PROCEDURE" else each for each in command]
    assert run(*given, "--policy", name)


@pytest.mark.parametrize("name", NAMES)
def test_a_proof_is_checked_and_a_report_written(name: str, tmp_path: Path) -> None:
    case = CASE_OF[name.partition("@")[0]]
    proof, page = str(tmp_path / "proof.json"), tmp_path / "report.html"
    run("decide", case, "--proof", proof, "--policy", name)
    assert "valid" in run("check", proof, case, "--policy", name)
    run("report", case, "-o", str(page), "--policy", name)
    assert name.partition("@")[0] in page.read_text(encoding="utf-8")


def test_every_command_is_asked_or_said_why_not() -> None:
    asked = {command[0] for command in (*OF_A_CASE, *OF_A_POLICY)} | set(ASKED_BELOW)
    assert asked | set(NOT_ASKED) == set(command_line.COMMAND.commands)  # type: ignore[attr-defined]
    assert not asked & set(NOT_ASKED)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_cases_are_audited_and_compared_and_letters_written(name: str, tmp_path: Path) -> None:
    case, number = CASE_OF[name.partition("@")[0]], name.partition("@")[0]
    cases = tmp_path / "cases"
    cases.mkdir()
    shutil.copy(case, cases)
    assert number in run("policies")
    assert "valid" in run("validate", case)
    run("relations", str(cases), "-o", str(tmp_path / "relations"))
    assert run("relations", "--policy", name)
    letters = ("--letters", "--letter-format", "docx")
    for cohort in ("cases", "relations"):
        out = str(tmp_path / f"audit of {cohort}")
        given = letters if cohort == "cases" else ()
        run("audit", str(tmp_path / cohort), "-o", out, "--sensitivity", *given, "--policy", name)
    denied = cw.decide(case, policy=name).lines[0].determination == "not_medically_necessary"
    assert bool(list(tmp_path.glob("audit of cases/letters/*.docx"))) == denied
    for other in (each.about.number for each in registry()):
        assert number in run("compare-policies", name, other, "--case", case)


@pytest.mark.parametrize("name", NAMES)
def test_a_text_is_compared_or_there_is_said_to_be_none(name: str) -> None:
    file = Path(__file__).parents[1] / "logic" / "analysis" / "text" / "fictional.txt"
    has_anchors = (folder_of(name.partition("@")[0]) / "text.toml").exists()
    for command in ("text", "drift"):
        outcome = command_line.run(command, name, str(file))
        assert outcome.exit_code == (1 if has_anchors else 2), outcome.output
        assert has_anchors or "text.toml" in outcome.output


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_policy_is_analysed_and_its_suite_moves_nothing(name: str, tmp_path: Path) -> None:
    for form in ("text", "json", "html"):
        assert run("analyse", name, "--format", form)
    suite = str(tmp_path / "suite")
    run("suite", name, "-o", suite, "--changes", "20")
    assert json.loads(run("run-suite", name, suite, "--format", "json"))["moved"] == []


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


def test_a_case_that_no_policy_governs_is_told_in_every_command_which_there_are(
    tmp_path: Path,
) -> None:
    text = Path(CASE_OF["CMM-611"]).read_text(encoding="utf-8")
    case = tmp_path / "case.yaml"
    case.write_text(text.replace("plan: cmm_plan", "plan: medicare"), encoding="utf-8")
    told = "for Medicare there is L39455"
    further_forms = (
        ("missing", "--format", "fhir"),
        ("why-not", "-f", "json"),
        *(("ask", "met(L, C)", "-f", form) for form in ("json", "csv")),
    )
    for command in (*OF_A_CASE, *further_forms):
        if "member" in command:
            continue  # what a plan has for others is nothing for a member
        further = ["2026-07-31"] if command[0] == "as-of" else []
        outcome = command_line.run(command[0], case, *further, *command[1:])
        said = " ".join(outcome.output.replace("\\n", " ").split())
        assert told in said.replace("\\", ""), command
        assert "CMM-611 (a plan under CMM guidelines)" in said.replace("\\", ""), command


@pytest.fixture
def with_sleeve(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The policy of the tests, as if it were installed; a case of it."""
    shipped = installed_policies()
    added = (*shipped, installed("tests.support.sleeve"))
    monkeypatch.setattr(registry_module, "installed_policies", lambda: added)
    registry.cache_clear()
    yield str(Path(sleeve.__file__).parent / "cases" / "sleeve-01.yaml")
    registry.cache_clear()


def test_every_command_works_for_a_policy_without_sides(with_sleeve: str) -> None:
    for command in OF_A_CASE:
        further = ["2026-07-31"] if command[0] == "as-of" else []
        text = run(command[0], with_sleeve, *further, *command[1:])
        assert not re.search("surgery|sacroiliac|SIJ|MM-1508|pain score", text), command
        if command[0] not in ("ask", "decide") or len(command) == 1:
            assert not re.search("unstated|side (is )?(not )?stated|, None", text), command


def test_nothing_that_is_shown_names_a_side_where_there_is_none(with_sleeve: str) -> None:
    case = cw.Case.of(with_sleeve)
    decision = case.decide()
    other = case.what_if({"measurements[0].value": 41}).compare(case)
    shown = [
        repr(case),
        repr(decision),
        repr(other),
        case._repr_html_(),
        decision._repr_html_(),
        other._repr_html_(),
        decision.graph().title,
        " ".join(decision.graph().outline),
        " ".join(other.graph().outline),
        re.sub("<[^>]*>", "", decision.report().partition('<section id="unstated-proof')[0]),
        str([each["text"] for each in cw.claim_response(decision)["processNote"]]),
    ]
    for text in shown:
        assert not re.search("unstated|side (is )?(not )?stated|, None", text), text
