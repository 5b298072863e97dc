"""A case and its bundle are decided alike, clause by clause, where the bundle carries all of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.loading.files import cases_in
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from tests.support.bundles import bundle_and_left_out
from tests.support.generator import any_case
from tests.support.slices import first_few

NO_FACT = (".page", ".quote", "request.purpose.other")
"""Of what a bundle leaves out, what no clause reads."""


def decided(case: Case) -> list[Any]:
    return [
        (line.side, line.determination, dict(line.criteria), dict(line.exclusions))
        for line in decide_case(case, POLICY).lines
    ]


@pytest.mark.parametrize("start", first_few([0, 15], 1))
def test_a_random_case_is_decided_as_its_bundle(start: int) -> None:
    compared = 0
    for seed in range(start, start + 15):
        case = case_from_data(any_case(seed))
        bundle, left_out = bundle_and_left_out(plain_data(case))
        if all(place.endswith(NO_FACT) for place in left_out):
            (read,) = cases_in(json.dumps(bundle, default=float).encode(), "bundle")
            assert decided(read) == decided(case), seed
            compared += 1
    assert compared > 5
