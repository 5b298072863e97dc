"""The commands about cohorts: the audit of many cases, and their relations.

As everywhere, heavy modules are imported inside the commands.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clausewise.cli.errors import fail
from clausewise.cli.options import (
    Format,
    FormatOption,
    ParameterOption,
    PolicyOption,
    ReadingOption,
    WhatIfOption,
    name_values,
    parameter_values,
    settings_of,
)
from clausewise.cli.printing import print_json, print_text, show
from clausewise.logic.cohort import SAMPLE


class LetterFormat(StrEnum):
    """What the letters of an audit are written as."""

    markdown = "markdown"
    html = "html"
    docx = "docx"


def audit(
    cohort: Annotated[
        str,
        typer.Argument(help="A folder of case files or of relations, or .ndjson."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="A new folder for the results.")],
    set: Annotated[
        list[str] | None,
        typer.Option("--set", help="Who flips if reading.NAME=VALUE or parameter.NAME=NUMBER."),
    ] = None,
    memory: Annotated[
        str | None, typer.Option("--memory", help="DuckDB's limit, such as 2GB.")
    ] = None,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="Report which lines other readings change.")
    ] = False,
    spark: Annotated[
        bool, typer.Option("--spark", help="Decide relations on Spark (extra spark).")
    ] = False,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample",
            min=0,
            help="Lines that pyDatalog decides as well.",
            show_default=str(SAMPLE),
        ),
    ] = None,
    letters: Annotated[
        bool,
        typer.Option("--letters", help="Write letters about denied and pended lines, in letters/."),
    ] = False,
    letter_format: Annotated[
        LetterFormat | None,
        typer.Option("--letter-format", help="Of these letters; Markdown otherwise."),
    ] = None,
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    policy: PolicyOption = None,
    what_if: WhatIfOption = False,
) -> None:
    """Every case of a cohort decided, and what the decisions say together."""
    from clausewise.api.cohorts import audit as run
    from clausewise.api.cohorts import spark_session

    for name, given in (("--letter-format", letter_format is not None), ("--what-if", what_if)):
        if given and not letters:
            fail(f"{name} belongs to --letters")
    with counting() as progress:
        found = run(
            cohort,
            output,
            settings=settings_of(set),
            memory=memory,
            sensitivity=sensitivity,
            readings=name_values(reading),
            parameters=parameter_values(parameter),
            progress=progress,
            processes=processors(),
            spark=spark_session() if spark else None,
            sample=sample,
            policy=policy,
            letters=(letter_format or LetterFormat.markdown).value if letters else None,
            what_if=what_if,
        )
    from clausewise.output.audit import audit_lines

    show(format, vars, audit_lines, found)


def relations(
    cohort: Annotated[
        str | None, typer.Argument(help="A folder of case files, or .ndjson with a case a line.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new folder.", show_default=False)
    ] = None,
    format: FormatOption = Format.text,
    policy: PolicyOption = None,
) -> None:
    """A cohort as relations, a Parquet file each; without one, what relations there are."""
    if cohort is None:
        if output is not None:
            fail("--output is for the relations of a cohort; name one")
        _dictionary(format, policy)
        return
    if policy is not None:
        fail("--policy is for the dictionary; the relations of a cohort are the same for all")
    if output is None:
        fail("--output names the new folder for the relations")
    from clausewise.api.cohorts import relations as written

    with counting() as progress:
        counts = written(cohort, output, progress=progress, processes=processors())
    from clausewise.output.audit import relation_lines

    show(format, dict, relation_lines, counts)


def _dictionary(format: Format, policy: str | None) -> None:
    """What relations there are: those of a cohort's files, and those that a query can ask for."""
    from clausewise.logic.asking.dictionary import dictionary_of
    from clausewise.logic.cohort.tables import described
    from clausewise.logic.policies.registry import policy_meant
    from clausewise.logic.program.program import program_of
    from clausewise.output.asking import dictionary_data, dictionary_lines
    from clausewise.output.audit import schema_lines

    files, dictionary = described(), dictionary_of(program_of(policy_meant(policy)))
    if format is Format.json:
        print_json([{"relations": files, "dictionary": dictionary_data(dictionary)}])
    else:
        print_text([*schema_lines(files), *dictionary_lines(dictionary)])


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def counting() -> Iterator[Callable[[int], None] | None]:
    """A count of cases read on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.completed} cases read"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("reading", total=None)
        yield lambda number: shown.update(task, completed=number)
