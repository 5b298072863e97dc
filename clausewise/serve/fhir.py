"""FHIR R4 under ``/fhir``: a claim with its record in, a ClaimResponse out, as in Da Vinci PAS.

``Claim/$submit`` takes a Bundle and answers with a Bundle whose first entry is the ClaimResponse,
one for each procedure that is asked for. ``Questionnaire/$questionnaire-package`` answers with the
form of a procedure. ``metadata`` says what is supported. Errors are OperationOutcomes. What is not
conformant with PAS is said in ``metadata``.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

import clausewise as cw
from clausewise.api.case import Case
from clausewise.facts.case.problems import InputError
from clausewise.facts.loading.files import cases_in
from clausewise.serve.guard import fhir_problem

MEDIA = "application/fhir+json"


class Resource(Response):
    """A resource of FHIR as an answer."""

    media_type = MEDIA


def _described(resource: str) -> dict[str, Any]:
    """A resource in OpenAPI; FHIR itself describes what else is in it."""
    return {
        "description": f"{resource} of FHIR R4",
        "content": {
            MEDIA: {
                "schema": {
                    "type": "object",
                    "required": ["resourceType"],
                    "properties": {"resourceType": {"type": "string", "const": resource}},
                    "externalDocs": {"url": f"https://hl7.org/fhir/R4/{resource.lower()}.html"},
                }
            }
        },
    }


def _sent(resource: str) -> dict[str, Any]:
    """What is sent, in OpenAPI."""
    return {"requestBody": {"required": True, **_described(resource)}}


router = APIRouter(
    prefix="/fhir",
    tags=["FHIR R4"],
    default_response_class=Resource,
    responses={"default": _described("OperationOutcome")},
)
LIMITS = (
    "Claim/$submit decides at once and keeps nothing, so that $inquire is not offered; documents "
    "and subscriptions are not read; the answer holds the ClaimResponses alone, without copies of "
    "the resources that were sent; no profile of PAS is declared in it."
)


def _answer(resource: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(resource), status, media_type=MEDIA)


@router.get("/metadata", responses={200: _described("CapabilityStatement")})
def metadata() -> Response:
    """What this server supports, as a CapabilityStatement."""
    return _answer(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": datetime.now(UTC).date().isoformat(),
            "kind": "instance",
            "software": {"name": "clausewise", "version": cw.__version__},
            "implementation": {"description": LIMITS},
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [
                {
                    "mode": "server",
                    "documentation": LIMITS,
                    "resource": [
                        {
                            "type": "Claim",
                            "operation": [
                                {
                                    "name": "submit",
                                    "definition": "http://hl7.org/fhir/OperationDefinition/Claim-submit",
                                }
                            ],
                        },
                        {
                            "type": "Questionnaire",
                            "operation": [
                                {
                                    "name": "questionnaire-package",
                                    "definition": "http://hl7.org/fhir/us/davinci-dtr/"
                                    "OperationDefinition/questionnaire-package",
                                }
                            ],
                        },
                    ],
                }
            ],
        }
    )


@router.post("/Claim/$submit", responses={200: _described("Bundle")}, openapi_extra=_sent("Bundle"))
async def submit(request: Request) -> Response:
    """The answer to a prior authorization request: a Bundle in, a Bundle out."""
    content = await request.body()
    return await run_in_threadpool(_submitted, content)


def _submitted(content: bytes) -> Response:
    try:
        cases = [Case.of(each) for each in cases_in(content, "Claim/$submit")]
    except InputError as error:
        return fhir_problem(422, [str(each) for each in error.problems] or [str(error)])
    except ValueError:
        return fhir_problem(400, ["no JSON was sent"])
    entries = [
        {
            "fullUrl": f"urn:uuid:{uuid4()}",
            "resource": cw.claim_response(case.decide(), created=date.today()),
        }
        for case in cases
    ]
    return _answer(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "entry": entries,
        }
    )


@router.post(
    "/Questionnaire/$questionnaire-package",
    responses={200: _described("Parameters")},
    openapi_extra=_sent("Parameters"),
)
async def questionnaire_package(request: Request) -> Response:
    """The form of a procedure; a Parameters resource names it by CPT code or by its name."""
    try:
        asked = json.loads(await request.body())
    except (ValueError, RecursionError):
        return fhir_problem(400, ["no JSON was sent"])
    codes = list(_codes(asked))
    if not codes:
        return fhir_problem(422, ["the parameters name no procedure: a CPT code is needed"])
    return await run_in_threadpool(_package, codes)


def _package(codes: list[str]) -> Response:
    entries = []
    for code in codes:
        try:
            entries.append({"resource": cw.questionnaire(code)})
        except KeyError:
            continue
    if not entries:
        return fhir_problem(404, [f"no policy here has a form for {', '.join(codes)[:200]}"])
    package = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    parameters = [{"name": "PackageBundle", "resource": package}]
    return _answer({"resourceType": "Parameters", "parameter": parameters})


def _codes(value: Any, depth: int = 0) -> list[str]:
    """The codes and texts that a Parameters resource names, each once."""
    found: list[str] = []
    if depth > 12:
        return found
    if isinstance(value, dict):
        for key, below in value.items():
            if key in ("code", "valueCode", "valueString") and isinstance(below, str):
                found.append(below)
            else:
                found += _codes(below, depth + 1)
    elif isinstance(value, list):
        for below in value[:1000]:
            found += _codes(below, depth + 1)
    return list(dict.fromkeys(found))[:50]
