"""How pyDatalog is asked: default choices put into the rules, the collector waiting meanwhile."""

from __future__ import annotations

import gc
import threading

import pytest

from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.logic.decision.decide import _asking, base_facts, decide_case
from clausewise.logic.derivation.model import Model
from clausewise.logic.engine.collector import collection_paused
from clausewise.logic.engine.pool import EnginePool
from clausewise.logic.language.choices import choose
from clausewise.logic.language.criteria import conflicting, met, not_met
from clausewise.logic.language.determination_rules import determination
from clausewise.logic.language.input_relations import reading
from clausewise.logic.language.notation import Row, Variable
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.generator import focused_case, random_case
from tests.support.places import CASE_FOLDER

PROGRAM = program_of(POLICY)
DEFAULT = choose(POLICY)
LABELS = sorted({label for labels in PROGRAM.labels.values() for label in labels})


def answers(pool: EnginePool, case: Case) -> dict[str, list[Row]]:
    """What pyDatalog says of every status of every clause and of the determination."""
    rows = base_facts(case, POLICY, DEFAULT)
    with pool.engine() as engine, engine.facts(rows), engine.questions() as ask:
        found = {
            str(atom): ask(atom)
            for side in case.sides
            for label in LABELS
            for atom in (met(side, label), not_met(side, label), conflicting(side, label))
        }
        for side in case.sides:
            found[side] = ask(determination(side, Variable("Outcome")))
        return found


@pytest.mark.parametrize("seed", range(12))
def test_putting_the_default_choices_into_the_rules_changes_no_answer(seed: int) -> None:
    case = case_from_data(focused_case(seed) if seed % 2 else random_case(seed))
    general = answers(PROGRAM.pool, case)
    assert answers(PROGRAM.default_pool, case) == general
    for side in case.sides:
        for label in LABELS:
            statuses = (met(side, label), not_met(side, label), conflicting(side, label))
            assert sum(bool(general[str(atom)]) for atom in statuses) <= 1, label


def test_rules_with_the_default_choices_put_in_ask_for_no_choice() -> None:
    with PROGRAM.default_pool.engine() as engine:
        asked = {atom.relation.name for rule in engine.loaded_rules() for atom, _ in rule.atoms()}
    assert asked.isdisjoint({"reading", "parameter"})
    assert "finding" in asked


def test_other_choices_are_facts() -> None:
    case = case_from_data(random_case(1))
    choices = choose(POLICY, {"pain_score_choice": "highest_in_6_months"})
    rows = base_facts(case, POLICY, choices)
    value = Variable("Value")
    with _asking(PROGRAM, choices, rows) as ask:
        chosen = ask(reading("pain_score_choice", value))
    assert chosen == [("pain_score_choice", "highest_in_6_months")]


def test_the_collector_waits_until_the_last_block_ends() -> None:
    assert gc.isenabled()
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with collection_paused():
            inside.set()
            leave.wait(10)

    other = threading.Thread(target=hold)
    with collection_paused():
        other.start()
        assert inside.wait(10)
        assert not gc.isenabled()
    assert not gc.isenabled()
    leave.set()
    other.join()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_collector_goes_on_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), collection_paused():
        _ = 1 / 0
    assert gc.isenabled()


def test_only_the_path_that_is_asked_for_is_evaluated() -> None:
    decision = decide_case(load_case(CASE_FOLDER / "pa-1003.yaml"), POLICY)
    (line,) = decision.lines
    assert "met[D.I.B]" in line.model.rows
    assert "met[D.I.A]" not in line.model.rows
    whole = Model(line.program.plan, decision.rows)
    for key in line.program.plan.order:
        assert whole.rows[key].keys() == line.model.rows[key].keys()
