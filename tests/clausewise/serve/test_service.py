"""The service answers as the functions do, and says what is wrong with a question."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

import clausewise as cw
from tests.support.places import BUNDLE_FOLDER, CASE_FOLDER

CASE: dict[str, Any] = json.loads(
    json.dumps(yaml.safe_load((CASE_FOLDER / "pa-1003.yaml").read_bytes()), default=str)
)


def test_decide_gives_the_result_of_the_command(client: TestClient) -> None:
    answer = client.post("/api/decide", json={"case": CASE})
    assert answer.status_code == 200
    expected = cw.result(cw.decide(CASE_FOLDER / "pa-1003.yaml"))
    assert answer.json()["lines"][0]["criteria"] == expected["lines"][0]["criteria"]
    assert answer.json()["lines"][0]["determination"] == "not_medically_necessary"


@pytest.mark.parametrize("question", ["why", "why-not", "missing", "flip"])
def test_other_questions_answer(client: TestClient, question: str) -> None:
    answer = client.post(f"/api/{question}", json={"case": CASE})
    assert answer.status_code == 200
    assert answer.json()["text"]


def test_what_if_says_before_and_after(client: TestClient) -> None:
    question = {"case": CASE, "settings": {"injections.I2.relief_percent": 50}}
    (line,) = client.post("/api/what-if", json=question).json()["lines"]
    assert (line["before"], line["after"]) == ("not_medically_necessary", "medically_necessary")


def test_compare_says_what_differs(client: TestClient) -> None:
    second = {"case": CASE, "readings": {"block_relief": "any_occasion"}}
    answer = client.post("/api/compare", json={"first": {"case": CASE}, "second": second})
    (line,) = answer.json()["lines"]
    assert line["before"] != line["after"]


@pytest.mark.parametrize(
    "question",
    [
        {"case": {}},
        {"case": {**CASE, "requset": 1}},
        {"case": CASE, "readings": {"block_relief": "nonsense"}},
        {"case": CASE, "parameters": {"nonsense": 1}},
        {"case": CASE, "surprise": 1},
        {},
    ],
)
def test_what_is_wrong_with_a_question_is_told(
    client: TestClient, question: dict[str, Any]
) -> None:
    answer = client.post("/api/decide", json=question)
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_the_service_describes_itself(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    assert set(described["paths"]) >= {"/api/decide", "/api/missing", "/fhir/Claim/$submit"}


def test_a_claim_is_submitted_and_answered(client: TestClient) -> None:
    bundle = sorted(BUNDLE_FOLDER.glob("*.json"))[0].read_bytes()
    answer = client.post("/fhir/Claim/$submit", content=bundle)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/fhir+json"
    found = answer.json()
    assert found["resourceType"] == "Bundle"
    assert {each["resource"]["resourceType"] for each in found["entry"]} == {"ClaimResponse"}


@pytest.mark.parametrize("content", [b"", b"[", b"{}", b'{"resourceType":"Patient"}', b"\xff"])
def test_what_is_no_claim_is_an_operation_outcome(client: TestClient, content: bytes) -> None:
    answer = client.post("/fhir/Claim/$submit", content=content)
    assert answer.status_code in (400, 422)
    assert answer.json()["resourceType"] == "OperationOutcome"


def test_the_form_of_a_procedure_comes_as_a_package(client: TestClient) -> None:
    asked = {
        "resourceType": "Parameters",
        "parameter": [{"name": "order", "valueCoding": {"code": "27279"}}],
    }
    answer = client.post("/fhir/Questionnaire/$questionnaire-package", json=asked)
    package = answer.json()["parameter"][0]["resource"]
    assert package["entry"][0]["resource"]["resourceType"] == "Questionnaire"
    other = client.post("/fhir/Questionnaire/$questionnaire-package", json={"code": "99999"})
    assert other.status_code == 404
    assert (
        client.post("/fhir/Questionnaire/$questionnaire-package", content=b"x").status_code == 400
    )
