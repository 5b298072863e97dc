"""Dates move by the least step that changes something, and no further."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from clausewise.facts.case.editing import edited
from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.what_if.edits import NOT_CHANGEABLE, changes_of_entry
from clausewise.logic.what_if.flip import flip
from clausewise.logic.what_if.moved_dates import moved_dates
from tests.support import examples
from tests.support.generator import complete_open, complete_percutaneous
from tests.support.slices import first_few

DAY = timedelta(days=1)


def decided(data: dict[str, Any], **readings: str) -> Decision:
    return decide_case(case_from_data(data), POLICY, readings=readings)


def moves(decision: Decision, key: str) -> list[tuple[str, date]]:
    line = decision.lines[0]
    entry = decision.case.entry(key)
    return [(field, day) for field, _, day in moved_dates(decision, line, key, entry)]


def test_a_study_a_day_too_old_moves_by_a_day_and_flips() -> None:
    data = complete_open()
    data["imaging"][0]["date"] = "2026-01-14"
    decision = decided(data)
    assert moves(decision, "imaging[0]") == [("date", date(2026, 1, 15))]
    texts = [found.changes[0].text for found in flip(decision, decision.lines[0], largest=1)]
    assert any("dated 2026-01-15 in place of 2026-01-14" in text for text in texts)


def test_a_study_in_time_moves_out_of_its_period() -> None:
    assert moves(decided(complete_open()), "imaging[0]") == [("date", date(2026, 1, 14))]


def test_studies_that_no_clause_dates_do_not_move() -> None:
    decision = decided(complete_percutaneous())
    texts = [found.changes[0].text for found in flip(decision, decision.lines[0], largest=1)]
    assert not any("dated" in text and "radiograph" in text for text in texts)


def test_a_reading_that_looks_back_gives_findings_a_boundary() -> None:
    data = complete_percutaneous()
    assert moves(decided(data), "findings[0]") == []
    decision = decided(data, examination_age="within_12_months")
    assert moves(decision, "findings[0]") == [("date", date(2025, 7, 14))]


def test_what_came_after_the_request_moves_to_it() -> None:
    data = complete_percutaneous()
    data["findings"][0]["date"] = "2026-07-20"
    assert moves(decided(data), "findings[0]") == [("date", date(2026, 7, 15))]


def test_of_two_injections_on_one_day_one_moves_to_a_free_day() -> None:
    data = complete_percutaneous()
    first, second = data["injections"][0], data["injections"][1]
    second["date"] = first["date"]
    decision = decided(data)
    day = date.fromisoformat(str(first["date"])) - DAY
    assert ("date", day) in moves(decision, "injections[0]")


def test_an_outdated_finding_moves_behind_the_one_that_speaks() -> None:
    """PA-1006: not where the note that tells of it, of July 2, would be older than it."""
    decision = examples.decided("pa-1006")
    case = decision.case
    key = next(key for key, each in case.entries() if each is case.findings[12])
    assert moves(decision, key) == []
    undated = edited(case, [("documents[5].date", None)])
    assert moves(decide_case(undated, POLICY), key) == [("date", date(2026, 7, 3))]


@pytest.mark.parametrize("name", first_few(["pa-1003", "pa-1009"], 1))
def test_a_therapy_moves_to_the_nearest_day_that_changes_a_status(name: str) -> None:
    decision = examples.decided(name)
    line = decision.lines[0]
    tried = 0
    for key, entry in decision.case.entries():
        if not key.startswith("therapies"):
            continue
        for field, now, day in moved_dates(decision, line, key, entry):
            step = DAY if day > now else -DAY
            at = statuses(decision, key, field, day)
            assert at != line.statuses
            assert statuses(decision, key, field, day - step) == line.statuses
            tried += 1
    assert tried


def statuses(decision: Decision, key: str, field: str, day: date) -> Any:
    case = edited(decision.case, [(f"{key}.{field}", day.isoformat())])
    return decide_case(case, POLICY).lines[0].statuses


def test_more_therapy_of_past_days_is_no_care_to_come() -> None:
    decision = examples.decided("pa-1009")
    kinds = {
        change.candidate.name: change.kind
        for key, entry in decision.case.entries()
        for change in changes_of_entry(decision, decision.lines[0], key, entry)
        if key.startswith("therapies") and "withdraw" not in change.candidate.name
    }
    longer = {kind for name, kind in kinds.items() if ".end" in name}
    assert longer == {NOT_CHANGEABLE}, "a past day is no care to come"
    assert {kind for name, kind in kinds.items() if ".start" in name} <= {NOT_CHANGEABLE}


def test_a_longer_therapy_is_a_flip_of_its_own() -> None:
    decision = examples.decided("pa-1009")
    found = flip(decision, decision.lines[0], largest=1)
    longer = [each for each in found if "until" in each.changes[0].text]
    assert longer
    assert longer[0].determination == "medically_necessary"
    assert longer[0].changes[0].kind == NOT_CHANGEABLE
