"""Proofs: every step is one rule instance that holds, or says what each rule lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain.result import result
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from clausewise.logic.proof import build
from tests.support.examples import decided
from tests.support.generator import complete_percutaneous, random_case
from tests.support.places import CASE_FILES
from tests.support.slices import first_few


def check_proof(line: dict[str, Any]) -> None:
    """What a reader can check without the engine: shape, rules, and that it ends in facts."""
    rules = {rule.identifier: rule for rule in program_of(POLICY).rules}
    steps = line["proof"]["steps"]
    assert [step["step"] for step in steps] == list(range(len(steps)))
    goal = steps[line["proof"]["goal"]]
    assert goal["atom"] == f"determination({line['side']}, {line['determination']})"
    assert goal["holds"]
    for step in steps:
        if step["holds"]:
            assert ("fact" in step) != ("because" in step)
        for derived in step.get("because", []):
            rule = rules[derived["rule"]]
            assert rule.head.key == step["relation"]
            assert len(derived["premises"]) == len(rule.body)
            for premise in derived["premises"]:
                for child in premise.get("steps", []):
                    wanted = not premise["text"].startswith("not ")
                    closing = "beyond" in steps[child]
                    assert steps[child]["holds"] is (wanted and not closing)
        tried = {attempt["rule"] for attempt in step.get("attempts", [])}
        if not step["holds"] and not step["relation"].startswith(("reading", "parameter")):
            for attempt in step.get("attempts", []):
                assert attempt["lacking"], step
                assert rules[attempt["rule"]].head.key == step["relation"]
        assert all(rules[name].head.key == step["relation"] for name in tried)
    assert_no_circle(steps)


def assert_no_circle(steps: list[dict[str, Any]]) -> None:
    children = {
        step["step"]: {
            child
            for derived in step.get("because", [])
            for premise in derived["premises"]
            for child in premise.get("steps", [])
        }
        for step in steps
    }
    finished: set[int] = set()

    def visit(number: int, above: frozenset[int]) -> None:
        assert number not in above
        if number not in finished:
            for child in children[number]:
                visit(child, above | {number})
            finished.add(number)

    for number in children:
        visit(number, frozenset())


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_proofs_of_the_examples(path: Path) -> None:
    for line in result(decided(path.stem))["lines"]:
        check_proof(line)


@pytest.mark.parametrize("seeds", first_few([range(8), range(8, 40)], 1), ids=str)
def test_proofs_of_random_cases(seeds: range) -> None:
    for seed in seeds:
        case = case_from_data(random_case(seed))
        for line in result(decide_case(case, POLICY))["lines"]:
            check_proof(line)


def _line(data: dict[str, Any]) -> dict[str, Any]:
    (line,) = result(decide_case(case_from_data(data), POLICY))["lines"]
    return dict(line)


def test_a_fact_names_its_entry_and_source() -> None:
    data = complete_percutaneous()
    data["documents"] = [{"id": "H1"}]
    data["measurements"][0]["source"] = {"document": "H1", "page": 3, "quote": "7/10"}
    steps = _line(data)["proof"]["steps"]
    (fact,) = [
        step["fact"] for step in steps if step["relation"] == "measurement" and "fact" in step
    ]
    assert fact == {
        "path": "measurements[0]",
        "source": {"document": "H1", "page": 3, "quote": "7/10"},
    }


def test_a_denial_shows_the_numbers_compared() -> None:
    data = complete_percutaneous()
    data["injections"][1]["relief_percent"] = 49
    steps = _line(data)["proof"]["steps"]
    texts = [
        premise["text"]
        for step in steps
        for derived in step.get("because", [])
        for premise in derived["premises"]
    ]
    assert "49 < 50" in texts


def test_what_is_undocumented_names_every_lacking_clause() -> None:
    data = complete_percutaneous()
    del data["measurements"]
    data["findings"] = [each for each in data["findings"] if each["finding"] != "thigh_thrust"]
    data["findings"] = [each for each in data["findings"] if each["finding"] != "compression"]
    line = _line(data)
    steps = line["proof"]["steps"]
    root = steps[line["proof"]["clauses"]["D.I.B"][0]]
    lacking = {each["text"] for attempt in root["attempts"] for each in attempt["lacking"]}
    assert lacking == {"met[D.I.B.2](left)", "met[D.I.B.5](left)"}


def test_dates_are_shown_as_dates() -> None:
    steps = _line(complete_percutaneous())["proof"]["steps"]
    assert any(step["atom"] == "anchor(2026-07-15)" for step in steps)
    assert not any("739" in str(step["row"]) for step in steps if step["relation"] == "anchor")


def test_of_a_rule_so_many_failing_instances_are_shown_and_the_step_says_that_there_are_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def steps_of_no_other_row() -> list[dict[str, Any]]:
        steps = result(decided("pa-1003"))["lines"][0]["proof"]["steps"]
        return [step for step in steps if "beyond" in step]

    assert not any("more" in step for step in steps_of_no_other_row())
    monkeypatch.setattr(build, "MOST_DEAD_ENDS", 1)
    cut = [step for step in steps_of_no_other_row() if "more" in step]
    assert cut
    for step in cut:
        rules = [attempt["rule"] for attempt in step["attempts"]]
        assert len(rules) == len(set(rules))
