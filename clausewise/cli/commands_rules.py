"""The commands about the rules of one policy: its clauses, its readings, a blank case file."""

from __future__ import annotations

from typing import Annotated

import typer

from clausewise.cli.inputs import of_procedure
from clausewise.cli.options import (
    Format,
    FormatOption,
    OutputOption,
    PolicyOption,
    one_of,
)
from clausewise.cli.printing import (
    show,
    written,
)


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


def readings(format: FormatOption = Format.text, policy: PolicyOption = None) -> None:
    """The register of readings: where the text can be read in more than one way."""
    from clausewise.logic.policies.registry import policy_meant
    from clausewise.output.policy import reading_data, reading_lines

    show(format, reading_data, reading_lines, policy_meant(policy))


def template(
    procedure: Annotated[str, typer.Argument(help="A procedure name or CPT code.")],
    output: OutputOption = None,
    policy: PolicyOption = None,
) -> None:
    """A blank, commented case file for a procedure."""
    from clausewise.api.functions import template as blank

    written(of_procedure(blank, procedure, policy), output)
