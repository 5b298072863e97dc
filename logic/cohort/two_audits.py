"""Two audits of the same cases side by side, read from the files that they wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any

import duckdb

from clausewise.logic.cohort.summary import Summary

MOST_MOVED = 2000
"""Lines that are listed; the counts are of all."""
_BOTH = (
    "FROM read_parquet($first) AS a FULL JOIN read_parquet($second) AS b "
    'ON a."case" = b."case" AND a.place = b.place AND a.line = b.line'
)


@dataclass(frozen=True)
class AuditDifference:
    """What differs between two audits: what they were made under, and which lines move.

    ``settings`` maps the policy, readings and parameters that differ to both values; ``both``
    counts the lines that are in both, ``alone`` those that are in one only. ``counts`` has the
    determination in each ("from", "to") with the number of lines, ``moved`` the lines that got
    another one, with the clauses that decide them in each; at most MOST_MOVED.
    """

    settings: dict[str, tuple[Any, Any]]
    both: int
    alone: tuple[int, int]
    counts: tuple[dict[str, Any], ...]
    moved: tuple[dict[str, Any], ...]

    @property
    def moving(self) -> int:
        """How many lines got another determination."""
        return sum(each["lines"] for each in self.counts if each["from"] != each["to"])


def two_audits(first: Path, second: Path, summaries: tuple[Summary, Summary]) -> AuditDifference:
    """What differs between the audits in two folders; lines are the same by case, place and side.

    Raises duckdb.Error where the files of lines cannot be read.
    """
    files = {
        "first": escape(str(first / "lines.parquet")),
        "second": escape(str(second / "lines.parquet")),
    }
    with duckdb.connect() as database:
        both, *alone = database.execute(
            "SELECT count(*) FILTER (a.line IS NOT NULL AND b.line IS NOT NULL), "
            "count(*) FILTER (b.line IS NULL), count(*) FILTER (a.line IS NULL) " + _BOTH,
            files,
        ).fetchall()[0]
        counts = database.execute(
            f"SELECT a.determination, b.determination, count(*) {_BOTH} "
            "WHERE a.line IS NOT NULL AND b.line IS NOT NULL "
            "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
            files,
        ).fetchall()
        moved = database.execute(
            'SELECT a."case", a.place, a.line, a.determination, b.determination, a.decisive, '
            f"b.decisive {_BOTH} WHERE a.determination <> b.determination "
            f"ORDER BY a.place, a.line LIMIT {MOST_MOVED}",
            files,
        ).fetchall()
    names = ("case", "place", "line", "from", "to", "decisive_before", "decisive_after")
    return AuditDifference(
        settings=dict(_settings(*summaries)),
        both=both,
        alone=(alone[0], alone[1]),
        counts=tuple({"from": old, "to": new, "lines": lines} for old, new, lines in counts),
        moved=tuple(dict(zip(names, row, strict=True)) for row in moved),
    )


def _settings(first: Summary, second: Summary) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """What the audits were made under that is not the same."""
    kinds = (
        ("policy.", first.policy, second.policy),
        ("reading.", first.choices["readings"], second.choices["readings"]),
        ("parameter.", first.choices["parameters"], second.choices["parameters"]),
        ("cases.", first.input, second.input),
    )
    for kind, own, other in kinds:
        for name in dict.fromkeys([*own, *other]):
            if own.get(name) != other.get(name):
                yield f"{kind}{name}", (own.get(name), other.get(name))
