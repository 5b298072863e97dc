"""What is odd in a valid case is told with its place, and why an entry does not count."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from clausewise.facts.case.days import cut_off, not_counted
from clausewise.facts.case.editing import as_of, entries_after
from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.case.warnings import case_warnings
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from tests.support.generator import complete_percutaneous, random_case

Data = dict[str, Any]


def minimal(request: Data | None = None, **lists: Any) -> Case:
    asked = {"procedure": "27279", "side": "left", "received": "2026-07-15", **(request or {})}
    return case_from_data({"format": "clausewise-case/1", "case": "A", "request": asked, **lists})


GAENSLEN = {"finding": "gaenslen", "present": True, "side": "left"}
SCORE = {"measure": "sij_pain_score", "value": 7, "side": "left", "date": "2026-03-02"}
BLOCK = {"side": "left", "date": "2026-03-02"}


@pytest.mark.parametrize(
    ("request_", "lists", "warning"),
    [
        ({}, {}, ""),
        ({"procedure": "27447"}, {}, "request.procedure: CPT 27447 is not governed"),
        ({"procedure": "knee"}, {}, "request.procedure: 'knee' is not governed"),
        ({"plan": "other plan"}, {}, "request.plan: 'other plan' is not governed"),
        (
            {"decided": "2026-07-14"},
            {},
            "request.decided: 2026-07-14 lies before the receipt of the request on 2026-07-15",
        ),
        (
            {},
            {"findings": [{**GAENSLEN, "side": None}]},
            "findings[0]: its kind needs a side; without one it supports no line",
        ),
        (
            {},
            {"imaging": [{"modality": "radiograph", "region": "hip"}]},
            "imaging[0]: its kind needs a side; without one it supports no line",
        ),
        ({}, {"imaging": [{"modality": "mri", "region": "sacroiliac_joint"}]}, ""),
        (
            {},
            {"injections": [{"purposes": ["diagnostic"]}]},
            "injections[0]: its kind needs a side; without one it supports no line",
        ),
        ({}, {"findings": [{"finding": "systemic_arthropathy", "present": True}]}, ""),
        (
            {},
            {"findings": [{**GAENSLEN, "revises": True}]},
            "findings[0]: the latest examination speaks anyway; revises has no effect",
        ),
        (
            {},
            {"imaging": [{"modality": "mri", "region": "lumbar_spine", "side": "left"}]},
            "imaging[0]: the lumbar spine has no sides; its side is not used",
        ),
        (
            {},
            {"therapies": [{"kind": "rest", "completed": True}]},
            "therapies[0]: no clause asks whether rest was completed",
        ),
        ({}, {"therapies": [{"kind": "home_exercise_program", "completed": False}]}, ""),
        (
            {},
            {"measurements": [SCORE], "injections": [BLOCK]},
            "measurements[0]: it is of the day of injections[0] and may be its result; without a "
            "context it does not count",
        ),
        ({}, {"measurements": [{**SCORE, "context": "baseline"}], "injections": [BLOCK]}, ""),
        ({}, {"measurements": [SCORE], "injections": [{**BLOCK, "side": "right"}]}, ""),
        ({}, {"measurements": [SCORE], "injections": [{**BLOCK, "date": "2026-03-03"}]}, ""),
        (
            {},
            {"findings": [{**GAENSLEN, "date": "2026-07-16"}]},
            "findings[0]: it is dated 2026-07-16, after the cut-off 2026-07-15; it does not count",
        ),
        ({"decided": "2026-07-16"}, {"findings": [{**GAENSLEN, "date": "2026-07-16"}]}, ""),
        (
            {},
            {
                "findings": [{**GAENSLEN, "date": "2026-07-16"}],
                "documents": [{"id": "H1", "received": "2026-07-16"}],
            },
            "",
        ),
        (
            {},
            {
                "documents": [{"id": "H1", "date": "2026-07-01"}],
                "findings": [{**GAENSLEN, "date": "2026-07-02", "source": {"document": "H1"}}],
            },
            "findings[0]: it is dated 2026-07-02, and the document that it cites 2026-07-01; it "
            "does not count",
        ),
        (
            {},
            {
                "documents": [{"id": "H1", "date": "2026-07-01"}, {"id": "H2"}],
                "findings": [
                    {
                        **GAENSLEN,
                        "date": "2026-07-02",
                        "source": [{"document": "H1"}, {"document": "H2"}],
                    }
                ],
            },
            "",
        ),
        (
            {"planned_service_date": "2026-07-10"},
            {"findings": [{**GAENSLEN, "date": "2026-07-10"}]},
            "findings[0]: it is dated 2026-07-10, and the service took place on 2026-07-10; it "
            "does not count",
        ),
        (
            {"planned_service_date": "2026-07-16"},
            {"findings": [{**GAENSLEN, "date": "2026-07-10"}]},
            "",
        ),
        (
            {"decided": "2026-07-16"},
            {
                "documents": [{"id": "H1", "received": "2026-07-20"}],
                "findings": [{**GAENSLEN, "source": {"document": "H1"}}],
            },
            "findings[0]: it was received on 2026-07-20, after the cut-off 2026-07-16; it does not "
            "count",
        ),
    ],
)
def test_a_warning_and_no_other(request_: Data, lists: Data, warning: str) -> None:
    assert case_warnings(minimal(request_, **lists)) == ((warning,) if warning else ())


def test_a_request_without_a_side_is_told() -> None:
    case = case_from_data(
        {
            "format": "clausewise-case/1",
            "case": "A",
            "request": {"procedure": "27447", "received": "2026-07-15"},
        }
    )
    assert case_warnings(case)[1] == "request.side: no side is stated"
    (line,) = decide_case(case, POLICY).lines
    assert (line.side, line.determination) == ("unstated", "not_governed")


def with_documents(seed: int) -> Data:
    """A random case whose entries cite documents of days before and after them."""
    random = Random(seed)

    def near(day: date, days: int) -> str:
        return (day + timedelta(days=random.randint(-days, days))).isoformat()

    data = copy.deepcopy(random_case(seed))
    received = date.fromisoformat(data["request"]["received"])
    data["documents"] = [
        *data.get("documents", ()),
        *(
            {
                "id": f"D{number}",
                **({"date": near(received, 200)} if random.random() < 0.7 else {}),
                **({"received": near(received, 20)} if random.random() < 0.7 else {}),
            }
            for number in range(6)
        ),
    ]
    if random.random() < 0.3:
        data["request"]["decided"] = near(received, 20)
    if random.random() < 0.3:
        data["request"]["planned_service_date"] = near(received, 60)
    for name in ("findings", "measurements", "therapies", "injections", "imaging"):
        for entry in data.get(name, ()):
            cited = random.sample(data["documents"], random.randint(0, 2))
            sources: list[Any] = [{"document": document["id"]} for document in cited]
            if random.random() < 0.1:
                sources.append("phone call")
            if sources:
                entry["source"] = sources
    return data


@pytest.mark.parametrize("seed", range(40))
def test_what_is_told_not_to_count_is_what_the_rules_leave_out(seed: int) -> None:
    case = case_from_data(with_documents(seed))
    model = decide_case(case, POLICY).lines[0].model
    timely = {str(key) for (key,) in model.rows["timely"]}
    assert {str(key) for key, _ in case.entries()} - timely == set(map(str, not_counted(case)))
    assert list(model.rows["cut_off"]) == [(cut_off(case).toordinal(),)]


def test_the_file_as_of_a_day_is_the_request_decided_on_that_day() -> None:
    data = complete_percutaneous()
    data["documents"] = [{"id": "H1", "received": "2026-07-20"}, {"id": "H2"}]
    data["measurements"][0]["source"] = {"document": "H1"}
    data["findings"][0]["source"] = {"document": "H2"}
    data["findings"][1]["date"] = "2027-01-01"
    case = case_from_data(data)
    early = as_of(case, date(2026, 7, 19))
    assert early.request.decided == date(2026, 7, 19)
    assert early.findings == case.findings
    assert case.request.decided is None
    assert entries_after(case, date(2026, 7, 19)) == ("measurements[0]",)
    assert entries_after(case, date(2026, 7, 20)) == ()
    everything = entries_after(case, date(2026, 7, 14))
    assert len(everything) == len(dict(case.entries())) - 1
    assert "findings[1]" not in everything
