"""Filling stores with one part of a cohort after the other, whatever the cohort is made of."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from clausewise.facts.case.model import Case
from clausewise.facts.loading.files import lines_of
from clausewise.facts.loading.folders import Read, is_lines, read_cohort, read_line
from clausewise.logic.cohort.ndjson import CaseLines
from clausewise.logic.cohort.rejected import Quarantine
from clausewise.logic.cohort.store import BATCH, CohortStore
from clausewise.logic.cohort.tables import are_relations, read_relations

NumberedLines = list[tuple[int, bytes | None]]
FreeStore = Callable[[], CohortStore]
"""Gives an empty store for the next part."""

LINES_AT_ONCE = 20_000
BYTES_AT_ONCE = 64 * 1_048_576
"""Lines that are taken apart together by one reader, and about how long they may be together."""
MOST_READERS = 4
"""Readers at work at the same time, on as many processors or fewer; one more waits with its lines
for the store."""
CASES_AT_ONCE = 20_000
LINE_CASES_AT_ONCE = 50_000
RELATIONS_AT_ONCE = 100_000
"""Cases that are decided together, read from case files, from lines, and from relations: what
bounds memory. Smaller parts are sooner decided while others are read, larger ones faster."""
SMALL_PART = 1_000
"""Cases of a part where each case takes much longer to decide than to read."""


def fill_in_parts(
    cohort: str | Path, free: FreeStore, counts: Quarantine, most: int | None = None
) -> Iterator[CohortStore]:
    """Fill a free store with each part of the cohort; also with the last one if that is empty.

    ``most`` bounds the cases of a part further. Bad cases go to the quarantine with all their
    errors. Raises CohortError, and RelationError when relations cannot be used.
    """
    path = Path(cohort)
    if not are_relations(path):
        if is_lines(path):
            yield from _line_parts(path, free, counts, most)
        else:
            yield from _case_parts(cohort, free, counts, most or CASES_AT_ONCE)
        return
    for part, aside in read_relations(free, path, most or RELATIONS_AT_ONCE):
        for place, errors in aside:
            counts.add(place, errors)
        ((decided,),) = part.rows("SELECT count(*) FROM cases")
        counts.passed(int(decided))
        yield part


def _case_parts(
    cohort: str | Path, free: FreeStore, counts: Quarantine, most: int
) -> Iterator[CohortStore]:
    part = free()
    batch: list[tuple[str, Case]] = []
    held = 0
    for placed in _usable(read_cohort(cohort), counts):
        counts.passed(1)
        batch.append(placed)
        if len(batch) == BATCH:
            part.add(batch)
            held += len(batch)
            batch = []
        if held >= most:
            yield part
            part = free()
            held = 0
    part.add(batch)
    yield part


def _usable(reads: Iterable[Read], counts: Quarantine) -> Iterator[tuple[str, Case]]:
    """The cases that were read, each with its place; those with errors are set aside."""
    for read in reads:
        if read.case is not None:
            yield read.place, read.case
        elif read.errors is not None:
            counts.add(read.place, [str(problem) for problem in read.errors.problems])


def _line_parts(
    cohort: Path, free: FreeStore, counts: Quarantine, most: int | None
) -> Iterator[CohortStore]:
    """Lines of JSON: those that are plain go through DuckDB, the others are read one by one.

    While some lines are taken apart, those before them get their numbers and go into the store.
    """
    part = free()
    held = 0
    lines = lines_of(cohort)
    taken: deque[tuple[CaseLines, NumberedLines, Future[set[int]]]] = deque()
    readers = [CaseLines(part) for _ in range(min(part.threads(), MOST_READERS) + 1)]
    with ThreadPoolExecutor(len(readers)) as pool:

        def start(reader: CaseLines) -> None:
            if some := _next_lines(lines, min(LINES_AT_ONCE, most or LINES_AT_ONCE)):
                taken.append((reader, some, pool.submit(reader.take, some)))
            else:
                reader.close()

        for reader in readers:
            start(reader)
        while taken:
            reader, some, found = taken.popleft()
            held += _add_lines(some, found.result(), reader, part, counts)
            start(reader)
            if held >= (most or LINE_CASES_AT_ONCE):
                yield part
                part = free()
                held = 0
    yield part


def _next_lines(lines: Iterator[tuple[int, bytes | None]], most: int) -> NumberedLines:
    """The lines that a reader takes apart together; none at the end."""
    found: NumberedLines = []
    size = 0
    for number, line in lines:
        found.append((number, line))
        size += len(line or b"")
        if len(found) == most or size > BYTES_AT_ONCE:
            break
    return found


def _add_lines(
    lines: NumberedLines,
    plain: Collection[int],
    reader: CaseLines,
    part: CohortStore,
    counts: Quarantine,
) -> int:
    """Put lines that were taken apart into the store, in their order; gives how many cases."""
    numbers: dict[int, int] = {}
    others: list[tuple[str, Case]] = []
    given: list[int] = []
    for number, line in lines:
        if number in plain:
            numbers[number] = part.next_number()
            continue
        for placed in _usable(read_line(number, line), counts):
            others.append(placed)
            given.append(part.next_number())
    reader.add(numbers, part)
    part.add(others, numbers=given)
    counts.passed(len(numbers) + len(others))
    return len(numbers) + len(others)
