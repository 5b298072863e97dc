"""The list of cases, with search and filter, as a table to save, and files dropped on it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from clausewise.api.case import Case
from clausewise.facts.case.model import Case as Record
from clausewise.facts.case.problems import InputError
from clausewise.facts.loading.files import cases_in
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.serve.folder import Listed, Served, outcomes_of
from clausewise.serve.pages.rendering import MOST_ROWS, page_of, served
from clausewise.serve.pages.tables import Table, file_of

router = APIRouter(include_in_schema=False)
MOST_SECONDS = 15.0
"""How long one search may take; what was decided is kept, so that the next one gets further."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: a case's service line, or a file that is not valid."""

    name: str
    case: str
    procedure: str
    side: str
    determination: str
    decisive: str
    error: str = ""

    def has(self, text: str) -> bool:
        """Whether any of what is shown contains the text."""
        shown = (self.name, self.case, self.procedure, self.side, self.decisive)
        return any(text.casefold() in each.casefold() for each in shown)


def _every(served: Served) -> list[tuple[str, Listed | Record]]:
    """The names of all cases, those in memory first, with where they are."""
    return [*served.dropped(), *((each.name, each) for each in served.listed())]


def _rows(served: Served, name: str, place: Listed | Record) -> Iterator[Row]:
    """The lines of a case."""
    try:
        if isinstance(place, Listed):
            found = served.outcomes(place)
        else:
            found = outcomes_of(Case.of(place).decide())
    except InputError as error:
        told = "\n".join(map(str, error.problems)) or str(error)
        yield Row(name, "", "", "", "not valid", "", told)
        return
    for each in found:
        decisive = ", ".join(each.decisive)
        yield Row(name, each.case, each.procedure, each.side, each.determination, decisive)


@router.get("/")
def home(request: Request, q: str = "", outcome: str = "", page: int = 1) -> Response:
    """The cases with their outcomes, with search and filter.

    Of many cases those of the page are decided; a search looks through all of them, but for
    MOST_SECONDS at a time.
    """
    here = served(request)
    every = _every(here)
    rows: list[Row] = []
    looked_at = 0
    if q or outcome:
        until = time.monotonic() + MOST_SECONDS
        for name, place in every:
            if time.monotonic() > until:
                break
            looked_at += 1
            rows += (
                row
                for row in _rows(here, name, place)
                if row.has(q) and outcome in ("", row.determination)
            )
        pages = max(1, -(-len(rows) // MOST_ROWS))
        page = min(max(page, 1), pages)
        shown = rows[(page - 1) * MOST_ROWS : page * MOST_ROWS]
    else:
        looked_at = len(every)
        pages = max(1, -(-len(every) // MOST_ROWS))
        page = min(max(page, 1), pages)
        part = every[(page - 1) * MOST_ROWS : page * MOST_ROWS]
        shown = [row for name, place in part for row in _rows(here, name, place)]
    return page_of(
        "cases",
        rows=shown,
        found=len(rows) if q or outcome else None,
        every=len(every),
        looked_at=looked_at,
        not_listed=here.not_listed(len(every) - len(here.dropped())),
        outcomes=[*Determination, "not valid"],
        q=q,
        outcome=outcome,
        page=page,
        pages=pages,
        address=lambda number: "/?" + urlencode({"q": q, "outcome": outcome, "page": number}),
        audits=list(here.audits()),
    )


HEADS = ("name", "case", "procedure", "side", "determination", "decisive")


@router.get("/cases.{kind}")
def cases_file(request: Request, kind: str) -> Response:
    """The list as a file."""
    return file_of([Table("cases", "Cases", HEADS, list(_cells(request)))], "cases", kind)


def _cells(request: Request) -> Iterator[list[str]]:
    here = served(request)
    for name, place in _every(here):
        for row in _rows(here, name, place):
            yield [str(getattr(row, head)) for head in HEADS]


@router.post("/drop")
async def drop(request: Request) -> Response:
    """Cases from files that were dropped or chosen; they stay in memory."""
    form = await request.form(max_files=50, max_fields=10)
    files = [each for each in form.getlist("file") if isinstance(each, UploadFile)]
    contents = [(each.filename or "the file", await each.read()) for each in files]
    return await run_in_threadpool(_dropped, request, contents)


def _dropped(request: Request, contents: list[tuple[str, bytes]]) -> Response:
    here = served(request)
    names: list[str] = []
    problems: list[str] = []
    for name, content in contents:
        try:
            names += [here.drop(each) for each in cases_in(content, name)]
        except InputError as error:
            problems.append(str(error))
    if problems or not names:
        return page_of(
            "problems", 422, title="Not opened", problems=problems or ["no file was chosen"]
        )
    return RedirectResponse(f"/case/{names[0]}" if len(names) == 1 else "/", status_code=303)
