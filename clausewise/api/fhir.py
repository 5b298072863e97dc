"""FHIR R4 in and out: the case a record became, questionnaires, and the answer to a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausewise.api.case import Case
from clausewise.api.loading import load_one
from clausewise.facts.case.model import Case as Record
from clausewise.facts.case.writing import case_text
from clausewise.facts.loading.files import cases_of_file
from clausewise.logic.decision.decide import Decision
from clausewise.logic.language.choices import check_answer
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.choice import policy_for_procedure
from clausewise.logic.policies.registry import policy_meant
from clausewise.logic.program.program import program_of

if TYPE_CHECKING:
    from clausewise.logic.fhir.claim_response import ReasonTable


def facts_of(
    record: Record | str | Path,
    *,
    procedure: str | None = None,
    side: str | None = None,
    received: str | None = None,
) -> str:
    """The case file (YAML) that a FHIR record became, with what was not understood.

    Each entry is followed by the resource it came from. ``procedure``, ``side`` and ``received`` (a
    day, 2026-07-15) complete a record that asks for nothing. Raises InputError.
    """
    given = {"procedure": procedure, "side": side, "received": received}
    request = {key: value for key, value in given.items() if value is not None}
    if isinstance(record, Record):
        return case_text(record)
    if not request:
        return case_text(load_one(record))
    return "---\n".join(case_text(case) for case in cases_of_file(record, request))


def questionnaire(procedure: str, *, policy: Policy | str | None = None) -> dict[str, Any]:
    """What a case of a procedure (a name or a CPT code) needs, as a FHIR Questionnaire.

    It asks what the procedure's path can use, read off the rules. Raises KeyError when the policy
    has no path for it.
    """
    from clausewise.logic.fhir.questionnaire import questionnaire as made

    found = policy_for_procedure(procedure) if policy is None else policy_meant(policy)
    return made(program_of(found), procedure)


def missing_questionnaire(
    case: Record | str | Path,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    what_if: bool = False,
    policy: Policy | str | None = None,
) -> dict[str, Any]:
    """The FHIR Questionnaire of just what a case lacks.

    Raises InputError, ChoiceError, KeyError for a case whose procedure is not governed, and
    WhatIfError under other choices than the policy's unless ``what_if`` allows and marks that.
    """
    from clausewise.logic.fhir.questionnaire import questionnaire_of_missing
    from clausewise.logic.what_if.missing import missing

    decision = Case.of(case, readings, parameters, policy).decide()
    check_answer(decision.what_if, "a form for the provider", allowed=what_if)
    form = questionnaire_of_missing(decision, decision.ask(missing).values())
    if decision.what_if:
        form["title"] = f"{decision.what_if}. {form['title']}"
        form["status"] = "draft"
    return form


def claim_response(
    decision: Decision | Record | str | Path,
    *,
    created: date | None = None,
    reasons: ReasonTable | None = None,
    what_if: bool = False,
    policy: Policy | str | None = None,
) -> dict[str, Any]:
    """The answer to a request as a FHIR ClaimResponse; ``created`` is today unless given.

    ``reasons`` is the user's table of X12 reason codes (``logic.fhir.claim_response``). Raises
    WhatIfError under other choices than the policy's unless ``what_if`` allows and marks that.
    """
    from clausewise.logic.fhir.claim_response import claim_response as written

    found = (
        decision if isinstance(decision, Decision) else Case.of(decision, policy=policy).decide()
    )
    return written(found, created or date.today(), reasons, what_if=what_if)
