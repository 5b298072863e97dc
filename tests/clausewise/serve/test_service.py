"""The service answers as the functions do, and says what is wrong with a question."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel
from starlette.testclient import TestClient

from clausewise.facts.case.model import Case as Record
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.serve import answers
from tests.support import command
from tests.support.places import BUNDLE_FOLDER, CASE_FOLDER
from tests.support.plain_yaml import read_yaml
from tests.support.slices import first_few

CASE: dict[str, Any] = json.loads(
    json.dumps(read_yaml((CASE_FOLDER / "pa-1003.yaml").read_bytes()), default=str)
)


def asked(client: TestClient, question: str, **about: Any) -> Any:
    answer = client.post(f"/api/{question}", json=about)
    assert answer.status_code == 200, answer.text
    return answer.json()


def commanded(*arguments: Any) -> Any:
    """What a command prints as JSON."""
    outcome = command.run(*arguments, "--format", "json")
    assert outcome.exit_code == 0, outcome.output
    return json.loads(outcome.stdout)


@pytest.mark.parametrize("question", ["decide", "why", "why-not", "missing", "flip"])
def test_a_question_is_answered_as_the_command_answers(client: TestClient, question: str) -> None:
    answered_as_commanded(client, question, {})


@pytest.mark.parametrize("question", first_few(["why", "decide", "why-not", "missing", "flip"], 1))
def test_it_is_answered_so_under_another_reading(client: TestClient, question: str) -> None:
    answered_as_commanded(client, question, {"readings": {"block_relief": "any_occasion"}})


def answered_as_commanded(client: TestClient, question: str, choices: dict[str, Any]) -> None:
    answer = asked(client, question, case=CASE, **choices)
    text = answer.pop("text", None)
    assert text or question == "decide"
    options = [f"{key}={value}" for key, value in choices.get("readings", {}).items()]
    options = [part for each in options for part in ("--reading", each)]
    assert answer == commanded(question, CASE_FOLDER / "pa-1003.yaml", *options)


@pytest.mark.parametrize("question", ["why", "why-not", "missing", "flip"])
def test_a_case_is_decided_once(
    client: TestClient, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided: list[str] = []

    def counting(case: Record, *args: Any, **named: Any) -> Decision:
        decided.append(case.case)
        return decide_case(case, *args, **named)

    monkeypatch.setattr("clausewise.api.case.decide_case", counting)
    asked(client, question, case=CASE)
    assert decided == ["PA-1003"]


def unnamed(value: Any, place: str = "") -> Iterator[str]:
    """The keys of an answer that its types do not name."""
    if isinstance(value, BaseModel):
        yield from (f"{place}.{key}" for key in value.model_extra or ())
        for key in type(value).model_fields:
            yield from unnamed(getattr(value, key), f"{place}.{key}")
    elif isinstance(value, list):
        for each in value:
            yield from unnamed(each, place)


MODELS: dict[str, type[BaseModel]] = {
    "decide": answers.Result,
    "why": answers.Explained,
    "why-not": answers.WhyNot,
    "missing": answers.Missing,
    "flip": answers.Flipped,
}


@pytest.mark.parametrize("question", MODELS)
@pytest.mark.parametrize("name", first_few(["pa-1002", "pa-1018", "pa-1001"], 2))
def test_the_types_name_every_key_of_an_answer(
    client: TestClient, question: str, name: str
) -> None:
    case = json.loads(
        json.dumps(read_yaml((CASE_FOLDER / f"{name}.yaml").read_bytes()), default=str)
    )
    answer = MODELS[question].model_validate(asked(client, question, case=case))
    assert set(unnamed(answer)) == set()


def test_what_if_answers_as_the_command_and_is_marked(client: TestClient) -> None:
    answer = asked(client, "what-if", case=CASE, settings={"injections.I2.relief_percent": 50})
    (line,) = answer["lines"]
    assert (line["before"], line["after"]) == ("not_medically_necessary", "medically_necessary")
    assert answer.pop("what_if").startswith("What if")
    assert "relief of I2: 49 → 50 %" in answer.pop("text")
    setting = "injections.I2.relief_percent=50"
    assert not set(unnamed(answers.Differing.model_validate({**answer, "text": ""})))
    assert answer == commanded("what-if", CASE_FOLDER / "pa-1003.yaml", "--set", setting)


def test_compare_says_what_differs(client: TestClient) -> None:
    second = {"case": CASE, "readings": {"block_relief": "any_occasion"}}
    answer = asked(client, "compare", first={"case": CASE}, second=second)
    (line,) = answer["lines"]
    assert line["statuses"]["D.I.B.7"] == {"before": "not_met", "after": "met"}
    assert list(answer["choices"]) == ["reading.block_relief"]


def test_flip_keeps_what_is_held(client: TestClient) -> None:
    (line,) = asked(client, "flip", case=CASE, hold=["injections"])["lines"]
    entries = {each["entry"] for found in line["sets"] for each in found["changes"]}
    assert not any(str(each).startswith("injections") for each in entries)


def test_another_policy_is_asked_by_its_number(client: TestClient) -> None:
    answer = asked(client, "decide", case=CASE, policy="CMM-611")
    assert answer["policy"]["number"] == "CMM-611"
    assert answer["lines"][0]["determination"] == "not_governed"


@pytest.mark.parametrize(
    "question",
    [
        {"case": {}},
        {"case": {**CASE, "requset": 1}},
        {"case": CASE, "readings": {"block_relief": "nonsense"}},
        {"case": CASE, "parameters": {"nonsense": 1}},
        {"case": CASE, "surprise": 1},
        {"case": CASE, "policy": "nonsense"},
        {},
    ],
)
def test_what_is_wrong_with_a_question_is_told(
    client: TestClient, question: dict[str, Any]
) -> None:
    answer = client.post("/api/decide", json=question)
    assert answer.status_code == 422
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("/api/decide", '"case":{"case":"A","case":"B"}'),
        ("/api/decide", '"case":{},"case":{}'),
        ("/api/decide", '"case":{"measurements":[{"value":NaN}]}'),
        ("/api/what-if", '"case":{},"settings":{"a":1,"a":2}'),
    ],
)
def test_a_key_that_stands_twice_and_what_is_no_number_are_refused(
    client: TestClient, place: str, told: str
) -> None:
    answer = client.post(place, content=f"{{{told}}}", headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert "the question" in answer.json()["error"]
    assert "twice" in answer.json()["error"] or "NaN" in answer.json()["error"]


@pytest.mark.parametrize("question", ["decide", "what-if"])
def test_numbers_keep_all_their_digits(client: TestClient, question: str) -> None:
    """A relief just under the least one is not rounded up to it."""
    nearly = f"49.{'9' * 25}"
    case = read_yaml((CASE_FOLDER / "pa-1001.yaml").read_bytes())
    about: dict[str, Any] = {"case": case}
    if question == "what-if":
        about["settings"] = {"injections.I1.relief_percent": "NEARLY"}
    else:
        case["injections"][0]["relief_percent"] = "NEARLY"
    answer = client.post(
        f"/api/{question}",
        content=json.dumps(about, default=str).replace('"NEARLY"', nearly),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    assert nearly in answer.text


def test_the_description_types_questions_and_answers(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()
    schemas = described["components"]["schemas"]
    for place, methods in described["paths"].items():
        if place.startswith("/api"):
            content = methods["post"]["responses"]["200"]["content"]["application/json"]
            name = content["schema"]["$ref"].rpartition("/")[2]
            assert {"case", "lines", "disclaimer"} <= set(schemas[name]["properties"]), place
    assert set(described["paths"]) >= {"/api/decide", "/api/missing", "/fhir/Claim/$submit"}
    named = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described))
    assert set(named) <= set(schemas)
    question = {"$ref": "#/components/schemas/Question", "components": described["components"]}
    check = Draft202012Validator(question)
    assert check.is_valid({"case": CASE})
    assert not check.is_valid({"case": {**CASE, "requset": 1}})
    assert not check.is_valid({"case": {**CASE, "request": {"side": "top"}}})


def _untyped(schema: Any, place: str = "") -> Iterator[str]:
    """Where a description does not say what a value is, or what an object or a list holds."""
    if isinstance(schema, list):
        for number, each in enumerate(schema):
            yield from _untyped(each, f"{place}/{number}")
        return
    if not isinstance(schema, dict):
        return
    inside = re.search(
        r"/(schema|items|additionalProperties|(properties|schemas|anyOf)/[^/]+)$", place
    )
    holds = {"object": {"properties", "additionalProperties"}, "array": {"items", "prefixItems"}}
    said = schema.keys() - {"title", "description", "default"}
    if inside and (not said or not holds.get(str(schema.get("type")), said) & said):
        yield place
    if schema.get("additionalProperties") is True and "properties" not in schema:
        yield place
    for key, each in schema.items():
        if key not in ("default", "const", "enum"):
            yield from _untyped(each, f"{place}/{key}")


def test_the_description_says_what_every_value_is(client: TestClient) -> None:
    assert list(_untyped(client.get("/api/openapi.json").json())) == []


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("place", "content"),
    [
        ("/api/decide", f'{{"case": {DEEP}}}'),
        ("/api/decide", f'{{"case": {{"findings": {DEEP[:400]}{DEEP[-400:]}}}}}'),
        ("/fhir/Claim/$submit", DEEP),
        ("/fhir/Questionnaire/$questionnaire-package", DEEP),
    ],
)
def test_what_is_too_deep_is_refused_with_a_sentence(
    client: TestClient, place: str, content: str
) -> None:
    answer = client.post(place, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert set(answer.json()) in ({"error"}, {"resourceType", "issue"})


def test_another_method_is_refused_in_the_form_of_the_service(client: TestClient) -> None:
    answer = client.get("/api/decide")
    assert (answer.status_code, set(answer.json())) == (405, {"error"})


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
