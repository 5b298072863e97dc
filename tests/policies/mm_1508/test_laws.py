"""The four laws of the semantics hold of the rules, for random cases, readings and parameters."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.policies.mm_1508.test_edition_2 import EXAMPLES
from tests.policies.mm_1508.test_properties import cases
from tests.support.derived import derive
from tests.support.generator import Data, random_case, random_parameters, random_readings
from tests.support.laws import CHECKS, Ask


def check(name: str, seeds: range) -> None:
    """The law for the random case of each seed, under its readings and parameters."""
    for seed in seeds:
        ask = Ask(derive, random_readings(seed), random_parameters(seed))
        wrong = CHECKS[name](random_case(seed), ask, Random(f"{name} {seed}"))
        assert not wrong, f"seed {seed}, {ask.readings}: {wrong}"


@pytest.mark.parametrize("name", CHECKS)
@settings(max_examples=20, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=cases(), seed=st.integers(0, 2**32), random=st.randoms(use_true_random=False))
def test_the_law_holds(name: str, data: Data, seed: int, random: Random) -> None:
    ask = Ask(derive, random_readings(seed), random_parameters(seed))
    wrong = CHECKS[name](data, ask, random)
    assert not wrong, f"{ask.readings}: {wrong}"


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(10))
@pytest.mark.parametrize("name", CHECKS)
def test_the_law_holds_in_many_cases(name: str, batch: int) -> None:
    check(name, range(10_000 + batch * 300, 10_000 + (batch + 1) * 300))


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_the_law_holds_around_the_cases_of_the_edition(name: str) -> None:
    for number, example in enumerate(EXAMPLES):
        for seed in range(3):
            wrong = CHECKS[name](example["case"], Ask(derive), Random(f"{name} {number} {seed}"))
            assert not wrong, f"{example['name']}: {wrong}"
