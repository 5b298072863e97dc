"""The commands about a case: its determination, why, what is missing, what would change it.

Heavy modules are imported inside the commands, so that a start is quick.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clausewise.cli.commands_fhir import (
    missing_form,
    remarks_on,
    responses,
)
from clausewise.cli.errors import fail
from clausewise.cli.inputs import asked, load_cases
from clausewise.cli.many import for_each_case, on_change
from clausewise.cli.options import (
    AsOfOption,
    Cases,
    EachCase,
    FhirFormat,
    FhirFormatOption,
    Format,
    FormatOption,
    ParameterOption,
    PolicyOption,
    ReadingOption,
    WatchOption,
    WhatIfOption,
    day_of,
    new_file,
    settings_of,
)
from clausewise.cli.printing import (
    marked,
    print_difference,
    print_json,
    print_text,
    show_answer,
    terminal,
    write_new,
)
from clausewise.facts.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.text import Text

    from clausewise.logic.decision.decide import Decision


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
        typer.Option(
            "--proof",
            callback=new_file,
            help="Write the proof certificate of one case to this new file.",
        ),
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
    decisions = [asked(each, reading, parameter, policy, as_of).decide() for each in loaded]
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
    print_text(_decided(decisions))


def _decided(decisions: Sequence[Decision]) -> Iterator[Text]:
    """The table of determinations, and below it what has to be said of cases and policies."""
    from rich.text import Text

    from clausewise.logic.explain.result import disclaimer_of
    from clausewise.output.terminal import decisions_table, width_of

    yield from marked(next((each.what_if for each in decisions), ""))
    yield from decisions_table(decisions, width_of(terminal()))
    yield Text()
    for decision in decisions:
        if (remarks := remarks_on(decision)) is not None:
            yield Text(remarks, "dim")
    for notice in dict.fromkeys(each.notice for each in decisions if each.notice):
        about = [printable(each.case.case, 40) for each in decisions if each.notice == notice]
        names = about[0] if len(about) == 1 else f"{len(about)} cases, {about[0]} and others"
        yield Text(f"note on {names}: {printable(notice, 1000)}")
    for said in dict.fromkeys(disclaimer_of(each.policy) for each in decisions):
        yield Text(said, "dim")


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
        typer.Option(
            "--output",
            "-o",
            callback=new_file,
            help="Write a letter to this new file.",
            show_default=False,
        ),
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
    answer = asked(case, reading, parameter, policy, as_of).why(full=full)
    if format.value in LETTERS:
        _write_letter(answer.value, LETTERS[format.value], audience, output, what_if=what_if)
    elif format is Explanation.html:
        sys.stdout.write(answer.value.report())
    else:
        show_answer(answer, format)


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
    found = asked(case, reading, parameter, policy).effect_of(settings_of(set))
    print_difference(found, format)


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
    known = day_of(day)
    print_difference(asked(case, reading, parameter, policy).as_of(known), format, known)


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
    show_answer(asked(case, reading, parameter, policy).when(days=days), format)


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
    given = asked(case, reading, parameter, policy)
    if format is FhirFormat.fhir:
        print_json([missing_form(given, what_if=what_if)])
    else:
        show_answer(given.missing(), format)


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
    found = asked(case, reading, parameter, policy).flip(to, size=size, hold=hold or ())
    show_answer(found, format)


@for_each_case
def why_not(
    case: EachCase,
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    policy: PolicyOption = None,
) -> None:
    """Every clause in the way of an approval, with its gaps by code."""
    show_answer(asked(case, reading, parameter, policy).why_not(), format)
