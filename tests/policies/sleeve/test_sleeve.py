"""The machinery is general: a policy without sides, joints, imaging or readings.

It is decided, proved, checked, drawn, asked in a form and audited as any other. No further rule of
the machinery knows it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import clausewise as cw
from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.logic.fhir.claim_response import claim_response
from clausewise.logic.language.choices import choose
from clausewise.logic.program.gates import gate_of
from clausewise.logic.program.program import program_of
from clausewise.logic.proof.certificate import canonical, certificate
from clausewise.logic.proof.checker import check
from clausewise.logic.what_if.flip import flip
from clausewise.logic.what_if.missing import missing
from tests.support.sleeve import WRITTEN

RECEIVED = date(2026, 9, 1)
POLICY = WRITTEN.at(RECEIVED)
EARLIER = WRITTEN.at(date(2025, 9, 1))


def visits(*days_before: int) -> list[dict[str, str]]:
    """Visits so many days before the receipt."""
    return [
        {"visit": "weight_management_visit", "date": str(RECEIVED - timedelta(days=each))}
        for each in days_before
    ]


def finding(name: str, present: bool) -> dict[str, Any]:
    return {"finding": name, "present": present, "date": "2026-08-01"}


def bmi(value: Any, day: str = "2026-08-01") -> dict[str, Any]:
    return {"measure": "body_mass_index", "value": value, "date": day}


COMPLETE: Mapping[str, Any] = {
    "format": "clausewise-case/1",
    "case": "S-1",
    "request": {"procedure": "43775", "received": str(RECEIVED)},
    "member": {"age": 44},
    "measurements": [bmi(41)],
    "findings": [finding("generalized_pain_disorder", False)],
    "visits": visits(20, 60, 110, 200),
    "record_complete": ["visits"],
}


def case(**changes: Any) -> Case:
    """The complete case with some of its keys replaced."""
    return case_from_data(json.loads(json.dumps({**COMPLETE, **changes})))


def decided(given: Case, policy: Any = POLICY, **choices: Any) -> Decision:
    return decide_case(given, policy, **choices)


def outcome(given: Case, policy: Any = POLICY) -> str:
    (line,) = decided(given, policy).lines
    return line.determination


def status(label: str, given: Case, policy: Any = POLICY) -> str:
    (line,) = decided(given, policy).lines
    return line.statuses[label]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "medically_necessary"),
        ({"member": {"age": 17}}, "not_medically_necessary"),
        ({"member": {"age": 18}}, "medically_necessary"),
        ({"member": {}}, "insufficient_information"),
        ({"measurements": []}, "insufficient_information"),
        ({"findings": [finding("generalized_pain_disorder", True)]}, "not_medically_necessary"),
        ({"request": {"procedure": "27447", "received": "2026-09-01"}}, "not_governed"),
        (
            {"request": {**COMPLETE["request"], "plan": "a plan that nobody has"}},
            "not_governed",
        ),
        (
            {"request": {"procedure": "sleeve_gastrectomy", "received": "2023-12-31"}},
            "not_governed",
        ),
    ],
)
def test_a_request_is_determined(changes: dict[str, Any], expected: str) -> None:
    assert outcome(case(**changes)) == expected


@pytest.mark.parametrize(
    ("measurements", "comorbid", "expected"),
    [
        ([bmi(40)], None, "met"),
        ([bmi(39)], None, "undocumented"),
        ([bmi(39)], True, "met"),
        ([bmi(30)], True, "met"),
        ([bmi(29)], True, "not_met"),
        ([bmi(45), bmi(29, "2026-08-20")], True, "not_met"),
        ([bmi(29), bmi(45, "2026-08-20")], True, "met"),
        ([bmi([38, 42])], True, "undocumented"),
        ([bmi([31, 36])], True, "met"),
        ([bmi(45), bmi(29)], True, "conflicting"),
    ],
)
def test_the_body_mass_index_counts_alone_or_with_a_comorbidity(
    measurements: list[dict[str, Any]], comorbid: bool | None, expected: str
) -> None:
    findings = [] if comorbid is None else [finding("hypertension", comorbid)]
    assert status("2", case(measurements=measurements, findings=findings)) == expected


def test_a_revision_takes_another_number() -> None:
    given = case(measurements=[bmi(32)], findings=[finding("type_2_diabetes", True)])
    assert status("2", given) == "met"
    assert status("2", given, EARLIER) == "not_met"


@pytest.mark.parametrize(
    ("days", "complete", "expected"),
    [
        ((20, 60, 110, 200), True, "met"),
        ((20, 60, 110, 200), False, "met"),
        ((20, 60, 110), True, "not_met"),
        ((20, 60, 110), False, "undocumented"),
        ((20, 60, 110, 400), True, "not_met"),
        ((20, 60, 110, 234), True, "not_met"),  # a gap of 124 days
        ((20, 60, 110, 233), True, "met"),
        ((20, 60, 110, 234), False, "undocumented"),
        ((20, 20, 60, 110), False, "undocumented"),  # two entries of one day are one session
    ],
)
def test_the_visits_of_a_course_follow_each_other(
    days: tuple[int, ...], complete: bool, expected: str
) -> None:
    domains = ["visits"] if complete else []
    assert status("3", case(visits=visits(*days), record_complete=domains)) == expected


@pytest.mark.parametrize(
    ("number", "complete", "expected"),
    [
        (9, True, "met"),
        (9, False, "undocumented"),
        (10, True, "not_met"),
        (10, False, "not_met"),
        (0, False, "undocumented"),
    ],
)
def test_a_limit_is_told_kept_by_a_complete_record_only(
    number: int, complete: bool, expected: str
) -> None:
    given = case(
        visits=visits(*range(10, 10 + 30 * number, 30)),
        record_complete=["visits"] if complete else [],
    )
    assert status("4", given) == expected


def test_an_undated_visit_leaves_a_limit_open() -> None:
    listed = [*visits(*range(10, 280, 30)), {"visit": "weight_management_visit"}]
    assert len(listed) == 10
    assert status("4", case(visits=listed)) == "undocumented"


def test_the_earlier_revision_has_no_limit() -> None:
    assert "4" in POLICY.clauses
    assert "4" not in EARLIER.clauses
    assert EARLIER.clauses["all"].parts == ("1", "2", "3")
    at_the_time = case(request={"procedure": "43775", "received": "2025-09-01"}, visits=[])
    assert "4" not in decided(at_the_time, EARLIER).lines[0].statuses


@pytest.mark.parametrize(
    ("findings", "asked"),
    [
        ([], {40: "at least 40 kg/m2", 30: "30 to 39 kg/m2"}),
        ([finding("hypertension", True)], {40: "at least 40 kg/m2", 30: "30 to 39 kg/m2"}),
    ],
)
def test_a_measure_that_a_rule_passes_on_is_asked_for_with_its_limits(
    findings: list[dict[str, Any]], asked: dict[int, str]
) -> None:
    denied = finding("generalized_pain_disorder", False)
    decision = decided(case(measurements=[], findings=[*findings, denied]))
    found = {
        each.edits["measurements+"]["value"]: each.text.partition(": ")[2]
        for alternative in missing(decision, decision.lines[0]).alternatives
        for each in alternative.candidates
        if "measurements+" in each.edits
    }
    assert found == asked


def test_a_measure_is_moved_across_the_limit_that_another_rule_compares_it_with() -> None:
    hypertension = finding("hypertension", False), finding("generalized_pain_disorder", False)
    decision = decided(case(measurements=[bmi(25)], findings=[*hypertension]))
    changes = [each.changes for each in flip(decision, decision.lines[0])]
    assert ["measurements[0].value 40"] in [
        [each.candidate.name for each in some] for some in changes
    ]


def test_its_proof_is_checked() -> None:
    given = case()
    check(canonical(certificate(decided(given))), given, POLICY)


def test_it_is_explained_and_drawn() -> None:
    given = case(visits=visits(*range(10, 310, 30)), member={"age": 17})
    text = str(cw.why(given, policy=POLICY))
    assert "NOT MEDICALLY NECESSARY" in text
    assert "age" in text
    assert "no more visits than the course has: not met" in text
    outline = "\n".join(cw.graph(given, policy=POLICY).outline)
    assert "Course of visits" in outline
    assert "≤ 9" in outline
    assert gate_of(program_of(POLICY), "4", choose(POLICY)).words == "≤ 9"
    assert "body mass index 41 kg/m2" in str(cw.why(given, policy=POLICY, full=True))
    assert cw.graph(policy=POLICY, path="sleeve_gastrectomy").outline


@pytest.mark.parametrize(
    ("given", "headline"),
    [
        (
            visits(*range(10, 310, 30)),
            "Denied for one reason: 10 visits, at most 9 allowed (weight management visit, "
            "10 entries, 2025-11-25 to 2026-08-22).",
        ),
        (visits(20, 60, 110), "Denied for one reason: 3 of 4 required visits."),
    ],
)
def test_a_number_is_told_where_the_policy_has_no_words_for_it(
    given: list[dict[str, str]], headline: str
) -> None:
    said = " ".join(str(cw.why(case(visits=given), policy=POLICY)).split())
    assert headline in said


def test_it_is_asked_for_in_a_form_and_a_template() -> None:
    form = json.dumps(cw.questionnaire("43775", policy=POLICY))
    assert "visits" in form
    assert "imaging" not in json.loads(form)["item"]
    blank = cw.template("43775", policy=POLICY)
    assert "weight_management_visit" in blank
    assert "body_mass_index" in blank
    assert "injections:" not in blank


def test_it_is_answered_in_fhir() -> None:
    found = claim_response(cw.decide(case(), policy=POLICY), date(2026, 9, 2))
    assert found["resourceType"] == "ClaimResponse"


def test_it_is_audited(tmp_path: Path) -> None:
    cases = [
        case(case="S-1"),
        case(case="S-2", member={"age": 17}),
        case(case="S-3", visits=visits(*range(10, 310, 30))),
        case(case="S-4", measurements=[]),
        case(case="S-5", visits=visits(20, 60, 110, 234)),
    ]
    cohort = tmp_path / "cohort.ndjson"
    lines = [each.model_dump_json(exclude_none=True, by_alias=True) for each in cases]
    cohort.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = cw.audit(cohort, tmp_path / "out", policy=POLICY, sample=5)
    assert found.cases["read"] == 5
    assert found.cases["decided"] == 5
    assert found.policy["number"] == "TEST-SLEEVE"
    told = json.loads(json.dumps(vars(found), default=str))
    counts = Counter(outcome(each) for each in cases)
    assert len(counts) == 3
    assert told["determinations"] == dict(counts), told


@pytest.mark.slow
def test_its_suite_states_ages_and_visits_as_a_case_file_does(tmp_path: Path) -> None:
    for root, text in cw.suite(POLICY, changes=5).items():
        (tmp_path / f"{root}.yaml").write_text(text, encoding="utf-8")
        assert "member: {age: " in text
    assert cw.run_suite(POLICY, tmp_path).moved == ()


def test_its_form_asks_for_no_measure_of_another_policy() -> None:
    form = json.dumps(cw.questionnaire("sleeve_gastrectomy", policy=POLICY))
    assert "measurements.body_mass_index" in form
    assert "sij_pain_score" not in form
