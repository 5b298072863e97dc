"""What is done to rules before they are translated to SQL changes no answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.facts.relations.from_case import days_of_record
from clausewise.logic.derivation.model import DerivationPlan, Model
from clausewise.logic.language.choices import choose
from clausewise.logic.language.input_relations import (
    day_of_record,
    entry_date,
    entry_side,
    finding,
    measurement,
    received,
    undated,
)
from clausewise.logic.language.notation import Section, relation
from clausewise.logic.language.rules import Body, Rule, Variable, as_body
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.sql.rewrite import rules_for_sql, without_implied

A, C, D, D2, E, E2, F, N, S, T = (
    Variable(name) for name in ("A", "C", "D", "D2", "E", "E2", "F", "N", "S", "T")
)
early = relation("early", "day", "a day of the record not later than the receipt")
timely = relation("timely", "entry", "the entry has such a day")
latest = relation("latest", "entry finding", "no later entry speaks of the finding")
replaced = relation("replaced", "entry finding", "a later entry does")
other_score = relation("other_score", "entry entry_date", "another entry has the same score")
silent = relation("silent", "", "no day of the record is early")


def rules() -> tuple[Rule, ...]:
    section = Section("S", "small")
    with section.clause("S.1", "a small program"):
        early(D) <= day_of_record(D) & received(A) & (D <= A)
        timely(E) <= undated(E)
        timely(E) <= entry_date(E, D) & early(D)
        replaced(E, F) <= finding(E, F) & entry_date(E, D) & finding(E2, F) & E2.is_not(
            E
        ) & entry_date(E2, D2) & (D2 > D)
        latest(E, F) <= finding(E, F) & timely(E) & ~replaced(E, F)
        other_score(E, D) <= measurement(E, N, S) & measurement(E2, N, S) & E.is_not(
            E2
        ) & entry_date(E, D)
        silent() <= ~early(5) & received(A)
    return tuple(section.clauses[0].rules)


GOALS = ("timely", "latest", "replaced", "other_score", "silent", "early")
ENTRIES, DAYS = st.sampled_from(["a", "b", "c"]), st.integers(3, 7)
FACTS = st.fixed_dictionaries(
    {
        "finding": st.frozensets(st.tuples(ENTRIES, st.sampled_from(["patrick", "gaenslen"]))),
        "measurement": st.frozensets(st.tuples(ENTRIES, st.just("pain"), st.integers(4, 5))),
        "entry_date": st.frozensets(st.tuples(ENTRIES, DAYS)),
        "undated": st.frozensets(st.tuples(ENTRIES)),
        "received": st.frozensets(st.tuples(DAYS), min_size=1, max_size=1),
    }
)


@given(FACTS, st.sets(st.sampled_from(GOALS), min_size=1))
def test_every_relation_has_the_same_rows(
    facts: dict[str, frozenset[tuple[str | int, ...]]], goals: set[str]
) -> None:
    rows = {name: tuple(found) for name, found in facts.items()}
    expected = Model(DerivationPlan(rules(), GOALS), {**rows, **days_of_record(rows)})
    short = rules_for_sql(rules(), choose(POLICY), goals)
    found = Model(DerivationPlan(short, goals), {**rows, **days_of_record(rows)})
    assert {key: set(found.rows[key]) for key in goals} == {
        key: set(expected.rows[key]) for key in goals
    }


def test_entries_that_say_the_same_are_paired_before_anything_else() -> None:
    short = rules_for_sql(rules(), choose(POLICY), GOALS)
    written = {rule.head.key: str(rule) for rule in short}
    assert written["finding again"] == (
        "finding again(entry, finding, other) <= finding(entry, finding) & "
        "finding(other, finding) & (entry != other)"
    )
    assert written["replaced"] == (
        "replaced(E, F) <= finding again(E2, F, E) & entry_date(E, D) & entry_date(E2, D2) & "
        "(D2 > D)"
    )
    keys = [rule.head.key for rule in short]
    assert keys.index("finding again") < keys.index("replaced")


def test_a_day_of_the_record_is_the_day_of_an_entry() -> None:
    short = rules_for_sql(rules()[:3], choose(POLICY), ["timely"])
    days = [rule for rule in short if rule.head.key == "day_of_record"]
    assert [str(each.body[0]) for each in days] == ["entry_date(E, D)", "therapy_start(E, D)"]


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (entry_date(E, D) & entry_date(C, D), "entry_date(E, D)"),
        (entry_date(C, D) & entry_date(E, D), "entry_date(E, D)"),
        (entry_date(E, D) & entry_date(E, D2), "entry_date(E, D2)"),
        (entry_date(E, 5) & entry_date(E, D), "entry_date(E, 5)"),
        (entry_date(E, D) & undated(E), "entry_date(E, D) & undated(E)"),
        (
            entry_date(E, D) & entry_date(C, D) & entry_side(C, "left"),
            'entry_date(E, D) & entry_date(C, D) & entry_side(C, "left")',
        ),
        (
            entry_date(E, D) & entry_date(C, D2) & (D2 > D),
            "entry_date(E, D) & entry_date(C, D2) & (D2 > D)",
        ),
        (finding(E, F) & finding(C, C), "finding(E, F) & finding(C, C)"),
        (entry_date(E, D) & ~entry_date(C, D), "entry_date(E, D) & ~entry_date(C, D)"),
    ],
)
def test_an_atom_that_another_one_implies_is_left_out(body: Body, left: str) -> None:
    rule = Rule("S.1/1", "S.1", timely(E), as_body(body).literals)
    assert str(without_implied(rule)) == f"timely(E) <= {left}"
