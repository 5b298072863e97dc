"""An audit: what it says together, down to its lines and their cases."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from clausewise.serve.pages.rendering import MOST_ROWS, page_of, served

router = APIRouter(include_in_schema=False)


@router.get("/audit/{name:path}/lines")
def audit_lines(
    request: Request, name: str, determination: str = "", clause: str = "", page: int = 1
) -> Response:
    """The lines of an audit that got a determination, or rest on a clause."""
    import duckdb

    folder = _audit(request, name)
    page = max(page, 1)
    query = (
        'SELECT "case", place, line, determination, decisive FROM read_parquet(?) '
        "WHERE (? = '' OR determination = ?) AND (? = '' OR list_contains(decisive, ?)) "
        "LIMIT ? OFFSET ?"
    )
    values = [
        str(folder / "lines.parquet"),
        determination,
        determination,
        clause,
        clause,
        MOST_ROWS + 1,
        (page - 1) * MOST_ROWS,
    ]
    with duckdb.connect() as database:
        rows = database.execute(query, values).fetchall()
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


@router.get("/audit/{name:path}")
def audit(request: Request, name: str) -> Response:
    """What an audit says: determinations, what denies, what is missing, with links to the lines."""
    folder = _audit(request, name)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return page_of("audit", name=name, summary=summary)


def _audit(request: Request, name: str) -> Path:
    try:
        return served(request).audits()[name]
    except KeyError:
        raise HTTPException(404, "there is no such audit here") from None
