"""Further questions about a case, each a page: missing, flip, why-not, when, letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.responses import Response

from clausewise.api.case import Case
from clausewise.api.results import Answer
from clausewise.logic.explain.result import DISCLAIMER
from clausewise.logic.what_if.receipt_days import Interval
from clausewise.output.letter import letters
from clausewise.serve.pages.addresses import Settings, changed, found_case, query_of
from clausewise.serve.pages.rendering import page_of

router = APIRouter(include_in_schema=False)
QUESTIONS = {
    "missing": "What is missing",
    "flip": "What would change it",
    "why-not": "What stands in the way",
    "when": "When",
}
"""The questions that have a page, with what they are called there."""


@router.get("/case/{name:any}/missing")
def missing(request: Request, name: str, given: Settings) -> Response:
    """The least documentation that would approve the case."""
    case = changed(found_case(request, name), given)
    return _told(QUESTIONS["missing"], name, case, given, case.missing())


@router.get("/case/{name:any}/flip")
def flip(request: Request, name: str, given: Settings) -> Response:
    """What would change the determination."""
    case = changed(found_case(request, name), given)
    return _told(QUESTIONS["flip"], name, case, given, case.flip())


@router.get("/case/{name:any}/why-not")
def why_not(request: Request, name: str, given: Settings) -> Response:
    """Every clause in the way of an approval."""
    case = changed(found_case(request, name), given)
    return _told(QUESTIONS["why-not"], name, case, given, case.why_not())


@router.get("/case/{name:any}/when")
def when(request: Request, name: str, given: Settings) -> Response:
    """The days of receipt on which the same record would get another determination."""
    case = changed(found_case(request, name), given)
    found = case.when()
    return _told(
        QUESTIONS["when"],
        name,
        case,
        given,
        found,
        list(_timeline(found.value, case.request.received)),
    )


def _timeline(intervals: Iterable[Interval], received: date) -> Iterator[dict[str, Any]]:
    """For each side its intervals, placed on a line in percent, and where the day of receipt is."""
    for side, group in groupby(intervals, key=lambda each: each.side):
        every = list(group)
        first, last = every[0].first, every[-1].last
        whole = (last - first).days + 1

        def place(day: date, first: date = first, whole: int = whole) -> float:
            return round((day - first).days / whole * 100, 2)

        parts = [
            {
                "first": each.first,
                "last": each.last,
                "determination": str(each.determination),
                "x": place(each.first),
                "width": round(((each.last - each.first).days + 1) / whole * 100, 2),
            }
            for each in every
        ]
        yield {
            "side": side,
            "first": first,
            "last": last,
            "parts": parts,
            "received": place(received),
        }


def _told(
    title: str,
    name: str,
    case: Case,
    given: list[str],
    answer: Answer[Any] | None,
    timeline: list[dict[str, Any]] | None = None,
    letter: Markup | None = None,
) -> Response:
    return page_of(
        "answer",
        title=title,
        name=name,
        case=case,
        given=given,
        query=query_of(given),
        lines=list(_lines(answer)) if answer is not None else [],
        timeline=timeline or [],
        letter=letter,
        questions=QUESTIONS.items(),
    )


DEEPEST = 12
"""The deepest indent of a line, in characters."""


def _lines(answer: Answer[Any]) -> Iterator[tuple[int, str]]:
    """The lines of an answer, each with its indent; the disclaimer stands below every page."""
    for line in answer.lines:
        text = line.plain.strip()
        if text and text != DISCLAIMER:
            yield min(len(line.plain) - len(line.plain.lstrip()), DEEPEST), text


@router.get("/case/{name:any}/letter")
def letter(
    request: Request,
    name: str,
    given: Settings,
    audience: Annotated[str, Query(alias="for")] = "member",
) -> Response:
    """The letter about a case, to preview and print."""
    if audience not in ("member", "clinician"):
        raise HTTPException(422, "letters are for a member or a clinician")
    case = changed(found_case(request, name), given)
    text = letters(case.decide(), audience)
    return _told(f"Letter to the {audience}", name, case, given, None, letter=_html(text))


def _html(text: str) -> Markup:
    """A letter in Markdown as HTML: without links, pictures or HTML of its own."""
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True})
    reader.disable(["image", "link", "autolink", "html_inline", "html_block"])
    return Markup(reader.render(text))
