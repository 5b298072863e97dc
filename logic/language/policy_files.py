"""What an author writes in a policy's TOML files, as typed data: what it is, and its numbers.

A fault is a sentence that names the file and the entry at fault.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from clausewise.logic.language.dated import About, DatedParameter, Version
from clausewise.logic.language.notation import PolicyError

ABOUT, PARAMETERS = "policy.toml", "parameters.toml"
_TEXTS = ("number", "payer", "title", "source")
_ABOUT_KEYS = {*_TEXTS, "notice", "plans", "procedures", "version"}
_PARAMETER_KEYS = {"unit", "clause", "meaning", "values"}


def read_about(folder: Path) -> About:
    """What ``policy.toml`` of a policy's folder says; raises PolicyError."""
    return about_from(_read(folder / ABOUT), f"{folder.name}/{ABOUT}")


def about_from(data: Mapping[str, Any], where: str) -> About:
    """The data of a ``policy.toml``, checked; raises PolicyError with each fault."""
    faults = [f"{where}: {key} is not a key of a policy" for key in sorted(set(data) - _ABOUT_KEYS)]
    faults += [
        f"{where}: {key} is missing; expected a text"
        for key in _TEXTS
        if not isinstance(data.get(key), str) or not data[key].strip()
    ]
    if not isinstance(data.get("notice", ""), str):
        faults.append(f"{where}: notice is a text")
    plans, procedures = data.get("plans"), data.get("procedures")
    if not _is_table(plans) or not plans:
        faults.append(f"{where}: plans is missing; expected a table with a text for each plan")
    if not _is_list(procedures) or not procedures:
        faults.append(f"{where}: procedures is missing; expected a list of names")
    versions = []
    for number, row in enumerate(data.get("version", ()), 1):
        first, until = row.get("from"), row.get("until")
        if (
            not _is_day(first)
            or not (until is None or _is_day(until))
            or set(row) - {"from", "until"}
        ):
            faults.append(f"{where}: version {number} has a day 'from' and may have one 'until'")
        else:
            versions.append(Version(first, until))
    if faults:
        raise PolicyError("\n".join(faults))
    return About(
        **{key: data[key] for key in _TEXTS},
        plans=data["plans"],
        procedures=tuple(data["procedures"]),
        versions=tuple(versions),
        notice=data.get("notice", ""),
    )


def read_parameters(folder: Path) -> tuple[DatedParameter, ...]:
    """The numbers in ``parameters.toml`` of a policy's folder; raises PolicyError."""
    where = f"{folder.name}/{PARAMETERS}"
    faults: list[str] = []
    found: list[DatedParameter] = []
    for name, row in _read(folder / PARAMETERS).items():
        if not isinstance(row, dict) or set(row) != _PARAMETER_KEYS:
            faults.append(f"{where}: {name} has to have {', '.join(sorted(_PARAMETER_KEYS))}")
            continue
        values: dict[date, int] = {}
        for text, value in row["values"].items():
            try:
                day = date.fromisoformat(text)
            except ValueError:
                faults.append(f"{where}: {name}: {text!r} is not a day")
                continue
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                faults.append(f"{where}: {name}: {value!r} is not a whole number from 0")
                continue
            values[day] = value
        found.append(DatedParameter(name, values, row["unit"], row["clause"], row["meaning"]))
    if faults:
        raise PolicyError("\n".join(faults))
    return tuple(found)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"{path.parent.name}/{path.name}: {error}") from error


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
