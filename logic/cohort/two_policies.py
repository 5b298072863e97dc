"""A cohort under two policies: who moves, as an audit under both has written it.

Enters: the summary and the folder of such an audit. Leaves: the moves, and the lines one after the
other, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from glob import escape
from itertools import islice
from pathlib import Path

from clausewise.logic.cohort.result_files import BOTH_FILE
from clausewise.logic.cohort.summary import Summary
from clausewise.logic.what_if.policies import Mover, Moves

MOST_LINES = 10_000
"""Lines that are held at once; the file has all."""
_AT_ONCE = 10_000
_COLUMNS = '"case", place, line, "from"::VARCHAR, "to"::VARCHAR, decisive_before, decisive_after'


def moves_in(summary: Summary, folder: Path) -> Moves:
    """Who moves, by an audit under two policies that stands in this folder."""
    flips = summary.flips or {}
    few = summary.lines <= MOST_LINES
    return Moves(
        summary.lines,
        int(flips["lines"]),
        tuple(flips["from_to"]),
        tuple(flips["because"]),
        tuple(islice(lines_in(folder, moving=not few), MOST_LINES)),
        summary.cases["quarantined"],
    )


def lines_in(folder: Path, *, moving: bool = False) -> Iterator[Mover]:
    """The lines of such an audit in the order of the cohort; with ``moving`` those that move."""
    import duckdb

    where = 'WHERE "from" <> "to"' if moving else ""
    with duckdb.connect() as database:
        found = database.execute(
            f"SELECT {_COLUMNS} FROM read_parquet($1) {where}", [escape(str(folder / BOTH_FILE))]
        )
        while rows := found.fetchmany(_AT_ONCE):
            for case, place, side, old, new, before, after in rows:
                yield Mover(case, place, side, old, new, tuple(before), tuple(after))
