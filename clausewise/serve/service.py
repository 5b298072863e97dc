"""The decision service: JSON under ``/api``, described by OpenAPI.

A request carries a case of format ``clausewise-case/1`` with readings, parameters and settings; the
answers are those of the commands. Errors are sentences.
"""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException
from pydantic import BaseModel, ConfigDict, Field

import clausewise as cw
from clausewise.api.case import Case
from clausewise.facts.case.editing import EditError
from clausewise.facts.case.syntax import InputError
from clausewise.facts.case.validation import case_from_data

router = APIRouter(prefix="/api", tags=["decisions"])


class Question(BaseModel):
    """A case with the readings and parameters under which it is asked about."""

    model_config = ConfigDict(extra="forbid")

    case: Annotated[dict[str, Any], Field(description="A case of format clausewise-case/1.")]
    readings: dict[str, str] = {}
    parameters: dict[str, int] = {}


class WhatIf(Question):
    """A case and what is changed: places of the case, ``reading.NAME``, ``parameter.NAME``."""

    settings: dict[str, Any]


class Flip(Question):
    """A case and the determination that changes are looked for."""

    to: str | None = None
    size: Annotated[int, Field(ge=1, le=3)] = 2


def case_of(question: Question) -> Case:
    """The case of a question; an HTTPException with every error for one that is not valid.

    An unknown reading or parameter raises ChoiceError when the case is decided.
    """
    try:
        record = case_from_data(question.case, "the case")
    except InputError as error:
        raise HTTPException(422, str(error)) from None
    return Case.of(record, question.readings, question.parameters)


def plain(value: Any) -> Any:
    """An answer as data that JSON can hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(below) for key, below in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(below) for below in value]
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


@router.post("/decide")
def decide(question: Question) -> dict[str, Any]:
    """The result with all proofs, as ``decide --format json`` prints it."""
    return cw.result(case_of(question).decide())


@router.post("/why")
def why(question: Question, full: bool = False) -> dict[str, str]:
    """The explanation as text."""
    return {"text": str(case_of(question).why(full=full))}


@router.post("/why-not")
def why_not(question: Question) -> dict[str, Any]:
    """For each line every clause in the way of an approval, with its gaps."""
    answer = case_of(question).why_not()
    return {"lines": plain(answer.value), "text": str(answer)}


@router.post("/missing")
def missing(question: Question) -> dict[str, Any]:
    """The least documentation that would make each line medically necessary."""
    answer = case_of(question).missing()
    return {"lines": plain(answer.value), "text": str(answer)}


@router.post("/flip")
def flip(question: Flip) -> dict[str, Any]:
    """The smallest changes of fact that would change each determination."""
    answer = case_of(question).flip(question.to, size=question.size)
    return {"lines": plain(answer.value), "text": str(answer)}


@router.post("/what-if")
def what_if(question: WhatIf) -> dict[str, Any]:
    """The determinations before and after the settings."""
    try:
        found = case_of(question).effect_of(question.settings)
    except (EditError, InputError) as error:
        raise HTTPException(422, str(error)) from None
    return {"what_if": True, "lines": [plain(line) for line in found.lines]}


@router.post("/compare")
def compare(
    first: Annotated[Question, Body()], second: Annotated[Question, Body()]
) -> dict[str, Any]:
    """What differs between the decisions of two questions."""
    found = case_of(first).compare(case_of(second))
    return {"lines": [plain(line) for line in found.lines]}
