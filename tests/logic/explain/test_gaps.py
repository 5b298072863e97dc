"""Why-not: every ground of a denial, told apart by code."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.logic.decision.advisories import advisories
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain.because import clauses_in_the_way, grounds
from clausewise.logic.explain.clauses import Explainer
from clausewise.logic.explain.gaps import CODES, why_not
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.registry import folder_of, policy_named
from clausewise.logic.program.program import program_of
from clausewise.output.gaps import why_not_lines
from tests.support.examples import decided
from tests.support.generator import complete_percutaneous, focused_case, random_case
from tests.support.oracle.values import all_of
from tests.support.places import CASE_FILES, ROOT


def gaps(data: dict[str, Any], label: str) -> dict[str, set[str | None]]:
    """The codes of the gaps of a clause, each with the entries concerned."""
    decision = decide_case(case_from_data(data), POLICY)
    found: dict[str, set[str | None]] = {}
    for each in why_not(decision, decision.lines[0]):
        if each.label == label:
            for gap in each.gaps:
                found.setdefault(gap.code, set()).add(gap.entry)
    return found


def test_codes_tell_gaps_apart() -> None:
    data = complete_percutaneous()
    data["measurements"][0]["value"] = 4
    assert "value_out_of_range" in gaps(data, "D.I.B.2")

    data = complete_percutaneous()
    del data["findings"][12]
    assert gaps(data, "D.I.B.8") == {"not_found": {None}}

    data = complete_percutaneous()
    data["findings"][12]["present"] = True
    assert gaps(data, "D.I.B.8") == {"invalid_attribute": {"findings[12]"}}

    data = complete_percutaneous()
    data["findings"][9]["side"] = "right"
    data["findings"][10]["present"] = False
    assert gaps(data, "D.I.B.6.a") == {"invalid_attribute": {"findings[9]"}}

    data["findings"][9].pop("side")
    assert gaps(data, "D.I.B.6.a") == {"missing_attribute": {"findings[9]"}}

    data["findings"][9] |= {"side": "left", "date": "2026-07-16"}
    assert gaps(data, "D.I.B.6.a") == {"date_out_of_range": {"findings[9]"}}

    data = complete_percutaneous()
    data["injections"][1].pop("contrast")
    found = gaps(data, "D.I.B.7")
    assert "injections[1]" in found["missing_attribute"]
    assert "count_out_of_range" in found

    data = complete_percutaneous()
    data["injections"][1]["contrast"] = False
    assert "injections[1]" in gaps(data, "D.I.B.7")["invalid_attribute"]

    data = complete_percutaneous()
    data["findings"].append({**data["findings"][12], "present": True})
    assert gaps(data, "D.I.B.8") == {"conflicting": {"findings[12]", "findings[19]"}}


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_each_ground_of_an_example_has_gaps_with_known_codes(path: Path) -> None:
    decision = decided(path.stem)
    for line in decision.lines:
        found = why_not(decision, line)
        also = clauses_in_the_way(line) if line.decisive else ()
        assert {each.ground for each in found} == {*grounds(line), *also}
        for each in found:
            assert each.gaps
            assert {gap.code for gap in each.gaps} <= set(CODES)


@pytest.mark.slow
@pytest.mark.parametrize(
    "seeds",
    [range(80), pytest.param(range(80, 10_000), marks=pytest.mark.slow)],
    ids=["some", "ten_thousand"],
)
def test_the_grounds_are_all_clauses_that_suffice_to_deny(seeds: range) -> None:
    """Brute force: each subset-minimal set of the root's parts that denies alone is one ground."""
    heads = [f"D.I.B.{number}" for number in range(11)]
    denied = 0
    for seed in seeds:
        data = random_case(seed) if seed % 2 else focused_case(seed)
        decision = decide_case(case_from_data(data), POLICY)
        line = decision.lines[0]
        if line.determination != "not_medically_necessary" or line.path is None:
            continue
        if line.path.root != "D.I.B":
            continue
        denied += 1
        sufficient: list[set[str]] = []
        for size in (1, 2):
            for chosen in combinations(heads, size):
                rest = dict.fromkeys(heads, "undocumented")
                rest |= {each: line.statuses[each] for each in chosen}
                denies = all_of(*rest.values()) == "not_met"
                if denies and not any(smaller <= set(chosen) for smaller in sufficient):
                    sufficient.append(set(chosen))
        minimal = {each for found in sufficient for each in found}
        named = {
            next(
                (head for head in heads if ground == head or ground.startswith(f"{head}.")), ground
            )
            for ground in line.decisive
        }
        applying = {
            label
            for label in line.exclusions
            if line.statuses[label] == "met" and POLICY.clauses[label].published
        }
        assert named == minimal | applying
    assert denied > len(seeds) // 8


def test_only_entries_about_the_finding_are_evidence() -> None:
    decision = decided("pa-1006")
    line = decision.lines[0]
    view = Explainer(decision, line).view("D.I.B.6.a")
    assert {each.key for each in view.evidence} == {"findings[9]", "findings[12]"}
    (conflict,) = [each for each in advisories(decision, line) if each.code == "conflict"]
    assert conflict.sentence.count("[H") == 2


def test_irrelevant_leaves_are_not_asked_for() -> None:
    data = complete_percutaneous()
    data["findings"] = [each for each in data["findings"] if each["finding"] != "gaenslen"]
    decision = decide_case(case_from_data(data), POLICY)
    view = Explainer(decision, decision.lines[0]).view("D.I.B.6.a")
    assert view.status == "undocumented"
    assert view.send == ""


@pytest.mark.slow
def test_no_gap_is_told_in_terms_of_the_rules() -> None:
    """A reader sees words and numbers, never an atom such as ``side_counts(left, unstated)``."""
    cases = [load_case(path) for path in CASE_FILES]
    cases += [case_from_data(random_case(seed)) for seed in range(60)]
    rules = {rule.identifier for rule in program_of(POLICY).rules}
    told = 0
    for case in cases:
        decision = decide_case(case, POLICY)
        for line in decision.lines:
            for blocking in why_not(decision, line):
                for gap in blocking.gaps:
                    assert not re.search(r"\w\(|~|[a-z]_[a-z]", gap.text), gap.text
                    assert not gap.rule or gap.rule in rules
                    told += 1
    assert told > 150


def test_of_many_gaps_the_first_are_shown_and_the_others_counted() -> None:
    data = complete_percutaneous()
    data["record_complete"] = []
    blocks = [
        {"purposes": ["diagnostic"], "date": f"2026-03-{day}", "side": "left", "relief_percent": 20}
        for day in range(10, 30)
    ]
    data["injections"] = [each for each in data["injections"] if "outcome" in each] + blocks
    decision = decide_case(case_from_data(data), POLICY)
    text = "\n".join(line.plain for line in why_not_lines(decision, decision.ask(why_not)))
    assert text.count("value out of range") <= 13
    assert "more (--format json has all of them)" in text
    assert "0 of 2 required blocks are documented" in text


@pytest.mark.parametrize(
    ("policy", "example", "lines"),
    [
        ("MM-1508", "pa-1016", ["    ? nothing of this is documented  [4 not found]"]),
        (
            "MM-1508",
            "pa-1020",
            [
                '    ⇄ I2D diagnostic block, 30 % relief, 2026-03-23, left [H6 p1 "30 % better"]  '
                "[conflicting]",
                '    ⇄ I2 diagnostic block, 75 % relief, 2026-03-23, left [H2 p5 "75 % relief"]  '
                "[conflicting]",
                "  gaps: 2 conflicting",
            ],
        ),
        (
            "MM-1508",
            "pa-1017",
            [
                "    ? Patrick's (FABER) test positive: does not count: right side, the request is "
                "for the left  [invalid attribute]",
            ],
        ),
        ("CMM-611", "cmm-09", ["    ✗ the request is for both sides  [invalid attribute]"]),
        (
            "CMM-611",
            "cmm-10",
            [
                "    ✗ chiropractic care, 2025-06-01 to 2025-09-20: 112 of 181 days documented  "
                "[count out of range, rule MIF.9/11]",
            ],
        ),
    ],
)
def test_lines_of_why_not(policy: str, example: str, lines: list[str]) -> None:
    folder = ROOT / "facts" if policy == "MM-1508" else folder_of(policy)
    case = load_case(folder / "cases" / f"{example}.yaml")
    decision = decide_case(case, policy_named(policy, case.request.received))
    told = [line.plain for line in why_not_lines(decision, decision.ask(why_not))]
    assert [each for each in lines if each not in told] == []
