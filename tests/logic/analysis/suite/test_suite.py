"""A suite shows each leaf, holds for the policy it was made from, and notices what moves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from clausewise.api.analysis import run_suite, suite
from clausewise.facts.columns import Row
from clausewise.logic.analysis.findings.worlds import PathWorlds
from clausewise.logic.analysis.suite.build import Suite, suite_of
from clausewise.logic.analysis.suite.changes import Changes
from clausewise.logic.analysis.suite.gates import Gates
from clausewise.logic.analysis.suite.mutants import Mutant, mutants
from clausewise.logic.analysis.suite.tables import SuiteError, read_table, table_text
from clausewise.logic.decision.decide import base_facts
from clausewise.logic.derivation.model import DerivationPlan, Model
from clausewise.logic.language.choices import choose
from clausewise.logic.language.rules import Rule
from clausewise.logic.language.status import DERIVED
from clausewise.logic.language.well_formed import unbound
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from clausewise.logic.readings.conditional_model import Worlds
from clausewise.logic.readings.decision_diagram import TooManyStepsError
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


def without_digest(text: str) -> str:
    """A table that is changed on purpose."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("digest"))


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
    signed = (
        without_digest(text)
        .replace("K.1: ", "K.7: ")
        .replace("\nbase:", "\nids: {K.7: K.1}\nbase:", 1)
    )
    assert signed.count("K.7: ") > 2
    place.write_text(signed, encoding="utf-8")
    found = run_suite(small_policy(), tmp_path)
    assert (found.moved, found.relabelled) == ((), (("K.7", "K.1"),))
    assert "K.7 is now K.1" in " ".join(line.plain for line in run_lines(found))


def test_clauses_that_the_suite_says_nothing_of_are_told(tmp_path: Path) -> None:
    place = table(tmp_path)
    data = read_yaml(without_digest(place.read_text(encoding="utf-8")))
    for row in data["rows"]:
        row["expect"].pop("X.2", None)
    place.write_text(yaml.safe_dump(data), encoding="utf-8")
    found = run_suite(small_policy(least=6), tmp_path)
    assert found.unsigned == ("X.2",)
    text = [line.plain for line in run_lines(found)]
    assert "clauses that the suite says nothing of: X.2" in text
    # Each thing that moved stands once before the rows, with their number.
    told = [line for line in text if "K.1 is not met, signed as met" in line]
    assert re.fullmatch(r"  \d+: K.1 is not met, signed as met", told[0])
    assert int(told[0].split(":")[0]) == len(told) - 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("determination: not_medically_necessary", "determination: medically_necessary"),
        ("value: 4", "value: 5"),
        ("K.1: not_met", "K.1: met"),
        ("present: true", "present: false"),
    ],
)
def test_a_table_that_was_changed_after_it_was_written_is_refused(
    before: str, after: str, tmp_path: Path
) -> None:
    place = table(tmp_path)
    text = place.read_text(encoding="utf-8")
    signed = text.replace("{by: '', on: ''}", "{by: 'A. Owner', on: '2026-06-02'}")
    assert signed != text
    place.write_text(signed, encoding="utf-8")
    assert run_suite(small_policy(), tmp_path).moved == ()
    assert before in signed
    place.write_text(signed.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(SuiteError, match="below the digest is not as it was written"):
        run_suite(small_policy(), tmp_path)


def test_a_row_that_was_signed_as_not_governed_is_decided_as_it_is(tmp_path: Path) -> None:
    place = table(tmp_path)
    data = read_yaml(without_digest(place.read_text(encoding="utf-8")))
    data["rows"] = [{"name": "of another plan", "expect": {"determination": "not_governed"}}]
    data["base"]["request"]["plan"] = "other"
    place.write_text(yaml.safe_dump(data), encoding="utf-8")
    found = run_suite(small_policy(), tmp_path)
    assert (found.rows, found.as_if, found.moved) == (1, 0, ())


def _in_space(rules: list[Rule]) -> object:
    """The sets of records by determination that rules decide."""
    space = worlds()
    plan = DerivationPlan(rules, space.program.goals)
    facts = space.record.facts_with(choose(small_policy()))
    return dict(Worlds(plan, space.diagrams, facts)["determination"])


@cache
def _facts_of_rows() -> list[Mapping[str, Iterable[Row]]]:
    policy = small_policy()
    return [base_facts(row.case, policy, choose(policy)) for row in small().rows]


def _on_rows(rules: list[Rule]) -> list[object]:
    """What a suite compares of each row: the determination, and the statuses of leaves."""
    plan = DerivationPlan(rules, worlds().program.goals)
    leaves = (label for label in worlds().labels if not small_policy().clauses[label].gate)
    keys = ("determination", *(f"{status}[{label}]" for label in leaves for status in DERIVED))
    models = (Model(plan, facts) for facts in _facts_of_rows())
    return [[sorted(model.rows[key]) for key in keys] for model in models]


@cache
def worlds() -> PathWorlds:
    return PathWorlds(program_of(small_policy()), small_policy().paths[0])


def test_every_mutant_that_changes_an_outcome_in_the_space_is_noticed() -> None:
    rules = list(program_of(small_policy()).rules)
    changed, survivors = 0, []
    space, rows = _in_space(rules), _on_rows(rules)
    for mutant in mutants(rules):
        if mutant.changed is not None and any(unbound([mutant.changed])):
            continue
        mutated = mutant.apply(rules)
        if _in_space(mutated) != space:
            changed += 1
            if _on_rows(mutated) == rows:
                survivors.append(str(mutant))
    assert changed > 20
    assert survivors == []


def test_every_change_of_a_gate_that_changes_a_determination_is_noticed() -> None:
    """Against the whole program over the space, and on the rows by the ordinary derivations."""
    rules, gates = list(program_of(small_policy()).rules), Gates(worlds())
    own = {rule.identifier for rule in gates.rules}
    assert {"K/1", "K.4/1", "K/determination/1", "determination/2"} <= own
    others = [rule for rule in rules if rule.identifier not in own]
    space, rows = _in_space(rules), _on_rows(rules)
    found, moving = list(gates.changes()), []
    for change in found:
        mutated = [*others, *change.rules]
        moves, _ = gates.unnoticed(change, [], 1_000_000)
        assert moves == (_in_space(mutated) != space), change
        if moves:
            moving.append(change.how)
            assert _on_rows(mutated) != rows, change
    assert {"K without K.1", "K/determination without X.2", "K: ALL and ANY exchanged"} <= {*moving}
    assert len(found) > len(moving) > 20
    # K.2 implies K.4, and X.1 excludes what K.3 asks to be absent.
    assert not {"K without K.4", "K/determination without X.1"} & {*moving}


def test_a_row_is_added_for_each_change_that_no_row_notices() -> None:
    noticed = small().noticed
    assert noticed.tried == noticed.every
    assert (noticed.moving, noticed.too_large) == (noticed.noticed + noticed.rows, 0)
    found, before, unseen = Changes(worlds()), 0, 0
    found.add(worlds().approval)
    for change in found.every:
        moves, apart = found.unnoticed(change)
        before += moves
        unseen += apart is not None
        if apart is not None:
            found.add({**worlds().approval, **apart})
            assert found.unnoticed(change) == (True, None)
    assert before == noticed.moving
    assert unseen > noticed.rows, "pairs and values notice most"


def test_a_change_that_is_too_large_is_looked_for_in_the_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = Changes(worlds())
    found.add(worlds().approval)
    alike = {each: found.unnoticed(each) for each in found.every if isinstance(each, Mutant)}

    def too_large(*_: object) -> None:
        raise TooManyStepsError("as if it were")

    monkeypatch.setattr(Changes, "_nearest", too_large)
    large = 0
    for each, before in alike.items():
        try:
            assert found.unnoticed(each) == (True, None) == before
        except TooManyStepsError:
            large += 1
            assert before != (True, None), "a row notices it"
    assert 0 < large < len(alike)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("rows: 1", "a table has a base and rows"),
        ("base: {}\nrows: [{name: a}]", "row 1: a row has a name and what to expect"),
        ("base: {}\nrows: [{name: a, expect: {}}]", "row 1"),
        ("base: {}\nrows: [{name: a, expect: {}, without: {findings: [1]}}]", "has no entry"),
        ("- [", "not a table"),
        ("base: {}\nrows: []", "a table has a base and rows"),
        ("base: {}\nrows: [{name: a, expect: {}, wiht: {}}]", "row 1: wiht is not one of expect"),
        ("base: {}\nrows: [{name: a, expect: {}, with: {findngs: []}}]", "with: findngs is not"),
        ("base: {findngs: []}\nrows: [{name: a, expect: {}}]", "base: findngs is not one of"),
        ("base: {}\nrow: []\nrows: [{name: a, expect: {}}]", "row is not one of base, digest"),
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
