"""Nothing is decided when pyDatalog and the derivations differ.

A fault is put into one of the two evaluations, one at a time: into what a comparison, a sum of
days, a total, a negation, a join or the calendar means there. Each is noticed in a case that it
concerns, so the two share no such code, and the comparison of the two is switched on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.facts.relations import calendar, from_case
from clausewise.logic.decision import decide
from clausewise.logic.decision.decide import DisagreementError, decide_case
from clausewise.logic.derivation import calendar as second_calendar
from clausewise.logic.derivation import stages
from clausewise.logic.derivation.model import DerivationPlan
from clausewise.logic.engine import pydatalog
from clausewise.logic.engine.pydatalog import Engine, EnginePool
from clausewise.logic.language.input_relations import INPUT_RELATIONS
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Expression,
    Literal,
    Negation,
    Rule,
    Term,
    Variable,
    atoms_of,
)
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.generator import complete_open, complete_percutaneous, focused_case
from tests.support.places import CASE_FILES

pytestmark = pytest.mark.usefixtures("asked_anew")
PROGRAM = program_of(POLICY)
OTHER_SIGN = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">"}
Patch = pytest.MonkeyPatch


def ct_of_six_months_ago() -> Case:
    """An open request whose CT is dated exactly six months before the receipt."""
    data = complete_open()
    for study in data["imaging"]:
        study["date"] = "2026-01-15"
    return case_from_data(data)


def cases() -> Iterator[Case]:
    yield ct_of_six_months_ago()
    yield case_from_data(complete_percutaneous("right"))
    yield from (load_case(path) for path in CASE_FILES)
    yield from (case_from_data(focused_case(seed)) for seed in range(60))


def assert_noticed() -> None:
    for case in cases():
        try:
            decide_case(case, POLICY)
        except DisagreementError:
            return
    pytest.fail("no case noticed the fault")


# --- faults in what pyDatalog is given --------------------------------------------------------


@contextmanager
def other_rules(patch: Patch, change: Callable[[Literal], Literal | None]) -> Iterator[None]:
    """pyDatalog holds the rules with one literal of each kind changed, or left out for None."""

    def changed(rule: Rule) -> Rule:
        body = (change(literal) for literal in rule.body)
        return replace(rule, body=tuple(literal for literal in body if literal is not None))

    faulty = copy(PROGRAM)
    faulty.pool = EnginePool(
        [changed(rule) for rule in PROGRAM.rules], tuple(INPUT_RELATIONS.values())
    )
    patch.setattr(decide, "program_of", lambda _: faulty)
    yield


def with_sign(symbol: str, other: str) -> Callable[[Literal], Literal]:
    def change(literal: Literal) -> Literal:
        if isinstance(literal, Comparison) and literal.symbol == symbol:
            # ``==`` that binds a variable stays: without it pyDatalog could not go on.
            binds = symbol == "==" and isinstance(literal.left, Variable)
            return literal if binds else replace(literal, symbol=other)
        return literal

    return change


def subtracted(term: Term) -> Term:
    if isinstance(term, Expression):
        sign = {"+": "-", "-": "+", "*": "+"}[term.symbol]
        return Expression(sign, subtracted(term.left), subtracted(term.right))
    return term


def with_other_sums(literal: Literal) -> Literal:
    if isinstance(literal, Comparison):
        return replace(literal, left=subtracted(literal.left), right=subtracted(literal.right))
    return literal


def without_negations(literal: Literal) -> Literal | None:
    return None if isinstance(literal, Negation) else literal


@pytest.mark.parametrize("symbol", ["!=", "<", "<=", ">", ">="])
def test_a_comparison_that_pydatalog_takes_for_another_is_noticed(
    symbol: str, monkeypatch: Patch
) -> None:
    with other_rules(monkeypatch, with_sign(symbol, OTHER_SIGN[symbol])):
        assert_noticed()


def test_at_least_taken_for_more_than_is_noticed_in_a_ct_of_exactly_six_months_ago(
    monkeypatch: Patch,
) -> None:
    for symbol in (">=", "<="):
        with other_rules(monkeypatch, with_sign(symbol, OTHER_SIGN[symbol])):
            try:
                decide_case(ct_of_six_months_ago(), POLICY)
            except DisagreementError:
                return
    pytest.fail("the CT of exactly six months ago was decided all the same")


def test_a_sum_of_days_that_pydatalog_gets_wrong_is_noticed(monkeypatch: Patch) -> None:
    with other_rules(monkeypatch, with_other_sums):
        assert_noticed()


def test_a_negation_that_pydatalog_leaves_out_is_noticed(monkeypatch: Patch) -> None:
    with other_rules(monkeypatch, without_negations):
        assert_noticed()


def test_a_join_that_pydatalog_does_not_make_is_noticed(monkeypatch: Patch) -> None:
    load = Engine._body_literal

    def loose(self: Engine, rule: Rule, literal: Literal) -> Any:
        before = rule.body[: rule.body.index(literal)]
        bound = {each for atom, _ in atoms_of(before) for each in atom.variables()}
        if isinstance(literal, Atom) and literal.relation.by_clause is None:
            terms = tuple(
                Variable(f"{each.name}·loose")
                if isinstance(each, Variable) and each in bound
                else each
                for each in literal.terms
            )
            return self._literal(replace(literal, terms=terms), rule.identifier)
        return load(self, rule, literal)

    monkeypatch.setattr(Engine, "_body_literal", loose)
    with other_rules(monkeypatch, lambda literal: literal):
        assert_noticed()


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_total_that_pydatalog_gets_wrong_is_noticed(difference: int, monkeypatch: Patch) -> None:
    complete = pydatalog._TotalOfRows.complete

    class Waiting:
        """Takes over the fact of a total with another number."""

        def __init__(self, waiting: Any) -> None:
            self.waiting, self.literal = waiting, waiting.literal

        def fact(self, literal: Any) -> None:
            total = literal.terms[-1]
            literal.terms[-1] = type(total)(total.id + difference)
            self.waiting.fact(literal)

    monkeypatch.setattr(
        pydatalog._TotalOfRows,
        "complete",
        lambda self, rows, waiting: complete(self, rows, Waiting(waiting)),
    )
    assert_noticed()


def test_a_month_that_the_facts_get_wrong_is_noticed(monkeypatch: Patch) -> None:
    earlier = calendar.months_earlier
    monkeypatch.setattr(from_case, "months_earlier", lambda day, months: earlier(day, months + 1))
    assert_noticed()


# --- faults in the derivations ----------------------------------------------------------------


@contextmanager
def other_derivations(patch: Patch) -> Iterator[None]:
    """The derivations prepared anew, after something in them was changed."""
    faulty = copy(PROGRAM)
    faulty.plan = DerivationPlan(PROGRAM.rules, PROGRAM.goals)
    patch.setattr(decide, "program_of", lambda _: faulty)
    yield


@pytest.mark.parametrize("symbol", ["!=", "<", "<=", ">", ">="])
def test_a_comparison_that_the_derivations_take_for_another_is_noticed(
    symbol: str, monkeypatch: Patch
) -> None:
    monkeypatch.setitem(stages.COMPARISONS, symbol, stages.COMPARISONS[OTHER_SIGN[symbol]])
    with other_derivations(monkeypatch):
        assert_noticed()


def test_a_sum_of_days_that_the_derivations_get_wrong_is_noticed(monkeypatch: Patch) -> None:
    monkeypatch.setitem(stages.ARITHMETIC, "+", stages.ARITHMETIC["-"])
    monkeypatch.setitem(stages.ARITHMETIC, "-", stages.ARITHMETIC["*"])
    with other_derivations(monkeypatch):
        assert_noticed()


def test_a_negation_that_the_derivations_leave_out_is_noticed(monkeypatch: Patch) -> None:
    monkeypatch.setattr(stages.Absent, "advance", lambda _, __, current: list(current))
    with other_derivations(monkeypatch):
        assert_noticed()


def test_a_join_that_the_derivations_do_not_make_is_noticed(monkeypatch: Patch) -> None:
    def advance(self: Any, held: Any, current: Iterable[Any]) -> list[Any]:
        rows: Sequence[Any] = list(held[self.key])
        return [self.fill(row + slots) for slots in current for row in rows]

    monkeypatch.setattr(stages.Joined, "advance", advance)
    with other_derivations(monkeypatch):
        assert_noticed()


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_total_that_the_derivations_get_wrong_is_noticed(
    difference: int, monkeypatch: Patch
) -> None:
    amounts = stages.Counted.amounts
    monkeypatch.setattr(
        stages.Counted,
        "amounts",
        lambda self, *found: [each + difference for each in amounts(self, *found)],
    )
    assert_noticed()


def test_a_month_that_the_derivations_get_wrong_is_noticed(monkeypatch: Patch) -> None:
    earlier = second_calendar._earlier
    monkeypatch.setattr(second_calendar, "_earlier", lambda day, months: earlier(day, months - 1))
    assert_noticed()


# --- the comparison itself --------------------------------------------------------------------


@pytest.mark.parametrize(
    "most", [10, pytest.param(None, marks=pytest.mark.slow)], ids=["some", "all"]
)
def test_without_a_fault_nothing_is_noticed(most: int | None, monkeypatch: Patch) -> None:
    with other_rules(monkeypatch, lambda literal: literal):
        for case in islice(cases(), most):
            decide_case(case, POLICY)
