"""SQL and pyDatalog agree: every status of every clause, every determination, what decided."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from clausewise.facts.case.model import Case
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.validation import case_from_data
from clausewise.logic.cohort.store import Basis, CohortStore
from clausewise.logic.decision.decide import Decision, base_facts, decide_case
from clausewise.logic.derivation.model import Model
from clausewise.logic.derivation.plan import RulePlan
from clausewise.logic.language import input_relations as given
from clausewise.logic.language.choices import choose
from clausewise.logic.language.column_types import ColumnTypes
from clausewise.logic.language.rules import Atom, Comparison, Variable
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.sql.decisive import decisive_expression
from clausewise.logic.sql.query import Queries, Query, table_of
from clausewise.logic.sql.translate import script
from tests.support.coverage import coverage_of, random_trials
from tests.support.examples import PROGRAM
from tests.support.generator import any_case, complete_percutaneous
from tests.support.pool import changed_plan
from tests.support.slices import first_few
from tests.support.sweep import every_mutant, explained, is_refused

ENTRY, OTHER, KIND, DAY, LINE = map(Variable, ("E", "Q", "K", "D", "L"))


def cases(seeds: range) -> list[Case]:
    """The random cases of these seeds, less those that are refused."""
    found = []
    for seed in seeds:
        with suppress(InputError):
            found.append(case_from_data(any_case(seed)))
    assert len(found) > len(seeds) * 0.9
    return found


def store_of(found: list[Case]) -> CohortStore:
    store = CohortStore(PROGRAM)
    store.add((f"case {number}", case) for number, case in enumerate(found))
    return store


def decided(
    found: list[Case], readings: dict[str, str], parameters: dict[str, int] | None = None
) -> list[Decision]:
    return [decide_case(each, POLICY, readings=readings, parameters=parameters) for each in found]


def differences(store: CohortStore, decisions: list[Decision]) -> list[str]:
    """Where SQL says something else than pyDatalog, in words; both for every line and clause."""
    choices = decisions[0].choices
    labels = store.decide(choices).labels
    columns = ", ".join(table_of(label) for label in labels)
    rows = store.rows(
        f"SELECT c, line, determination, {decisive_expression(POLICY, choices)}, {columns} FROM "
        "(SELECT d.*, procedure FROM determinations AS d JOIN procedure ON procedure.c = d.c)"
    )
    store.database.execute("DROP TABLE determinations")
    told = {(row[0], row[1]): row[2:] for row in rows}
    wrong: list[str] = []
    lines = 0
    for number, decision in enumerate(decisions):
        for line in decision.lines:
            lines += 1
            determination, decisive, *statuses = told[number, line.side]
            by_label = dict(zip(labels, statuses, strict=True))
            if determination != line.determination:
                wrong.append(f"{number} {line.side}: {determination}, not {line.determination}")
            if tuple(decisive) != line.decisive:
                wrong.append(f"{number} {line.side}: decisive {decisive}, not {line.decisive}")
            wrong += [
                f"{number} {line.side} {label}: {by_label[label]}, not {status}"
                for label, status in line.statuses.items()
                if by_label[label] != status
            ]
    assert len(told) == lines
    return wrong


def some_readings(seed: int) -> dict[str, str]:
    random = Random(seed)
    return {each.name: random.choice(list(each.choices)) for each in POLICY.readings}


@pytest.mark.parametrize(
    "seeds", first_few([range(6), range(6, 40), range(40, 80), range(80, 120)], 1), ids=str
)
def test_sql_and_pydatalog_agree(seeds: range) -> None:
    found = cases(seeds)
    store = store_of(found)
    by_default = decided(found, {})
    assert differences(store, by_default) == []
    assert differences(store, decided(found, some_readings(seeds.start))) == []
    store.own_numbers = False  # statements for cohorts whose cases share numbers of entries
    assert differences(store, by_default) == []


@pytest.mark.parametrize("seeds", first_few([range(80, 88), range(88, 122)], 1), ids=str)
def test_sql_and_pydatalog_agree_on_other_parameters(seeds: range) -> None:
    found = cases(seeds)
    store = store_of(found)
    parameters = {
        "minimum_pain_score": 7,
        "minimum_blocks": 1,
        "minimum_provocative_tests": 3,
        "therapy_look_back": 18,
        "minimum_active_therapy_months": 3,
    }
    assert differences(store, decided(found, {}, parameters)) == []


@pytest.mark.parametrize(
    ("first", "second", "case_follows"),
    [
        (given.therapy(ENTRY, KIND), given.therapy_start(ENTRY, DAY), True),
        (given.therapy(ENTRY, KIND), given.line(LINE), False),
        (given.therapy(ENTRY, KIND), given.inability_therapy(OTHER, ENTRY), False),
        (given.inability_therapy(OTHER, ENTRY), given.therapy(ENTRY, KIND), False),
        (given.inability_therapy(OTHER, ENTRY), given.inability(OTHER, KIND), True),
    ],
)
def test_only_the_number_of_an_own_entry_tells_the_case(
    first: Atom, second: Atom, case_follows: bool
) -> None:
    """What is said of an inability may name a therapy of another case: that is not in its own."""
    for own_numbers in (True, False):
        query = Query()
        queries = Queries(ColumnTypes({}, ()), (), (), own_numbers=own_numbers)
        queries.join(query, first)
        queries.join(query, second)
        assert ("t1.c = t0.c" not in query.conditions) == (own_numbers and case_follows)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_sql_and_pydatalog_agree_on_twenty_thousand_cases(part: int) -> None:
    found = cases(range(1_000 + part * 1_000, 2_000 + part * 1_000))
    store = store_of(found)
    assert differences(store, decided(found, {})) == []
    assert differences(store, decided(found, some_readings(part))) == []


@pytest.mark.slow
@pytest.mark.parametrize("reading", [each.name for each in POLICY.readings])
def test_sql_and_pydatalog_agree_under_every_reading(reading: str) -> None:
    found = cases(range(300))
    store = store_of(found)
    for value in POLICY.reading[reading].alternatives:
        assert differences(store, decided(found, {reading: value})) == []


@pytest.mark.slow
def test_every_clause_occurs_in_every_status_among_the_random_cases() -> None:
    """The comparison above means something: the cases reach the statuses of the clauses."""
    store = store_of(cases(range(200)))
    labels = store.decide(choose(POLICY, None, None)).labels
    poor = []
    for label in labels:
        clause = POLICY.clauses[label]
        if clause.kind in ("criterion", "exclusion"):
            rows = store.rows(f"SELECT DISTINCT {table_of(label)} FROM determinations")
            if not {"met", "not_met", "undocumented"} <= {status for (status,) in rows}:
                poor.append(label)
    # Silence about an exclusion is the rule; what the scope and D.I.B.0 ask is nearly always told.
    assert len(poor) <= 0.15 * len(labels), poor


def decide_changed(store: CohortStore, plans: Mapping[str, Any]) -> tuple[str, ...]:
    """Decide with the SQL of changed rules; gives the labels."""
    choices = choose(POLICY, None, None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PROGRAM.plan, "plans", plans)
        made = script(PROGRAM, choices, own_numbers=store.own_numbers)
    store.run(made.statements, Basis(PROGRAM, choices), "determinations")
    return made.labels


def test_a_changed_rule_is_noticed() -> None:
    """A comparison turned on the side of SQL alone makes the two differ."""
    found = cases(range(12))
    store = store_of(found)
    (plan,) = PROGRAM.plan.plans["high_enough"]
    turned = tuple(
        replace(literal, symbol="<") if isinstance(literal, Comparison) else literal
        for literal in plan.rule.body
    )
    changed = RulePlan(replace(plan.rule, body=turned))
    decide_changed(store, {**PROGRAM.plan.plans, "high_enough": [changed]})
    rows = store.rows('SELECT c, line, "D.I.B.2" FROM determinations')
    told = {(number, side): status for number, side, status in rows}
    assert any(
        told[number, line.side] != line.statuses["D.I.B.2"]
        for number, case in enumerate(found)
        for line in decide_case(case, POLICY).lines
        if "D.I.B.2" in line.statuses
    )


@pytest.mark.slow
def test_the_random_cases_reach_every_rule_and_status_that_can_be_reached() -> None:
    """What is compared above is the whole policy: every rule that can derive something does."""
    found = coverage_of(random_trials(range(6000)))
    assert found.unused_rules() == []
    assert all(
        status.endswith((" conflicting", " undocumented")) for status in found.missing_statuses()
    )


@pytest.mark.slow
def test_changed_rules_are_translated_as_changed() -> None:
    """SQL of a changed rule says what derivations by the changed rule say, and so something else
    than the unchanged ones wherever these do: a change on either side alone is caught."""
    found = cases(range(200))
    store = store_of(found)
    choices = choose(POLICY, None, None)
    facts = [base_facts(case, POLICY, choices) for case in found]
    unchanged = [Model(PROGRAM.plan, rows) for rows in facts]
    caught = 0
    unexplained = [each for each in every_mutant() if not explained(each)]
    for mutant in Random(1508).sample(unexplained, 60):
        if is_refused(mutant) or "months_before" in str(mutant):
            # The calendar of a cohort is one for all its cases, whose days a rule has to name.
            continue
        plan = changed_plan(mutant.original, mutant.changed)
        models = [Model(plan, rows) for rows in facts]
        if any(len(each.rows["determination"]) > len(each.rows["line"]) for each in models):
            # One column holds one determination: rules that draw two of a line are not for SQL.
            continue
        labels = decide_changed(store, plan.plans)
        columns = ", ".join(table_of(label) for label in labels)
        rows = store.rows(f"SELECT c, line, determination, {columns} FROM determinations")
        store.database.execute("DROP TABLE determinations")
        for number, side, determination, *statuses in rows:
            said = dict(zip(labels, statuses, strict=True))
            assert told(models[number], side, labels) == (determination, said), str(mutant)
            caught += told(unchanged[number], side, labels) != (determination, said)
    assert caught > 500


def told(model: Model, side: str, labels: tuple[str, ...]) -> tuple[str | None, dict[str, str]]:
    """The determination and the statuses of one line, as derivations say them."""
    outcome = next((str(row[1]) for row in model.rows["determination"] if row[0] == side), None)
    statuses = {}
    for label in labels:
        holding = (
            name
            for name in ("met", "not_met", "conflicting")
            if (side,) in model.rows[f"{name}[{label}]"]
        )
        statuses[label] = next(holding, "undocumented")
    return outcome, statuses


def test_no_text_of_a_case_reaches_a_statement() -> None:
    hostile = "x'); DROP TABLE cases; --"
    case = cases(range(1))[0].model_copy(update={"case": hostile})
    store = store_of([case])
    store.decide(choose(POLICY, None, None))
    assert store.rows('SELECT "case" FROM cases') == [(hostile,)]


def test_a_relief_just_under_the_threshold_stays_under() -> None:
    found = []
    for value in ("50", "49.9999999", "49.99999999999999999"):
        data = {**complete_percutaneous(), "record_complete": ["injections"]}
        data["injections"][0]["relief_percent"] = Decimal(value)
        found.append(case_from_data(data))
    store = store_of(found)
    decisions = decided(found, {})
    assert differences(store, decisions) == []
    statuses = [each.lines[0].statuses["D.I.B.7"] for each in decisions]
    assert statuses == ["met", "not_met", "not_met"]
