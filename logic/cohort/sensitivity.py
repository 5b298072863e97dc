"""Which lines of a part of a cohort other readings of the text change.

All combinations of readings are evaluated at once, as for a single case, but the entries of all
cases together in SQL (``logic.sql.conditional``); the rules of whole lines, which decide, are
evaluated once for all lines of which the same is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from clausewise.logic.cohort.store import Basis, CohortStore, insert_rows
from clausewise.logic.language.choices import Choices
from clausewise.logic.readings.conditional_model import diagrams_of, reading_facts
from clausewise.logic.readings.decision_diagram import ALL, NONE, Diagrams
from clausewise.logic.readings.many_lines import LINE, ManyLines
from clausewise.logic.sql.conditional import (
    ANSWERS,
    ATOM_BITS,
    FORMULAS,
    VECTORS,
    ConditionalScript,
    Formulas,
    conditional_script,
)
from clausewise.logic.sql.query import table_of

ASKED, ANSWERED = '"the asked"', '"the answered"'
"""The distinct formulas or vectors, numbered, and the answers by number."""
AT_ONCE = 10_000
"""Distinct formulas or vectors that are worked out at once."""


def find_sensitive_lines(part: CohortStore, choices: Choices) -> None:
    """Fill the table ``sensitive``: for each line whether some combination of readings, beside
    these parameters, changes its determination."""
    diagrams = diagrams_of(part.program.policy)
    script = conditional_script(
        part.program, choices.parameters, diagrams, own_numbers=part.own_numbers
    )
    part.fill_calendar(Basis(part.program, choices))
    before = part.names()
    for step in script.steps:
        if isinstance(step, str):
            part.database.execute(step)
            continue
        _answer(part, diagrams, step)
    _decide_vectors(part, diagrams, script)
    for table in part.names() - before:
        part.database.execute(f"DROP TABLE {table_of(table)}")


def _answer(part: CohortStore, diagrams: Diagrams, asked: Formulas) -> None:
    """Make the table ``ANSWERS`` of what each distinct formula comes to."""
    part.database.execute(
        f"CREATE OR REPLACE TABLE {ASKED} AS SELECT formula, row_number() OVER () AS number "
        f"FROM (SELECT DISTINCT formula FROM {FORMULAS} WHERE formula IS NOT NULL)"
    )
    part.database.execute(
        f"CREATE OR REPLACE TABLE {ANSWERED} (number INTEGER, amount INTEGER, held INTEGER)"
    )
    found: list[tuple[int, int | None, int]] = []
    for number, formula in _rows_of(part, f"SELECT number, formula FROM {ASKED}"):
        if asked.totals:
            totals = diagrams.totals(formula)
            found += [(number, amount, held) for amount, held in totals.items()]
        else:
            found.append((number, None, _held(diagrams, formula)))
    insert_rows(part.database, ANSWERED, 3, found)
    part.database.execute(
        f"CREATE OR REPLACE TABLE {ANSWERS} AS SELECT formula, amount, held FROM {ASKED} "
        f"JOIN {ANSWERED} USING (number) WHERE NOT (amount IS NOT NULL AND held = {NONE})"
    )


def _held(diagrams: Diagrams, formula: Iterable[list[int]]) -> int:
    """The combinations under which all nodes of one of the lists hold, those below 0 not."""
    held = NONE
    for nodes in formula:
        all_of = ALL
        for node in nodes:
            all_of = diagrams.both(all_of, node if node > 0 else diagrams.without(-node))
        held = diagrams.either(held, all_of)
    return held


def _decide_vectors(part: CohortStore, diagrams: Diagrams, script: ConditionalScript) -> None:
    """Fill the table ``sensitive`` from the table ``VECTORS``."""
    part.database.execute(
        f"CREATE OR REPLACE TABLE {ASKED} AS SELECT vector, row_number() OVER () AS number "
        f"FROM (SELECT DISTINCT vector FROM {VECTORS})"
    )
    part.database.execute(f"CREATE OR REPLACE TABLE {ANSWERED} (number INTEGER, sensitive BOOLEAN)")
    lines = ManyLines(
        script.rules,
        diagrams,
        script.atoms,
        {"reading": reading_facts(part.program.policy, diagrams), "line": {(LINE,): ALL}},
    )
    mask = (1 << ATOM_BITS) - 1
    found = []
    for number, vector in _rows_of(part, f"SELECT number, vector FROM {ASKED}"):
        outcomes = lines.rows({each >> ATOM_BITS: each & mask for each in vector or ()})
        found.append((number, len(outcomes) > 1))
    insert_rows(part.database, ANSWERED, 2, found)
    part.database.execute(
        f'INSERT INTO sensitive SELECT v.c, v."line", a.sensitive FROM {VECTORS} AS v '
        f"JOIN {ASKED} AS q ON q.vector IS NOT DISTINCT FROM v.vector "
        f"JOIN {ANSWERED} AS a ON a.number = q.number"
    )


def _rows_of(part: CohortStore, query: str) -> Iterator[tuple[int, Any]]:
    """The rows of a query, not all of them in Python at once."""
    found = part.database.cursor().execute(query)
    while rows := found.fetchmany(AT_ONCE):
        yield from rows
