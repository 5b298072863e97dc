"""The rules of a relation as a function say what they say step by step."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from decimal import Decimal
from io import StringIO
from token import COMMENT, NAME, NUMBER, STRING
from tokenize import generate_tokens
from typing import Any

import pytest
from hypothesis import given

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import base_facts
from clausewise.logic.derivation import compiled_rules
from clausewise.logic.derivation import model as derivation
from clausewise.logic.derivation.compiled_rules import made
from clausewise.logic.derivation.model import DerivationPlan, Derivations, RelationRules
from clausewise.logic.derivation.steps import USES_BEFORE_COMPILED
from clausewise.logic.engine import compiled_settling
from clausewise.logic.engine.settled_rules import SettledRule
from clausewise.logic.language.choices import choose
from clausewise.logic.language.notation import (
    Constant,
    Row,
    Rule,
    Section,
    Variable,
    count,
    relation,
    total,
)
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.generator import any_case
from tests.support.graph import HOSTILE, edge, graphs, marked, weight

M, N, T, V, W, X, Y, Z = (Variable(name) for name in "MNTVWXYZ")

path = relation("path", "from to", "two edges in a row")
start = relation("start", "node", "a marked node, or one that is named")
load = relation("load", "node grams number", "what it weighs, and how many edges go out")
light = relation("light", "node", "it weighs little, or nothing is marked")
same = relation("same", "from to", "an edge back and forth, both ends weigh the same")
odd = relation("odd", "node", "no path comes back")
whole = relation("whole", "number", "how many marks there are")
none = relation("none", "", "no mark")


def rules() -> tuple[Rule, ...]:
    section = Section("S", "small")
    with section.clause("S.1", "a small program"):
        path(X, Z) <= edge(X, Y) & edge(Y, Z)
        start(X) <= marked(X) & edge(X, Y)
        start(HOSTILE) <= marked(HOSTILE)
        start("b") <= edge("b", Y) & ~marked(Y)
        load(X, T, N) <= marked(X) & total(T, V, weight(X, V)) & count(N, edge(X, Y))
        light(X) <= weight(X, V) & load(X, T, N) & M.is_(T * 2 - N + 1) & (V <= M) & (V < T)
        light(X) <= weight(X, V) & none() & V.is_not(3)
        same(X, Y) <= edge(X, Y) & edge(Y, X) & weight(X, V) & weight(Y, W) & (V + 0).is_(W)
        odd(X) <= start(X) & ~path(X, X)
        whole(N) <= weight(X, V) & count(N, marked(Y))
        none() <= edge(X, Y) & ~marked("a") & ~marked("b") & ~marked(HOSTILE)
    return tuple(section.clauses[0].rules)


KEYS = ("path", "start", "load", "light", "same", "odd", "whole", "none")
Found = dict[str, list[tuple[Row, list[tuple[str, tuple[Constant | None, ...]]]]]]


def found(plan: DerivationPlan, facts: dict[str, list[Row]], keys: tuple[str, ...]) -> Found:
    """The rows of each relation with their instances, all in their order."""
    rows = Derivations(plan, facts)
    return {
        key: [
            (row, [(each.rule.identifier, each.slots) for each in instances])
            for row, instances in rows[key].items()
        ]
        for key in keys
    }


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules become functions before they are first used."""
    monkeypatch.setattr(derivation, "USES_BEFORE_COMPILED", 0)


def have_functions(plan: DerivationPlan) -> set[bool]:
    """Whether all relations, or none, or some have become functions."""
    return {plans.function is not None for plans in plan.plans.values()}


@given(graphs(["a", "b", HOSTILE], range(1, 5)))
def test_the_same_instances_are_found_in_the_same_order(rows: dict[str, list[Row]]) -> None:
    stepwise, compiled = DerivationPlan(rules(), KEYS), DerivationPlan(rules(), KEYS)
    expected = found(stepwise, rows, KEYS)
    assert have_functions(stepwise) == {False}
    for _ in range(USES_BEFORE_COMPILED):
        assert have_functions(compiled) == {False}
        found(compiled, {}, KEYS)
    assert found(compiled, rows, KEYS) == expected
    assert have_functions(compiled) == {True}


def test_a_relation_with_other_rules_has_a_function_of_its_own() -> None:
    plan = DerivationPlan(rules(), KEYS)
    facts: dict[str, list[Row]] = {"edge": [("a", "b")], "marked": [("a",)]}
    for _ in range(USES_BEFORE_COMPILED + 1):
        assert [row for row, _ in found(plan, facts, ("start",))["start"]] == [("a",)]
    changed = copy(plan)
    changed.plans = {**plan.plans, "start": RelationRules(plan.plans["start"][1:])}
    for _ in range(USES_BEFORE_COMPILED + 1):
        assert found(changed, facts, ("start",)) == {"start": []}


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("seed", range(6))
def test_all_rules_of_the_policy_say_the_same_as_functions(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = {each.name: list(each.choices)[seed % len(each.choices)] for each in POLICY.readings}
    case = case_from_data(any_case(seed))
    facts = {
        key: list(rows) for key, rows in base_facts(case, POLICY, choose(POLICY, readings)).items()
    }
    program = program_of(POLICY)
    keys = tuple(program.plan.order)
    compiled = DerivationPlan(program.rules, program.goals)
    told = found(compiled, facts, keys)
    assert have_functions(compiled) == {True}
    monkeypatch.setattr(derivation, "USES_BEFORE_COMPILED", 10)
    stepwise = DerivationPlan(program.rules, program.goals)
    assert found(stepwise, facts, keys) == told
    assert have_functions(stepwise) == {False}


@pytest.mark.usefixtures("at_once")
def test_a_relation_that_a_plan_leaves_out_has_no_rows_of_its_own() -> None:
    plan = DerivationPlan(rules(), KEYS)
    facts: dict[str, list[Row]] = {"edge": [("a", "b"), ("b", "c")]}
    assert found(plan, facts, ("path",)) == {"path": [(("a", "c"), [("S.1/1", ("a", "c", "b"))])]}
    assert found(plan.without(frozenset({"path"}), "odd"), facts, ("path",)) == {"path": []}


@pytest.mark.usefixtures("at_once")
def test_measured_numbers_keep_their_digits() -> None:
    exact = Decimal("3.9999999999999999999999999")
    section = Section("S", "small")
    with section.clause("S.1", "a small program"):
        light(X) <= weight(X, V) & (V < 4)
        light("b") <= weight(X, exact)
    plan = DerivationPlan(section.clauses[0].rules, ["light"])
    rows = Derivations(plan, {"weight": [("a", exact), ("c", Decimal(4))]})
    assert set(rows["light"]) == {("a",), ("b",)}


WORDS = re.findall(
    r"\w+",
    "def derived settled held values known tables answers possible settle found filled indexes "
    "index row head fact holds left append rows like get new Instance len sum "
    "if elif else for while break in and or not is pass return None True False",
)


def test_the_text_of_a_function_consists_of_names_and_numbers_made_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts: list[str] = []

    def noted(lines: Iterable[str], values: dict[str, Any]) -> Any:
        texts.append("\n".join(lines))
        return made(texts[-1].split("\n"), values)

    monkeypatch.setattr(compiled_rules, "made", noted)
    monkeypatch.setattr(compiled_settling, "made", noted)
    program = program_of(POLICY)
    for plan in (program.plan, DerivationPlan(rules(), KEYS)):
        for plans in plan.plans.values():
            compiled_rules.compiled(plans)
            compiled_settling.compiled_settling([SettledRule(each.rule) for each in plans])
    assert len(texts) == 2 * (len(program.plan.plans) + len(KEYS))
    for text in texts:
        for token in generate_tokens(StringIO(text).readline):
            assert token.type not in (STRING, COMMENT), text
            if token.type == NAME:
                assert token.string in WORDS or re.fullmatch("[vk][0-9]+", token.string), text
            if token.type == NUMBER:
                assert token.string.isdecimal(), text
