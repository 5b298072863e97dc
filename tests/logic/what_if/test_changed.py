"""What two records say otherwise: entries are paired by what they are, not by their places."""

from __future__ import annotations

from typing import Any

import pytest

import clausewise as cw
from clausewise.logic.what_if.changed import changed_facts
from tests.support.places import CASE_FOLDER
from tests.support.plain_yaml import read_yaml

DATA: dict[str, Any] = read_yaml((CASE_FOLDER / "pa-1003.yaml").read_bytes())


def said(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    return list(changed_facts(cw.load(first), cw.load(second)))


def with_injections(*entries: dict[str, Any]) -> dict[str, Any]:
    return {**DATA, "injections": list(entries)}


FIRST = {"id": "A", "purposes": ["diagnostic"], "date": "2026-03-02", "side": "left"}
SECOND = {"id": "B", "purposes": ["therapeutic"], "date": "2026-04-02", "side": "left"}
THIRD = {"purposes": ["diagnostic"], "date": "2026-05-02", "side": "left"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([FIRST, SECOND], [SECOND, FIRST], [], id="another order is no difference"),
        pytest.param(
            [FIRST, SECOND],
            [SECOND],
            ["withdrawn: A diagnostic block, 2026-03-02, left"],
            id="those after a withdrawn one are not taken for others",
        ),
        pytest.param(
            [FIRST],
            [{**SECOND, "id": "A"}, {**FIRST, "id": "B", "relief_percent": 80}],
            ["relief of A: none → 80 %", "added: A therapeutic injection, 2026-04-02, left"],
            id="what they are counts more than an id",
        ),
        pytest.param(
            [FIRST],
            [{**FIRST, "date": "2026-03-09"}],
            ["date of A: 2026-03-02 → 2026-03-09"],
            id="an entry on another day is the same entry where there is no other",
        ),
        pytest.param(
            [FIRST, THIRD],
            [{**THIRD, "contrast": True}, FIRST],
            ["contrast of diagnostic block: none → yes"],
            id="of two alike the day tells which is meant",
        ),
    ],
)
def test_entries_are_paired_by_what_they_are(
    before: list[dict[str, Any]], after: list[dict[str, Any]], expected: list[str]
) -> None:
    assert said(with_injections(*before), with_injections(*after)) == expected


def test_results_documents_and_the_request_are_named() -> None:
    other = {
        **DATA,
        "documents": [*DATA["documents"][:-1], {**DATA["documents"][-1], "title": "Other"}],
        "request": {**DATA["request"], "received": "2026-07-16"},
    }
    found = said(DATA, other)
    assert found[0].startswith("received of the request: 2026-07-15 → 2026-07-16")
    assert found[1].startswith(f"title of document {DATA['documents'][-1]['id']}: ")
