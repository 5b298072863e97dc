"""The trials that mutants are put to: tables, random cases, focused cases, switched readings."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from logic.mm_1508 import POLICY
from tests.support.generator import Data, focused_case, random_case
from tests.support.pool import Member, member


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


def trials(tables: Sequence[tuple[Data, Any, Any]], random_cases: int) -> list[Member]:
    """The table rows (case, readings, parameters), then so many random cases of each kind."""
    pool = [member(data, readings, parameters) for data, readings, parameters in tables]
    for seed in range(random_cases):
        pool.append(member(random_case(seed), *random_choices(seed)))
        pool.append(member(focused_case(5000 + seed), *random_choices(seed)))
        pool.append(member(focused_case(9000 + seed), *random_choices(2 * seed + 1, 0.5)))
    return pool
