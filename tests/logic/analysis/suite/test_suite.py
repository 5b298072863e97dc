"""A suite shows each leaf, holds for the policy it was made from, and notices what moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from clausewise.api.analysis import run_suite, suite
from clausewise.facts.case.model import Case
from clausewise.logic.analysis.findings.worlds import PathWorlds
from clausewise.logic.analysis.suite.build import Suite, suite_of
from clausewise.logic.analysis.suite.changes import drawn, unnoticed
from clausewise.logic.analysis.suite.mutants import mutants
from clausewise.logic.analysis.suite.tables import SuiteError, read_table, table_text
from clausewise.logic.decision.decide import base_facts
from clausewise.logic.derivation.model import DerivationPlan, Model
from clausewise.logic.language.choices import choose
from clausewise.logic.language.notation import Rule
from clausewise.logic.language.status import DERIVED
from clausewise.logic.language.well_formed import ProgramError
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from clausewise.logic.readings.conditional_model import Worlds
from clausewise.output.suite import run_lines
from tests.support.command import run
from tests.support.plain_yaml import read_yaml
from tests.support.small_policy import small_policy


@cache
def small() -> Suite:
    return suite_of(PathWorlds(program_of(small_policy()), small_policy().paths[0]))


def table(folder: Path) -> Path:
    place = folder / "K.yaml"
    place.write_text(table_text(small()), encoding="utf-8")
    return place


def test_each_leaf_has_a_pair_that_differs_in_the_outcome() -> None:
    assert small().unshown == ()
    for label in ("K.1", "K.2", "K.3", "K.4.a", "K.4.b", "X.1", "X.2"):
        base = small().rows[0].expect[label]
        outcomes = {
            (row.expect.get(label, base), row.expect["determination"]) for row in small().rows
        }
        assert len({status for status, _ in outcomes}) >= 3 or label == "X.2", label
        assert len({outcome for _, outcome in outcomes}) == 3, label


def test_values_on_either_side_of_the_threshold_are_there() -> None:
    names = [row.name for row in small().rows]
    assert "pain score is 6 instead of 5: medically necessary" in names
    assert any("pain score is 4: not medically necessary" in each for each in names)


def test_no_two_rows_have_one_name_or_one_record() -> None:
    names = [row.name for row in small().rows]
    assert len(set(names)) == len(names)


def test_a_table_read_back_holds_for_the_policy(tmp_path: Path) -> None:
    table(tmp_path)
    found = run_suite(small_policy(), tmp_path)
    assert (found.rows, found.moved) == (len(small().rows), ())


@pytest.mark.parametrize(
    ("policy", "what"),
    [
        (
            small_policy(least=6),
            ("determination", "medically_necessary", "not_medically_necessary"),
        ),
        (small_policy(least=4), ("K.1", "not_met", "met")),
        (small_policy(condition="sacropelvic_infection"), ("X.1", "applies", "not_documented")),
        (small_policy(parts=("K.1", "K.2", "K.3")), ("K.4.a", "met", "no such clause")),
    ],
    ids=["a higher threshold", "a lower threshold", "another condition", "a clause dropped"],
)
def test_a_later_revision_tells_what_moved(
    policy: object, what: tuple[str, str, str], tmp_path: Path
) -> None:
    table(tmp_path)
    found = run_suite(policy, tmp_path)  # type: ignore[arg-type]
    told = {(d.what, d.expected, d.found) for each in found.moved for d in each.differences}
    assert what in told


def test_a_version_that_does_not_govern_the_rows_tells_what_moved_clinically(
    tmp_path: Path,
) -> None:
    table(tmp_path)
    elsewhere: dict[str, Any] = {"static_facts": (("policy_plan", ("another_plan",)),)}
    same = run_suite(replace(small_policy(), **elsewhere), tmp_path)
    assert (same.as_if, same.moved) == (same.rows, ())
    higher = run_suite(replace(small_policy(least=6), **elsewhere), tmp_path)
    governed = run_suite(small_policy(least=6), tmp_path)
    assert governed.moved == higher.moved != ()
    assert (governed.as_if, higher.as_if) == (0, higher.rows)
    text = " ".join(line.plain for line in run_lines(higher))
    assert "does not govern; they are decided as if it did" in text


def test_a_clause_that_was_relabelled_is_matched_by_its_id(tmp_path: Path) -> None:
    place = table(tmp_path)
    text = place.read_text(encoding="utf-8")
    # As signed under a version in which the clause that goes by K.1 had another label.
    signed = text.replace("K.1: ", "K.7: ").replace("\nbase:", "\nids: {K.7: K.1}\nbase:", 1)
    assert signed.count("K.7: ") > 2
    place.write_text(signed, encoding="utf-8")
    found = run_suite(small_policy(), tmp_path)
    assert (found.moved, found.relabelled) == ((), (("K.7", "K.1"),))
    assert "K.7 is now K.1" in " ".join(line.plain for line in run_lines(found))


def test_a_row_that_was_signed_as_not_governed_is_decided_as_it_is(tmp_path: Path) -> None:
    place = table(tmp_path)
    data = read_yaml(place.read_text(encoding="utf-8"))
    data["rows"] = [{"name": "of another plan", "expect": {"determination": "not_governed"}}]
    data["base"]["request"]["plan"] = "other"
    place.write_text(yaml.safe_dump(data), encoding="utf-8")
    found = run_suite(small_policy(), tmp_path)
    assert (found.rows, found.as_if, found.moved) == (1, 0, ())


def _outcomes(rules: list[Rule]) -> Iterator[object]:
    """What rules decide: the sets of records by determination, and each row of the suite."""
    policy = small_policy()
    program = program_of(policy)
    program.check(rules)
    plan = DerivationPlan(rules, program.goals)
    space = worlds()
    facts = space.record.facts_with(choose(policy))
    yield dict(Worlds(plan, space.diagrams, facts)["determination"])
    yield [_statuses(plan, row.case) for row in small().rows]


def _statuses(plan: DerivationPlan, case: Case) -> list[object]:
    """What a suite compares of a row: the determination, and the statuses of leaves."""
    facts = base_facts(case, small_policy(), choose(small_policy()))
    model = Model(plan, facts)
    leaves = (label for label in worlds().labels if not small_policy().clauses[label].gate)
    keys = ("determination", *(f"{status}[{label}]" for label in leaves for status in DERIVED))
    return [sorted(model.rows[key]) for key in keys]


@cache
def worlds() -> PathWorlds:
    return PathWorlds(program_of(small_policy()), small_policy().paths[0])


def test_every_mutant_that_changes_an_outcome_in_the_space_is_noticed() -> None:
    program = program_of(small_policy())
    changed, survivors = 0, []
    space, rows = _outcomes(list(program.rules))
    for mutant in mutants(program.rules):
        try:
            mutated_space, mutated_rows = _outcomes(mutant.apply(program.rules))
        except (ProgramError, TypeError, KeyError):
            continue
        if mutated_space != space:
            changed += 1
            if mutated_rows == rows:
                survivors.append(str(mutant))
    assert changed > 20
    assert survivors == []


def test_a_row_is_added_for_each_change_that_no_row_notices() -> None:
    noticed = small().noticed
    assert noticed.tried == noticed.every
    assert noticed.moving == noticed.noticed + noticed.rows
    records = [worlds().approval]
    found, before = drawn(worlds(), 10_000)[1], 0
    unseen = 0
    for mutant in found:
        moves, apart = unnoticed(worlds(), mutant, records)
        before += moves
        unseen += apart is not None
        if apart is not None:
            records.append({**worlds().approval, **apart})
            assert unnoticed(worlds(), mutant, records) == (True, None)
    assert before == noticed.moving
    assert unseen > noticed.rows, "pairs and values notice most"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("rows: 1", "a table has a base and rows"),
        ("base: {}\nrows: [{name: a}]", "row 1: a row has a name and what to expect"),
        ("base: {}\nrows: [{name: a, expect: {}}]", "row 1"),
        ("base: {}\nrows: [{name: a, expect: {}, without: {findings: [1]}}]", "has no entry"),
        ("- [", "not a table"),
    ],
)
def test_a_bad_table_is_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    place = tmp_path / "bad.yaml"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(SuiteError) as raised:
        read_table(place)
    if sentence != "not a table":
        assert sentence in str(raised.value)


def test_the_command_needs_tables(tmp_path: Path) -> None:
    found = run("run-suite", "MM-1508", tmp_path)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "no table" in found.stderr


@pytest.mark.slow
def test_the_suite_of_mm_1508_holds_and_notices_another_number(tmp_path: Path) -> None:
    for root, text in suite(POLICY, changes=100).items():
        (tmp_path / f"{root}.yaml").write_text(text, encoding="utf-8")
    assert run_suite(POLICY, tmp_path).moved == ()
    changed = tuple(
        replace(each, value=60) if each.name == "minimum_block_relief" else each
        for each in POLICY.parameters
    )
    found = run_suite(replace(POLICY, parameters=changed), tmp_path)
    told = {d.what for each in found.moved for d in each.differences}
    assert {"determination", "D.I.B.7"} <= told
