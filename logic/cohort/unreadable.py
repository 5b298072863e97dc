"""Why a file of a relation cannot be read, in a sentence of ours: found by reading it once more."""

from __future__ import annotations

import csv
from pathlib import Path

from clausewise.facts.case.syntax import BLANK, other_file

CSV = "CSV in UTF-8 with commas between the columns"
_BEGINNING = 64
"""Bytes that show whether a file is text."""


def other_than_csv(path: Path) -> str:
    """What a file is by its beginning if that is no CSV; empty where nothing is seen.

    Raises OSError.
    """
    with path.open("rb") as stream:
        start = stream.read(_BEGINNING)
    what = other_file(start) if start.strip(BLANK) else "the file is empty"
    return f"{what}; expected {CSV}" if what else ""


def fault_of_csv(path: Path) -> str:
    """The first fault of a file as CSV, found by reading all of it; empty where none is seen.

    Raises OSError.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream, strict=True)
        try:
            columns = len(next(rows, []))
            for row in rows:
                if row and len(row) != columns:
                    return (
                        f"line {rows.line_num} has {len(row)} columns, and the first line "
                        f"{columns}; expected {CSV}, and texts with commas in double quotes"
                    )
        except UnicodeDecodeError:
            return f"not UTF-8 text (line {_line_not_in_utf_8(path)}); expected {CSV}"
        except csv.Error:
            return (
                f"line {rows.line_num}: a double quote that is not closed or stands within a "
                f"text, or a value that is too long; expected {CSV}, and quotes doubled"
            )
    return ""


def _line_not_in_utf_8(path: Path) -> int:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0
