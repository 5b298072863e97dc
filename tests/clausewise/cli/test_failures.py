"""Every failure is a sentence on standard error and exit status 2; nothing half is left behind."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from clausewise.api import case
from clausewise.cli import errors, streams
from clausewise.logic.decision.decide import DisagreementError
from clausewise.output.terminal import print_lines
from tests.support.command import run
from tests.support.places import ROOT, case_path

DENIED, OPEN = case_path("pa-1003"), case_path("pa-1013")


def program(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "clausewise", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})},
        stderr=options.pop("stderr", subprocess.PIPE),
        encoding="utf-8",
        timeout=120,
        **options,
    )


def told(stderr: str, *words: str) -> None:
    assert "Traceback" not in stderr
    assert "fault of clausewise" not in stderr
    for word in words:
        assert word in stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
@pytest.mark.parametrize("arguments", [("why", OPEN), ("--help",)], ids=["why", "help"])
def test_a_full_disk_behind_standard_output(arguments: tuple[object, ...]) -> None:
    with open("/dev/full", "w") as full:
        outcome = program(*arguments, stdout=full)
    assert outcome.returncode == 2
    told(outcome.stderr, "standard output: No space left on device")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
@pytest.mark.parametrize("arguments", [("none.json", OPEN), ("--none",)], ids=["file", "usage"])
def test_a_full_disk_behind_standard_error_is_no_refusal(arguments: tuple[object, ...]) -> None:
    with open("/dev/full", "w") as full:
        assert program("check", *arguments, stderr=full).returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="a descriptor that is closed before the start")
def test_standard_output_that_is_closed() -> None:
    outcome = program("readings", preexec_fn=lambda: os.close(1))
    assert outcome.returncode == 2
    told(outcome.stderr, "standard output: it is closed")


@pytest.mark.skipif(os.name != "posix", reason="descriptors that are closed before the start")
def test_standard_output_and_error_that_are_closed() -> None:
    outcome = program("check", "--none", preexec_fn=lambda: os.closerange(1, 3))
    assert outcome.returncode == 2


def test_a_reader_that_goes_away() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        outcome = program("readings", stdout=writing)
    finally:
        os.close(writing)
    assert outcome.returncode == 2
    told(outcome.stderr, "standard output")


def test_a_code_page_without_our_marks() -> None:
    outcome = program(
        "why", DENIED, stdout=subprocess.PIPE, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    )
    assert outcome.returncode == 0
    assert outcome.stdout.isascii()
    assert "x D.I.B.7" in outcome.stdout
    assert "?" not in outcome.stdout


def test_a_code_page_keeps_the_letters_that_it_has() -> None:
    streams.prepare_output()
    page = io.TextIOWrapper(io.BytesIO(), "cp1252", "clausewise.ascii")
    print_lines(Console(file=page), [Text("✗ Müller ⇄ “José” ✓")])
    page.seek(0)
    assert page.read() == "x Müller ~ “José” +\n"


def test_every_mark_has_another_in_ascii() -> None:
    streams.prepare_output()
    for mark, plain in streams.ASCII_MARKS.items():
        assert plain.isascii()
        assert mark.encode("ascii", "clausewise.ascii").decode() == plain
    assert "Müller, 50 %".encode("ascii", "clausewise.ascii") == b"Muller, 50 %"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report", "CASE", "-o", "FOLDER/none/x.html"], "No such file or directory"),
        (["report", "CASE", "-o", "FOLDER/" + "x" * 300], "too long"),
        (["report", "CASE", "-o", "FOLDER"], "exists"),
        (["suite", "MM-1508", "-o", "FOLDER"], "exists"),
        (["audit", "CASES", "-o", "FOLDER/" + "x" * 300], "too long"),
        (["decide", "CASE", "--proof", "FOLDER/a\0b"], "null character"),
        (["decide", "x" * 300 + ".yaml"], "too long"),
        (["decide", "x" * 5000 + ":3"], "too long"),
        (["decide", "FOLDER"], "no case files"),
        (["check", "FOLDER", "CASE"], "a folder"),
        (["check", "FOLDER/none.json", "CASE"], "a readable proof"),
        (["template", "27279", "-o", "/dev/null"], "exists"),
        (["audit", "FOLDER/none", "-o", "FOLDER/new"], "none"),
        (["audit", "CASES", "-o", "FOLDER/new", "--memory", "1MB"], "memory"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_places_that_cannot_be_read_or_written(
    arguments: list[str], words: str, tmp_path: Path
) -> None:
    places = {"CASES": str(OPEN.parent), "CASE": str(OPEN), "FOLDER": str(tmp_path)}
    for name, place in places.items():
        arguments = [each.replace(name, place) for each in arguments]
    outcome = run(*arguments)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    told(outcome.stderr, words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        *("decide --HOSTILE", "schema HOSTILE", "decide x -f HOSTILE", "policy HOSTILE", "HOSTILE"),
        *("check-policy HOSTILE", "decide HOSTILE", "policy --policy HOSTILE"),
    ],
)
def test_what_was_typed_commands_no_terminal(arguments: str) -> None:
    outcome = run(*arguments.replace("HOSTILE", "\x1b[2J\x9b31m\u202ex").split(" "))
    assert outcome.exit_code != 0
    assert "".join(outcome.output.split("\n")).isprintable()


@pytest.mark.skipif(os.name != "posix", reason="devices and pipes with names")
@pytest.mark.parametrize(
    "arguments",
    [["decide"], ["validate"], ["check"], ["text", "MM-1508"], ["serve"]],
    ids=lambda each: each[0],
)
def test_a_pipe_or_a_device_is_not_waited_for(arguments: list[str], tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe.json")
    for place in ("/dev/null", str(pipe)):
        last = [str(OPEN)] if arguments == ["check"] else []
        outcome = run(*arguments, place, *last)
        assert outcome.exit_code == 2
        told(outcome.stderr, f"{place}: ", "neither a file nor a folder")


@pytest.mark.parametrize("failing", ["fsync", "link", "chmod"])
def test_a_file_is_there_whole_or_not_at_all(
    failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, failing, full)
    if failing == "link":  # then the file is renamed, which works without links
        monkeypatch.setattr(os, "replace", full)
    outcome = run("decide", OPEN, "--proof", tmp_path / "proof.json")
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    told(outcome.stderr, f"{tmp_path / 'proof.json'}: No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_without_links_is_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(*_: object) -> None:
        raise OSError(errno.EPERM, "no links")

    monkeypatch.setattr(os, "link", without)
    assert run("decide", OPEN, "--proof", tmp_path / "proof.json").exit_code == 0
    assert [each.name for each in tmp_path.iterdir()] == ["proof.json"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DisagreementError("met[D.I.B.7]: …"), "the two evaluations disagree"),
        (MemoryError(), "not enough memory"),
        (RecursionError(), "nested too deeply"),
        (RuntimeError("can't start new thread"), "a further thread cannot be started"),
        (ModuleNotFoundError("No module", name="duckdb"), "duckdb is not installed"),
        (OSError(errno.EIO, "Input/output error", "facts.toml"), "facts.toml: Input/output error"),
    ],
)
def test_failures_inside_are_told(
    error: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(case, "decide_case", failing)
    outcome = run("decide", OPEN)
    assert outcome.exit_code == 2
    assert outcome.stdout == ""
    told(outcome.stderr, words)


def test_a_long_sentence_is_folded_between_words_for_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    errors.say(f"2 errors:\n  {'word ' * 40}")
    assert len(capsys.readouterr().err.splitlines()) == 2
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    errors.say(f"2 errors:\n  {'word ' * 40}")
    first, *lines = capsys.readouterr().err.splitlines()
    assert first == "2 errors:"
    assert [len(line) - len(line.lstrip()) for line in lines] == [2, 4, 4]
    assert max(map(len, lines)) <= 80


def test_a_fault_of_the_program_says_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise KeyError("nothing")

    monkeypatch.setattr(case, "decide_case", failing)
    outcome = run("decide", OPEN)
    assert outcome.exit_code == 2
    assert "fault of clausewise" in outcome.stderr
    assert "test_failures.py" in outcome.stderr
    monkeypatch.setenv(errors.TRACEBACK, "1")
    assert "Traceback" in run("decide", OPEN).stderr


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
def test_an_interruption_ends_with_130(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is what DuckDB makes of it."""

    def interrupted(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(case, "decide_case", interrupted)
    assert run("decide", OPEN).exit_code == 130
