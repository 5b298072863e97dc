"""Audits of cohorts, as a function; DuckDB is loaded on use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from logic.comparison import split_settings
from logic.mm_1508 import POLICY

if TYPE_CHECKING:
    from clausewise.cohort_audit import Audit


def audit(
    cohort: str | Path,
    output: str | Path,
    *,
    settings: Mapping[str, Any] | None = None,
    memory: str | None = None,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Audit:
    """Decide every case of a cohort in DuckDB and write the results to a new folder.

    A cohort is a folder of case files or a file of newline-delimited JSON. ``settings``
    (``reading.NAME``, ``parameter.NAME``) ask who would flip. Bad cases are set aside in
    ``quarantine.ndjson``. Raises CohortError, AuditError and ChoiceError.
    """
    from clausewise.cohort_audit import Audit
    from logic.audit import AuditError
    from logic.audit import audit as run
    from viz.cohort_page import cohort_page

    edits, other_readings, other_parameters = split_settings(settings or {})
    if edits:
        raise AuditError(
            f"{next(iter(edits))}: a cohort is asked for other readings and parameters only"
        )
    found = run(
        cohort,
        output,
        POLICY,
        readings=readings,
        parameters=parameters,
        other_readings=other_readings,
        other_parameters=other_parameters,
        memory=memory,
        progress=progress,
        page=cohort_page,
    )
    return Audit(**vars(found))


@contextmanager
def counting() -> Iterator[Callable[[int], None] | None]:
    """A count of cases read on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.completed} cases read"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("reading", total=None)
        yield lambda number: shown.update(task, completed=number)
