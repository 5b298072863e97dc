"""Which entries count for no clause, and why: the rules say it, and a warning names each."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.registry import registry
from tests.support.generator import random_case
from tests.support.records import Data

GAENSLEN = {"finding": "gaenslen", "present": True, "side": "left"}
MADE_AFTER = {**GAENSLEN, "date": "2026-07-16"}
LATE = "it is later than the cut-off"
OPERATED = "it is not from before the operation"
IMPOSSIBLE = "it is later than the documents it cites"
NOT_RECEIVED = "it was not received by the cut-off"


@pytest.mark.parametrize(
    ("request_", "finding", "documents", "reason"),
    [
        ({}, MADE_AFTER, [], LATE),
        ({"decided": "2026-07-16"}, MADE_AFTER, [], ""),
        ({}, MADE_AFTER, [{"id": "H1", "received": "2026-07-16"}], ""),
        (
            {},
            {**GAENSLEN, "date": "2026-07-02", "source": {"document": "H1"}},
            [{"id": "H1", "date": "2026-07-01"}],
            IMPOSSIBLE,
        ),
        (
            {},
            {**GAENSLEN, "date": "2026-07-02", "source": [{"document": "H1"}, {"document": "H2"}]},
            [{"id": "H1", "date": "2026-07-01"}, {"id": "H2"}],
            "",
        ),
        (
            {"planned_service_date": "2026-07-10"},
            {**GAENSLEN, "date": "2026-07-10"},
            [],
            OPERATED,
        ),
        ({"planned_service_date": "2026-07-16"}, {**GAENSLEN, "date": "2026-07-10"}, [], ""),
        (
            {"decided": "2026-07-16"},
            {**GAENSLEN, "source": {"document": "H1"}},
            [{"id": "H1", "received": "2026-07-20"}],
            NOT_RECEIVED,
        ),
        (
            {"decided": "2026-07-16", "planned_service_date": "2026-07-10"},
            {**GAENSLEN, "date": "2026-07-17"},
            [],
            f"{LATE} and {OPERATED}",
        ),
    ],
)
def test_an_entry_that_no_clause_counts_is_a_warning(
    request_: Data, finding: Data, documents: list[Data], reason: str
) -> None:
    asked = {"procedure": "27279", "side": "left", "received": "2026-07-15", **request_}
    data = {"format": "clausewise-case/1", "case": "A", "request": asked}
    case = case_from_data({**data, "findings": [finding], "documents": documents})
    day = f", {finding['date']}" if "date" in finding else ""
    expected = (f"findings[0]{day}: {reason}; it does not count",) if reason else ()
    assert decide_case(case, POLICY).warnings == expected


SCORE = {"measure": "sij_pain_score", "value": 7, "side": "left", "date": "2026-03-02"}
BLOCK = {"side": "left", "date": "2026-03-02"}
REQUEST = {"procedure": "27279", "side": "left", "received": "2026-07-15"}
PLAIN = {"format": "clausewise-case/1", "case": "A", "request": REQUEST}


@pytest.mark.parametrize(
    ("score", "block", "told"),
    [
        (SCORE, BLOCK, True),
        (SCORE, {"date": "2026-03-02"}, True),
        ({**SCORE, "context": "baseline"}, BLOCK, False),
        (SCORE, {**BLOCK, "side": "right"}, False),
        (SCORE, {**BLOCK, "date": "2026-03-03"}, False),
    ],
)
def test_a_score_that_may_be_the_result_of_an_injection_is_a_warning(
    score: Data, block: Data, told: bool
) -> None:
    case = case_from_data({**PLAIN, "measurements": [score], "injections": [block]})
    found = decide_case(case, POLICY).not_counted
    assert list(found) == (["measurements[0]"] if told else [])
    assert all("may be its result" in each for each in found.values())


def test_the_warnings_follow_the_reading_of_the_cut_off() -> None:
    data = {**PLAIN, "findings": [MADE_AFTER]}
    case = case_from_data({**data, "documents": [{"id": "H1", "received": "2026-07-16"}]})
    assert decide_case(case, POLICY).not_counted == {}
    found = decide_case(case, POLICY, readings={"evidence_cutoff": "received"})
    assert found.not_counted == {"findings[0]": LATE}


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


@pytest.mark.parametrize("number", [each.about.number for each in registry()])
def test_they_are_those_that_are_not_known_in_time(number: str) -> None:
    (policy,) = (each.at(date(2026, 7, 15)) for each in registry() if each.about.number == number)
    told = 0
    for seed in range(12):
        decision = decide_case(case_from_data(with_documents(seed)), policy)
        timely = {str(key) for (key,) in decision.lines[0].model.rows["timely"]}
        late = {key for key, reason in decision.not_counted.items() if "result" not in reason}
        assert late == set(decision.entries) - timely
        told += len(decision.not_counted)
    assert told > 20
