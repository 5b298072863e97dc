"""Filling a store with one part of a cohort after the other, whatever the cohort is made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clausewise.facts.loading.folders import CohortError, records_of
from clausewise.logic.cohort.case_reader import read_batches
from clausewise.logic.cohort.rejected import RejectedCases
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.cohort.tables import are_relations, read_relations

CASES_AT_ONCE = 50_000
RELATIONS_AT_ONCE = 100_000
"""Cases that are decided together, read from case files or from relations: what bounds memory."""
WITH_READINGS_AT_ONCE = 40_000
"""Cases that are decided together under all readings, which takes some 20 kB a case."""
MOST_BEFORE_VALID = 20_000
"""Rejected cases without a valid one after which a cohort is read no further."""


def fill_in_parts(
    cohort: str | Path,
    store: CohortStore,
    rejected: RejectedCases,
    processes: int = 1,
    *,
    all_readings: bool = False,
) -> Iterator[None]:
    """Fill the store with each part of the cohort.

    Parts are smaller for ``all_readings``. After each part the caller has to empty the store. Bad
    cases go to ``rejected`` with their errors. Raises CohortError, also when so many cases are
    rejected and none is valid that the cohort is taken for something else, and RelationError when
    relations cannot be used.
    """
    path = Path(cohort)
    most = WITH_READINGS_AT_ONCE if all_readings else RELATIONS_AT_ONCE
    if not are_relations(path):
        yield from _fill_from_cases(path, store, rejected, processes, min(most, CASES_AT_ONCE))
        return
    for bad in read_relations(store, path, min(most, RELATIONS_AT_ONCE)):
        for each in bad:
            rejected.add(each)
        ((valid,),) = store.rows("SELECT count(*) FROM cases")
        rejected.count_valid(int(valid))
        _expect_a_valid_case(path, rejected)
        yield


def _fill_from_cases(
    cohort: Path, store: CohortStore, rejected: RejectedCases, processes: int, most: int
) -> Iterator[None]:
    held = 0
    for batch in read_batches(records_of(cohort), processes):
        for each in batch.rejected:
            rejected.add(each)
        store.add_rows(batch.rows)
        rejected.count_valid(len(batch.rows.cases), batch.of_fhir)
        _expect_a_valid_case(cohort, rejected)
        held += len(batch.rows.cases)
        if held >= most:
            yield
            held = 0
    if held:
        yield


def _expect_a_valid_case(cohort: Path, rejected: RejectedCases) -> None:
    if not rejected.valid and rejected.rejected >= MOST_BEFORE_VALID:
        raise CohortError(
            f"{cohort}: none of the first {rejected.rejected:,} cases is valid, and no further "
            f"ones are read; the first, {rejected.first}"
        )
