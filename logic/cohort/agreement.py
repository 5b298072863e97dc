"""How the determinations of a cohort agree with recorded ones, and these with one another.

Everything is asked of the table ``lines``, a row a service line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.sql.query import table_of

MOST_LISTED = 100
"""Rows of a table that a summary lists; all lines are in lines.parquet."""
MOST_NAMED = 10
"""Cases of such a group that are named for each recorded determination."""
_NO_STATUS = frozenset(
    (
        *("case", "place", "recorded", "plan", "in_force", "c", "line"),
        *("determination", "decisive", "reading_sensitive"),
    )
)
"""The columns of ``lines`` that say nothing of what a line is like."""

_SURPRISE = (
    "SELECT determination, decisive, recorded, log2(sum(same) OVER "
    "(PARTITION BY determination, decisive) / (same - 1 + sum(same) OVER (PARTITION BY "
    "determination, recorded) / sum(same) OVER (PARTITION BY determination))) AS surprise FROM "
    "(SELECT determination, decisive, recorded, count(*) AS same FROM lines "
    "WHERE recorded IS NOT NULL GROUP BY ALL)"
)
"""For lines decided alike, for the same clauses, and recorded alike, how surprising that is: the
bits of the share of such records among the other lines decided so for these clauses. Few lines say
little, so their share is drawn, with the weight of one line, to that among all lines decided so."""


def agreement(store: CohortStore) -> dict[str, Any] | None:
    """How the determinations agree with the recorded ones, None when none is recorded.

    ``disagreements`` are the most surprising first; ``surprise`` is in bits: the rarer a line that
    is decided so, for these clauses, is recorded so, the more.
    """
    rows = store.rows(
        "SELECT recorded, determination, count(*) FROM lines WHERE recorded IS NOT NULL "
        "GROUP BY recorded, determination ORDER BY recorded, determination::VARCHAR"
    )
    if not rows:
        return None
    table = [
        {"recorded": recorded, "decided": decided, "lines": number}
        for recorded, decided, number in rows
    ]
    return {
        "lines": sum(row["lines"] for row in table),
        "equal": sum(row["lines"] for row in table if row["recorded"] == row["decided"]),
        "kappa": cohens_kappa({(row["recorded"], row["decided"]): row["lines"] for row in table}),
        "confusion": table,
        "disagreements": _disagreements(store),
    }


def _disagreements(store: CohortStore) -> list[dict[str, Any]]:
    found = store.database.execute(f"{disagreements()} LIMIT $1", [MOST_LISTED])
    names = [name for name, *_ in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def disagreements() -> str:
    """A query for the lines that were recorded otherwise, the most surprising first."""
    return (
        'SELECT "case", place, line, recorded, determination AS decided, decisive, '
        f"round(surprise, 1) AS surprise FROM lines JOIN ({_SURPRISE}) AS s "
        "USING (determination, decisive, recorded) WHERE recorded <> determination "
        'ORDER BY s.surprise DESC, "case", line'
    )


def inconsistent(store: CohortStore) -> list[dict[str, Any]]:
    """Like lines, with the same status of every clause, that were recorded differently.

    Groups of them, those first in which most lines are not recorded as the others are: what was
    decided on all, and for each record how many lines have it and some of their cases.
    """
    columns = "SELECT column_name FROM duckdb_columns() WHERE table_name = 'lines'"
    names = sorted({str(name) for (name,) in store.rows(columns)} - _NO_STATUS)
    like = ", ".join(map(table_of, (*names, "determination", "decisive")))
    rows = store.rows(
        "SELECT determination, decisive, list({'recorded': recorded, 'lines': lines, "
        "'cases': cases} ORDER BY lines DESC, recorded) FROM "
        "(SELECT *, list_sort(list_distinct(named))[:$1] AS cases FROM "
        # A case may stand there with both its lines.
        f'(SELECT {like}, recorded, count(*) AS lines, min("case", 2 * $1) AS named '
        f"FROM lines WHERE recorded IS NOT NULL GROUP BY {like}, recorded)) "
        f"GROUP BY {like} HAVING count(*) > 1 "
        "ORDER BY sum(lines) - max(lines) DESC, sum(lines) DESC, min(cases[1]) LIMIT $2",
        [MOST_NAMED, MOST_LISTED],
    )
    return [
        {"decided": decided, "decisive": decisive, "recorded": recorded}
        for decided, decisive, recorded in rows
    ]


def cohens_kappa(confusion: Mapping[tuple[str, str], int]) -> float | None:
    """Agreement beyond chance (Cohen 1960); None when chance alone explains everything.

    ``confusion`` counts pairs of (one judgement, the other judgement).
    """
    total = sum(confusion.values())
    names = {name for pair in confusion for name in pair}
    observed = sum(confusion.get((name, name), 0) for name in names) / total
    expected = sum(
        sum(number for (one, _), number in confusion.items() if one == name)
        * sum(number for (_, other), number in confusion.items() if other == name)
        for name in names
    ) / (total * total)
    return None if expected == 1 else (observed - expected) / (1 - expected)
