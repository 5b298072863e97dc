"""`analyse A --against B`: who is stricter, the nearest records, and what is never possible."""

from __future__ import annotations

import json

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.policies.registry import policy_named
from tests.support.command import run

BEFORE, AFTER = "CMM-611@2024-01-01", "CMM-611@2025-06-01"


def test_two_versions_are_compared_and_each_nearest_record_is_decided_so() -> None:
    found = run("analyse", BEFORE, "--against", AFTER, "--format", "json")
    assert found.exit_code == 0
    data = json.loads(found.stdout)
    assert (data["first"], data["second"]) == (BEFORE, AFTER)
    verdicts = {each["path"]: each["verdict"] for each in data["paths"]}
    assert verdicts == {
        "open_sij_fusion": "equivalent",
        "percutaneous_sij_fusion": "incomparable",
    }
    for path in data["paths"]:
        assert len(path["pairs"]) == 9
        for pair in path["pairs"]:
            if pair["cases"] is None:
                continue
            decided = [
                decide_case(case_from_data(case), policy_named(name)).lines[0].determination
                for case, name in zip(pair["cases"], (BEFORE, AFTER), strict=True)
            ]
            assert decided == [pair["first"], pair["second"]]


def test_what_is_never_possible_is_a_sentence() -> None:
    found = run("analyse", BEFORE, "--against", AFTER, "--path", "open_sij_fusion")
    assert found.exit_code == 0
    text = " ".join(found.stdout.split())
    assert f"{AFTER} is equivalent" in text
    assert (
        f"no record is not medically necessary under {BEFORE} and medically necessary under {AFTER}"
        in text
    )


def test_policies_without_a_common_procedure_are_a_sentence() -> None:
    found = run("analyse", "CMM-611", "--against", "L39455")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "no procedure in common" in found.stderr
