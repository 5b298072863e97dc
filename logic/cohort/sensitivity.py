"""Which lines of a part of a cohort other readings of the text change.

The facts of each case are taken out of the tables again and evaluated under every combination of
readings at once, as for a single case. So it works for every kind of cohort in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from clausewise.facts.relations.from_case import days_of_record
from clausewise.logic.cohort.store import CohortStore, insert_rows
from clausewise.logic.decision.decide import facts_under
from clausewise.logic.language.choices import Choices
from clausewise.logic.language.notation import Row
from clausewise.logic.readings.conditional_model import sensitive_sides
from clausewise.logic.sql.query import table_of

AT_ONCE = 500
"""Cases whose facts are taken out at once; a larger part is gone through in so many."""


def find_sensitive_lines(part: CohortStore, choices: Choices) -> None:
    """Fill the table ``sensitive``: for each line whether some combination of readings, beside
    these parameters, changes its determination."""
    numbers = [int(number) for (number,) in part.rows("SELECT c FROM cases ORDER BY c")]
    program = part.program
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        found = [
            (number, side, sensitive)
            for number, record in _records(part, some[0], some[-1])
            for side, sensitive in sensitive_sides(
                program, facts_under(record, program.policy, choices)
            ).items()
        ]
        insert_rows(part.database, "sensitive", 3, found)


def _records(
    part: CohortStore, first: int, last: int
) -> Iterator[tuple[int, dict[str, tuple[Row, ...]]]]:
    """The cases from the number ``first`` to ``last``, each with its facts by relation."""
    records: dict[int, dict[str, tuple[Row, ...]]] = {}
    for name, columns in part.tables.items():
        if columns[0][0] != "c":
            continue  # the calendar is of no case
        query = f"SELECT * FROM {table_of(name)} WHERE c BETWEEN $1 AND $2 ORDER BY c"
        found = part.rows(query, [first, last])
        for number, rows in groupby(found, itemgetter(0)):
            records.setdefault(number, {})[name] = tuple([row[1:] for row in rows])
    return ((number, {**facts, **days_of_record(facts)}) for number, facts in records.items())
