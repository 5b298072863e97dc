"""Why entries do not count, of records in which very many speak against one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain import uncounted
from clausewise.logic.explain.uncounted import Uncounted
from clausewise.logic.mm_1508 import POLICY
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
