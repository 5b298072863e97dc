"""Unfolding changes no answer, of pyDatalog or of the derivations."""

from __future__ import annotations

from hypothesis import given

from clausewise.facts.columns import Row
from clausewise.logic.derivation.model import DerivationPlan, Model
from clausewise.logic.engine.pydatalog import Engine
from clausewise.logic.language.notation import Section, count, relation
from clausewise.logic.language.rules import Rule, Variable
from clausewise.logic.sql.unfold import unfolded
from tests.support.graph import GIVEN, edge, graphs, marked, weight

X, Y, Z, V, W, N = (Variable(name) for name in "XYZVWN")

step = relation("step", "from to", "an edge to a marked node")
heavy = relation("heavy", "node", "more than two grams")
pair = relation("pair", "from to", "two steps in a row")
loop = relation("loop", "node", "an edge to itself")
source = relation("source", "node", "a node with a weight that nothing marks")
even = relation("even", "from to", "two nodes of the same weight, the first one heavy")
fan = relation("fan", "node number", "steps that go out")
near = relation("near", "from to", "an edge to something heavier")
late = relation("late", "from to", "an edge between heavy nodes and no pair")
ends = relation("ends", "node", "no step goes out")


def rules() -> tuple[Rule, ...]:
    section = Section("S", "small")
    with section.clause("S.1", "a small program"):
        step(X, Y) <= edge(X, Y) & marked(Y)
        heavy(X) <= weight(X, V) & (V > 2)
        pair(X, Z) <= step(X, Y) & step(Y, Z)
        loop(X) <= weight(X, V) & edge(X, X) & ~marked(X)
        source(X) <= weight(X, V) & ~marked(X)
        even(X, Y) <= heavy(X) & weight(X, V) & weight(Y, W) & (V + 0).is_(W) & X.is_not(Y)
        fan(X, N) <= marked(X) & count(N, step(X, Y))
        ends(X) <= weight(X, V) & heavy(X) & ~pair(X, X)
        ends("a") <= source("a") & loop("b")
    return tuple(section.clauses[0].rules)


GOALS = (pair(X, Z), loop(X), source(X), even(X, Y), fan(X, N), ends(X))
KEYS = [goal.key for goal in GOALS]
ENGINES = [Engine(program, GIVEN) for program in (rules(), unfolded(rules(), KEYS))]


@given(graphs("abc", range(1, 5)))
def test_pydatalog_answers_as_the_derivations_do(rows: dict[str, list[Row]]) -> None:
    expected = Model(DerivationPlan(rules(), KEYS), rows).rows
    for engine in ENGINES:
        with engine.facts(rows):
            for goal, found in zip(GOALS, engine.ask(GOALS), strict=True):
                assert set(found) == set(expected[goal.key])
                bound = [goal.relation(node, *goal.terms[1:]) for node in "abc"]
                for node, rows_of in zip("abc", engine.ask(bound), strict=True):
                    assert set(rows_of) == {row for row in expected[goal.key] if row[0] == node}


def test_a_short_definition_is_put_in_and_its_variables_are_kept_apart() -> None:
    left = {rule.head.key: rule for rule in unfolded(rules(), ["pair", "even", "ends"])}
    assert "heavy" not in left
    written = str(left["even"])
    assert "weight(X, V·S.1/2·0) & (V·S.1/2·0 > 2) & weight(X, V)" in written


def test_a_longer_definition_is_put_in_where_it_asks_for_facts_alone() -> None:
    section = Section("S", "small")
    with section.clause("S.1", "a small program"):
        near(X, Y) <= edge(X, Y) & weight(X, V) & weight(Y, W) & (W > V)
        late(X, Y) <= heavy(X) & heavy(Y) & ~pair(X, Y) & edge(X, Y)
        ends(X) <= near(X, Y) & late(X, Y)
        loop(X) <= near(X, X) & late(X, X)
        pair(X, Y) <= edge(X, Y) & edge(Y, X)
        heavy(X) <= weight(X, V) & (V > 2)
        heavy("a") <= edge("a", X)
    left = unfolded(section.clauses[0].rules, ["ends", "loop"])
    assert "near" not in {rule.head.key for rule in left}
    (rule,) = (rule for rule in left if rule.head.key == "loop")
    assert str(rule) == (
        "loop(X) <= edge(X, X) & weight(X, V·S.1/1·0) & weight(X, W·S.1/1·0) & "
        "(W·S.1/1·0 > V·S.1/1·0) & late(X, X)"
    )


def test_what_is_negated_counted_or_asked_for_stays() -> None:
    left = {rule.head.key for rule in unfolded(rules(), ["heavy"])}
    assert {"step", "pair", "heavy"} <= left


def test_a_constant_is_put_in_for_the_variable_of_a_head() -> None:
    (rule,) = (rule for rule in unfolded(rules(), ["ends"]) if rule.identifier == "S.1/9")
    assert str(rule) == (
        'ends("a") <= weight("a", V·S.1/5·0) & ~marked("a") & '
        'weight("b", V·S.1/4·1) & edge("b", "b") & ~marked("b")'
    )
