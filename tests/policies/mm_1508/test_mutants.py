"""The tests can fail: changed rules are noticed.

A mutant leaves out a rule, drops a literal, or changes a comparison or negation. Each is put to the
tables and to other cases, systematic and random; what no case notices has to be explained.
"""

from __future__ import annotations

import re

import pytest

from tests.policies.mm_1508.test_reasons import ROWS as REASONS
from tests.support.explained import EXPLAINED
from tests.support.slices import first_few
from tests.support.sweep import every_mutant, explained, sweep
from tests.support.tables import case_data, rows
from tests.support.trials import Trial, other_trials


def tables(name: str | None = None) -> list[Trial]:
    """The rows of the tables, that of the reasons too, or of one of them."""
    return [
        (case_data(table, row), row.get("readings") or {}, row.get("parameters") or {})
        for table, row in (*rows(), *(("C.reasons", row) for row in REASONS))
        if name in (None, table)
    ]


@pytest.mark.parametrize(
    ("table", "labels"),
    first_few(
        [
            ("D.I.B.0", ("D.I.B.0",)),
            ("D.I.B.10", ("D.I.B.10",)),
            ("C.HEP", ("C.HEP",)),
            ("D.I.B.2", ("C.scores", "D.I.B.2")),
        ],
        2,
    ),
)
def test_a_table_notices_every_mutant_of_its_clause(table: str, labels: tuple[str, ...]) -> None:
    """For these clauses the rows of the table are enough; the slow test tries all mutants."""
    changed = [each for each in every_mutant() if each.original.label in labels]
    found = sweep([each for each in changed if not explained(each)], tables(table))
    assert found.noticed > 30
    assert found.survivors == []


@pytest.mark.slow
def test_every_mutant_is_noticed_or_explained() -> None:
    """None survives, and none that is explained is noticed after all."""
    found = sweep(every_mutant(), [*tables(), *other_trials(150)])
    assert found.survivors == []
    assert found.wrongly_explained == []


def test_every_explanation_is_used() -> None:
    texts = [str(mutant) for mutant in every_mutant()]
    unused = [
        pattern for pattern, _ in EXPLAINED if not any(re.search(pattern, text) for text in texts)
    ]
    assert unused == []
