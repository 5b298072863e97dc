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
from typing import TYPE_CHECKING, Annotated

import typer

from clausewise.cli.commands_analysis import analyse, drift, run_suite, suite, text
from clausewise.cli.commands_ask import ask
from clausewise.cli.commands_cohorts import audit, relations
from clausewise.cli.commands_fhir import (
    facts,
    missing_form,
    questionnaire,
    remarks_on,
    responses,
)
from clausewise.cli.commands_files import schema, validate
from clausewise.cli.commands_pictures import graph, report
from clausewise.cli.commands_policies import (
    check_policy,
    compare_policies,
    new_policy,
    policies,
)
from clausewise.cli.commands_serve import serve
from clausewise.cli.errors import OneValue, PlainErrors, fail
from clausewise.cli.inputs import decision_of, load_cases, notice_on, of_procedure
from clausewise.cli.many import for_each_case, on_change
from clausewise.cli.options import (
    AsOfOption,
    Cases,
    EachCase,
    FhirFormat,
    FhirFormatOption,
    Format,
    FormatOption,
    OneCase,
    OutputOption,
    ParameterOption,
    PolicyOption,
    ReadingOption,
    WatchOption,
    WhatIfOption,
    day_of,
    name_values,
    one_of,
    parameter_values,
    settings_of,
)
from clausewise.cli.printing import (
    marked,
    print_difference,
    print_json,
    print_text,
    show,
    terminal,
    write_new,
    written,
)
from clausewise.facts.text import printable

if TYPE_CHECKING:
    from clausewise.logic.decision.decide import Decision

app = typer.Typer(
    cls=PlainErrors,
    name="clausewise",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Explanation(StrEnum):
    """How an explanation is written."""

    text = "text"
    json = "json"
    html = "html"
    markdown = "markdown"
    letter_html = "letter-html"
    docx = "docx"


LETTERS = {"markdown": "markdown", "letter-html": "html", "docx": "docx"}
"""The formats that are a letter, and what the letter is written as."""


class Audience(StrEnum):
    """Whom a letter is written for."""

    clinician = "clinician"
    member = "member"


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


@app.command(cls=OneValue)
def decide(
    cases: Cases,
    format: FhirFormatOption = FhirFormat.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    reason_codes: Annotated[
        Path | None,
        typer.Option("--reason-codes", help="X12 reason codes for FHIR, in a table of your own."),
    ] = None,
    proof: Annotated[
        Path | None,
        typer.Option("--proof", help="Write the proof certificate of one case to this new file."),
    ] = None,
    watch: WatchOption = False,
    what_if: WhatIfOption = False,
) -> None:
    """The determination of each line: a table, one JSON object a case, or a ClaimResponse each."""
    if watch:
        if proof is not None:
            fail("--proof writes a new file once; leave --watch out")
        again = partial(decide, cases, format, reading, parameter, policy, as_of)
        on_change(cases, partial(again, reason_codes=reason_codes, what_if=what_if))
        return
    if proof is not None and len(cases) != 1:
        fail("--proof takes one case")
    if format is not FhirFormat.fhir and (reason_codes is not None or what_if):
        fail(f"{'--what-if' if what_if else '--reason-codes'} belongs to --format fhir")
    loaded = load_cases(cases, every=True)
    decisions = [decision_of(each, reading, parameter, as_of, policy) for each in loaded]
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
        print_json(responses(decisions, reason_codes, what_if=what_if))
        return
    from clausewise.logic.explain.result import disclaimer_of
    from clausewise.output.terminal import decisions_table

    console = terminal()
    print_text(marked(next((each.what_if for each in decisions), "")))
    console.print(decisions_table(decisions))
    for decision in decisions:
        if (remarks := remarks_on(decision)) is not None:
            console.print(remarks, style="dim", soft_wrap=not console.is_terminal)
    for notice in dict.fromkeys(each.notice for each in decisions if each.notice):
        about = [printable(each.case.case, 40) for each in decisions if each.notice == notice]
        names = about[0] if len(about) == 1 else f"{len(about)} cases, {about[0]} and others"
        note = f"note on {names}: {printable(notice, 1000)}"
        console.print(note, soft_wrap=not console.is_terminal)
    for said in dict.fromkeys(disclaimer_of(each.policy) for each in decisions):
        console.print(said, style="dim", soft_wrap=not console.is_terminal)


@app.command(cls=OneValue)
@for_each_case
def why(
    case: EachCase,
    full: Annotated[bool, typer.Option("--full", help="Show every clause.")] = False,
    format: Annotated[
        Explanation,
        typer.Option(
            "--format",
            "-f",
            help="Text, JSON, the report (html), or a letter: markdown, letter-html, docx.",
        ),
    ] = Explanation.text,
    audience: Annotated[
        Audience | None,
        typer.Option("--for", help="Whom the letter is for; a clinician otherwise."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write a letter to this new file.", show_default=False),
    ] = None,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    policy: PolicyOption = None,
    as_of: AsOfOption = None,
    watch: WatchOption = False,
    what_if: WhatIfOption = False,
) -> None:
    """Why a case was decided so: the outcome, every reason, the evidence."""
    of_letters = {"--for": audience, "--output": output, "--what-if": what_if}
    if format.value not in LETTERS and (given := [name for name in of_letters if of_letters[name]]):
        fail(f"{', '.join(given)} belongs to a letter: --format {', '.join(LETTERS)}")
    if format is Explanation.docx and output is None:
        fail("--format docx writes a file; name it with --output")
    if output is not None and watch:
        fail("--output writes a new file once; leave --watch out")
    if full and format is not Explanation.text:
        fail("--full belongs to --format text; the other formats show every clause")
    if watch:
        again = partial(why, full=full, format=format, audience=audience, what_if=what_if)
        again = partial(again, case=case, reading=reading, parameter=parameter)
        on_change([case], partial(again, policy=policy, as_of=as_of))
        return
    (loaded,) = load_cases([case])
    decision = decision_of(loaded, reading, parameter, as_of, policy)
    if format is Explanation.json:
        from clausewise.logic.explain.result import result

        print_json([result(decision, ledger=True)])
        return
    if format.value in LETTERS:
        _write_letter(decision, LETTERS[format.value], audience, output, what_if=what_if)
        return
    if format is Explanation.html:
        from clausewise.api.functions import report as page

        sys.stdout.write(page(decision))
        return
    from clausewise.output.terminal import why as explain

    print_text(explain(decision, full=full))


def _write_letter(
    decision: Decision, form: str, audience: Audience | None, output: Path | None, *, what_if: bool
) -> None:
    from clausewise.output.letter_files import FORMATS, LetterError

    _, write = FORMATS[form]
    try:
        content = write(decision, (audience or Audience.clinician).value, what_if=what_if)
    except LetterError as error:
        fail(str(error))
    if output is not None:
        write_new(output, content)
    elif isinstance(content, str):
        sys.stdout.write(content)


@app.command(cls=OneValue)
@for_each_case
def what_if(
    case: EachCase,
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
    policy: PolicyOption = None,
) -> None:
    """The difference that given changes of facts, readings or parameters make."""
    from clausewise.api.functions import what_if as compare

    (loaded,) = load_cases([case])
    found = compare(
        loaded,
        settings_of(set),
        readings=name_values(reading),
        parameters=parameter_values(parameter),
        policy=policy,
    )
    print_difference(found, format)


@app.command(cls=OneValue)
@for_each_case
def as_of(
    case: EachCase,
    day: Annotated[str, typer.Argument(help="The day, such as 2026-07-20.")],
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    policy: PolicyOption = None,
) -> None:
    """The decision on the file as the plan had it that day, beside the decision of today."""
    from clausewise.api.functions import as_of as compare

    (loaded,) = load_cases([case])
    found = compare(
        loaded,
        day_of(day),
        readings=name_values(reading),
        parameters=parameter_values(parameter),
        policy=policy,
    )
    print_difference(found, format, day_of(day))


@app.command(cls=OneValue)
@for_each_case
def when(
    case: EachCase,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days before and after.")] = 730,
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    policy: PolicyOption = None,
) -> None:
    """On which days of receipt the same record would be approved, denied or pended."""
    from clausewise.api.functions import when as intervals
    from clausewise.output.comparison import when_data, when_lines

    (loaded,) = load_cases([case])
    found = intervals(
        loaded,
        days=days,
        readings=name_values(reading),
        parameters=parameter_values(parameter),
        policy=policy,
    )
    decision = decision_of(loaded, reading, parameter, policy=policy)
    show(format, when_data, when_lines, decision, found.value, days, what_if=decision.what_if)


@app.command(cls=OneValue)
@for_each_case
def missing(
    case: EachCase,
    format: FhirFormatOption = FhirFormat.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    policy: PolicyOption = None,
    what_if: WhatIfOption = False,
) -> None:
    """The least documentation that would make a line medically necessary, as alternatives."""
    if what_if and format is not FhirFormat.fhir:
        fail("--what-if belongs to --format fhir")
    if format is FhirFormat.fhir:
        choices = name_values(reading), parameter_values(parameter)
        print_json([missing_form(case, *choices, policy, what_if=what_if)])
        return
    from clausewise.logic.what_if.missing import missing as lacking
    from clausewise.output.missing import missing_data, missing_lines

    (loaded,) = load_cases([case])
    decision = decision_of(loaded, reading, parameter, policy=policy)
    found = tuple(decision.ask(lacking).values())
    chosen = Format(format.value)
    show(chosen, missing_data, missing_lines, decision, found, what_if=decision.what_if)


@app.command(cls=OneValue)
@for_each_case
def flip(
    case: EachCase,
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
    policy: PolicyOption = None,
) -> None:
    """The smallest changes of fact that would change a determination, each verified."""
    from clausewise.facts.vocabulary.determinations import Determination
    from clausewise.logic.what_if.flip import flip as sets_of
    from clausewise.logic.what_if.flip import necessary_by_side
    from clausewise.output.flip import flip_data, flip_lines

    one_of("a determination", to, tuple(Determination))
    (loaded,) = load_cases([case])
    decision = decision_of(loaded, reading, parameter, policy=policy)
    found = decision.ask(partial(sets_of, to=to, largest=size, hold=hold or ()))
    necessary = necessary_by_side(decision, found, whole=to is None and not hold)
    mark = decision.what_if
    show(format, flip_data, flip_lines, decision, found, necessary, what_if=mark)


@app.command(cls=OneValue)
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

    (loaded,) = load_cases([case])
    try:
        found = verify(
            proof,
            loaded,
            readings=name_values(reading),
            parameters=parameter_values(parameter),
            as_of=None if as_of is None else day_of(as_of),
            policy=policy,
        )
    except Refused as reason:
        if format is Format.json:
            print_json([refused_data(str(reason))])
        typer.echo(f"refused: {printable(str(reason), 1000)}", err=True)
        raise typer.Exit(1) from None
    notice = notice_on(loaded, policy)
    show(format, proved_data, proved_lines, found, notice=notice)


@app.command(cls=OneValue)
@for_each_case
def why_not(
    case: EachCase,
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    policy: PolicyOption = None,
) -> None:
    """Every clause in the way of an approval, with its gaps by code."""
    from clausewise.logic.explain.gaps import why_not as blocking
    from clausewise.output.gaps import why_not_data, why_not_lines

    (loaded,) = load_cases([case])
    decision = decision_of(loaded, reading, parameter, policy=policy)
    found = decision.ask(blocking)
    show(format, why_not_data, why_not_lines, decision, found, what_if=decision.what_if)


@app.command(cls=OneValue)
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


@app.command(cls=OneValue)
def policy(
    clause: Annotated[str | None, typer.Argument(help="A clause label, such as D.I.B.7.")] = None,
    format: FormatOption = Format.text,
    policy: PolicyOption = None,
) -> None:
    """A policy's clauses, or one clause: paraphrase, rules, facts, parameters, readings."""
    from clausewise.logic.policies.registry import policy_meant
    from clausewise.output.policy import clause_data, clause_lines, outline_lines, policy_data

    found = policy_meant(policy)
    one_of("a clause", clause, found.clauses)
    if clause is None:
        show(format, policy_data, outline_lines, found)
    else:
        show(format, clause_data, clause_lines, found, clause)


@app.command(cls=OneValue)
def readings(format: FormatOption = Format.text, policy: PolicyOption = None) -> None:
    """The register of readings: where the text can be read in more than one way."""
    from clausewise.logic.policies.registry import policy_meant
    from clausewise.output.policy import reading_data, reading_lines

    show(format, reading_data, reading_lines, policy_meant(policy))


@app.command(cls=OneValue)
def template(
    procedure: Annotated[str, typer.Argument(help="A procedure name or CPT code.")],
    output: OutputOption = None,
    policy: PolicyOption = None,
) -> None:
    """A blank, commented case file for a procedure."""
    from clausewise.api.functions import template as blank

    written(of_procedure(blank, procedure, policy), output)


for _command in (
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
