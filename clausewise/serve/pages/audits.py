"""An audit: what it says together, down to its lines and their cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from pydantic import TypeAdapter
from starlette.responses import Response

from clausewise.facts.case.problems import InputError
from clausewise.facts.case.syntax import read_bytes
from clausewise.facts.text import in_words
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.cohort.result_files import tables
from clausewise.logic.cohort.summary import Summary, cases_read
from clausewise.serve.pages.rendering import MOST_ROWS, page_of, quote_path, served
from clausewise.serve.pages.tables import Link, Table, file_of

router = APIRouter(include_in_schema=False)
MOST_PAGES = 1_000_000
"""Pages of lines that an address can ask for; a larger number asks for the last of them."""
MOST_SUMMARY_BYTES = 16 * 2**20
MOST_SAVED = 100_000
"""Lines that a file holds; the audit's own ``lines.parquet`` has all."""


@router.get("/audits")
def audits(request: Request) -> Response:
    """The audits in the folder, each with what it says first."""
    heads = ("audit", "policy", "cases", "lines", *Determination, "what if")
    rows: list[tuple[Any, ...]] = []
    problems: list[str] = []
    for name, folder in served(request).audits().items():
        try:
            summary = summary_in(folder)
        except HTTPException as error:
            problems.append(f"{name}: {error.detail}")
            continue
        rows.append(
            (
                Link(name, f"/audit/{quote_path(name)}"),
                f"{summary.policy['number']}@{summary.policy['effective']}",
                summary.cases["decided"],
                summary.lines,
                *(summary.determinations.get(each, 0) for each in Determination),
                summary.what_if,
            )
        )
    table = Table("audits", "Audits", tuple(map(in_words, heads)), rows)
    return page_of("audits", table=table, problems=problems)


@router.get("/audit/{name:any}/lines")
def audit_lines(
    request: Request, name: str, determination: str = "", clause: str = "", page: int = 1
) -> Response:
    """The lines of an audit that got a determination, or rest on a clause."""
    page = min(max(page, 1), MOST_PAGES)
    rows = _lines(
        audit_folder(request, name), determination, clause, MOST_ROWS + 1, (page - 1) * MOST_ROWS
    )
    return page_of(
        "lines",
        name=name,
        rows=rows[:MOST_ROWS],
        more=len(rows) > MOST_ROWS,
        page=page,
        determination=determination,
        clause=clause,
        known={each.name for each in served(request).listed()},
        address=lambda number: (
            "?" + urlencode({"determination": determination, "clause": clause, "page": number})
        ),
    )


def _lines(
    folder: Path, determination: str, clause: str, most: int, skipped: int = 0
) -> list[tuple[Any, ...]]:
    """The lines of an audit with this determination, or that rest on this clause; "" is any."""
    import duckdb

    query = (
        'SELECT "case", place, line, determination, decisive FROM read_parquet($file) '
        "WHERE ($determination = '' OR determination = $determination) "
        "AND ($clause = '' OR list_contains(decisive, $clause)) LIMIT $most OFFSET $skipped"
    )
    values = {
        "file": escape(str(folder / "lines.parquet")),
        "determination": determination,
        "clause": clause,
        "most": most,
        "skipped": skipped,
    }
    with read_lines(), duckdb.connect() as database:
        return database.execute(query, values).fetchall()


@contextmanager
def read_lines() -> Iterator[None]:
    """What reads the lines of audits; an HTTPException where they cannot be read."""
    import duckdb

    try:
        yield
    except duckdb.Error:
        told = "the lines of this audit cannot be read; another version may have written them"
        raise HTTPException(422, told) from None


@router.get("/audit/{name:any}/lines.{kind}")
def lines_file(
    request: Request, name: str, kind: str, determination: str = "", clause: str = ""
) -> Response:
    """The lines as a file; at most MOST_SAVED."""
    rows = _lines(audit_folder(request, name), determination, clause, MOST_SAVED)
    heads = ("case", "place", "line", "determination", "decisive")
    return file_of([Table("lines", "Lines", heads, rows)], "lines", kind)


@router.get("/audit/{name:any}/{table}.{kind}")
def audit_file(request: Request, name: str, table: str, kind: str) -> Response:
    """A table of an audit as a file."""
    found = tables(summary_in(audit_folder(request, name)))
    every = [
        Table(each, each, tuple(rows[0]), [list(row.values()) for row in rows])
        for each, rows in found
        if each == table
    ]
    return file_of(every, table, kind)


@router.get("/audit/{name:any}")
def audit(request: Request, name: str) -> Response:
    """What an audit says: outcomes, what denies, what is missing, agreement; down to the lines."""
    summary = summary_in(audit_folder(request, name))
    return page_of(
        "audit",
        name=name,
        summary=summary,
        cases_read=cases_read,
        tables=[(each, TITLES.get(each, each), rows) for each, rows in tables(summary)],
        known={each.name for each in served(request).listed()},
    )


TITLES = {
    "determinations": "Determinations",
    "denying": "What denies",
    "denying_together": "What denies together",
    "missing": "What is missing",
    "agreement": "Agreement with what people decided",
    "disagreements": "Disagreements, the most surprising first",
    "inconsistent": "Like lines that were decided differently",
    "flips": "What the other readings or parameters would change",
}


def summary_in(folder: Path) -> Summary:
    """The summary of the audit in a folder; an HTTPException for one that cannot be read."""
    try:
        content = read_bytes(folder / "summary.json", MOST_SUMMARY_BYTES, "summary")
        return _SUMMARY.validate_json(content)
    except (InputError, ValueError):
        told = "the summary of this audit cannot be read; another version may have written it"
        raise HTTPException(422, told) from None


_SUMMARY = TypeAdapter(Summary)


def audit_folder(request: Request, name: str) -> Path:
    """The folder of an audit; an HTTPException where there is none of this name."""
    try:
        return served(request).audits()[name]
    except KeyError:
        raise HTTPException(404, "there is no such audit here") from None
