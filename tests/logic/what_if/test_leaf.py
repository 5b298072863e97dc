"""Turning one leaf: the least change that gives it a wanted status, verified by deciding."""

from __future__ import annotations

import pytest

from clausewise.facts.case.editing import edited
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.what_if.leaf import CYCLE, change_leaf, next_change
from tests.support.examples import decided, example
from tests.support.slices import first_few

NOT_BY_ITSELF: dict[str, set[tuple[str, str]]] = {
    "pa-1003": set(),
    # Beside a met D.I.A.1 these exclusions are ruled out whatever is documented about them.
    "pa-1012": {
        *((f"D.II.A.{number}", "met") for number in range(4)),
        *((f"D.II.A.4.{part}", "met") for part in ("neural_compression", "other_source")),
    },
}


@pytest.mark.parametrize("name", first_few(["pa-1012", "pa-1003"], 1))
def test_every_leaf_can_be_turned_to_every_status(name: str) -> None:
    decision = decided(name)
    line = decision.lines[0]
    leaves = [
        label
        for label in line.statuses
        if not POLICY.clauses[label].gate and POLICY.clauses[label].kind != "scope"
    ]
    assert len(leaves) > 8
    failed = set()
    for label in leaves:
        for status in CYCLE:
            if status == line.statuses[label]:
                continue
            found = change_leaf(decision, line, label, status)
            if found is None:
                failed.add((label, status))
                continue
            changed = decide_case(edited(decision.case, found.edits), POLICY)
            assert changed.lines[0].statuses[label] == found.status == status
    assert failed == NOT_BY_ITSELF[name]


def test_the_next_change_follows_the_cycle_and_comes_back() -> None:
    case = example("pa-1003")
    seen = []
    for _ in range(3):
        decision = decide_case(case, POLICY)
        line = decision.lines[0]
        found = next_change(decision, line, "D.I.B.8")
        assert found is not None
        seen.append(found.status)
        case = edited(case, found.edits)
    assert seen == ["not_met", "undocumented", "met"]


def test_the_least_change_is_chosen() -> None:
    decision = decided("pa-1003")
    found = change_leaf(decision, decision.lines[0], "D.I.B.7", "met")
    assert found is not None
    assert found.edits == (("injections[1].relief_percent", 50),)


def test_several_entries_are_added_where_it_takes_several() -> None:
    case = example("pa-1003").model_copy(update={"injections": ()})
    decision = decide_case(case, POLICY)
    found = change_leaf(decision, decision.lines[0], "D.I.B.7", "met")
    assert found is not None
    assert [place for place, _ in found.edits] == ["injections+", "injections+"]


def test_an_unknown_leaf_is_refused() -> None:
    decision = decided("pa-1003")
    with pytest.raises(KeyError):
        change_leaf(decision, decision.lines[0], "D.I.B.77", "met")
