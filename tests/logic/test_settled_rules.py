"""What was settled before pyDatalog is asked changes no answer, whatever was asked before."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from logic.derivation import DerivationPlan, Model
from logic.engine import Engine
from logic.notation import Atom, Row, Rule, Section, Variable, count, relation
from logic.settled_rules import SettledRules

X, Y, Z, V, N = (Variable(name) for name in "XYZVN")
edge = relation("edge", "from to", "an edge", given=True)
weight = relation("weight", "node grams", "a weight", given=True)
marked = relation("marked", "node", "a mark", given=True)

two = relation("two", "from to", "two edges in a row, the middle one marked")
heavier = relation("heavier", "from to", "an edge to something heavier")
dull = relation("dull", "node", "no way leads to something heavier")
both = relation("both", "from to", "a mark and a weight")
fans = relation("fans", "node", "as many ways out as grams")
far = relation("far", "from to", "two edges, the second one to something heavier")
kind = relation("kind", "node name", "what a node is called for its weight and its edges")


def rules() -> tuple[Rule, ...]:
    section = Section("S", "small")
    with section.clause("S.1", "a small program"):
        two(X, Z) <= edge(X, Y) & edge(Y, Z) & marked(Y)
        heavier(X, Y) <= edge(X, Y) & weight(X, V) & weight(Y, N) & (N > V)
        dull(X) <= marked(X) & ~heavier(X, "a") & ~heavier(X, "b")
        both(X, Y) <= marked(X) & weight(Y, V)
        fans(X) <= marked(X) & count(N, edge(X, Y)) & weight(X, V) & V.is_(N)
        far(X, Z) <= two(X, Y) & heavier(Y, Z) & ~dull(X) & (X.is_not(Z))
        kind(X, "heavy") <= weight(X, V) & (V >= 2)
        kind(X, "light") <= weight(X, V) & (V <= 1)
        kind(X, "light") <= marked(X) & ~heavier(X, "a") & ~fans(X)
        kind("a", "first") <= edge("a", Y) & marked(Y)
        kind(X, X) <= marked(X) & edge(X, Y)
    return tuple(section.clauses[0].rules)


ENGINE = Engine(rules(), (edge, weight, marked))
PLAN = DerivationPlan(rules(), ["far", "both", "fans", "kind"])
NODES = "ab"
NAMES = ("heavy", "light", "first", "a")
QUESTIONS = [
    relation(*nodes)
    for relation in (two, heavier, dull, both, fans, far)
    for nodes in product((*NODES, X), repeat=len(relation.columns))
] + [kind(node, name) for node in (*NODES, X) for name in (*NAMES, X, Y)]
FACTS = st.fixed_dictionaries(
    {
        "edge": st.lists(st.tuples(*[st.sampled_from(NODES)] * 2), unique=True),
        "weight": st.lists(st.tuples(st.sampled_from(NODES), st.integers(0, 2)), unique=True),
        "marked": st.lists(st.tuples(st.sampled_from(NODES)), unique=True),
    }
)


def matches(question: Atom, row: Row) -> bool:
    """Whether the row answers the question; a variable that stands twice wants one value."""
    bound: dict[object, object] = {}
    return all(
        bound.setdefault(term, value) == value if isinstance(term, Variable) else term == value
        for term, value in zip(question.terms, row, strict=True)
    )


@given(FACTS, st.permutations(QUESTIONS))
def test_every_order_of_questions_gives_the_answers_of_the_derivations(
    facts: dict[str, list[Row]], questions: list[Atom]
) -> None:
    expected = Model(PLAN, facts).rows
    with ENGINE.facts(facts), ENGINE.questions() as ask:
        for question in questions:
            rows = {row for row in expected[question.key] if matches(question, row)}
            assert set(ask(question)) == rows, str(question)
            assert set(ask(question)) == rows, f"{question}, asked again"


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
    assert tables_made(heavier("a", "b"), before=(heavier("b", "a"),)) == 1


def test_a_relation_without_rows_is_not_asked_for() -> None:
    facts: dict[str, list[Row]] = {"edge": [("a", "b")], "marked": [("a",)], "weight": []}
    with ENGINE.facts(facts), ENGINE.questions() as ask:
        assert ask(dull("a")) == [("a",)]
        assert len(ENGINE._logic.Subgoals) == 1
        assert ask(kind(X, "heavy")) == []
        assert len(ENGINE._logic.Subgoals) == 2


def test_only_rules_whose_heads_say_what_is_asked_are_looked_at() -> None:
    found = SettledRules([each for each in rules() if each.head.relation == kind])
    names = [[rule.rule.head.terms[1] for rule in found.asked_for(("a", name))] for name in "ab"]
    assert names == [[*NAMES[:2], "light", "first", X]] * 2
    constant = SettledRules([each for each in rules() if each.head.terms[1:] == ("light",)])
    assert len(constant.asked_for(("a", "light"))) == len(constant.asked_for(("a", None))) == 2
    assert not constant.asked_for(("a", "heavy"))


def test_what_was_answered_is_not_asked_again() -> None:
    known = (heavier("a", "a"), heavier("a", "b"))
    assert tables_made(dull("a"), before=known) == 1
    assert tables_made(dull("a")) > 1
