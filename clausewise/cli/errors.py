"""Failing plainly: bad input becomes sentences on standard error and exit status 2."""

from __future__ import annotations

from typing import Any, NoReturn

import typer
from typer.core import TyperGroup


def fail(sentence: str) -> NoReturn:
    """Write the sentence, printable, to standard error and end with status 2."""
    from clausewise.facts.text import printable

    for line in sentence.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        typer.echo(indent + printable(line, 1000), err=True)
    raise typer.Exit(2)


class PlainErrors(TyperGroup):
    """Bad input becomes a sentence on standard error and exit status 2, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from clausewise.api.policies import UnknownPolicyError
            from clausewise.facts.case.editing import EditError
            from clausewise.facts.case.syntax import InputError
            from clausewise.facts.loading.folders import CohortError
            from clausewise.logic.analysis.suite.tables import SuiteError
            from clausewise.logic.analysis.text.spans import TextError
            from clausewise.logic.cohort.audit import AuditError
            from clausewise.logic.language.choices import ChoiceError
            from clausewise.viz.errors import PictureError

            if isinstance(
                error,
                ChoiceError
                | EditError
                | InputError
                | PictureError
                | CohortError
                | AuditError
                | SuiteError
                | TextError
                | UnknownPolicyError,
            ):
                fail(str(error))
            raise
