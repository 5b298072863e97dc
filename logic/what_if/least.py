"""The least that a change has to say: no field that can be left out, no day too many.

A set of candidates that leads to what is wanted is made smaller inside: results, details and days
that are not needed are left out, and what lasts is shortened from both ends, as long as the
changed case stays as wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from clausewise.facts.case.model import ENTRY_LISTS
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.trial import Edits, edits_of

LAST_LEFT_OUT = ("date", "side")
"""Fields that are left out only when nothing else can be: they say where an entry belongs."""

FARTHEST = timedelta(days=3 * 365)
"""How far a day of an entry of the record is moved at most."""

Wanted = Callable[[Edits], bool]


def least(candidates: Sequence[Candidate], wanted: Wanted) -> tuple[Candidate, ...]:
    """The candidates with all left out that is not needed; ``wanted`` holds of them all together.

    Raises what ``wanted`` raises. A candidate of which nothing is left is left out itself.
    """
    current = list(candidates)
    for position in range(len(current)):
        if not current[position].edits:
            continue

        def holds(changed: Mapping[str, Any], position: int = position) -> bool:
            others = [*current]
            others[position] = replace(current[position], edits=changed)
            return wanted(edits_of(each for each in others if each.edits))

        edits = dict(current[position].edits)
        for smaller in _left_out(edits, holds):
            edits = smaller
        edits = _shortened(edits, current[position].shortened, holds)
        current[position] = replace(current[position], edits=edits)
    return tuple(each for each in current if each.edits)


def _left_out(
    edits: dict[str, Any], holds: Callable[[Mapping[str, Any]], bool]
) -> Iterator[dict[str, Any]]:
    """The edits, each time without one more thing that is not needed."""
    for place in reversed([*edits]):
        without = {name: value for name, value in edits.items() if name != place}
        if holds(without):
            edits = without
            yield edits
            continue
        value = edits[place]
        if isinstance(value, dict):
            for name in [*reversed([n for n in value if n not in LAST_LEFT_OUT]), *LAST_LEFT_OUT]:
                for smaller in _without(value, name, partial(_holds_with, edits, place, holds)):
                    value = smaller
                    edits = {**edits, place: value}
                    yield edits
        elif isinstance(value, list) and place.startswith(tuple(f"{n}[" for n in ENTRY_LISTS)):
            for member in [*value]:
                fewer = [each for each in value if each != member]
                if fewer and holds({**edits, place: fewer}):
                    value = fewer
                    edits = {**edits, place: value}
                    yield edits


def _without(
    entry: Mapping[str, Any], name: str, holds: Callable[[Any], bool]
) -> Iterator[dict[str, Any]]:
    """The entry without a field, where that holds; else each time with one thing less in it.

    A day is left out only where any other would do as well, such as one of long ago.
    """
    if name not in entry:
        return
    without = {key: value for key, value in entry.items() if key != name}
    if holds(without):
        day = date.fromisoformat(entry[name]) - FARTHEST if name == "date" else None
        if day is None or holds({**entry, name: day.isoformat()}):
            yield without
        return
    several = entry[name]
    for member in [*several] if isinstance(several, (dict, list)) else ():
        if isinstance(several, dict):
            fewer: Any = {key: value for key, value in several.items() if key != member}
        else:
            fewer = [each for each in several if each != member]
        if fewer and holds({**entry, name: fewer}):
            several = fewer
            yield {**entry, name: several}


def _holds_with(
    edits: Mapping[str, Any], place: str, holds: Callable[[Mapping[str, Any]], bool], value: Any
) -> bool:
    return holds({**edits, place: value})


def _shortened(
    edits: dict[str, Any], places: Sequence[str], holds: Callable[[Mapping[str, Any]], bool]
) -> dict[str, Any]:
    """The edits with what lasts made as short as it may be, begun later and ended earlier, and
    with a day that has to be late enough no later than needed.

    More days never count for less, so halving what is left finds the last day that will do.
    """
    for name in ("start", "end", "date"):
        for place in [*edits]:
            span = _span(edits[place], place, name, places)
            if span is not None:
                now, limit = span
                day = _nearest(now, limit, partial(_holds_on, edits, place, name, holds))
                edits = _with_day(edits, place, name, day)
    return edits


def _span(value: Any, place: str, name: str, places: Sequence[str]) -> tuple[date, date] | None:
    """The day that may be moved and how far; None where the edit holds no such day."""
    if isinstance(value, dict):
        if name not in places or name not in value:
            return None
        if name == "date":
            now = date.fromisoformat(value[name])
            return now, now - FARTHEST
        if not {"start", "end"} <= set(value):
            return None
        start, end = (date.fromisoformat(value[each]) for each in ("start", "end"))
        return (start, end) if name == "start" else (end, start)
    if place not in places or not place.endswith(f".{name}"):
        return None
    now = date.fromisoformat(value)
    return now, now + (FARTHEST if name == "start" else -FARTHEST)


def _with_day(edits: dict[str, Any], place: str, name: str, day: date) -> dict[str, Any]:
    value = edits[place]
    if isinstance(value, dict):
        return {**edits, place: {**value, name: day.isoformat()}}
    return {**edits, place: day.isoformat()}


def _holds_on(
    edits: dict[str, Any],
    place: str,
    name: str,
    holds: Callable[[Mapping[str, Any]], bool],
    day: date,
) -> bool:
    return holds(_with_day(edits, place, name, day))


def _nearest(now: date, limit: date, holds: Callable[[date], bool]) -> date:
    """The day nearest to the limit that holds; ``now`` does."""
    step = 1 if limit >= now else -1
    low, high = 0, abs((limit - now).days)
    while low < high:
        middle = (low + high + 1) // 2
        if holds(now + timedelta(days=step * middle)):
            low = middle
        else:
            high = middle - 1
    return now + timedelta(days=step * low)
