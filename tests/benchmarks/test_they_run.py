"""Every benchmark runs at its smallest size, as its documented command."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.places import ROOT

SMALLEST = {
    "answer_sets": "3",
    "asking": "200",
    "json_lines": "200",
    "cohort": "200",
    "fhir": "10",
    "gate_engines": "200",
    "long_records": "10 steroids decide",
    "pictures": "1",
    "serve": "--clients 1 --seconds 1",
    "speed": "1",
}
"""What is said after the name: the smallest size, and of many records and commands one of each."""
NEEDS = {"answer_sets": ("clingo",), "gate_engines": ("polars", "zen")}
"""Packages of the extra ``bench``, which the other benchmarks do without."""
QUICK = "fhir"
"""The one that takes less than a second or two."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(each, marks=[pytest.mark.slow] * (each != QUICK)) for each in SMALLEST],
)
def test_a_benchmark_runs(name: str) -> None:
    for package in NEEDS.get(name, ()):
        pytest.importorskip(package, reason=f"{package} is not installed (extra bench)")
    command = [sys.executable, "-m", f"benchmarks.{name}", *SMALLEST[name].split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_every_benchmark_is_listed_here_and_in_the_results() -> None:
    results = (ROOT / "benchmarks" / "RESULTS.md").read_text(encoding="utf-8")
    modules = {path.stem for path in (ROOT / "benchmarks").glob("*.py")} - {"__init__"}
    assert modules == set(SMALLEST)
    for name in modules:
        assert f"python -m benchmarks.{name}" in results
