"""The rules against an independent oracle, on random cases, readings and parameters."""

from __future__ import annotations

from collections import Counter

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from tests.support.dense import dense_trial
from tests.support.derived import decided_lines, derive
from tests.support.generator import any_case, random_case, random_parameters, random_readings
from tests.support.oracle.oracle import Line, decide
from tests.support.oracle.record import PARAMETERS, READINGS


def in_order(lines: list[Line]) -> list[Line]:
    """The lines with their decisive clauses in one order."""
    return [
        Line(each.side, each.determination, each.criteria, each.exclusions, sorted(each.decisive))
        for each in lines
    ]


def compare(seeds: range) -> None:
    """Each seed under the policy's own readings, and under random readings and parameters."""
    for seed in seeds:
        data = any_case(seed)
        assert in_order(derive(data)) == in_order(decide(data)), seed
        readings, parameters = random_readings(seed), random_parameters(seed)
        if readings or parameters:
            found = derive(data, readings, parameters)
            assert in_order(found) == in_order(decide(data, readings, parameters)), seed


def test_the_oracle_has_the_readings_and_parameters_of_the_policy() -> None:
    assert {each.name: tuple(each.choices) for each in POLICY.readings} == READINGS
    assert dict(POLICY.default_parameters) == PARAMETERS


def test_the_rules_equal_the_oracle() -> None:
    compare(range(60))


def compare_dense(seeds: range) -> None:
    for seed in seeds:
        data, readings, parameters = dense_trial(seed)
        found = derive(data, readings, parameters)
        assert in_order(found) == in_order(decide(data, readings, parameters)), seed


def test_the_rules_equal_the_oracle_where_few_details_vary_much() -> None:
    compare_dense(range(40))


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(8))
def test_the_rules_equal_the_oracle_on_many_dense_cases(batch: int) -> None:
    compare_dense(range(batch * 1000, (batch + 1) * 1000))


def test_pydatalog_equals_the_oracle() -> None:
    for seed in range(60, 70):
        data, readings, parameters = any_case(seed), random_readings(seed), random_parameters(seed)
        decision = decide_case(
            case_from_data(data), POLICY, readings=readings, parameters=parameters
        )
        expected = decide(data, readings, parameters)
        assert in_order(decided_lines(decision)) == in_order(expected), seed


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(20))
def test_the_rules_equal_the_oracle_on_many_cases(batch: int) -> None:
    compare(range(10_000 + batch * 1000, 10_000 + (batch + 1) * 1000))


def test_every_determination_occurs_often_in_random_cases() -> None:
    found = Counter(line.determination for seed in range(300) for line in decide(random_case(seed)))
    assert len(found) == 4
    assert min(found.values()) >= 0.05 * found.total()
