"""How long a cohort of relations takes: read and checked, decided, audited.

Beside it stand three things that any audit has to outdo: the same files loaded into tables by
DuckDB, grouped by case, and decoded by polars. Run with ``make bench``; numbers are the sizes to
try. The cohort is 200 seeded random cases with about 15 entries each, written again and again under
other numbers; two threads.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import duckdb

from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data
from clausewise.logic.cohort.audit import audit
from clausewise.logic.cohort.reading import RELATIONS_AT_ONCE
from clausewise.logic.cohort.relation_writer import RelationWriter
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.cohort.tables import read_relations
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.language.choices import choose
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.registry import policy_named
from clausewise.logic.program.program import program_of
from tests.support.generator import focused_case, random_case

CASES = 200
ENTRIES_EACH = 15
SIZES = (1_000, 10_000, 100_000)


def some_cases() -> list[Case]:
    """Seeded random cases; those that would lift the mean above 15 entries are left out."""
    found: list[Case] = []
    entries = seed = 0
    while len(found) < CASES:
        case = case_from_data(random_case(seed) if seed % 2 else focused_case(seed))
        own = sum(1 for _ in case.entries())
        if entries + own <= ENTRIES_EACH * (len(found) + 1):
            found.append(case)
            entries += own
        seed += 1
    return found


def write_relations(cases: list[Case], size: int, folder: Path) -> None:
    """Write a cohort of this size as relations: every case again and again, with new numbers."""
    once = folder.with_name(f"{folder.name}-once")
    for each in (once, folder):
        each.mkdir()
    store = CohortStore(program_of(POLICY))
    store.add((str(number), case) for number, case in enumerate(cases))
    written = RelationWriter(store, once)
    written.add()
    written.close()
    store.use_threads(2)
    moved = {"c": len(cases), **dict.fromkeys(("entry", "therapy"), store.entries)}
    for path in sorted(once.glob("*.parquet")):
        read = store.database.read_parquet(str(path))
        again = ", ".join(
            f'"{column}" + k * {moved[column]} AS "{column}"'
            if column in moved and kind in ("INTEGER", "BIGINT")
            else f'"{column}"'
            for column, kind in zip(read.columns, map(str, read.types), strict=True)
        )
        store.database.sql(
            f"SELECT {again} FROM read_parquet($1), range($2) AS r(k) ORDER BY c",
            params=[str(path), max(1, size // len(cases))],
        ).write_parquet(str(folder / path.name))
    store.database.close()


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print the table."""
    cases = some_cases()
    entries = sum(1 for case in cases for _ in case.entries()) / CASES
    print(f"{entries:.0f} entries a case, 2 threads")
    start = time.perf_counter()
    for case in cases:
        decide_case(case, POLICY)
    one_by_one = time.perf_counter() - start
    print(f"decided one by one (pyDatalog) {one_by_one / CASES * 1000:8.3f} ms a case")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            from_relations(cases, size, Path(folder))


def from_relations(cases: list[Case], size: int, folder: Path) -> None:
    """Write a cohort of this size as relations and print what each part of an audit takes."""
    relations = folder / "relations"
    write_relations(cases, size, relations)
    loading = timed_queries(relations, "SELECT * FROM read_parquet($1)")
    grouping = timed_queries(
        relations, "SELECT c, count(*), list(t) FROM read_parquet($1) AS t GROUP BY c"
    )
    reading, rejected = timed_reading(relations, folder)
    deciding = timed_deciding(relations, folder)
    auditing, told = timed_audit(relations, folder / "out")
    print(f"{size:,} cases as Parquet relations, {rejected} rejected, {told}")
    readings, _ = timed_audit(relations, folder / "readings", "sensitivity")
    two, two_told = timed_audit(relations, folder / "two", "CMM-611")
    print(f"  under two policies: {two_told}")
    for name, taken in (
        ("loaded into DuckDB tables", loading),
        *((("decoded by polars", timed_polars(relations)),) if find_spec("polars") else ()),
        ("grouped by case in DuckDB", grouping),
        ("read and checked", reading),
        ("read, checked and decided", deciding),
        ("audit, from start to results", auditing),
        ("audit with all readings", readings),
        ("audit under two policies", two),
    ):
        print(f"  {name:32} {taken:8.1f} s {taken / size * 1000:8.3f} ms a case")


def timed_queries(relations: Path, query: str) -> float:
    """The seconds DuckDB takes to make a table of this query for each file of relations."""
    start = time.perf_counter()
    database = duckdb.connect()
    database.execute("SET threads = 2")
    for path in sorted(relations.glob("*.parquet")):
        database.execute(f'CREATE TABLE "{path.stem}" AS {query}', [str(path)])
    database.close()
    return time.perf_counter() - start


def timed_polars(relations: Path) -> float:
    """The seconds polars takes to decode all columns of all files."""
    os.environ.setdefault("POLARS_MAX_THREADS", "2")
    import polars

    start = time.perf_counter()
    for path in sorted(relations.glob("*.parquet")):
        polars.read_parquet(path)
    return time.perf_counter() - start


def new_store(folder: Path) -> CohortStore:
    """An empty store with two threads."""
    store = CohortStore(program_of(POLICY), folder=folder / "spill")
    store.use_threads(2)
    return store


def timed_reading(relations: Path, folder: Path) -> tuple[float, int]:
    """The seconds that reading and checking take, part by part, and how many are rejected."""
    store = new_store(folder)
    start = time.perf_counter()
    rejected = 0
    for bad in read_relations(store, relations, RELATIONS_AT_ONCE):
        rejected += len(bad)
        store.forget()
    taken = time.perf_counter() - start
    store.database.close()
    return taken, rejected


def timed_deciding(relations: Path, folder: Path) -> float:
    """The seconds that reading, checking and deciding take, with nothing written."""
    store = new_store(folder)
    choices = choose(POLICY, None, None)
    start = time.perf_counter()
    for _ in read_relations(store, relations, RELATIONS_AT_ONCE):
        store.decide(choices)
        store.database.execute("DROP TABLE determinations")
        store.forget()
    taken = time.perf_counter() - start
    store.database.close()
    return taken


def timed_audit(cohort: Path, output: Path, *further: str) -> tuple[float, str]:
    """The seconds an audit takes, and what it reports of its memory.

    It has a process of its own: the peak of this one may be that of making the cohort.
    """
    start = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.cohort", str(cohort), str(output), *further]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return time.perf_counter() - start, told


def audit_alone(cohort: str, output: str, further: str = "") -> None:
    """Audit a cohort with two processes to read it and report how much memory this one took;
    with "sensitivity" also under all readings, with the number of a policy under that one too."""
    sensitivity = further == "sensitivity"
    against = policy_named(further) if further and not sensitivity else None
    audit(cohort, output, POLICY, processes=2, sensitivity=sensitivity, against=against)
    print(f"peak memory of the audit {peak_memory() / 1e9:.1f} GB")


def peak_memory() -> int:
    """The most bytes of memory that this process has held at one time (Linux).

    What ``getrusage`` says begins with the memory of the process that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [each for each in status.splitlines() if each.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    if sys.argv[1:] and not sys.argv[1].isdigit():
        audit_alone(*sys.argv[1:])
    else:
        main(tuple(int(each) for each in sys.argv[1:]) or SIZES)
