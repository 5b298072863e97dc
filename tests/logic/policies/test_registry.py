"""Which policies are installed, and which one a request is decided under."""

from __future__ import annotations

import json
from datetime import date
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import clausewise as cw
from clausewise.facts.vocabulary import installed
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.policy_files import about_from
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.choice import policy_of_case
from clausewise.logic.policies.registry import UnknownPolicyError, policy_named, registry
from tests.support.command import run
from tests.support.examples import example
from tests.support.places import case_path

PA_1003 = str(case_path("pa-1003"))


def test_the_installed_policies_are_listed_with_payer_plans_and_versions() -> None:
    outcome = run("policies", "--format", "json")
    listed = {each["number"]: each for each in json.loads(outcome.stdout)["policies"]}
    found = listed["MM-1508"]
    assert found["payer"] == "CareSource"
    assert found["plans"] == {"arkansas_passe": "Arkansas PASSE"}
    assert found["versions"] == [{"from": "2026-06-01", "until": None}]
    text = run("policies").stdout
    assert "in force from 2026-06-01" in text
    assert [each.about.number for each in cw.policies()] == [
        each.about.number for each in registry()
    ]


def test_what_a_policy_says_of_its_procedures_is_what_its_paths_have() -> None:
    for each in registry():
        for version in each.about.versions:
            paths = [path.procedure for path in each.at(version.first).paths]
            assert sorted(paths) == sorted(each.about.procedures)


def test_every_version_of_every_policy_can_be_had_and_follows_the_one_before() -> None:
    for each in registry():
        assert list(each.dated().faults()) == []
        for version in each.about.versions:
            assert each.at(version.first).effective == version.first


@pytest.mark.parametrize("text", ["MM-1508", "mm-1508", "MM-1508@2026-06-01", "MM-1508@2030-01-01"])
def test_a_policy_is_named_by_number_and_day(text: str) -> None:
    assert policy_named(text) is POLICY


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("MM-1507", "did you mean MM-1508?"),
        ("MM-1508@2026-05-31", "its versions begin on 2026-06-01"),
        ("MM-1508@tomorrow", "'tomorrow' is not a day"),
        ("", "is not an installed policy"),
    ],
)
def test_a_policy_that_is_not_installed_is_refused_with_a_sentence(text: str, told: str) -> None:
    with pytest.raises(UnknownPolicyError, match="no") as caught:
        policy_named(text)
    assert told in str(caught.value)
    outcome = run("decide", PA_1003, "--policy", text)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    assert told in outcome.stderr


def test_a_case_is_decided_under_the_policy_of_its_plan_and_procedure() -> None:
    chosen = policy_of_case(example("pa-1003"))
    assert chosen.policy is POLICY
    assert chosen.sentence == ""


@pytest.mark.parametrize(
    ("number", "day", "version", "governs"),
    [
        ("CMM-611", "2023-12-31", "2024-01-01", False),
        ("CMM-611", "2024-01-01", "2024-01-01", True),
        ("CMM-611", "2025-05-31", "2024-01-01", True),
        ("CMM-611", "2025-06-01", "2025-06-01", True),
        ("CMM-611", "2199-12-31", "2025-06-01", True),
        ("L39455", "2023-02-28", "2023-03-01", False),
        ("L39455", "2023-03-01", "2023-03-01", True),
        ("MM-1508", "2026-05-31", "2026-06-01", False),
        ("MM-1508", "2026-06-01", "2026-06-01", True),
    ],
)
def test_the_day_of_receipt_chooses_the_version(
    number: str, day: str, version: str, governs: bool
) -> None:
    about = next(each.about for each in registry() if each.about.number == number)
    request = {"procedure": about.procedures[0], "plan": next(iter(about.plans)), "received": day}
    case = cw.Case.of(
        {"format": "clausewise-case/1", "case": "BORDER", "request": {**request, "side": "left"}}
    )
    assert (case.chosen.policy.version, case.chosen.governs) == (f"{number}@{version}", governs)
    (line,) = case.decide().lines
    assert (line.determination != "not_governed") == governs


def test_a_case_remembers_the_policy_it_was_given() -> None:
    case = cw.Case.of(example("pa-1003"), policy="MM-1508@2026-06-01")
    assert case.policy is POLICY
    assert case.what_if({"measurements[0].value": 3}).policy is POLICY


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("plan", "some_other_plan", "for its plan there is none; for percutaneous SIJ fusion"),
        ("procedure", "27447", "for Arkansas PASSE there is MM-1508 (open SIJ fusion"),
    ],
)
def test_a_case_that_no_policy_governs_is_told_what_there_is(
    field: str, value: str, told: str
) -> None:
    decision = cw.load(PA_1003).what_if({f"request.{field}": value}).decide()
    assert {line.determination for line in decision.lines} == {"not_governed"}
    (sentence,) = (each for each in decision.warnings if each.startswith("no policy governs"))
    assert told in sentence
    assert value != "some_other_plan" or value not in sentence


def test_a_package_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = EntryPoint("gone", "no_such_package.gone", installed.GROUP)
    monkeypatch.setattr(installed, "entry_points", lambda **_: [missing])
    installed.installed_policies.cache_clear()
    try:
        with pytest.raises(installed.InstalledPolicyError, match=r"no_such_package\.gone"):
            installed.installed_policies()
    finally:
        monkeypatch.undo()
        installed.installed_policies.cache_clear()


def test_a_wheel_of_its_own_brings_its_policy_along(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "payer_policies"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('nothing is imported to list it')")
    (folder / "policy.toml").write_text(
        'number = "X-1"\npayer = "P"\ntitle = "T"\nsource = "S"\nprocedures = ["p"]\n'
        '[plans]\nanother = "Another"\n[[version]]\nfrom = 2026-01-01\n'
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    found = installed.installed("payer_policies")
    about = about_from(found.about, "policy.toml")
    assert about.number == "X-1"
    assert about.version_on(date(2025, 12, 31)) is None
    assert about.nearest_version(date(2025, 12, 31)).first == date(2026, 1, 1)


def test_each_fault_of_a_policy_toml_is_told_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        about_from({"number": "X", "plan": "x", "version": [{"until": "soon"}]}, "x/policy.toml")
    told = str(caught.value)
    for each in ("plan is not a key", "payer is missing", "procedures is missing", "version 1"):
        assert each in told
