"""Four values, the gates over them, days and exact numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

MET, NOT_MET, CONFLICT, OPEN = "met", "not_met", "conflicting", "undocumented"
EXCLUSION_WORDS = {
    MET: "applies",
    NOT_MET: "ruled_out",
    CONFLICT: "conflicting",
    OPEN: "not_documented",
}

Data = dict[str, Any]


def four(told_met: bool, told_not_met: bool) -> str:
    """Two independent questions to the record: is it told met, is it told not met?"""
    if told_met and told_not_met:
        return CONFLICT
    return MET if told_met else NOT_MET if told_not_met else OPEN


def undetermined(statuses: Iterable[str]) -> str:
    return CONFLICT if CONFLICT in list(statuses) else OPEN


def all_of(*statuses: str) -> str:
    if all(each == MET for each in statuses):
        return MET
    return NOT_MET if NOT_MET in statuses else undetermined(statuses)


def any_of(*statuses: str) -> str:
    if MET in statuses:
        return MET
    if all(each == NOT_MET for each in statuses):
        return NOT_MET
    return undetermined(statuses)


def at_least(minimum: int, statuses: list[str]) -> str:
    if statuses.count(MET) >= minimum:
        return MET
    if len(statuses) - statuses.count(NOT_MET) < minimum:
        return NOT_MET
    return undetermined(statuses)


def day(value: Any) -> date | None:
    """A day as a case holds it: a text, a date, or nothing."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def known_day(value: Any) -> date:
    found = day(value)
    if found is None:
        raise ValueError("a day is missing")
    return found


def bounds(value: Any) -> tuple[Decimal, Decimal]:
    """The least and the greatest number that a value or a range [low, high] stands for."""
    if isinstance(value, list | tuple):
        return Decimal(str(value[0])), Decimal(str(value[1]))
    return Decimal(str(value)), Decimal(str(value))


def names(value: Any) -> list[str]:
    """One name, a list of names, or nothing, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
