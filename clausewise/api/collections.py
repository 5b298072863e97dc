"""Many cases and many decisions, as sequences that become data frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

from clausewise.api.case import Case
from clausewise.api.frames import to_arrow, to_frame
from clausewise.api.loading import Given, each_case
from clausewise.api.results import Decision
from clausewise.api.tables import Table
from clausewise.facts.case.model import ENTRY_LISTS
from clausewise.facts.case.model import Case as Record
from clausewise.facts.errors import with_plain_methods
from clausewise.logic.asking.cohort import ask_cases
from clausewise.logic.asking.parse import QueryError
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.registry import policy_meant

Member = TypeVar("Member")
SHOWN = 20


@with_plain_methods
class Collection(Sequence[Member], Generic[Member]):
    """A sequence of cases or decisions; its frame has the columns of ``columns``."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._members = tuple(members)

    def __len__(self) -> int:
        return len(self._members)

    @overload
    def __getitem__(self, at: int) -> Member: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Member]: ...
    def __getitem__(self, at: int | slice) -> Member | Sequence[Member]:
        return type(self)(self._members[at]) if isinstance(at, slice) else self._members[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Collection) and self._members == other._members

    __hash__ = None  # type: ignore[assignment]

    def columns(self) -> dict[str, list[Any]]:
        """The columns of the frame, by name."""
        raise NotImplementedError

    def to_frame(self, backend: str | None = None) -> Any:
        """A data frame of pandas or polars, whichever is there; ``backend`` names one of the two.

        Raises MissingPackageError without the extra ``frames``.
        """
        return to_frame(self.columns(), backend)

    def to_arrow(self) -> Any:
        """The same as a ``pyarrow.Table``; raises MissingPackageError without pyarrow."""
        return to_arrow(self.columns())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)}>"

    def _repr_html_(self) -> str:
        from clausewise.viz.notebook.cards import table_card

        columns = self.columns()
        rows = [
            ["" if value is None else str(value) for value in row]
            for row in list(zip(*columns.values(), strict=True))[:SHOWN]
        ]
        number = len(next(iter(columns.values()), []))
        return table_card(list(columns), rows, number)


@with_plain_methods
class Cases(Collection[Case]):
    """Cases that were loaded together: a row a case."""

    def columns(self) -> dict[str, list[Any]]:
        """The request of each case, and how many entries of each kind it has."""
        found: dict[str, list[Any]] = {
            "case": [each.case for each in self],
            "procedure": [each.request.procedure for each in self],
            "side": [each.request.side for each in self],
            "received": [each.request.received for each in self],
            "plan": [each.request.plan for each in self],
        }
        for name in ENTRY_LISTS:
            found[name] = [len(getattr(each, name)) for each in self]
        return found

    def decide(self, policy: Policy | str | None = None) -> Decisions:
        """The decision of each case."""
        return Decisions(Case.of(case, policy=policy).decide() for case in self)

    def ask(
        self,
        *queries: str,
        readings: Mapping[str, str] | None = None,
        parameters: Mapping[str, int] | None = None,
        policy: Policy | str | None = None,
    ) -> Table:
        """The answers of all cases to a query, or to any of several; see ``cw.ask``.

        Each answer has the name of its case, and as its place the number of it here, from 0.
        Raises QueryError, also for cases that were given readings or parameters of their own, and
        ChoiceError.
        """
        numbered = ((str(number), case) for number, case in enumerate(self))
        return ask_several(
            numbered, queries, readings=readings, parameters=parameters, policy=policy
        )


@with_plain_methods
class Decisions(Collection[Decision]):
    """The decisions on several cases: a row a service line, a column a clause."""

    def columns(self) -> dict[str, list[Any]]:
        """What was decided on each line, and the status of each clause of its path."""
        lines = [(decision.case.case, line) for decision in self for line in decision.lines]
        labels = dict.fromkeys(label for _, line in lines for label in line.statuses)
        found: dict[str, list[Any]] = {
            "case": [case for case, _ in lines],
            "procedure": [line.procedure for _, line in lines],
            "side": [line.side for _, line in lines],
            "determination": [str(line.determination) for _, line in lines],
            "decisive": [" ".join(line.decisive) for _, line in lines],
        }
        marks = [decision.what_if for decision in self for _ in decision.lines]
        if any(marks):
            found = {"what_if": marks, **found}
        for label in labels:
            statuses = [line.statuses.get(label) for _, line in lines]
            found[label] = [None if each is None else str(each) for each in statuses]
        return found


def load_all(paths: Given | Iterable[Given]) -> Cases:
    """All cases of some paths: files, folders, patterns (``cases/*.yaml``), files of JSON lines.

    Mappings and JSON texts may stand among them, as for ``load``. Raises InputError for the first
    case that cannot be used, and CohortError for a folder with other files in it.
    """
    return Cases(Case.of(case) for _, case in each_case(paths))


def decide_all(
    cases: Given | Iterable[Given],
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> Decisions:
    """The decision of each case; ``cases`` are cases, or what ``load_all`` takes.

    ``to_frame()`` of the result has a row a service line and a column a clause. For more than some
    thousand cases ``audit`` is the faster way. Raises InputError, CohortError and ChoiceError.
    """
    found = (Case.of(case, readings, parameters, policy) for _, case in each_case(cases))
    return Decisions(case.decide() for case in found)


def ask_several(
    cases: Iterable[tuple[str, Record]],
    queries: Sequence[str],
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> Table:
    """The answers of cases to a query, each given with its place; see ``Cases.ask``."""
    found = list(cases)
    for place, case in found:
        if isinstance(case, Case) and any(case.choices):
            raise QueryError(
                f"the case at {place} has readings or parameters of its own; ask it by itself, or "
                "give these to all cases"
            )
    if len(dict(found)) < len(found):  # two that share a place go by their numbers
        found = [(str(number), case) for number, (_, case) in enumerate(found)]
    policy = policy_meant(policy)
    return Table(ask_cases(found, queries, policy, readings=readings, parameters=parameters))
