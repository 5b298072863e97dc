"""What stays derived from one set of facts to the next equals what is derived from nothing."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.long_records import entries, same
from clausewise.facts.case.editing import edited
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.logic.decision.decide import base_facts, decide_case
from clausewise.logic.derivation.model import DerivationPlan, Derivations
from clausewise.logic.derivation.successive import Successive, model_with
from clausewise.logic.language.choices import choose
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.examples import received_on
from tests.support.generator import random_case
from tests.support.places import case_path
from tests.support.records import complete_percutaneous

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


def test_what_is_said_of_other_entries_stays_when_one_changes() -> None:
    data = complete_percutaneous()
    data["injections"] = entries("injections", 40, same)
    decision = decide_case(case_from_data(data), POLICY)
    (line,) = decision.lines
    for edits in (
        [("injections[1].contrast", None)],
        [("injections[39]", None)],
        [("injections+", {**data["injections"][0], "date": "2026-06-01"})],
        [("injections[3].date", "2026-06-01"), ("findings[0].present", False)],
        [("record_complete", ["injections"])],
    ):
        facts = base_facts(edited(decision.case, edits), POLICY, CHOICES)
        rows, afresh = model_with(line.model, facts).rows, Derivations(line.model.plan, facts)
        assert rows["determination"].keys() == afresh["determination"].keys()
        for key in [*rows]:
            assert rows[key].keys() == afresh[key].keys(), key
        assert rows.work < afresh.work / 3
