"""Derivations of answers, and what came closest where there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from clausewise.logic.asking.one_case import Answers, Asking, ask_case
from clausewise.logic.asking.question import Question
from clausewise.logic.asking.told import Teller, Told, briefs
from clausewise.logic.decision.decide import DisagreementError
from clausewise.logic.derivation import stages
from clausewise.logic.mm_1508 import POLICY
from tests.support.examples import example


def asked(query: str, case: str = "pa-1003") -> Answers:
    return ask_case(example(case), [query], POLICY)


def lines(told: Sequence[Told]) -> Iterator[str]:
    for each in told:
        yield f"{each.mark} {each.text}"
        yield from lines(each.below)


def test_a_table_shows_entries_in_words() -> None:
    found = asked("technical(L, E) & relief(E, R) & (R < 60)")
    assert [Teller(found).row(row) for row in found.rows] == [
        ("left", "I2 diagnostic block, 2026-03-23", "49")
    ]


def test_an_answer_is_derived_down_to_facts_with_their_sources() -> None:
    found = asked("technical(L, E) & relief(E, R) & (R < 60)")
    (told,) = [Teller(found).why(row) for row in found.rows]
    assert [each.text for each in told] == ["technical(left, I2)", "relief(I2, 49)", "49 < 60"]
    assert told[1].source == 'H2 p5 "49 % relief"'
    assert "holds entry_date(I2, 2026-03-23)" in lines(told)
    assert all(mark.startswith("holds") for mark in lines(told))


def test_an_entry_without_an_id_is_told_in_words() -> None:
    found = asked("finding(E, thigh_thrust)")
    words = "thigh thrust test positive, 2026-07-02"
    assert Teller(found).row(found.rows[0]) == (words,)
    assert [*lines(Teller(found).why(found.rows[0]))] == [f"holds finding(“{words}”, thigh_thrust)"]


def test_entries_that_are_alike_are_numbered() -> None:
    entry = example("pa-1003").findings[0]
    assert list(briefs([("findings[0]", entry), ("findings[4]", entry)]).values()) == [
        "pain does not radiate, 2026-07-02",
        "pain does not radiate, 2026-07-02 (2)",
    ]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("injection(E) & ~relief(E, _)", "holds no relief(I3, _)"),
        ("not_met(L, C) & ~met(_, C)", "holds no met(_, D.I.B)"),
        ("not_met(L, C)", "holds not_met(left, D.I.B)"),
    ],
)
def test_what_helps_a_query_is_told_as_it_was_written(query: str, told: str) -> None:
    found = asked(query)
    tree = Teller(found).why(found.rows[0])
    assert told in lines(tree)
    assert not any("any " in each.rule for each in tree)


def test_the_rows_of_a_count_are_told() -> None:
    found = asked("count(N, relief(E, R))")
    (told,) = Teller(found).why(found.rows[0])
    assert told.text.startswith("2 is the number of relief(")
    assert [each.text for each in told.below] == ["relief(I1, 80)", "relief(I2, 49)"]


def test_what_came_closest_is_about_the_entry_that_was_asked_for() -> None:
    told = Teller(asked("relieved(left, I2)")).why_not()
    (rule,) = told
    assert rule.text == "by relieved/1"
    assert [each.text for each in rule.below if each.mark == "fails"] == [
        "qualifies(relieving, left, 2026-03-23)"
    ]
    assert "holds 49 < 50" in lines(told)


def test_every_literal_that_fails_is_told() -> None:
    (told,) = Teller(
        asked('relief(I2, R) & (R > 90) & entry_date(I2, D) & (D > "2026-05-01")')
    ).why_not()
    failing = [each.text for each in told.below if each.mark == "fails"]
    assert failing == ["49 > 90", "2026-03-23 > 2026-05-01"]


def test_every_rule_of_a_clause_that_is_not_met_is_told() -> None:
    told = Teller(asked('met(left, "D.I.B.7")')).why_not()
    assert [each.text for each in told] == ["by D.I.B.7/" + told[0].text.rpartition("/")[2]]
    assert any(line.startswith("fails") for line in lines(told))


def test_a_fact_that_is_not_there_is_told() -> None:
    (told,) = Teller(asked("relief(I2, 50)")).why_not()
    assert told.text == "relief(I2, 50) is not in the record"


def test_a_fault_of_one_evaluation_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparison that is turned round in the derivations alone."""
    monkeypatch.setitem(stages.COMPARISONS, "<", lambda one, other: one <= other)
    with pytest.raises(DisagreementError, match="relief"):
        asked("relief(E, R) & (R < 49)")


def test_a_case_of_two_lines_is_answered_for_both() -> None:
    found = asked('met(L, "D.I.B.1")', "pa-1005")
    assert {row[0] for row in found.rows} <= {"left", "right"}
    assert isinstance(Asking(found.question).question, Question)
