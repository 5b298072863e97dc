"""The page about an audit: what the summary says, with bars, and hostile case names as text."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from clausewise.logic.cohort.summary import Summary
from clausewise.viz.report.cohort_page import cohort_page, share_of
from tests.viz.report.test_report import HOSTILE, Page

SUMMARY = Summary(
    what_if="",
    input={"sha256": "0" * 64},
    sample={"seed": 1, "lines": 10},
    cases={"read": 12, "decided": 10, "quarantined": 2},
    lines=10,
    determinations={"not_medically_necessary": 8, "medically_necessary": 2},
    denying=[
        {"clause": "D.I.B.7", "lines": 6, "alone": 3},
        {"clause": "D.I.B.2", "lines": 3, "alone": 0},
    ],
    denying_together=[{"clauses": ["D.I.B.2", "D.I.B.7"], "lines": 3}],
    missing=[],
    agreement={
        "lines": 10,
        "equal": 7,
        "kappa": 0.4,
        "confusion": [
            {"recorded": "medically_necessary", "decided": "not_medically_necessary", "lines": 3}
        ],
        "disagreements": [
            {
                "case": HOSTILE,
                "place": HOSTILE,
                "line": "left",
                "recorded": "medically_necessary",
                "decided": "not_medically_necessary",
                "decisive": ["D.I.B.7"],
                "surprise": 4.3,
            }
        ],
    },
    inconsistent=[
        {
            "decided": "medically_necessary",
            "decisive": [],
            "recorded": [
                {"recorded": "medically_necessary", "lines": 7, "cases": ["PA-1"]},
                {"recorded": "insufficient_information", "lines": 2, "cases": [HOSTILE]},
            ],
        }
    ],
    reading_sensitive=1,
    flips={
        "changed": {"parameter.minimum_pain_score": 6},
        "lines": 1,
        "from_to": [{"from": "medically_necessary", "to": "not_medically_necessary", "lines": 1}],
    },
    choices={"readings": {}, "parameters": {}},
    repeated_cases=[{"case": "PA-<1>", "cases": 2}],
    policy={"number": "MM-1508", "effective": "2026-06-01", "fingerprint": "0123456789abcdef"},
)


def test_the_page_says_what_the_summary_says() -> None:
    text = Page(cohort_page(SUMMARY)).text
    for words in (
        "12 cases read: 10 decided, 2 rejected",
        "What denies",
        "What denies together",
        "D.I.B.2, D.I.B.7",
        "medically necessary 7 PA-1",
        "about 5 %",
        "more than one case has the name PA-<1> (2 cases)",
        "the agreement is 0.40",
        "7 of 10 lines agree",
        "minimum pain score were 6: 1 line would",
        SUMMARY.disclaimer,
    ):
        assert words in text, words
    assert "What is missing" not in text


def test_bars_are_as_long_as_their_numbers() -> None:
    page = Page(cohort_page(SUMMARY))
    widths = [each["width"] for tag, each in page.elements if tag == "rect"]
    # Determinations 8 and 2, the clauses 6 (3 alone) and 3 (0 alone), those together 3.
    assert widths == [
        "220.0",
        "0.0",
        "55.0",
        "0.0",
        "220.0",
        "110.0",
        "110.0",
        "0.0",
        "220.0",
        "0.0",
    ]


def test_hostile_names_stay_text_and_nothing_is_loaded() -> None:
    page = Page(cohort_page(SUMMARY))
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "img", "link", "iframe"}
    assert all(each.startswith("#") for each in page.values("href"))
    assert "<script>alert(1)</script>" in page.text
    assert not [name for _, each in page.elements for name in each if name.startswith("on")]


def test_a_cohort_without_records_or_questions_has_a_short_page() -> None:
    short = replace(
        SUMMARY, agreement=None, inconsistent=[], flips=None, denying=[], denying_together=[]
    )
    text = Page(cohort_page(short)).text
    assert "Agreement" not in text
    assert "flip" not in text
    assert "together" not in text


def test_clauses_have_names_shares_percent_and_disagreements_a_link() -> None:
    text = cohort_page(SUMMARY, {SUMMARY.denying[0]["clause"]: "pain score"}, "../my%20cases")
    assert "<small>Pain score</small>" in text
    assert re.search(r"\d %</span></td>", text)
    assert SUMMARY.agreement is not None
    place = SUMMARY.agreement["disagreements"][0]["place"].partition(":")[0]
    assert f'href="../my%20cases/{quote(place)}"' in text
    assert 'href="#denying"' in text
    assert "bits" not in text


def test_lines_and_procedures_are_told_as_people_do() -> None:
    row = {
        **{"lines": 1, "procedure": "percutaneous_sij_fusion", "policies": ["MM-1508"]},
        **{"plan": "medicare", "policies_of_plan": ["L39455"]},
    }
    text = Page(cohort_page(replace(SUMMARY, not_governed=[row]), {})).text
    assert "1 line is not governed, for percutaneous SIJ fusion; policies for it: MM-1508; " in text
    assert "policies of Medicare: L39455." in text
    assert "1 line is sensitive to readings" in text


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (1, 8, "13 %"),
        (3, 8, "38 %"),
        (0, 9, "0 %"),
        (1, 1000, "under 1 %"),
        (999, 1000, "over 99 %"),
        (7, 7, "100 %"),
        (0, 0, "0 %"),
    ],
)
def test_a_share_is_rounded_alike_and_only_all_are_a_hundred(
    part: int, whole: int, told: str
) -> None:
    assert share_of(part, whole) == told


def test_one_case_is_told_as_one() -> None:
    one = replace(SUMMARY, cases={"read": 1, "decided": 0, "quarantined": 1}, lines=1)
    text = Page(cohort_page(one)).text
    assert "1 case read: 0 decided, 1 rejected with its errors; 1 line " in text
