"""The arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from clausewise.cli.support import FhirFormat, Format

Cases = Annotated[
    list[str], typer.Argument(help="Case files (YAML or JSON), FHIR bundles.", show_default=False)
]
OneCase = Annotated[
    str, typer.Argument(help="A case file (YAML or JSON), a FHIR bundle.", show_default=False)
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="Text or JSON.")]
FhirFormatOption = Annotated[FhirFormat, typer.Option("--format", "-f", help="Text, JSON or FHIR.")]
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
