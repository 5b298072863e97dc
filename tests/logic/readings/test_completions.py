"""Insufficient information is exact, and an irrelevant leaf is really irrelevant."""

from __future__ import annotations

from itertools import product

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.readings.completions import certainty
from tests.support.generator import complete_percutaneous, focused_case, random_case
from tests.support.oracle.values import all_of, any_of, at_least

SETTLED = {"medically_necessary", "not_medically_necessary"}


@pytest.mark.parametrize(
    "seeds",
    [range(24), pytest.param(range(24, 10_000), marks=pytest.mark.slow)],
    ids=["some", "ten_thousand"],
)
def test_insufficient_information_leaves_both_outcomes_possible(seeds: range) -> None:
    insufficient = 0
    for seed in seeds:
        data = random_case(seed) if seed % 2 else focused_case(seed)
        decision = decide_case(case_from_data(data), POLICY)
        for line in decision.lines:
            found = certainty(decision, line)
            if line.determination == "insufficient_information":
                insufficient += 1
                assert found.possible == SETTLED, seed
                assert found.relevant
            elif line.determination == "medically_necessary":
                assert found.possible == {"medically_necessary"}, seed
            elif line.path is not None and line.path.root == "D.I.B":
                assert found.possible == {line.determination}, seed
    assert insufficient > len(seeds) // 8


def _root(statuses: dict[str, str]) -> str:
    """The percutaneous root from its leaves, by an independent evaluation of the gates."""

    def s(label: str) -> str:
        return statuses[f"D.I.B.{label}"]

    joint = all_of(
        all_of(s("9.a.radiograph"), any_of(s("9.a.ct"), s("9.a.mri"))),
        s("9.a.lesion"),
        s("9.a.arthropathy"),
    )
    hip = all_of(s("9.b.radiograph"), s("9.b.osteoarthritis"))
    lumbar = all_of(any_of(s("9.c.ct"), s("9.c.mri")), s("9.c.compression"), s("9.c.degenerative"))
    return all_of(
        s("0"),
        all_of(
            *(
                s(f"1.{part}")
                for part in ("non_radiating", "caudal_to_l5", "posterior", "consistent")
            )
        ),
        s("2"),
        all_of(*(s(f"3.{part}") for part in ("tenderness", "nowhere_else", "no_other_source"))),
        all_of(any_of(s("4.a.duration"), s("4.a.inability")), s("4.b")),
        any_of(s("5.thigh_thrust"), s("5.compression")),
        at_least(2, [s("6.a"), s("6.b"), s("6.c")]),
        s("7"),
        s("8"),
        all_of(joint, hip, lumbar),
        s("10"),
    )


@pytest.mark.parametrize(
    "seeds",
    [range(24), pytest.param(range(24, 10_000), marks=pytest.mark.slow)],
    ids=["some", "ten_thousand"],
)
def test_relevance_equals_trying_all_completions(seeds: range) -> None:
    """Brute force over all completions of up to ten open leaves."""
    tried = 0
    for seed in seeds:
        decision = decide_case(case_from_data(random_case(seed)), POLICY)
        line = decision.lines[0]
        if line.path is None or line.path.root != "D.I.B":
            continue
        if line.determination in ("not_governed", "medically_necessary"):
            continue
        found = certainty(decision, line)
        opened = [each for each in (*found.relevant, *found.irrelevant) if each.startswith("D.I.B")]
        excluded = any(line.statuses[each] in ("met", "conflicting") for each in line.exclusions)
        if excluded or not 1 <= len(opened) <= 10:
            continue
        tried += 1
        results = {
            answers: _root({**line.statuses, **dict(zip(opened, answers, strict=True))})
            for answers in product(("met", "not_met"), repeat=len(opened))
        }
        for place, label in enumerate(opened):
            matters = any(
                results[answers] != results[(*answers[:place], "not_met", *answers[place + 1 :])]
                for answers in results
            )
            assert matters is (label in found.relevant), (seed, label)
    assert tried > len(seeds) // 20


@pytest.mark.parametrize(
    ("gone", "irrelevant"),
    [
        ({"thigh_thrust"}, ("D.I.B.5.thigh_thrust",)),
        ({"gaenslen"}, ("D.I.B.6.a",)),
        ({"gaenslen", "patrick"}, ()),
    ],
)
def test_a_leaf_that_changes_nothing_is_irrelevant(
    gone: set[str], irrelevant: tuple[str, ...]
) -> None:
    data = complete_percutaneous()
    data["findings"] = [each for each in data["findings"] if each["finding"] not in gone]
    decision = decide_case(case_from_data(data), POLICY)
    found = certainty(decision, decision.lines[0])
    # A CT beside the MRI and inability beside six months of therapy never matter here.
    about_tests = tuple(
        each for each in found.irrelevant if each.startswith(("D.I.B.5", "D.I.B.6"))
    )
    assert about_tests == irrelevant


@pytest.mark.parametrize("side", ["left", "bilateral"])
def test_the_completions_of_a_record_derive_no_further_rule_instances(side: str) -> None:
    """Rule instances of long records are many; what only a completion asks for needs none."""
    data = complete_percutaneous()
    data["request"]["side"] = side
    decision = decide_case(case_from_data(data), POLICY)
    for line in decision.lines:
        before = set(line.model.rows)
        certainty(decision, line)
        found = line.model.rows.keys() - before
        assert not found & line.program.plan.depending_on(f"met[{each}]" for each in line.statuses)
