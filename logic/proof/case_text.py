"""Whether a case holds what the text of its file says, value by value.

The text is read here once more, as YAML or JSON and nothing else, and shares no code with
``facts.case``, by which cases are read: an entry that is dropped there, a number that is misread or
a day that is shifted is one that the file does not say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import yaml

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import Case
from clausewise.facts.text import printable
from clausewise.logic.proof.checker import Refused

Place = tuple[str | int, ...]
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NOTHING = ("", "~", "null", "Null", "NULL")
_YES_NO = {True: ("true", "yes"), False: ("false", "no")}
_NUMBER = re.compile(r"[-+]?(?!0[0-9])(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,99})")
_ENTRY = "an entry"
"""Stands for a member of a list that has keys, so that an entry that says nothing counts too."""


def check_text(content: bytes, case: Case) -> None:
    """Raises Refused where a case differs from the case file in UTF-8 that it was read from.

    It has to hold every value of the file at its place, and beyond the defaults of the format no
    other; the sentence names the first place where that is not so.
    """
    try:
        said = dict(_leaves(_read(content.decode("utf-8-sig"))))
    except (ValueError, yaml.YAMLError):
        raise Refused("the case file cannot be read a second time") from None
    held = dict(_leaves(plain_data(case)))
    with_defaults = dict(_leaves(case.model_dump(by_alias=True, exclude_none=True))) | held
    for place, text in said.items():
        own = next((each for each in _as_held(place) if each in with_defaults), place)
        held.pop(own, None)
        if own not in with_defaults:
            raise Refused(f"{_path(place)}: the file says {_shown(text)}, the case has nothing")
        if not _says(str(text), with_defaults[own]):
            read = f"the case was read as {_shown(with_defaults[own])}"
            raise Refused(f"{_path(place)}: the file says {_shown(text)}, {read}")
    for place, value in held.items():
        read = f"the case was read as {_shown(value)}"
        raise Refused(f"{_path(place)}: the file says nothing, {read}")


def _as_held(place: Place) -> Iterator[Place]:
    """Where a case may hold what stands at a place of its file: there; one name for a list of one
    as its first member; and a range whose ends are equal as one number."""
    yield place
    yield (*place, 0)
    if place[-1] in (0, 1):
        yield place[:-1]


def _says(text: str, value: Any) -> bool:
    """Whether the text of a file says this value."""
    if isinstance(value, bool):
        return text.lower() in _YES_NO[value]
    if isinstance(value, (int, Decimal)):
        return bool(_NUMBER.fullmatch(text)) and Decimal(text) == value
    # A whole number may stand for text: +5 for the name 5.
    return text == str(value) or bool(_WHOLE.fullmatch(text) and str(int(text)) == value)


# --- the text ---------------------------------------------------------------------------------


def _read(text: str) -> Any:
    """What a text says, as dicts, lists and the texts of single values, None for nothing."""
    if text.lstrip().startswith("{"):
        return json.loads(
            text, object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=str
        )
    return _plain(yaml.compose(text, Loader=LOADER))


def _plain(node: yaml.Node | None) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _once((key.value, _plain(value)) for key, value in node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each) for each in node.value]
    if isinstance(node, yaml.ScalarNode) and (node.style or node.value not in _NOTHING):
        return node.value
    return None


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Refused(f"the key {_shown(key)} stands twice in one place of the case file")
        found[key] = value
    return found


def _leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, dict):
        if place and isinstance(place[-1], int):
            yield place, _ENTRY
        for key, below in value.items():
            yield from _leaves(below, (*place, key))
    elif isinstance(value, (list, tuple)):
        for number, below in enumerate(value):
            yield from _leaves(below, (*place, number))
    elif value is not None:
        yield place, value


def _path(place: Place) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return printable("".join(parts).removeprefix("."), 200)


def _shown(value: Any) -> str:
    return printable(str(value), 60)
