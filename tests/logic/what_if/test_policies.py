"""Policies side by side: clauses by id, numbers, and who gets something else."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

import clausewise as cw
from clausewise.cli.commands import app
from clausewise.logic.policies.registry import UnknownPolicyError, folder_of
from clausewise.logic.what_if.policies import compare_policies
from tests.support.sleeve import WRITTEN

CASES = folder_of("CMM-611") / "cases"
BOTH = ("CMM-611@2024-01-01", "CMM-611@2025-06-01")


def test_revisions_are_matched_by_id_although_a_label_has_another_clause() -> None:
    found = cw.compare_policies(*BOTH).comparison
    assert [each.id for each in found.new] == ["MIF.10", "implant_fixes", "MIF.13.b"]
    assert [each.id for each in found.gone] == ["implant_maker"]
    assert {each.second.label: each.what for each in found.changed} == {
        "MIF": ("also asks for MIF.10",),
        "MIF.13": ("also asks for MIF.13.b",),
    }
    assert all(pair.same for pair in found.parameters)


def test_the_other_way_round_what_was_new_is_gone() -> None:
    found = cw.compare_policies(*reversed(BOTH)).comparison
    assert [each.id for each in found.gone] == ["MIF.10", "implant_fixes", "MIF.13.b"]


def test_a_policy_is_the_same_as_itself() -> None:
    found = cw.compare_policies(BOTH[0], BOTH[0]).comparison
    assert (found.new, found.gone, found.changed) == ((), (), ())


def test_a_number_that_changes_changes_the_clauses_that_use_it() -> None:
    found = compare_policies(WRITTEN.at(date(2025, 1, 1)), WRITTEN.at(date(2026, 1, 1)))
    changed = {each.second.label: each.what for each in found.changed}
    assert changed["2.b.1"] == ("minimum_bmi_with_comorbidity: 35, now 30 kg/m2",)
    assert [pair.name for pair in found.parameters if not pair.same] == [
        "minimum_bmi_with_comorbidity"
    ]


def test_who_moves_is_told_with_the_clauses_and_without_the_plan_or_the_day() -> None:
    found = cw.compare_policies(*BOTH, cases=CASES)
    moved = {(each.case, each.side): each for each in found.moving}
    assert all("not_governed" not in (each.before, each.after) for each in found.lines or ())
    assert moved["CMM-07", "left"].decisive_before == ("MIF.13",)
    assert moved["CMM-05", "left"].decisive_after == ("MIF.10", "MIF.12")
    for each in found.lines or ():
        path = Path(each.place)
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        received = str(data["request"]["received"])
        own = each.before if received < "2025-06-01" else each.after
        assert own == cw.decide(path).by_side[each.side].determination


def test_the_command_says_that_plan_and_day_are_set() -> None:
    case = str(CASES / "cmm-04.yaml")
    found = CliRunner().invoke(app, ["compare-policies", "MM-1508", BOTH[1], "--case", case])
    assert found.exit_code == 0, found.output
    text = " ".join(found.stdout.split())
    assert "The plan of each case is set to arkansas_passe for MM-1508" in text
    assert "taken to be in force on the day of receipt" in text
    assert "serve comparison and testing, not decisions" in text


def test_data_and_csv_have_every_line(tmp_path: Path) -> None:
    text = (CASES / "cmm-04.yaml").read_text(encoding="utf-8")
    path = tmp_path / "case.yaml"
    path.write_text(text.replace("case: CMM-04", "case: '=1+1'"), encoding="utf-8")
    arguments = ["compare-policies", *BOTH, "--cohort", str(tmp_path), "--format"]
    data = json.loads(CliRunner().invoke(app, [*arguments, "json"]).stdout)
    assert [each["case"] for each in data["lines"]] == ["=1+1"]
    assert data["moving"] == sum(each["moves"] for each in data["lines"])
    rows = list(csv.DictReader(io.StringIO(CliRunner().invoke(app, [*arguments, "csv"]).stdout)))
    assert [row["case"] for row in rows] == ["'=1+1"]


def test_a_policy_that_is_not_installed_is_told() -> None:
    with pytest.raises(UnknownPolicyError, match="did you mean"):
        cw.compare_policies("CMM-612", BOTH[0])
