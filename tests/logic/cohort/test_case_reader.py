"""Records read in batches, by one process or several, give what each gives by itself."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clausewise.facts.case.syntax import MOST_BYTES
from clausewise.facts.loading.folders import Record, read_cohort, records_of
from clausewise.facts.relations.from_case import case_facts
from clausewise.logic.cohort import case_reader
from clausewise.logic.cohort.audit import audit
from clausewise.logic.cohort.case_reader import Batch, read_batches
from clausewise.logic.cohort.case_rows import NO_ENTRY
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.generator import any_case, complete_percutaneous

Data = dict[str, Any]

ENTRIES = ("entry", "therapy")
"""The columns that hold the number of an entry."""

BAD_LINES = (
    b'{"format": "clausewise-case/1"}',
    b"nonsense",
    b"[]",
    b'{"resourceType": "Bundle"}',
    b"{" + b"[" * 100_000,
    b'{"a": "' + b"x" * MOST_BYTES + b'"}',
    b"\xc4",
)


def line(data: Data) -> bytes:
    return json.dumps(data, default=lambda value: float(str(value))).encode()


def write(path: Path, lines: list[bytes]) -> Path:
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """70 valid cases with bad lines among them."""
    lines = [line({**any_case(seed), "case": f"C{seed}"}) for seed in range(70)]
    for number, bad in enumerate(BAD_LINES):
        lines.insert(number * 9, bad)
    return write(tmp_path_factory.mktemp("cohort") / "cohort.ndjson", lines)


def facts_in(store: CohortStore) -> list[tuple[Any, ...]]:
    """What a store holds of each case; entries are counted from the first of the case."""
    found: dict[int, Counter[Any]] = {}
    first = dict(store.rows("SELECT c, min(entry) FROM entry_side GROUP BY c"))
    for name, columns in store.tables.items():
        if columns[0][0] != "c":
            continue
        for number, *row in store.rows(f'SELECT * FROM "{name}"'):
            values = [
                value - first[number] if column in ENTRIES and value != NO_ENTRY else value
                for value, (column, _) in zip(row, columns[1:], strict=True)
            ]
            found.setdefault(number, Counter())[name, *map(str, values)] += 1
    cases = store.rows("SELECT * FROM cases ORDER BY c")
    return [(*case, found[case[0]]) for case in cases]


def stored(batches: list[Batch]) -> list[tuple[Any, ...]]:
    store = CohortStore(program_of(POLICY))
    for batch in batches:
        store.add_rows(batch.rows)
    found = facts_in(store)
    store.database.close()
    return found


def test_rows_and_errors_are_those_of_each_case_by_itself(cohort: Path) -> None:
    (batch,) = read_batches(records_of(cohort))
    reads = list(read_cohort(cohort))
    assert batch.rejected == [
        (read.place, None, [str(problem) for problem in read.errors.problems])
        for read in reads
        if read.errors is not None
    ]
    assert len(batch.rejected) == len(BAD_LINES)
    store = CohortStore(program_of(POLICY))
    valid = [(read.place, read.case) for read in reads if read.case is not None]
    assert [(name, place) for _, name, place, _ in batch.rows.cases] == [
        (case.case, place) for place, case in valid
    ]
    found = stored([batch])
    for (_, *about, counted), (place, case) in zip(found, valid, strict=True):
        assert about[:2] == [case.case, place]
        rows = case_facts(case)
        expected = Counter({name: len(rows[name]) for name in rows if name in store.tables})
        assert Counter(key[0] for key in counted.elements()) == expected
    assert len(found) == 70


def test_every_measured_value_is_kept_exactly() -> None:
    values = [Decimal("4.999999999999999999999999999999"), Decimal("1E-7"), Decimal("0.50"), 7]
    data = complete_percutaneous()
    data["measurements"] = [{"measure": "sij_pain_score", "value": value} for value in values]
    text = json.dumps(data, default=str)
    for value in values:
        text = text.replace(f'"value": "{value}"', f'"value": {value}')
    (batch,) = read_batches([Record("line 1", text.encode())])
    assert batch.rejected == []
    store = CohortStore(program_of(POLICY))
    store.add_rows(batch.rows)
    found = store.rows("SELECT value FROM measurement ORDER BY entry")
    assert [value for (value,) in found] == values


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 7, 40])
def test_the_size_of_batches_changes_nothing(
    cohort: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = list(read_batches(records_of(cohort)))
    monkeypatch.setattr(case_reader, "BATCH", size)
    batches = list(read_batches(records_of(cohort)))
    assert len(batches) == -(-77 // size)
    assert stored(batches) == stored(whole)
    assert [each for batch in batches for each in batch.rejected] == whole[0].rejected


def test_batches_are_bounded_in_bytes(cohort: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_reader, "BATCH_BYTES", 10_000)
    batches = list(case_reader.in_batches(records_of(cohort)))
    assert len(batches) > 5
    assert all(sum(each.size for each in batch[:-1]) < 10_000 for batch in batches)


def test_several_processes_give_the_same_batches_in_the_same_order(
    cohort: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_reader, "BATCH", 10)
    alone = list(read_batches(records_of(cohort)))
    assert list(read_batches(records_of(cohort), processes=2)) == alone
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_results_are_the_same_with_several_processes(
    cohort: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit(cohort, tmp_path / "one", POLICY)
    monkeypatch.setattr(case_reader, "BATCH", 10)
    audit(cohort, tmp_path / "two", POLICY, processes=2)
    for name in ("lines.parquet", "summary.json", "quarantine.ndjson"):
        one, two = ((tmp_path / each / name).read_bytes() for each in ("one", "two"))
        assert one == two, name


def test_an_error_of_the_caller_ends_the_processes(
    cohort: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_reader, "BATCH", 5)

    def interrupted() -> None:
        for number, _ in enumerate(read_batches(records_of(cohort), processes=2)):
            if number == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert multiprocessing.active_children() == []


def large_cohort(path: Path) -> Path:
    lines = [line(any_case(seed)) for seed in range(50)]
    return write(path, lines * 400)


def running_audit(cohort: Path, output: Path) -> subprocess.Popen[bytes]:
    """An audit with other processes, which are started already."""
    code = (
        # A shell may have had SIGINT ignored for all that it starts.
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from clausewise.logic.mm_1508 import POLICY; "
        "from clausewise.logic.cohort.audit import audit; "
        "audit(sys.argv[1], sys.argv[2], POLICY, processes=2)"
    )
    command = [sys.executable, "-c", code, str(cohort), str(output)]
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    end = time.monotonic() + 60
    while len(in_group(running.pid)) < 3 and running.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    assert len(in_group(running.pid)) >= 3
    return running


def in_group(group: int) -> list[int]:
    """The processes of a process group that are not over (Linux)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(rest[2]) == group and rest[0] != "Z":
            found.append(int(path.parent.name))
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_process_is_left_of_an_audit_that_is_ended(
    number: signal.Signals, tmp_path: Path
) -> None:
    """Ctrl-C reaches all of them; a kill the first one only."""
    cohort = large_cohort(tmp_path / "cohort.ndjson")
    running = running_audit(cohort, tmp_path / "out")
    if number is signal.SIGINT:
        os.killpg(running.pid, number)
    else:
        running.send_signal(number)
    running.wait(60)
    assert running.returncode != 0
    end = time.monotonic() + 30
    while in_group(running.pid) and time.monotonic() < end:
        time.sleep(0.1)
    assert in_group(running.pid) == []
    assert not (tmp_path / "out").exists()
    if number is signal.SIGINT:
        assert [path.name for path in tmp_path.iterdir()] == ["cohort.ndjson"]
