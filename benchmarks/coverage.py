"""What the random cases reach on which SQL and pyDatalog are compared: rules and statuses.

Run with ``make coverage``; a number tries so many cases instead of 20,000.
"""

from __future__ import annotations

import sys

from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.coverage import all_labels, coverage_of, random_trials


def main() -> None:
    """Print the counts, and what was not reached."""
    found = coverage_of(random_trials(range(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)))
    every = len(program_of(POLICY).rules)
    unused, missing = found.unused_rules(), found.missing_statuses()
    print(f"{found.cases} cases used {len(found.rules)} of {every} rules")
    print(f"{every - len(found.rules) - len(unused)} others can derive nothing (explained mutants)")
    print(f"not reached: {', '.join(unused) or 'none'}")
    print(f"{len(found.statuses)} of {4 * len(all_labels())} statuses of clauses occurred; not:")
    for status in missing:
        print(f"  {status}")


if __name__ == "__main__":
    main()
