"""What was settled before pyDatalog is asked changes no answer, whatever was asked before."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.logic.derivation.model import DerivationPlan, Model
from clausewise.logic.engine.pydatalog import Engine
from clausewise.logic.engine.settled_rules import Known, SettledRule, SettledRules
from clausewise.logic.language.notation import (
    Atom,
    Row,
    Rule,
    Section,
    Term,
    Variable,
    count,
    relation,
)
from tests.support.graph import GIVEN, edge, graphs, marked, weight

X, Y, Z, V, N = (Variable(name) for name in "XYZVN")

two = relation("two", "from to", "two edges in a row, the middle one marked")
heavier = relation("heavier", "from to", "an edge to something heavier")
dull = relation("dull", "node", "no way leads to something heavier")
both = relation("both", "from to", "a mark and a weight")
fans = relation("fans", "node", "as many ways out as grams")
calm = relation("calm", "node", "marked, and not as many ways out as grams")
far = relation("far", "from to", "two edges, the second one to something heavier")
way = relation("way", "from to", "a way of at most two edges to something heavier")
goal = relation("goal", "from to", "such a way ends at something with a weight")
open_end = relation("open_end", "node", "some such way ends where no mark is")
closed = relation("closed", "node", "such ways exist and none has an open end")
kind = relation("kind", "node name", "what a node is called for its weight and its edges")


def rules() -> tuple[Rule, ...]:
    section = Section("S", "small")
    with section.clause("S.1", "a small program"):
        two(X, Z) <= edge(X, Y) & edge(Y, Z) & marked(Y)
        heavier(X, Y) <= edge(X, Y) & weight(X, V) & weight(Y, N) & (N > V)
        dull(X) <= marked(X) & ~heavier(X, "a") & ~heavier(X, "b")
        both(X, Y) <= marked(X) & weight(Y, V)
        fans(X) <= marked(X) & count(N, edge(X, Y)) & weight(X, V) & V.is_(N)
        calm(X) <= marked(X) & ~fans(X)
        far(X, Z) <= two(X, Y) & heavier(Y, Z) & ~dull(X) & (X.is_not(Z))
        way(X, Y) <= heavier(X, Y)
        way(X, Z) <= edge(X, Y) & heavier(Y, Z)
        goal(X, Y) <= way(X, Y) & weight(Y, V)
        open_end(X) <= goal(X, Y) & ~marked(Y)
        closed(X) <= goal(X, Y) & ~open_end(X)
        kind(X, "heavy") <= weight(X, V) & (V >= 2)
        kind(X, "light") <= weight(X, V) & (V <= 1)
        kind(X, "light") <= marked(X) & ~heavier(X, "a") & ~fans(X)
        kind("a", "first") <= edge("a", Y) & marked(Y)
        kind(X, X) <= marked(X) & edge(X, Y)
    return tuple(section.clauses[0].rules)


ENGINE = Engine(rules(), GIVEN)
PLAN = DerivationPlan(rules(), ["far", "both", "calm", "kind", "closed"])
NODES = "ab"
NAMES = ("heavy", "light", "first", "a")
QUESTIONS = [
    relation(*nodes)
    for relation in (two, heavier, dull, both, fans, calm, far, goal, open_end, closed)
    for nodes in product((*NODES, X), repeat=len(relation.columns))
] + [kind(node, name) for node in (*NODES, X) for name in (*NAMES, X, Y)]


def matches(question: Atom, row: Row) -> bool:
    """Whether the row answers the question; a variable that stands twice wants one value."""
    bound: dict[object, object] = {}
    return all(
        bound.setdefault(term, value) == value if isinstance(term, Variable) else term == value
        for term, value in zip(question.terms, row, strict=True)
    )


@given(graphs("abc", range(3)), st.permutations(QUESTIONS))
def test_every_order_of_questions_gives_the_answers_of_the_derivations(
    facts: dict[str, list[Row]], questions: list[Atom]
) -> None:
    expected = Model(PLAN, facts).rows
    with ENGINE.facts(facts), ENGINE.questions() as ask:
        for question in questions:
            rows = {row for row in expected[question.key] if matches(question, row)}
            assert set(ask(question)) == rows, str(question)
            assert set(ask(question)) == rows, f"{question}, asked again"


def test_a_complement_waits_until_all_rows_of_its_relation_are_known() -> None:
    # pyDatalog goes on with the first row of a relation before it has looked for the others.
    facts: dict[str, list[Row]] = {
        "edge": [("b", "c"), ("a", "b"), ("b", "b"), ("a", "a"), ("c", "b"), ("a", "c")],
        "weight": [("a", 0), ("c", 2), ("b", 2)],
        "marked": [("a",), ("c",)],
    }
    with ENGINE.facts(facts), ENGINE.questions() as ask:
        assert ask(closed("a")) == []


def tables_made(question: Atom, before: tuple[Atom, ...] = ()) -> int:
    """How many tables pyDatalog makes for a question after others."""
    facts: dict[str, list[Row]] = {
        "edge": [("a", "b"), ("b", "a")],
        "marked": [("a",), ("b",)],
        "weight": [("a", 1)],
    }
    with ENGINE.facts(facts), ENGINE.questions() as ask:
        for each in before:
            ask(each)
        made = len(ENGINE._logic.Subgoals)
        ask(question)
        return len(ENGINE._logic.Subgoals) - made


def test_a_body_with_a_false_literal_at_its_end_is_not_asked_for() -> None:
    assert tables_made(heavier("a", "b"), before=(heavier("b", "a"),)) == 0


def test_a_relation_without_rows_is_not_asked_for() -> None:
    facts: dict[str, list[Row]] = {"edge": [("a", "b")], "marked": [("a",)], "weight": []}
    with ENGINE.facts(facts), ENGINE.questions() as ask:
        assert ask(dull("a")) == [("a",)]
        assert len(ENGINE._logic.Subgoals) == 0
        assert ask(kind(X, "heavy")) == []
        assert len(ENGINE._logic.Subgoals) == 1


def test_only_rules_whose_heads_say_what_is_asked_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[Term] = []
    possible = {"edge", "weight", "marked", "heavier"}

    def settled(rule: SettledRule, *_: object) -> None:
        looked_at.append(rule.rule.head.terms[1])

    def names(found: SettledRules, *values: str | None) -> list[Term]:
        looked_at.clear()
        assert found.left(values, Known(possible=possible)) is False
        return [*looked_at]

    monkeypatch.setattr(SettledRule, "settled", settled)
    kinds = SettledRules([each for each in rules() if each.head.relation == kind])
    assert names(kinds, "a", "light") == ["light", "light", X]
    assert names(kinds, "b", "first") == [X]
    assert names(kinds, None, "first") == ["first", X]
    assert names(kinds, "b", None) == ["heavy", "light", "light", X]
    assert names(kinds, None, None) == ["heavy", "light", "light", "first", X]
    constant = SettledRules([each for each in rules() if each.head.terms[1:] == ("light",)])
    assert names(constant, "a", "light") == names(constant, "a", None) == ["light", "light"]
    assert names(constant, None, "light") == ["light", "light"]
    assert names(constant, "a", "heavy") == names(constant, None, "heavy") == []


def test_what_is_settled_on_the_way_is_not_asked() -> None:
    assert tables_made(dull("a")) == 0


def test_what_was_answered_is_not_asked_again() -> None:
    assert tables_made(calm("a"), before=(fans("a"),)) == 0
    assert tables_made(calm("a")) > 0


def test_no_value_of_a_case_is_kept_beyond_it() -> None:
    facts: dict[str, list[Row]] = {
        "edge": [("a", "secret"), ("secret", "a"), ("secret", "b")],
        "marked": [("a",), ("secret",)],
        "weight": [("secret", 1), ("a", 2), ("b", 2)],
    }
    with ENGINE.facts(facts), ENGINE.questions() as ask:
        assert ask(goal("a", "b")) == [("a", "b")]
        assert ask(closed("a")) == []
    assert ENGINE._primitives._literals
    assert "secret" not in str(list(ENGINE._primitives._literals))
    assert not ENGINE._logic.Subgoals
