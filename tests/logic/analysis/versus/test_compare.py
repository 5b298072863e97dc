"""Two policies over the same records: who is stricter, and what is never possible."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest

from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.analysis.findings.worlds import PathWorlds
from clausewise.logic.analysis.versus.compare import (
    ORDER,
    NoCommonPathError,
    Verdict,
    Versus,
    compare,
)
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.language.policy import Policy
from clausewise.logic.program.program import program_of
from tests.support.small_policy import small_policy

OPEN = "open_sij_fusion"
APPROVED, PENDED, DENIED = reversed(ORDER)


@pytest.mark.parametrize(
    ("second", "verdict"),
    [
        (small_policy(), Verdict.EQUIVALENT),
        (small_policy(least=6), Verdict.STRICTER),
        (small_policy(least=4), Verdict.LAXER),
        (small_policy(condition="sacropelvic_infection"), Verdict.STRICTER),
        (small_policy(least=4, condition="sacropelvic_infection"), Verdict.INCOMPARABLE),
        (small_policy(parts=("K.1", "K.2", "K.3")), Verdict.EQUIVALENT),
    ],
    ids=["itself", "higher", "lower", "another exclusion", "both", "without the implied clause"],
)
def test_the_verdict(second: Policy, verdict: Verdict) -> None:
    found = compare(program_of(small_policy()), program_of(second), OPEN)
    assert found.verdict is verdict
    pairs = {(each.first, each.second): each for each in found.pairs}
    for (first, second_outcome), pair in pairs.items():
        if pair.cases is None:
            continue
        decided = [
            decide_case(case, policy).lines[0].determination
            for case, policy in zip(pair.cases, (small_policy(), second), strict=True)
        ]
        assert decided == [first, second_outcome]
    assert sum(each.share for each in found.pairs) == pytest.approx(1)


@pytest.mark.parametrize(
    "second",
    [small_policy(least=6), small_policy(least=4)],
    ids=["stricter", "laxer"],
)
def test_no_random_record_has_an_impossible_pair_of_outcomes(second: Policy) -> None:
    """Over the records that the clauses of either tell apart, decided under both by pyDatalog."""
    first = small_policy()
    found = compare(program_of(first), program_of(second), OPEN)
    possible = {(each.first, each.second) for each in found.pairs if each.cases is not None}
    assert 3 <= len(possible) < 9, found.verdict
    random, seen = Random(26), set()
    for policy in (first, second):
        worlds = PathWorlds(program_of(policy), policy.paths[0])
        for _ in range(20):
            values = {part.name: random.choice([*part.values]) for part in worlds.record.parts}
            # Among records of chance few fulfil anything.
            stated = {name: value for name, value in values.items() if random.random() < 0.3}
            record = {**worlds.approval, **stated}
            case = worlds.record.case(record)
            lines = [decide_case(case, each).by_side["left"] for each in (first, second)]
            seen.add(tuple(line.determination for line in lines))
    assert seen <= possible
    assert len(seen) > 2


def test_an_impossibility_is_a_sentence() -> None:
    second = small_policy(least=6)
    found = compare(program_of(small_policy()), program_of(second), OPEN)
    sentences = list(found.impossible())
    assert (
        "no record is not medically necessary under SMALL-1 (first) "
        "and medically necessary under SMALL-1 (second)"
    ) in sentences
    assert (found.first_name, found.second_name) == ("SMALL-1 (first)", "SMALL-1 (second)")


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"number": "SMALL-2"}, ("SMALL-1", "SMALL-2")),
        ({"effective": date(2026, 9, 1)}, ("SMALL-1@2026-06-01", "SMALL-1@2026-09-01")),
    ],
    ids=["another number", "a later version"],
)
def test_two_policies_have_two_names(change: dict[str, Any], names: tuple[str, str]) -> None:
    second = replace(small_policy(), **change)
    found = Versus(small_policy(), second, OPEN, Verdict.EQUIVALENT, (), ())
    assert (found.first_name, found.second_name) == names


def test_the_nearest_record_of_a_raised_threshold_is_the_approval_itself() -> None:
    found = compare(program_of(small_policy()), program_of(small_policy(least=6)), OPEN)
    pairs = {(each.first, each.second): each for each in found.pairs}
    assert pairs[Determination.MEDICALLY_NECESSARY, DENIED].changes == ()
    changes = pairs[APPROVED, APPROVED].changes
    assert changes == (("pain score", "5", "6"),)


def test_a_procedure_that_one_of_them_lacks_is_an_error() -> None:
    with pytest.raises(NoCommonPathError, match="no path for percutaneous_sij_fusion"):
        compare(program_of(small_policy()), program_of(small_policy()), "percutaneous_sij_fusion")
