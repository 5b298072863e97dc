"""The arguments and options that several commands share, and what their text means."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clausewise.cli.errors import fail

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def new_file(path: Path | None) -> Path | None:
    """What is to be written; fails before any work where there is something of that name."""
    if path is not None and (path.exists() or path.is_symlink()):
        fail(f"{path}: File exists; name a new one in an existing folder")
    return path


class Format(StrEnum):
    """How a result is written."""

    text = "text"
    json = "json"


class FhirFormat(StrEnum):
    """How a result is written that can be FHIR as well."""

    text = "text"
    json = "json"
    fhir = "fhir"


_CASE = "case file (YAML or JSON), FHIR bundle, folder, pattern, FILE:CASE-ID, or -"
Cases = Annotated[list[str], typer.Argument(help=f"Cases, each a {_CASE}.", show_default=False)]
EachCase = Annotated[str, typer.Argument(help=f"A {_CASE}.", show_default=False)]
OneCase = Annotated[
    str,
    typer.Argument(
        help="A case file (YAML or JSON), FHIR bundle, FILE:CASE-ID, or -.", show_default=False
    ),
]
WatchOption = Annotated[
    bool, typer.Option("--watch", help="Answer again whenever a file changes, until Ctrl-C.")
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", callback=new_file, help="Write to this file, which must be new."
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="Text or JSON.")]
FhirFormatOption = Annotated[FhirFormat, typer.Option("--format", "-f", help="Text, JSON or FHIR.")]
ReadingOption = Annotated[
    list[str] | None,
    typer.Option("--reading", help="A way of reading the text, NAME=VALUE; may be repeated."),
]
ParameterOption = Annotated[
    list[str] | None,
    typer.Option("--parameter", help="A number of the policy, NAME=NUMBER; may be repeated."),
]
PolicyOption = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="NUMBER[@DAY]",
        help="The policy, in the version of a day; else that of plan, procedure and receipt.",
    ),
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help="Decide on what the plan had received by this day.")
]


WhatIfOption = Annotated[
    bool,
    typer.Option(
        "--what-if",
        help="Allow a FHIR answer or a letter under other readings or parameters, and mark it.",
    ),
]


def name_values(options: list[str] | None) -> dict[str, str]:
    """The pairs of options NAME=VALUE; a name may be repeated with the same value only."""
    pairs: dict[str, str] = {}
    for option in options or []:
        name, equals, value = option.partition("=")
        if not equals or not name or not value:
            fail(f"{option!r} is not of the form NAME=VALUE")
        if name in pairs and pairs[name] != value:
            fail(f"{name!r} is given two values")
        pairs[name] = value
    return pairs


def parameter_values(options: list[str] | None) -> dict[str, int]:
    """The parameters that ``--parameter`` sets."""
    return {name: whole_number(name, value) for name, value in name_values(options).items()}


def whole_number(name: str, value: str) -> int:
    """The whole number that a parameter is set to."""
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        fail(f"{value!r} is not a value of parameter {name!r}; expected a whole number")
    return int(value)


def settings_of(options: list[str] | None) -> dict[str, Any]:
    """What ``--set`` asks for, PLACE=VALUE, with values as they could stand in a case file."""
    from clausewise.facts.case.editing import value_from_text

    return {name: value_from_text(value) for name, value in name_values(options).items()}


def day_of(text: str) -> date:
    """A day such as 2026-07-15."""
    from clausewise.facts.case.values import day_in
    from clausewise.facts.columns import EARLIEST, LATEST

    day = day_in(text)
    if day is None:
        fail(f"{text!r} is not a date; expected a date such as 2026-07-15")
    if not EARLIEST <= day <= LATEST:
        fail(f"{day} lies outside the calendar; expected a date from {EARLIEST} to {LATEST}")
    return day


def one_of(what: str, name: str | None, known: Iterable[str]) -> str | None:
    """``name`` if it is known, and None for None; else fails with the nearest known name."""
    names = list(known)
    if name is not None and name not in names:
        from clausewise.facts.case.values import nearest

        fail(f"{name!r} is not {what} here{nearest(name, names)}")
    return name
