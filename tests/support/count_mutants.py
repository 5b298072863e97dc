"""Counts how many mutants of the rules the trials notice: every mutant, put to every trial.

Run with ``make mutants``; a number tries so many random cases of each kind instead of 150. A
survivor is a change of a rule that no trial notices and no explanation covers.
"""

from __future__ import annotations

import sys
import time

from tests.policies.mm_1508.test_mutants import tables
from tests.support.sweep import every_mutant, sweep
from tests.support.trials import other_trials


def main() -> None:
    """Print the survivors and the counts."""
    start = time.perf_counter()
    random_cases = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    trials = [*tables(), *other_trials(random_cases)]
    every = every_mutant()
    print(f"{len(every)} mutants, {len(trials)} trials", flush=True)
    found = sweep(every, trials)
    for survivor in found.survivors:
        print(f"survives: {survivor}")
    for seen in found.wrongly_explained:
        print(f"explained, but noticed: {seen}")
    print(
        f"{found.noticed} noticed, {found.refused} refused by the checks of the program, "
        f"{found.explained} explained, {len(found.survivors)} survive; "
        f"{time.perf_counter() - start:.0f} s"
    )


if __name__ == "__main__":
    main()
