"""Tables of the answers to queries, which prove themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, Self

from clausewise.api.frames import to_arrow, to_frame
from clausewise.api.results import Answer
from clausewise.facts.case.model import Case as Record
from clausewise.facts.errors import with_plain_methods
from clausewise.logic.asking.cohort import CohortAnswers
from clausewise.logic.asking.one_case import Answers, ask_case
from clausewise.logic.asking.parse import QueryError
from clausewise.logic.asking.told import Teller, Told, as_data
from clausewise.output.asking import answers_lines, proofs, told_lines

if TYPE_CHECKING:
    from clausewise.logic.policies.choice import Chosen

SHOWN = 20
"""Rows of a table that are shown; ``rows`` has all of them."""


@with_plain_methods
class Table:
    """The answers to a query: a row an answer, a column a variable.

    It prints and shows itself; ``rows`` has the values (entries by their keys, days as dates).
    """

    def __init__(self, answers: Answers | CohortAnswers) -> None:
        self.answers = answers

    @property
    def what_if(self) -> str:
        """That the answers are not under the policy's own choices; empty when they are."""
        return self.answers.what_if

    @property
    def notice(self) -> str:
        """What is to be said where the policy is not that of the case's request; mostly empty."""
        return self.answers.notice if isinstance(self.answers, Answers) else ""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What the columns are called: of a cohort the case and its place come first."""
        names = tuple(column.name for column in self.answers.question.columns)
        return names if isinstance(self.answers, Answers) else ("case", "place", *names)

    @cached_property
    def rows(self) -> list[tuple[Any, ...]]:
        """All answers."""
        if isinstance(self.answers, Answers):
            return self.answers.values()
        return self.answers.rows()

    def __len__(self) -> int:
        return len(self.answers.rows) if isinstance(self.answers, Answers) else self.answers.count

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.rows)

    def __bool__(self) -> bool:
        """Whether there is an answer."""
        return len(self) > 0

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        return self  # nothing of a table ever changes

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a table holds derivations: pickle its rows, or to_frame()")

    def _by_column(self) -> dict[str, list[Any]]:
        return {name: [row[n] for row in self.rows] for n, name in enumerate(self.columns)}

    def to_frame(self, backend: str | None = None) -> Any:
        """The answers as a data frame of pandas or polars, whichever is there.

        ``backend`` chooses one of the two. Raises MissingPackageError without the extra ``frames``.
        """
        return to_frame(self._by_column(), backend)

    def to_arrow(self) -> Any:
        """The answers as a ``pyarrow.Table``; raises MissingPackageError without pyarrow."""
        return to_arrow(self._by_column())

    def why(self, number: int = 0) -> Answer[list[dict[str, object]]]:
        """The derivation of an answer, by its number from 0: each rule instance down to facts.

        The case of an answer of a cohort is asked by itself for it. Raises QueryError when there is
        no such answer.
        """
        for _, teller, row in list(proofs(self.answers, number + 1))[number:]:
            return _tree(teller.why(row))
        raise self._no_answer(number)

    def why_not(self, place: str | None = None) -> Answer[list[dict[str, object]]]:
        """For a query without answers the rules that came closest, with all that fails in each.

        Of a cohort for the case at ``place``, or for the first case that has no answer. Raises
        QueryError when there are answers, or no case is there.
        """
        answers = self.answers
        if not isinstance(answers, Answers):
            if place is None:
                without = answers.without_answer(1)
                if not without:
                    raise QueryError("every case has an answer; why() proves them")
                ((_, place),) = without
            answers = answers.of_cases([place])[place]
        elif place is not None:
            raise QueryError("a place is one of a cohort; this is one case")
        if answers.rows:
            raise QueryError(f"the query has {len(answers.rows)} answers; why() proves them")
        return _tree(Teller(answers).why_not())

    def address(self, number: int = 0) -> str:
        """The address of the case of an answer of a cohort, which ``cw.load`` takes.

        Of cases that were given it is their place. Raises QueryError when there is no such answer.
        """
        if isinstance(self.answers, Answers):
            raise QueryError("these are the answers of one case")
        if not 0 <= number < len(self):
            raise self._no_answer(number)
        return self.answers.address(str(self.rows[number][1]))

    def _no_answer(self, number: int) -> QueryError:
        return QueryError(f"there is no answer {number}; there are {len(self)}")

    def __str__(self) -> str:
        lines = [line.plain for line in answers_lines(self.answers, SHOWN)]
        return "\n".join([*lines, *([f"note: {self.notice}"] if self.notice else [])])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from clausewise.output.asking import shown_rows
        from clausewise.viz.notebook.cards import table_card

        rows = shown_rows(self.answers, SHOWN)
        mark = f"<p><strong>{escape(what_if)}</strong></p>" if (what_if := self.what_if) else ""
        return mark + table_card(self.columns, rows, len(self))


def _tree(told: Sequence[Told]) -> Answer[list[dict[str, object]]]:
    return Answer(as_data(told), lambda: told_lines(told))


def answers_of_case(
    case: Record,
    queries: Sequence[str],
    chosen: Chosen,
    readings: Mapping[str, str],
    parameters: Mapping[str, int],
) -> Table:
    """The answers of one case; raises QueryError and ChoiceError."""
    found = ask_case(
        case,
        queries,
        chosen.policy,
        readings=readings,
        parameters=parameters,
        notice=chosen.sentence,
    )
    return Table(found)
