"""The commands about case files themselves: their schema, and whether they are valid.

As everywhere, heavy modules are imported inside the commands.
"""

from __future__ import annotations

import json
from typing import Any

import typer

from clausewise.cli.many import on_change
from clausewise.cli.options import Cases, Format, FormatOption, OutputOption, WatchOption
from clausewise.cli.printing import print_json, written


def schema(output: OutputOption = None) -> None:
    """The JSON Schema of the case format, with every name; editors check case files with it."""
    from clausewise.api.case_files import schema as of_cases

    written(json.dumps(of_cases(), indent=2, ensure_ascii=False) + "\n", output)


def validate(cases: Cases, format: FormatOption = Format.text, watch: WatchOption = False) -> None:
    """Is each case file valid? Every error with its place, line and what was expected."""
    if watch:
        on_change(cases, lambda: validate(cases, format))
        return
    from clausewise.api.loading import read_each

    found = list(read_each(cases))
    if format is Format.json:
        print_json([_told(place, error) for place, _, error in found])
    else:
        for place, case, error in found:
            typer.echo(str(error) if case is None else f"{_shown(place)}: valid", err=case is None)
    if any(error is not None for _, _, error in found):
        raise typer.Exit(2)


def _shown(place: str) -> str:
    from clausewise.facts.text import printable

    return printable(place, 200)


def _told(place: str, error: Any) -> dict[str, Any]:
    """A file with its errors as plain data."""
    problems = () if error is None else error.problems
    return {
        "file": place,
        "valid": error is None,
        "errors": [
            {
                "place": each.path,
                "line": each.line,
                "found": each.found,
                "expected": each.expected,
            }
            for each in problems
        ],
    }
