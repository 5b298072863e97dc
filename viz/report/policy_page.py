"""A policy on one page for its owner: its clauses, and beside them what follows from the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from clausewise.logic.analysis.findings import sentences
from clausewise.logic.analysis.findings.analysis import Analysis, PathFindings
from clausewise.logic.language.policy import Policy
from clausewise.viz.report.pages import rendered_page, security, style

DEEPEST = 4
"""The deepest indent of a clause."""


def policy_page(found: Analysis) -> str:
    """The page about a policy's analysis, one HTML file without scripts."""
    sheet = style("report", "policy")
    return rendered_page(
        "policy",
        policy=found.policy,
        paths=[_path(found, path) for path in found.paths],
        guide=sentences.READING_GUIDE,
        unread=list(sentences.of_unread(found.unread)),
        style=Markup(sheet),
        security=security(sheet),
    )


def _path(analysis: Analysis, found: PathFindings) -> dict[str, Any]:
    return {
        "root": found.path.root,
        "name": found.path.name,
        "highlights": list(sentences.highlights(found)),
        "approval": [] if found.approval is None else found.approval.changes,
        "space": list(sentences.of_space(analysis, found)),
        "clauses": list(_clauses(analysis.policy, found)),
    }


def _clauses(policy: Policy, found: PathFindings) -> Iterator[dict[str, Any]]:
    """The clauses of the path in the document's order, and others that a finding is about."""
    told = sentences.by_clause(policy, found)
    own = {
        label
        for root in (found.path.root, *found.path.exclusions)
        for label in policy.labels_below(root)
    }
    for label, clause in policy.clauses.items():
        if label in own or (label in told and clause.kind == "definition"):
            yield {
                "label": label if clause.published else "",
                "paraphrase": clause.paraphrase,
                "gate": clause.gate,
                "depth": min(label.count(".") - found.path.root.count(".") + 1, DEEPEST),
                "findings": told.get(label, ()),
            }
