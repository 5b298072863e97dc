"""The commands that check files: case files, the quotes in them, and proofs; and their schema.

As everywhere, heavy modules are imported inside the commands.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from clausewise.cli.errors import fail, say
from clausewise.cli.inputs import load_cases
from clausewise.cli.many import on_change
from clausewise.cli.options import (
    AsOfOption,
    Cases,
    Format,
    FormatOption,
    OneCase,
    OutputOption,
    ParameterOption,
    PolicyOption,
    ReadingOption,
    WatchOption,
    day_of,
    name_values,
    parameter_values,
)
from clausewise.cli.printing import (
    print_json,
    show,
    written,
)
from clausewise.facts.text import printable


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

    failed = False
    told = []
    for place, _, error in read_each(cases):  # of a large folder only what is told is kept
        failed = failed or error is not None
        if format is Format.json:
            told.append(_told(place, error))
        elif error is not None:
            say(str(error))
        else:
            typer.echo(f"{printable(place, 200)}: valid")
    if format is Format.json:
        print_json(told)
    if failed:
        raise typer.Exit(2)


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


def check(
    proof: Annotated[Path, typer.Argument(help="A proof certificate written by decide --proof.")],
    case: OneCase,
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    as_of: AsOfOption = None,
    policy: PolicyOption = None,
) -> None:
    """Is this proof valid for this case, by a checker that does not use the engine?"""
    from clausewise.api.functions import check as verify
    from clausewise.logic.proof.checker import Refused
    from clausewise.output.proved import proved_data, proved_lines, refused_data

    try:
        found = verify(
            proof,
            case,
            readings=name_values(reading),
            parameters=parameter_values(parameter),
            as_of=None if as_of is None else day_of(as_of),
            policy=policy,
        )
    except Refused as reason:
        if format is Format.json:
            print_json([refused_data(str(reason))])
        say(f"refused: {reason}")
        raise typer.Exit(1) from None
    show(format, proved_data, proved_lines, found, notice=found.notice)


def quotes(
    case: OneCase,
    folder: Annotated[Path, typer.Argument(help="A folder with the documents, text or PDF.")],
    format: FormatOption = Format.text,
) -> None:
    """Does every quote of the case stand on the page that it names? Status 1 if one does not."""
    from clausewise.api.functions import quotes as checked
    from clausewise.facts.documents.pages import DocumentError
    from clausewise.facts.documents.quotes import Standing
    from clausewise.output.quotes import quote_data, quote_lines

    (loaded,) = load_cases([case])
    try:
        found = checked(loaded, folder)
    except DocumentError as error:
        fail(str(error))
    show(format, quote_data, quote_lines, loaded, found)
    if any(each.standing is not Standing.THERE for each in found):
        raise typer.Exit(1)
