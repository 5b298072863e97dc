"""What-ifs, the file as of a day, and what time alone changes."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

import clausewise as cw
from clausewise.facts.case.editing import EditError, as_of, edited, plain_data, value_from_text
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.facts.relations.from_case import case_facts
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.language.choices import ChoiceError
from clausewise.logic.language.policy import Policy
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.what_if import receipt_days
from clausewise.logic.what_if.compare import changed_choices, then_and_now, what_if
from clausewise.logic.what_if.receipt_days import when
from clausewise.output.comparison import left_out
from tests.support.examples import example, received_on
from tests.support.generator import complete_open, complete_percutaneous, random_case
from tests.support.places import case_path
from tests.support.slices import first_few


def in_force(_: date) -> Policy:
    """The one policy of these tests, whatever the day."""
    return POLICY


TUMOR = {"finding": "sacropelvic_tumor", "present": True}


@pytest.mark.parametrize(
    ("settings", "determination"),
    [
        ({"measurements[0].value": 4}, "not_medically_necessary"),
        ({"injections.I2.relief_percent": 49}, "insufficient_information"),
        ({"findings[0]": None}, "insufficient_information"),
        ({"findings[0]": None, "findings[1]": None}, "insufficient_information"),
        ({"measurements": None}, "insufficient_information"),
        (
            {"request.procedure": "27280", "request.diagnoses": ["other"]},
            "insufficient_information",
        ),
        ({"imaging.X3.results.hip_osteoarthritis": True}, "insufficient_information"),
        ({"imaging.X3.results.hip_osteoarthritis": None}, "insufficient_information"),
        ({"findings+": TUMOR}, "insufficient_information"),
        ({"parameter.minimum_pain_score": 8}, "not_medically_necessary"),
        ({"reading.device_scope": "transfixing_only"}, "medically_necessary"),
        (
            {"reading.device_scope": "transfixing_only", "request.procedure": "27278"},
            "not_medically_necessary",
        ),
        ({"record_complete": ["therapies"], "therapies.T1": None}, "not_medically_necessary"),
        ({"member": {"age": 12}}, "medically_necessary"),
    ],
)  # fmt: skip
def test_a_what_if_changes_the_decision_and_never_the_case(
    settings: dict[str, Any], determination: str
) -> None:
    data = complete_percutaneous()
    case = case_from_data(data)
    before = plain_data(case)
    found = what_if(case, POLICY, settings)
    (line,) = found.lines
    assert line.before == "medically_necessary"
    assert line.after == determination
    assert found.changed is (determination != "medically_necessary")
    assert plain_data(case) == before
    if found.changed:
        assert line.statuses


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"measurments[0].value": 4}, EditError),
        ({"measurements[3].value": 4}, EditError),
        ({"measurements[0].value": 40}, InputError),
        ({"injections.I9.date": "2026-01-01"}, EditError),
        ({"request.side.x": 1}, EditError),
        ({"request+": 1}, EditError),
        ({"findings+": None}, EditError),
        ({"a b": 1}, EditError),
        ({"reading.lateralty": "any_side"}, ChoiceError),
        ({"parameter.minimum_pain_score": "5"}, ChoiceError),
    ],
)
def test_impossible_settings_are_refused(settings: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        what_if(case_from_data(complete_percutaneous()), POLICY, settings)


def test_values_are_read_as_in_a_case_file() -> None:
    assert value_from_text("7") == 7
    assert value_from_text("null") is None
    assert value_from_text("") is None
    assert value_from_text("{finding: gaenslen, present: true}") == {
        "finding": "gaenslen",
        "present": True,
    }
    for text in ("[", "1\nother: 2", "!!python/name:os.system", "&a 1"):
        with pytest.raises(EditError):
            value_from_text(text)


def test_plain_data_is_the_case_again() -> None:
    for seed in range(40):
        case = case_from_data(random_case(seed))
        assert case_from_data(plain_data(case)) == case
        assert edited(case, []) == case


def test_choices_that_differ_are_named() -> None:
    found = what_if(
        case_from_data(complete_percutaneous()),
        POLICY,
        {"parameter.minimum_blocks": 3, "reading.failed_block": "disqualifies"},
    )
    assert changed_choices(found.before.choices, found.after.choices) == {
        "reading.failed_block": ("ignored", "disqualifies"),
        "parameter.minimum_blocks": (2, 3),
    }


def test_the_file_of_a_day_holds_what_the_plan_had_received() -> None:
    data = complete_percutaneous()
    data["documents"] = [{"id": "H1", "received": "2026-07-20"}, {"id": "H2"}]
    data["measurements"][0]["source"] = {"document": "H1"}
    data["findings"][0]["source"] = {"document": "H2"}
    case = case_from_data(data)
    found = then_and_now(case, POLICY, date(2026, 7, 19))
    assert found.late_entries == ("measurements[0]",)
    assert found.lines[0].before == "insufficient_information"
    assert found.lines[0].after == "medically_necessary"
    assert then_and_now(case, POLICY, date(2026, 7, 20)).late_entries == ()
    everything = then_and_now(case, POLICY, date(2026, 7, 14)).late_entries
    assert len(everything) == len(dict(case.entries()))


def test_an_inability_whose_therapy_came_later_does_not_qualify() -> None:
    data = complete_percutaneous()
    data["documents"] = [{"id": "H1", "received": "2026-07-20"}]
    data["therapies"][0]["source"] = {"document": "H1"}
    data["therapy_inability"] = [{"reason": "intolerance", "therapy": "T1"}]
    early = decide_case(as_of(case_from_data(data), date(2026, 7, 16)), POLICY)
    assert early.lines[0].statuses["D.I.B.4.a"] == "undocumented"


@pytest.mark.parametrize("make", first_few([complete_open, complete_percutaneous], 1))
def test_the_intervals_equal_deciding_day_by_day(make: Any) -> None:
    data = make()
    case = case_from_data(data)
    found = when(case, in_force, days=250)
    assert found[0].first == case.request.received - timedelta(days=250)
    assert found[-1].last == case.request.received + timedelta(days=250)
    for earlier, later in pairwise(found):
        assert later.first == earlier.last + timedelta(days=1)
        assert later.determination != earlier.determination
        assert later.changed
    for interval in found:
        edges = {interval.first, interval.last, interval.first + timedelta(days=1)}
        for day in edges | {interval.first + (interval.last - interval.first) / 2}:
            moved = copy.deepcopy(data)
            moved["request"]["received"] = day.isoformat()
            (line,) = decide_case(case_from_data(moved), POLICY).lines
            if interval.first <= day <= interval.last:
                assert line.determination == interval.determination


def test_the_clauses_that_change_the_determination_are_named() -> None:
    found = when(load_case(case_path("pa-1001")), in_force, days=50)
    assert [each.changed for each in found] == [
        (),
        (("scope.in_force", "not_met", "met"),),
        tuple((f"D.I.B.{number}", "undocumented", "met") for number in (1, 2, 3, 5, 6, 8)),
        (("D.I.B.4.b", "met", "undocumented"),),
    ]


def test_each_day_is_decided_under_the_version_that_is_in_force() -> None:
    case = cw.load(complete_percutaneous())
    data = case.when(days=2).data()
    first = {"first": "2026-07-13", "policy": "MM-1508@2026-06-01"}
    assert data["versions"] == [first]
    by_number = cw.Case.of(case, policy="CMM-611")
    found = by_number.when(days=410)
    assert [version for _, version in found.value.versions] == [
        "CMM-611@2024-01-01",
        "CMM-611@2025-06-01",
    ]
    assert "from 2025-06-01 under CMM-611@2025-06-01" in str(found)
    of_a_day = cw.Case.of(case, policy="CMM-611@2026-07-15").when(days=2)
    assert [version for _, version in of_a_day.value.versions] == ["CMM-611@2025-06-01"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pa-1001", "pa-1010", "pa-1012"])
def test_the_intervals_equal_deciding_every_day_for_two_years(name: str) -> None:
    case = example(name)
    by_day = {
        (interval.side, interval.first + timedelta(days=number)): interval.determination
        for interval in when(case, in_force)
        for number in range((interval.last - interval.first).days + 1)
    }
    for number in range(-730, 731):
        day = case.request.received + timedelta(days=number)
        for line in decide_case(received_on(case, day), POLICY).lines:
            assert by_day[line.side, day] == line.determination


def test_days_that_could_not_be_decided_in_time_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt_days, "MOST_SECONDS", 0.0)
    case = load_case(case_path("pa-1013"))
    found = when(case, in_force, days=30)
    first, last = found[0].first, found[-1].last
    assert (case.request.received - first).days == 0
    assert (last - case.request.received).days == 1
    sentence = left_out(case, found, 30)
    assert sentence is not None
    received, around, day = case.request.received, timedelta(days=30), timedelta(days=1)
    assert f"from {received - around} to {first - day} and from {last + day} to" in sentence
    assert "0 seconds were over" in sentence
    monkeypatch.undo()
    assert left_out(case, when(case, in_force, days=3), 3) is None


def test_the_facts_of_a_file_received_later_are_those_of_the_moved_case() -> None:
    cases = [case_from_data(random_case(seed)) for seed in range(40)]
    assert any("decided" in case_facts(case) for case in cases)
    for case in cases:
        for days in (-400, 0, 1, 90):
            moved = received_on(case, case.request.received + timedelta(days=days))
            expected = case_facts(moved)
            assert receipt_days.received_later(case_facts(case), days) == expected
