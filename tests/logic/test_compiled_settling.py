"""A rule as a function leaves the same to be asked as the rule settled literal by literal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.validation import case_from_data
from logic import compiled_settling, derivation, settled_rules
from logic.determination import decide_case
from logic.fact_table import FactTable
from logic.mm_1508 import POLICY
from logic.notation import Row, Rule, Section, Variable, count, relation
from logic.program import Program
from logic.settled_rules import Known, SettledRule, Settling
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
        tied(X, HOSTILE) <= marked(HOSTILE) & edge(X, HOSTILE) & X.is_not(HOSTILE)
        tied(X, Y) <= weight(X, V) & V.is_(W) & weight(Y, W) & ~edge(X, Z)
        tied(X, Y) <= marked(X) & count(N, edge(X, Z)) & weight(Y, V) & (V + 0).is_(N)
        tied("b", Y) <= near(Y, Y)
    return tuple(section.clauses[0].rules)


RULES = [SettledRule(rule) for rule in rules()]
FUNCTIONS = [compiled_settling.compiled_settling(rule) for rule in RULES]
NODES = ("a", "b", HOSTILE)
NODE = st.sampled_from(NODES)
ANSWERS = st.dictionaries(st.tuples(NODE, NODE), st.booleans())


@given(graphs(NODES, range(3)), ANSWERS, st.booleans())
def test_every_rule_leaves_the_same(
    facts: dict[str, list[Row]], answers: dict[Row, bool], possible: bool
) -> None:
    known = Known({key: FactTable(rows) for key, rows in facts.items() if rows})
    known.possible = {*known.tables, *(("near",) if possible else ())}
    known.answers = {"near": answers} if answers else {}
    for rule, function in zip(RULES, FUNCTIONS, strict=True):
        if rule.needs <= {*known.tables, "near"}:
            for values in product(NODES, repeat=2):
                if rule.says(values):
                    assert function(values, known) == rule.settled(values, known), str(rule.rule)


@pytest.mark.parametrize("seed", range(3))
def test_all_rules_of_the_policy_leave_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: Counter[str] = Counter()
    compiled = compiled_settling.compiled_settling

    def compared(rule: SettledRule) -> Settling:
        function = compiled(rule)

        def settle(values: Sequence[Any], known: Known) -> tuple[list[int], list[Any]] | None:
            seen[rule.rule.identifier] += 1
            found = function(values, known)
            assert found == rule.settled(values, known), str(rule.rule)
            return found

        return settle

    cases = [complete_percutaneous(), *(any_case(100 * seed + each) for each in range(12))]
    expected = [decide_case(case_from_data(data), POLICY).lines for data in cases]
    program = Program(POLICY)
    monkeypatch.setattr("logic.determination.program_of", lambda _: program)
    monkeypatch.setattr(compiled_settling, "compiled_settling", compared)
    monkeypatch.setattr(settled_rules, "USES_BEFORE_COMPILED", 0)
    monkeypatch.setattr(derivation, "USES_BEFORE_COMPILED", 0)
    for data, lines in zip(cases, expected, strict=True):
        for line, other in zip(decide_case(case_from_data(data), POLICY).lines, lines, strict=True):
            assert (line.determination, line.statuses) == (other.determination, other.statuses)
    assert len(seen) > 200
