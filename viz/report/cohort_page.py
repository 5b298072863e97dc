"""The summary of an audit as one HTML page: tables with bars, no scripts, no network.

The bars are drawn by the page itself as SVG, so that no plotting package is needed and the page
keeps the strict Content-Security-Policy of the audit report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from clausewise.logic.cohort.summary import Summary
from clausewise.viz.report.pages import nested_style, rendered_page, security, style

BAR = 220
"""The width in points of the longest bar."""
MOST_TOGETHER = 10
"""Sets of clauses that deny together which are shown; the files hold more."""


def cohort_page(summary: Summary) -> str:
    """The page about an audit's summary."""
    sheet = style("proof", "report", "cohort")
    return rendered_page(
        "cohort",
        **_values(summary),
        style=Markup(sheet),
        security=security(sheet),
    )


def cohort_card(summary: Summary) -> str:
    """The same as HTML for a notebook."""
    return rendered_page("cohort_card", **_values(summary), style=nested_style("cohort"))


def _values(summary: Summary) -> dict[str, Any]:
    determinations = [
        {"name": name, "lines": number} for name, number in summary.determinations.items()
    ]
    return {
        "summary": summary,
        "determinations": _bars(determinations),
        "denying": _bars(summary.denying),
        "together": _bars(summary.denying_together[:MOST_TOGETHER]),
        "missing": _bars(summary.missing),
    }


def _bars(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the widths of their bars; a dark part for those that stand alone."""
    most = max((row["lines"] for row in rows), default=1)
    return [
        {
            **row,
            "width": round(row["lines"] / most * BAR, 1),
            "alone_width": round(row.get("alone", 0) / most * BAR, 1),
        }
        for row in rows
    ]
