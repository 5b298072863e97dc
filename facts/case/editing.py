"""Changing a case without changing it: edits give a new, validated case; the old one stays.

An edit names a place of the case file: ``measurements[0].value``, or with an id in place of a
position ``injections.I2.relief_percent``. A value of None takes the place away; a list of entries
grows by ``findings+``. The file as of an earlier day is the request decided on that day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from clausewise.facts.case.model import ENTRY_LISTS, MOST_WITH_OTHERS, Case, Entry
from clausewise.facts.case.problems import InputError, Problem
from clausewise.facts.case.syntax import parse
from clausewise.facts.case.validation import case_from_data, valid_entry
from clausewise.facts.case.values import nearest
from clausewise.facts.errors import ClausewiseError

Data = dict[str, Any]
_REFERRING = frozenset({"id", "source", "therapy"})
"""Keys whose values have to fit other parts of the case."""
_ENTRY_PLACE = re.compile(
    r"(?P<list>[a-z_]+)(?:(?P<add>\+)|\[(?P<position>\d{1,6})\](?:\.(?P<detail>[a-z_.]+))?)\Z"
)
_HOLDER = "quote"
"""The key below which a value is read, one whose text must not be cut short."""
_PART = re.compile(r"([A-Za-z_]+)((?:\[\d+\])*)(\+?)\Z")


class EditError(ClausewiseError, ValueError):
    """An edit names a place that the case does not have, or a value that is not possible there."""


def plain_data(case: Case) -> Data:
    """The case as plain data, as a file would hold it; independent of the case."""
    return {**_plain(case), "format": case.format}


def plain_entry(entry: Entry) -> Data:
    """An entry as plain data, as a file would hold it."""
    return _plain(entry)


def _plain(model: Case | Entry) -> Data:
    told = model.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
    data: Data = _with_lists(told)
    return data


def _with_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_lists(below) for key, below in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_lists(below) for below in value]
    return value


def value_from_text(text: str) -> Any:
    """A value as it could stand in a case file: ``7``, ``false``, ``{finding: gaenslen}``.

    Raises EditError when the text is no such value. An empty text and ``null`` give None.
    """
    try:
        data = parse(f"{_HOLDER}: {text}".encode(), _HOLDER)
        problems: Iterable[Problem] = data.problems
    except InputError as error:
        problems = error.problems
    for problem in problems:
        raise EditError(f"{text!r} is not a value of a case file: {problem.found}")
    if not isinstance(data.value, dict) or set(data.value) != {_HOLDER}:
        raise EditError(f"{text!r} is not one value of a case file")
    return data.value[_HOLDER]


def edited(case: Case, edits: Iterable[tuple[str, Any]]) -> Case:
    """The case with the edits (place, value) made, in order.

    Raises EditError for a place the case does not have and InputError for an impossible case.
    """
    edits = list(edits)
    if (quick := _edited_entries(case, edits)) is not None:
        return quick
    data = plain_data(case)
    gone: list[tuple[list[Any], Any]] = []
    for place, value in edits:
        _edit(data, place, value, gone)
    for holder, entry in gone:
        holder[:] = [each for each in holder if each is not entry]
    return case_from_data(data, "the changed case", most=MOST_WITH_OTHERS)


def _edited_entries(case: Case, edits: list[tuple[str, Any]]) -> Case | None:
    """The case with single entries changed, added or withdrawn, each checked by itself.

    None where something else would have to be looked at too: names that entries refer to, other
    parts of the case, or an error, which is told in the context of the whole case.
    """
    lists: dict[str, list[Entry | None]] = {}
    for place, value in edits:
        match = _ENTRY_PLACE.match(place)
        if match is None or match["list"] not in ENTRY_LISTS:
            return None
        name = match["list"]
        entries = lists.setdefault(name, list(getattr(case, name)))
        if match["add"]:
            if not isinstance(value, dict) or _REFERRING & set(value):
                return None
            changed, position = value, len(entries)
            entries.append(None)
        else:
            position, detail = int(match["position"]), match["detail"]
            if position >= len(entries) or (old := entries[position]) is None:
                return None
            if detail is None:
                if value is not None or name == "therapies":
                    return None
                entries[position] = None
                continue
            if detail.partition(".")[0] in _REFERRING:
                return None
            data = {name: [_with_lists(old.model_dump(by_alias=True, exclude_none=True))]}
            _edit(data, f"{name}[0].{detail}", value, [])
            (changed,) = data[name]
        found = valid_entry(name, changed)
        if found is None:
            return None
        entries[position] = found
    values = {name: getattr(case, name) for name in Case.model_fields}
    for name, entries in lists.items():
        values[name] = tuple(each for each in entries if each is not None)
        if len(values[name]) > MOST_WITH_OTHERS:
            return None
    return Case.model_construct(_fields_set={*case.model_fields_set, *lists}, **values)


def _edit(data: Data, place: str, value: Any, gone: list[tuple[list[Any], Any]]) -> None:
    *way, last = list(_steps(data, place))
    holder: Any = data
    for step in way:
        holder = holder[step]
    if last == "+":
        if value is None:
            raise EditError(f"{place}: an entry to add is missing")
        holder.append(value)
    elif isinstance(holder, list) and isinstance(last, int):
        if value is None:
            # Taken out at the end, so that positions in further edits still mean what they say.
            gone.append((holder, holder[last]))
        else:
            holder[last] = value
    elif value is None:
        holder.pop(last, None)
    else:
        holder[last] = value


def _steps(data: Data, place: str) -> Iterator[str | int]:
    """The keys and positions of a place; ids are turned into positions."""
    current: Any = data
    parts = place.split(".")
    for number, part in enumerate(parts):
        final = number == len(parts) - 1
        if isinstance(current, list):
            position = _position(current, part, place)
            yield position
            current = current[position]
            continue
        match = _PART.match(part)
        if match is None or not isinstance(current, dict):
            raise EditError(f"{place!r} is not a place of a case file")
        name, positions, plus = match.groups()
        if name in ENTRY_LISTS or name == "documents":
            current.setdefault(name, [])
        elif name in ("results", "member"):
            current.setdefault(name, {})
        elif not final and name not in current:
            raise EditError(f"the case has no {name} ({place}){nearest(name, current)}")
        yield name
        current = current.get(name)
        for text in re.findall(r"\d+", positions):
            if not isinstance(current, list) or int(text) >= len(current):
                raise EditError(f"the case has no {place}")
            yield int(text)
            current = current[int(text)]
        if plus:
            if not final or not isinstance(current, list):
                raise EditError(f"{place!r}: only lists of entries can grow")
            yield "+"


def _position(entries: list[Any], part: str, place: str) -> int:
    for number, entry in enumerate(entries):
        if isinstance(entry, dict) and str(entry.get("id", "")) == part:
            return number
    known = [str(entry["id"]) for entry in entries if isinstance(entry, dict) and "id" in entry]
    raise EditError(f"no entry has the id {part!r} ({place}){nearest(part, known)}")


def as_of(case: Case, day: date) -> Case:
    """The request decided on ``day``: what was not received by then, or is later, does not count.

    The entries all stay; which of them count is a matter of the rules.
    """
    return case.model_copy(update={"request": case.request.model_copy(update={"decided": day})})
