"""Faults put into the n-th call of the operating system: each is told, and nothing half is left."""

from __future__ import annotations

import builtins
import errno
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from typer.core import TyperGroup

from clausewise.cli import commands_cohorts
from clausewise.facts.loading.folders import Record
from clausewise.logic.cohort import case_reader
from tests.support.command import COMMAND, run
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
    "decide with codes": ["decide", "CASE", "-f", "fhir", "--reason-codes", "CODES"],
    "why": ["why", "CASE"],
    "why as a letter": ["why", "CASE", "-f", "docx", "-o", "NEW.docx"],
    "what-if": ["what-if", "CASE", "--set", "parameter.minimum_block_relief=40"],
    "as-of": ["as-of", "CASE", "2026-07-01"],
    "when": ["when", "CASE", "--days", "1"],
    "flip": ["flip", "CASE", "--size", "1"],
    "check": ["check", "PROOF", "CASE"],
    "quotes": ["quotes", "QUOTED", "DOCUMENTS"],
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
    "policies": ["policies"],
    "policy": ["policy", "D.I.B.7"],
    "readings": ["readings"],
    "analyse": ["analyse", "L39455", "-f", "html"],
    "suite": ["suite", "L39455", "-o", "NEW", "--changes", "0"],
    "run-suite": ["run-suite", "L39455", "SUITE"],
    "text": ["text", "MM-1508", "TEXT"],
    "text written": ["text", "MM-1508", "TEXT", "--write", "NEW"],
    "drift": ["drift", "MM-1508", "TEXT", "--cases", "COHORT"],
    "graph as data": ["graph", "-o", "NEW.graphml"],
    "compare-policies": ["compare-policies", "MM-1508", "CMM-611", "-o", "NEW.html"],
    "compare-policies of a cohort": [
        *("compare-policies", "MM-1508", "CMM-611"),
        *("--cohort", "COHORT", "-o", "NEW"),
    ],
    "compare-policies of a cohort, not kept": [
        *("compare-policies", "MM-1508", "CMM-611", "--cohort", "COHORT"),
    ],
    "ask a cohort": ["ask", "COHORT", "met(L, C)", "-f", "csv"],
    "relations": ["relations", "COHORT", "-o", "NEW"],
    "audit": ["audit", "COHORT", "-o", "NEW", "--sample", "1"],
    "audit with letters": ["audit", "COHORT", "-o", "NEW", "--sample", "0", "--letters"],
}
SOME = {
    "CASE": str(case_path("pa-1013")),
    "BUNDLE": str(ROOT / "facts" / "bundles" / "pa-1013.json"),
    "QUOTED": str(case_path("pa-1003")),
    "DOCUMENTS": str(ROOT / "facts" / "documents" / "pa-1003" / "text"),
    "TEXT": str(ROOT / "tests" / "logic" / "analysis" / "text" / "fictional.txt"),
}
FINDS = {"check", "check-policy", "quotes", "text", "drift", "run-suite"}
"""Commands with a status 1; what cannot be read of a policy's package is one of its faults."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What some commands read: a proof, a suite, and reason codes."""
    folder = tmp_path_factory.mktemp("made")
    words = {name: str(folder / name) for name in ("PROOF", "SUITE", "CODES")}
    assert run("decide", SOME["CASE"], "--proof", words["PROOF"]).exit_code == 0
    assert run("suite", "L39455", "-o", words["SUITE"], "--changes", "0").exit_code == 0
    Path(words["CODES"]).write_text("system: urn:x\ncodes: {}\n", encoding="utf-8")
    return words


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    folder = tmp_path / "cohort"
    folder.mkdir()
    for path in CASE_FILES[:2]:
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def command(
    name: str, cohort: Path, target: Path, made: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    words = {**SOME, **made, "COHORT": str(cohort), "FOLDER": str(target.parent)}
    return [
        words.get(each, each).replace("NEW", str(target) if "NEW" in each else "NEW")
        for each in COMMANDS[name]
    ]


def outcome_at(name: str, number: int, code: int, words: list[str], folder: Path) -> Counting:
    """Runs a command with the n-th call failing; it works or fails with a sentence."""
    folder.mkdir()
    before = {each.name for each in folder.parent.iterdir()}
    with failing_at(number, code) as counting:
        outcome = run(*words)
    assert outcome.exit_code in ((0, 1, 2) if name.split()[0] in FINDS else (0, 2)), number
    assert "Traceback" not in outcome.stderr, number
    assert "fault of clausewise" not in outcome.stderr, (number, outcome.stderr)
    if outcome.exit_code == 2:
        assert outcome.stderr, number
        assert list(folder.iterdir()) == [], (number, outcome.stderr)
    assert {each.name for each in folder.parent.iterdir()} == before
    assert list(Path(tempfile.gettempdir()).iterdir()) == [], number
    return counting


def test_every_command_is_tried() -> None:
    assert isinstance(COMMAND, TyperGroup)
    assert {each.split()[0] for each in COMMANDS} == {*COMMAND.commands} - {"serve"}


@pytest.mark.parametrize("name", ["decide", "template", "new-policy"])
def test_a_disk_that_is_full_at_one_call(name: str, cohort: Path, tmp_path: Path) -> None:
    def at(number: int, folder: Path) -> Counting:
        words = command(name, cohort, folder / "new")
        return outcome_at(name, number, errno.ENOSPC, words, folder)

    calls = at(0, tmp_path / "warm").count
    assert calls > 3
    for number in range(1, calls + 1):
        at(number, tmp_path / f"at-{number}")


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_the_nth_call_of_every_command_fails(
    name: str, cohort: Path, made: Mapping[str, str], tmp_path: Path
) -> None:
    def at(number: int, folder: Path) -> Counting:
        code = (errno.EIO, errno.ENOSPC, errno.EACCES, errno.EMFILE)[number % 4]
        words = command(name, cohort, folder / "new", made)
        return outcome_at(name, number, code, words, folder)

    at(0, tmp_path / "warm-0")
    calls = at(0, tmp_path / "warm").count
    # The last calls are those that write, and give the result its name.
    last = range(max(calls - 5, 1), calls + 1)
    for number in sorted({*range(1, calls + 1, 1 + calls // 24), *last}):
        at(number, tmp_path / f"at-{number}")


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


def test_no_further_process_or_thread(
    cohort: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_process(*_: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    def no_thread(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(case_reader, "BATCH", 1)
    monkeypatch.setattr(commands_cohorts, "processors", lambda: 2)
    for place, call, sentence in (
        ("concurrent.futures.ProcessPoolExecutor.submit", no_process, "a further process cannot"),
        ("threading.Thread.start", no_thread, "a further thread cannot"),
    ):
        folder = tmp_path / call.__name__
        folder.mkdir()
        with monkeypatch.context() as patch:
            patch.setattr(place, call)
            outcome = run("relations", cohort, "-o", folder / "new")
        assert (outcome.exit_code, outcome.stdout) == (2, "")
        assert sentence in outcome.stderr
        assert list(folder.iterdir()) == []
