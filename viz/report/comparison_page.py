"""Two policies side by side as one HTML page: clauses, numbers, and who gets something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from clausewise.logic.decision.decide import Decision
from clausewise.logic.language.notation import Clause
from clausewise.logic.what_if.policies import (
    Moves,
    PolicyComparison,
    exact_verdict,
    governing_sentence,
)
from clausewise.viz.picture.comparison import case_comparison_picture, comparison_picture
from clausewise.viz.report.pages import rendered_page, security, style

MOST_LISTED = 1_000
"""Lines that move which the page lists; CSV and ``both.parquet`` have all."""


def comparison_page(
    found: PolicyComparison,
    moves: Moves | None = None,
    shown: Sequence[tuple[Decision, Decision]] = (),
) -> str:
    """The page about two policies and, where cases were decided, who moves; without scripts.

    ``shown`` are cases to draw, each as decided under both.

    Raises RenderError when no Graphviz runs.
    """
    sheet = style("report", "policy", "comparison")
    moving = [each for each in moves.listed if each.moves] if moves else []
    return rendered_page(
        "comparison",
        found=found,
        rows=list(_rows(found)),
        picture=comparison_picture(found, moves).svg,
        cases=[
            (before.case.case, case_comparison_picture(found, before, after).svg)
            for before, after in shown
        ],
        moves=moves,
        moving=moving[:MOST_LISTED],
        assumed=governing_sentence(found.first, found.second),
        exact_verdict=exact_verdict(found),
        notices=dict.fromkeys(filter(None, (found.first.notice, found.second.notice))),
        style=Markup(sheet),
        security=security(sheet),
    )


def _rows(found: PolicyComparison) -> Iterator[dict[str, Any]]:
    """Each clause in the order of the second policy, and behind them those that are gone."""
    changed = {each.second.label: each for each in found.changed}
    new = {each.label for each in found.new}
    same = {each.label for each in found.same}
    for label, clause in found.second.clauses.items():
        if label in changed:
            pair = changed[label]
            yield _row("changed", pair.first, pair.second, pair.what)
        elif label in new:
            yield _row("new", None, clause)
        elif label in same:
            yield _row("same", clause, clause)
    for clause in found.gone:
        yield _row("gone", clause, None)


def _row(
    change: str, first: Clause | None, second: Clause | None, what: tuple[str, ...] = ()
) -> dict[str, Any]:
    return {"change": change, "first": first, "second": second, "what": what}
