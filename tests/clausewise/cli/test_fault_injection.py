"""Faults put into the n-th call of the operating system: each is told, and nothing half is left."""

from __future__ import annotations

import builtins
import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from clausewise.cli import commands_cohorts
from clausewise.facts.loading.folders import Record
from clausewise.logic.cohort import case_reader
from tests.support.command import run
from tests.support.places import CASE_FILES, ROOT, case_path

CALLS = [
    *((os, name) for name in ("open", "mkdir", "rename", "replace", "link", "fsync", "chmod")),
    *((os, name) for name in ("scandir", "listdir", "stat")),
    (io, "open"),
    (builtins, "open"),
]
"""Calls that fail in turn. DuckDB's own are not among them; a limit on files reaches those."""


class Counting:
    """Counts the calls below, and lets one of them fail."""

    def __init__(self, failing: int, code: int) -> None:
        self.failing, self.code = failing, code
        self.count = 0

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            if sys._getframe(1).f_globals.get("__name__", "").startswith("importlib"):
                return call(*arguments, **named)  # a module that is imported now
            self.count += 1
            if self.count == self.failing:
                raise OSError(self.code, os.strerror(self.code), *map(str, arguments[:1]))
            return call(*arguments, **named)

        return counted


@contextmanager
def failing_at(number: int, code: int) -> Iterator[Counting]:
    """The n-th call of the operating system fails inside the block; 0 for none."""
    counting = Counting(number, code)
    with pytest.MonkeyPatch.context() as patch:
        for module, name in CALLS:
            patch.setattr(module, name, counting.around(getattr(module, name)))
        yield counting


COMMANDS = {
    "decide": ["decide", "CASE", "--proof", "NEW"],
    "why": ["why", "CASE"],
    "report": ["report", "CASE", "-o", "NEW"],
    "graph": ["graph", "CASE", "-o", "NEW.svg"],
    "facts": ["facts", "BUNDLE", "-o", "NEW"],
    "template": ["template", "27279", "-o", "NEW"],
    "questionnaire": ["questionnaire", "27279", "-o", "NEW"],
    "schema": ["schema", "-o", "NEW"],
    "validate": ["validate", "CASE", "BUNDLE"],
    "missing": ["missing", "CASE"],
    "why-not": ["why-not", "CASE"],
    "ask": ["ask", "CASE", "met(L, C)"],
    "new-policy": ["new-policy", "ab_1", "-o", "FOLDER"],
    "check-policy": ["check-policy", "CMM-611"],
    "compare-policies": ["compare-policies", "MM-1508", "CMM-611", "-o", "NEW.html"],
    "relations": ["relations", "COHORT", "-o", "NEW"],
    "audit": ["audit", "COHORT", "-o", "NEW", "--sample", "1"],
    "audit with letters": ["audit", "COHORT", "-o", "NEW", "--sample", "0", "--letters"],
}
SOME = {
    "CASE": str(case_path("pa-1013")),
    "BUNDLE": str(ROOT / "facts" / "bundles" / "pa-1013.json"),
}


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    folder = tmp_path / "cohort"
    folder.mkdir()
    for path in CASE_FILES[:2]:
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def command(name: str, cohort: Path, target: Path) -> list[str]:
    words = SOME | {"COHORT": str(cohort), "FOLDER": str(target.parent)}
    return [
        words.get(each, each).replace("NEW", str(target) if "NEW" in each else "NEW")
        for each in COMMANDS[name]
    ]


def outcome_at(name: str, number: int, code: int, cohort: Path, folder: Path) -> Counting:
    """Runs a command with the n-th call failing; it works or fails with a sentence."""
    folder.mkdir()
    before = {each.name for each in folder.parent.iterdir()}
    with failing_at(number, code) as counting:
        outcome = run(*command(name, cohort, folder / "new"))
    # What cannot be read of a policy's package is one of its faults.
    assert outcome.exit_code in ((0, 1, 2) if name == "check-policy" else (0, 2)), number
    assert "Traceback" not in outcome.stderr, number
    assert "fault of clausewise" not in outcome.stderr, (number, outcome.stderr)
    if outcome.exit_code == 2:
        assert outcome.stderr, number
        assert list(folder.iterdir()) == [], (number, outcome.stderr)
    assert {each.name for each in folder.parent.iterdir()} == before
    return counting


@pytest.mark.parametrize("name", ["decide", "template", "new-policy"])
def test_a_disk_that_is_full_at_one_call(name: str, cohort: Path, tmp_path: Path) -> None:
    calls = outcome_at(name, 0, errno.ENOSPC, cohort, tmp_path / "warm").count
    assert calls > 3
    for number in range(1, calls + 1):
        outcome_at(name, number, errno.ENOSPC, cohort, tmp_path / f"at-{number}")


@pytest.mark.slow
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EACCES])
@pytest.mark.parametrize("name", COMMANDS)
def test_the_nth_call_of_every_command_fails(
    name: str, code: int, cohort: Path, tmp_path: Path
) -> None:
    outcome_at(name, 0, code, cohort, tmp_path / "warm-0")
    calls = outcome_at(name, 0, code, cohort, tmp_path / "warm").count
    for number in range(1, calls + 1, 1 + calls // 24):
        outcome_at(name, number, code, cohort, tmp_path / f"at-{number}")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="limits of a process")
@pytest.mark.parametrize("most", [0, 300, 5_000, 60_000])
@pytest.mark.parametrize("name", ["decide", "report", "relations", "audit"])
def test_files_that_may_not_grow(name: str, most: int, cohort: Path, tmp_path: Path) -> None:
    """As on a full disk, for DuckDB too."""
    import resource

    folder = tmp_path / "results"
    folder.mkdir()
    outcome = subprocess.run(
        [sys.executable, "-m", "clausewise", *command(name, cohort, folder / "new")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert outcome.returncode in (0, 2)
    assert "Traceback" not in outcome.stderr
    assert "fault of clausewise" not in outcome.stderr
    if outcome.returncode == 2:
        assert outcome.stderr
        assert list(folder.iterdir()) == []
    if not most:
        assert outcome.returncode == 2


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="limits of a process")
@pytest.mark.parametrize("megabytes", [220, 300, 400])
@pytest.mark.parametrize("name", ["decide", "why", "audit"])
def test_too_little_memory(name: str, megabytes: int, cohort: Path, tmp_path: Path) -> None:
    import resource

    most = megabytes * 1_048_576
    outcome = subprocess.run(
        [sys.executable, "-m", "clausewise", *command(name, cohort, tmp_path / "new")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
        capture_output=True,
        text=True,
        timeout=120,
    )
    # A library written in C may give up by itself; that is a sentence with another status.
    assert outcome.returncode in (0, 2, 127, -6), outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert outcome.returncode == 0 or outcome.stderr


def end_at_once(_: list[Record]) -> None:
    """A process that reads cases, and is killed."""
    os._exit(9)


@pytest.mark.slow
def test_a_process_that_reads_cases_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    monkeypatch.setattr(case_reader, "BATCH", 2)
    monkeypatch.setattr(case_reader, "read_batch", end_at_once)
    monkeypatch.setattr(commands_cohorts, "processors", lambda: 2)
    outcome = run("audit", CASE_FILES[0].parent, "-o", folder / "new")
    assert outcome.exit_code == 2
    assert "a process that read cases ended early" in outcome.stderr
    assert list(folder.iterdir()) == []
