"""The summary of an audit as one HTML page: tables with bars, no scripts, no network.

The bars are drawn by the page itself as SVG, so that no plotting package is needed and the page
keeps the strict Content-Security-Policy of the audit report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from clausewise.logic.cohort.summary import Summary, cases_read, not_governed
from clausewise.viz.report.pages import nested_style, rendered_page, security, style

BAR = 220
"""The width in points of the longest bar."""
MOST_TOGETHER = 10
"""Sets of clauses that deny together which are shown; the files hold more."""


def cohort_page(summary: Summary, names: Mapping[str, str] | None = None, cases: str = "") -> str:
    """The page about an audit's summary.

    ``names`` are what the clauses are called, by label; ``cases`` is where the case files lie, seen
    from the page: disagreements link to them.
    """
    sheet = style("proof", "report", "cohort")
    return rendered_page(
        "cohort",
        **_values(summary, names or {}, cases),
        style=Markup(sheet),
        security=security(sheet),
    )


def cohort_card(summary: Summary, names: Mapping[str, str] | None = None) -> str:
    """The same as HTML for a notebook."""
    values = _values(summary, names or {}, "")
    return rendered_page("cohort_card", **values, style=nested_style("cohort"))


def _values(summary: Summary, names: Mapping[str, str], cases: str) -> dict[str, Any]:
    determinations = [
        {"name": name, "lines": number} for name, number in summary.determinations.items()
    ]
    denied = summary.determinations.get("not_medically_necessary", 0)
    waiting = summary.determinations.get("insufficient_information", 0)
    return {
        "summary": summary,
        "names": names,
        "determinations": _bars(determinations, summary.lines),
        "denying": _bars(summary.denying, denied),
        "together": _bars(summary.denying_together[:MOST_TOGETHER], denied),
        "missing": _bars(summary.missing, waiting),
        "link": partial(_link, cases),
        "cases_read": cases_read,
        "how_often": how_often,
        "share_of": share_of,
        "not_governed": not_governed,
    }


def _link(cases: str, place: str) -> str:
    """Where the case file of a line lies; the place names a line or a request of it after it."""
    return f"{cases}/{quote(place.partition(':')[0])}" if cases else ""


def how_often(surprise: float) -> str:
    """The share of the other lines like this one that are recorded so, of its surprise in bits."""
    share = 100 / 2**surprise
    return f"about {share:.0f} %" if share >= 1 else "less than 1 %"


def share_of(part: int, whole: int) -> str:
    """The share in whole percent, a half rounded up: "13 %" of 1 in 8. Only none is "0 %", and only
    all "100 %"."""
    percent = (200 * part + whole) // (2 * whole) if whole else 0
    if percent == 0 and part:
        return "under 1 %"
    return "over 99 %" if percent == 100 and part < whole else f"{percent} %"


def _bars(rows: Sequence[Mapping[str, Any]], whole: int) -> list[dict[str, Any]]:
    """The rows with their percent of ``whole`` and the widths of their bars; a dark part for those
    that stand alone."""
    most = max((row["lines"] for row in rows), default=1)
    return [
        {
            **row,
            "percent": share_of(row["lines"], whole),
            "width": round(row["lines"] / most * BAR, 1),
            "alone_width": round(row.get("alone", 0) / most * BAR, 1),
        }
        for row in rows
    ]
