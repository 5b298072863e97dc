"""How many changed rules the tests would notice: every mutant of every rule, tried on all trials.

Run with ``make mutants`` (it takes long). A survivor is a change of a rule that no table row and no
random case notices; the explained ones change nothing that can be seen.
"""

from __future__ import annotations

import sys

from logic.checks import ProgramError
from logic.mm_1508 import POLICY
from logic.program import program_of
from tests.logic.test_mutants import explanation, trial_pool
from tests.support.mutants import mutants
from tests.support.pool import is_seen


def main() -> None:
    """Print the survivors and the counts; ``PART OF`` tries one part only."""
    part, of = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else (0, 1)
    program = program_of(POLICY)
    pool = trial_pool(150)
    every = list(mutants(program.rules))
    open_ones = [each for each in every if explanation(each) is None][part::of]
    print(f"{len(every)} mutants, {len(pool)} trials; trying {len(open_ones)}", flush=True)
    survivors = refused = 0
    for mutant in open_ones:
        try:
            seen = is_seen(mutant.original, mutant.changed, pool)
        except (KeyError, TypeError):
            refused += 1
            try:
                program.check(mutant.apply(program.rules))
            except ProgramError:
                continue
            seen = False
        if not seen:
            survivors += 1
            print(f"survives: {mutant}", flush=True)
    print(f"{survivors} survive, {refused} are refused by the checks of the program")


if __name__ == "__main__":
    main()
