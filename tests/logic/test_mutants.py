"""The tests can fail: changed rules are noticed. Survivors are explained, or the test fails.

Every mutant (a rule left out, a literal dropped, a comparison or negation changed) is put to the
tables and to random cases. ``make test`` tries a sample, ``make test-all`` all of them.
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


def _trials(random_cases: int) -> list[Member]:
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


def unexplained(chosen: list[Mutant], pool: list[Member]) -> list[str]:
    return [
        str(mutant) for mutant in chosen if explanation(mutant) is None and survives(mutant, pool)
    ]


def test_a_sample_of_mutants_is_noticed() -> None:
    every = [each for each in mutants(program_of(POLICY).rules) if explanation(each) is None]
    chosen = Random(1508).sample(every, 120)
    assert unexplained(chosen, _trials(120)) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_every_mutant_is_noticed_or_explained(part: int) -> None:
    chosen = list(mutants(program_of(POLICY).rules))[part::8]
    assert unexplained(chosen, _trials(400)) == []


def test_every_explanation_is_used() -> None:
    texts = [str(mutant) for mutant in mutants(program_of(POLICY).rules)]
    unused = [
        pattern for pattern, _ in EXPLAINED if not any(re.search(pattern, text) for text in texts)
    ]
    assert unused == []
