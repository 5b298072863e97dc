"""The command as it is started: installed, as a module, and for the first time."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from clausewise.__main__ import main
from clausewise.cli import commands
from tests.support.places import ROOT


def test_nothing_is_warned_of_when_all_is_compiled_anew(tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "clausewise", "decide", "facts/cases/pa-1018.yaml"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert outcome.returncode == 0
    assert outcome.stderr == ""


def test_a_start_imports_nothing_that_only_some_commands_need() -> None:
    heavy = {"duckdb", "networkx", "jinja2", "graphviz", "pyDatalog", "pydantic"}
    script = f"import sys, clausewise.cli.commands; print({heavy!r} & set(sys.modules))"
    outcome = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert outcome.stdout == "set()\n", outcome.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_at_any_moment_ends_with_130(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {each: signal.getsignal(each) for each in every}
    # Not as the tests were started: in the background of a script, or by nohup, some are ignored.
    own = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
    signal.signal(number, own)
    cleaned = []

    def app(**_: object) -> None:
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), number)  # pressed twice: what is begun is cleaned up first
            cleaned.append(number)

    monkeypatch.setattr(commands, "app", app)
    gc.disable()  # what hypothesis does at each collection would take the interruption
    try:
        with pytest.raises(SystemExit, match="130"):
            main()
        assert cleaned == [number]
    finally:
        gc.enable()
        for each, handler in before.items():
            signal.signal(each, handler)


def test_the_installed_command_is_the_application() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    module, _, name = project["scripts"]["clausewise"].partition(":")
    assert getattr(import_module(module), name) is main
