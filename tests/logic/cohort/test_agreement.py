"""Agreement with recorded determinations: Cohen's kappa, and which differ most surprisingly."""

from __future__ import annotations

from collections.abc import Iterable
from math import log2
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.logic.cohort.agreement import MOST_NAMED, agreement, cohens_kappa, inconsistent
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of

APPROVED, DENIED = "medically_necessary", "not_medically_necessary"
PENDED = "insufficient_information"
Line = tuple[str, str, tuple[str, ...]]
"""What a line was recorded as, what was decided, and the clauses that it rests on."""

LINES = st.lists(
    st.tuples(
        st.sampled_from((APPROVED, DENIED, PENDED)),
        st.sampled_from((APPROVED, DENIED)),
        st.sampled_from(((), ("D.I.B.2",), ("D.I.B.2", "D.I.B.7"))),
    ),
    min_size=1,
    max_size=30,
)


@pytest.fixture(scope="module")
def store() -> CohortStore:
    return CohortStore(program_of(POLICY))


def of_lines(store: CohortStore, lines: Iterable[Line]) -> dict[str, Any]:
    """What is told of lines; the cases are called by their number, two digits."""
    store.database.execute(
        'CREATE OR REPLACE TABLE lines ("case" VARCHAR, place VARCHAR, line VARCHAR, '
        "recorded VARCHAR, determination outcome, decisive VARCHAR[])"
    )
    rows = [
        (f"{number:02}", "line 1", "left", recorded, decided, list(decisive))
        for number, (recorded, decided, decisive) in enumerate(lines)
    ]
    store.database.executemany("INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?)", rows)
    found = agreement(store)
    assert found is not None
    return found


def test_what_is_rare_among_its_like_is_most_surprising(store: CohortStore) -> None:
    lines: list[Line] = [
        *[(DENIED, DENIED, ("D.I.B.7",))] * 19,
        (APPROVED, DENIED, ("D.I.B.7",)),
        *[(APPROVED, DENIED, ("D.I.B.2", "D.I.B.4.b", "D.I.B.7"))] * 10,
        *[(DENIED, DENIED, ("D.I.B.2", "D.I.B.4.b", "D.I.B.7"))] * 10,
        *[(APPROVED, APPROVED, ())] * 49,
        (DENIED, APPROVED, ()),
    ]
    listed = of_lines(store, lines)["disagreements"]
    # An approval that was recorded as a denial, then the only exception at D.I.B.7; that half of
    # the lines with three reasons were approved is not one.
    assert [row["case"] for row in listed[:2]] == ["89", "19"]
    assert [row["surprise"] for row in listed[:2]] == [
        round(log2(50 / (1 / 50)), 1),
        round(log2(20 / (11 / 40)), 1),
    ]
    assert {row["surprise"] for row in listed[2:]} == {round(log2(20 / (9 + 11 / 40)), 1)}
    assert len(listed) == 12


def test_a_record_that_always_differs_so_is_no_surprise(store: CohortStore) -> None:
    found = of_lines(store, [(APPROVED, DENIED, ("D.I.B.7",))] * 5)
    assert [row["surprise"] for row in found["disagreements"]] == [0.0] * 5
    assert str(found["disagreements"][0]["surprise"]) == "0.0"
    assert found["equal"] == 0


@given(LINES)
def test_surprise_is_the_share_of_such_records_among_the_others(
    store: CohortStore, lines: list[Line]
) -> None:
    listed = of_lines(store, lines)["disagreements"]
    assert len(listed) == sum(recorded != decided for recorded, decided, _ in lines)
    exact = []
    for row in listed:
        recorded, decided, decisive = own = lines[int(row["case"])]
        assert (row["recorded"], row["decided"], tuple(row["decisive"])) == own
        so = [line for line in lines if line[1] == decided]
        among_all = sum(line[0] == recorded for line in so) / len(so)
        like = [line for line in so if line[2] == decisive]
        share = (like.count(own) - 1 + among_all) / len(like)
        assert 0 < share <= 1
        exact.append(-log2(share))
        assert row["surprise"] == pytest.approx(-log2(share), abs=0.0501)
    assert exact == pytest.approx(sorted(exact, reverse=True))


def test_like_lines_recorded_differently_are_told_with_some_of_their_cases(
    store: CohortStore,
) -> None:
    lines: list[Line] = [
        *[(DENIED, DENIED, ("D.I.B.7",))] * 30,
        *[(APPROVED, DENIED, ("D.I.B.7",))] * 2,
        *[(DENIED, DENIED, ("D.I.B.2",))] * 4,
        *[(APPROVED, DENIED, ("D.I.B.2",))] * 3,
        (PENDED, DENIED, ("D.I.B.2",)),
        *[(APPROVED, APPROVED, ())] * 5,
    ]
    of_lines(store, lines)
    # Half of the second group is not recorded as its other half; so it comes first.
    assert inconsistent(store) == [
        {
            "decided": DENIED,
            "decisive": ["D.I.B.2"],
            "recorded": [
                {"recorded": DENIED, "lines": 4, "cases": ["32", "33", "34", "35"]},
                {"recorded": APPROVED, "lines": 3, "cases": ["36", "37", "38"]},
                {"recorded": PENDED, "lines": 1, "cases": ["39"]},
            ],
        },
        {
            "decided": DENIED,
            "decisive": ["D.I.B.7"],
            "recorded": [
                {
                    "recorded": DENIED,
                    "lines": 30,
                    "cases": [f"{number:02}" for number in range(MOST_NAMED)],
                },
                {"recorded": APPROVED, "lines": 2, "cases": ["30", "31"]},
            ],
        },
    ]


def test_a_case_with_two_like_lines_is_named_once(store: CohortStore) -> None:
    of_lines(store, [(DENIED, DENIED, ())] * 24 + [(APPROVED, DENIED, ())])
    store.database.execute('UPDATE lines SET "case" = \'C\' || CAST("case" AS INTEGER) // 2 + 10')
    (group,) = [group["recorded"] for group in inconsistent(store)]
    assert group[0]["cases"] == [f"C{number}" for number in range(10, 20)]
    assert group[1] == {"recorded": APPROVED, "lines": 1, "cases": ["C22"]}


def test_nothing_is_told_where_nothing_is_recorded(store: CohortStore) -> None:
    of_lines(store, [(APPROVED, DENIED, ())])
    store.database.execute("UPDATE lines SET recorded = NULL")
    assert agreement(store) is None
    assert inconsistent(store) == []


# --- kappa ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("confusion", "kappa"),
    [
        # Worked by hand: 50 items, observed 0.7, expected 0.5.
        ({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}, 0.4),
        ({("yes", "yes"): 5, ("no", "no"): 5}, 1.0),
        ({("yes", "no"): 5, ("no", "yes"): 5}, -1.0),
        ({("yes", "yes"): 5}, None),
    ],
)
def test_kappa_of_known_tables(confusion: dict[tuple[str, str], int], kappa: float | None) -> None:
    found = cohens_kappa(confusion)
    assert found == kappa if kappa is None else found == pytest.approx(kappa)


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from("abc")),
        st.integers(1, 50),
        min_size=1,
    )
)
def test_kappa_is_symmetric_and_at_most_one(confusion: dict[tuple[str, str], int]) -> None:
    found = cohens_kappa(confusion)
    turned = cohens_kappa({(b, a): number for (a, b), number in confusion.items()})
    assert (found is None) == (turned is None)
    if found is not None and turned is not None:
        assert found == pytest.approx(turned)
        assert found <= 1 + 1e-9
