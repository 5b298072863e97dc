"""Cases as rows of the input relations, in a form that one process can hand to another.

A row begins with the number of its case; cases and entries are numbered from 0, and the store that
takes the rows moves these numbers behind those it has given already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from clausewise.facts.case.model import Case
from clausewise.facts.columns import Type, Value
from clausewise.facts.relations.from_case import NOT_THERE, case_facts
from clausewise.facts.schema import OF_CASES

NO_ENTRY = -1
"""Stands for an entry that is not there."""


@dataclass
class CaseRows:
    """What a store needs of some cases.

    ``cases`` are (number, name, place, recorded determination), ``relations`` the rows of each
    relation as CSV without a header: they hold vocabulary names and numbers only. ``entries`` is
    how many numbers the entries take.
    """

    cases: list[tuple[int, str, str, str | None]] = field(default_factory=list)
    relations: dict[str, str] = field(default_factory=dict)
    entries: int = 0


def case_rows(cases: Iterable[tuple[str, Case]]) -> CaseRows:
    """The rows of cases, each given with the place it was read from."""
    found = CaseRows()
    lines: dict[str, list[str]] = {}
    columns = entry_columns()
    for number, (place, case) in enumerate(cases):
        recorded = case.review.determination if case.review is not None else None
        found.cases.append((number, case.case, place, recorded))
        # No name of the vocabulary looks like the key of an entry.
        numbers: dict[Value, int] = {NOT_THERE: NO_ENTRY}
        for key, _ in case.entries():
            numbers[key] = found.entries
            found.entries += 1
        for name, rows in case_facts(case).items():
            if name in columns:  # the others follow from them
                texts = [
                    f"{number},{','.join([str(numbers.get(value, value)) for value in row])}\n"
                    for row in rows
                ]
                lines.setdefault(name, []).append("".join(texts))
    found.relations = {name: "".join(rows) for name, rows in lines.items()}
    return found


@cache
def entry_columns() -> dict[str, tuple[int, ...]]:
    """For each relation of a case, the places of the columns that hold the number of an entry."""
    return {
        name: tuple(
            place
            for place, column in enumerate(schema.columns, 1)
            if column.type in (Type.ENTRY, Type.REFERENCE)
        )
        for name, schema in OF_CASES.items()
    }
