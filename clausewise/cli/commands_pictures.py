"""The commands that draw or write a page: the report of a case, and the graph of the criteria.

As everywhere, heavy modules are imported inside the commands.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausewise.cli.errors import fail
from clausewise.cli.inputs import asked, load_cases, notice_on
from clausewise.cli.options import (
    AsOfOption,
    OneCase,
    ParameterOption,
    PolicyOption,
    ReadingOption,
    name_values,
    new_file,
    one_of,
    parameter_values,
    settings_of,
)
from clausewise.cli.printing import noted, print_text, write_new

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clausewise.viz.graph import PolicyGraph
    from clausewise.viz.picture.picture import Picture

PICTURES = ("svg", "png", "pdf", "dot")
GRAPHS = ("graphml", "json")


def report(
    case: OneCase,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", callback=new_file, help="Write to this file, which must be new."
        ),
    ],
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
) -> None:
    """The audit report: one HTML file with reasons, picture, proof, evidence and certificate."""
    write_new(output, asked(case, reading, parameter, policy, as_of).report())


def graph(
    case: Annotated[
        str | None, typer.Argument(help="A case file, laid over the graph.", show_default=False)
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            callback=new_file,
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
    reasons: Annotated[
        bool, typer.Option("--reasons", help="Draw only the reasons: a small picture.")
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
    policy: PolicyOption = None,
) -> None:
    """The dependency graph of the criteria: a picture, a graph file, or an outline as text."""
    from clausewise.api import functions
    from clausewise.api.case import Case
    from clausewise.logic.policies.registry import policy_meant
    from clausewise.output.graph import depended_lines, outline_lines, touched_lines

    _refuse_ignored(
        {
            "--side": side,
            "--why": why,
            "--reasons": reasons,
            "--set": set,
            "CASE": case,
            "--path": path,
            "--clause": clause,
            "--facts": facts,
            "--reading": reading,
            "--parameter": parameter,
            "--touches": touches,
            "--depends": depends,
            "--output": output,
        }
    )
    if depends is not None:
        print_text(depended_lines(functions.dependency_graph(policy=policy), depends))
        return
    if touches is not None and output is None:
        print_text(touched_lines(functions.dependency_graph(policy=policy), touches))
        return

    def picture() -> Picture:
        if touches is not None:
            return functions.touches(touches, policy=policy)
        loaded = None if case is None else load_cases([case])[0]
        found = policy_meant(policy) if loaded is None else Case.of(loaded, policy=policy).policy
        return functions.graph(
            loaded,
            path=one_of("a path", path, [each.procedure for each in found.paths]),
            clause=one_of("a clause", clause, found.clauses),
            side=one_of("a side", side, ("left", "right")),
            facts=facts,
            why=why,
            reasons=reasons,
            settings=settings_of(set),
            readings=name_values(reading),
            parameters=parameter_values(parameter),
            policy=policy,
        )

    def whole() -> PolicyGraph:
        return functions.dependency_graph(policy=policy)

    if output is None:
        print_text(outline_lines(picture()))
        for loaded in load_cases([case]) if case is not None else ():
            print_text(noted(notice_on(loaded, policy)))
    else:
        _save(picture, whole, output)


_CHOICES = ("CASE", "--reading", "--parameter", "--output")
_BESIDE = {
    "--depends": (),
    "--touches": ("--output",),
    "--reasons": (*_CHOICES, "--side"),
    "--set": (*_CHOICES, "--side"),
    "--clause": (*_CHOICES, "--side", "--facts"),
}
"""Options that draw something of their own, and what goes with each besides ``--policy``."""
_OF_A_CASE = ("--side", "--why", "--reasons", "--set")


def _refuse_ignored(given: Mapping[str, object]) -> None:
    """Fail when an option would not be looked at, because of another one or without a case."""
    used = [name for name, value in given.items() if value]
    for name, besides in _BESIDE.items():
        others = [each for each in used if each not in (name, *besides)]
        if name in used and others:
            fail(f"{name} does not go with {', '.join(others)}; leave one of them out")
    if "CASE" not in used and (others := [each for each in used if each in _OF_A_CASE]):
        fail(f"{', '.join(others)} is of a case; name one")
    if "CASE" in used and "--path" in used:
        fail("--path draws the policy; the path of a case is that of its request")
    output = given["--output"]
    if output is not None and _suffix(Path(str(output))) in GRAPHS:
        others = [each for each in used if each != "--output"]
        if others:
            fail(f"{output} would hold the graph of the whole policy; leave {others[0]} out")


def _suffix(target: Path) -> str:
    return target.suffix.removeprefix(".").lower()


def _save(picture: Callable[[], Picture], graph: Callable[[], PolicyGraph], target: Path) -> None:
    """Write the picture, or for .graphml and .json the whole dependency graph, to a new file."""
    suffix = _suffix(target)
    if suffix in PICTURES:
        write_new(target, picture().data(suffix))
    elif suffix in GRAPHS:
        write_new(target, graph().graphml() if suffix == "graphml" else graph().json())
    else:
        fail(f"{target}: name a file that ends in .{', .'.join((*PICTURES, *GRAPHS))}")
