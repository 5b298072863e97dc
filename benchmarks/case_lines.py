"""How long an audit of newline-delimited JSON takes, beside reading the file and beside Parquet.

Run with ``make bench``; numbers are the sizes to try. The cohort is 200 seeded random cases, again
and again under other names: once as they are, once with documents and with a page and a quote for
each entry.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from benchmarks.cohort import some_cases, timed_audit
from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import ENTRY_LISTS
from clausewise.logic.cohort.audit import relations
from clausewise.logic.mm_1508 import POLICY

SIZES = (10_000, 100_000)


def written(size: int, *, quoting: bool) -> Iterator[str]:
    """So many cases, each as a line of JSON."""
    random = Random(1)
    cases = [plain_data(case) for case in some_cases()]
    for number in range(size):
        data = {**cases[number % len(cases)], "case": f"PA-{number}"}
        if quoting:
            _quote(data, random)
        yield json.dumps(data, default=_plain) + "\n"


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def _quote(data: dict[str, Any], random: Random) -> None:
    """Give the case documents, and each of its entries a place in one of them."""
    data["documents"] = [
        {"id": f"D{each}", "title": f"Note {random.randrange(10_000)}", "date": "2026-03-04"}
        for each in range(4)
    ]
    for name in ENTRY_LISTS:
        data[name] = [
            {
                **entry,
                "source": {
                    "document": f"D{random.randrange(4)}",
                    "page": random.randrange(1, 300),
                    "quote": f"As written on {random.randrange(10_000)} of the record.",
                },
            }
            for entry in data.get(name, [])
        ]


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print the table."""
    for size in sizes:
        for quoting in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                side_by_side(Path(folder), size, quoting=quoting)


def side_by_side(folder: Path, size: int, *, quoting: bool) -> None:
    """The same cases as lines and as relations, and the lines merely read by DuckDB."""
    path = folder / "cohort.ndjson"
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(written(size, quoting=quoting))
    database = duckdb.connect()
    database.execute("SET threads = 2")
    start = time.perf_counter()
    database.execute("CREATE TABLE read AS SELECT * FROM read_json($1)", [str(path)])
    merely = time.perf_counter() - start
    database.close()
    relations(path, folder / "relations", POLICY)
    from_parquet, _ = timed_audit(folder / "relations", folder / "first")
    from_lines, told = timed_audit(path, folder / "second")
    quotes = "with documents and quotes" if quoting else "without documents"
    megabytes = path.stat().st_size / 1e6
    print(f"{size:,} cases a line, {quotes}, {megabytes:.0f} MB, {told}")
    for name, taken in (
        ("merely read by DuckDB's read_json", merely),
        ("audit of the same as relations", from_parquet),
        ("audit of the lines", from_lines),
    ):
        print(f"  {name:34} {taken:8.1f} s {taken / size * 1000:8.3f} ms a case")
    print(f"  the lines take {from_lines / from_parquet:.1f} times as long as the relations")


if __name__ == "__main__":
    main(tuple(int(each) for each in sys.argv[1:]) or SIZES)
