"""The tests can fail: changed rules are noticed.

A mutant leaves out a rule, drops a literal, or changes a comparison or negation. Each is put to the
tables and to other cases, systematic and random; what no case notices has to be explained.
"""

from __future__ import annotations

import re
from random import Random

import pytest

from tests.support.explained import EXPLAINED
from tests.support.pool import Member, member
from tests.support.sweep import every_mutant, explanation, sweep
from tests.support.tables import case_data, rows
from tests.support.trials import Trial, other_trials


def tables(label: str | None = None) -> list[Trial]:
    """The rows of the tables, or of those of a clause and the clauses above it."""
    return [
        (case_data(table, row), row.get("readings") or {}, row.get("parameters") or {})
        for table, row in rows()
        if label is None or label.startswith(table)
    ]


def pool_of(listed: list[Trial]) -> list[Member]:
    return [member(*trial) for trial in listed]


def test_a_sample_of_mutants_is_noticed() -> None:
    """A sample of the mutants, each put to a sample of all trials and to the tables of its clause;
    the slow test tries every mutant on every trial."""
    random = Random(1508)
    unexplained = [each for each in every_mutant() if explanation(each) is None]
    others = pool_of([*random.sample(tables(), 120), *random.sample(other_trials(5), 120)])
    missed = []
    for mutant in random.sample(unexplained, 40):
        found = sweep([mutant], others)
        if found.survivors:
            found = sweep([mutant], pool_of(tables(mutant.original.label)))
        missed += found.survivors
    assert len(missed) <= 10, missed


@pytest.mark.slow
def test_every_mutant_is_noticed_or_explained() -> None:
    """None survives, and none that is explained is noticed after all."""
    found = sweep(every_mutant(), pool_of([*tables(), *other_trials(150)]))
    assert found.survivors == []
    assert found.wrongly_explained == []


def test_every_explanation_is_used() -> None:
    texts = [str(mutant) for mutant in every_mutant()]
    unused = [
        pattern for pattern, _ in EXPLAINED if not any(re.search(pattern, text) for text in texts)
    ]
    assert unused == []
