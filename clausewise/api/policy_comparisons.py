"""Two policies side by side, and who gets something else under each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from clausewise.api.frames import to_frame
from clausewise.api.loading import Given, each_case
from clausewise.facts.case.model import Case
from clausewise.facts.new_files import scratch_folder
from clausewise.logic.cohort.audit import audit
from clausewise.logic.cohort.summary import Summary
from clausewise.logic.cohort.two_policies import moves_in
from clausewise.logic.decision.decide import Decision
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.registry import policy_meant
from clausewise.logic.what_if.policies import (
    Mover,
    Moves,
    PolicyComparison,
    decided_under_both,
    movers_of,
    moves_of,
)
from clausewise.logic.what_if.policies import compare_policies as _compare
from clausewise.output.policy_comparison import comparison_data, comparison_lines
from clausewise.viz.picture.comparison import case_comparison_picture, comparison_picture
from clausewise.viz.picture.picture import Picture
from clausewise.viz.report.comparison_page import comparison_page

PAGE, PICTURE = "comparison.html", "comparison.svg"
"""What stands beside the results of a cohort under two policies."""
MOST_DRAWN = 4
"""Cases that a page draws under both policies."""


class PolicyDifference:
    """What differs between two policies; it prints itself, and shows itself as a picture.

    ``comparison`` has the clauses and numbers, ``moves`` who gets something else (None where no
    cases were given); ``shown`` are the cases to draw, each as decided under both.
    """

    def __init__(
        self,
        comparison: PolicyComparison,
        moves: Moves | None,
        shown: Sequence[tuple[Decision, Decision]] = (),
    ) -> None:
        self.comparison = comparison
        self.moves = moves
        self._shown = shown

    @property
    def lines(self) -> Sequence[Mover] | None:
        """Each service line of the cases under both; of a large cohort the first that move."""
        return None if self.moves is None else self.moves.listed

    @property
    def moving(self) -> list[Mover]:
        """The lines that get something else under the second policy."""
        return [each for each in self.lines or () if each.moves]

    @property
    def picture(self) -> Picture:
        """Both policies side by side: how the only case stands under each, or what is new, gone or
        changed and, where cases were given, how many of the lines that move each clause decides.
        """
        if self.moves and len({each.place for each in self.moves.listed}) == len(self._shown) == 1:
            return case_comparison_picture(self.comparison, *self._shown[0])
        return comparison_picture(self.comparison, self.moves)

    @property
    def case_pictures(self) -> list[Picture]:
        """How the first ``cases`` that move stand under both policies, at most MOST_DRAWN; where
        none moves, the first ones."""
        return [case_comparison_picture(self.comparison, *each) for each in self._shown]

    def page(self) -> str:
        """The comparison as one HTML page, without scripts."""
        return comparison_page(self.comparison, self.moves, self._shown)

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain data, as the command writes it in JSON."""
        return comparison_data(self.comparison, self.moves)

    def to_frame(self, backend: str | None = None) -> Any:
        """A row a service line, as a data frame; raises MissingPackageError without one."""
        rows = self.as_dict().get("lines", [])
        names = list(rows[0]) if rows else []
        return to_frame({name: [row[name] for row in rows] for name in names}, backend)

    def __str__(self) -> str:
        return "\n".join(line.plain for line in comparison_lines(self.comparison, self.moves))

    __repr__ = __str__

    def _repr_svg_(self) -> str:
        return self.picture.svg


def compare_policies(
    first: Policy | str,
    second: Policy | str,
    *,
    cases: Given | Iterable[Given] | None = None,
    cohort: str | Path | None = None,
    output: str | Path | None = None,
    processes: int = 1,
    memory: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> PolicyDifference:
    """Which clauses of ``second`` are new, gone or changed since ``first``, and their numbers.

    Each is a policy, or ``NUMBER`` or ``NUMBER@DAY`` of an installed one. With ``cases`` (what
    ``load_all`` takes) every service line is decided under both, one by one; with ``cohort`` (what
    ``audit`` takes) all are, in one audit, which reads each case once. Every case counts as one of
    a plan of both, and both as in force on its day of receipt. ``output`` is a new folder for the
    results of the cohort: those of an audit, ``both.parquet`` with each line under both, the page
    and the picture; without it they are not kept. ``processes``, ``memory`` and ``progress`` are
    those of ``audit``. Raises UnknownPolicyError, InputError, CohortError and AuditError.
    """
    one, other = policy_meant(first), policy_meant(second)
    found = _compare(one, other)
    if cohort is None:
        if cases is None:
            return PolicyDifference(found, None)
        return PolicyDifference(found, *_moves_of(each_case(cases), one, other))
    differences: list[PolicyDifference] = []

    def pages(summary: Summary, folder: Path) -> dict[str, str]:
        difference = PolicyDifference(found, moves_in(summary, folder))
        differences.append(difference)
        return {PAGE: difference.page(), PICTURE: difference.picture.svg}

    with scratch_folder() as scratch:
        audit(
            cohort,
            scratch / "audit" if output is None else output,
            one,
            against=other,
            processes=processes,
            memory=memory,
            progress=progress,
            pages=pages,
        )
    return differences[0]


def _moves_of(
    cases: Iterable[tuple[str, Case]], one: Policy, other: Policy
) -> tuple[Moves, list[tuple[Decision, Decision]]]:
    """Who moves, and the first cases that do as decided under both; where none does, the first."""
    listed: list[Mover] = []
    moving: list[tuple[Decision, Decision]] = []
    staying: list[tuple[Decision, Decision]] = []
    for place, case in cases:
        both = decided_under_both(case, one, other)
        lines = movers_of(place, *both)
        listed += lines
        kept = moving if any(each.moves for each in lines) else staying
        if len(kept) < MOST_DRAWN:
            kept.append(both)
    return moves_of(listed), moving or staying
