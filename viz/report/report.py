"""The audit report: one self-contained HTML file, without scripts and without a network.

A strict Content-Security-Policy allows the one style sheet by its hash and nothing else. Every
value is escaped, and before that made printable, without control and direction characters.
"""

from __future__ import annotations

import base64

from markupsafe import Markup

from clausewise.facts.vocabulary.phrases import called
from clausewise.logic.decision.decide import Decision
from clausewise.logic.explain.result import FOR_PHYSICIAN_REVIEW, disclaimer_of
from clausewise.logic.proof.certificate import CertificateError, canonical, certificate
from clausewise.logic.readings.conditional_model import ReadingSensitivity
from clausewise.viz.report.case_report import diagnoses_of, line_report, other_choices, review_of
from clausewise.viz.report.pages import rendered_page, security, style


def report(decision: Decision) -> str:
    """The report about all lines of a decision, as one HTML page.

    Without a Graphviz that runs, the page says so in place of the picture.
    """
    sensitivity = ReadingSensitivity(decision)
    sheet = style("proof", "report")
    proof, without_proof = "", ""
    try:
        proof = canonical(certificate(decision)) + "\n"
    except CertificateError as error:
        without_proof = str(error)
    encoded = base64.b64encode(proof.encode("ascii")).decode("ascii")
    lines = [line_report(decision, line, sensitivity) for line in decision.lines]
    named = {rule for line in lines for rule in line.rules}
    return rendered_page(
        "report",
        decision=decision,
        case=decision.case,
        policy=decision.policy,
        lines=lines,
        rules=[rule for rule in decision.lines[0].program.rules if rule.identifier in named],
        choices=other_choices(decision),
        review=review_of(decision),
        plan=called("plan", decision.case.request.plan),
        diagnoses=diagnoses_of(decision.case),
        proof=proof,
        without_proof=without_proof,
        proof_link=Markup(f"data:application/json;base64,{encoded}"),
        disclaimer=disclaimer_of(decision.policy),
        for_review=FOR_PHYSICIAN_REVIEW,
        style=Markup(sheet),
        security=security(sheet),
    )
