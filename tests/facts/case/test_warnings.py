"""What is odd in a valid case is told with its place."""

from __future__ import annotations

from typing import Any

import pytest

from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.case.warnings import case_warnings
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY

Data = dict[str, Any]


def minimal(request: Data | None = None, **lists: Any) -> Case:
    asked = {"procedure": "27279", "side": "left", "received": "2026-07-15", **(request or {})}
    return case_from_data({"format": "clausewise-case/1", "case": "A", "request": asked, **lists})


GAENSLEN = {"finding": "gaenslen", "present": True, "side": "left"}


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
            {
                "imaging": [
                    {
                        "modality": "ct",
                        "region": "lumbar_spine",
                        "results": {"destructive_lesion": True},
                    }
                ]
            },
            "imaging[0].results.destructive_lesion: only a study of the sacroiliac joint is asked "
            "about it",
        ),
        (
            {},
            {"therapies": [{"kind": "rest", "completed": True}]},
            "therapies[0]: no clause asks whether rest was completed",
        ),
        ({}, {"therapies": [{"kind": "home_exercise_program", "completed": False}]}, ""),
        (
            {},
            {"injections": [{"side": "left", "relief_percent": 0.8}]},
            "injections[0].relief_percent: it is read as less than one percent; 80 percent is "
            "written as 80",
        ),
        ({}, {"injections": [{"side": "left", "relief_percent": [0, 1]}]}, ""),
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
