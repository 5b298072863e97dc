"""Commands on the longest records end in time, or say in a sentence what they left out."""

from __future__ import annotations

import pytest

from benchmarks.long_records import Run, entries, same, sweep
from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.what_if import trial
from clausewise.logic.what_if.missing import missing
from tests.support.records import complete_percutaneous


@pytest.mark.parametrize(
    ("seconds", "megabytes", "status", "kept"),
    [
        (29, 900, 0, True),
        (12, 900, 2, True),
        (31, 90, 0, False),
        (3, 1100, 0, False),
        (3, 9, 1, False),
    ],
)
def test_what_is_promised(seconds: float, megabytes: float, status: int, kept: bool) -> None:
    assert Run(1, "record", "decide", seconds, megabytes, status).kept is kept


def test_a_record_whose_entries_combine_in_many_ways_is_searched_less_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of one day each injection is compared with each other one."""
    data = complete_percutaneous()
    data["injections"] = entries("injections", 18, same)
    decision = decide_case(case_from_data(data), POLICY)
    apart = [
        {**each, "date": f"2026-05-{day:02}"} for day, each in enumerate(data["injections"], 1)
    ]
    spread = decide_case(case_from_data({**data, "injections": apart}), POLICY)
    assert decision.work > 1.1 * spread.work
    assert trial.most_trials(decision) == trial.most_trials(spread) > 2
    monkeypatch.setattr(trial, "MOST_WORK", 2 * decision.work)
    assert trial.most_trials(decision) == 2
    found = missing(decision, decision.lines[0])
    assert "D.I.B.7: further alternatives, and what of them is needed" in found.not_searched


@pytest.mark.slow
def test_commands_on_the_longest_records_keep_what_is_promised() -> None:
    """As many as half an hour allows, in the benchmark's order."""
    runs = sweep(minutes=30)
    assert len(runs) > 20
    assert [each for each in runs if not each.kept] == []
