"""What stays derived from one set of facts to the next equals what is derived from nothing."""

from __future__ import annotations

from datetime import timedelta

from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.logic.decision.decide import base_facts
from clausewise.logic.derivation.model import DerivationPlan, Derivations
from clausewise.logic.derivation.successive import Successive
from clausewise.logic.language.choices import choose
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.examples import received_on
from tests.support.generator import random_case
from tests.support.places import case_path

CHOICES = choose(POLICY, None, None)


def test_the_rows_of_a_case_received_on_one_day_after_another() -> None:
    plan = DerivationPlan(program_of(POLICY).rules, ["determination"])
    cases = [load_case(case_path("pa-1003")), *(case_from_data(random_case(n)) for n in range(8))]
    reused = 0
    for case in cases:
        rows: Successive | None = None
        for days in (0, 1, 2, 40, 181, 182, 183, 400, -3):
            before = rows
            day = case.request.received + timedelta(days=days)
            facts = base_facts(received_on(case, day), POLICY, CHOICES)
            rows, afresh = Successive(plan, facts, rows), Derivations(plan, facts)
            assert rows["determination"].keys() == afresh["determination"].keys()
            for key in rows:
                assert rows[key].keys() == afresh[key].keys(), key
                reused += before is not None and bool(rows[key]) and rows[key] is before.get(key)
    assert reused > 1000


def test_another_case_after_the_first_changes_nothing() -> None:
    plan = program_of(POLICY).plan
    rows: Successive | None = None
    for seed in range(25):
        facts = base_facts(case_from_data(random_case(seed)), POLICY, CHOICES)
        rows, afresh = Successive(plan, facts, rows), Derivations(plan, facts)
        for key in plan.order:
            assert rows[key].keys() == afresh[key].keys(), key
