"""Every mutant put to a pool of trials: which are noticed, refused, explained, or survive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from clausewise.logic.language.well_formed import ProgramError
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.explained import EXPLAINED
from tests.support.mutants import Mutant, mutants
from tests.support.pool import Member, is_seen


@dataclass
class Sweep:
    """What became of mutants: how many were noticed by a trial and refused by the checks of the
    program, and which survive, or are noticed although an explanation says they cannot be."""

    tried: int = 0
    noticed: int = 0
    refused: int = 0
    survivors: list[str] = field(default_factory=list)
    wrongly_explained: list[str] = field(default_factory=list)


@cache
def every_mutant() -> tuple[Mutant, ...]:
    """All mutants of the policy's rules."""
    return tuple(mutants(program_of(POLICY).rules))


@cache
def explanation(mutant: Mutant) -> str | None:
    """Why this mutant changes nothing that can be seen, or None."""
    text = str(mutant)
    return next((reason for pattern, reason in EXPLAINED if re.search(pattern, text)), None)


def sweep(tried: Iterable[Mutant], pool: Sequence[Member]) -> Sweep:
    """Put mutants, explained ones too, to the pool.

    One that cannot be evaluated has to be refused by the checks of the program.
    """
    found = Sweep()
    for mutant in tried:
        found.tried += 1
        try:
            seen = is_seen(mutant.original, mutant.changed, pool)
        except (KeyError, TypeError):
            seen = False
            if is_refused(mutant):
                found.refused += 1
                continue
        if not seen and is_refused(mutant):
            found.refused += 1
            continue
        explained = explanation(mutant) is not None
        found.noticed += seen
        if seen and explained:
            found.wrongly_explained.append(str(mutant))
        if not seen and not explained:
            found.survivors.append(str(mutant))
    return found


def is_refused(mutant: Mutant) -> bool:
    """Whether the checks of the program refuse the changed rules."""
    program = program_of(POLICY)
    try:
        program.check(mutant.apply(program.rules))
    except ProgramError:
        return True
    return False
