"""The commands that read or write FHIR: cases from records, questionnaires, responses.

As everywhere, heavy modules are imported inside the commands.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clausewise.cli.errors import fail
from clausewise.cli.inputs import of_procedure
from clausewise.cli.options import OutputOption, PolicyOption
from clausewise.cli.printing import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clausewise.api.case import Case
    from clausewise.logic.decision.decide import Decision


def facts(
    record: Annotated[str, typer.Argument(help="A FHIR bundle or resource.", show_default=False)],
    procedure: Annotated[
        str | None,
        typer.Option("--procedure", help="What is asked for, if the record asks nothing."),
    ] = None,
    side: Annotated[str | None, typer.Option("--side", help="left, right or bilateral.")] = None,
    received: Annotated[
        str | None, typer.Option("--received", help="The day the plan received the request.")
    ] = None,
    output: OutputOption = None,
) -> None:
    """The case file that a FHIR record became, each entry with its resource, and what was left."""
    from clausewise.api.fhir import facts_of as text_of

    written(text_of(record, procedure=procedure, side=side, received=received), output)


def questionnaire(
    procedure: Annotated[str, typer.Argument(help="A procedure name or CPT code.")],
    output: OutputOption = None,
    policy: PolicyOption = None,
) -> None:
    """The form of a procedure as a FHIR Questionnaire: what its path can use, and no more."""
    from clausewise.api.fhir import questionnaire as made

    found = of_procedure(made, procedure, policy)
    written(json.dumps(found, ensure_ascii=True, indent=2) + "\n", output)


def _labels(decisions: Iterable[Decision]) -> list[str]:
    """The labels of the policies decided under and of all installed ones: a table may serve all."""
    from clausewise.logic.policies.registry import registry

    policies = [decision.policy for decision in decisions]
    policies += [each.at(version.first) for each in registry() for version in each.about.versions]
    return list(
        dict.fromkeys(
            label
            for policy in policies
            for label, clause in policy.clauses.items()
            if clause.kind != "definition"
        )
    )


def responses(
    decisions: Sequence[Decision], reason_codes: Path | None, *, what_if: bool
) -> list[dict[str, Any]]:
    """A ClaimResponse for each decision, made today; fails for a what-if not asked for as one."""
    from clausewise.api.fhir import claim_response
    from clausewise.logic.fhir.claim_response import read_reason_table

    table = None
    if reason_codes is not None:
        table = read_reason_table(reason_codes, _labels(decisions))
    return [claim_response(each, reasons=table, what_if=what_if) for each in decisions]


def remarks_on(decision: Decision) -> str | None:
    """What was not understood of a FHIR record, or is not in relations; None for a case file."""
    from clausewise.facts.case.origin import grouped
    from clausewise.facts.text import printable

    origin = decision.case.origin
    if origin is None:
        return None
    if not origin.counts:
        return "; ".join(printable(sentence, 400) for sentence in grouped(origin.remarks))
    return (
        f"{printable(decision.case.case, 60)}: {origin.used} of {origin.resources} "
        f"FHIR resources used, {len(grouped(origin.remarks))} remarks on them "
        "(clausewise facts shows all)"
    )


def missing_form(case: Case, *, what_if: bool) -> dict[str, Any]:
    """The Questionnaire of just what a case lacks."""
    from clausewise.api.fhir import missing_questionnaire

    decision = case.decide()
    if all(line.determination == "not_governed" for line in decision.lines):
        said = decision.notice or "the policy does not govern the request"
        fail(f"{case.case}: nothing is asked for; {said}")
    try:
        return missing_questionnaire(case, what_if=what_if)
    except KeyError:
        fail(f"{case.case}: nothing is asked for; the policy has no criteria for its procedure")
