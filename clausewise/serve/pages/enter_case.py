"""Entering a case: by the form of its procedure, or as the text of a case file.

The form is the Questionnaire of the procedure; what is filled in is read as a filled form of FHIR
is. It needs no script: "add another" sends the form and gets it back with one more of the group.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

import clausewise as cw
from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import FORMAT, Case
from clausewise.facts.case.problems import InputError, Problem
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.fhir.answers import case_data
from clausewise.facts.fhir.elements import Element
from clausewise.facts.loading.files import cases_in
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.choice import policy_for_procedure
from clausewise.logic.policies.registry import (
    UnknownPolicyError,
    default_policy,
    policy_named,
    registry,
)
from clausewise.serve.forms import Errors, Filled, Form, Numbers, name_of, names_in
from clausewise.serve.pages.rendering import page_of, served

router = APIRouter(include_in_schema=False)
MOST_FIELDS = 20_000
"""Fields of a form that is sent; that of a procedure has some hundred."""


@router.get("/new")
def new(procedure: str = "", policy: str = "") -> Response:
    """The form of a procedure under a policy, blank.

    Without a policy it is the one that is meant for the procedure; without a procedure, its first.
    """
    return _form(_asked(procedure, policy), {}, {})


@router.post("/new")
async def filled_in(request: Request, procedure: str = "", policy: str = "") -> Response:
    """The case that the form says, or the form again: with one more of a group, or its errors."""
    filled = await filled_fields(request)
    return await run_in_threadpool(_filled_in, request, procedure, policy, filled)


async def filled_fields(request: Request) -> dict[str, list[str]]:
    """The fields of a form that was sent, each with its values."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    filled: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            filled.setdefault(name, []).append(value)
    return filled


def _filled_in(
    request: Request, procedure: str, policy: str, filled: dict[str, list[str]]
) -> Response:
    asked = _asked(procedure, policy)
    added = next(iter(filled.pop("add", ())), "")
    if added:
        return _form(asked, filled, {}, added)
    case, errors = case_of_form(Form(_questionnaire(asked), filled))
    if case is None:
        return _form(asked, filled, errors)
    return RedirectResponse(f"/case/{served(request).drop(case)}", status_code=303)


class EnteredFor(NamedTuple):
    """The procedure that a case is entered for, and the policy whose form it is."""

    procedure: str
    policy: Policy

    @property
    def query(self) -> str:
        """The same as part of an address."""
        return urlencode({"procedure": self.procedure, "policy": self.policy.number})


def _asked(procedure: str, policy: str) -> EnteredFor:
    """What an address asks for; an HTTPException where the policy has no form for it."""
    try:
        if policy:
            found = policy_named(policy)
        else:
            found = policy_for_procedure(procedure) if procedure else default_policy()
    except UnknownPolicyError as error:
        raise HTTPException(404, str(error)) from None
    name = VOCABULARY.procedure_of_code(procedure) or procedure or found.paths[0].procedure
    if found.path_of(name) is None:
        raise HTTPException(404, f"no policy here has a form for {procedure[:80]}")
    return EnteredFor(name, found)


def _forms() -> list[tuple[Policy, str, str]]:
    """Each form that there is: the policy, what the procedure is called, and its address."""
    newest = [each.at(each.about.versions[-1].first) for each in registry()]
    return [
        (policy, path.name, EnteredFor(path.procedure, policy).query)
        for policy in sorted(newest, key=lambda each: each.number != default_policy().number)
        for path in policy.paths
    ]


def _questionnaire(asked: EnteredFor) -> dict[str, Any]:
    return cw.questionnaire(asked.procedure, policy=asked.policy)


def _form(asked: EnteredFor, filled: Filled, errors: Errors, added: str = "") -> Response:
    questionnaire = _questionnaire(asked)
    items = Form(questionnaire, filled, added).shown(errors)
    known = {name for each in items for name in names_in(each)}
    return page_of(
        "form",
        422 if errors else 200,
        title=questionnaire["title"],
        items=items,
        errors=[(name if name in known else "", told) for name, told in errors.items()],
        added=added,
        query=asked.query,
        again=f"/new?{asked.query}",
        forms=_forms(),
    )


def case_of_form(form: Form, case: Case | None = None) -> tuple[Case | None, Errors]:
    """The case that a filled form says, or what is wrong, by the name of the field ("" for all).

    With a ``case`` what the form says is added to it.
    """
    items, errors = form.response()
    data: dict[str, Any] = {"format": FORMAT} if case is None else plain_data(case)
    places: dict[tuple[str, int], tuple[str, Numbers]] = {}
    for link, numbers, item in items:
        remarks: list[str] = []
        for key, value in case_data(Element({"item": [item]}, "", remarks.append)).items():
            if isinstance(value, list) and numbers:
                places[key, len(data.get(key, ()))] = (link, numbers)
                data.setdefault(key, []).extend(value)
            elif isinstance(value, dict):
                data.setdefault(key, {}).update(value)
            else:
                data[key] = value
        if remarks:
            errors.setdefault(name_of(link, numbers), []).extend(remarks)
    made: Case | None = None
    try:
        made = case_from_data(data, "the form")
    except InputError as error:
        for problem in error.problems:
            errors.setdefault(_field_of(problem, places), []).append(_sentence(problem))
    return (None, errors) if errors else (made, {})


def _sentence(problem: Problem) -> str:
    if problem.found == "the key is missing":
        return "an answer is needed"
    return f"{problem.found}; expected {problem.expected}" if problem.expected else problem.found


def _field_of(problem: Problem, places: Mapping[tuple[str, int], tuple[str, Numbers]]) -> str:
    """The name of the field, or of the instance of a group, that an error is about."""
    if not problem.place:
        return ""
    head, *rest = problem.place
    link = str(head)
    numbers: Numbers = ()
    if rest and isinstance(rest[0], int) and (head, rest[0]) in places:
        link, numbers = places[str(head), rest[0]]
        rest = rest[1:]
    for part in rest:
        if part == "source":
            link, numbers = f"{link}.source", (*numbers, 0)
        elif isinstance(part, str):
            link = f"{link}.{part}"
        elif link.endswith(".source"):
            numbers = (*numbers[:-1], part)
    return name_of(link, numbers)


# --- as text ----------------------------------------------------------------------------------


@router.get("/new/text")
def new_text(procedure: str = "", policy: str = "") -> Response:
    """A blank case file to fill in."""
    asked = _asked(procedure, policy)
    text = cw.template(asked.procedure, policy=asked.policy)
    return page_of("new", text=text, problems=[], marked=[])


@router.post("/new/text")
async def entered(request: Request) -> Response:
    """The case that was entered, or the text again with every error beside its line."""
    form = await request.form(max_files=0, max_fields=10)
    text = str(form.get("text") or "").replace("\r\n", "\n")
    return await run_in_threadpool(_entered, request, text)


def _entered(request: Request, text: str) -> Response:
    try:
        (case,) = cases_in(text.encode("utf-8"), "the case")
    except InputError as error:
        lines = sorted({each.line or 0 for each in error.problems})
        return page_of("new", 422, text=text, problems=list(error.problems), marked=lines)
    except ValueError:
        return page_of("new", 422, text=text, problems=["one case is entered at a time"], marked=[])
    return RedirectResponse(f"/case/{served(request).drop(case)}", status_code=303)
