"""A case as facts: only names, numbers, days and keys; every row belongs to the schema."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from clausewise.facts.case.editing import EditError, edited, value_from_text
from clausewise.facts.case.model import Source
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.validation import case_from_data, parse_case
from clausewise.facts.case.writing import case_text
from clausewise.facts.columns import EntryKey
from clausewise.facts.relations.calendar import months_earlier
from clausewise.facts.relations.from_case import calendar_rows, case_facts
from clausewise.facts.relations.to_case import case_of_rows
from clausewise.facts.schema import OF_CASES, SCHEMA
from clausewise.facts.text import printable
from clausewise.facts.vocabulary.words import VOCABULARY, Vocabulary
from tests.support.generator import complete_percutaneous, random_case

HOSTILE = "'); import os; os.system('true') #\u202e<script>alert(1)</script>\x1b[31m"


def known_words() -> set[str]:
    lists = [getattr(VOCABULARY, name) for name in Vocabulary.__slots__]
    words = {name for names in lists for name in names}
    codes = {code.code for name in VOCABULARY.procedures.values() for code in name.codes}
    return words | codes | {
        "left", "right", "bilateral", "unstated", "not_side_specific", "other", "arkansas_passe",
        "yes", "no", "failed", "partial", "relief", "use", "frequency", "duration",
    }  # fmt: skip


def test_no_text_of_a_case_becomes_part_of_a_fact() -> None:
    words = known_words()
    for seed in range(60):
        data = random_case(seed)
        data["case"] = HOSTILE
        data["request"]["procedure"] = HOSTILE
        data["request"]["plan"] = HOSTILE
        data["documents"] = [*data.get("documents", ()), {"id": HOSTILE, "title": HOSTILE}]
        for entry in data["findings"]:
            entry["source"] = {"document": HOSTILE, "quote": HOSTILE}
        for name, rows in case_facts(case_from_data(data)).items():
            assert name in SCHEMA
            for row in rows:
                assert len(row) == len(SCHEMA[name].columns)
                for value in row:
                    if isinstance(value, str) and not isinstance(value, EntryKey):
                        assert value in words, value


def test_every_entry_has_a_key_and_a_side() -> None:
    case = case_from_data(complete_percutaneous())
    facts = case_facts(case)
    assert [row[0] for row in facts["entry_side"]] == [key for key, _ in case.entries()]


def test_of_a_range_of_relief_the_lower_bound_counts() -> None:
    data = complete_percutaneous()
    data["injections"][0]["relief_percent"] = [40, 90]
    data["injections"][1]["relief_percent"] = 49.9999999
    rows = case_facts(case_from_data(data))["relief"]
    assert {row[0]: row[1] for row in rows} == {
        "injections[0]": 40,
        "injections[1]": Decimal("49.9999999"),
    }


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 7, 15), 6, date(2026, 1, 15)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 1), 0, date(2026, 1, 1)),
    ],
)
def test_months_back_end_at_the_end_of_a_shorter_month(
    day: date, months: int, earlier: date
) -> None:
    assert months_earlier(day, months) == earlier


def test_the_calendar_holds_both_possible_anchors() -> None:
    data = complete_percutaneous()
    data["request"]["planned_service_date"] = "2026-08-31"
    rows = calendar_rows(case_facts(case_from_data(data)), [6, 12, 6])
    assert len(rows) == 4
    assert (date(2026, 8, 31).toordinal(), 6, date(2026, 2, 28).toordinal()) in rows


def test_a_period_before_the_calendar_is_an_error() -> None:
    with pytest.raises(OverflowError):
        months_earlier(date(1900, 1, 1), 12 * 1900)


def test_shown_text_has_no_control_or_direction_characters() -> None:
    assert printable("a\x1b[31mb\u202ec\nd\x00\ud800") == "a[31mbc d"
    assert printable("x" * 500, 10) == "xxxxxxxxx…"
    assert printable("naïve 数") == "naïve 数"


@pytest.mark.parametrize("seed", range(60))
def test_a_case_made_again_from_its_rows_has_the_same_rows(seed: int) -> None:
    rows = dict(case_facts(case_from_data(random_case(seed))))
    again = case_of_rows("T", rows, "relations:1")
    assert {name: set(found) for name, found in case_facts(again).items()} == {
        name: set(found) for name, found in rows.items()
    }
    assert again.origin is not None
    assert "no quotes" in again.origin.remarks[0].sentence


def told_in_full() -> dict[str, Any]:
    """A case with everything that the relations hold."""
    data = complete_percutaneous()
    data["request"] |= {
        "decided": "2026-07-30",
        "planned_service_date": "2026-08-10",
        "purpose": ["chronic_pain", "revision"],
        "diagnoses": ["chronic_sij_pain", "fracture"],
    }
    data["record_complete"] = ["injections", "imaging"]
    data["documents"] = [
        {"id": "H1", "date": "2026-07-02", "received": "2026-07-15"},
        {"id": "H2", "date": "2026-07-03"},
        {"id": "H3", "received": "2026-07-20"},
        {"id": "H4", "date": "2026-07-21", "received": "2026-07-22"},
        {"id": "H5", "received": "2026-07-28"},
    ]
    data["findings"][0] |= {"present": True, "radiates_to": ["groin", "thigh"], "revises": True}
    data["findings"][1] |= {"source": [{"document": "H1"}, {"document": "H2"}, "phone call"]}
    data["findings"][2] |= {"context": "baseline", "source": {"document": "H3"}}
    data["findings"][3] |= {"context": "post_operative", "source": {"document": "H4"}}
    data["findings"][-1] |= {"side": "right"}
    data["measurements"][0] |= {"value": [4, Decimal("6.5")], "revises": True}
    data["therapies"][0] |= {"side": "left", "revises": True, "outcome": "partial"}
    data["therapies"][1] |= {"for": "other", "source": "phone call"}
    data["therapy_inability"] = [
        {"reason": "intolerance", "therapy": "T1", "side": "bilateral", "date": "2026-01-01"}
    ]
    data["injections"][0] |= {"relief_percent": [80, 90], "revises": True}
    data["imaging"][0] |= {"revises": True}
    data["member"] = {"age": 44}
    data["visits"] = [{"visit": "weight_management_visit", "date": "2026-01-01", "revises": True}]
    del data["imaging"][1]["side"]
    return data


def same_rows(one: Any, other: Any) -> bool:
    return {name: set(rows) for name, rows in one.items()} == {
        name: set(rows) for name, rows in other.items()
    }


def test_everything_that_relations_hold_is_made_again() -> None:
    rows = case_facts(case_from_data(told_in_full()))
    assert set(OF_CASES) - set(rows) == {
        "procedure_code", "therapy_start_unknown", "therapy_end_unknown", "therapy_completed",
        "exercise_prescription", "exercise_follow_up", "tens_detail", "undated",
    }  # fmt: skip
    assert same_rows(case_facts(case_of_rows("T", rows, "relations:1")), rows)


def test_a_line_without_a_side_is_made_again() -> None:
    data = {
        "format": "clausewise-case/1",
        "case": "T",
        "request": {"procedure": "27447", "received": "2026-07-15"},
    }
    rows = case_facts(case_from_data(data))
    assert rows["line"] == (("unstated",),)
    again = case_of_rows("T", rows, "relations:1")
    assert again.request.side is None
    assert same_rows(case_facts(again), rows)


def test_a_case_written_as_text_is_read_again_as_the_same_case() -> None:
    case = case_from_data(told_in_full())
    assert parse_case(case_text(case).encode()) == case


def test_lists_and_ranges_are_edited() -> None:
    case = case_from_data(told_in_full())
    changed = edited(
        case,
        [
            ("injections[0].relief_percent", [10, 20]),
            ("measurements[0].value", 8),
            ("request.purpose", "revision"),
            ("findings[0].radiates_to", ["thigh"]),
            ("findings[1].source", [{"document": "H5"}, "letter"]),
            ("request.decided", None),
        ],
    )
    assert changed.injections[0].relief_percent == (10, 20)
    assert changed.measurements[0].value == 8
    assert changed.request.purpose == ("revision",)
    assert changed.findings[0].radiates_to == ("thigh",)
    assert changed.findings[1].sources == (Source(document="H5"), "letter")
    assert changed.request.decided is None
    with pytest.raises(InputError, match="not the id of a listed document"):
        edited(case, [("findings[1].source", [{"document": "H9"}])])
    with pytest.raises(InputError, match="runs backwards"):
        edited(case, [("measurements[0].value", [6, 4])])


@pytest.mark.parametrize("text", ["sore, left: 7", "visit #3", "{quote: sore, left}"])
def test_a_value_that_would_be_cut_short_is_refused(text: str) -> None:
    with pytest.raises(EditError, match="is not a value of a case file"):
        value_from_text(text)
    assert value_from_text("'visit #3'") == "visit #3"
    assert value_from_text("[4, 6]") == [4, 6]


def test_rows_that_are_no_case_are_refused_in_words() -> None:
    with pytest.raises(InputError) as caught:
        case_of_rows("T", {"line": [("left",)], "finding": [(1, "gaenslen")]}, "relations:1")
    assert "relations:1" in str(caught.value)
    assert "procedure" in str(caught.value)
