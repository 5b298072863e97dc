"""Auditing a cohort: every case decided, and what the decisions say together.

The run reads, decides and writes into a folder beside the wanted one, which takes its name only
when everything is there: a run that was killed leaves nothing that looks like a result.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausewise.logic.cohort.agreement import disagreements
from clausewise.logic.cohort.parts import SMALL_PART, fill_in_parts
from clausewise.logic.cohort.pipeline import SideBySide
from clausewise.logic.cohort.rejected import Quarantine
from clausewise.logic.cohort.relation_writer import RelationWriter
from clausewise.logic.cohort.results import FoundLines
from clausewise.logic.cohort.sensitivity import tell_sensitive
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.cohort.summary import Summary, summary_of
from clausewise.logic.cohort.tables import RelationError, are_relations
from clausewise.logic.language.choices import Choices, choose
from clausewise.logic.language.policy import Policy
from clausewise.logic.program.program import program_of
from clausewise.logic.sql.decisive import lines_query

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

INTERRUPTED = "Query interrupted"
"""What DuckDB says in a RuntimeError when the user interrupts a query."""
_MEMORY = re.compile(r"[1-9]\d{0,6}(MB|GB|MiB|GiB)")


class AuditError(Exception):
    """The audit cannot be made so; the message says what to do."""


def audit(
    cohort: str | Path,
    output: str | Path,
    policy: Policy,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    other_readings: Mapping[str, str] | None = None,
    other_parameters: Mapping[str, int] | None = None,
    memory: str | None = None,
    sensitivity: bool = False,
    progress: Callable[[int], None] | None = None,
    page: Callable[[Summary], str] | None = None,
    spark: SparkSession | None = None,
) -> Summary:
    """Decide every case of a cohort and write the results to a new folder.

    ``other_readings`` and ``other_parameters`` ask a what-if: who would be decided otherwise.
    ``memory`` limits DuckDB ("2GB"); ``sensitivity`` adds to each line whether any combination of
    readings changes its determination, which takes some milliseconds a case; ``progress`` is told
    how many cases were read; ``page`` makes an HTML page of the summary; ``spark`` is a session
    that decides a cohort of relations instead of DuckDB. Raises CohortError, ChoiceError, and
    AuditError when the folder exists, ``memory`` is no amount, relations cannot be used, or
    Spark is asked for what it cannot do.
    """
    target = Path(output)
    if memory is not None and not _MEMORY.fullmatch(memory):
        raise AuditError(f"{memory!r} is not an amount of memory; expected one such as 2GB")
    if sensitivity and spark is not None:
        raise AuditError("Spark does not tell of sensitivity to readings; leave one of them out")
    choices = choose(policy, readings, parameters)
    asked = {"lines": choices}
    other = None
    if other_readings or other_parameters:
        other = choose(
            policy,
            {**(readings or {}), **(other_readings or {})},
            {**(parameters or {}), **(other_parameters or {})},
        )
        asked["lines_otherwise"] = other
    with _new_folder(target) as part:
        store = CohortStore(program_of(policy), part / "spill", memory)
        lines = FoundLines(part / "spill")
        with Quarantine(part / "quarantine.ndjson", progress) as counts:
            if spark is not None:
                _decide_on_spark(spark, Path(cohort), store, asked, part / "spill", lines, counts)
            else:
                sensitive = choices if sensitivity else None
                _decide_in_parts(cohort, store, asked, lines, counts, sensitive)
        lines.show(store)
        summary = summary_of(store, policy, choices, other, counts.told())
        _write(store, summary, part)
        if page is not None:
            (part / "summary.html").write_text(page(summary), encoding="utf-8")
        shutil.rmtree(part / "spill", ignore_errors=True)
    return summary


def relations(
    cohort: str | Path,
    output: str | Path,
    policy: Policy,
    *,
    progress: Callable[[int], None] | None = None,
) -> dict[str, int]:
    """Write the facts of a cohort's cases to a new folder, a Parquet file a relation.

    Gives how many cases were read, written (``decided``) and set aside. Raises CohortError, and
    AuditError when the folder exists.
    """
    target = Path(output)
    with _new_folder(target) as part:
        store = CohortStore(program_of(policy), part / "spill")
        written = RelationWriter(store, part)
        with Quarantine(part / "quarantine.ndjson", progress) as counts:
            for _ in fill_in_parts(cohort, lambda: store, counts):
                written.add()
                store.forget()
        written.close()
        store.database.close()
        shutil.rmtree(part / "spill", ignore_errors=True)
    return counts.told()


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """A folder beside the wanted one, which takes its name when everything is there.

    Relations that cannot be used are an error of the audit.
    """
    if target.exists():
        raise AuditError(f"{target}: the folder exists; name a new one")
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        yield part
        os.replace(part, target)
    except BaseException as error:
        shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, RelationError):
            raise AuditError(str(error)) from None
        if isinstance(error, RuntimeError) and str(error) == INTERRUPTED:
            raise KeyboardInterrupt from None
        raise


def _decide_in_parts(
    cohort: str | Path,
    store: CohortStore,
    asked: Mapping[str, Choices],
    lines: FoundLines,
    counts: Quarantine,
    sensitive: Choices | None,
) -> None:
    """Decide part after part under each of the choices.

    With ``sensitive`` also whether readings other than these choices change each line.
    """
    policy = store.program.policy

    def decide(part: CohortStore) -> None:
        if sensitive is not None:
            tell_sensitive(part, sensitive)
        for name, choices in asked.items():
            labels = part.decide(choices).labels
            query = f"{lines_query(policy, choices, labels)} ORDER BY c, line"
            lines.write(part, name, part.database.sql(query))
            part.database.execute("DROP TABLE determinations")

    def take(part: CohortStore) -> None:
        for name in asked:
            lines.take(part, name)

    with SideBySide(store, decide, take) as parts:
        most = None if sensitive is None else SMALL_PART
        for filled in fill_in_parts(cohort, parts.free, counts, most):
            parts.decide(filled)


def _decide_on_spark(
    session: SparkSession,
    cohort: Path,
    store: CohortStore,
    asked: Mapping[str, Choices],
    scratch: Path,
    lines: FoundLines,
    counts: Quarantine,
) -> None:
    """Let Spark decide under each of the choices."""
    from clausewise.logic.cohort.spark import SparkCohort

    if not are_relations(cohort):
        raise AuditError("Spark reads relations; `clausewise relations` makes them of case files")
    found = SparkCohort(session, store.program, cohort, scratch)
    for place, errors in found.aside:
        counts.add(place, errors)
    counts.passed(found.decided)
    try:
        for name, choices in asked.items():
            written = scratch / name
            found.decide(choices).write.parquet(str(written))
            rows = store.database.read_parquet(f"{escape(str(written))}/*.parquet")
            lines.write(store, name, rows.order("c, line"))
            lines.take(store, name)
    finally:
        found.forget()


# --- files ------------------------------------------------------------------------------------


def _write(store: CohortStore, summary: Summary, folder: Path) -> None:
    query = "SELECT * EXCLUDE (c) FROM lines"
    store.database.sql(query).write_parquet(str(folder / "lines.parquet"))
    if summary.flips is not None:
        query = (
            'SELECT a."case", a.place, a.line, a.determination AS "from", b.determination AS "to", '
            "b.decisive FROM lines AS a JOIN lines_otherwise AS b ON a.c = b.c "
            "AND a.line = b.line WHERE a.determination <> b.determination ORDER BY a.c, a.line"
        )
        store.database.sql(query).write_parquet(str(folder / "flips.parquet"))
    if summary.agreement is not None:
        store.database.sql(disagreements()).write_parquet(str(folder / "disagreements.parquet"))
    store.database.close()
    text = json.dumps(summary.__dict__, indent=1, ensure_ascii=False) + "\n"
    (folder / "summary.json").write_text(text, encoding="utf-8")
    for name, rows in tables(summary):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)


def _cell(value: Any) -> Any:
    """A value for a spreadsheet: lists in one cell, and no text that could be run as a formula."""
    text = " ".join(str(each) for each in value) if isinstance(value, list) else value
    if isinstance(text, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{text}"
    return text


def tables(summary: Summary) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The tables of a summary by name, the empty ones left out."""
    found: dict[str, list[dict[str, Any]]] = {
        "determinations": [
            {"determination": name, "lines": number}
            for name, number in summary.determinations.items()
        ],
        "denying": summary.denying,
        "denying_together": summary.denying_together,
        "missing": summary.missing,
        "inconsistent": [
            {"group": number, "decided": group["decided"], "decisive": group["decisive"], **record}
            for number, group in enumerate(summary.inconsistent, 1)
            for record in group["recorded"]
        ],
    }
    if summary.agreement is not None:
        found["agreement"] = summary.agreement["confusion"]
        found["disagreements"] = summary.agreement["disagreements"]
    if summary.flips is not None:
        found["flips"] = summary.flips["from_to"]
    return ((name, rows) for name, rows in found.items() if rows)
