"""A FHIR client of others talks with the server; its answers are valid and those of the command."""

from __future__ import annotations

import json
from typing import Any

import fhirkit
import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.claimresponse import ClaimResponse
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.parameters import Parameters
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import BaseFHIRError
from fhirpy.base.exceptions import OperationOutcome as Refused

from tests.support import command
from tests.support.places import BUNDLE_FOLDER
from tests.support.served import TOKEN

BUNDLES = sorted(BUNDLE_FOLDER.glob("*.json"))
PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
CANCELLED = f"{PAS}modifierextension-infoCancelled"


@pytest.fixture(scope="module")
def fhir(site: str) -> SyncFHIRClient:
    return SyncFHIRClient(f"{site}/fhir", authorization=f"Bearer {TOKEN}")


def valid(resource: Any, kind: Any) -> Any:
    """The resource as plain data, after both validators have accepted it."""
    text = json.dumps(resource)
    kind.model_validate_json(text)
    assert fhirkit.validate(text) == []
    return json.loads(text)


def submitted(fhir: SyncFHIRClient, bundle: Any) -> list[Any]:
    """The ClaimResponses of an answer."""
    answer = valid(fhir.execute("Claim/$submit", method="post", data=bundle), Bundle)
    return [valid(each["resource"], ClaimResponse) for each in answer["entry"]]


def commanded(path: Any) -> list[Any]:
    """The ClaimResponses that the command prints, one a line."""
    outcome = command.run("decide", path, "--format", "fhir")
    assert outcome.exit_code == 0, outcome.output
    return [json.loads(line) for line in outcome.stdout.splitlines()]


def claim_of(bundle: Any) -> Any:
    found = [each["resource"] for each in bundle["entry"]]
    return next(each for each in found if each["resourceType"] == "Claim")


def test_the_client_reads_what_is_supported_and_what_is_not(fhir: SyncFHIRClient) -> None:
    found = valid(fhir.execute("metadata", method="get"), CapabilityStatement)
    assert "$inquire is not offered" in found["implementation"]["description"]
    names = {
        operation["name"]
        for each in found["rest"][0]["resource"]
        for operation in each["operation"]
    }
    assert names == {"submit", "questionnaire-package"}


def test_a_submitted_bundle_is_answered_as_the_command_answers(fhir: SyncFHIRClient) -> None:
    for path in BUNDLES[:3]:
        bundle = json.loads(path.read_text(encoding="utf-8"))
        assert submitted(fhir, bundle) == commanded(path)


def test_a_cancelled_item_is_answered_as_the_command_answers(
    fhir: SyncFHIRClient, tmp_path: Any
) -> None:
    bundle = json.loads(BUNDLES[0].read_text(encoding="utf-8"))
    claim = claim_of(bundle)
    (item,) = claim["item"]
    claim["item"].append({**json.loads(json.dumps(item)), "sequence": 2})
    item["modifierExtension"] = [{"url": CANCELLED, "valueBoolean": True}]
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    answers = submitted(fhir, bundle)
    assert answers == commanded(path)
    claim["item"].pop()
    with pytest.raises(Refused) as refused:
        fhir.execute("Claim/$submit", method="post", data=bundle)
    assert "is cancelled" in json.dumps(valid(refused.value.resource, OperationOutcome))


def test_the_form_of_a_procedure_comes_as_a_valid_package(fhir: SyncFHIRClient) -> None:
    asked = {
        "resourceType": "Parameters",
        "parameter": [{"name": "order", "valueCoding": {"code": "27279"}}],
    }
    path = "Questionnaire/$questionnaire-package"
    package = valid(fhir.execute(path, method="post", data=asked), Parameters)
    assert package["parameter"][0]["resource"]["resourceType"] == "Bundle"


def test_what_is_not_offered_is_an_operation_outcome(fhir: SyncFHIRClient, site: str) -> None:
    for path, method in (("Patient/1", "get"), ("Claim/$inquire", "post"), ("Claim", "get")):
        with pytest.raises(BaseFHIRError) as refused:
            fhir.execute(path, method=method, data={} if method == "post" else None)
        assert "OperationOutcome" in type(refused.value).__name__ or "not" in str(refused.value)
    stranger = SyncFHIRClient(f"{site}/fhir", authorization="Bearer no")
    with pytest.raises(BaseFHIRError):
        stranger.execute("metadata", method="get")
