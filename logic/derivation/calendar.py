"""Calendar months of the second evaluation, worked out without the calendar of ``facts``.

pyDatalog is given the days that ``facts.relations.calendar`` finds with dateutil. A fault there
must not pass both evaluations, so the derivations find the same days with the standard library.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date

from clausewise.facts.columns import Row


def recomputed_calendar(rows: Mapping[str, Iterable[Row]]) -> dict[str, tuple[Row, ...]]:
    """The calendar relations of these rows with what they say of the calendar found anew.

    Days are ordinals; a day that a shorter month lacks is its last day.
    """
    return {
        "months_before": tuple(
            (day, months, _earlier(int(day), int(months)))
            for day, months, _ in rows.get("months_before", ())
        ),
        "shortest_months": tuple(
            (months, _shortest(int(months))) for months, _ in rows.get("shortest_months", ())
        ),
    }


def _earlier(ordinal: int, months: int) -> int:
    day = date.fromordinal(ordinal)
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)).toordinal()


def _shortest(months: int) -> int:
    """The fewest days that so many months in a row have, counted month by month."""
    lengths = [monthrange(2025 + month // 12, month % 12 + 1)[1] for month in range(months + 12)]
    return min(sum(lengths[first : first + months]) for first in range(12))
