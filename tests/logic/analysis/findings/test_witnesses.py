"""Every finding has a record that pyDatalog decides as it says, and no record speaks against those
that say that there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from random import Random
from typing import Any

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.analysis.findings.analysis import analyse
from clausewise.logic.analysis.space.record import SymbolicRecord
from clausewise.logic.decision.decide import LineDecision, decide_case
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.registry import policy_named
from clausewise.logic.program.program import program_of
from clausewise.output.analysis import analysis_data
from tests.support.small_policy import small_policy

APPROVED = Determination.MEDICALLY_NECESSARY
DENIED = Determination.NOT_MEDICALLY_NECESSARY
ORDER = (DENIED, Determination.INSUFFICIENT_INFORMATION, APPROVED)
SHIPPED = ("MM-1508", "CMM-611@2024-01-01", "CMM-611@2025-06-01", "L39455")
POLICIES = ["SMALL-1", *(pytest.param(name, marks=pytest.mark.slow) for name in SHIPPED)]
RANDOM_RECORDS = {"SMALL-1": 40}
"""Records of a path that are decided; 400 of a policy that is shipped."""


def policy_of(name: str) -> Policy:
    return small_policy() if name == "SMALL-1" else policy_named(name)


@cache
def findings(name: str) -> Sequence[Mapping[str, Any]]:
    """The findings of each path as a reader of the JSON has them."""
    data = analysis_data(analyse(program_of(policy_of(name))))
    paths: list[dict[str, Any]] = json.loads(json.dumps(data["paths"]))
    return paths


def line_of(policy: Policy, witness: Mapping[str, Any], **choices: Any) -> LineDecision:
    """A witness, decided by pyDatalog and compared with the derivations."""
    case = case_from_data(witness["case"])
    return next(line for line in decide_case(case, policy, **choices).lines if line.side == "left")


def is_against(line: LineDecision, reason: Mapping[str, Any]) -> bool:
    """Whether a clause stands in the way of an approval."""
    status = line.statuses[reason["clause"]]
    return status in ("met", "conflicting") if reason["exclusion"] else status != "met"


def denies(line: LineDecision, reason: Mapping[str, Any]) -> bool:
    return line.statuses[reason["clause"]] == ("met" if reason["exclusion"] else "not_met")


@pytest.mark.parametrize("name", POLICIES)
def test_reasons_and_exclusions_have_records_that_show_them(name: str) -> None:
    policy, seen = policy_of(name), 0
    for path in findings(name):
        assert line_of(policy, path["approval"]).determination is APPROVED
        for reason in path["reasons"]:
            others = [each for each in path["reasons"] if each is not reason]
            if reason["alone"]:
                seen += 1
                line = line_of(policy, reason["alone"])
                assert line.determination is DENIED
                assert line.decisive == (reason["clause"],)
                assert not any(denies(line, each) for each in others)
            if reason["needed"]:
                seen += 1
                line = line_of(policy, reason["needed"])
                assert line.determination is not APPROVED
                assert is_against(line, reason)
                assert not any(is_against(line, each) for each in others)
        for each in path["contradictions"]:
            if each["witness"]:
                seen += 1
                line = line_of(policy, each["witness"])
                assert (line.statuses[path["root"]], line.statuses[each["clause"]]) == (
                    "met",
                    "met",
                )
    assert seen > 5


@pytest.mark.parametrize("name", POLICIES)
def test_readings_and_parameters_move_the_records_that_are_named(name: str) -> None:
    policy, seen = policy_of(name), 0
    for path in findings(name):
        for kind in ("readings", "parameters"):
            for each in path[kind]:
                value = each["value"] if kind == "readings" else int(each["value"])
                for way, sign in (("stricter", -1), ("laxer", 1)):
                    if each[way] is None:
                        continue
                    seen += 1
                    nearest = each[way]["nearest"]
                    before = line_of(policy, nearest).determination
                    after = line_of(policy, nearest, **{kind: {each["name"]: value}}).determination
                    assert (before, after) == (nearest["determination"], nearest["otherwise"])
                    assert (ORDER.index(after) - ORDER.index(before)) * sign > 0, each["name"]
    assert seen > 2


def random_lines(policy: Policy, found: Mapping[str, Any]) -> Iterator[LineDecision]:
    """Records of the space: every other one differs from the approval in a few variables only."""
    (path,) = (each for each in policy.paths if each.root == found["root"])
    space = SymbolicRecord(program_of(policy), path)
    approval = {each["variable"]: each["to"] for each in found["approval"]["changes"]}
    random = Random(26)
    for number in range(RANDOM_RECORDS.get(policy.number, 400)):
        record = {part.name: random.choice(list(part.values)) for part in space.parts}
        if number % 2:
            kept = random.sample(space.parts, random.randrange(1, min(12, len(space.parts))))
            record = {**approval, **{part.name: record[part.name] for part in kept}}
        yield decide_case(space.case(record), policy).by_side["left"]


@pytest.mark.parametrize("name", POLICIES)
def test_no_random_record_speaks_against_what_is_never_so(name: str) -> None:
    policy = policy_of(name)
    for path in findings(name):
        unreachable = {(each["clause"], each["status"]) for each in path["unreachable"]}
        for line in random_lines(policy, path):
            assert line.determination not in path["impossible"]
            assert not unreachable & {(label, str(each)) for label, each in line.statuses.items()}
            against = [each for each in path["reasons"] if is_against(line, each)]
            denying = [each for each in path["reasons"] if denies(line, each)]
            if len(against) == 1:
                assert not against[0]["redundant"]
            if len(denying) == 1:
                assert denying[0]["alone"]
            for each in path["contradictions"]:
                if not each["witness"] and line.statuses[path["root"]] == "met":
                    assert line.statuses[each["clause"]] != "met"
