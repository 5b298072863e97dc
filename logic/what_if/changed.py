"""What two records say otherwise, in words: entries that differ, came or went, and all the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from clausewise.facts.case.model import Case, Source
from clausewise.facts.text import in_words
from clausewise.logic.decision.evidence import (
    label_of,
    label_without_source,
    shown_name,
    shown_source,
)
from clausewise.logic.what_if.records import paired_entries

_UNITS = {"relief_percent": ("relief", " %")}
"""Fields of entries that are called otherwise before a person, with the unit of their value."""


@dataclass(frozen=True, slots=True)
class Said:
    """What two records say otherwise: of which entry or part (``about``), and in which field.

    ``label`` tells more of an entry. ``field`` is empty where only one record has the entry;
    ``first`` and ``second`` are None for what is not there.
    """

    about: str
    label: str
    field: str
    first: str | None
    second: str | None
    unit: str = ""


def said_otherwise(first: Case, second: Case) -> Iterator[Said]:
    """What the second record says otherwise, in words; entries are paired by what they are."""
    for one, other in paired_entries(first, second):
        entry = one or other
        assert entry is not None
        about = shown_name(entry)
        if one is not None and other is not None:
            yield from _fields(about, label_without_source(entry), one, other)
        else:
            first_has, second_has = ("there" if each else None for each in (one, other))
            yield Said(about, label_of(entry), "", first_has, second_has)
    for name in ("request", "member", "review"):
        about = f"the {name}"
        yield from _fields(about, about, getattr(first, name), getattr(second, name))
    own, others = ({each.id: each for each in case.documents} for case in (first, second))
    for name in dict.fromkeys([*own, *others]):
        about = f"document {name}"
        yield from _fields(about, about, own.get(name), others.get(name))
    if first.record_complete != second.record_complete:
        values = (_value(each.record_complete) for each in (first, second))
        yield Said("the record", "the record", "complete for", *values)


def _fields(
    about: str, label: str, first: BaseModel | None, second: BaseModel | None
) -> Iterator[Said]:
    """The fields in which two parts of a record differ; either may not be there."""
    part = first or second
    for name in () if part is None else type(part).model_fields:
        old, new = (getattr(each, name, None) for each in (first, second))
        if old == new or name == "id":
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            for key in dict.fromkeys([*old, *new]):
                if old.get(key) != new.get(key):
                    values = (_value(each.get(key)) for each in (old, new))
                    yield Said(about, label, in_words(key), *values)
        else:
            called, unit = _UNITS.get(name, (in_words(name), ""))
            yield Said(about, label, called, _value(old), _value(new), unit)


def changed_facts(before: Case, after: Case) -> Iterator[str]:
    """What the second case says otherwise, a sentence each."""
    for each in said_otherwise(before, after):
        if each.field:
            yield f"{each.field} of {each.about}: {each.first} → {each.second}{each.unit}"
        else:
            yield f"{'added' if each.first is None else 'withdrawn'}: {each.label}"


def _value(value: Any) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(_value, value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Source):
        return shown_source(value)
    return in_words(str(value))
