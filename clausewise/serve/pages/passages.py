"""An entry made of a passage of a document: its fields, with document, page and quote filled in.

The fields are those of the group in the Questionnaire of the case's procedure. The entry becomes a
setting in the address of the case, as any other what-if.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

import clausewise as cw
from clausewise.api.case import Case
from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import ENTRY_LISTS
from clausewise.facts.case.model import Case as Record
from clausewise.serve.forms import Errors, Filled, Form, names_in
from clausewise.serve.pages.addresses import Settings, changed, found_case, query_of
from clausewise.serve.pages.enter_case import case_of_form, filled_fields
from clausewise.serve.pages.rendering import page_of, quote_path

router = APIRouter(include_in_schema=False)
MOST_QUOTED = 400
"""Characters of a quote that an entry keeps."""


def kinds_of(case: Case) -> list[tuple[str, list[tuple[str, str]]]]:
    """The kinds of entries that a passage can become, in groups: each with its words."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in _groups(_questionnaire(case)["item"]):
        link = item["linkId"]
        groups.setdefault(link.partition(".")[0], []).append((link, item["text"]))
    return list(groups.items())


def _questionnaire(case: Case) -> dict[str, Any]:
    """The form of the case's procedure under its policy; the first form, where there is none."""
    try:
        return cw.questionnaire(case.request.procedure, policy=case.policy)
    except KeyError:
        return cw.questionnaire(case.policy.paths[0].procedure, policy=case.policy)


def _groups(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The groups that hold one entry each."""
    for item in items:
        below = item.get("item", [])
        if any(each["linkId"] == f"{item['linkId']}.source" for each in below):
            yield item
        elif item["linkId"] in ENTRY_LISTS:
            yield from _groups(below)


@router.get("/case/{name:any}/entry")
def entry(
    request: Request,
    name: str,
    given: Settings,
    kind: str,
    quote: str,
    document: str,
    page: int,
) -> Response:
    """The fields of an entry of this kind, with document, page and quote filled in."""
    case = changed(found_case(request, name), given)
    source = {"document": document, "page": str(page), "quote": quote[:MOST_QUOTED]}
    filled = {f"{kind}.source.{key}@0.0": [value] for key, value in source.items()}
    return _fields(request, case, name, given, filled, {})


@router.post("/case/{name:any}/entry")
async def entered(request: Request, name: str, given: Settings) -> Response:
    """To the case with the entry, or the fields again with their errors."""
    filled = await filled_fields(request)
    return await run_in_threadpool(_entered, request, name, given, filled)


def _entered(
    request: Request, name: str, given: list[str], filled: dict[str, list[str]]
) -> Response:
    case = changed(found_case(request, name), given)
    added = next(iter(filled.pop("add", ())), "")
    form = _form(request, case, filled)
    made, errors = (None, {}) if added else case_of_form(form, case)
    if made is None:
        return _fields(request, case, name, given, filled, errors, added)
    settings = [*given, *_added(case, made)]
    return RedirectResponse(f"/case/{quote_path(name)}?{query_of(settings)}", status_code=303)


def _added(case: Case, made: Record) -> Iterator[str]:
    """The entries that a case has beyond another, as settings."""
    before, after = plain_data(case), plain_data(made)
    for key in ENTRY_LISTS:
        for each in after.get(key, [])[len(before.get(key, [])) :]:
            yield f"{key}+={json.dumps(each, default=_plain)}"


def _plain(value: Any) -> Any:
    """A day as text, another number as one that JSON has."""
    return value.isoformat() if hasattr(value, "isoformat") else float(value)


def _form(request: Request, case: Case, filled: Filled, added: str = "") -> Form:
    kind = request.query_params.get("kind", "")
    for item in _groups(_questionnaire(case)["item"]):
        if item["linkId"] == kind:
            return Form({"item": [item]}, filled, added)
    raise HTTPException(404, "there is no such kind of entry")


def _fields(
    request: Request,
    case: Case,
    name: str,
    given: list[str],
    filled: Filled,
    errors: Errors,
    added: str = "",
) -> Response:
    items = _form(request, case, filled, added).shown(errors)
    known = {each for item in items for each in names_in(item)}
    asked: Mapping[str, str] = request.query_params
    place = urlencode({key: asked.get(key, "") for key in ("document", "page", "quote")})
    return page_of(
        "passage",
        422 if errors else 200,
        case=case,
        items=items,
        errors=[(each if each in known else "", told) for each, told in errors.items()],
        added=added,
        quote=asked.get("quote", ""),
        again=f"/case/{quote_path(name)}/entry?{request.query_params}",
        back=f"/case/{quote_path(name)}/documents?{query_of(given)}&{place}#page",
    )
