"""Whether a case holds what the text of its file says, as a plain YAML reader finds it there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml
from yaml.scanner import ScannerError

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import Case


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, (*place, key))
    elif isinstance(value, list):
        if not value:
            return
        for number, below in enumerate(value):
            yield from leaves(below, (*place, number))
    else:
        yield place, value


def says_so(text: str, value: Any) -> bool:
    """Whether the text of a file says this value."""
    if isinstance(value, bool):
        return text.lower() in (("true", "yes") if value else ("false", "no"))
    if isinstance(value, (int, Decimal)):
        try:
            return text.isascii() and "_" not in text and Decimal(text) == value
        except InvalidOperation:
            return False
    return text == str(value)


DEFAULTS = {"plan": "arkansas_passe", "for": "sij_low_back", "revises": False, "ongoing": False}


def _plainly_read(text: str) -> Any:
    """The scalars of a text as they stand. PyYAML itself refuses a tab between a key and its value,
    which YAML allows and libyaml reads."""
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)
    except ScannerError as error:
        if "'\\t'" not in str(error.problem):
            raise
        return yaml.load(text, Loader=yaml.CBaseLoader)


def assert_it_means_what_it_says(text: str, case: Case) -> None:
    told = dict(leaves(_plainly_read(text.removeprefix("\ufeff"))))
    held = dict(leaves(plain_data(case)))
    for place, value in held.items():
        # One name may stand for a list of one, and one number for a range of two equal ones.
        shorter = place[:-1] if place[-1] == 0 else (*place, 0)
        said = told.pop(place, None)
        if said is None:
            said = told.pop(shorter, None)
        assert said is not None, (place, value)
        assert says_so(said, value), (place, said, value)
    for place, said in told.items():
        default = DEFAULTS.get(
            next((each for each in reversed(place) if isinstance(each, str)), "")
        )
        empty = said in ("", "~", "null", "Null", "NULL")
        same = place[-1] == 1 and held.get(place[:-1]) is not None
        assert empty or same or says_so(said, default), (place, said)
