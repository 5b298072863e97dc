"""Queries in Datalog from Python: tables of answers that prove themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausewise.api.case import Case
from clausewise.api.frames import to_arrow, to_frame
from clausewise.api.results import Answer
from clausewise.facts.case.model import Case as Record
from clausewise.logic.asking.cohort import CohortAnswers, ask_cohort
from clausewise.logic.asking.one_case import Answers, ask_case
from clausewise.logic.asking.parse import QueryError
from clausewise.logic.asking.told import Teller, Told, as_data
from clausewise.logic.mm_1508 import POLICY
from clausewise.output.asking import answers_lines, told_lines

if TYPE_CHECKING:
    from clausewise.logic.language.policy import Policy

SHOWN = 20
"""Rows of a table that are shown; ``rows`` has all of them."""


class Table:
    """The answers to a query: a row an answer, a column a variable.

    It prints and shows itself; ``rows`` has the values (entries by their keys, days as dates).
    """

    def __init__(self, answers: Answers | CohortAnswers) -> None:
        self.answers = answers

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

        Raises QueryError when there is no such answer, or the answers are of a cohort.
        """
        answers = self._of_case("why")
        if not 0 <= number < len(answers.rows):
            raise QueryError(f"there is no answer {number}; there are {len(answers.rows)}")
        return _tree(Teller(answers).why(answers.rows[number]))

    def why_not(self) -> Answer[list[dict[str, object]]]:
        """For a query without answers the rules that came closest, with all that fails in each.

        Raises QueryError when there are answers, or they are of a cohort.
        """
        answers = self._of_case("why_not")
        if answers.rows:
            raise QueryError(f"the query has {len(answers.rows)} answers; why() proves them")
        return _tree(Teller(answers).why_not())

    def _of_case(self, asked: str) -> Answers:
        if not isinstance(self.answers, Answers):
            raise QueryError(f"{asked} is of one case; load the one of a place and ask it")
        return self.answers

    def __str__(self) -> str:
        return "\n".join(line.plain for line in answers_lines(self.answers, SHOWN))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from clausewise.output.asking import shown_rows
        from clausewise.viz.notebook.cards import table_card

        rows = shown_rows(self.answers, SHOWN)
        return table_card(self.columns, rows, len(self))


def _tree(told: Sequence[Told]) -> Answer[list[dict[str, object]]]:
    return Answer(as_data(told), lambda: told_lines(told))


def ask(
    case: Record | str | Path,
    *queries: str,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy = POLICY,
    progress: Callable[[int], None] | None = None,
    processes: int = 1,
) -> Table:
    """The answers of a case, or of a cohort, to a query in the notation of the rules.

    ``technical(L, E) & relief(E, R) & (R < 60)``: atoms of any relation (``clausewise relations``
    lists them), ``~`` before an atom, comparisons, ``count(N, atom)``, labels and names in quotes;
    variables begin with a capital letter. Several queries are alternatives. A query of the policy
    goes by its name, such as "blocks that fell short".

    ``case`` is a case, the address of one, or a cohort: a folder or a file of JSON lines.
    ``progress`` and ``processes`` are for cohorts, as in ``audit``. Raises QueryError for a query
    that cannot be asked, with the place, and InputError, ChoiceError, CohortError, AuditError.
    """
    if not isinstance(case, Record) and is_cohort(case):
        return Table(
            ask_cohort(
                case,
                queries,
                policy,
                readings=readings,
                parameters=parameters,
                progress=progress,
                processes=processes,
            )
        )
    given = Case.of(case, readings, parameters)
    own_readings, own_parameters = given.choices
    return Table(ask_case(given, queries, policy, readings=own_readings, parameters=own_parameters))


def is_cohort(address: str | Path) -> bool:
    """Whether an address is that of many cases: a folder, or a file of JSON lines."""
    from clausewise.facts.loading.files import LINES_SUFFIXES

    path = Path(address)
    return path.is_dir() or path.suffix.lower() in LINES_SUFFIXES
