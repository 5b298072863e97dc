"""Cases whose expected values were read off the policy's text; every value that they name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from tests.support.derived import decided_lines
from tests.support.oracle.oracle import Line, decide
from tests.support.plain_yaml import read_yaml

EXAMPLES: list[dict[str, Any]] = read_yaml(
    (Path(__file__).parent / "edition_2.yaml").read_text(encoding="utf-8")
)


def compare(example: dict[str, Any], found: list[Line]) -> None:
    lines = {line.side: line for line in found}
    assert set(lines) == {each["side"] for each in example["lines"]}
    for expected in example["lines"]:
        assert set(expected) == {"side", "determination", "criteria", "exclusions", "decisive"}
        line = lines[expected["side"]]
        assert line.determination == expected["determination"]
        assert {k: line.criteria[k] for k in expected["criteria"]} == expected["criteria"]
        assert {k: line.exclusions[k] for k in expected["exclusions"]} == expected["exclusions"]
        assert sorted(line.decisive) == sorted(expected["decisive"])


@pytest.mark.parametrize("example", EXAMPLES, ids=[each["name"] for each in EXAMPLES])
def test_the_rules_decide_it_so(example: dict[str, Any]) -> None:
    compare(example, decided_lines(decide_case(case_from_data(example["case"]), POLICY)))


@pytest.mark.parametrize("example", EXAMPLES, ids=[each["name"] for each in EXAMPLES])
def test_the_oracle_decides_it_so(example: dict[str, Any]) -> None:
    compare(example, decide(example["case"]))
