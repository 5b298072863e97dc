"""The commands about cases and the policy, and the application that has all commands.

Heavy modules are imported inside the commands, so that a start is quick.

Exit status: 0 when every case was decided, whatever the determination; 2 for bad input or usage,
with nothing on standard output then; 1 when ``check`` refuses a proof, or ``text``, ``drift``
or ``run-suite`` finds something to look at.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from clausewise.cli.commands_analysis import analyse, drift, run_suite, suite, text
from clausewise.cli.commands_cohorts import audit, relations
from clausewise.cli.commands_fhir import (
    facts,
    missing_form,
    questionnaire,
    remarks_on,
    responses,
)
from clausewise.cli.commands_pictures import graph, report
from clausewise.cli.errors import PlainErrors, fail
from clausewise.cli.inputs import decision_of, load_cases, of_procedure
from clausewise.cli.options import (
    AsOfOption,
    Cases,
    FhirFormat,
    FhirFormatOption,
    Format,
    FormatOption,
    OneCase,
    OutputOption,
    ParameterOption,
    ReadingOption,
    day_of,
    name_values,
    one_of,
    parameter_values,
    settings_of,
)
from clausewise.cli.printing import (
    print_difference,
    print_json,
    print_text,
    show,
    terminal,
    write_new,
    written,
)

app = typer.Typer(
    cls=PlainErrors,
    name="clausewise",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Explanation(StrEnum):
    """How an explanation is written."""

    text = "text"
    json = "json"
    markdown = "markdown"
    html = "html"


class Audience(StrEnum):
    """Whom a letter is written for."""

    clinician = "clinician"
    member = "member"


@app.callback()
def clausewise() -> None:
    """Decide cases under medical policy MM-1508 and prove each determination."""


@app.command()
def decide(
    cases: Cases,
    format: FhirFormatOption = FhirFormat.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    as_of: AsOfOption = None,
    reason_codes: Annotated[
        Path | None,
        typer.Option("--reason-codes", help="X12 reason codes for FHIR, in a table of your own."),
    ] = None,
    proof: Annotated[
        Path | None,
        typer.Option("--proof", help="Write the proof certificate of one case to this new file."),
    ] = None,
) -> None:
    """The determination of each line: a table, one JSON object a case, or a ClaimResponse each."""
    if proof is not None and len(cases) != 1:
        fail("--proof takes one case")
    if reason_codes is not None and format is not FhirFormat.fhir:
        fail("--reason-codes belongs to --format fhir")
    loaded = load_cases(cases, every=True)
    decisions = [decision_of(each, reading, parameter, as_of) for each in loaded]
    if proof is not None:
        if len(decisions) != 1:
            fail("--proof takes one case; a bundle that asks for several has a number after it")
        from clausewise.logic.proof.certificate import canonical, certificate

        write_new(proof, canonical(certificate(decisions[0])) + "\n")
    if format is FhirFormat.json:
        from clausewise.logic.explain.result import result

        print_json([result(decision) for decision in decisions])
        return
    if format is FhirFormat.fhir:
        print_json(responses(decisions, reason_codes))
        return
    from clausewise.logic.explain.result import DISCLAIMER
    from clausewise.output.terminal import decisions_table

    console = terminal()
    console.print(decisions_table(decisions))
    for decision in decisions:
        if (remarks := remarks_on(decision)) is not None:
            console.print(remarks, style="dim", soft_wrap=not console.is_terminal)
    console.print(DISCLAIMER, style="dim", soft_wrap=not console.is_terminal)


@app.command()
def why(
    case: OneCase,
    full: Annotated[bool, typer.Option("--full", help="Show every clause.")] = False,
    format: Annotated[
        Explanation,
        typer.Option("--format", "-f", help="Text, JSON, a letter in Markdown, or the report."),
    ] = Explanation.text,
    audience: Annotated[
        Audience, typer.Option("--for", help="Whom the letter (markdown) is for.")
    ] = Audience.clinician,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    as_of: AsOfOption = None,
) -> None:
    """Why a case was decided so: the outcome, every reason, the evidence."""
    (loaded,) = load_cases([case])
    decision = decision_of(loaded, reading, parameter, as_of)
    if format is Explanation.json:
        from clausewise.logic.explain.result import result

        print_json([result(decision)])
        return
    if format is Explanation.markdown:
        from clausewise.output.letter import letters

        sys.stdout.write(letters(decision, audience.value))
        return
    if format is Explanation.html:
        from clausewise.api.functions import report as page

        sys.stdout.write(page(decision))
        return
    from clausewise.output.terminal import why as explain

    print_text(explain(decision, full=full))


@app.command()
def what_if(
    case: OneCase,
    set: Annotated[
        list[str],
        typer.Option(
            "--set",
            help="PLACE=VALUE: a place of the case (measurements[0].value, "
            "injections.I2.relief_percent, findings+), reading.NAME or parameter.NAME.",
        ),
    ],
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """The difference that given changes of facts, readings or parameters make."""
    from clausewise.api.functions import what_if as compare

    (loaded,) = load_cases([case])
    found = compare(
        loaded,
        settings_of(set),
        readings=name_values(reading),
        parameters=parameter_values(parameter),
    )
    print_difference(found, format)


@app.command()
def as_of(
    case: OneCase,
    day: Annotated[str, typer.Argument(help="The day, such as 2026-07-20.")],
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """The decision on the file as the plan had it that day, beside the decision of today."""
    from clausewise.api.functions import as_of as compare

    (loaded,) = load_cases([case])
    found = compare(
        loaded, day_of(day), readings=name_values(reading), parameters=parameter_values(parameter)
    )
    print_difference(found, format)


@app.command()
def when(
    case: OneCase,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days before and after.")] = 730,
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """On which days of receipt the same record would be approved, denied or pended."""
    from clausewise.api.functions import when as intervals
    from clausewise.output.comparison import when_data, when_lines

    (loaded,) = load_cases([case])
    found = intervals(
        loaded, days=days, readings=name_values(reading), parameters=parameter_values(parameter)
    )
    show(format, when_data, when_lines, loaded, found)


@app.command()
def missing(
    case: OneCase,
    format: FhirFormatOption = FhirFormat.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """The least documentation that would make a line medically necessary, as alternatives."""
    if format is FhirFormat.fhir:
        print_json([missing_form(case, name_values(reading), parameter_values(parameter))])
        return
    from clausewise.api.functions import missing as lacking
    from clausewise.output.missing import missing_data, missing_lines

    (loaded,) = load_cases([case])
    found = lacking(loaded, readings=name_values(reading), parameters=parameter_values(parameter))
    show(Format(format.value), missing_data, missing_lines, loaded, found)


@app.command()
def flip(
    case: OneCase,
    to: Annotated[
        str | None,
        typer.Option("--to", help="The determination wanted, such as medically_necessary."),
    ] = None,
    size: Annotated[int, typer.Option(min=1, max=4, help="At most so many changes.")] = 2,
    hold: Annotated[
        list[str] | None,
        typer.Option("--hold", help="An entry, id, finding or list that stays; may be repeated."),
    ] = None,
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """The smallest changes of fact that would change a determination, each verified."""
    from clausewise.facts.vocabulary.determinations import Determination
    from clausewise.logic.what_if.flip import flip as sets_of
    from clausewise.logic.what_if.flip import necessary_by_side
    from clausewise.output.flip import flip_data, flip_lines

    one_of("a determination", to, tuple(Determination))
    (loaded,) = load_cases([case])
    decision = decision_of(loaded, reading, parameter)
    found = decision.ask(partial(sets_of, to=to, largest=size, hold=hold or ()))
    necessary = necessary_by_side(decision, found, whole=to is None and not hold)
    show(format, flip_data, flip_lines, decision, found, necessary)


@app.command()
def check(
    proof: Annotated[Path, typer.Argument(help="A proof certificate written by decide --proof.")],
    case: OneCase,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """Is this proof valid for this case, by a checker that does not use the engine?"""
    from clausewise.api.functions import check as verify
    from clausewise.logic.proof.checker import Refused

    (loaded,) = load_cases([case])
    try:
        verify(proof, loaded, readings=name_values(reading), parameters=parameter_values(parameter))
    except Refused as reason:
        typer.echo(f"refused: {reason}", err=True)
        raise typer.Exit(1) from None
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{proof}: {getattr(error, 'strerror', None) or 'not a readable proof'}")
    typer.echo("valid: every step is an instance of a rule, and none is missing")


@app.command()
def why_not(
    case: OneCase,
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """Every clause in the way of an approval, with its gaps by code."""
    from clausewise.logic.explain.gaps import why_not as blocking
    from clausewise.output.gaps import why_not_data, why_not_lines

    (loaded,) = load_cases([case])
    decision = decision_of(loaded, reading, parameter)
    show(format, why_not_data, why_not_lines, decision, decision.ask(blocking))


@app.command()
def policy(
    clause: Annotated[str | None, typer.Argument(help="A clause label, such as D.I.B.7.")] = None,
    format: FormatOption = Format.text,
) -> None:
    """The policy's clauses, or one clause: paraphrase, rules, facts, parameters, readings."""
    from clausewise.logic.mm_1508 import POLICY
    from clausewise.output.policy import clause_data, clause_lines, outline_lines, policy_data

    one_of("a clause", clause, POLICY.clauses)
    if clause is None:
        show(format, policy_data, outline_lines)
    else:
        show(format, clause_data, clause_lines, clause)


@app.command()
def readings(format: FormatOption = Format.text) -> None:
    """The register of readings: where the text can be read in more than one way."""
    from clausewise.output.policy import reading_data, reading_lines

    show(format, reading_data, reading_lines)


@app.command()
def template(
    procedure: Annotated[str, typer.Argument(help="A procedure name or CPT code.")],
    output: OutputOption = None,
) -> None:
    """A blank, commented case file for a procedure."""
    from clausewise.api.functions import template as blank

    written(of_procedure(blank, procedure), output)


for _command in (
    facts,
    questionnaire,
    report,
    graph,
    audit,
    relations,
    analyse,
    suite,
    run_suite,
    text,
    drift,
):
    app.command()(_command)
