"""Records of hundreds of entries: decided in bounded time, and what is left out is said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.asking.one_case import ask_case
from clausewise.logic.decision import decide
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.derivation import model
from clausewise.logic.derivation.stages import TooManyInstancesError
from clausewise.logic.engine.pydatalog import Engine
from clausewise.logic.mm_1508 import POLICY
from tests.support.records import RECEIVED, complete_percutaneous


def with_visits(count: int, *, apart: int = 1, **said: Any) -> dict[str, Any]:
    """A complete record with this many therapies instead of its own."""
    data = complete_percutaneous()
    days = [(RECEIVED - timedelta(days=1 + apart * number)).isoformat() for number in range(count)]
    data["therapies"] = [
        {"kind": "physical_therapy", "start": day, "end": day, **said} for day in days
    ]
    return data


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The questions that pyDatalog is asked from now on."""
    found: list[Any] = []
    ask = Engine.ask

    def noted(self: Engine, atoms: Any) -> Any:
        found.extend(atoms)
        return ask(self, atoms)

    monkeypatch.setattr(Engine, "ask", noted)
    return found


def test_a_longer_record_is_decided_by_the_derivations_and_says_so(
    asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_from_data(with_visits(25, apart=7))
    compared = decide_case(case, POLICY)
    assert asked
    assert not any("pyDatalog" in warning for warning in compared.warnings)
    asked.clear()
    monkeypatch.setattr(decide, "MOST_ENTRIES_ASKED", 24)
    longer = decide_case(case, POLICY)
    assert not asked
    assert "the record has 25 entries of one kind; of more than 24" in longer.warnings[-1]
    assert compared.lines[0].statuses == longer.lines[0].statuses


def test_a_question_to_a_longer_record_is_answered_by_the_derivations_and_says_so(
    asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyDatalog takes more than a minute for what few rules say of 1,000 injections."""
    case = case_from_data(with_visits(25, apart=7))
    compared = ask_case(case, ["therapy(E, K)"], POLICY)
    assert asked
    assert compared.notice == ""
    asked.clear()
    monkeypatch.setattr(decide, "MOST_ENTRIES_ASKED", 24)
    longer = ask_case(case, ["therapy(E, K)"], POLICY, notice="of a policy")
    assert not asked
    assert longer.notice.startswith("of a policy; the record has 25 entries of one kind")
    assert longer.rows == compared.rows


@pytest.mark.parametrize(("apart", "status"), [(1, "met"), (7, "undocumented")])
def test_a_thousand_therapies_take_work_in_proportion_to_their_number(
    apart: int, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some rule instances for each, and not for each pair of them."""
    monkeypatch.setattr(model, "MOST_TOGETHER", 998 * 100)
    decision = decide_case(case_from_data(with_visits(998, apart=apart)), POLICY)
    assert decision.lines[0].statuses["D.I.B.4.a"] == status


def test_entries_that_combine_in_too_many_ways_are_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model, "MOST_TOGETHER", 5_000)
    data = with_visits(130)
    for each in data["therapies"]:
        each["start"] = "2026-01-01"
    with pytest.raises(TooManyInstancesError, match="may be left out"):
        decide_case(case_from_data(data), POLICY)


def test_of_documents_of_very_many_days_the_derivations_decide_alone(asked: list[Any]) -> None:
    """pyDatalog compares each day of receipt with each other one: a minute for a thousand."""
    data = complete_percutaneous()
    days = [(RECEIVED - timedelta(days=number)).isoformat() for number in range(130)]
    data["documents"] = [{"id": f"D{day}", "received": day} for day in days]
    decision = decide_case(case_from_data(data), POLICY)
    assert not asked
    assert "the record has 130 days on which documents were received" in decision.warnings[-1]
    assert decision.lines[0].determination == "medically_necessary"
