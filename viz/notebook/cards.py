"""Cases, decisions and differences as HTML for a notebook: small, styled, without ids.

The style is nested below one class, so that it does not touch the rest of the notebook; where a
reader drops styles, marks and words still say everything.
"""

from __future__ import annotations

from collections.abc import Sequence

from clausewise.facts.case.model import Case
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import Decision
from clausewise.logic.explain.result import FOR_PHYSICIAN_REVIEW, disclaimer_of
from clausewise.logic.readings.conditional_model import ReadingSensitivity
from clausewise.logic.what_if.compare import Difference, changed_choices
from clausewise.viz.report.case_report import entry_rows, line_card
from clausewise.viz.report.pages import nested_style, rendered_page


def decision_card(decision: Decision) -> str:
    """A decision as HTML: outcome, and the coloured tree of its clauses with their evidence."""
    sensitivity = ReadingSensitivity(decision)
    return rendered_page(
        "card",
        decision=decision,
        lines=[line_card(decision, line, sensitivity) for line in decision.lines],
        for_review=FOR_PHYSICIAN_REVIEW,
        disclaimer=disclaimer_of(decision.policy),
        style=nested_style(),
    )


def case_card(case: Case) -> str:
    """A case as HTML: the request and a table of its record."""
    return rendered_page(
        "case",
        case=case,
        procedure=VOCABULARY.called_procedure(case.request.procedure),
        entries=list(entry_rows(case, {})),
        style=nested_style(),
    )


def difference_card(found: Difference) -> str:
    """What differs between two decisions, as HTML tables."""
    choices = changed_choices(found.before.choices, found.after.choices)
    return rendered_page("difference", found=found, choices=choices, style=nested_style())


def table_card(
    columns: Sequence[str], rows: Sequence[Sequence[str]], number: int, none: str = "no answer"
) -> str:
    """A table as HTML: its first rows, of so many; ``none`` is said where there is none.

    No word is broken: a table that is too wide is moved sideways.
    """
    return rendered_page(
        "table", columns=columns, rows=rows, number=number, none=none, style=nested_style()
    )
