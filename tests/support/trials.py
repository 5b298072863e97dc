"""The trials that mutants are put to beside the tables: systematic, random and focused cases."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from clausewise.logic.mm_1508 import POLICY
from tests.support.dense import dense_trial
from tests.support.generator import Data, focused_case, random_case
from tests.support.systematic import (
    about_findings,
    doubted_findings,
    doubtful_indications,
    exclusions,
    failed_blocks,
    gates,
    generalized_pain,
    imaging,
    injection_details,
    joint_studies,
    pain_scores,
    scopes,
    single_studies,
    unsided_exclusions,
)


def random_choices(seed: int, share: float = 0.25) -> tuple[dict[str, str], dict[str, int]]:
    """Default choices for even seeds; readings and numbers switched at random for odd ones."""
    random = Random(seed)
    readings, numbers = dict(POLICY.default_readings), dict(POLICY.default_parameters)
    if seed % 2:
        for reading in POLICY.readings:
            if random.random() < share:
                readings[reading.name] = random.choice(list(reading.choices))
    if seed % 4 == 3:
        for name in numbers:
            if random.random() < 0.3:
                numbers[name] = max(0, numbers[name] + random.choice([-1, 1, 2]))
    return readings, numbers


Trial = tuple[Data, Mapping[str, str], Mapping[str, int]]
"""A case as data, readings and parameters."""


def other_trials(random_cases: int) -> list[Trial]:
    """The systematic trials, then so many random cases of each kind, and of the dense ones more."""
    found: list[Trial] = [(data, {}, {}) for data in about_findings()]
    for make in (
        scopes,
        gates,
        exclusions,
        imaging,
        single_studies,
        injection_details,
        doubted_findings,
        unsided_exclusions,
        doubtful_indications,
        generalized_pain,
        failed_blocks,
        pain_scores,
        joint_studies,
    ):
        found += [(data, readings, {}) for data, readings in make()]
    found += [dense_trial(seed) for seed in range(8 * random_cases)]
    for seed in range(random_cases):
        found.append((random_case(seed), *random_choices(seed)))
        found.append((focused_case(5000 + seed), *random_choices(seed)))
        found.append((focused_case(9000 + seed), *random_choices(2 * seed + 1, 0.5)))
    return found
