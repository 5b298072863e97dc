"""Reading sensitivity is exact: the diagram of all combinations against single decisions."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import product
from random import Random

import pytest

from benchmarks.long_records import entries, same
from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import base_facts, decide_case
from clausewise.logic.derivation.model import Model
from clausewise.logic.language.choices import choose
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from clausewise.logic.readings.conditional_model import (
    ReadingSensitivity,
    Worlds,
    diagrams_of,
    reading_facts,
)
from clausewise.logic.readings.decision_diagram import ALL, NONE, Diagrams
from tests.support.generator import random_case
from tests.support.records import complete_percutaneous
from tests.support.slices import first_few


@pytest.mark.parametrize("seed", first_few(range(40), 4))
def test_it_agrees_with_single_decisions_on_random_combinations(seed: int) -> None:
    case = case_from_data(random_case(seed))
    sensitivity = ReadingSensitivity(decide_case(case, POLICY))
    random = Random(seed)
    for _ in range(12):
        readings = {
            reading.name: random.choice(list(reading.choices)) for reading in POLICY.readings
        }
        decision = decide_case(case, POLICY, readings=readings)
        for line in decision.lines:
            outcomes = sensitivity.outcomes(line.side)
            holding = [
                outcome
                for outcome, node in outcomes.items()
                if sensitivity._worlds.diagrams.contains(node, readings)
            ]
            assert holding == [line.determination], (seed, readings)


@pytest.mark.parametrize("seed", first_few(range(12), 5))
def test_the_smallest_switch_is_smallest_and_true(seed: int) -> None:
    """All single and double switches of readings are tried, by evaluating the rules each time."""
    case = case_from_data(random_case(seed))
    decision = decide_case(case, POLICY)
    sensitivity = ReadingSensitivity(decision)
    plan = program_of(POLICY).plan
    single = [
        {reading.name: value} for reading in POLICY.readings for value in reading.alternatives
    ]
    for line in decision.lines:
        one_switch: set[str] = set()
        for change in single:
            rows = base_facts(case, POLICY, choose(POLICY, change))
            model = Model(plan, rows)
            one_switch |= {
                str(row[1]) for row in model.rows["determination"] if row[0] == line.side
            }
        one_switch.discard(line.determination)
        found = {
            other.determination
            for other in sensitivity.alternatives(line.side)
            if len(other.readings) == 1
        }
        assert found == one_switch
        for other in sensitivity.alternatives(line.side):
            switched = decide_case(case, POLICY, readings=other.readings)
            assert switched.by_side[line.side].determination == other.determination


def test_diagrams_are_sets() -> None:
    diagrams = Diagrams({"a": ["0", "1", "2"], "b": ["0", "1"]})
    a1, b1 = diagrams.where("a", "1"), diagrams.where("b", "1")
    worlds = [{"a": a, "b": b} for a, b in product("012", "01")]
    both, either = diagrams.both(a1, b1), diagrams.either(a1, b1)
    for world in worlds:
        in_a, in_b = world["a"] == "1", world["b"] == "1"
        assert diagrams.contains(both, world) is (in_a and in_b)
        assert diagrams.contains(either, world) is (in_a or in_b)
        assert diagrams.contains(diagrams.without(either), world) is not (in_a or in_b)
    assert diagrams.both(a1, diagrams.without(a1)) == NONE
    assert diagrams.either(a1, diagrams.without(a1)) == ALL
    assert diagrams.support(both) == ("a", "b")
    assert diagrams.support(ALL) == ()
    assert diagrams.nearest(both, {"a": "0", "b": "1"}) == {"a": "1"}
    assert diagrams.nearest(NONE, {"a": "0", "b": "1"}) is None


@pytest.mark.parametrize("given", [{}, {"decided": "2026-07-20"}], ids=["alike", "by reading"])
def test_no_function_is_called_for_each_pair_of_entries(given: dict[str, str]) -> None:
    """Of entries of one episode each is joined with each; a call for each takes seconds, and many
    more where Python gives memory back at each."""

    def calls(count: int) -> int:
        data = complete_percutaneous()
        data["request"] |= given
        data["therapies"] = entries("therapies", count, same, alike=True)
        rows = base_facts(case_from_data(data), POLICY, choose(POLICY, None, None))
        diagrams, plan = diagrams_of(POLICY), program_of(POLICY).plan
        facts = {key: dict.fromkeys(found, ALL) for key, found in rows.items()}
        facts["reading"] = reading_facts(POLICY, diagrams)
        worlds = Worlds(plan, diagrams, facts, Model(plan, rows), ["reading"])
        seen = Counter[str]()
        sys.setprofile(lambda _, event, __: seen.update([event]))
        try:
            assert worlds["last_day"]
        finally:
            sys.setprofile(None)
        return seen["call"]

    calls(2)
    assert calls(60) < 1.5 * calls(30)
