"""What an address says: which case, and what is changed in it (``?set=PLACE=VALUE``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import HTTPException, Query, Request

from clausewise.api.case import Case
from clausewise.facts.case.editing import EditError, value_from_text
from clausewise.facts.case.problems import InputError
from clausewise.serve.pages.rendering import served

Settings = Annotated[list[str], Query(alias="set", default_factory=list)]


def found_case(request: Request, name: str) -> Case:
    """The case of a name; an HTTPException where there is none, or it is not valid."""
    try:
        return served(request).case(name)
    except KeyError:
        raise HTTPException(404, "there is no such case here") from None
    except InputError as error:
        # Without the address of the file, which nobody who asks has to know.
        told = "\n".join(map(str, error.problems)) or str(error)
        raise HTTPException(422, told) from None


def settings_of(given: Iterable[str]) -> dict[str, Any]:
    """The settings of an address; an HTTPException for what is none."""
    found: dict[str, Any] = {}
    for each in given:
        place, sign, text = each.partition("=")
        if not sign:
            raise HTTPException(422, f"PLACE=VALUE is needed, not {each[:80]!r}")
        try:
            found[place] = text if place.startswith("reading.") else value_from_text(text)
        except EditError as error:
            raise HTTPException(422, str(error)) from None
    return found


def changed(case: Case, given: list[str]) -> Case:
    """The case with the settings of an address; an HTTPException for one that is not possible.

    An unknown reading or parameter raises ChoiceError when the case is decided.
    """
    settings = settings_of(given)
    if not settings:
        return case
    try:
        return case.what_if(settings)
    except (EditError, InputError) as error:
        raise HTTPException(422, str(error)) from None


def query_of(given: Iterable[str]) -> str:
    """The part of an address that says what is changed."""
    return urlencode([("set", each) for each in given])
