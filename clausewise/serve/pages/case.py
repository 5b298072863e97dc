"""A case: outcome, reasons, graph and record, with what-if at the side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from clausewise.api.case import Case
from clausewise.api.results import Decision
from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.writing import case_text
from clausewise.facts.columns import EntryKey
from clausewise.facts.documents.pages import DocumentError
from clausewise.facts.text import in_words
from clausewise.logic.decision.evidence import label_without_source
from clausewise.logic.explain.ledger import Ledger
from clausewise.logic.explain.result import FOR_PHYSICIAN_REVIEW, disclaimer_of
from clausewise.logic.language.policy import Policy
from clausewise.logic.readings.conditional_model import ReadingSensitivity
from clausewise.logic.what_if.compare import difference
from clausewise.serve.pages import two_cases
from clausewise.serve.pages.addresses import Settings, changed, found_case, query_of
from clausewise.serve.pages.documents import address_of, sources_of
from clausewise.serve.pages.rendering import OWN_STYLE, download, page_of, quote_path, served
from clausewise.serve.pages.tables import Table, file_of
from clausewise.viz.errors import PictureError
from clausewise.viz.picture.overlay import standing
from clausewise.viz.picture.picture import line_picture
from clausewise.viz.report.case_report import line_card

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Field:
    """Something that can be changed at the side of a case."""

    name: str
    label: str
    value: str
    choices: tuple[str, ...] = ()
    changed: bool = False


@router.get("/case/{name:any}/change")
def change(request: Request, name: str) -> Response:
    """The form at the side was sent: back to the case, with what differs in the address."""
    case = found_case(request, name)
    before = {
        each.name: each.value
        for _, group in fields_of(case, {}, served(request).decision(name).policy)
        for each in group
    }
    kept = [
        f"{place}={value}"
        for place, value in request.query_params.multi_items()
        if place in before and value != before[place]
    ]
    address = f"/case/{quote_path(name)}"
    query = query_of(kept)
    return RedirectResponse(f"{address}?{query}" if query else address, status_code=303)


@router.get("/case/{name:any}/report")
def report(request: Request, name: str, given: Settings) -> Response:
    """The audit report, a page of its own."""
    case = changed(found_case(request, name), given)
    return HTMLResponse(case.report(), headers={"Content-Security-Policy": OWN_STYLE})


@router.get("/case/{name:any}/case.yaml")
def file(request: Request, name: str, given: Settings) -> Response:
    """The case as a file to save."""
    case = changed(found_case(request, name), given)
    return download(case_text(case).encode("utf-8"), "application/yaml", "case.yaml")


@router.post("/case/{name:any}/save")
def save(request: Request, name: str, given: Settings) -> Response:
    """The case, with what is changed, becomes a new file of the folder; to that file."""
    case = changed(found_case(request, name), given)
    if case.choices != ({}, {}):
        raise HTTPException(422, "readings and parameters are not part of a case: undo them first")
    try:
        saved = served(request).save(case)
    except PermissionError as error:
        raise HTTPException(403, f"not saved: {error.strerror}") from None
    except OSError as error:
        raise HTTPException(507, f"not saved: {error.strerror}") from None
    return RedirectResponse(f"/case/{quote_path(saved)}?saved=1", status_code=303)


@router.get("/case/{name:any}/ledger.{kind}")
def ledger_file(request: Request, name: str, kind: str, given: Settings) -> Response:
    """What became of each entry, line by line, as a file."""
    decision = changed(found_case(request, name), given).decide()
    rows = [
        (
            line.side,
            account.kind,
            account.name,
            account.text,
            in_words(account.place),
            account.clause,
            "; ".join(account.reasons),
            account.source,
        )
        for line in decision.lines
        for account in Ledger(decision, line).accounts
    ]
    heads = (
        "line",
        "kind",
        "entry",
        "what it says",
        "what became of it",
        "clause",
        "why",
        "source",
    )
    return file_of([Table("ledger", "Ledger", heads, rows)], "ledger", kind)


@router.get("/case/{name:any}/certificate.json")
def certificate_file(request: Request, name: str, given: Settings) -> Response:
    """The proof certificate to save."""
    from clausewise.logic.proof.certificate import canonical, certificate

    case = changed(found_case(request, name), given)
    text = canonical(certificate(case.decide())) + "\n"
    return download(text.encode("utf-8"), "application/json", "proof.json")


@router.get("/case/{name:any}")
def case_page(request: Request, name: str, given: Settings, saved: bool = False) -> Response:
    """A case: outcome, reasons, graph and record, with what-if at the side."""
    own = found_case(request, name)
    case = changed(own, given)
    decision = case.decide()
    changes = difference(served(request).decision(name), decision) if given else None
    sensitivity = ReadingSensitivity(decision)
    settings = dict(each.partition("=")[::2] for each in given)
    try:
        paths = served(request).documents_of(case)
    except DocumentError:
        paths = {}
    return page_of(
        "case",
        name=name,
        case=case,
        decision=decision,
        lines=[
            (
                line_card(decision, line, sensitivity, prefix=f"{line.side}-"),
                Markup(_svg(decision, line)),
            )
            for line in decision.lines
        ],
        sources={
            key: sources_of(entry, paths, address_of(name, given)) for key, entry in case.entries()
        },
        difference=changes,
        given=given,
        without=[
            (each, urlencode([("set", other) for other in given if other != each]))
            for each in given
        ],
        query=query_of(given),
        compared=two_cases.address(name, [], name, given),
        fields=fields_of(own, settings, decision.policy),
        saves=served(request).saves,
        saved=saved,
        for_review=FOR_PHYSICIAN_REVIEW,
        disclaimer=disclaimer_of(decision.policy),
    )


def _svg(decision: Decision, line: Any) -> str:
    """The picture of a line; it has come through the lists of allowed names of ``viz``."""
    try:
        return line_picture(line, standing(decision, line), prefix=f"{line.side}-", link=True).svg
    except PictureError:
        return ""


_KEPT = frozenset({"id", "source", "format", "case", "note"})
"""Keys that are not offered for a change: names and sources, not facts."""


def fields_of(
    case: Case, settings: Mapping[str, str], policy: Policy
) -> list[tuple[str, list[Field]]]:
    """What can be changed: the request, each entry, the parameters, the readings; in groups."""
    data = plain_data(case)
    models = dict(case.entries())
    groups: list[tuple[str, list[Field]]] = []
    request = [
        (f"request.{key}", key, value)
        for key, value in data["request"].items()
        if not isinstance(value, (dict, list))
    ]
    groups.append(("request", [_field(*each, settings) for each in request]))
    for name, entries in data.items():
        if not isinstance(entries, list) or name in ("documents", "record_complete"):
            continue
        for number, entry in enumerate(entries):
            if not isinstance(entry, dict):
                continue
            key = entry.get("id") or f"[{number}]"
            place = f"{name}.{key}" if "id" in entry else f"{name}[{number}]"
            shown = [
                _field(f"{place}.{part}", part, value, settings)
                for part, value in entry.items()
                if part not in _KEPT and not isinstance(value, (dict, list))
            ]
            model = models[EntryKey(f"{name}[{number}]")]
            groups.append((label_without_source(model), shown))
    numbers = [
        _field(f"parameter.{each.name}", each.name, each.value, settings)
        for each in policy.parameters
    ]
    groups.append(("parameters", numbers))
    ways = [
        _field(f"reading.{each.name}", each.name, each.default, settings, tuple(each.choices))
        for each in policy.readings
    ]
    groups.append(("readings", ways))
    return groups


def _field(
    name: str,
    label: str,
    value: Any,
    settings: Mapping[str, str],
    choices: tuple[str, ...] = (),
) -> Field:
    text = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
    shown = settings.get(name, str(text))
    if isinstance(value, bool):
        choices = ("true", "false")
    return Field(name, in_words(label), shown, choices, changed=name in settings)
