"""Cohorts of relations for tests: written from random cases, and changed row by row as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from tests.support.generator import random_case

Rows = list[dict[str, str]]
Change = Callable[[Rows], Rows]


def random_cohort(path: Path, count: int = 60) -> Path:
    """A file of so many random cases, a case a line."""
    lines = [
        json.dumps({**random_case(seed), "case": f"C{seed}"}, default=float)
        for seed in range(count)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def as_csv(relations: Path, target: Path, *names: str) -> Path:
    """Relations as CSV files in a new folder; with ``names`` only these, the others as they are."""
    target.mkdir()
    for path in relations.glob("*.parquet"):
        if names and path.stem not in names:
            (target / path.name).hardlink_to(path)
        else:
            duckdb.read_parquet(str(path)).write_csv(str(target / f"{path.stem}.csv"))
    return target


def rows_of(path: Path) -> Rows:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def changed(folder: Path, name: str, change: Change) -> None:
    """Change the rows of a relation that is a CSV file."""
    path = folder / f"{name}.csv"
    rows = rows_of(path)
    columns = list(rows[0])
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(change(rows))


def first(**values: str) -> Change:
    """A change of the first row."""
    return lambda rows: [{**rows[0], **values}, *rows[1:]]


def lines_of(folder: Path) -> list[tuple[Any, ...]]:
    """The lines of an audit's results, without the place that they were read from."""
    query = 'SELECT * EXCLUDE (place) FROM read_parquet($1) ORDER BY "case", line'
    return duckdb.execute(query, [str(folder / "lines.parquet")]).fetchall()
