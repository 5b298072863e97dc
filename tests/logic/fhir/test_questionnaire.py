"""Forms: they ask what a path can use, they are valid FHIR, and filled they are the same case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fhirkit
import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.validation import _MODELS, case_from_data, entry_problems
from clausewise.facts.fhir.forms import (
    DOCUMENT_FIELDS,
    ENTRY_FIELDS,
    KIND_OF,
    MEMBER_FIELDS,
    PLACES,
    RANGES,
    REVIEW_FIELDS,
)
from clausewise.facts.fhir.forms import REQUEST_FIELDS as REQUEST_FORM
from clausewise.facts.loading.files import cases_in, load_one
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.fhir.questionnaire import questionnaire, questionnaire_of_missing
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.what_if.missing import missing
from tests.support.bundles import response_of_case
from tests.support.examples import PROGRAM
from tests.support.generator import random_case
from tests.support.places import CASE_FILES
from tests.support.slices import first_few
from tests.support.whole_case import whole_case

FORMS = {path.procedure: questionnaire(PROGRAM, path.procedure) for path in POLICY.paths}


def items(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in form.get("item", []):
        yield item
        yield from items(item)


def links(form: dict[str, Any]) -> set[str]:
    return {item["linkId"] for item in items(form)}


def test_forms_have_a_field_for_every_key_of_a_case_file() -> None:
    extra = {"source", "results"}
    for name, fields in ENTRY_FIELDS.items():
        model: Any = _MODELS[name]
        keys = {field.alias or key for key, field in model.model_fields.items()}
        asked = {field.name for field in fields} - set(RANGES)
        assert keys - extra - {KIND_OF.get(name, "")} == asked, name
    for name, fields in (
        ("request", REQUEST_FORM),
        ("member", MEMBER_FIELDS),
        ("review", REVIEW_FIELDS),
        ("documents", DOCUMENT_FIELDS),
    ):
        model = _MODELS[name]
        assert {field.name for field in fields} == set(model.model_fields), name
    finding = {"finding": "pain_radiating", "present": True, "radiates_to": list(PLACES)}
    assert entry_problems("findings", finding) == []


@pytest.mark.parametrize("procedure", FORMS)
def test_a_form_is_valid_for_both_validators(procedure: str) -> None:
    text = json.dumps(FORMS[procedure])
    Questionnaire.model_validate_json(text)
    assert fhirkit.validate(text) == []


def test_items_have_one_name_each_and_conditions_name_items() -> None:
    for form in FORMS.values():
        names = [item["linkId"] for item in items(form)]
        assert len(names) == len(set(names))
        for item in items(form):
            for condition in item.get("enableWhen", ()):
                assert condition["question"] in names


def test_a_form_asks_only_what_its_path_can_use() -> None:
    percutaneous, open_fusion = FORMS["percutaneous_sij_fusion"], FORMS["open_sij_fusion"]
    assert "injections.contrast" in links(percutaneous)
    assert "findings.gaenslen.present" in links(percutaneous)
    assert "findings.sacral_tumor_management" not in links(percutaneous)
    assert "findings.sacral_tumor_management" in links(open_fusion)
    for never in ("injections", "therapies", "findings.gaenslen", "measurements"):
        assert never not in links(open_fusion)
    assert "imaging.results.localized_sij_pathology" in links(open_fusion)
    assert "imaging.results.hip_osteoarthritis" not in links(open_fusion)


def test_clauses_stand_before_their_questions() -> None:
    prefixes = {
        item["linkId"]: item.get("prefix") for item in items(FORMS["percutaneous_sij_fusion"])
    }
    assert prefixes["findings.gaenslen"] == "D.I.B.6.a"
    assert prefixes["injections"] == "D.I.B.2, D.I.B.7, D.I.B.10"


def test_a_procedure_without_a_path_has_no_form() -> None:
    with pytest.raises(KeyError):
        questionnaire(PROGRAM, "27447")
    assert questionnaire(PROGRAM, "27280") == FORMS["open_sij_fusion"]


def asked_of(data: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
    """The part of a case that the form asks for."""
    known = links(form)
    kept = dict(data)
    for name in (*ENTRY_FIELDS,):
        entries = []
        for entry in data.get(name, []):
            link = f"{name}.{entry[KIND_OF[name]]}" if name in KIND_OF else name
            if link not in known:
                continue
            entry = {
                key: value
                for key, value in entry.items()
                if key in (KIND_OF.get(name), "results") or f"{link}.{key}" in known
            }
            if "results" in entry:
                entry["results"] = {
                    key: value
                    for key, value in entry["results"].items()
                    if f"{link}.results.{key}" in known
                }
                if not entry["results"]:
                    del entry["results"]
            entries.append(entry)
        kept[name] = entries
        if not entries:
            del kept[name]
    return kept


def round_trip(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    procedure = data["request"]["procedure"]
    form = questionnaire(PROGRAM, procedure)
    wanted = case_from_data(asked_of(data, form))
    response = response_of_case(plain_data(wanted), form)
    text = json.dumps(response, default=float)
    QuestionnaireResponse.model_validate_json(text)
    (read,) = cases_in(text.encode(), "response")
    assert read.origin is not None
    assert read.origin.remarks == ()
    return plain_data(read), plain_data(wanted)


GOVERNED = [path for path in CASE_FILES if load_one(path).request.procedure != "27447"]


@pytest.mark.parametrize("path", GOVERNED, ids=lambda path: path.stem)
def test_a_filled_form_is_the_same_case(path: Path) -> None:
    case = load_one(path)
    read, wanted = round_trip(plain_data(case))
    assert read == wanted
    decided = decide_case(case_from_data(read), POLICY)
    assert [line.determination for line in decided.lines] == [
        line.determination for line in decide_case(case, POLICY).lines
    ]


@pytest.mark.parametrize("seeds", first_few([range(30), range(30, 120)], 1), ids=str)
def test_random_cases_come_back_from_their_forms(seeds: range) -> None:
    governed = [data for seed in seeds if program_path(data := random_case(seed)) is not None]
    assert len(governed) > len(seeds) * 2 // 3
    for data in governed:
        read, wanted = round_trip(data)
        assert read == wanted


def test_every_field_comes_back_from_the_form() -> None:
    data = whole_case()
    for name in ("findings", "measurements", "therapies", "injections", "imaging"):
        data[name][0]["revises"] = True
    data["findings"][1]["source"] = [
        {"document": "H1", "page": 2, "quote": "as said"},
        {"document": "H2"},
        "told by the member",
    ]
    data["documents"][0]["received"] = "2026-07-15"
    del data["imaging"][1]["results"]["localized_sij_pathology"]  # of the open path only
    wanted = plain_data(case_from_data(data))
    form = FORMS["percutaneous_sij_fusion"]
    assert asked_of(wanted, form) == wanted
    read, _ = round_trip(data)
    assert read == wanted


def test_an_upper_bound_without_a_lower_one_is_told() -> None:
    form = FORMS["percutaneous_sij_fusion"]
    data = {"case": "T", "request": {"procedure": "27279", "side": "left"}}
    response = response_of_case(data | {"injections": [{"id": "I"}]}, form)
    high = {"linkId": "injections.relief_percent_high", "answer": [{"valueDecimal": 90}]}
    response["item"][-1]["item"].append(high)
    day = {"procedure": "27279", "side": "left", "received": "2026-07-15"}
    (case,) = cases_in(json.dumps(response).encode(), "response", day)
    assert case.injections[0].relief_percent is None
    assert case.origin is not None
    assert "lower bound of its range is missing" in str(case.origin.remarks)


def program_path(data: dict[str, Any]) -> Any:
    from clausewise.facts.vocabulary.words import VOCABULARY

    procedure = data["request"]["procedure"]
    return POLICY.path_of(VOCABULARY.procedure_of_code(procedure) or procedure)


def test_the_form_of_what_lacks_asks_for_nothing_else() -> None:
    decision = decide_case(load_one(CASE_FILES[1]), POLICY)
    found = [missing(decision, line) for line in decision.lines]
    form = questionnaire_of_missing(decision, found)
    assert fhirkit.validate(json.dumps(form)) == []
    assert {"therapies.tens", "imaging", "findings.generalized_pain_primary_cause"} <= links(form)
    assert not {"findings.gaenslen", "measurements", "request", "injections"} & links(form)
    assert "therapies.physical_therapy" not in links(form)
    results = {link for link in links(form) if link.startswith("imaging.results.")}
    assert {link.removeprefix("imaging.results.") for link in results} == {
        "hip_osteoarthritis",
    }


def test_answers_that_a_form_does_not_know_are_told() -> None:
    form = FORMS["percutaneous_sij_fusion"]
    response = response_of_case(asked_of(plain_data(load_one(CASE_FILES[0])), form), form)
    response["item"] += [
        {"linkId": "nothing", "answer": [{"valueBoolean": True}]},
        {
            "linkId": "findings.gaenslen",
            "item": [
                {"linkId": "findings.gaenslen.present", "answer": [{"valueString": "yes"}]},
                {"linkId": "findings.gaenslen.side", "answer": [{"valueCoding": {"code": "up"}}]},
            ],
        },
    ]
    (read,) = cases_in(json.dumps(response, default=float).encode(), "response")
    assert read.origin is not None
    told = "\n".join(each.sentence for each in read.origin.remarks)
    assert "the item 'nothing' is not known" in told
    assert "'up' is no answer to findings.gaenslen.side" in told
    assert "no answer of the type" in told
