"""Why entries do not count, of records in which very many speak against one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

import clausewise as cw
from clausewise.facts.case.editing import edited
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain import uncounted
from clausewise.logic.explain.uncounted import Uncounted
from clausewise.logic.mm_1508 import POLICY
from tests.support.places import ROOT
from tests.support.records import RECEIVED, complete_percutaneous


def test_of_many_that_speak_against_an_entry_some_are_told_and_the_rest_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uncounted, "MOST_TOLD", 2)
    data = complete_percutaneous()
    data["measurements"] = [
        {
            "measure": "sij_pain_score",
            "value": 7,
            "side": "left",
            "date": (RECEIVED - timedelta(days=1 + number)).isoformat(),
        }
        for number in range(6)
    ]
    decision = decide_case(case_from_data(data), POLICY)
    found = Uncounted(decision, decision.lines[0]).of("D.I.B.2")
    told = {key: [reason.text for reason in reasons] for key, reasons in found.items()}
    assert [len(told[f"measurements[{number}]"]) for number in range(6)] == [0, 1, 2, 3, 3, 3]
    assert told["measurements[5]"][-1] == "3 more entries speak against it alike"


OF_OTHERS = [
    ("cmm-01", {"injections[1].relief_percent": [70, 80]}, "the relief leaves open whether it is"),
    ("cmm-01", {"injections[1].contrast": None}, "not said whether contrast was used"),
    ("cmm-01", {"injections[1].date": None}, "its date is not documented"),
    ("cmm-01", {"injections[2].outcome": None}, "not said whether it failed"),
    ("cmm-01", {"injections[2].outcome": "relief"}, "it brought relief, so it did not fail"),
    ("cmm-01", {"imaging[0].date": date(2025, 5, 1)}, "does not count: it is older than 6 months"),
    ("cmm-01", {"imaging[0].date": None}, "its date is not documented"),
    ("cmm-01", {"imaging[0].results.sij_tumor": None}, "does not report it, either way"),
    ("cmm-01", {"therapies[0].end": None}, "its end is not documented"),
    ("cmm-01", {"therapies[0].end": date(2025, 3, 20)}, "70 of 181 days documented"),
    ("lcd-01", {"therapies[0].end": date(2025, 10, 20)}, "20 of 28 days documented"),
    ("lcd-01", {"therapies[0].outcome": None}, "not said whether it failed"),
    ("lcd-01", {"therapies[0].outcome": "relief"}, "it brought relief, so it did not fail"),
    ("cmm-07", {"measurements[0].value": [5, 25]}, "the range leaves open whether it is as"),
    ("lcd-07", {"injections[0].relief_percent": [70, 80]}, "the relief leaves open whether it is"),
    ("lcd-07", {"injections[0].relief_percent": None}, "not said how much relief it brought"),
    ("lcd-02", {"injections[0].date": None, "record_complete": None}, "its date is not documented"),
]
"""Changes of examples of policies that are written with the library, and what is said for each."""


@pytest.mark.parametrize(("name", "changes", "said"), OF_OTHERS)
def test_what_an_entry_leaves_out_is_told_under_every_policy(
    name: str, changes: dict[str, Any], said: str
) -> None:
    (path,) = (ROOT / "logic").glob(f"*/cases/{name}.yaml")
    case = edited(load_case(path), {"record_complete": None, **changes}.items())
    assert said in " ".join(str(cw.why_not(case)).split())


def test_a_session_counts_towards_its_limit() -> None:
    """And one of before the period does not."""
    case = load_case(ROOT / "logic/lcd_sij_injections/cases/lcd-02.yaml")
    earlier = {"injections[0].date": "2024-01-01", "record_complete": ["findings"]}
    text = " ".join(str(cw.why(edited(case, earlier.items()))).split())
    assert "does not count: it is older than 12 months" in text
    assert "counts towards the limit" in text
    assert "is not enough" not in text


def test_care_of_any_kind_is_asked_for_where_the_rules_name_none() -> None:
    case = load_case(ROOT / "logic/cmm_611/cases/cmm-01.yaml")
    text = " ".join(str(cw.missing(edited(case, [("therapies", None)]))).split())
    assert "181 days of chiropractic care" in text
    assert "physical therapy" in text


def test_alternatives_that_are_all_open_are_not_told_beside_themselves() -> None:
    case = load_case(ROOT / "logic/cmm_611/cases/cmm-01.yaml")
    text = " ".join(str(cw.why(edited(case, [("request.procedure", "open_sij_fusion")]))).split())
    assert "0 of 5 criteria of OF met; no exclusion applies" in text


def test_an_exclusion_by_what_is_asked_for_is_changed_by_no_record() -> None:
    case = load_case(ROOT / "logic/cmm_611/cases/cmm-09.yaml")
    assert "An approval would need besides" not in str(cw.why(case))
    assert "the request is for both sides" in str(cw.why_not(case))


def test_a_further_injection_of_any_later_day_is_asked_for_by_the_label_of_its_kind() -> None:
    case = load_case(ROOT / "logic/lcd_sij_injections/cases/lcd-09.yaml")
    last = [("injections[1].relief_percent", [40, 60])]
    text = " ".join(str(cw.missing(edited(case, last))).split())
    assert "T: the follow-up of the last therapeutic injection" in text
    assert "at least 50 % relief, dated 2025-08-10 or later" in text
    assert "on a day of its own such as 2025-08-10" not in text
    assert cw.letter(edited(case, last), "member").count("you had a steroid injection") == 1
