"""What the pages of comparisons share: sentences and tables, each of which can be saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from clausewise.serve.pages.tables import Table, file_of


@dataclass(frozen=True)
class Compared:
    """A comparison to show: what is said first, and the tables."""

    sentences: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def with_files(router: APIRouter, what: str, compared: Callable[..., Compared | None]) -> None:
    """Serve each table of a comparison as a file: ``/compare/WHAT/TABLE.csv`` and ``.xlsx``.

    ``compared`` makes the comparison of what the address says; None where it does not say enough.
    """
    made = Depends(compared)

    def file(table: str, kind: str, found: Compared | None = made) -> Response:
        return file_of(found.tables if found else (), table, kind)

    router.get(f"/compare/{what}/{{table}}.{{kind}}")(file)


def moving(
    rows: Iterable[tuple[Any, ...]], counts: Iterable[tuple[Any, ...]] | None = None
) -> list[Table]:
    """The determinations before and after as counts, and the lines that move.

    ``rows`` are the lines: case, place, side, the determinations, and the clauses that each rests
    on. With ``counts`` (before, after, lines) they are only those that move, perhaps not all.
    """
    every = list(rows)
    if counts is None:
        counted = Counter((str(row[3]), str(row[4])) for row in every).most_common()
        counts = [(*pair, number) for pair, number in counted]
    listed = list(counts)
    moved = sum(number for before, after, number in listed if before != after)
    lines = sum(number for *_, number in listed)
    heads = ("case", "place", "side", "before", "after", "rested on before", "rests on after")
    return [
        Table(
            "determinations",
            f"Determinations: {moved} of {lines} lines move",
            ("before", "after", "lines"),
            listed,
        ),
        Table(
            "moved",
            "Lines that move",
            heads,
            [
                (*row[:5], *(" ".join(clauses or ()) for clauses in row[5:]))
                for row in every
                if row[3] != row[4]
            ],
        ),
    ]
