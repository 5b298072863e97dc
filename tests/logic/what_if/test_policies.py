"""Policies side by side: clauses by id, numbers, and who gets something else."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date
from functools import cache
from itertools import permutations
from pathlib import Path

import pytest

import clausewise as cw
from clausewise.api.policy_comparisons import PolicyDifference
from clausewise.logic.cohort.two_policies import lines_in
from clausewise.logic.policies.registry import UnknownPolicyError, folder_of
from clausewise.logic.what_if.policies import compare_policies
from tests.support import command
from tests.support.pages import without_spans
from tests.support.plain_yaml import read_yaml
from tests.support.sleeve import WRITTEN

CASES = folder_of("CMM-611") / "cases"
BOTH = ("CMM-611@2024-01-01", "CMM-611@2025-06-01")


@cache
def of_both() -> PolicyDifference:
    """The cases of the policy under two of its revisions."""
    return cw.compare_policies(*BOTH, cases=CASES)


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
        "minimum_bmi_with_comorbidity",
        "maximum_visits",
    ]


def test_who_moves_is_told_with_the_clauses_and_without_the_plan_or_the_day() -> None:
    found = of_both()
    moved = {(each.case, each.side): each for each in found.moving}
    assert all("not_governed" not in (each.before, each.after) for each in found.lines or ())
    assert moved["CMM-07", "left"].decisive_before == ("MIF.13",)
    assert moved["CMM-05", "left"].decisive_after == ("MIF.10", "MIF.12")
    for each in found.lines or ():
        path = Path(each.place)
        data = read_yaml(path.read_text(encoding="utf-8"))
        received = str(data["request"]["received"])
        own = each.before if received < "2025-06-01" else each.after
        assert own == cw.decide(path).by_side[each.side].determination


def test_the_command_says_that_plan_and_day_are_set() -> None:
    case = str(CASES / "cmm-04.yaml")
    found = command.run("compare-policies", "MM-1508", BOTH[1], "--case", case)
    assert found.exit_code == 0, found.output
    text = " ".join(found.stdout.split())
    assert "each case counts as one of a plan of MM-1508@2026-06-01 and of CMM-611" in text
    assert "both as in force on the day of receipt" in text
    assert "serve comparison and testing, not decisions" in text


def test_the_command_that_tells_the_exact_verdict_is_named_where_there_is_one() -> None:
    found = cw.compare_policies(*BOTH)
    asked = f"clausewise analyse {BOTH[0]} --against {BOTH[1]}"
    assert asked in str(found)
    assert asked in without_spans(found.page())
    assert found.as_dict()["exact_verdict"].endswith(asked)
    assert "--against" not in str(cw.compare_policies("MM-1508", "L39455"))


def test_policies_without_a_procedure_in_common_are_drawn_and_written_whole(tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    shutil.copy(folder_of("L39455") / "cases" / "lcd-04.yaml", cases)
    found = cw.compare_policies("MM-1508", "L39455", cohort=cases, output=tmp_path / "out")
    assert "no procedure in common" in str(found)
    assert "no procedure in common" in (tmp_path / "out" / "comparison.html").read_text("utf-8")
    outline = " ".join(found.picture.outline)
    assert "D.I.B.6" in outline
    assert "I.2.f" in outline
    svg = (tmp_path / "out" / "comparison.svg").read_text(encoding="utf-8")
    assert svg == found.picture.svg


@pytest.mark.slow
@pytest.mark.parametrize("pair", list(permutations((*BOTH, "MM-1508", "L39455"), 2)), ids=" ".join)
def test_every_two_policies_are_compared_in_every_form(
    pair: tuple[str, str], tmp_path: Path
) -> None:
    cases = folder_of("L39455") / "cases"
    one = cases / "lcd-04.yaml"
    for option, place in (("", None), ("--case", one), ("--case", cases), ("--cohort", cases)):
        given = [option, place] if place else []
        for form in ("text", "json", "csv"):
            outcome = command.run("compare-policies", *pair, *given, "--format", form)
            assert (outcome.exit_code, bool(outcome.stdout)) == (0, True), (given, form)
        written = tmp_path / f"{option}-{place and place.stem}"
        for suffix in ("",) if option == "--cohort" else (".html", ".svg", ".dot", ".png"):
            target = written.with_name(written.name + (suffix or "-cohort"))
            outcome = command.run("compare-policies", *pair, *given, "-o", target)
            assert (outcome.exit_code, target.exists()) == (0, True), outcome.stderr


def test_data_and_csv_have_every_line(tmp_path: Path) -> None:
    text = (CASES / "cmm-04.yaml").read_text(encoding="utf-8")
    path = tmp_path / "case.yaml"
    path.write_text(text.replace("case: CMM-04", "case: '=1+1'"), encoding="utf-8")

    def run(*arguments: str) -> str:
        return command.run("compare-policies", *BOTH, *arguments).stdout

    data = json.loads(run("--cohort", str(tmp_path), "--format", "json"))
    assert [each["case"] for each in data["lines"]] == ["=1+1"]
    assert data["moving"] == sum(each["moves"] for each in data["lines"])
    rows = list(csv.DictReader(io.StringIO(run("--case", str(path), "--format", "csv"))))
    assert [row["case"] for row in rows] == ["'=1+1"]


def test_a_cohort_moves_as_its_cases_do_one_by_one(tmp_path: Path) -> None:
    one_by_one = cw.compare_policies("MM-1508", "CMM-611", cases=CASES)
    found = cw.compare_policies("MM-1508", "CMM-611", cohort=CASES, output=tmp_path / "out")
    assert one_by_one.moves is not None
    assert found.moves is not None
    assert found.moves.moving == one_by_one.moves.moving > 0
    assert [(each.case, each.before, each.after) for each in found.moving] == [
        (each.case, each.before, each.after) for each in one_by_one.moving
    ]
    assert [each.decisive_after for each in found.moving] == [
        each.decisive_after for each in one_by_one.moving
    ]
    told = {tuple(map(str, row.values())) for row in found.moves.because}
    assert len(told) == len(one_by_one.moves.because) == len(found.moves.because)
    assert list(lines_in(tmp_path / "out", moving=True)) == found.moving
    page = (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")
    assert "no line here is an answer to a request" in page
    assert (tmp_path / "out" / "comparison.svg").read_text(encoding="utf-8").startswith("<svg")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["what_if"].startswith("What if: each case counts as one of a plan of")
    assert summary["against"]["number"] == "CMM-611"


def test_a_case_is_drawn_as_it_stands_under_both() -> None:
    found = cw.compare_policies(*BOTH, cases=CASES / "cmm-01.yaml")
    text = " ".join(" ".join(found.picture.outline).split())
    assert "INSUFFICIENT INFORMATION → MEDICALLY NECESSARY" in text
    assert "► MIF.13 Free of nicotine [ANY OF 2] undocumented → met" in text
    assert "each case counts as one of a plan of" in found.picture.description
    assert "MIF.12" in text
    assert "CMM-01 under both" in without_spans(found.page())


def test_a_case_that_one_policy_does_not_govern_is_drawn_with_what_that_policy_governs() -> None:
    case = CASES / "cmm-05.yaml"
    one, other = "MM-1508@2026-06-01", "L39455@2023-03-01"
    text = " ".join(cw.compare_policies(one, other, cases=case).picture.outline)
    assert "D.I.B.6" in text
    assert "the procedure asked for is not one that the policy is about" in " ".join(text.split())
    injection = folder_of("L39455") / "cases" / "lcd-01.yaml"
    neither = cw.compare_policies("MM-1508", "CMM-611", cases=injection).picture
    assert "not governed, under the second policy not governed" in neither.description


def test_a_picture_over_many_cases_says_which_clauses_decide_those_that_move() -> None:
    found = of_both()
    moved = [each for each in found.moving if each.decisive_after == ("MIF.10", "MIF.12")]
    text = " ".join(" ".join(found.picture.outline).split())
    turn = "medically necessary → insufficient information"
    assert f"Therapeutic injection new decides {len(moved)} that move: {turn}" in text
    assert (
        f"{len(found.moving)} of {len(found.lines or ())} lines move" in found.picture.description
    )
    assert [each.title.split(":")[0] for each in found.case_pictures] == [
        f"Case {each.case}" for each in found.moving
    ]


def test_clauses_of_two_payers_are_matched_by_what_they_ask_for() -> None:
    found = cw.compare_policies("MM-1508", "CMM-611")
    pairs = {each.first.label: each.second.label for each in found.comparison.changed}
    assert pairs["D.I.B.5.thigh_thrust"] == "MIF.6.a"
    assert pairs["D.II.B.3.tumor"] == "MIF.X.4"
    outline = " ".join(found.picture.outline)
    assert "is MIF.6.a" in outline
    assert "gone" in outline
    assert "none applies" not in outline


def test_a_picture_and_a_page_are_written_and_what_does_not_go_together_is_told(
    tmp_path: Path,
) -> None:
    def run(*arguments: str) -> command.Outcome:
        return command.run("compare-policies", *arguments)

    page = tmp_path / "page.html"
    assert run(*BOTH, "-o", str(page)).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert "has never smoked" in text
    assert "<script" not in text
    assert run(*BOTH, "-o", str(tmp_path / "picture.dot")).exit_code == 0
    assert "ends in .html" in run(*BOTH, "-o", str(tmp_path / "page.txt")).stderr
    assert "one at a time" in run(*BOTH, "--case", "x", "--cohort", "y").stderr
    assert "name one with --cohort" in run(*BOTH, "--memory", "1GB").stderr


def test_a_policy_that_is_not_installed_is_told() -> None:
    with pytest.raises(UnknownPolicyError, match="did you mean"):
        cw.compare_policies("CMM-612", BOTH[0])
