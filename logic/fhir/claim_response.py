"""The answer to a prior authorization as a FHIR R4 ClaimResponse, in the shape of Da Vinci PAS.

Each item has a review action: A1 for what is medically necessary, A3 for what is not and a
physician has signed that, C for an item that the request has cancelled, A4 (pended for review) for
everything else. No one is denied by a program. Codes for reasons are X12's and belong to a table
that the user brings; without one, reasons are the policy's clauses.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from clausewise.facts.case.origin import CANCELLED, Origin, RequestedItem
from clausewise.facts.case.problems import InputError, Problem
from clausewise.facts.case.syntax import BLANK, parse, read_bytes
from clausewise.facts.case.values import nearest, show
from clausewise.facts.text import printable
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import on_side, said_side
from clausewise.logic.explain.result import (
    FOR_PHYSICIAN_REVIEW,
    closing,
    signed_by_physician,
)
from clausewise.logic.language.choices import check_answer
from clausewise.logic.letters.letter import Reason, reasons_of
from clausewise.logic.proof.certificate import CertificateError, canonical, certificate

_PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
_REVIEW_ACTIONS = "https://codesystem.x12.org/005010/306"
_OURS = "https://clausewise.example/fhir/"
NOT_STATED = "not stated in the request"


@dataclass(frozen=True)
class ReasonTable:
    """X12 reason codes, as the user supplies them: a code system, and codes by clause label.

    A clause without a code takes that of the clause around it, or that of the determination.
    """

    system: str
    codes: Mapping[str, str] = field(default_factory=dict)

    def code_of(self, label: str, determination: str) -> str | None:
        """The code for a clause of a determination; None when the table has none."""
        while label:
            if label in self.codes:
                return self.codes[label]
            label = label.rpartition(".")[0]
        return self.codes.get(determination)


def _is_known(text: str, labels: Collection[str]) -> bool:
    """Whether a text is a determination, the label of a clause, or of a section around one."""
    return text in (*Determination, *labels) or any(each.startswith(f"{text}.") for each in labels)


def read_reason_table(path: Path, labels: Collection[str]) -> ReasonTable:
    """The table in a YAML or JSON file with ``system`` and ``codes``; raises InputError.

    ``labels`` are those of the clauses that a code may be given for.
    """
    name = str(path)
    content = read_bytes(path, what="table of reason codes")
    wanted = "system: an address, and codes: a code for each clause label or determination"
    if not content.strip(BLANK):
        raise InputError(name, [Problem((), "the file is empty", wanted)])
    read = parse(content, name)
    data = read.value
    if not isinstance(data, dict) or set(data) != {"system", "codes"}:
        raise InputError(name, [Problem((), "no table of reason codes", wanted)])
    system, codes = data["system"], data["codes"]
    problems = list(read.problems)
    if not isinstance(system, str) or ":" not in system or system.strip() != system:
        problems.append(Problem(("system",), f"{show(system)} is no address", "an address"))
    if not isinstance(codes, dict):
        problems.append(Problem(("codes",), f"{show(codes)} is no table", "codes by label"))
        codes = {}
    elif not codes:
        problems.append(Problem(("codes",), "no code stands here", "a code by its label"))
    known: dict[str, str] = {}
    for label, code in codes.items():
        if isinstance(code, bool) or not isinstance(code, (str, int)) or not str(code).strip():
            problems.append(Problem(("codes", str(label)), f"{show(code)} is no code", "a code"))
        elif not _is_known(str(label), labels):
            found = f"neither a clause label nor a determination{nearest(str(label), labels)}"
            wanted = (
                f"a label such as {next(iter(labels), '')} or {Determination.MEDICALLY_NECESSARY}"
            )
            problems.append(Problem(("codes", str(label)), found, wanted))
        else:
            known[str(label)] = str(code)
    if problems:
        told = [replace(each, line=each.line or read.line_of(each.place)) for each in problems]
        raise InputError(name, told)
    return ReasonTable(system, known)


def claim_response(
    decision: Decision,
    created: date,
    reasons: ReasonTable | None = None,
    *,
    what_if: bool = False,
) -> dict[str, Any]:
    """The ClaimResponse of a case as a FHIR resource.

    ``created`` is the day of the answer. The items and parties are those of the Claim that the
    case was read from; a case file has none, so its lines are numbered and parties not stated.
    Under other choices than the policy's own raises ``logic.language.choices.WhatIfError`` unless
    ``what_if`` allows it; the response is then a draft that says so in its disposition and notes.
    """
    check_answer(decision.what_if, "a ClaimResponse", allowed=what_if)
    origin = decision.case.origin or Origin()
    writer = _Writer(decision, reasons)
    items = [writer.item(item) for item in origin.items or _numbered(decision)]
    mark = f"{decision.what_if}. " if decision.what_if else ""
    response: dict[str, Any] = {
        "resourceType": "ClaimResponse",
        "extension": [_reviewer(decision), *_proof(decision, writer)],
        "identifier": [
            {"system": f"{_OURS}case", "value": printable(decision.case.case, 200) or "case"}
        ],
        "status": "draft" if decision.what_if else "active",
        "type": {"text": "prior authorization"},
        "use": "preauthorization",
        "patient": _party(origin.patient),
        "created": created.isoformat(),
        "insurer": _party(origin.insurer),
        "outcome": "complete",
        "disposition": f"{mark}{' '.join(closing(decision).values())}",
        "item": items,
        "processNote": writer.notes,
    }
    if origin.requestor:
        response["requestor"] = _party(origin.requestor)
    if origin.claim and origin.claim.startswith("Claim/"):
        response["request"] = {"reference": origin.claim}
    return response


def _party(stated: Mapping[str, Any] | None) -> dict[str, Any]:
    """A reference as the request gave it, no more of it than names the party."""
    found: dict[str, Any] = {}
    for key in ("reference", "type", "display"):
        value = (stated or {}).get(key)
        if isinstance(value, str) and printable(value, 400):
            found[key] = printable(value, 400)
    identifier = (stated or {}).get("identifier")
    if isinstance(identifier, dict):
        named = {
            key: printable(identifier[key], 400)
            for key in ("system", "value")
            if isinstance(identifier.get(key), str) and identifier[key].strip()
        }
        if named:
            found["identifier"] = named
    return found or {"display": NOT_STATED}


def _numbered(decision: Decision) -> Iterator[RequestedItem]:
    for number, line in enumerate(decision.lines, 1):
        yield RequestedItem(number, line.procedure, True, (line.side,))


def review_action(decision: Decision, line: LineDecision) -> str:
    """A1, A3 or A4: certified, not certified, or pended for review."""
    if line.determination == "medically_necessary":
        return "A1"
    denied = line.determination == "not_medically_necessary"
    return "A3" if denied and _physician_denies(decision) else "A4"


def _physician_denies(decision: Decision) -> bool:
    """Whether a physician signed, and signed nothing else than a denial."""
    review = decision.case.review
    if review is None or not signed_by_physician(decision.case):
        return False
    return review.determination in (None, "not_medically_necessary")


class _Writer:
    """Items, and the numbered notes that they refer to."""

    def __init__(self, decision: Decision, reasons: ReasonTable | None) -> None:
        self._decision = decision
        self._reasons = reasons
        self.notes: list[dict[str, Any]] = []
        if decision.what_if:
            self.note(f"{decision.what_if}. This is no answer to the request.")

    def item(self, item: RequestedItem) -> dict[str, Any]:
        """One item: an adjudication for each line of service that it asks for."""
        lines = [
            line
            for line in self._decision.lines
            if item.decided and (line.side in item.sides or not item.sides)
        ]
        written: dict[str, Any] = {"itemSequence": item.sequence}
        numbers: list[int] = []
        if lines:
            written["adjudication"] = [self._adjudication(line, numbers) for line in lines]
        else:
            why = item.why_not or "is not the procedure of this answer"
            number = self.note(f"{item.code} is not decided here: it {why}.")
            action = "C" if item.why_not == CANCELLED else "A4"
            written["adjudication"] = [_adjudication(action, [], "not decided here", [])]
            numbers.append(number)
        written["noteNumber"] = numbers
        return written

    def _adjudication(self, line: LineDecision, numbers: list[int]) -> dict[str, Any]:
        decision = self._decision
        reasons = reasons_of(decision, line)
        numbers += [self.note(_sentence(line, reason)) for reason in reasons]
        if (
            review_action(decision, line) == "A4"
            and line.determination == "not_medically_necessary"
        ):
            numbers.append(self.note(f"{on_side(said_side(line))}{FOR_PHYSICIAN_REVIEW}"))
        labels = [reason.label for reason in reasons]
        codes = self._codes(labels, line.determination)
        text = f"{on_side(said_side(line))}{line.determination.replace('_', ' ')}"
        named = ", ".join(line.decisive)
        shown = f"{text} ({named})" if named else text
        return _adjudication(review_action(decision, line), codes, shown, line.decisive)

    def _codes(self, labels: list[str], determination: str) -> list[dict[str, Any]]:
        if self._reasons is None or determination == "medically_necessary":
            return []
        found = [self._reasons.code_of(label, determination) for label in labels]
        codes = dict.fromkeys(code for code in found if code is not None)
        return [{"coding": [{"system": self._reasons.system, "code": code}]} for code in codes]

    def note(self, text: str) -> int:
        """Add a note; gives its number."""
        number = len(self.notes) + 1
        self.notes.append({"number": number, "type": "display", "text": printable(text, 4000)})
        return number


def _adjudication(
    action: str, codes: list[dict[str, Any]], text: str, labels: tuple[str, ...] | list[str]
) -> dict[str, Any]:
    extension = [
        {
            "url": f"{_PAS}extension-reviewActionCode",
            "valueCodeableConcept": {"coding": [{"system": _REVIEW_ACTIONS, "code": action}]},
        },
        *({"url": "reasonCode", "valueCodeableConcept": code} for code in codes),
    ]
    reason: dict[str, Any] = {"text": text}
    if labels:
        reason["coding"] = [
            {"system": f"{_OURS}CodeSystem/clauses", "code": label} for label in labels
        ]
    return {
        "extension": [{"url": f"{_PAS}extension-reviewAction", "extension": extension}],
        "category": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/adjudication",
                    "code": "submitted",
                }
            ]
        },
        "reason": reason,
    }


def _sentence(line: LineDecision, reason: Reason) -> str:
    """One clause that decided, with its numbers and what the record says, on one line."""
    parts = [f"{on_side(said_side(line))}{reason.label} {reason.word}: {reason.paraphrase}"]
    for leaf in reason.leaves:
        if leaf.label != reason.label:
            parts.append(f"{leaf.label} {leaf.word}: {leaf.paraphrase}")
        parts += [leaf.sentence] if leaf.sentence else []
        for each in leaf.evidence:
            said = ": ".join(filter(None, (each.text, ", ".join(each.notes))))
            parts.append(f"{said} ({each.source})" if each.source else said)
        if leaf.send and leaf.status == "undocumented":
            parts.append(f"please send {leaf.send}")
    return "; ".join(parts)


def _reviewer(decision: Decision) -> dict[str, Any]:
    """Whether a person reviewed the request; who it was is not repeated without an identifier."""
    review = decision.case.review
    reviewed = review is not None and review.signed is not None and review.reviewer is not None
    return {
        "url": f"{_PAS}extension-claimResponseReviewer",
        "extension": [{"url": "wasHumanReviewedFlag", "valueBoolean": reviewed}],
    }


def _proof(decision: Decision, writer: _Writer) -> Iterator[dict[str, Any]]:
    """The certificate; when it would be too large, a note says so in its place."""
    try:
        text = canonical(certificate(decision)).encode()
    except CertificateError as error:
        writer.note(f"No proof certificate is attached: {error}.")
        return
    yield {
        "url": f"{_OURS}StructureDefinition/proof-certificate",
        "valueAttachment": {
            "contentType": "application/json",
            "data": base64.b64encode(text).decode(),
            "size": len(text),
            "hash": base64.b64encode(hashlib.sha1(text, usedforsecurity=False).digest()).decode(),
            "title": "proof certificate",
        },
    }
