"""The rules against an independent oracle, on random cases and random readings."""

from __future__ import annotations

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import EXCLUSION_WORDS, decide_case
from clausewise.logic.mm_1508 import POLICY
from tests.support.generator import focused_case, random_case
from tests.support.oracle import Line
from tests.support.slices import first_few
from tests.support.trials import random_choices


def compare(seed: int) -> None:
    data = focused_case(seed) if seed % 3 == 0 else random_case(seed)
    readings, numbers = random_choices(seed)
    decision = decide_case(case_from_data(data), POLICY, readings=readings, parameters=numbers)
    for line in decision.lines:
        outcome, criteria, exclusions = Line(data, line.side, readings, numbers).decide()
        published = {label for label in line.statuses if POLICY.clauses[label].published}
        assert set(criteria) | set(exclusions) == published, seed
        found = {label: line.statuses[label] for label in published}
        assert found == {**criteria, **exclusions}, seed
        assert line.determination == outcome, seed
        words = {label: EXCLUSION_WORDS[status] for label, status in exclusions.items()}
        assert {label: line.exclusions[label] for label in words} == words


@pytest.mark.parametrize("batch", first_few(range(4), 2))
def test_rules_equal_the_oracle(batch: int) -> None:
    for seed in range(batch * 100, (batch + 1) * 100):
        compare(seed)


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(10))
def test_rules_equal_the_oracle_on_many_cases(batch: int) -> None:
    for seed in range(10_000 + batch * 1000, 10_000 + (batch + 1) * 1000):
        compare(seed)
