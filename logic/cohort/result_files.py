"""The files of an audit: its lines as Parquet, its summary as JSON and as CSV tables."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clausewise.facts.text import printable
from clausewise.logic.cohort.agreement import disagreements
from clausewise.logic.cohort.moved import BOTH, MOVED
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.cohort.summary import Summary

BOTH_FILE = "both.parquet"
"""What an audit under two policies says of each line under both."""
_SIGNS = "=＝﹦⁼₌⩵⩶+＋﹢⁺₊﬩@＠﹫\\-－﹣⁻₋\N{MINUS SIGN}‒\N{EN DASH}—·•→─✓"
"""What a formula begins with, for one spreadsheet or another: = + @ -, small or of full width, and
what is written as + or - where a code page lacks the sign."""
_FORMULA = re.compile(rf"(^|;[\s\"]*)(?=[{_SIGNS}])")
"""Where a formula begins; in some countries a semicolon separates the cells, and a quotation mark
after it, which is doubled in the file, begins a cell that is empty and goes on."""
MOST_IN_CELL = 32_000
"""Characters of a text in a cell; spreadsheets take up to 32,767."""


def write_results(store: CohortStore, summary: Summary, folder: Path) -> None:
    """Write the lines of a store, and the summary of them, into a folder."""
    # Under choices that are not the policy's own, each row says so.
    mark = {"what_if": summary.what_if} if summary.what_if else {}
    query = f"SELECT {'$what_if AS what_if, ' if mark else ''}* EXCLUDE (c) FROM lines"
    store.database.sql(query, params=mark or None).write_parquet(str(folder / "lines.parquet"))
    if summary.flips is not None:
        query = f"{MOVED} ORDER BY a.c, a.line"
        store.database.sql(query).write_parquet(str(folder / "flips.parquet"))
    if summary.against is not None:
        query = f"{BOTH} ORDER BY a.c, a.line"
        store.database.sql(query).write_parquet(str(folder / BOTH_FILE))
    if summary.agreement is not None:
        store.database.sql(disagreements()).write_parquet(str(folder / "disagreements.parquet"))
    text = json.dumps(summary.__dict__, indent=1, ensure_ascii=False) + "\n"
    (folder / "summary.json").write_text(text, encoding="utf-8")
    for name, rows in tables(summary):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, fieldnames=[*mark, *rows[0]])
            writer.writeheader()
            writer.writerows(
                {key: cell(value) for key, value in (mark | row).items()} for row in rows
            )


def cell(value: Any) -> Any:
    """A value for a spreadsheet: lists in one cell, and no text that a spreadsheet would take for a
    formula or that a terminal would obey."""
    text = " ".join(str(each) for each in value) if isinstance(value, list) else value
    if not isinstance(text, str):
        return text
    return _FORMULA.sub(r"\1'", printable(text, MOST_IN_CELL))


def tables(summary: Summary) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The tables of a summary by name, the empty ones left out."""
    found: dict[str, list[dict[str, Any]]] = {
        "determinations": [
            {"determination": name, "lines": number}
            for name, number in summary.determinations.items()
        ],
        "denying": summary.denying,
        "denying_together": summary.denying_together,
        "missing": summary.missing,
        "inconsistent": [
            {"group": number, "decided": group["decided"], "decisive": group["decisive"], **record}
            for number, group in enumerate(summary.inconsistent, 1)
            for record in group["recorded"]
        ],
    }
    if summary.agreement is not None:
        found["agreement"] = summary.agreement["confusion"]
        found["disagreements"] = summary.agreement["disagreements"]
    if summary.flips is not None:
        found["flips"] = summary.flips["from_to"]
        found["flips_because"] = summary.flips["because"]
    return ((name, rows) for name, rows in found.items() if rows)
