"""What the decisions of a cohort say together: counts, agreement, inconsistencies, who flips.

Everything is asked of the tables ``lines`` and ``lines_otherwise``, a row a service line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from logic.choices import Choices
from logic.cohort import CohortStore
from logic.policy import Policy
from logic.result import DISCLAIMER
from logic.sql_queries import table_of

MOST_LISTED = 100
"""Disagreements and inconsistencies that are listed in the summary; all are in lines.parquet."""


@dataclass
class Summary:
    """What the cohort's decisions say together; counts are of service lines unless said otherwise.

    ``denying`` maps a clause to how many denials rest on it and how many on it alone; ``missing``
    counts the lines that wait for a clause. ``agreement`` and ``flips`` are None when nothing was
    recorded or no what-if was asked, ``reading_sensitive`` when that was not asked for.
    """

    cases: dict[str, int]
    lines: int
    determinations: dict[str, int]
    denying: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    agreement: dict[str, Any] | None
    inconsistent: list[dict[str, Any]]
    flips: dict[str, Any] | None
    reading_sensitive: int | None
    choices: dict[str, Any]
    policy: dict[str, str]
    disclaimer: str = field(default=DISCLAIMER)


def summary_of(
    store: CohortStore,
    policy: Policy,
    choices: Choices,
    other: Choices | None,
    counts: dict[str, int],
) -> Summary:
    ((lines,),) = store.rows("SELECT count(*) FROM lines")
    determinations = store.rows(
        "SELECT determination, count(*) FROM lines GROUP BY determination ORDER BY 2 DESC, 1"
    )
    by_clause = (
        "SELECT label, count(*) AS lines, count(*) FILTER (WHERE size = 1) AS alone FROM "
        "(SELECT unnest(decisive) AS label, len(decisive) AS size FROM lines "
        "WHERE determination = $1) GROUP BY label ORDER BY lines DESC, label"
    )
    asked, sensitive = store.rows(
        "SELECT count(reading_sensitive), count(*) FILTER (reading_sensitive) FROM lines"
    )[0]
    return Summary(
        cases=counts,
        lines=int(lines),
        determinations={str(name): int(number) for name, number in determinations},
        denying=_counted(store.rows(by_clause, ["not_medically_necessary"])),
        missing=_counted(store.rows(by_clause, ["insufficient_information"])),
        agreement=_agreement(store),
        inconsistent=_inconsistent(store),
        flips=None if other is None else _flips(store, other, choices),
        reading_sensitive=int(sensitive) if asked else None,
        choices={"readings": dict(choices.readings), "parameters": dict(choices.parameters)},
        policy={
            "number": policy.number,
            "effective": policy.effective.isoformat(),
            "fingerprint": policy.fingerprint,
        },
    )


def _counted(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [{"clause": label, "lines": lines, "alone": alone} for label, lines, alone in rows]


def _agreement(store: CohortStore) -> dict[str, Any] | None:
    """How the determinations agree with the recorded ones, None when none is recorded."""
    rows = store.rows(
        "SELECT recorded, determination, count(*) FROM lines WHERE recorded IS NOT NULL "
        "GROUP BY recorded, determination ORDER BY recorded, determination::VARCHAR"
    )
    if not rows:
        return None
    disagreements = store.rows(
        'SELECT "case", place, line, recorded, determination, decisive FROM lines '
        "WHERE recorded IS NOT NULL AND recorded <> determination "
        'ORDER BY len(decisive) DESC, "case", line LIMIT $1',
        [MOST_LISTED],
    )
    table = [
        {"recorded": recorded, "decided": decided, "lines": number}
        for recorded, decided, number in rows
    ]
    return {
        "lines": sum(row["lines"] for row in table),
        "equal": sum(row["lines"] for row in table if row["recorded"] == row["decided"]),
        "kappa": cohens_kappa({(row["recorded"], row["decided"]): row["lines"] for row in table}),
        "confusion": table,
        "disagreements": [
            dict(
                zip(("case", "place", "line", "recorded", "decided", "decisive"), row, strict=True)
            )
            for row in disagreements
        ],
    }


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


def _inconsistent(store: CohortStore) -> list[dict[str, Any]]:
    """Like cases decided differently: the same status of every clause, another recorded outcome."""
    names = {
        name
        for (name,) in store.rows(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = 'lines'"
        )
    }
    about = {"case", "place", "recorded", "c", "line", "determination", "decisive"} | {
        "reading_sensitive"
    }
    same = ", ".join(table_of(name) for name in sorted(names - about))
    rows = store.rows(
        'SELECT determination, list(DISTINCT recorded ORDER BY recorded), list("case" ORDER BY '
        f'"case"), decisive FROM lines WHERE recorded IS NOT NULL '
        f"GROUP BY {same}, determination, decisive "
        "HAVING count(DISTINCT recorded) > 1 ORDER BY len(list(place)) DESC, 3 LIMIT $1",
        [MOST_LISTED],
    )
    return [
        {"decided": decided, "recorded": recorded, "cases": cases, "decisive": decisive}
        for decided, recorded, cases, decisive in rows
    ]


def _flips(store: CohortStore, other: Choices, choices: Choices) -> dict[str, Any]:
    """Who would be decided otherwise under the other choices, from what to what."""
    rows = store.rows(
        "SELECT a.determination, b.determination, count(*) FROM lines AS a "
        "JOIN lines_otherwise AS b ON a.c = b.c AND a.line = b.line "
        "WHERE a.determination <> b.determination GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    )
    changed = {
        **{
            f"reading.{name}": value
            for name, value in other.readings.items()
            if value != choices.readings[name]
        },
        **{
            f"parameter.{name}": value
            for name, value in other.parameters.items()
            if value != choices.parameters[name]
        },
    }
    return {
        "changed": changed,
        "lines": sum(number for _, _, number in rows),
        "from_to": [
            {"from": before, "to": after, "lines": number} for before, after, number in rows
        ],
    }
