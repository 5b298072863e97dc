"""The command that puts queries to a case or a cohort, and its prompt.

As everywhere, heavy modules are imported inside the commands.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from clausewise.cli.commands_cohorts import counting, processors
from clausewise.cli.errors import fail, say
from clausewise.cli.inputs import load_cases
from clausewise.cli.options import (
    ParameterOption,
    PolicyOption,
    ReadingOption,
    name_values,
    parameter_values,
)
from clausewise.cli.printing import noted, print_json, print_text

if TYPE_CHECKING:
    from clausewise.api.asking import Table
    from clausewise.facts.case.model import Case

SHOWN = 20
"""Answers that are shown as text."""
PROVED = 5
"""Answers whose derivations are shown as text."""


class TableFormat(StrEnum):
    """How a table is written."""

    text = "text"
    json = "json"
    csv = "csv"


def ask(
    case: Annotated[
        str,
        typer.Argument(
            help="A case, or several: a folder, a pattern, a file of JSON lines.",
            show_default=False,
        ),
    ],
    query: Annotated[
        list[str] | None,
        typer.Argument(
            help="Such as 'technical(L, E) & relief(E, R) & (R < 60)', or the name of a named "
            "query; several are alternatives. Without one a prompt opens.",
            show_default=False,
        ),
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Prove the answers, rule by rule.")] = False,
    why_not: Annotated[
        bool, typer.Option("--why-not", help="Where nothing is answered, what came closest.")
    ] = False,
    count: Annotated[bool, typer.Option("--count", help="Say how many answers there are.")] = False,
    format: Annotated[
        TableFormat, typer.Option("--format", "-f", help="Text, JSON or CSV.")
    ] = TableFormat.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    policy: PolicyOption = None,
) -> None:
    """Put a query in Datalog to a case or a cohort; each answer can be proved."""
    from clausewise.api.asking import ask as put
    from clausewise.api.loading import addresses, is_cohort

    many = is_cohort(case) or addresses(case) != [case]
    if count and (why or why_not):
        fail("--count gives a number alone; leave --why and --why-not out")
    if format is TableFormat.csv and (why or why_not or count):
        fail("--format csv gives the answers alone; leave --why, --why-not and --count out")
    readings, parameters = name_values(reading), parameter_values(parameter)
    given: str | Case | list[Case] = case
    if not many:
        cases = load_cases([case], every=True)
        given = cases[0] if len(cases) == 1 else cases
    if not query:
        if why or why_not or count or format is not TableFormat.text:
            fail("name a query; the prompt has its own ways to ask: help tells them")
        from clausewise.cli.prompt import prompt

        prompt(given, readings, parameters, policy)
        return
    with counting() as progress:
        found = put(
            given,
            *query,
            readings=readings,
            parameters=parameters,
            policy=policy,
            progress=progress,
            processes=processors() if many else 1,
        )
    _print(found, format, why=why, why_not=why_not, count=count)


def _print(found: Table, format: TableFormat, *, why: bool, why_not: bool, count: bool) -> None:
    from clausewise.output import asking

    answers = found.answers
    if format is TableFormat.csv:
        asking.write_answers_csv(answers, sys.stdout)
        if found.notice:
            say(f"note: {found.notice}")
    elif format is TableFormat.json and count:
        print_json([asking.count_data(answers)])
    elif format is TableFormat.json:
        asking.write_answers_json(answers, sys.stdout, why=why, why_not=why_not)
    elif count:
        print_text([*asking.marked(answers), asking.counted(answers)])
    elif why:
        print_text(asking.why_lines(answers, PROVED, why_not=why_not))
    elif why_not:
        print_text(asking.why_not_lines(answers, PROVED))
    else:
        print_text(asking.answers_lines(answers, SHOWN))
    if format is TableFormat.text:
        print_text(noted(found.notice))
