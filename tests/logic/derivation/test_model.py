"""Steps of a proof in a small program: what each literal rests on, and what it says as text."""

from __future__ import annotations

import pytest

from clausewise.facts.columns import Row
from clausewise.logic.derivation.model import DerivationPlan, Model
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.language.notation import Section, count, relation, total
from clausewise.logic.language.rules import Rule, Variable
from clausewise.logic.proof.build import Premise, Prover, Step
from clausewise.logic.proof.text import atom_text, comparison_text, premise_text
from tests.support.graph import edge, marked, weight

N, T, V, X, Y, Z = (Variable(name) for name in "NTVXYZ")

path = relation("path", "from to", "two edges in a row")
load = relation("load", "node grams number", "what it weighs, and how many paths go out")
named = relation("named", "node name", "what a node is called")
lonely = relation("lonely", "node", "marked, and nothing leads there")
near = relation("near", "from to", "one leads to the other")
far = relation("far", "node", "leads to a marked node that leads to b, and to itself")


def rules() -> tuple[Rule, ...]:
    section = Section("S", "small")
    with section.clause("S.1", "a small program"):
        path(X, Z) <= edge(X, Y) & edge(Y, Z)
        load(X, T, N) <= marked(X) & total(T, V, weight(X, V)) & count(N, path(X, Y))
        named(X, "heavy") <= load(X, T, N) & (T >= 3)
        named(X, "light") <= load(X, T, N) & (T < 3) & ~lonely(X) & edge(X, X)
        named(X, "light") <= marked(X) & weight(X, V) & (V < 1)
        lonely(X) <= marked(X) & ~edge("b", X)
        near(X, X) <= marked(X)
        near(X, "a") <= edge("a", X)
        near(X, Y) <= edge(Y, X)
        far(X) <= edge(X, Y) & marked(Y) & edge(Y, Y) & ~edge("b", X) & edge(Y, "b")
    return tuple(section.clauses[0].rules)


PLAN = DerivationPlan(rules(), ["named", "near", "far"])
FACTS: dict[str, list[Row]] = {
    "edge": [("a", "b"), ("b", "c"), ("b", "d"), ("d", "d")],
    "marked": [("a",)],
    "weight": [("a", 1), ("a", 2)],
}


@pytest.fixture
def prover() -> Prover:
    return Prover(Model(PLAN, FACTS))


def step_of(prover: Prover, key: str, *row: str | int | None) -> Step:
    """The step that shows whether an atom holds."""
    return prover.steps[prover.prove(GroundAtom(key, row))]  # type: ignore[arg-type]


def text(premise: Premise) -> str:
    return premise_text(premise, lambda each: atom_text(PLAN, each.instance.atom(each.place)))


def atoms(prover: Prover, premise: Premise) -> list[tuple[str, str]]:
    """The steps a literal rests on: what each says, and of which kind it is."""
    steps = [prover.steps[number] for number in premise.steps]
    return [(atom_text(PLAN, step.atom), step.kind) for step in steps]


def test_totals_rest_on_their_rows_and_on_there_being_no_others(prover: Prover) -> None:
    (derived,) = step_of(prover, "load", "a", 3, 2).derived
    given, summed, counted = derived.premises
    assert [each.kind for each in derived.premises] == ["atom", "total", "total"]
    assert (text(given), atoms(prover, given)) == ("marked(a)", [("marked(a)", "fact")])
    assert text(summed) == "3 is the sum of V of weight(a, …)"
    assert atoms(prover, summed) == [("weight(a, 1)", "fact"), ("weight(a, 2)", "fact")]
    assert text(counted) == "2 is the number of path(a, …)"
    paths = [("path(a, c)", "derived"), ("path(a, d)", "derived")]
    assert atoms(prover, counted) == [*paths, ("path(a, …)", "closed")]


@pytest.mark.parametrize(
    ("grams", "number", "lacking"),
    [
        (4, 2, "(T == sum of V in weight(X, V))"),
        (3, 1, "(N == number of path(X, Y))"),
        (None, 5, "(N == number of path(X, Y))"),
    ],
)
def test_a_total_that_comes_to_another_number_is_lacking(
    prover: Prover, grams: int | None, number: int, lacking: str
) -> None:
    (attempt,) = step_of(prover, "load", "a", grams, number).attempts
    (premise,) = attempt.lacking
    assert (text(premise), premise.kind, premise.steps) == (lacking, "total", ())
    assert len(attempt.found) == premise.place


def test_every_rule_for_the_name_says_what_it_lacks_and_no_other_rule(prover: Prover) -> None:
    attempts = step_of(prover, "named", "a", "light").attempts
    assert [each.instance.rule.identifier for each in attempts] == ["S.1/4", "S.1/5", "S.1/5"]
    first, *closest = attempts
    assert [text(each) for each in first.found] == ["load(a, 3, 2)"]
    assert [(text(each), each.kind) for each in first.lacking] == [
        ("3 < 3", "value"),
        ("not lonely(a)", "negation"),
        ("edge(a, a)", "atom"),
    ]
    assert [[text(each) for each in attempt.lacking] for attempt in closest] == [
        ["1 < 1"],
        ["2 < 1"],
    ]
    assert [each.kind for attempt in closest for each in attempt.lacking] == ["value", "value"]
    assert step_of(prover, "named", "a", "other").attempts == ()
    assert [each.kind for each in prover.steps if each.atom.key == "lonely"] == ["derived"]


def test_without_a_name_all_rules_for_names_are_looked_at(prover: Prover) -> None:
    attempts = step_of(prover, "named", "b", None).attempts
    assert [each.instance.rule.identifier for each in attempts] == ["S.1/3", "S.1/4", "S.1/5"]
    assert {text(each) for attempt in attempts for each in attempt.lacking} == {
        "load(b, …, …)",
        "marked(b)",
        "edge(b, b)",
    }


@pytest.mark.parametrize(
    ("to", "looked_at"),
    [
        ("c", [("S.1/7", "marked(c)"), ("S.1/9", "edge(c, c)")]),
        ("a", [("S.1/8", "edge(a, c)"), ("S.1/9", "edge(a, c)")]),
        ("e", [("S.1/9", "edge(e, c)")]),
    ],
)
def test_a_rule_whose_head_cannot_be_the_atom_is_not_looked_at(
    prover: Prover, to: str, looked_at: list[tuple[str, str]]
) -> None:
    attempts = step_of(prover, "near", "c", to).attempts
    lacking = [(each.instance.rule.identifier, text(each.lacking[0])) for each in attempts]
    assert lacking == looked_at
    assert [each.kind for each in prover.steps[1:]] == ["absent"] * len(prover.steps[1:])


def test_what_is_lacking_behind_is_judged_with_the_values_found_before(prover: Prover) -> None:
    attempts = step_of(prover, "far", "b").attempts
    assert [[text(each) for each in attempt.found] for attempt in attempts] == [
        ["edge(b, c)"],
        ["edge(b, d)"],
    ]
    assert [[text(each) for each in attempt.lacking] for attempt in attempts] == [
        ["marked(c)", "edge(c, c)", "edge(c, b)"],
        ["marked(d)", "edge(d, b)"],
    ]
    (attempt,) = step_of(prover, "far", "c").attempts
    assert [text(each) for each in attempt.lacking] == ["edge(c, …)", "not edge(b, c)"]


def test_of_many_instances_the_first_five_are_shown() -> None:
    facts: dict[str, list[Row]] = {**FACTS, "weight": [("a", number) for number in range(1, 8)]}
    prover = Prover(Model(PLAN, facts))
    attempts = step_of(prover, "named", "a", "light").attempts
    assert [text(each.lacking[0]) for each in attempts[1:]] == [f"{n} < 1" for n in range(1, 6)]


def test_no_value_at_all_makes_a_pattern_hold(prover: Prover) -> None:
    step = step_of(prover, "load", "b", None, None)
    assert (atom_text(PLAN, step.atom), step.kind) == ("load(b, …, …)", "absent")
    (attempt,) = step.attempts
    assert [text(each) for each in attempt.lacking] == ["marked(b)"]


def test_a_step_is_made_once(prover: Prover) -> None:
    first = step_of(prover, "named", "a", "heavy")
    steps = len(prover.steps)
    assert step_of(prover, "named", "a", "heavy") is first
    assert len({each.atom for each in prover.steps if each.kind != "closed"}) == steps - 1
    below = prover.proof_of(first.number).below(first.number)
    assert sorted(each.number for each in below) == list(range(steps))


def test_only_a_comparison_has_its_text(prover: Prover) -> None:
    (derived,) = step_of(prover, "named", "a", "heavy").derived
    found, compared = derived.premises
    assert comparison_text(compared) == text(compared) == "3 >= 3"
    with pytest.raises(TypeError, match="is no comparison"):
        comparison_text(found)
