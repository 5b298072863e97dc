"""Missing documentation: every set approves, none has a superfluous member, none is overlooked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from clausewise.facts.case.editing import EditError, edited
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.logic.decision.decide import Decision, LineDecision, decide_case, determination_of
from clausewise.logic.explain.because import SETTLES_OPEN
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.registry import folder_of, policy_named
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.candidates import documentation_for, open_leaves
from clausewise.logic.what_if.missing import missing
from clausewise.logic.what_if.trial import determination_with
from tests.support.examples import decided
from tests.support.generator import complete_percutaneous, focused_case, random_case
from tests.support.places import CASE_FILES
from tests.support.slices import first_few


def approves(decision: Decision, side: str, candidates: tuple[Candidate, ...]) -> bool:
    edits = [edit for candidate in candidates for edit in candidate.edits.items()]
    case = edited(decision.case, edits)
    return determination_of(case, POLICY, decision.choices, side) == "medically_necessary"


def check_sets(decision: Decision, line: LineDecision, most: int = 2) -> None:
    found = missing(decision, line)
    for alternative in found.alternatives[:most]:
        assert approves(decision, line.side, alternative.candidates)
        for leave_out in alternative.candidates:
            rest = tuple(each for each in alternative.candidates if each is not leave_out)
            assert not approves(decision, line.side, rest), leave_out.text


LONG = {"pa-1005", "pa-1017", "pa-1020", "pa-1022"}
"""Examples with many alternatives, which the long tests look at."""
PATHS = sorted(CASE_FILES, key=lambda path: path.stem in LONG)


@pytest.mark.parametrize(
    "path", first_few(PATHS, len(PATHS) - len(LONG)), ids=lambda path: path.stem
)
def test_sets_of_the_examples_approve_and_have_no_superfluous_member(path: Path) -> None:
    decision = decided(path.stem)
    for line in decision.lines:
        check_sets(decision, line)
        if line.determination == "insufficient_information":
            assert missing(decision, line).alternatives


@pytest.mark.parametrize("seeds", first_few([range(6), range(6, 40)], 1), ids=str)
def test_sets_of_random_cases_approve_and_have_no_superfluous_member(seeds: range) -> None:
    for seed in seeds:
        data = random_case(seed) if seed % 2 else focused_case(seed)
        decision = decide_case(case_from_data(data), POLICY)
        for line in decision.lines:
            check_sets(decision, line)


@pytest.mark.slow
@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_more_sets_of_the_examples_have_no_superfluous_member(path: Path) -> None:
    decision = decided(path.stem)
    for line in decision.lines:
        check_sets(decision, line, most=6)


@pytest.mark.slow
def test_no_smaller_set_of_candidates_is_overlooked() -> None:
    """Brute force over all single candidates and pairs of them."""
    data = complete_percutaneous()
    del data["measurements"]
    data["injections"][1].pop("contrast")
    decision = decide_case(case_from_data(data), POLICY)
    (line,) = decision.lines
    candidates = tuple(documentation_for(decision, line, open_leaves(line, line.statuses)))
    found = {
        frozenset(each.name for each in alternative.candidates)
        for alternative in missing(decision, line, most=40).alternatives
    }
    assert not any(approves(decision, "left", (each,)) for each in candidates)
    pairs = {
        frozenset(each.name for each in pair)
        for pair in combinations(candidates, 2)
        if not any(each.after or each.rather for each in pair)
        if approves(decision, "left", pair)
    }
    assert {each for each in found if len(each) == 2} == pairs
    assert pairs


def test_one_note_on_tens_is_an_alternative_to_other_inactive_therapy() -> None:
    decision = decided("pa-1002")
    found = missing(decision, decision.lines[0])
    ways = {
        need.clauses: [[each.edits for each in one.candidates] for one in need.alternatives]
        for need in found.needs
    }
    assert list(ways) == [("D.I.B.4.b",), ("D.I.B.8",), ("D.I.B.9.b",)]
    assert len(ways["D.I.B.8",]) == 2
    kinds = [edits["therapies+"]["kind"] for [edits] in ways["D.I.B.4.b",]]
    assert sorted(kinds) == ["rest", "tens"]
    (note,) = (edits["therapies+"] for [edits] in ways["D.I.B.4.b",] if "tens" in str(edits))
    assert {"frequency", "duration", "start", "end"} <= set(note)
    assert "use" not in note, "it is documented already"
    assert ways["D.I.B.9.b",] == [
        [
            {
                "imaging+": {
                    "modality": "radiograph",
                    "region": "hip",
                    "results": {"hip_osteoarthritis": False},
                    "side": "left",
                }
            }
        ]
    ]


def test_a_denial_cannot_be_mended_by_documents() -> None:
    decision = decided("pa-1004")
    assert missing(decision, decision.lines[0]).alternatives == ()


def test_a_record_without_entries_has_all_its_alternatives() -> None:
    request = {"procedure": "27279", "side": "left", "received": "2026-07-15"}
    case = case_from_data({"format": "clausewise-case/1", "case": "x", "request": request})
    decision = decide_case(case, POLICY)
    found = missing(decision, decision.lines[0])
    assert len(found.alternatives) > len(found.shown) == 12
    written = 1
    for need in found.needs:
        written *= len(need.alternatives)
    assert len(found.alternatives) == min(written, 1000)


# --- the least --------------------------------------------------------------------------------


def smaller(edits: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The edits of one candidate with one thing less: a field, a result, a member, a day."""
    for place, value in edits.items():
        yield {name: other for name, other in edits.items() if name != place}
        if not isinstance(value, dict):
            continue
        for name, held in value.items():
            yield {**edits, place: {key: each for key, each in value.items() if key != name}}
            if isinstance(held, dict):
                for result in held:
                    rest = {key: each for key, each in held.items() if key != result}
                    yield {**edits, place: {**value, name: rest}}
        if {"start", "end"} <= set(value):
            first, last = (date.fromisoformat(value[each]) for each in ("start", "end"))
            if first < last:
                day = timedelta(days=1)
                yield {**edits, place: {**value, "start": (first + day).isoformat()}}
                yield {**edits, place: {**value, "end": (last - day).isoformat()}}


def check_least(decision: Decision, line: LineDecision) -> int:
    """That of each alternative of a need nothing can be left out; how many were looked at."""
    found = missing(decision, line)
    if found.not_searched:
        return 0
    first = [need.alternatives[0] for need in found.needs]
    looked_at = 0
    for position, need in enumerate(found.needs):
        for alternative in need.alternatives[:3]:
            others = [
                each
                for number, other in enumerate(first)
                if number != position
                for each in other.candidates
            ]
            for candidate in alternative.candidates:
                rest = [each for each in alternative.candidates if each is not candidate]
                for edits in smaller(candidate.edits):
                    together = [*others, *rest, replace(candidate, edits=edits)]
                    try:
                        outcome = determination_with(
                            decision, line.side, together, by_pydatalog=False
                        )
                    except (EditError, InputError):
                        continue  # a field that an entry needs
                    assert outcome != "medically_necessary", (candidate.text, edits)
                    looked_at += 1
    return looked_at


def test_nothing_can_be_left_out_and_nothing_shortened() -> None:
    assert sum(check_least(*each) for each in lines_of(range(1))) > 10


@pytest.mark.slow
def test_nothing_can_be_left_out_of_what_is_missing_in_many_random_cases() -> None:
    assert sum(check_least(*each) for each in lines_of(range(1, 60))) > 150


def lines_of(seeds: Iterable[int]) -> Iterator[tuple[Decision, LineDecision]]:
    for seed in seeds:
        data = random_case(seed) if seed % 2 else focused_case(seed)
        decision = decide_case(case_from_data(data), POLICY)
        yield from ((decision, line) for line in decision.lines)
    yield (pended := decided("pa-1002")), pended.lines[0]


def test_as_many_days_of_therapy_are_asked_for_as_are_needed() -> None:
    data = complete_percutaneous()
    course = next(each for each in data["therapies"] if each["kind"] == "physical_therapy")
    course |= {"start": "2025-09-01", "end": "2026-01-19"}
    course.pop("ongoing", None)
    decision = decide_case(case_from_data(data), POLICY)
    (need,) = missing(decision, decision.lines[0]).needs
    (therapy,) = (
        each for one in need.alternatives for each in one.candidates if "therapies+" in each.edits
    )
    assert therapy.text.startswith("40 more days of physical therapy, ")
    first, last = (
        date.fromisoformat(therapy.edits["therapies+"][each]) for each in ("start", "end")
    )
    assert (last - first).days + 1 == 40


# --- long records -----------------------------------------------------------------------------


def long_record(kind: str, count: int) -> dict[str, Any]:
    """A complete request whose therapy is one-day visits, or whose injections say little."""
    data = complete_percutaneous()
    first = date(2025, 8, 1)
    days = [(first + timedelta(days=3 * number)).isoformat() for number in range(count)]
    if kind == "visits":
        data["therapies"] = [
            *(each for each in data["therapies"] if each["kind"] != "physical_therapy"),
            *({"kind": "physical_therapy", "start": day, "end": day} for day in days),
        ]
    else:
        data["injections"] = [
            {"purposes": ["diagnostic"], "side": "left", "date": day} for day in days
        ]
    return data


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("visits", 26),
        ("injections", 80),
        pytest.param("visits", 110, marks=pytest.mark.slow),
        pytest.param("injections", 400, marks=pytest.mark.slow),
    ],
)
def test_long_records_are_answered_within_the_steps_that_are_allowed(kind: str, count: int) -> None:
    decision = decide_case(case_from_data(long_record(kind, count)), POLICY)
    found = missing(decision, decision.lines[0])
    assert found.alternatives
    again = missing(decision, decision.lines[0])
    assert (found.needs, found.not_searched) == (again.needs, again.not_searched)
    if count > 60 and kind == "injections":
        assert found.not_searched


def test_a_new_injection_of_a_day_of_its_own_is_no_note_that_revises_one() -> None:
    data = complete_percutaneous()
    data["injections"] = [
        {**{name: value for name, value in each.items() if name != "id"}, **said}
        for each in data["injections"]
        for said in ({"date": "2026-05-01", "relief_percent": n} for n in (80, 30))
    ]
    decision = decide_case(case_from_data(data), POLICY)
    (line,) = decision.lines
    taken = {each["date"] for each in data["injections"]}
    found = documentation_for(decision, line, open_leaves(line, line.statuses), status="not_met")
    new = [each.edits["injections+"] for each in found if "injections+" in each.edits]
    assert [each for each in new if each["date"] not in taken]
    assert [each for each in new if each["date"] not in taken and each.get("revises")] == []


def test_what_is_asked_for_follows_the_parameters() -> None:
    data = complete_percutaneous()
    del data["measurements"]
    case = case_from_data(data)
    decision = decide_case(case, POLICY, parameters={"minimum_pain_score": 7})
    ((need),) = missing(decision, decision.lines[0]).needs
    (score,) = need.alternatives[0].candidates
    assert score.edits["measurements+"]["value"] == 7
    assert "at least 7" in score.text
    # A score above the scale cannot be documented, and is not asked for.
    decision = decide_case(case, POLICY, parameters={"minimum_pain_score": 11})
    assert missing(decision, decision.lines[0]).alternatives == ()


def test_a_measure_that_a_rule_passes_on_is_asked_for() -> None:
    case = load_case(folder_of("CMM-611") / "cases" / "cmm-05.yaml")
    policy = policy_named("CMM-611", case.request.received)
    decision = decide_case(edited(case, [("measurements[0]", None)]), policy)
    (need,) = missing(decision, decision.lines[0]).needs
    (cotinine,) = need.alternatives[0].candidates
    assert cotinine.edits["measurements+"]["value"] == 10
    assert cotinine.text == "cotinine: at most 10 ng/mL"


def test_a_course_of_any_care_is_asked_for() -> None:
    """The conservative care of CMM-611 may be of any kind, and has to be one course."""
    case = load_case(folder_of("CMM-611") / "cases" / "cmm-10.yaml")
    case = edited(case, [("record_complete", None)])
    decision = decide_case(case, policy_named("CMM-611", case.request.received))
    (need,) = missing(decision, decision.lines[0]).needs
    assert need.clauses == ("MIF.9",)
    (course,) = need.in_all
    assert course.text.startswith("181 days of chiropractic care, heat, ice, medical device,")
    assert "such as from 2025-08-05 to 2026-02-01" in course.text


def test_what_is_left_open_by_a_side_is_settled_by_it() -> None:
    """PA-1023: an exclusion is documented without a side."""
    decision = decided("pa-1023")
    (need,) = missing(decision, decision.lines[0]).needs
    told = [each.text for (each,) in need.ways]
    assert any(text.endswith("that says: on the right side") for text in told), told
    assert need.send == (SETTLES_OPEN,)


def test_studies_that_differ_in_the_modality_are_one() -> None:
    decision = decided("pa-1013")
    (need,) = missing(decision, decision.lines[0]).needs
    assert (len(need.alternatives), need.ways) == (3, ())
    assert [each.text for each in need.in_all] == [
        "a CT, MRI or radiograph report of the joint, dated 2026-01-15 or later, that states: "
        "localized pathology of the joint"
    ]
