"""What the commands share: loading cases, reading options, printing results, failing plainly."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from rich.console import Console
    from rich.text import Text

    from clausewise.logic.decision.decide import Decision
    from clausewise.logic.what_if.compare import Difference


Made = TypeVar("Made")


class Format(StrEnum):
    """How a result is written."""

    text = "text"
    json = "json"


class FhirFormat(StrEnum):
    """How a result is written that can be FHIR as well."""

    text = "text"
    json = "json"
    fhir = "fhir"


class PlainErrors(TyperGroup):
    """Bad input becomes a sentence on standard error and exit status 2, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from clausewise.facts.case.editing import EditError
            from clausewise.facts.case.syntax import InputError
            from clausewise.facts.loading.folders import CohortError
            from clausewise.logic.cohort.audit import AuditError
            from clausewise.logic.language.choices import ChoiceError
            from clausewise.viz.errors import PictureError

            told = ChoiceError | EditError | InputError | PictureError | CohortError | AuditError
            if isinstance(error, told):
                fail(str(error))
            raise


def processors() -> int:
    """How many processors this process may use."""
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load_all(paths: list[str]) -> list[Any]:
    """The cases of all files; when any is bad, every error of every file is told and we stop."""
    from clausewise.api.loading import load_one
    from clausewise.facts.case.syntax import InputError

    cases, errors = [], []
    for path in paths:
        try:
            cases.append(load_one(path))
        except InputError as error:
            errors.append(str(error))
    if errors:
        fail("\n".join(errors))
    return cases


def decided(
    case: Any, reading: list[str] | None, parameter: list[str] | None, as_of: str | None = None
) -> Decision:
    from clausewise.logic.decision.decide import decide_case
    from clausewise.logic.mm_1508 import POLICY

    if as_of is not None:
        from clausewise.facts.case.editing import as_of as file_of

        case = file_of(case, day_of(as_of))
    readings, parameters = name_values(reading), parameter_values(parameter)
    return decide_case(case, POLICY, readings=readings, parameters=parameters)


def parameter_values(options: list[str] | None) -> dict[str, int]:
    return {name: whole_number(name, value) for name, value in name_values(options).items()}


def day_of(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{text!r} is not a date; expected a date such as 2026-07-15")


def write_new(path: Path, content: str | bytes) -> None:
    """Write a file that must not exist yet; anything else is told in a sentence."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        with path.open("xb") as stream:
            stream.write(data)
    except OSError as error:
        fail(f"{path}: {error.strerror}; name a new file in an existing folder")


def written(text: str, output: Path | None) -> None:
    """Write a text to a new file, or to standard output."""
    if output is None:
        sys.stdout.write(text)
    else:
        write_new(output, text)


def of_procedure(make: Callable[[str], Made], procedure: str) -> Made:
    """What is made for a procedure; fails with the nearest known name for one without a path."""
    from clausewise.facts.case.model import nearest
    from clausewise.logic.mm_1508 import POLICY

    try:
        return make(procedure)
    except KeyError:
        known = [path.procedure for path in POLICY.paths]
        fail(
            f"{procedure!r} has no path here{nearest(procedure, known)}; known: {', '.join(known)}"
        )


def show(
    form: Format,
    data: Callable[..., dict[str, Any]],
    lines: Callable[..., Iterable[Text]],
    *about: Any,
) -> None:
    """Print what ``data`` (JSON) or ``lines`` (text) make of ``about``; only one is called."""
    if form is Format.json:
        print_json([data(*about)])
        return
    print_text(lines(*about))


def print_text(lines: Iterable[Text]) -> None:
    """Print lines of text on the terminal."""
    from clausewise.views.terminal import print_lines

    print_lines(terminal(), lines)


def print_difference(found: Difference, form: Format) -> None:
    from clausewise.views.comparison import difference_data, difference_lines

    show(form, difference_data, difference_lines, found)


def name_values(options: list[str] | None) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for option in options or []:
        name, equals, value = option.partition("=")
        if not equals or not name or not value:
            fail(f"{option!r} is not of the form NAME=VALUE")
        if name in pairs and pairs[name] != value:
            fail(f"{name!r} is given two values")
        pairs[name] = value
    return pairs


def settings_of(options: list[str] | None) -> dict[str, Any]:
    """What ``--set`` asks for, PLACE=VALUE, with values as they could stand in a case file."""
    from clausewise.facts.case.editing import value_from_text

    return {name: value_from_text(value) for name, value in name_values(options).items()}


def one_of(what: str, name: str | None, known: Iterable[str]) -> str | None:
    """``name`` if it is known, and None for None; else fails with the nearest known name."""
    names = list(known)
    if name is not None and name not in names:
        from clausewise.facts.case.model import nearest

        fail(f"{name!r} is not {what} here{nearest(name, names)}")
    return name


def whole_number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        fail(f"{value!r} is not a value of parameter {name!r}; expected a whole number")
    return int(value)


def result_of(decision: Decision) -> dict[str, Any]:
    from clausewise.logic.explain.result import result

    return result(decision)


def disclaimer() -> str:
    from clausewise.logic.explain.result import DISCLAIMER

    return DISCLAIMER


def print_json(objects: list[dict[str, Any]]) -> None:
    """One object, or one a line when there are several."""
    for each in objects:
        sys.stdout.write(json.dumps(each, ensure_ascii=True) + "\n")


def terminal() -> Console:
    from rich.console import Console

    # Without a terminal a width of 80 would fold tables that a file or pager shows well.
    width = None if sys.stdout.isatty() else 120
    return Console(markup=False, emoji=False, highlight=False, width=width)


def fail(sentence: str) -> NoReturn:
    from clausewise.facts.text import printable

    for line in sentence.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        typer.echo(indent + printable(line, 1000), err=True)
    raise typer.Exit(2)
