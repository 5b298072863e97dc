"""What an audit of newline-delimited JSON takes, beside the same cases as Parquet relations.

Run with ``make bench``; numbers are the sizes to try. Two processes read the lines; processor
seconds of all processes are told, since other work on the machine changes those of the clock. The
cohort is 200 seeded random cases, again and again under other names: once as they are, once with
documents and with a page and a quote for each entry.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

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


def processor_seconds(cohort: Path, output: Path) -> tuple[float, str]:
    """The processor seconds of an audit and of the processes it starts, and its memory in words."""
    before = os.times()
    _, memory = timed_audit(cohort, output)
    after = os.times()
    spent = after.children_user + after.children_system
    return spent - before.children_user - before.children_system, memory


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print the table."""
    for size in sizes:
        for quoting in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                compared(Path(folder), size, quoting=quoting)


def compared(folder: Path, size: int, *, quoting: bool) -> None:
    """Audits of the same cases as lines of JSON and as relations."""
    path = folder / "cohort.ndjson"
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(written(size, quoting=quoting))
    relations(path, folder / "relations", POLICY)
    from_parquet, _ = processor_seconds(folder / "relations", folder / "first")
    from_lines, memory = processor_seconds(path, folder / "second")
    quotes = "with documents and quotes" if quoting else "without documents"
    megabytes = path.stat().st_size / 1e6
    print(f"{size:,} cases as lines of JSON, {quotes}, {megabytes:.0f} MB, {memory}")
    for name, taken in (
        ("audit of the same as relations", from_parquet),
        ("audit of the lines", from_lines),
    ):
        print(f"  {name:32} {taken:8.1f} s {taken / size * 1000:8.3f} ms a case")
    print(f"  the lines take {from_lines / from_parquet:.1f} times as long as the relations")


if __name__ == "__main__":
    main(tuple(int(each) for each in sys.argv[1:]) or SIZES)
