"""Why events do not count: a table of what the rules of C.reasons tell of a changed record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.facts.columns import Type
from clausewise.logic.decision.decide import base_facts
from clausewise.logic.derivation.model import Model
from clausewise.logic.language.choices import choose
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.mm_1508.reasons import SECTION
from clausewise.logic.program.program import program_of
from tests.support.generator import Data, complete_percutaneous
from tests.support.plain_yaml import read_yaml
from tests.support.tables import Row, case_data

PATH = Path(__file__).with_name("reasons.yaml")
ROWS: list[Row] = read_yaml(PATH.read_text(encoding="utf-8"))


def told(data: Data, readings: Mapping[str, str]) -> set[str]:
    """What is told of the entries of a case with one line, each as ``relation(entry, ...)``."""
    program = program_of(POLICY)
    model = Model(
        program.plan, base_facts(case_from_data(data), POLICY, choose(POLICY, readings, {}))
    )
    labels = {clause.label for clause in SECTION.clauses}
    found = set()
    for rule in program.rules:
        relation, key = rule.head.relation, rule.head.key
        if rule.label in labels and relation.against:
            columns = [*zip(relation.columns, model.plan.columns[key] or (), strict=True)]
            for row in model.rows[key]:
                values = [
                    shown(value, column.type)
                    for value, (name, column) in zip(row, columns, strict=True)
                    if name != "line"
                ]
                found.add(f"{relation.name}({', '.join(values)})")
    return found


@cache
def of_the_record() -> set[str]:
    """What is told of the record that the rows change."""
    return told(complete_percutaneous(), {})


def shown(value: Any, kind: Type) -> str:
    return date.fromordinal(value).isoformat() if kind is Type.DAY else str(value)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_what_is_told_of_entries_that_do_not_count(row: Row) -> None:
    found = told(case_data("C.reasons", row), row.get("readings", {}))
    assert found - of_the_record() == {*row["told"]}
