"""Audits of cohorts: every case of a folder or a file decided in DuckDB or on Spark."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from clausewise.logic.cohort.audit import AuditError
from clausewise.logic.cohort.audit import audit as _audit
from clausewise.logic.cohort.audit import relations as _relations
from clausewise.logic.cohort.summary import Summary
from clausewise.logic.cohort.tables import are_relations
from clausewise.logic.explain.words_check import check_words
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.registry import default_policy, policy_meant
from clausewise.logic.what_if.compare import split_settings
from clausewise.output.letter_files import FORMATS, LetterError, write_letters
from clausewise.viz.report.cohort_page import cohort_card, cohort_page

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(repr=False)
class Audit(Summary):
    """The summary of an audit, which shows itself in a notebook as tables with bars."""

    def __repr__(self) -> str:
        return f"<Audit of {self.cases['read']} cases, {self.lines} lines>"

    def _repr_html_(self) -> str:
        return cohort_card(self, _names(policy_meant(self.policy["number"])))


def audit(
    cohort: str | Path,
    output: str | Path,
    *,
    settings: Mapping[str, Any] | None = None,
    memory: str | None = None,
    sensitivity: bool = False,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    progress: Callable[[int], None] | None = None,
    processes: int = 1,
    spark: SparkSession | None = None,
    sample: int | None = None,
    policy: Policy | str | None = None,
    letters: str | None = None,
    what_if: bool = False,
) -> Audit:
    """Decide every case of a cohort in DuckDB and write the results to a new folder.

    A cohort is a folder of case files (FHIR bundles too), a file of newline-delimited JSON, or a
    folder of relations as ``relations`` writes it. ``settings`` (``reading.NAME``,
    ``parameter.NAME``) ask who would flip; ``sensitivity`` reports for each line whether any
    reading changes it. ``processes`` read case files and lines of JSON; for more than one, a script
    has to keep its own calls under ``if __name__ == "__main__"``, as for ``multiprocessing``. With
    ``spark``, a session of Spark, that decides instead of DuckDB; the cohort has to be relations
    then, and all executors have to reach its folder and that of ``output``. Bad cases are rejected:
    ``quarantine.ndjson`` has them with their errors. pyDatalog decides a random ``sample`` of lines
    (200) as well. ``policy`` is a policy, or ``NUMBER`` or ``NUMBER@DAY`` of an installed one;
    all cases are decided under it. ``letters`` ("markdown", "html", "docx") writes letters about
    denied and pended lines, the first 1,000, to ``letters/`` in that folder. Raises CohortError,
    AuditError, ChoiceError, UnknownPolicyError, PolicyError for a policy that could not be
    explained, LetterError, and WhatIfError for letters under
    other readings or parameters than the policy's own unless ``what_if`` allows and marks them.
    """
    if letters is not None and letters not in FORMATS:
        raise LetterError(f"letters are written as {', '.join(FORMATS)}, not {letters!r}")
    edits, other_readings, other_parameters = split_settings(settings or {})
    if edits:
        raise AuditError(
            f"{next(iter(edits))}: a cohort is asked for other readings and parameters only"
        )
    chosen = policy_meant(policy)
    check_words(chosen)
    seen = _seen_from(Path(cohort), Path(output))
    found = _audit(
        cohort,
        output,
        chosen,
        readings=readings,
        parameters=parameters,
        other_readings=other_readings,
        other_parameters=other_parameters,
        memory=memory,
        sensitivity=sensitivity,
        progress=progress,
        pages=lambda summary, _: {"summary.html": cohort_page(summary, _names(chosen), seen)},
        processes=processes,
        spark=spark,
        sample=sample,
        letters=None if letters is None else partial(write_letters, form=letters, what_if=what_if),
        what_if=what_if,
    )
    return Audit(**vars(found))


def _names(policy: Policy) -> dict[str, str]:
    """What the clauses are called, by label."""
    return {label: clause.name for label, clause in policy.clauses.items()}


def _seen_from(cohort: Path, output: Path) -> str:
    """A folder of case files as a link from a page in ``output``; empty for another cohort."""
    if are_relations(cohort) or not cohort.is_dir():
        return ""
    try:
        return quote(Path(os.path.relpath(cohort, output)).as_posix())
    except ValueError:  # on another drive
        return ""


def relations(
    cohort: str | Path,
    output: str | Path,
    *,
    progress: Callable[[int], None] | None = None,
    processes: int = 1,
) -> dict[str, int]:
    """Write a cohort as relations, one Parquet file each, to a new folder that ``audit`` reads.

    Gives how many cases were read, written and rejected (``quarantine.ndjson`` says why);
    ``processes`` as in ``audit``. Raises CohortError and AuditError.
    """
    return _relations(cohort, output, default_policy(), progress=progress, processes=processes)


def spark_session() -> SparkSession:
    """Spark as its own configuration describes it, on this machine if that says nothing.

    Raises AuditError when it is not installed or does not start.
    """
    try:
        import sqlglot  # noqa: F401 - clausewise.logic.cohort.spark needs it
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise AuditError("Spark is not installed; pip install 'clausewise[spark]'") from None
    builder = SparkSession.builder.appName("clausewise")
    try:
        return builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
    except PySparkException as error:
        reason = str(error).splitlines()[0]
        raise AuditError(f"Spark does not start; it needs Java 17 or newer ({reason})") from None
