"""Commands on the longest records end in time, or say in a sentence what they left out."""

from __future__ import annotations

import pytest

from benchmarks.long_records import COMMANDS, Run, consecutive, entries, pairs, same, sweep
from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.derivation.model import Model
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.what_if import trial
from clausewise.logic.what_if.flip import flip
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


def test_differences_that_are_found_are_an_answer_and_no_failure() -> None:
    assert Run(1, "record", "quotes", 1, 90, 1).kept
    assert not Run(1, "record", "audit", 1, 90, 1).kept


def test_five_commands_run_on_all_records_and_the_others_on_the_hardest_of_a_kind() -> None:
    """A record that `decide` refuses is asked only what says something of it all the same."""
    took = {"visits, same": 2.0, "visits, paired": 5.0, "imaging, same": 1.0}
    runs: list[Run] = []
    for record, command in pairs(["visits, refused", *took], runs):
        refused = record not in took
        seconds = 99.0 if refused else took[record]
        runs.append(Run(1, record, command, seconds, 90, 2 if refused else 0))
    on = {label: {each.record for each in runs if each.command == label} for label in COMMANDS}
    assert on["decide"] == {"visits, refused", *took}
    assert on["report"] == on["flip"] == set(took)
    assert on["when"] == {"visits, paired", "imaging, same"}
    assert on["audit"] == {"visits, refused", "imaging, same"}


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
    monkeypatch.setattr(trial, "MOST_WORK", 4 * decision.work)
    (line,) = decision.lines
    found = missing(decision, line)
    assert "D.I.B.7: further alternatives, and what of them is needed" in found.not_searched


def test_what_is_worked_out_for_changed_cases_is_bounded_though_one_alone_takes_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One study that is told otherwise is compared with all others, which alike are not."""
    data = complete_percutaneous()
    data["imaging"] = entries("imaging", 12, consecutive, alike=True)
    decision = decide_case(case_from_data(data), POLICY)
    (line,) = decision.lines
    edits = [("imaging[5].results.destructive_lesion", True)]
    all_of_it = trial.Work(decision)
    before = all_of_it.left
    assert not trial.Trials(decision, line, _approved, all_of_it)(edits)
    taken = before - all_of_it.left
    monkeypatch.setattr(trial, "MOST_WORK", decision.work + taken - 1)
    bounded = trial.Work(decision)
    with pytest.raises(trial.OutOfTrialsError):
        trial.Trials(decision, line, _approved, bounded)(edits)
    assert bounded.left == 0
    monkeypatch.setattr(trial, "MOST_WORK", 0)
    assert flip(decision, line).not_searched
    assert missing(decision, line).not_searched


def _approved(model: Model) -> bool:
    return ("left", "medically_necessary") in model.rows["determination"]


@pytest.mark.slow
def test_commands_on_the_longest_records_keep_what_is_promised() -> None:
    """As many as half an hour allows, in the benchmark's order."""
    runs = sweep(minutes=30)
    assert len(runs) > 20
    assert [each for each in runs if not each.kept] == []
