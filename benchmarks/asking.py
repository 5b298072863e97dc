"""How long queries to a cohort of relations take, beside an audit of the same cohort.

Run with ``python -m benchmarks.asking``; numbers are the sizes to try. The cohort is that of
``benchmarks.cohort``.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.cohort import some_cases, write_relations
from clausewise.logic.asking.cohort import ask_cohort
from clausewise.logic.cohort.audit import audit
from clausewise.logic.mm_1508 import POLICY

SIZES = (10_000, 100_000)
QUERIES = (
    "relief(E, R) & (R >= 45) & (R < 50)",
    'not_met(L, "D.I.B.7") & relief(E, R) & (R >= 45) & (R < 50)',
    "blocks that fell short",
    "therapy that ended early",
    "who is pended only for an image",
    "determination(L, D)",
    "not_met(L, C)",
)


def main(sizes: list[int]) -> None:
    """Print the seconds of an audit and of each query, and how many times the audit that is."""
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            folder = Path(name) / f"cohort-{size}"
            write_relations(some_cases(), size, folder)
            start = time.perf_counter()
            audit(folder, Path(name) / f"audit-{size}", POLICY, sample=0)
            of_audit = time.perf_counter() - start
            print(f"{size} cases: audit {of_audit:.1f} s")
            for query in QUERIES:
                start = time.perf_counter()
                found = ask_cohort(folder, [query], POLICY)
                seconds = time.perf_counter() - start
                print(
                    f"  {seconds:6.1f} s  {seconds / of_audit:4.1f} times  {found.count:8} answers"
                    f"  {query}"
                )


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or list(SIZES))
