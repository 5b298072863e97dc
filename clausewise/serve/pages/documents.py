"""The documents beside a case: a quote leads to its place, a passage becomes an entry."""

from __future__ import annotations

import os
import re
from collections.abc import Container
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from clausewise.facts.case.model import Entry, Source
from clausewise.facts.documents.pages import DocumentError, pages_of
from clausewise.facts.documents.quotes import number_of
from clausewise.facts.text import printable_lines
from clausewise.logic.decision.evidence import label_without_source, shown_source
from clausewise.serve.pages.addresses import Settings, changed, found_case, query_of
from clausewise.serve.pages.passages import kinds_of
from clausewise.serve.pages.rendering import page_of, quote_path, served
from clausewise.serve.pages.tables import Link

router = APIRouter(include_in_schema=False)


@router.get("/case/{name:any}/documents")
def documents(
    request: Request, name: str, given: Settings, document: str = "", page: int = 1, quote: str = ""
) -> Response:
    """The documents beside the entries that cite them; a quote leads to its place."""
    case = changed(found_case(request, name), given)
    here = served(request)
    try:
        paths = here.documents_of(case)
        pages = pages_of(paths[document.lower()]) if document.lower() in paths else ()
    except DocumentError as error:
        told = str(error).replace(f"{here.documents}{os.sep}", "")
        raise HTTPException(422, told) from None
    shown = printable_lines(pages[page - 1]) if 1 <= page <= len(pages) else ""
    return page_of(
        "documents",
        name=name,
        case=case,
        given=given,
        query=query_of(given),
        paths=paths,
        document=document,
        page=page,
        pages=len(pages),
        pieces=marked_pieces(shown, quote),
        quote=quote,
        cited=[
            (label_without_source(entry), sources_of(entry, paths, address_of(name, given)))
            for _, entry in case.entries()
            if entry.sources
        ],
        kinds=kinds_of(case),
    )


def address_of(name: str, given: list[str]) -> str:
    """The address of the documents of a case, to which a place in one is added."""
    return f"/case/{quote_path(name)}/documents?" + "".join(
        f"{query_of([each])}&" for each in given
    )


def sources_of(entry: Entry, paths: Container[str], address: str) -> list[Link]:
    """The sources of an entry; one that cites a document that is there leads to its place."""
    return [
        Link(
            shown_source(source),
            address + urlencode(_place_in(source)) + "#page"
            if isinstance(source, Source) and (source.document or "").lower() in paths
            else "",
        )
        for source in entry.sources
    ]


def _place_in(source: Source) -> dict[str, Any]:
    return {
        "document": source.document,
        "page": number_of(source.page) or 1,
        "quote": source.quote or "",
    }


def marked_pieces(text: str, quote: str) -> list[tuple[str, bool]]:
    """The text in pieces, with those that the quote stands in marked."""
    parts = [re.escape(word) for part in re.split(r"…|\.\.\.", quote) for word in part.split()]
    if not parts:
        return [(text, False)]
    between = r"(?:\s+|-\s*\n\s*)"
    loose = between.join(r"(?:-\s*\n\s*)?".join(_letters(part)) for part in parts)
    match = re.search(loose, text, re.IGNORECASE)
    if match is None:
        return [(text, False)]
    return [(text[: match.start()], False), (match[0], True), (text[match.end() :], False)]


def _letters(escaped: str) -> list[str]:
    """The characters of an escaped word, each still escaped."""
    return re.findall(r"\\.|.", escaped)
