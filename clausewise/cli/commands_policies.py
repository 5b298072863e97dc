"""The commands about policies as such: which there are, a new one, and what is wrong with one.

As everywhere, heavy modules are imported inside the commands.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausewise.cli.commands_ask import TableFormat
from clausewise.cli.commands_cohorts import counting, processors
from clausewise.cli.commands_pictures import PICTURES
from clausewise.cli.errors import fail
from clausewise.cli.options import Format, FormatOption, day_of, new_file
from clausewise.cli.printing import print_json, print_text, show, write_new

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clausewise.api.policy_comparisons import PolicyDifference
    from clausewise.logic.what_if.policies import Mover


def policies(format: FormatOption = Format.text) -> None:
    """The installed policies: number, title, payer, plans, procedures and versions."""
    from clausewise.logic.policies.registry import registry
    from clausewise.output.policies import policies_data, policies_lines

    show(format, policies_data, policies_lines, registry())


def compare_policies(
    first: Annotated[str, typer.Argument(metavar="A[@DAY]", help="A policy.")],
    second: Annotated[str, typer.Argument(metavar="B[@DAY]", help="The policy beside it.")],
    case: Annotated[
        list[str] | None, typer.Option("--case", help="A case to decide under both; repeatable.")
    ] = None,
    cohort: Annotated[
        str | None,
        typer.Option("--cohort", help="Cases to decide under both, as for audit."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            callback=new_file,
            help="A new file: .html is a page; .svg, .png, .pdf, .dot draw. Of a cohort a new "
            "folder: the audit, each line under both, page and picture.",
            show_default=False,
        ),
    ] = None,
    memory: Annotated[
        str | None, typer.Option("--memory", help="DuckDB's limit for a cohort, such as 2GB.")
    ] = None,
    format: Annotated[
        TableFormat, typer.Option("--format", "-f", help="Text, JSON or CSV.")
    ] = TableFormat.text,
) -> None:
    """Two policies or versions side by side: clauses, numbers, and who gets something else."""
    from clausewise.api.policy_comparisons import compare_policies as compared
    from clausewise.facts.new_files import scratch_folder
    from clausewise.logic.cohort.two_policies import lines_in
    from clausewise.output.policy_comparison import (
        comparison_csv,
        comparison_data,
        comparison_lines,
    )

    if case and cohort is not None:
        fail("--case and --cohort are two questions; ask one at a time")
    if memory is not None and cohort is None:
        fail("--memory is for a cohort; name one with --cohort")

    def told(found: PolicyDifference, lines: Iterable[Mover] | None) -> None:
        if format is TableFormat.csv:
            sys.stdout.writelines(comparison_csv(found.comparison, lines))
        elif format is TableFormat.json:
            print_json([comparison_data(found.comparison, found.moves)])
        else:
            print_text(comparison_lines(found.comparison, found.moves))

    if cohort is None:
        found = compared(first, second, cases=case or None)
        if output is not None:
            _write_comparison(found, output)
        told(found, found.lines)
        return
    with ExitStack() as kept:
        if output is None:
            scratch = kept.enter_context(scratch_folder())
            output = scratch / "audit"
        with counting() as progress:
            found = compared(
                first,
                second,
                cohort=cohort,
                output=output,
                processes=processors(),
                memory=memory,
                progress=progress,
            )
        told(found, lines_in(output))


def _write_comparison(found: PolicyDifference, target: Path) -> None:
    """Write the page or the picture, as the file's suffix says."""
    kind = target.suffix.removeprefix(".").lower()
    if kind == "html":
        write_new(target, found.page())
    elif kind in PICTURES:
        write_new(target, found.picture.data(kind))
    else:
        fail(f"{target}: name a file that ends in .html, .{', .'.join(PICTURES)}")


def new_policy(
    name: Annotated[str, typer.Argument(help="The name of its package, such as knee_fusion.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The folder to write the package into.")
    ] = Path(),
    procedure: Annotated[
        str,
        typer.Option("--procedure", help="A procedure name or CPT code; a new name is added."),
    ] = "sleeve_gastrectomy",
    since: Annotated[
        str, typer.Option("--from", help="The first day in force, such as 2026-01-01.")
    ] = "2026-01-01",
) -> None:
    """The skeleton of a policy: a package that loads, with one clause, one example and one test."""
    from clausewise.facts.case.values import nearest
    from clausewise.facts.text import printable_lines
    from clausewise.facts.vocabulary.words import VOCABULARY
    from clausewise.logic.authoring.skeleton import SkeletonError
    from clausewise.logic.authoring.skeleton import new_policy as written

    try:
        folder = written(name, output, procedure, day_of(since))
    except SkeletonError as error:
        fail(str(error))
    added = ""
    if VOCABULARY.procedure_named(procedure) is None:
        near = nearest(procedure, VOCABULARY.procedures)
        added = f"{procedure} is a new procedure, which vocabulary.toml adds{near}\n"
    told = (
        f"{folder}: a policy with one clause, one example and one test\n{added}"
        f"check it with: clausewise check-policy {folder}\n"
        "install it with an entry point of group clausewise.policies that names its package"
    )
    typer.echo(printable_lines(told))


def check_policy(
    policy: Annotated[str, typer.Argument(help="The folder of a policy, or its number.")],
    format: FormatOption = Format.text,
) -> None:
    """Every fault of a policy, each with its clause and line; exit status 1 when there is one."""
    from clausewise.facts.text import printable
    from clausewise.logic.authoring.check import check_policy as faults_of
    from clausewise.logic.policies.registry import folder_of

    folder = folder_of(policy)
    if not folder.is_dir():
        fail(f"{policy}: there is no such folder, and no installed policy has this number")
    found = faults_of(folder)
    if format is Format.json:
        rows = [{"place": each.place, "fault": each.sentence} for each in found]
        print_json([{"policy": policy, "faults": rows}])
    else:
        for each in found:
            typer.echo(printable(str(each), 1000))
        count = "1 fault" if len(found) == 1 else f"{len(found)} faults"
        typer.echo(count if found else "no fault")
    if found:
        raise typer.Exit(1)
