"""Calendar arithmetic on day ordinals: a month back ends at the end of a shorter month."""

from __future__ import annotations

from datetime import date
from functools import cache

from dateutil.relativedelta import relativedelta

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
"""The ordinal of the first day of 1970, from which databases count."""


def months_earlier(day: date, months: int) -> date:
    """The day so many calendar months before ``day``; 31 August minus 6 is 28 or 29 February.

    Raises OverflowError when that lies before the year 1.
    """
    try:
        return day - relativedelta(months=months)
    except ValueError as error:
        raise OverflowError(f"{months} months before {day} is not a date") from error


@cache
def shortest_period(months: int) -> int:
    """The fewest days that so many calendar months in a row have: 181 for 6, 365 for 12."""
    firsts = [date(2025, month, 1) for month in range(1, 13)]
    return min((first + relativedelta(months=months) - first).days for first in firsts)
