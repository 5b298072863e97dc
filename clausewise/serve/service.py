"""The decision service: JSON under ``/api``, described by OpenAPI.

A request carries a case of format ``clausewise-case/1`` with readings, parameters and settings; the
answers are those of the commands with ``--format json``, and what they print as text beside it.
Errors are sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Body, FastAPI, HTTPException, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from clausewise.api.case import Case
from clausewise.api.results import Answer, Difference
from clausewise.facts.case.editing import EditError
from clausewise.facts.case.json_schema import case_schema
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.fhir.bundle import read_json
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.explain.result import result
from clausewise.logic.policies.registry import UnknownPolicyError
from clausewise.output.comparison import difference_data, difference_lines
from clausewise.serve import answers


class ExactRequest(Request):
    """A request whose JSON is read as that of a case file: decimals are exact, no key twice."""

    async def json(self) -> Any:
        try:
            return read_json(await self.body(), "the question")
        except InputError as error:
            raise HTTPException(422, str(error)) from None


class ExactRoute(APIRoute):
    """A route of such requests."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def exact(request: Request) -> Response:
            return await answer(ExactRequest(request.scope, request.receive))

        return exact


router = APIRouter(
    prefix="/api",
    route_class=ExactRoute,
    tags=["decisions"],
    responses={422: {"model": answers.Failure}, "default": {"model": answers.Failure}},
)
post = partial(router.post, response_model_exclude_unset=True)


class Question(BaseModel):
    """A case with the policy, readings and parameters under which it is asked about."""

    model_config = ConfigDict(extra="forbid")

    case: Annotated[dict[str, Any], Field(description="A case of format clausewise-case/1.")]
    policy: Annotated[
        str | None, Field(description="NUMBER or NUMBER@DAY; that of the case without it.")
    ] = None
    readings: dict[str, str] = {}
    parameters: dict[str, int] = {}


class WhatIf(Question):
    """A case and what is changed: places of the case, ``reading.NAME``, ``parameter.NAME``."""

    settings: answers.Edits


class Flip(Question):
    """A case and the determination that changes are looked for."""

    to: Determination | None = None
    size: Annotated[int, Field(ge=1, le=3, description="At most so many changes.")] = 2
    hold: Annotated[list[str], Field(description="Entries, ids, findings or lists that stay.")] = []


def case_of(question: Question) -> Case:
    """The case of a question; an HTTPException with every error for one that is not valid.

    An unknown reading or parameter raises ChoiceError when the case is decided.
    """
    try:
        record = case_from_data(question.case, "the case")
        return Case.of(record, question.readings, question.parameters, question.policy)
    except (InputError, UnknownPolicyError) as error:
        raise HTTPException(422, str(error)) from None


def _told(answer: Answer[Any]) -> dict[str, Any]:
    """The data of an answer with its text."""
    return answer.data() | {"text": str(answer)}


@post("/decide")
def decide(question: Question) -> answers.Result:
    """The result with all proofs, as ``decide --format json`` prints it."""
    return answers.Result(**result(case_of(question).decide()))


@post("/why")
def why(question: Question, full: bool = False) -> answers.Explained:
    """The result with the ledger, and the explanation as text; ``full`` tells of every clause."""
    return answers.Explained(**_told(case_of(question).why(full=full)))


@post("/why-not")
def why_not(question: Question) -> answers.WhyNot:
    """For each line every clause in the way of an approval, with its gaps."""
    return answers.WhyNot(**_told(case_of(question).why_not()))


@post("/missing")
def missing(question: Question) -> answers.Missing:
    """The least documentation that would make each line medically necessary."""
    return answers.Missing(**_told(case_of(question).missing()))


@post("/flip")
def flip(question: Flip) -> answers.Flipped:
    """The smallest changes of fact that would change each determination."""
    found = case_of(question).flip(question.to, size=question.size, hold=question.hold)
    return answers.Flipped(**_told(found))


WHAT_IF = "What if: this is not the determination of the case as it was received."


@post("/what-if")
def what_if(question: WhatIf) -> answers.Differing:
    """The determinations before and after the settings."""
    try:
        found = case_of(question).effect_of(question.settings)
    except (EditError, InputError) as error:
        raise HTTPException(422, str(error)) from None
    return _differing(found, found.after.what_if or WHAT_IF)


@post("/compare")
def compare(
    first: Annotated[Question, Body()], second: Annotated[Question, Body()]
) -> answers.Differing:
    """What differs between the decisions of two questions."""
    found = case_of(first).compare(case_of(second))
    return _differing(found, found.after.what_if)


def _differing(found: Difference, what_if: str) -> answers.Differing:
    made = Answer(found, partial(difference_lines, found), what_if, partial(difference_data, found))
    return answers.Differing(**_told(made))


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI description of the service, in which a case is that of the case format."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes
        )
        schemas = found["components"]["schemas"]
        case = case_schema()
        schemas |= {f"case.{name}": _placed(each) for name, each in case.pop("$defs").items()}
        schemas["case"] = _placed(case)
        for each in (Question, WhatIf, Flip):
            schemas[each.__name__]["properties"]["case"] = {"$ref": "#/components/schemas/case"}
        app.openapi_schema = found
    return app.openapi_schema


def _placed(schema: Any) -> Any:
    """A schema whose references lead to the components of the description."""
    if isinstance(schema, dict):
        return {
            key: f"#/components/schemas/case.{each.rpartition('/')[2]}"
            if key == "$ref"
            else _placed(each)
            for key, each in schema.items()
        }
    return [_placed(each) for each in schema] if isinstance(schema, list) else schema
