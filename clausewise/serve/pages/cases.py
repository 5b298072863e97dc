"""The list of cases, with search and filter, as a table to save, and files dropped on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from clausewise.api.case import Case
from clausewise.api.results import Decision
from clausewise.facts.case.syntax import InputError
from clausewise.facts.loading.files import cases_in
from clausewise.serve.folder import Served
from clausewise.serve.pages.rendering import MOST_ROWS, page_of, served
from clausewise.serve.pages.tables import as_csv, as_workbook

router = APIRouter(include_in_schema=False)


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


def _rows(served: Served) -> Iterator[Row]:
    for name, record in served.dropped():
        yield from _rows_of(name, Case.of(record).decide())
    for listed, found in served.outcomes():
        if isinstance(found, InputError):
            yield Row(listed.name, "", "", "", "not valid", "", str(found))
        else:
            yield from _rows_of(listed.name, found)


def _rows_of(name: str, decision: Decision) -> Iterator[Row]:
    for line in decision.lines:
        yield Row(
            name,
            decision.case.case,
            line.path.name if line.path else line.procedure,
            line.side,
            str(line.determination),
            ", ".join(line.decisive),
        )


@router.get("/")
def home(request: Request, q: str = "", outcome: str = "", page: int = 1) -> Response:
    """The cases with their outcomes, with search and filter."""
    here = served(request)
    every = list(_rows(here))
    found = [row for row in every if row.has(q) and outcome in ("", row.determination)]
    pages = max(1, -(-len(found) // MOST_ROWS))
    page = min(max(page, 1), pages)
    return page_of(
        "cases",
        rows=found[(page - 1) * MOST_ROWS : page * MOST_ROWS],
        found=len(found),
        every=len(every),
        outcomes=sorted({row.determination for row in every}),
        q=q,
        outcome=outcome,
        page=page,
        pages=pages,
        address=lambda number: "/?" + urlencode({"q": q, "outcome": outcome, "page": number}),
        audits=list(here.audits()),
    )


HEADS = ("name", "case", "procedure", "side", "determination", "decisive")


@router.get("/cases.csv")
def cases_csv(request: Request) -> Response:
    """The list as CSV."""
    return as_csv("cases", HEADS, _cells(request))


@router.get("/cases.xlsx")
def cases_xlsx(request: Request) -> Response:
    """The list as a workbook."""
    return as_workbook("cases", HEADS, _cells(request))


def _cells(request: Request) -> Iterator[list[str]]:
    for row in _rows(served(request)):
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
