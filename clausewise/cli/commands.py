"""The application that has all commands.

Heavy modules are imported inside the commands, so that a start is quick.

Exit status: 0 when every case was decided, whatever the determination; 2 for bad input or usage,
with nothing on standard output then; 1 when ``check`` refuses a proof, or ``text``, ``drift``
or ``run-suite`` finds something to look at.
"""

from __future__ import annotations

from typing import Annotated

import typer

from clausewise.cli.commands_analysis import analyse, drift, run_suite, suite, text
from clausewise.cli.commands_ask import ask
from clausewise.cli.commands_cases import (
    as_of,
    decide,
    flip,
    missing,
    what_if,
    when,
    why,
    why_not,
)
from clausewise.cli.commands_cohorts import audit, relations
from clausewise.cli.commands_fhir import (
    facts,
    questionnaire,
)
from clausewise.cli.commands_files import check, quotes, schema, validate
from clausewise.cli.commands_pictures import graph, report
from clausewise.cli.commands_policies import (
    check_policy,
    compare_policies,
    new_policy,
    policies,
)
from clausewise.cli.commands_rules import policy, readings, template
from clausewise.cli.commands_serve import serve
from clausewise.cli.errors import OneValue, PlainErrors

app = typer.Typer(
    cls=PlainErrors,
    name="clausewise",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from clausewise import __version__

        typer.echo(f"clausewise {__version__}")
        raise typer.Exit


@app.callback()
def clausewise(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say which version this is.", callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Decide cases under medical policies and prove each determination."""


for _command in (
    decide,
    why,
    what_if,
    as_of,
    when,
    missing,
    flip,
    check,
    why_not,
    quotes,
    policy,
    readings,
    template,
    ask,
    schema,
    validate,
    facts,
    questionnaire,
    report,
    graph,
    audit,
    relations,
    serve,
    policies,
    new_policy,
    check_policy,
    analyse,
    suite,
    run_suite,
    text,
    drift,
    compare_policies,
):
    app.command(cls=OneValue)(_command)
