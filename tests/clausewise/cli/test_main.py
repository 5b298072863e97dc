"""The command settles what has to be settled first, and prepares no more than is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from copy import copy
from pathlib import Path

from typer.main import get_group

from clausewise.cli import commands as command_line
from clausewise.cli.main import prepare_only
from tests.support.places import ROOT

INSIDE = """
import gc, os, sys
import clausewise.cli.main
assert not {"pydantic", "typer", "rich", "pyDatalog"} & set(sys.modules)
sys.argv = ["clausewise", "readings"]
try:
    clausewise.cli.main.main()
finally:
    print(gc.get_threshold()[0], gc.isenabled(), os.environ["PYDANTIC_DISABLE_PLUGINS"])
    print(gc.get_freeze_count() > 10_000)
"""


def test_the_collector_and_the_plugins_wait_before_anything_large_is_imported() -> None:
    outcome = subprocess.run(
        [sys.executable, "-c", INSIDE], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert outcome.returncode == 0, outcome.stderr
    assert "laterality" in outcome.stdout
    assert outcome.stdout.splitlines()[-2:] == ["200000 True __all__", "True"]


def names(*named: str) -> list[str]:
    app = copy(command_line.app)
    prepare_only(app, list(named))
    return sorted(get_group(app).commands)


def test_only_the_command_that_is_named_is_prepared() -> None:
    everything = names()
    assert len(everything) > 10
    for name in everything:
        assert names(name) == [name]


def test_a_name_that_is_not_known_is_looked_for_among_all() -> None:
    assert names("decid") == names("--help") == names()
    assert len(command_line.app.registered_commands) == len(names())


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


def test_the_installed_command_begins_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"clausewise": "clausewise.cli.main:main"}
