"""A table as a file to save: CSV, or a workbook in which every cell is text or a number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from starlette.responses import Response

from clausewise.logic.cohort.result_files import cell
from clausewise.serve.pages.rendering import download

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """The table as CSV; no text in it can be run by a spreadsheet."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(heads)
    writer.writerows([cell(each) for each in row] for row in rows)
    return download(stream.getvalue().encode("utf-8"), "text/csv; charset=utf-8", f"{name}.csv")


def as_workbook(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
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
