"""Two policies side by side, and who gets something else under each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from clausewise.api.frames import to_frame
from clausewise.api.loading import Given, each_case
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.registry import policy_meant
from clausewise.logic.what_if.policies import Mover, PolicyComparison, movers
from clausewise.logic.what_if.policies import compare_policies as _compare
from clausewise.output.policy_comparison import comparison_data, comparison_lines


class PolicyDifference:
    """What differs between two policies; it prints itself.

    ``comparison`` has the clauses and numbers, ``lines`` each service line of the cases under both
    (None where no cases were given), ``moving`` those that get something else.
    """

    def __init__(self, comparison: PolicyComparison, lines: Sequence[Mover] | None) -> None:
        self.comparison = comparison
        self.lines = lines

    @property
    def moving(self) -> list[Mover]:
        """The lines that get something else under the second policy."""
        return [each for each in self.lines or () if each.moves]

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain data, as the command writes it in JSON."""
        return comparison_data(self.comparison, self.lines)

    def to_frame(self, backend: str | None = None) -> Any:
        """A row a service line, as a data frame; raises MissingPackageError without one."""
        rows = self.as_dict().get("lines", [])
        names = list(rows[0]) if rows else []
        return to_frame({name: [row[name] for row in rows] for name in names}, backend)

    def __str__(self) -> str:
        return "\n".join(line.plain for line in comparison_lines(self.comparison, self.lines))

    __repr__ = __str__


def compare_policies(
    first: Policy | str,
    second: Policy | str,
    *,
    cases: Given | Iterable[Given] | None = None,
) -> PolicyDifference:
    """Which clauses of ``second`` are new, gone or changed since ``first``, and their numbers.

    Each is a policy, or ``NUMBER`` or ``NUMBER@DAY`` of an installed one. With ``cases`` (what
    ``load_all`` takes) every service line is decided under both, with the plan set to each
    policy's. Raises UnknownPolicyError, InputError and CohortError.
    """
    one, other = policy_meant(first), policy_meant(second)
    found = None if cases is None else tuple(movers(each_case(cases), one, other))
    return PolicyDifference(_compare(one, other), found)
