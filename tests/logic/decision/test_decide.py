"""What is asked of pyDatalog, and what is evaluated for it."""

from __future__ import annotations

import pytest

from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.logic.decision.decide import base_facts, decide_case, determination_of
from clausewise.logic.derivation.model import Model
from clausewise.logic.language.choices import choose
from clausewise.logic.language.criteria import conflicting, met, not_met
from clausewise.logic.language.input_relations import reading
from clausewise.logic.language.rules import Variable
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.registry import folder_of, policy_named
from clausewise.logic.program.program import program_of
from tests.support.generator import focused_case, random_case
from tests.support.places import CASE_FOLDER

PROGRAM = program_of(POLICY)
LABELS = sorted({label for labels in PROGRAM.labels.values() for label in labels})


@pytest.mark.parametrize("seed", range(12))
def test_no_clause_has_two_statuses(seed: int) -> None:
    case = case_from_data(focused_case(seed) if seed % 2 else random_case(seed))
    questions = [
        [status(side, label) for status in (met, not_met, conflicting)]
        for side in case.sides
        for label in LABELS
    ]
    with (
        PROGRAM.pool.engine() as engine,
        engine.facts(base_facts(case, POLICY, choose(POLICY))),
    ):
        answers = iter(engine.ask([atom for group in questions for atom in group]))
    for group in questions:
        assert sum(bool(next(answers)) for _ in group) <= 1, group[0]


def test_other_choices_are_facts() -> None:
    case = case_from_data(random_case(1))
    rows = base_facts(case, POLICY, choose(POLICY, {"pain_score_choice": "highest_in_6_months"}))
    with PROGRAM.pool.engine() as engine, engine.facts(rows):
        (chosen,) = engine.ask([reading("pain_score_choice", Variable("Value"))])
    assert chosen == [("pain_score_choice", "highest_in_6_months")]


@pytest.mark.parametrize("seed", range(6))
def test_the_determination_alone_is_the_one_decided(seed: int) -> None:
    case, choices = case_from_data(focused_case(seed)), choose(POLICY)
    for line in decide_case(case, POLICY).lines:
        for asked in (True, False):
            found = determination_of(case, POLICY, choices, line.side, by_pydatalog=asked)
            assert found == line.determination


def test_only_the_path_that_is_asked_for_is_evaluated() -> None:
    decision = decide_case(load_case(CASE_FOLDER / "pa-1003.yaml"), POLICY)
    (line,) = decision.lines
    assert "met[D.I.B]" in line.model.rows
    assert "met[D.I.A]" not in line.model.rows
    whole = Model(line.program.plan, decision.rows)
    for key in line.program.plan.order:
        assert whole.rows[key].keys() == line.model.rows[key].keys()


def test_a_clause_that_the_policy_does_not_label_is_a_reason_beside_some_that_it_does() -> None:
    """L39455 asks for I and for one of D and T; that one of them has no label of its own."""
    policy = policy_named("L39455")
    case = load_case(folder_of("L39455") / "cases" / "lcd-02.yaml")
    (line,) = decide_case(case, policy).lines
    assert (line.determination, line.decisive) == ("not_medically_necessary", ("K",))
