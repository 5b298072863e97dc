"""Every mutant put to a pool of trials: which are noticed, refused, explained, or survive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from clausewise.logic.analysis.suite.mutants import Mutant, mutants
from clausewise.logic.language.well_formed import ProgramError
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.explained import EXPLAINED
from tests.support.pool import Member, is_seen, member
from tests.support.trials import Trial

AT_ONCE = 800
"""So many trials are decided at a time."""


@dataclass
class Sweep:
    """What became of mutants: how many a trial notices, the checks of the program refuse, or an
    explanation covers; which survive, and which are noticed although they are explained."""

    tried: int = 0
    noticed: int = 0
    refused: int = 0
    explained: int = 0
    survivors: list[str] = field(default_factory=list)
    wrongly_explained: list[str] = field(default_factory=list)


@cache
def every_mutant() -> tuple[Mutant, ...]:
    """All mutants of the policy's rules."""
    return tuple(mutants(program_of(POLICY).rules))


@cache
def explained(mutant: Mutant) -> bool:
    """Whether the register says why this mutant changes nothing that can be seen."""
    text = str(mutant)
    return any(re.search(pattern, text) for pattern, _ in EXPLAINED)


def sweep(tried: Iterable[Mutant], trials: Sequence[Trial]) -> Sweep:
    """Put mutants, explained ones too, to the trials, some trials at a time: all of them decided
    would fill the memory.

    One that cannot be evaluated has to be refused by the checks of the program.
    """
    waiting, found = list(tried), Sweep()
    found.tried = len(waiting)
    for start in range(0, len(trials), AT_ONCE):
        pool = [member(*trial) for trial in trials[start : start + AT_ONCE]]
        still = []
        for mutant in waiting:
            if not _is_noticed(mutant, pool):
                still.append(mutant)
                continue
            found.noticed += 1
            if explained(mutant):
                found.wrongly_explained.append(str(mutant))
        waiting = still
    for mutant in waiting:
        if is_refused(mutant):
            found.refused += 1
        elif explained(mutant):
            found.explained += 1
        else:
            found.survivors.append(str(mutant))
    return found


def _is_noticed(mutant: Mutant, pool: Sequence[Member]) -> bool:
    """Whether a case of the pool is answered otherwise; no rules that cannot be evaluated are."""
    try:
        return is_seen(mutant.original, mutant.changed, pool)
    except (KeyError, TypeError):
        return False


def is_refused(mutant: Mutant) -> bool:
    """Whether the checks of the program refuse the changed rules."""
    program = program_of(POLICY)
    try:
        program.check(mutant.apply(program.rules))
    except ProgramError:
        return True
    return False
