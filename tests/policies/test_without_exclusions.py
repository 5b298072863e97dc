"""A policy as ``new-policy`` writes it, with one clause about the age and no exclusion at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import clausewise as cw
from clausewise.logic.authoring.check import policy_in
from clausewise.logic.authoring.skeleton import new_policy
from clausewise.logic.language.policy import Policy

CASE: dict[str, Any] = {
    "format": "clausewise-case/1",
    "case": "AGE-1",
    "request": {"procedure": "sleeve_gastrectomy", "received": "2026-02-01"},
    "member": {"age": 17},
}


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    folder = new_policy(
        "of_an_age", tmp_path_factory.mktemp("policy"), "sleeve_gastrectomy", date(2026, 1, 1)
    )
    return policy_in(folder).at(date(2026, 1, 1))


def without_age() -> dict[str, Any]:
    return {name: value for name, value in CASE.items() if name != "member"}


def test_the_age_is_told_as_the_reason(policy: Policy) -> None:
    said = " ".join(str(cw.why(CASE, policy=policy)).split())
    assert "the age of the member: 17" in said
    assert "not documented" not in said
    assert "the age of the member: 17" in str(cw.why_not(CASE, policy=policy))


def test_the_age_across_the_boundary_is_a_flip(policy: Policy) -> None:
    assert "the age of the member: 18" in str(cw.flip(CASE, policy=policy))


def test_an_age_that_is_not_stated_is_missing(policy: Policy) -> None:
    said = str(cw.missing(without_age(), policy=policy))
    assert "the age of the member: at least 18" in said
    form = str(cw.missing_questionnaire(cw.Case.of(without_age()), policy=policy))
    assert "member.age" in form


def test_its_pictures_and_its_report_are_drawn_without_exclusions(policy: Policy) -> None:
    assert "UNLESS: exclusions" not in cw.graph(CASE, policy=policy).dot
    assert "IF: criteria A" in cw.graph(policy=policy).dot
    assert "17" in cw.report(CASE, policy=policy)


def test_its_forms_ask_for_no_side_and_for_nothing_that_no_clause_uses(policy: Policy) -> None:
    form = str(cw.questionnaire("sleeve_gastrectomy", policy=policy))
    blank = cw.template("sleeve_gastrectomy", policy=policy)
    assert "member.age" in form
    assert "whole years, for A.1" in blank
    for word in (".side'", "request.purpose", "request.diagnoses", "percutaneous"):
        assert word not in form, word
    for word in ("side", "purpose:", "diagnoses:", "record_complete"):
        assert word not in blank, word
    assert "record_complete" not in form


def test_a_record_is_called_complete_only_for_what_a_clause_asks_about() -> None:
    blank = cw.template("open_sij_fusion", policy="CMM-611")
    assert "record_complete: [findings]\n" in blank
    form = cw.questionnaire("sij_injection", policy="L39455")
    offered = next(each for each in form["item"] if each["linkId"] == "record_complete")
    names = [each["valueCoding"]["code"] for each in offered["answerOption"]]
    assert names == ["findings", "therapies", "injections"]
