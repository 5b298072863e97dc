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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facts.case import Case
from facts.cohort import read_cohort
from logic.choices import Choices, choose
from logic.cohort import BATCH, CohortStore, decisive_expression
from logic.cohort_summary import Summary, summary_of
from logic.policy import Policy
from logic.program import program_of
from logic.relation_files import (
    RelationError,
    RelationWriter,
    are_relations,
    read_relations,
)
from logic.sql_queries import table_of

CASES_AT_ONCE = 20_000
RELATIONS_AT_ONCE = 200_000
"""Cases that are decided together, read from case files and from relations: what bounds memory."""

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
) -> Summary:
    """Decide every case of a cohort and write the results to a new folder.

    ``other_readings`` and ``other_parameters`` ask a what-if: who would be decided otherwise.
    ``memory`` limits DuckDB ("2GB"); ``sensitivity`` adds to each line whether any combination of
    readings changes its determination, which takes some milliseconds a case; ``progress`` is told
    how many cases were read; ``page`` makes an HTML page of the summary. Raises CohortError,
    ChoiceError, and AuditError when the folder exists, ``memory`` is no amount, relations cannot
    be used, or sensitivity is asked of them.
    """
    target = Path(output)
    if memory is not None and not _MEMORY.fullmatch(memory):
        raise AuditError(f"{memory!r} is not an amount of memory; expected one such as 2GB")
    choices = choose(policy, readings, parameters)
    other = None
    if other_readings or other_parameters:
        other = choose(
            policy,
            {**(readings or {}), **(other_readings or {})},
            {**(parameters or {}), **(other_parameters or {})},
        )
    with _new_folder(target) as part:
        store = CohortStore(program_of(policy), part / "spill", memory)
        sensitive = choices if sensitivity else None
        counts = Counts()
        for _ in _parts(cohort, store, part / "quarantine.ndjson", counts, progress, sensitive):
            _decide(store, policy, choices, "lines")
            if other is not None:
                _decide(store, policy, other, "lines_otherwise")
            store.forget()
        summary = summary_of(store, policy, choices, other, vars(counts))
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
        counts = Counts()
        parts = _parts(cohort, store, part / "quarantine.ndjson", counts, progress, None)
        written = RelationWriter(store, part)
        for _ in parts:
            written.add()
            store.forget()
        written.close()
        store.database.close()
        shutil.rmtree(part / "spill", ignore_errors=True)
    return vars(counts)


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """A folder beside the wanted one, which takes its name when everything is there."""
    if target.exists():
        raise AuditError(f"{target}: the folder exists; name a new one")
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        yield part
        os.replace(part, target)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


@dataclass
class Counts:
    """How many cases were read, and of these decided and set aside."""

    read: int = 0
    decided: int = 0
    quarantined: int = 0


def _parts(
    cohort: str | Path,
    store: CohortStore,
    quarantine: Path,
    counts: Counts,
    progress: Callable[[int], None] | None,
    sensitive: Choices | None,
) -> Iterator[None]:
    """Fill the store with one part of the cohort after the other; the caller empties it between.

    Bad cases go to the quarantine with all their errors.
    """
    with quarantine.open("w", encoding="utf-8") as bad:

        def set_aside(place: str, errors: list[str]) -> None:
            counts.quarantined += 1
            bad.write(json.dumps({"place": place, "errors": errors}) + "\n")

        if not are_relations(Path(cohort)):
            yield from _case_parts(cohort, store, counts, progress, sensitive, set_aside)
            return
        if sensitive is not None:
            raise AuditError("sensitivity is told of case files, not of relations")
        try:
            for aside in read_relations(store, Path(cohort), RELATIONS_AT_ONCE):
                for place, errors in aside:
                    set_aside(place, errors)
                ((decided,),) = store.rows("SELECT count(*) FROM cases")
                counts.decided += int(decided)
                counts.read += int(decided) + len(aside)
                if progress is not None:
                    progress(counts.read)
                yield
        except RelationError as error:
            raise AuditError(str(error)) from None


def _case_parts(
    cohort: str | Path,
    store: CohortStore,
    counts: Counts,
    progress: Callable[[int], None] | None,
    sensitive: Choices | None,
    set_aside: Callable[[str, list[str]], None],
) -> Iterator[None]:
    batch: list[tuple[str, Case]] = []
    held = 0
    for read in read_cohort(cohort):
        counts.read += 1
        if read.case is not None:
            counts.decided += 1
            batch.append((read.place, read.case))
        elif read.errors is not None:
            set_aside(read.place, [str(problem) for problem in read.errors.problems])
        if len(batch) == BATCH:
            store.add(batch, sensitive)
            held += len(batch)
            batch = []
        if held >= CASES_AT_ONCE:
            yield
            held = 0
        if progress is not None:
            progress(counts.read)
    store.add(batch, sensitive)
    yield


def _lines_query(policy: Policy, choices: Choices, labels: tuple[str, ...]) -> str:
    """A row a line: case, place, determination, decisive clauses, the status of each clause."""
    statuses = ", ".join(table_of(label) for label in labels)
    return (
        f"SELECT *, {decisive_expression(policy, choices)} AS "
        'decisive FROM (SELECT cases."case", cases.place, cases.recorded, '
        "CAST(procedure.procedure AS VARCHAR) AS procedure, decided.c, "
        "CAST(decided.line AS VARCHAR) AS line, decided.determination, "
        f"sensitive.sensitive AS reading_sensitive, {statuses} FROM decided "
        "JOIN cases ON cases.c = decided.c JOIN procedure ON procedure.c = decided.c "
        "LEFT JOIN sensitive ON sensitive.c = decided.c AND sensitive.line = decided.line) "
        "ORDER BY c, line"
    )


def _decide(store: CohortStore, policy: Policy, choices: Choices, name: str) -> None:
    """Add the lines of the cases in the store to the table ``name``."""
    made = store.decide(choices)
    query = _lines_query(policy, choices, made.labels)
    if store.has_table(name):
        store.database.execute(f"INSERT INTO {table_of(name)} {query}")
    else:
        store.database.execute(f"CREATE TABLE {table_of(name)} AS {query}")
    store.database.execute("DROP TABLE decided")


# --- files ------------------------------------------------------------------------------------


def _write(store: CohortStore, summary: Summary, folder: Path) -> None:
    lines = store.database.table("lines")
    lines.project("* EXCLUDE (c)").write_parquet(str(folder / "lines.parquet"))
    if summary.flips is not None:
        query = (
            'SELECT a."case", a.place, a.line, a.determination AS "from", b.determination AS "to", '
            "b.decisive FROM lines AS a JOIN lines_otherwise AS b ON a.c = b.c "
            "AND a.line = b.line WHERE a.determination <> b.determination ORDER BY a.c, a.line"
        )
        store.database.sql(query).write_parquet(str(folder / "flips.parquet"))
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
        "missing": summary.missing,
        "inconsistent": summary.inconsistent,
    }
    if summary.agreement is not None:
        found["agreement"] = summary.agreement["confusion"]
        found["disagreements"] = summary.agreement["disagreements"]
    if summary.flips is not None:
        found["flips"] = summary.flips["from_to"]
    return ((name, rows) for name, rows in found.items() if rows)
