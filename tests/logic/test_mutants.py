"""The tests can fail: changed rules are noticed.

A mutant leaves out a rule, drops a literal, or changes a comparison or negation. A sample is put to
the tables and to random cases; ``make mutants`` tries all of them and lists the survivors.
"""

from __future__ import annotations

import re
from random import Random

import pytest

from logic.checks import ProgramError
from logic.mm_1508 import POLICY
from logic.program import program_of
from tests.logic.test_tables import changed, rows
from tests.support.explained import EXPLAINED
from tests.support.mutants import Mutant, mutants
from tests.support.pool import Member, is_seen
from tests.support.trials import trials


def trial_pool(random_cases: int) -> list[Member]:
    tables = [
        (changed(table, row), row.get("readings"), row.get("parameters")) for table, row in rows()
    ]
    return trials(tables, random_cases)


def explanation(mutant: Mutant) -> str | None:
    """Why this mutant changes nothing that can be seen, or None."""
    text = str(mutant)
    return next((reason for pattern, reason in EXPLAINED if re.search(pattern, text)), None)


def survives(mutant: Mutant, pool: list[Member]) -> bool:
    """Whether no trial notices the mutant; one that cannot be evaluated has to be refused."""
    try:
        return not is_seen(mutant.original, mutant.changed, pool)
    except (KeyError, TypeError):
        program = program_of(POLICY)
        with pytest.raises(ProgramError):
            program.check(mutant.apply(program.rules))
        return False


def test_a_sample_of_mutants_is_noticed() -> None:
    """Nearly all of a sample; ``make mutants`` tries every one and lists the survivors."""
    every = [each for each in mutants(program_of(POLICY).rules) if explanation(each) is None]
    pool = trial_pool(40)
    survivors = [str(each) for each in Random(1508).sample(every, 20) if survives(each, pool)]
    assert len(survivors) <= 2, survivors


def test_every_explanation_is_used() -> None:
    texts = [str(mutant) for mutant in mutants(program_of(POLICY).rules)]
    unused = [
        pattern for pattern, _ in EXPLAINED if not any(re.search(pattern, text) for text in texts)
    ]
    assert unused == []
