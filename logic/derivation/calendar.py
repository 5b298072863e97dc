"""Calendar months of the second evaluation, worked out without the calendar of ``facts``.

pyDatalog is given the days that ``facts.relations.calendar`` finds with dateutil. A fault there
must not pass both evaluations, so the derivations find the same days with the standard library.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from clausewise.logic.language.notation import Row


def recomputed_months(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows (day, months, day so many months earlier) with the last column found anew.

    Days are ordinals; a day that a shorter month lacks is its last day.
    """
    return tuple((day, months, _earlier(int(day), int(months))) for day, months, _ in rows)


def _earlier(ordinal: int, months: int) -> int:
    day = date.fromordinal(ordinal)
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)).toordinal()
