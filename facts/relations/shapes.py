"""The parts of a case file, and the facts that a form of a part stands for.

A part is a value under a key of the case, or an entry of one of its lists. Its *form* is its JSON
text without what may differ between parts that say the same: dates are marked as such, and text
that no fact is made of is a letter. The parts of a million cases have few forms, so a form is read
once, as part of a small case file by the one reader of case files, and what it says holds for all
its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from clausewise.facts.case.model import ENTRY_LISTS, FORMAT, Case
from clausewise.facts.case.syntax import InputError
from clausewise.facts.case.validation import parse_case
from clausewise.facts.case.values import Unread
from clausewise.facts.relations.from_case import REQUEST_FIELDS, case_facts
from clausewise.facts.schema import SCHEMA, Type
from clausewise.facts.vocabulary.words import VOCABULARY

LISTS = ("documents", *ENTRY_LISTS)
"""The keys of a case whose members are parts of their own."""
SINGLE = tuple(name for name in Case.model_fields if name not in LISTS)
"""The other keys: what stands below one of them is a part."""
REQUIRED = tuple(name for name in SINGLE if Case.model_fields[name].is_required())

DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""What a date looks like, as a regular expression."""
DAY = "\x01"
"""Stands for a date in a form; JSON has no such character."""
TEXT = "x"
"""The text that stands in a form for any text without meaning."""
_LEFT = re.compile(f'"{DATE}"')
_FIRST, _LATER = date(2000, 1, 1), date(2000, 1, 2)
_DAYS_IN_ORDER = {-1: (_FIRST, _LATER), 0: (_FIRST, _FIRST), 1: (_LATER, _FIRST)}


@dataclass(frozen=True, slots=True)
class Told:
    """A row of a relation as a form tells it, without the case and the entry that it belongs to.

    ``day`` is 1 for the first date of the part, 2 for its second and 0 for none. ``of_other`` says
    that the row names another entry: the therapy that the part refers to.
    """

    relation: str
    names: tuple[str, ...] = ()
    number: int | Decimal | None = None
    day: int = 0
    of_other: bool = False


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What a form tells: its rows, and the recorded determination of a review."""

    rows: tuple[Told, ...]
    recorded: str | None = None


@cache
def unread_keys() -> frozenset[str]:
    """The keys of a case file below which stands text that no fact is made of, wherever they
    stand."""
    unread: dict[bool, set[str]] = {True: set(), False: set()}
    for key, inside in _fields(Case):
        unread[any(isinstance(each, Unread) for each in inside)].add(key)
    return frozenset(unread[True] - unread[False])


@cache
def most_days(key: str) -> int:
    """How many dates a part below ``key`` may have; what looks like one more is a mistake."""
    return sum(date in inside for _, inside in _fields(_model_below(key)))


def _model_below(key: str) -> type[BaseModel] | None:
    return next(_models(_inside(Case.model_fields[key].annotation)), None)


def _models(inside: Iterable[Any]) -> Iterator[type[BaseModel]]:
    return (each for each in inside if isinstance(each, type) and issubclass(each, BaseModel))


def _fields(model: type[BaseModel] | None) -> Iterator[tuple[str, list[Any]]]:
    """Every key of a model and of those below it, and what its value is declared to be."""
    for name, field in model.model_fields.items() if model is not None else ():
        inside = [*_inside(field.annotation), *field.metadata]
        yield field.alias or name, inside
        for below in _models(inside):
            yield from _fields(below)


def _inside(annotation: Any) -> Iterator[Any]:
    """What an annotation is made of, down to its classes and the marks on them."""
    yield annotation
    for each in (*get_args(annotation), *getattr(annotation, "__metadata__", ())):
        yield from _inside(each)


def facts_of_form(key: str, form: str, order: int = 0) -> PartFacts | None:
    """What a form below ``key`` tells; None when the reader of case files finds anything wrong, or
    when there are more dates than such a part has.

    The form of an entry is its object, any other its key and value (``"member":{"age":40}``).
    ``order`` is -1 when the first of two dates is the earlier one, 1 when it is the later one.
    """
    days = _DAYS_IN_ORDER[order]
    if form.count(DAY) > most_days(key) or _LEFT.search(form):
        return None
    for day in days:
        form = form.replace(DAY, f'"{day}"', 1)
    case = _case_with(key, form)
    if case is None:
        return None
    own = f"{key}[0]"
    rows = [
        _told(name, row, days)
        for name, found in case_facts(case).rows.items()
        for row in found
        if (REQUEST_FIELDS[name].partition(".")[0] == key if name in REQUEST_FIELDS else own in row)
    ]
    recorded = case.review.determination if key == "review" and case.review else None
    return PartFacts(tuple(rows), recorded)


def _case_with(key: str, form: str) -> Case | None:
    """The smallest case with a part of this form, and with what such a part may refer to."""
    therapy = f'{{"id":"{TEXT}","kind":"{next(iter(VOCABULARY.therapies))}"}}'
    parts = {
        "format": f'"format":"{FORMAT}"',
        "case": f'"case":"{TEXT}"',
        "request": f'"request":{{"procedure":"{TEXT}","side":"left","received":"{_FIRST}"}}',
        "documents": f'"documents":[{{"id":"{TEXT}"}}]',
        "therapies": f'"therapies":[{therapy}]' if key == "therapy_inability" else "",
        key: f'"{key}":[{form}]' if key in LISTS else form,
    }
    text = ",".join(part for part in parts.values() if part)
    try:
        return parse_case(f"{{{text}}}".encode(), "a form")
    except (InputError, UnicodeEncodeError):
        return None


def _told(name: str, row: tuple[Any, ...], days: tuple[date, date]) -> Told:
    told: dict[Type, list[Any]] = {}
    for column, value in zip(SCHEMA[name].columns, row, strict=True):
        told.setdefault(Type.NAME if column.type is Type.LINE else column.type, []).append(value)
    day = next(iter(told.get(Type.DAY, ())), None)
    which = 0 if day is None else 1 + [each.toordinal() for each in days].index(day)
    return Told(
        name,
        names=tuple(told.get(Type.NAME, ())),
        number=next(iter(told.get(Type.NUMBER, ())), None),
        day=which,
        of_other=Type.REFERENCE in told,
    )
