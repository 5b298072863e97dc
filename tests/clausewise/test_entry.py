"""The command settles what has to be settled first, and only then imports what is large."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
INSIDE = """
import gc, os, sys
import clausewise.entry
assert not {"pydantic", "typer", "rich", "pyDatalog"} & set(sys.modules)
sys.argv = ["clausewise", "readings"]
try:
    clausewise.entry.main()
finally:
    print(gc.get_threshold()[0], gc.isenabled(), os.environ["PYDANTIC_DISABLE_PLUGINS"])
"""


def test_the_collector_and_the_plugins_wait_before_anything_large_is_imported() -> None:
    outcome = subprocess.run(
        [sys.executable, "-c", INSIDE], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert outcome.returncode == 0, outcome.stderr
    assert "laterality" in outcome.stdout
    assert outcome.stdout.splitlines()[-1] == "200000 True __all__"


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
    assert project["scripts"] == {"clausewise": "clausewise.entry:main"}
