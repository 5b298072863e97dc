"""The answer to a plan: review actions, sequences, reasons, notes and the proof, as valid FHIR."""

from __future__ import annotations

import base64
import json
from datetime import date
from pathlib import Path
from typing import Any

import fhirkit
import pytest
from fhir.resources.R4B.claimresponse import ClaimResponse

from clausewise.facts.case.editing import edited, plain_data
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.loading.files import cases_in, load_one
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.fhir.claim_response import ReasonTable, claim_response, read_reason_table
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.proof.checker import check
from tests.support.bundles import bundle_of_case
from tests.support.places import ROOT
from tests.support.records import complete_percutaneous
from tests.support.slices import first_few

TODAY = date(2026, 7, 20)
SIGNED = {"reviewer": "Example MD", "role": "physician", "signed": "2026-07-20"}
COMPLETE = ("record_complete", ["injections"])
"""With it the failed block of PA-1003 is all that there is."""
EVERY = [
    *sorted((ROOT / "facts").glob("bundles/*")),
    *sorted((ROOT / "facts").glob("cases/*.yaml")),
]


def answer(path: str, *edits: tuple[str, Any], reasons: ReasonTable | None = None) -> Any:
    case = load_one(ROOT / "facts" / path)
    if edits:
        case = edited(case, edits).from_origin(case.origin)
    return claim_response(decide_case(case, POLICY), TODAY, reasons)


def actions(response: Any) -> list[list[str]]:
    return [[action_of(each) for each in item["adjudication"]] for item in response["item"]]


def action_of(adjudication: Any) -> str:
    (action,) = adjudication["extension"]
    code = action["extension"][0]["valueCodeableConcept"]["coding"][0]
    assert code["system"] == "https://codesystem.x12.org/005010/306"
    return str(code["code"])


@pytest.mark.parametrize("path", first_few(EVERY, 8), ids=lambda path: path.name)
def test_every_answer_is_valid_for_both_validators(path: Path) -> None:
    text = json.dumps(claim_response(decide_case(load_one(path), POLICY), TODAY))
    ClaimResponse.model_validate_json(text)
    assert fhirkit.validate(text) == []


@pytest.mark.parametrize(
    ("path", "edits", "wanted"),
    [
        ("cases/pa-1001.yaml", (), [["A1"]]),
        ("cases/pa-1002.yaml", (), [["A4"]]),
        ("cases/pa-1003.yaml", (), [["A4"]]),
        ("cases/pa-1003.yaml", (COMPLETE,), [["A4"]]),
        ("cases/pa-1003.yaml", (COMPLETE, ("review", SIGNED)), [["A3"]]),
        ("cases/pa-1003.yaml", (COMPLETE, ("review", SIGNED | {"role": "nurse"})), [["A4"]]),
        (
            "cases/pa-1003.yaml",
            (COMPLETE, ("review", SIGNED | {"determination": "medically_necessary"})),
            [["A4"]],
        ),
        ("cases/pa-1002.yaml", (("review", SIGNED),), [["A4"]]),
        ("cases/pa-1005.yaml", (("review", SIGNED),), [["A1"], ["A3"]]),
        ("bundles/pa-1005.json", (), [["A1", "A4"]]),
        ("cases/pa-1014.yaml", (("review", SIGNED),), [["A4"]]),
    ],
)
def test_a_program_denies_no_one(path: str, edits: Any, wanted: list[list[str]]) -> None:
    response = answer(path, *edits)
    assert actions(response) == wanted
    assert response["outcome"] == "complete"
    (flag,) = response["extension"][0]["extension"]
    assert flag == {"url": "wasHumanReviewedFlag", "valueBoolean": "review" in dict(edits)}


def test_items_keep_the_sequences_of_the_claim() -> None:
    bundle = bundle_of_case(complete_percutaneous("bilateral"))
    claim = next(
        each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Claim"
    )
    first = claim["item"][0]
    code = first["productOrService"]["coding"][0]
    claim["item"] = [
        {**first, "sequence": 3, "modifier": [{"coding": [{**code, "code": "LT"}]}]},
        {**first, "sequence": 5, "modifier": [{"coding": [{**code, "code": "RT"}]}]},
        {"sequence": 9, "productOrService": {"coding": [{**code, "code": "76000"}]}},
    ]
    (case,) = cases_in(json.dumps(bundle, default=float).encode(), "bundle")
    response = claim_response(decide_case(case, POLICY), TODAY)
    assert [item["itemSequence"] for item in response["item"]] == [3, 5, 9]
    assert actions(response) == [["A1"], ["A1"], ["A4"]]
    assert response["request"] == {"reference": f"Claim/{claim['id']}"}
    assert response["patient"] == claim["patient"]
    notes = {note["number"]: note["text"] for note in response["processNote"]}
    assert all(number in notes for item in response["item"] for number in item["noteNumber"])
    assert "76000 is not decided here" in notes[response["item"][2]["noteNumber"][0]]


def test_a_cancelled_item_is_answered_as_cancelled() -> None:
    bundle = bundle_of_case(plain_data(case_from_data(complete_percutaneous("left"))))
    claim = next(
        each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Claim"
    )
    gone = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/modifierextension-infoCancelled"
    flag = {"modifierExtension": [{"url": gone, "valueBoolean": True}]}
    claim["item"].append({**claim["item"][0], "sequence": 2, **flag})
    (case,) = cases_in(json.dumps(bundle, default=float).encode(), "bundle")
    response = claim_response(decide_case(case, POLICY), TODAY)
    assert actions(response) == [["A1"], ["C"]]
    notes = {note["number"]: note["text"] for note in response["processNote"]}
    (number,) = response["item"][1]["noteNumber"]
    assert notes[number] == "27279 is not decided here: it is cancelled."


def test_each_code_of_a_claim_is_answered_by_itself() -> None:
    bundle = bundle_of_case(plain_data(case_from_data(complete_percutaneous("left"))))
    claim = next(
        each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Claim"
    )
    first = claim["item"][0]
    code = first["productOrService"]["coding"][0]
    other = {**first, "sequence": 2, "productOrService": {"coding": [{**code, "code": "27278"}]}}
    claim["item"].append(other)
    cases = cases_in(json.dumps(bundle, default=float).encode(), "bundle")
    answers = [claim_response(decide_case(case, POLICY), TODAY) for case in cases]
    assert [actions(each) for each in answers] == [[["A1"], ["A4"]], [["A4"], ["A1"]]]
    assert len({each["identifier"][0]["value"] for each in answers}) == 2


def test_reasons_are_clauses_with_their_numbers_and_sources() -> None:
    response = answer("cases/pa-1003.yaml", COMPLETE)
    (adjudication,) = response["item"][0]["adjudication"]
    assert [each["code"] for each in adjudication["reason"]["coding"]] == ["D.I.B.7"]
    text = response["processNote"][0]["text"]
    assert text.startswith("left: D.I.B.7 not met")
    assert "49" in text
    assert "H2" in text


def test_the_certificate_in_the_answer_is_valid_for_the_case() -> None:
    path = ROOT / "facts" / "cases" / "pa-1003.yaml"
    response = answer("cases/pa-1003.yaml")
    attachment = response["extension"][1]["valueAttachment"]
    text = base64.b64decode(attachment["data"]).decode()
    assert len(text) == attachment["size"]
    check(text, load_one(path), POLICY, {}, {})


LABELS = [label for label, each in POLICY.clauses.items() if each.kind != "definition"]


def test_x12_reason_codes_come_from_the_users_table_only(tmp_path: Path) -> None:
    assert "reasonCode" not in json.dumps(answer("cases/pa-1004.yaml"))
    path = tmp_path / "reasons.yaml"
    path.write_text(
        "system: https://codes.example/reasons\n"
        "codes: {D.I.B.2: aa, D.I.B: bb, not_medically_necessary: cc}\n",
        encoding="utf-8",
    )
    table = read_reason_table(path, LABELS)
    response = answer("cases/pa-1004.yaml", reasons=table)
    codes = [
        each["valueCodeableConcept"]["coding"][0]["code"]
        for each in response["item"][0]["adjudication"][0]["extension"][0]["extension"]
        if each["url"] == "reasonCode"
    ]
    assert codes == ["aa", "bb"]
    assert fhirkit.validate(json.dumps(response)) == []
    assert "reasonCode" not in json.dumps(answer("cases/pa-1001.yaml", reasons=table))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "no table of reason codes"),
        ("system: x\ncodes: {}", "no address"),
        ("\ufeff\n", "the file is empty; expected system: an address, and codes"),
        ("system: 'u:x'\ncodes: {}", r"codes \(line 2\): no code stands here"),
        (
            "system: 'u:x'\ncodes:\n  D.I.B.5: a\n  D.I.B.6:",
            r"'D.I.B.6' \(line 4\): None is no code",
        ),
        ("system: 'u:x'\ncodes: []", "no table"),
        ("system: 'u:x'\ncodes: {D.I.B.7: true}", "no code"),
        ("system: 'u:x'\ncodes: {because: a}", "neither a clause label nor a determination"),
        ("system: 'u:x'\ncodes: {D.I.B.77: a}", "did you mean D.I.B.7"),
        ("system: 'u:x'\ncodes: {C.anchor: a}", "neither a clause"),
        ("system: 'u:x'\ncodes: {D.I.B.7: a, D.I.B.7: b}", "stands here twice"),
    ],
)
def test_a_table_that_is_none_is_an_error(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "reasons.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_reason_table(path, LABELS)


def test_hostile_names_of_parties_leave_valid_fhir() -> None:
    bundle = bundle_of_case(complete_percutaneous())
    claim = bundle["entry"][1]["resource"]
    claim["insurer"] = {"display": "\u0000<script>\u202e", "identifier": {"value": 5}, "x": [1]}
    claim["provider"] = {"reference": 7}
    claim["identifier"] = [{"value": "\u0007 "}]
    (case,) = cases_in(json.dumps(bundle, default=float).encode(), "bundle")
    text = json.dumps(claim_response(decide_case(case, POLICY), TODAY))
    ClaimResponse.model_validate_json(text)
    assert fhirkit.validate(text) == []
