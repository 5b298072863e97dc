"""Records of a cohort, read in batches by one process or by several.

Python reads a case at about the speed of a processor, so a large cohort is shared among processes;
each sends back rows and errors. The batches come in the order of the cohort, whoever read them.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from threading import Thread

from clausewise.facts.case.model import Case
from clausewise.facts.case.origin import Origin, grouped
from clausewise.facts.loading.folders import CohortError, Record, name_in, read_record
from clausewise.logic.cohort.case_rows import CaseRows, case_rows
from clausewise.logic.cohort.rejected import MOST_ERRORS, Rejected, capped

BATCH = 4_000
BATCH_BYTES = 16 * 1_048_576
"""Records that are read together, and about how many bytes they may have together."""
BATCHES_WAITING = 3
"""Batches for each process that are read, or wait for it, before the first of them is used."""


@dataclass
class Batch:
    """What some records hold: the rows of the valid cases, and the others.

    ``of_fhir`` has of the valid cases that were FHIR how many there are (``cases``), their
    ``resources``, how many of these were ``used``, and how many ``remarks`` there are on them.
    """

    rows: CaseRows
    rejected: list[Rejected]
    of_fhir: Counter[str]


def read_batch(records: list[Record]) -> Batch:
    """Read records with the reader of case files."""
    rejected: list[Rejected] = []
    of_fhir: Counter[str] = Counter()

    def valid() -> Iterator[tuple[str, Case]]:
        for record in records:
            for read in read_record(record):
                if read.case is not None:
                    of_fhir.update(_of_fhir(read.case.origin))
                    yield read.place, read.case
                elif read.errors is not None:
                    errors = [str(each) for each in read.errors.problems[:MOST_ERRORS]]
                    told = capped(errors, read.errors.count)
                    rejected.append(Rejected(read.place, name_in(record), told))

    return Batch(case_rows(valid()), rejected, of_fhir)


def _of_fhir(origin: Origin | None) -> dict[str, int]:
    if origin is None:
        return {}
    remarks = len(grouped(origin.remarks))
    return {
        "cases": 1,
        "resources": origin.resources,
        "used": origin.used,
        "remarks": remarks,
    }


def read_batches(records: Iterable[Record], processes: int = 1) -> Iterator[Batch]:
    """Every batch in turn. Other processes are started only for more than one batch.

    Raises CohortError where none can be started.
    """
    batches = in_batches(records)
    first = list(islice(batches, 2))
    if processes == 1 or len(first) < 2:
        yield from map(read_batch, chain(first, batches))
        return
    # A fork would copy locks that the threads of DuckDB may hold.
    pool = ProcessPoolExecutor(
        processes, multiprocessing.get_context("spawn"), initializer=_prepare_process
    )
    before, started = multiprocessing.active_children(), False
    try:
        waiting: deque[Future[Batch]] = deque()
        for batch in chain(first, batches):
            try:
                waiting.append(pool.submit(read_batch, batch))
                started = True
            except OSError as error:
                told = f"a further process cannot be started: {error.strerror or error}"
                raise CohortError(told) from None
            if len(waiting) >= BATCHES_WAITING * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        if not started:  # what would end the processes of the pool could not be started
            for each in multiprocessing.active_children():
                if each not in before:
                    each.terminate()
        pool.shutdown(wait=started, cancel_futures=True)


def in_batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    """The records in batches of bounded length."""
    batch: list[Record] = []
    size = 0
    for record in records:
        batch.append(record)
        size += record.size
        if len(batch) == BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _prepare_process() -> None:
    """Leave Ctrl-C to the process that started this one, and end when that one is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    # What is loaded now stays; only what is made of cases is worth looking at for cycles.
    gc.freeze()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
