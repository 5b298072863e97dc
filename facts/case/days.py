"""The days that an entry of the record states."""

from __future__ import annotations

from datetime import date

from clausewise.facts.case.model import Entry, Therapy


def date_of(entry: Entry) -> date | None:
    """The day that an entry is dated by: of a therapy its first day; None when it states none."""
    if isinstance(entry, Therapy):
        return entry.start
    day: date | None = getattr(entry, "date", None)
    return day


def last_day_of(entry: Entry) -> date | None:
    """The last day that an entry tells of; None when it states none."""
    return entry.end if isinstance(entry, Therapy) else date_of(entry)
