"""The command line. Heavy modules are imported inside the commands, so that a start is quick.

Exit status: 0 when every case was decided, whatever the determination; 2 for bad input or usage,
with nothing on standard output then; 1 when ``check`` refuses a proof.
"""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from datetime import date

    from rich.console import Console

    from logic.comparison import Difference
    from logic.determination import Decision

app = typer.Typer(
    name="clausewise",
    help="Decide cases under medical policy MM-1508 and prove each determination.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """How a result is written."""

    text = "text"
    json = "json"


class Explanation(StrEnum):
    """How an explanation is written."""

    text = "text"
    json = "json"
    markdown = "markdown"


class Audience(StrEnum):
    """Whom a letter is written for."""

    clinician = "clinician"
    member = "member"


Cases = Annotated[list[str], typer.Argument(help="Case files (YAML or JSON).", show_default=False)]
OneCase = Annotated[str, typer.Argument(help="A case file (YAML or JSON).", show_default=False)]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="Text or JSON.")]
ReadingOption = Annotated[
    list[str] | None,
    typer.Option("--reading", help="A way of reading the text, NAME=VALUE; may be repeated."),
]
ParameterOption = Annotated[
    list[str] | None,
    typer.Option("--parameter", help="A number of the policy, NAME=NUMBER; may be repeated."),
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help="Decide on what the plan had received by this day.")
]


@app.command()
def decide(
    cases: Cases,
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    as_of: AsOfOption = None,
    proof: Annotated[
        Path | None,
        typer.Option("--proof", help="Write the proof certificate of one case to this new file."),
    ] = None,
) -> None:
    """The determination of each line: a table, or one JSON object a case with its proof."""
    if proof is not None and len(cases) != 1:
        _fail("--proof takes one case")
    decisions = [_decision(path, reading, parameter, as_of) for path in _loaded(cases)]
    if proof is not None:
        from logic.certificate import canonical, certificate

        _write_new(proof, canonical(certificate(decisions[0])) + "\n")
    if format is Format.json:
        _print_json([_result(decision) for decision in decisions])
        return
    from clausewise.terminal import decisions_table

    console = _console()
    console.print(decisions_table(decisions))
    console.print(_disclaimer(), style="dim", soft_wrap=not console.is_terminal)


@app.command()
def why(
    case: OneCase,
    full: Annotated[bool, typer.Option("--full", help="Show every clause.")] = False,
    format: Annotated[
        Explanation, typer.Option("--format", "-f", help="Text, JSON, or a letter in Markdown.")
    ] = Explanation.text,
    audience: Annotated[
        Audience, typer.Option("--for", help="Whom the letter (markdown) is for.")
    ] = Audience.clinician,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
    as_of: AsOfOption = None,
) -> None:
    """Why a case was decided so: the outcome, every reason, the evidence."""
    (loaded,) = _loaded([case])
    decision = _decision(loaded, reading, parameter, as_of)
    if format is Explanation.json:
        _print_json([_result(decision)])
        return
    if format is Explanation.markdown:
        from clausewise.letter_view import letters

        sys.stdout.write(letters(decision, audience.value))
        return
    from clausewise.terminal import print_lines
    from clausewise.terminal import why as explain

    print_lines(_console(), explain(decision, full=full))


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
    from clausewise.api import what_if as compare
    from facts.editing import EditError, value_from_text
    from facts.files import InputError
    from logic.choices import ChoiceError

    (loaded,) = _loaded([case])
    try:
        settings = {name: value_from_text(value) for name, value in _pairs(set).items()}
        found = compare(loaded, settings, readings=_pairs(reading), parameters=_numbers(parameter))
    except (EditError, InputError, ChoiceError) as error:
        _fail(str(error))
    _print_difference(found, format)


@app.command()
def as_of(
    case: OneCase,
    day: Annotated[str, typer.Argument(help="The day, such as 2026-07-20.")],
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """The decision on the file as the plan had it that day, beside the decision of today."""
    from clausewise.api import as_of as compare

    (loaded,) = _loaded([case])
    found = compare(loaded, _date(day), readings=_pairs(reading), parameters=_numbers(parameter))
    _print_difference(found, format)


@app.command()
def when(
    case: OneCase,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days before and after.")] = 730,
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """On which days of receipt the same record would be approved, denied or pended."""
    from clausewise.api import when as intervals
    from clausewise.comparison_view import when_data, when_lines
    from clausewise.terminal import print_lines

    (loaded,) = _loaded([case])
    found = intervals(loaded, days=days, readings=_pairs(reading), parameters=_numbers(parameter))
    if format is Format.json:
        _print_json([when_data(loaded, found)])
        return
    print_lines(_console(), when_lines(loaded, found))


@app.command()
def missing(
    case: OneCase,
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """The least documentation that would make a line medically necessary, as alternatives."""
    from clausewise.api import missing as lacking
    from clausewise.missing_view import missing_data, missing_lines
    from clausewise.terminal import print_lines
    from logic.choices import ChoiceError

    (loaded,) = _loaded([case])
    try:
        found = lacking(loaded, readings=_pairs(reading), parameters=_numbers(parameter))
    except ChoiceError as error:
        _fail(str(error))
    if format is Format.json:
        _print_json([missing_data(loaded, found)])
        return
    print_lines(_console(), missing_lines(loaded, found))


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
    from clausewise.flip_view import flip_data, flip_lines
    from clausewise.terminal import print_lines
    from logic.flip import flip as sets_of
    from logic.flip import load_bearing
    from logic.outcome import DETERMINATIONS

    if to is not None and to not in DETERMINATIONS:
        from facts.case import nearest

        _fail(f"{to!r} is not a determination{nearest(to, DETERMINATIONS)}")
    (loaded,) = _loaded([case])
    decision = _decision(loaded, reading, parameter)
    found = {
        line.side: sets_of(decision, line, to, largest=size, hold=hold or ())
        for line in decision.lines
    }
    bearing = {line.side: load_bearing(decision, line) for line in decision.lines}
    if format is Format.json:
        _print_json([flip_data(decision, found, bearing)])
        return
    print_lines(_console(), flip_lines(decision, found, bearing))


@app.command()
def check(
    proof: Annotated[Path, typer.Argument(help="A proof certificate written by decide --proof.")],
    case: OneCase,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """Is this proof valid for this case, by a checker that does not use the engine?"""
    from clausewise.api import check as verify
    from logic.checker import Refused

    (loaded,) = _loaded([case])
    try:
        verify(proof, loaded, readings=_pairs(reading), parameters=_numbers(parameter))
    except Refused as reason:
        typer.echo(f"refused: {reason}", err=True)
        raise typer.Exit(1) from None
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"{proof}: {getattr(error, 'strerror', None) or 'not a readable proof'}")
    typer.echo("valid: every step is an instance of a rule, and none is missing")


@app.command()
def why_not(
    case: OneCase,
    format: FormatOption = Format.text,
    reading: ReadingOption = None,
    parameter: ParameterOption = None,
) -> None:
    """Every clause in the way of an approval, with its gaps by code."""
    from clausewise.gaps_view import why_not_data, why_not_lines
    from clausewise.terminal import print_lines
    from logic.gaps import why_not as blocking

    (loaded,) = _loaded([case])
    decision = _decision(loaded, reading, parameter)
    found = {line.side: blocking(decision, line) for line in decision.lines}
    if format is Format.json:
        _print_json([why_not_data(decision, found)])
        return
    print_lines(_console(), why_not_lines(decision, found))


@app.command()
def policy(
    clause: Annotated[str | None, typer.Argument(help="A clause label, such as D.I.B.7.")] = None,
    format: FormatOption = Format.text,
) -> None:
    """The policy's clauses, or one clause: paraphrase, rules, facts, parameters, readings."""
    from clausewise.policy_view import clause_data, clause_lines, outline_lines, policy_data
    from logic.mm_1508 import POLICY

    if clause is not None and clause not in POLICY.clauses:
        from facts.case import nearest

        _fail(f"{clause!r} is not a clause of {POLICY.number}{nearest(clause, POLICY.clauses)}")
    if format is Format.json:
        _print_json([policy_data() if clause is None else clause_data(clause)])
        return
    from clausewise.terminal import print_lines

    print_lines(_console(), outline_lines() if clause is None else clause_lines(clause))


@app.command()
def readings(format: FormatOption = Format.text) -> None:
    """The register of readings: where the text can be read in more than one way."""
    from clausewise.policy_view import reading_data, reading_lines
    from clausewise.terminal import print_lines

    if format is Format.json:
        _print_json([reading_data()])
        return
    print_lines(_console(), reading_lines())


@app.command()
def template(
    procedure: Annotated[str, typer.Argument(help="A procedure name or CPT code.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file, which must be new.")
    ] = None,
) -> None:
    """A blank, commented case file for a procedure."""
    from clausewise.api import template as blank
    from facts.case import nearest
    from logic.mm_1508 import POLICY

    try:
        text = blank(procedure)
    except KeyError:
        known = [path.procedure for path in POLICY.paths]
        _fail(
            f"{procedure!r} has no path here{nearest(procedure, known)}; known: {', '.join(known)}"
        )
    if output is None:
        sys.stdout.write(text)
    else:
        _write_new(output, text)


# --- helpers ----------------------------------------------------------------------------------


def _loaded(paths: list[str]) -> list[Any]:
    """The cases of all files; when any is bad, every error of every file is told and we stop."""
    from facts.files import InputError
    from facts.validation import load_case

    cases, errors = [], []
    for path in paths:
        try:
            cases.append(load_case(path))
        except InputError as error:
            errors.append(str(error))
    if errors:
        _fail("\n".join(errors))
    return cases


def _decision(
    case: Any, reading: list[str] | None, parameter: list[str] | None, as_of: str | None = None
) -> Decision:
    from clausewise.api import decide as decide_one
    from logic.choices import ChoiceError

    if as_of is not None:
        from facts.editing import as_of as file_of

        case = file_of(case, _date(as_of))
    try:
        return decide_one(case, readings=_pairs(reading), parameters=_numbers(parameter))
    except ChoiceError as error:
        _fail(str(error))


def _numbers(options: list[str] | None) -> dict[str, int]:
    return {name: _number(name, value) for name, value in _pairs(options).items()}


def _date(text: str) -> date:
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        _fail(f"{text!r} is not a date; expected a date such as 2026-07-15")


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        _fail(f"{path}: {error.strerror}; name a new file in an existing folder")


def _print_difference(found: Difference, format: Format) -> None:
    from clausewise.comparison_view import difference_data, difference_lines
    from clausewise.terminal import print_lines

    if format is Format.json:
        _print_json([difference_data(found)])
        return
    print_lines(_console(), difference_lines(found))


def _pairs(options: list[str] | None) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for option in options or []:
        name, equals, value = option.partition("=")
        if not equals or not name or not value:
            _fail(f"{option!r} is not of the form NAME=VALUE")
        if name in pairs and pairs[name] != value:
            _fail(f"{name!r} is given two values")
        pairs[name] = value
    return pairs


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        _fail(f"{value!r} is not a value of parameter {name!r}; expected a whole number")
    return int(value)


def _result(decision: Decision) -> dict[str, Any]:
    from logic.result import result

    return result(decision)


def _disclaimer() -> str:
    from logic.result import DISCLAIMER

    return DISCLAIMER


def _print_json(objects: list[dict[str, Any]]) -> None:
    """One object, or one a line when there are several."""
    for each in objects:
        sys.stdout.write(json.dumps(each, ensure_ascii=True) + "\n")


def _console() -> Console:
    from rich.console import Console

    # Without a terminal a width of 80 would fold tables that a file or pager shows well.
    width = None if sys.stdout.isatty() else 120
    return Console(markup=False, emoji=False, highlight=False, width=width)


def _fail(sentence: str) -> NoReturn:
    from facts.text import printable

    for line in sentence.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        typer.echo(indent + printable(line, 1000), err=True)
    raise typer.Exit(2)


def main() -> None:
    """Entry point of the ``clausewise`` command."""
    app()
