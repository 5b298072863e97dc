"""A second measure in the vocabulary touches no clause: its values are never a pain score."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.generator import complete_percutaneous
from tests.support.plain_json import case_json

ROOT = Path(__file__).parents[3]
SECOND = """
[[measure]]
name = "oswestry"
meaning = "disability by the Oswestry index"
question = "What is the Oswestry index (0 to 100)?"
short = "Oswestry index"
least = 0
most = 100
unit = "percent"
"""
DECIDE = """
import json, sys
from pathlib import Path
from clausewise.facts.case.validation import case_from_data
from clausewise.logic.cohort.audit import audit, relations
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
import duckdb
folder = Path(sys.argv[1])
case = case_from_data(json.loads((folder / "c.ndjson").read_text()))
(line,) = decide_case(case, POLICY).lines
relations(folder / "c.ndjson", folder / "relations", POLICY)
found = [line.statuses["D.I.B.2"]]
for name in ("c.ndjson", "relations"):
    audit(folder / name, folder / f"out of {name}", POLICY)
    query = 'SELECT "D.I.B.2" FROM read_parquet($1)'
    lines = str(folder / f"out of {name}" / "lines.parquet")
    found += [status for (status,) in duckdb.execute(query, [lines]).fetchall()]
print(json.dumps([POLICY.fingerprint, found]))
"""


@pytest.fixture(scope="module")
def other_vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with one measure more."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("facts", "logic", "viz", "clausewise"):
        shutil.copytree(ROOT / name, copy / name, symlinks=True)
    with (copy / "facts/vocabulary/vocabulary.toml").open("a", encoding="utf-8") as stream:
        stream.write(SECOND)
    return copy


def decided(project: Path, folder: Path, measurements: list[dict[str, Any]]) -> list[Any]:
    data = {**complete_percutaneous(), "measurements": measurements}
    data["record_complete"] = []
    (folder / "c.ndjson").write_text(case_json(data) + "\n", encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-c", DECIDE, str(folder)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=True,
    )
    return list(json.loads(found.stdout))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"oswestry": 8}, "undocumented"),
        ({"oswestry": 8, "sij_pain_score": 4}, "not_met"),
        ({"oswestry": 2, "sij_pain_score": 7}, "met"),
    ],
)
def test_a_value_of_another_measure_is_no_pain_score(
    other_vocabulary: Path, tmp_path: Path, values: dict[str, int], status: str
) -> None:
    from clausewise.logic.mm_1508 import POLICY

    measured = [
        {"measure": name, "value": value, "side": "left", "date": "2026-07-02"}
        for name, value in values.items()
    ]
    fingerprint, found = decided(other_vocabulary, tmp_path, measured)
    assert found == [status] * 3
    assert fingerprint == POLICY.fingerprint
