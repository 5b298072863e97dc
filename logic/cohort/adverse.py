"""The lines of an audit that letters are written about: those that are denied or wait.

Enters: the decided lines and the cohort. Leaves: their cases decided once more with pyDatalog,
which has the reasons; a line that it decides otherwise is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clausewise.logic.cohort.sample import by_place, cases_at, compare
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.logic.language.choices import Choices

MOST_LETTERS = 1000
"""Lines that letters are written about; each takes about as long as a case that is explained."""
_ADVERSE = "determination IN ('not_medically_necessary', 'insufficient_information')"


def adverse_lines(
    store: CohortStore, cohort: Path, choices: Choices
) -> Iterator[tuple[Decision, tuple[str, ...]]]:
    """The first denied and pended lines: each case decided, with the sides of these lines.

    Raises DifferenceError.
    """
    found = store.database.execute(
        f"SELECT * FROM lines WHERE {_ADVERSE} ORDER BY c, line LIMIT {MOST_LETTERS}"
    )
    columns = [column for column, *_ in found.description or ()]
    lines = by_place(dict(zip(columns, row, strict=True)) for row in found.fetchall())
    for place, case in cases_at(store.program, cohort, {*lines}):
        decision = decide_case(
            case,
            store.program.policy,
            readings=choices.readings,
            parameters=choices.parameters,
        )
        for line in lines[place]:
            compare(line, decision.by_side[str(line["line"])])
        yield decision, tuple(str(line["line"]) for line in lines[place])


def adverse_count(store: CohortStore) -> int:
    """How many lines are denied or wait."""
    ((count,),) = store.rows(f"SELECT count(*) FROM lines WHERE {_ADVERSE}")
    return int(count)
