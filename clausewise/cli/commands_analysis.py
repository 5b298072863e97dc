"""The commands about a policy as a whole: its published text, and its rules over all records.

As everywhere, heavy modules are imported inside the commands.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from clausewise.cli.errors import fail
from clausewise.cli.options import Format, FormatOption, new_file, one_of
from clausewise.cli.printing import show, write_new
from clausewise.logic.analysis.suite import MOST_CHANGES

PolicyName = Annotated[
    str,
    typer.Argument(
        metavar="POLICY", help="A policy's number, such as MM-1508 or CMM-611@2024-01-01."
    ),
]


class PageFormat(StrEnum):
    """How an analysis is written."""

    text = "text"
    json = "json"
    html = "html"


def analyse(
    policy: PolicyName,
    format: Annotated[
        PageFormat, typer.Option("--format", "-f", help="Text, JSON, or a page for its owner.")
    ] = PageFormat.text,
    path: Annotated[
        str | None, typer.Option("--path", help="One procedure, such as open_sij_fusion.")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against", metavar="B[@DAY]", help="Another policy: is it stricter or laxer?"
        ),
    ] = None,
) -> None:
    """What a policy says of itself, or beside another, over all records its clauses tell apart."""
    from clausewise.api import analysis
    from clausewise.logic.policies.registry import policy_named
    from clausewise.output.analysis import analysis_data, analysis_lines
    from clausewise.output.versus import versus_data, versus_lines

    one_of("a path", path, [each.procedure for each in policy_named(policy).paths])
    if against is not None:
        if format is PageFormat.html:
            fail("--against is answered as text or JSON")
        other = policy_named(against)
        one_of(f"a path of {other.number}", path, [each.procedure for each in other.paths])
        compared = analysis.analyse_against(policy, against, path)
        show(Format(format.value), versus_data, versus_lines, compared)
        return
    found = analysis.analyse(policy, path)
    if format is PageFormat.html:
        sys.stdout.write(analysis.analysis_page(found))
        return
    show(Format(format.value), analysis_data, analysis_lines, found)


def suite(
    policy: PolicyName,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", callback=new_file, help="A new folder for the tables."),
    ],
    changes: Annotated[
        int,
        typer.Option("--changes", min=0, help="At most so many changes of rules tried a path."),
    ] = MOST_CHANGES,
) -> None:
    """A test suite for the policy, as tables that its owner reads and signs.

    Tells how many changes of the rules it notices, of those that change a status in the space.
    """
    from clausewise.api import analysis
    from clausewise.facts.new_files import new_folder, write_file
    from clausewise.logic.analysis.suite.tables import share_noticed, table_text

    tables = analysis.suites(policy, changes=changes)
    try:
        with new_folder(output) as folder:
            for root, table in tables.items():
                write_file(folder / f"{root}.yaml", table_text(table))
    except OSError as error:
        fail(f"{output}: {error.strerror}; name a new folder in an existing one")
    for root, table in tables.items():
        typer.echo(f"{root}: {len(table.rows)} rows; {share_noticed(table.noticed)}")


def run_suite(
    policy: PolicyName,
    folder: Annotated[Path, typer.Argument(help="The folder with the signed tables.")],
    format: FormatOption = Format.text,
) -> None:
    """What the policy decides otherwise than a signed suite says.

    Exit status 1 when a row moved.
    """
    from clausewise.api import analysis
    from clausewise.output.suite import run_data, run_lines

    found = analysis.run_suite(policy, folder)
    show(format, run_data, run_lines, found)
    if found.moved:
        raise typer.Exit(1)


def text(
    policy: PolicyName,
    file: Annotated[Path, typer.Argument(help="The published text, a file in UTF-8.")],
    write: Annotated[
        Path | None,
        typer.Option("--write", help="Write what is kept of the text to this new file."),
    ] = None,
    format: Annotated[
        Format | None, typer.Option("--format", "-f", help="Text or JSON; text otherwise.")
    ] = None,
) -> None:
    """Which span of the published text states which clause, and what no span or clause holds.

    Exit status 1 when something is left to look at.
    """
    from clausewise.api import analysis
    from clausewise.output.policy_text import text_data, text_lines

    if write is not None:
        if format is not None:
            fail("--write writes a text.toml; leave --format out")
        write_new(write, analysis.known_text(policy, file))
        return
    found = analysis.text(policy, file)
    show(format or Format.text, text_data, text_lines, found)
    if found.open:
        raise typer.Exit(1)


def drift(
    policy: PolicyName,
    new: Annotated[Path, typer.Argument(help="The text of a new revision, a file in UTF-8.")],
    tests: Annotated[
        Path | None, typer.Option("--tests", help="A folder of tables named after clauses.")
    ] = None,
    cases: Annotated[Path | None, typer.Option("--cases", help="A folder of case files.")] = None,
    format: FormatOption = Format.text,
) -> None:
    """What a new revision of the text changed, and the clauses, tests and cases to look at.

    Exit status 1 when something changed.
    """
    from clausewise.api import analysis
    from clausewise.output.policy_text import drift_data, drift_lines

    found = analysis.drift(policy, new, tests=tests, cases=cases)
    show(format, drift_data, drift_lines, found)
    if found.changed:
        raise typer.Exit(1)
