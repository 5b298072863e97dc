"""A case as facts: only names, numbers, days and keys; every row belongs to the schema."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from clausewise.facts.case.syntax import InputError
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.relations.calendar import months_earlier
from clausewise.facts.relations.from_case import calendar_rows, case_facts
from clausewise.facts.relations.to_case import case_of_rows
from clausewise.facts.schema import SCHEMA, EntryKey
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
        data["documents"] = [{"id": HOSTILE, "title": HOSTILE}]
        for entry in data["findings"]:
            entry["source"] = {"document": HOSTILE, "quote": HOSTILE}
        for name, rows in case_facts(case_from_data(data)).rows.items():
            assert name in SCHEMA
            for row in rows:
                assert len(row) == len(SCHEMA[name].columns)
                for value in row:
                    if isinstance(value, str) and not isinstance(value, EntryKey):
                        assert value in words, value


def test_every_entry_has_a_key_and_a_side() -> None:
    case = case_from_data(complete_percutaneous())
    facts = case_facts(case)
    assert facts.entry_keys() == {key for key, _ in case.entries()}


def test_of_a_range_of_relief_the_lower_bound_counts() -> None:
    data = complete_percutaneous()
    data["injections"][0]["relief_percent"] = [40, 90]
    data["injections"][1]["relief_percent"] = 49.9999999
    rows = case_facts(case_from_data(data)).rows["relief"]
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
    rows = calendar_rows(case_facts(case_from_data(data)).rows, [6, 12, 6])
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
    rows = dict(case_facts(case_from_data(random_case(seed))).rows)
    again = case_of_rows("T", rows, "relations:1")
    assert {name: set(found) for name, found in case_facts(again).rows.items()} == {
        name: set(found) for name, found in rows.items()
    }
    assert again.origin is not None
    assert "no quotes" in again.origin.remarks[0].sentence


def test_rows_that_are_no_case_are_refused_in_words() -> None:
    with pytest.raises(InputError) as caught:
        case_of_rows("T", {"line": [("left",)], "finding": [(1, "gaenslen")]}, "relations:1")
    assert "relations:1" in str(caught.value)
    assert "procedure" in str(caught.value)
