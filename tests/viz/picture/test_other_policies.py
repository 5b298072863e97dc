"""Pictures of whatever policy: every published clause has its box, every look its word."""

from __future__ import annotations

import re

import pytest

import clausewise as cw
from clausewise.logic.policies.registry import policy_meant
from clausewise.viz.picture.looks import LEGEND_WORDS
from clausewise.viz.picture.picture import reasons_picture
from tests.support.examples import decided
from tests.support.places import ROOT

LCD = ROOT / "logic" / "lcd_sij_injections" / "cases"
CMM = ROOT / "logic" / "cmm_611" / "cases"


def reasons_of(name: str) -> str:
    decision = decided(name)
    return reasons_picture(decision, decision.lines[0]).dot


def test_every_published_clause_has_a_box_in_the_picture_of_its_policy() -> None:
    """Also below a part that the policy does not label, as "diagnostic or therapeutic" is."""
    policy = policy_meant("L39455")
    dot = cw.graph(policy="L39455").dot
    (path,) = policy.paths
    below = policy.labels_below(path.root)
    for label in (each for each in below if policy.clauses[each].published):
        assert f'id="clause-{label}"' in dot
        assert f">{label}<" in dot


def test_the_legend_names_the_look_of_the_outcome_and_of_lines_in_boxes() -> None:
    contradicted = reasons_of("pa-1020")
    assert f"? {LEGEND_WORDS['open']}<" in contradicted
    assert f"≠ {LEGEND_WORDS['conflict']}<" in contradicted
    assert f"– {LEGEND_WORDS['aside_none']}<" in reasons_of("pa-1014")
    # Only a line in a box is not documented: one of the studies, of which another is there.
    assert f"? {LEGEND_WORDS['aside_open']}<" in reasons_of("pa-1021")
    assert LEGEND_WORDS["good"] not in cw.graph(policy="L39455").dot


def test_reasons_end_where_nothing_decides_and_tell_what_speaks_against() -> None:
    outline = "\n".join(cw.graph(LCD / "lcd-10.yaml", reasons=True).outline)
    assert "T.2 First, or after relief" in outline
    assert "T.2.a" not in outline
    assert "and 1 more" in outline  # of the sessions, three are named
    assert "cotinine 25 ng/mL" in "\n".join(cw.graph(CMM / "cmm-07.yaml", reasons=True).outline)


def test_an_outcome_and_a_status_stand_on_one_line() -> None:
    dot = reasons_of("pa-1006")
    assert "INSUFFICIENT INFORMATION<" in dot
    lines = cw.graph(CMM / "cmm-09.yaml").outline
    assert any(line.strip() == "not documented" for line in lines)
    assert not any(line.strip() == "documented" for line in lines)


def test_names_in_boxes_are_written_as_a_person_writes_them() -> None:
    dot = cw.graph(policy="CMM-611").dot
    assert "Pain at Fortin" in dot
    assert "at fortin" not in dot
    assert "facts: Yeoman<" in cw.graph(policy="L39455", facts=True).dot
    assert "least number of positive tests: 3<" in dot
    assert "least relief after a block: 75 percent<" in dot


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("thigh_thrust", "the finding thigh thrust"),
        ("tens", "the therapy TENS"),
        ("minimum_blocks", "the parameter minimum blocks"),
        ("block_relief", "the reading block relief"),
        ("D.I.B.4", "D.I.B.4 conservative therapy"),
    ],
)
def test_what_one_thing_can_affect_is_told_in_words(name: str, asked: str) -> None:
    picture = cw.touches(name, policy="MM-1508")
    assert picture.title == f"What can {asked} affect?"
    assert "_" not in picture.description
    assert not [each for each in re.findall(r">([^<>]+)<", picture.svg) if "_" in each]


@pytest.mark.parametrize("policy", ["MM-1508", "CMM-611", "L39455"])
def test_facts_readings_and_parts_are_words_in_boxes_and_tips(policy: str) -> None:
    svg = cw.graph(policy=policy, facts=True).svg
    assert "facts: " in svg
    assert not [each for each in re.findall(r">([^<>]+)<", svg) if "_" in each]
