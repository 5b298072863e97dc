"""Flips: every set leads where it says, none has a superfluous member, no smaller is overlooked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from clausewise.facts.case.editing import edited
from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.what_if.edits import (
    FROM_RECORD,
    NOT_CHANGEABLE,
    WITHDRAWN,
    Change,
)
from clausewise.logic.what_if.flip import _changes, flip, necessary_entries
from clausewise.logic.what_if.missing import missing
from clausewise.logic.what_if.trial import determination_with
from tests.support.examples import decided
from tests.support.generator import complete_open, complete_percutaneous, focused_case
from tests.support.places import CASE_FILES
from tests.support.slices import first_few


def after(decision: Decision, side: str, changes: tuple[Change, ...]) -> str:
    edits = [edit for change in changes for edit in change.candidate.edits.items()]
    return decide_case(edited(decision.case, edits), POLICY).by_side[side].determination


QUICK = {"pa-1002", "pa-1003", "pa-1004"}
PATHS = first_few(sorted(CASE_FILES, key=lambda path: path.stem not in QUICK), len(QUICK))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_sets_lead_where_they_say_and_have_no_superfluous_member(path: Path) -> None:
    decision = decided(path.stem)
    for line in decision.lines:
        for each in flip(decision, line)[:6]:
            assert each.determination != line.determination
            assert after(decision, line.side, each.changes) == each.determination
            for leave_out in each.changes:
                rest = tuple(change for change in each.changes if change is not leave_out)
                assert after(decision, line.side, rest) != each.determination


def test_no_single_change_or_pair_is_overlooked() -> None:
    """Brute force over all changes of small cases, and over their pairs."""
    data = complete_open()
    data["imaging"][0]["date"] = "2026-01-14"
    decision = decide_case(case_from_data(data), POLICY)
    (line,) = decision.lines
    every = list(_changes(decision, line, frozenset()))
    found = {
        frozenset(change.candidate.name for change in each.changes)
        for each in flip(decision, line, most=400)
    }
    brute: set[frozenset[str]] = set()
    for size in (1, 2):
        for chosen in combinations(every, size):
            names = frozenset(change.candidate.name for change in chosen)
            if any(smaller <= names for smaller in brute):
                continue
            if len({change.entry for change in chosen if change.entry}) < sum(
                change.entry is not None for change in chosen
            ):
                continue  # two changes of one entry may exclude each other
            if after(decision, "left", chosen) == "medically_necessary":
                brute.add(names)
    assert brute <= found


@pytest.mark.parametrize(
    "seeds",
    [range(3, 4), pytest.param([*range(3), *range(4, 60)], marks=pytest.mark.slow)],
    ids=["some", "sixty"],
)
def test_single_changes_of_random_cases_are_complete(seeds: Sequence[int]) -> None:
    for seed in seeds:
        decision = decide_case(case_from_data(focused_case(seed)), POLICY)
        line = decision.lines[0]
        if line.determination in ("medically_necessary", "not_governed"):
            continue
        found = {
            each.changes[0].candidate.name for each in flip(decision, line, largest=1, most=500)
        }
        for change in _changes(decision, line, frozenset()):
            if change.candidate.after is None:
                flips = after(decision, line.side, (change,)) == "medically_necessary"
                more_simply = not found.isdisjoint(change.candidate.rather)
                told = flips and not more_simply
                assert told is (change.candidate.name in found), change.text


def test_kinds_of_changes() -> None:
    decision = decided("pa-1003")
    found = flip(decision, decision.lines[0])
    kinds = {each.changes[0].text: each.changes[0].kind for each in found}
    # A block of a past day can only be found in the record; care to come lies after its last day.
    (block,) = (text for text in kinds if text.startswith("a diagnostic injection on the left"))
    assert kinds == {block: FROM_RECORD, "I2: relief 50 % in place of 49 %": NOT_CHANGEABLE}
    open_case = decided("pa-1013")
    assert {
        change.kind for each in flip(open_case, open_case.lines[0]) for change in each.changes
    } <= {FROM_RECORD, NOT_CHANGEABLE, WITHDRAWN}


def test_held_facts_stay() -> None:
    decision = decided("pa-1003")
    line = decision.lines[0]
    held = flip(decision, line, hold=["I2", "injections"])
    assert held == ()
    only_new = flip(decision, line, hold=["I2"])
    assert [each.changes[0].kind for each in only_new] == [FROM_RECORD]


@pytest.mark.parametrize("make", first_few([complete_open, complete_percutaneous], 1))
def test_an_approval_depends_on_its_necessary_entries(make: Callable[[], Any]) -> None:
    decision = decide_case(case_from_data(make()), POLICY)
    line = decision.lines[0]
    keys = {each.changes[0].entry for each in necessary_entries(decision, line)}
    for key, _ in decision.case.entries():
        changed = decide_case(edited(decision.case, [(key, None)]), POLICY)
        ends = changed.lines[0].determination != "medically_necessary"
        assert ends is (key in keys), key


def test_another_determination_can_be_asked_for() -> None:
    decision = decide_case(case_from_data(complete_open()), POLICY)
    (line,) = decision.lines
    pended = flip(decision, line, "insufficient_information")
    assert pended
    assert {each.determination for each in pended} == {"insufficient_information"}


@pytest.mark.parametrize(
    ("make", "least"), first_few([(complete_open, 1), (complete_percutaneous, 15)], 1)
)
def test_what_an_approval_depends_on_stands_among_its_flips(
    make: Callable[[], Any], least: int
) -> None:
    decision = decide_case(case_from_data(make()), POLICY)
    (line,) = decision.lines
    known = necessary_entries(decision, line, flip(decision, line))
    assert {each.changes[0].entry for each in known} == {
        each.changes[0].entry for each in necessary_entries(decision, line)
    }
    assert len(known) > least


@pytest.mark.slow
def test_derivations_and_pydatalog_verify_alike() -> None:
    decision = decided(CASE_FILES[4].stem)
    line = decision.lines[0]
    found = flip(decision, line)
    assert len(found) > 40
    for each in found:
        candidates = [change.candidate for change in each.changes]
        for asked in (True, False):
            outcome = determination_with(decision, "left", candidates, by_pydatalog=asked)
            assert outcome == each.determination


def test_what_missing_asks_for_an_exclusion_in_conflict_is_a_change_too() -> None:
    """A later note that revises the earlier one rules the exclusion out."""
    data = complete_percutaneous()
    note = {"finding": "sacropelvic_infection", "date": "2026-03-01", "present": True}
    data["findings"].append(note)
    decision = decide_case(case_from_data(data), POLICY)
    (line,) = decision.lines
    (need,) = missing(decision, line).needs
    asked = {repr(each.edits) for one in need.alternatives for each in one.candidates}
    found = {
        repr(change.candidate.edits): change.kind
        for each in flip(decision, line)
        for change in each.changes
    }
    assert asked <= set(found)
    assert {found[each] for each in asked} == {FROM_RECORD}
