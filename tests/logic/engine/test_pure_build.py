"""The compiled and the pure build of pyDatalog are different code and give the same results."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyDatalog
import pytest

from tests.support.places import CASE_FILES, ROOT

SCRIPT = """
import json, sys
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from pyDatalog import pyEngine
from tests.support.generator import random_case
cases = [load_case(path) for path in sys.argv[1:]]
cases += [case_from_data(random_case(seed)) for seed in range(60)]
lines = [
    [line.side, line.determination, dict(line.statuses)]
    for case in cases
    for line in decide_case(case, POLICY).lines
]
print(json.dumps({"engine": pyEngine.__file__, "lines": lines}))
"""


def decided(search_path: Path) -> tuple[str, object]:
    paths = os.pathsep.join([str(search_path), str(ROOT)])
    outcome = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, CASE_FILES)],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    data = json.loads(outcome.stdout)
    return data["engine"], data["lines"]


@pytest.mark.slow
def test_the_pure_build_decides_alike(tmp_path: Path) -> None:
    installed = Path(pyDatalog.__file__).parent
    pure = tmp_path / "pyDatalog"
    shutil.copytree(installed, pure, ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    engine, lines = decided(tmp_path)
    assert engine.startswith(str(tmp_path))
    assert engine.endswith(".py")
    own_engine, own_lines = decided(installed.parent)
    if own_engine.endswith(".py"):
        pytest.skip("no compiled build of pyDatalog here to compare with")
    assert lines == own_lines
