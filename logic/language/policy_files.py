"""What an author writes in a policy's TOML files, as typed data: what it is, and its numbers.

A fault is a sentence that names the file and the entry at fault.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from clausewise.facts.encoding import NotUtf8Error, text_of
from clausewise.logic.language.dated import About, DatedParameter, Version
from clausewise.logic.language.faults import PolicyError, faults_in

ABOUT, PARAMETERS = "policy.toml", "parameters.toml"
_TEXTS = ("number", "payer", "title", "source")
_ABOUT_KEYS = {*_TEXTS, "notice", "plans", "procedures", "version"}
_PARAMETER_KEYS = {"unit", "clause", "meaning", "values"}


def read_about(folder: Path) -> About:
    """What ``policy.toml`` of a policy's folder says; raises PolicyError."""
    return about_from(_read(folder / ABOUT), f"{folder.name}/{ABOUT}")


def about_from(data: Mapping[str, Any], where: str) -> About:
    """The data of a ``policy.toml``, checked; raises PolicyError with each fault."""
    faults = [f"{key} is not a key of a policy" for key in sorted(set(data) - _ABOUT_KEYS)]
    faults += [
        f"{key} is missing; expected a text"
        for key in _TEXTS
        if not isinstance(data.get(key), str) or not data[key].strip()
    ]
    if not isinstance(data.get("notice", ""), str):
        faults.append("notice is a text")
    plans: Any
    procedures: Any
    plans, procedures, rows = data.get("plans"), data.get("procedures"), data.get("version", [])
    if not _is_table(plans) or not plans:
        faults.append("plans is missing; expected a table with a text for each plan")
    if not _is_list(procedures) or not procedures:
        faults.append("procedures is missing; expected a list of names")
    versions = []
    for number, row in enumerate(rows if isinstance(rows, list) else [rows], 1):
        known: Any = row if isinstance(row, dict) and set(row) <= {"from", "until"} else {}
        first, until = known.get("from"), known.get("until")
        if _is_day(first) and (until is None or _is_day(until)):
            versions.append(Version(first, until))
        else:
            faults.append(f"version {number} has a day 'from' and may have one 'until'")
    faults_in(where, faults)
    # What follows is right, or stands in for what is at fault where faults are gathered.
    return About(
        **{key: str(data.get(key)) for key in _TEXTS},
        plans=plans if _is_table(plans) else {},
        procedures=tuple(procedures) if _is_list(procedures) else (),
        versions=tuple(versions),
        notice=str(data.get("notice", "")),
    )


def read_parameters(folder: Path) -> tuple[DatedParameter, ...]:
    """The numbers in ``parameters.toml`` of a policy; raises PolicyError with each fault."""
    faults: list[str] = []
    found: list[DatedParameter] = []
    for name, row in _read(folder / PARAMETERS).items():
        known = row if isinstance(row, dict) else {}
        if set(known) != _PARAMETER_KEYS:
            faults.append(f"{name} has to have {', '.join(sorted(_PARAMETER_KEYS))}")
        texts = [known.get(key, "?") for key in ("unit", "clause", "meaning")]
        if not _is_list(texts):
            faults.append(f"{name}: unit, clause and meaning are texts")
        given = known.get("values", {})
        if not isinstance(given, dict) or ("values" in known and not given):
            faults.append(f"{name}: values is a table with a number for each first day")
        values = {}
        for text, value in given.items() if isinstance(given, dict) else ():
            day = _day(text)
            if day is None:
                faults.append(f"{name}: {text!r} is not a day")
            elif isinstance(value, bool) or not isinstance(value, int) or value < 0:
                faults.append(f"{name}: {value!r} is not a whole number from 0")
            else:
                values[day] = value
        # A number without a right value stands in for it where faults are gathered.
        found.append(DatedParameter(name, values or {date.min: 0}, *map(str, texts)))
    faults_in(f"{folder.name}/{PARAMETERS}", faults)
    return tuple(found)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text_of(path.read_bytes()))
    except (OSError, NotUtf8Error, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"{path.parent.name}/{path.name}: {error}") from error


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
