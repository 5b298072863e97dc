"""Rules as a function leave the same to be asked as the rules settled literal by literal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.derivation import model as derivation
from clausewise.logic.engine import compiled_settling, settled_rules
from clausewise.logic.engine.fact_table import FactTable
from clausewise.logic.engine.settled_rules import (
    AlikeRules,
    Known,
    Left,
    SettledRule,
    SettledRules,
    Settling,
)
from clausewise.logic.language.notation import Row, Rule, Section, Variable, count, relation
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import Program
from tests.support.generator import any_case, complete_percutaneous
from tests.support.graph import HOSTILE, edge, graphs, marked, weight

N, V, W, X, Y, Z = (Variable(name) for name in "NVWXYZ")

near = relation("near", "from to", "a relation that other rules derive")
tied = relation("tied", "from to", "what is settled here")


def rules() -> tuple[Rule, ...]:
    section = Section("S", "small")
    with section.clause("S.1", "a small program"):
        tied(X, Y) <= edge(X, Y) & marked(X) & ~marked(Y)
        tied(X, X) <= edge(X, Y) & weight(Y, V) & (V >= 2)
        tied(X, Y) <= weight(X, V) & weight(Y, W) & (V < W) & near(X, Y)
        tied(X, Y) <= edge(X, Z) & near(Z, Y) & ~near(Y, Z) & ~weight(Z, 1)
        tied(X, Y) <= edge(Z, Z) & edge(Z, X) & near(X, Y)
        tied(X, Y) <= edge(Z, Z) & near(X, Y)
        tied(X, Y) <= edge(X, Z) & edge(Z, Z) & near(X, Y)
        tied(X, HOSTILE) <= marked(HOSTILE) & edge(X, HOSTILE) & X.is_not(HOSTILE)
        tied(X, Y) <= weight(X, V) & V.is_(W) & weight(Y, W) & ~edge(X, Z)
        tied(X, Y) <= marked(X) & count(N, edge(X, Z)) & weight(Y, V) & (V + 0).is_(N)
        tied("b", Y) <= near(Y, Y)
    return tuple(section.clauses[0].rules)


RULES = [AlikeRules([SettledRule(rule)]) for rule in rules()]
RULES.append(AlikeRules([rule for alike in RULES for rule in alike.rules]))
FUNCTIONS = [compiled_settling.compiled_settling(alike.rules) for alike in RULES]
NODES = ("a", "b", HOSTILE)
NODE = st.sampled_from(NODES)
ANSWERS = st.dictionaries(st.tuples(NODE, NODE), st.booleans())


def known_of(facts: dict[str, list[Row]], answers: dict[Row, bool], possible: bool) -> Known:
    """Facts, answers to questions about ``near``, and whether others may be positive."""
    known = Known({key: FactTable(rows) for key, rows in facts.items() if rows})
    known.possible = {*known.tables, *(("near",) if possible else ())}
    known.answers["near"].update(answers)
    known.unsettled = {("near", row) for row in product(NODES, repeat=2)}
    return known


@given(graphs(NODES, range(3)), ANSWERS, st.booleans())
def test_all_rules_leave_the_same_alone_and_together(
    facts: dict[str, list[Row]], answers: dict[Row, bool], possible: bool
) -> None:
    known = known_of(facts, answers, possible)
    for alike, function in zip(RULES, FUNCTIONS, strict=True):
        for values in product(NODES, repeat=2):
            expected = alike.settled(values, known)
            assert function(values, known) == expected, str(alike.rules[0].rule)


@given(graphs(NODES, range(3)), ANSWERS)
def test_what_was_not_asked_before_is_settled_on_the_way(
    facts: dict[str, list[Row]], answers: dict[Row, bool]
) -> None:
    for alike, function in zip(RULES, FUNCTIONS, strict=True):
        for settle in (alike.settled, function):
            told = known_of(facts, answers, True)
            asked = known_of(facts, {}, True)
            asked.unsettled -= {("near", row) for row in answers}
            asked.rules["near"] = Answers(answers)
            for values in product(NODES, repeat=2):
                assert settle(values, told) == settle(values, asked)


class Answers(SettledRules):
    """A relation of which it is known whether some rows hold."""

    def __init__(self, answers: dict[Row, bool]) -> None:
        super().__init__(())
        self._answers = answers

    def left(self, values: Sequence[Any], _: Known) -> list[Left] | bool:
        return self._answers[tuple(values)]


@pytest.mark.parametrize("seed", range(3))
def test_all_rules_of_the_policy_leave_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: Counter[str] = Counter()
    compiled = compiled_settling.compiled_settling

    def compared(rules: Sequence[SettledRule]) -> Settling:
        function, alike = compiled(rules), AlikeRules(rules)

        def settle(values: Row, known: Known) -> list[Left] | bool:
            seen.update(rule.rule.identifier for rule in rules)
            found = function(values, known)
            assert found == alike.settled(values, known), str(rules[0].rule)
            return found

        return settle

    cases = [complete_percutaneous(), *(any_case(100 * seed + each) for each in range(12))]
    expected = [decide_case(case_from_data(data), POLICY).lines for data in cases]
    program = Program(POLICY)
    monkeypatch.setattr("clausewise.logic.decision.decide.program_of", lambda _: program)
    monkeypatch.setattr(compiled_settling, "compiled_settling", compared)
    monkeypatch.setattr(settled_rules, "USES_BEFORE_COMPILED", 0)
    monkeypatch.setattr(derivation, "USES_BEFORE_COMPILED", 0)
    for data, lines in zip(cases, expected, strict=True):
        for line, other in zip(decide_case(case_from_data(data), POLICY).lines, lines, strict=True):
            assert (line.determination, line.statuses) == (other.determination, other.statuses)
    assert len(seen) > 200
