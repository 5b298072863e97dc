"""Tables by clause of the smaller policies: an example case, what is changed, what a clause says.

Each row names one of the policy's own example cases; ``set`` are edits of it as ``what-if`` takes
them, ``policy`` is its version, ``expect`` maps clauses, or ``determination``, to what they get.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausewise.facts.case.editing import edited
from clausewise.facts.case.validation import load_case
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.policies.registry import folder_of, policy_named
from tests.support.plain_yaml import read_yaml

FOLDER = Path(__file__).parent
ROWS = [
    pytest.param(path, row, id=f"{path.parent.name}: {row['name']}")
    for path in sorted(FOLDER.glob("*/clauses.yaml"))
    for row in read_yaml(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("path", "row"), ROWS)
def test_a_clause_gets_its_status(path: Path, row: dict[str, Any]) -> None:
    policy = policy_named(row["policy"])
    case = load_case(folder_of(policy.number) / "cases" / f"{row['case']}.yaml")
    changed = edited(case, row.get("set", {}).items())
    line = decide_case(changed, policy, readings=row.get("readings")).lines[0]
    found = {**line.statuses, "determination": line.determination}
    assert {name: str(found[name]) for name in row["expect"]} == row["expect"]
