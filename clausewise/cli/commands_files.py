"""The commands that draw, write the report, or audit a cohort.

As everywhere, heavy modules are imported inside the commands.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausewise.cli.options import AsOfOption, FormatOption, OneCase, ParameterOption, ReadingOption
from clausewise.cli.support import (
    Format,
    decided,
    fail,
    load_all,
    name_values,
    one_of,
    parameter_values,
    print_text,
    processors,
    settings_of,
    show,
    write_new,
)

if TYPE_CHECKING:
    from clausewise.viz.picture.picture import Picture


def report(
    case: OneCase,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Write to this file, which must be new.")
    ],
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    as_of: AsOfOption = None,
) -> None:
    """The audit report: one HTML file with reasons, picture, proof, evidence and certificate."""
    from clausewise.api.pictures import report as written

    (loaded,) = load_all([case])
    write_new(output, written(decided(loaded, reading, parameter, as_of)))


def graph(
    case: Annotated[
        str | None, typer.Argument(help="A case file, laid over the graph.", show_default=False)
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A new file: .svg, .png, .pdf, .dot draw; .graphml and .json hold the graph.",
        ),
    ] = None,
    path: Annotated[
        str | None, typer.Option("--path", help="One procedure, such as open_sij_fusion.")
    ] = None,
    clause: Annotated[str | None, typer.Option("--clause", help="One clause alone.")] = None,
    side: Annotated[str | None, typer.Option("--side", help="The line: left or right.")] = None,
    facts: Annotated[bool, typer.Option("--facts", help="Show facts and readings.")] = False,
    why: Annotated[
        bool, typer.Option("--why", help="Light only what the determination rests on.")
    ] = False,
    set: Annotated[
        list[str] | None,
        typer.Option("--set", help="Draw the difference a what-if makes; as in what-if."),
    ] = None,
    touches: Annotated[
        str | None,
        typer.Option("--touches", help="What a fact, parameter, reading or clause can affect."),
    ] = None,
    depends: Annotated[
        str | None, typer.Option("--depends", help="What a clause rests on, as a list.")
    ] = None,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """The dependency graph of the criteria: a picture, a graph file, or an outline as text."""
    from clausewise.api import pictures
    from clausewise.cli import graph as graph_view
    from clausewise.logic.mm_1508 import POLICY

    if depends is not None:
        print_text(graph_view.depended_lines(pictures.dependency_graph(), depends))
        return
    if touches is not None and output is None:
        print_text(graph_view.touched_lines(pictures.dependency_graph(), touches))
        return

    def picture() -> Picture:
        if touches is not None:
            return pictures.touches(touches)
        return pictures.graph(
            None if case is None else load_all([case])[0],
            path=one_of("a path", path, [each.procedure for each in POLICY.paths]),
            clause=one_of("a clause", clause, POLICY.clauses),
            side=one_of("a side", side, ("left", "right")),
            facts=facts,
            why=why,
            settings=settings_of(set),
            readings=name_values(reading),
            parameters=parameter_values(parameter),
        )

    if output is None:
        print_text(graph_view.outline_lines(picture()))
    else:
        graph_view.save(picture, pictures.dependency_graph, output)


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
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """Every case of a cohort decided, and what the decisions say together."""
    from clausewise.api.cohorts import audit as run
    from clausewise.api.cohorts import counting, spark_session

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
        )
    from clausewise.views.audit import audit_lines

    show(format, vars, audit_lines, found)


def relations(
    cohort: Annotated[
        str | None, typer.Argument(help="A folder of case files, or .ndjson with a case a line.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new folder.", show_default=False)
    ] = None,
    format: FormatOption = Format.text,
) -> None:
    """A cohort as relations, a Parquet file each; without one, what relations there are."""
    if cohort is None:
        from clausewise.logic.cohort.tables import described
        from clausewise.views.audit import schema_lines

        found = described()
        show(format, lambda rows: {"relations": rows}, schema_lines, found)
        return
    if output is None:
        fail("--output names the new folder for the relations")
    from clausewise.api.cohorts import counting
    from clausewise.api.cohorts import relations as written

    with counting() as progress:
        counts = written(cohort, output, progress=progress, processes=processors())
    from clausewise.views.audit import relation_lines

    show(format, dict, relation_lines, counts)
