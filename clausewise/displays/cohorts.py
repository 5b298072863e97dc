"""The summary of an audit as an object that shows itself in a notebook."""

from __future__ import annotations

from dataclasses import dataclass

from clausewise.logic.cohort.summary import Summary


@dataclass(repr=False)
class Audit(Summary):
    """The summary of an audit, which shows itself as tables with bars."""

    def __repr__(self) -> str:
        return f"<Audit of {self.cases['read']} cases, {self.lines} lines>"

    def _repr_html_(self) -> str:
        from clausewise.viz.report.cohort_page import cohort_card

        return cohort_card(self)
