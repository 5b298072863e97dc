"""Missing documentation: every set approves, none has a superfluous member, none is overlooked."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from clausewise.facts.case.editing import edited
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.logic.decision.decide import Decision, LineDecision, decide_case, determination_of
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.what_if.candidates import Candidate, possible_documentation
from clausewise.logic.what_if.missing import missing
from tests.support.examples import decided
from tests.support.generator import complete_percutaneous, focused_case, random_case
from tests.support.places import CASE_FILES


def approves(decision: Decision, side: str, candidates: tuple[Candidate, ...]) -> bool:
    edits = [edit for candidate in candidates for edit in candidate.edits.items()]
    case = edited(decision.case, edits)
    return determination_of(case, POLICY, decision.choices, side) == "medically_necessary"


def check_sets(decision: Decision, line: LineDecision) -> None:
    found = missing(decision, line)
    for alternative in found.alternatives[:4]:
        assert approves(decision, line.side, alternative.candidates)
        for leave_out in alternative.candidates:
            rest = tuple(each for each in alternative.candidates if each is not leave_out)
            assert not approves(decision, line.side, rest), leave_out.text


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_sets_of_the_examples_approve_and_have_no_superfluous_member(path: Path) -> None:
    decision = decide_case(load_case(path), POLICY)
    for line in decision.lines:
        check_sets(decision, line)
        if line.determination == "insufficient_information":
            assert missing(decision, line).alternatives


def test_sets_of_random_cases_approve_and_have_no_superfluous_member() -> None:
    for seed in range(40):
        data = random_case(seed) if seed % 2 else focused_case(seed)
        decision = decide_case(case_from_data(data), POLICY)
        for line in decision.lines:
            check_sets(decision, line)


def test_no_smaller_set_of_candidates_is_overlooked() -> None:
    """Brute force over all single candidates and pairs of them."""
    data = complete_percutaneous()
    del data["measurements"]
    data["injections"][1].pop("contrast")
    decision = decide_case(case_from_data(data), POLICY)
    (line,) = decision.lines
    candidates = tuple(possible_documentation(decision, line))
    found = {
        frozenset(each.name for each in alternative.candidates)
        for alternative in missing(decision, line, most=40).alternatives
    }
    assert not any(approves(decision, "left", (each,)) for each in candidates)
    pairs = {
        frozenset(each.name for each in pair)
        for pair in combinations(candidates, 2)
        if all(each.after is None for each in pair) and approves(decision, "left", pair)
    }
    assert {each for each in found if len(each) == 2} == pairs
    assert pairs


def test_details_of_tens_are_an_alternative_to_other_inactive_therapy() -> None:
    decision = decided("pa-1002")
    found = missing(decision, decision.lines[0])
    names = [{each.name for each in alternative.candidates} for alternative in found.alternatives]
    # Generalized pain can be ruled out in two ways, and therapy completed in two.
    assert len(names) == 4
    assert sum("therapy inactive" in each for each in names) == 2
    assert sum("therapies[1].frequency as documented" in each for each in names) == 2
    assert {each.name for each in found.in_any_case} == {"radiograph hip excluded"}


def test_a_denial_cannot_be_mended_by_documents() -> None:
    decision = decided("pa-1004")
    assert missing(decision, decision.lines[0]).alternatives == ()


def test_a_record_without_entries_has_all_its_alternatives() -> None:
    request = {"procedure": "27279", "side": "left", "received": "2026-07-15"}
    case = case_from_data({"format": "clausewise-case/1", "case": "x", "request": request})
    decision = decide_case(case, POLICY)
    found = missing(decision, decision.lines[0])
    assert len(found.alternatives) > len(found.shown) == 12
    names = [frozenset(each.name for each in one.candidates) for one in found.alternatives]
    assert len(set(names)) == len(names)
    assert not any(one < other for one in names for other in names)
    always = {each.name for each in found.in_any_case}
    assert always == frozenset.intersection(*names)
