"""Tables of pages, and the same as a file to save: CSV, or a workbook of texts and numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fastapi import HTTPException
from starlette.responses import Response

from clausewise.logic.cohort.result_files import cell
from clausewise.serve.pages.rendering import download

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Link(NamedTuple):
    """A text of a table that leads to an address."""

    text: str
    address: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Table:
    """A table of a page: its name in addresses, its title, heads and rows of texts and numbers."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


def file_of(tables: Iterable[Table], name: str, kind: str) -> Response:
    """The table of this name as a file; an HTTPException where there is none."""
    for table in tables:
        if table.name == name and kind in _WRITERS:
            rows = [
                [str(each) if isinstance(each, Link) else each for each in row]
                for row in table.rows
            ]
            return _WRITERS[kind](table.name, table.heads, rows)
    raise HTTPException(404, "there is no such table here")


def _as_csv(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """The table as CSV; no text in it can be run by a spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(heads)
    writer.writerows([cell(each) for each in row] for row in rows)
    return download(stream.getvalue().encode("utf-8"), "text/csv; charset=utf-8", f"{name}.csv")


def _as_workbook(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """The table as a workbook; a text is never taken for a formula."""
    from openpyxl import Workbook

    book = Workbook()
    del book[book.sheetnames[0]]
    sheet = book.create_sheet(name[:31], 0)
    sheet.append(list(heads))
    for row in rows:
        sheet.append([cell(each) for each in row])
    for line in sheet.iter_rows():
        for each in line:
            if isinstance(each.value, str):
                each.data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    return download(stream.getvalue(), WORKBOOK, f"{name}.xlsx")


_WRITERS = {"csv": _as_csv, "xlsx": _as_workbook}
