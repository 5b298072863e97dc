"""The same facts give the same result, whatever stands beside them in an audit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.cohort import case_reader, reading
from clausewise.logic.cohort.audit import audit, relations
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from tests.support.generator import any_case
from tests.support.plain_json import case_json

CASES = 24
PLAIN = {number: {**any_case(number), "case": f"C{number}"} for number in range(CASES)}
ODD = (
    '"value": 4.99999999999999999999999999999999999999999',
    '"value": 123456789012345678901234567890123456789012345',
    '"value": 1e-31',
    '"value": 4.999999999999999999999999999999',
    '"value": "5"',
    '"value": NaN',
)
"""What a file may give as a score; most is refused."""


def odd_lines() -> list[str]:
    """Cases that no audit expects: numbers of many digits, odd strings, very many entries."""
    scored = {**PLAIN[0], "case": "odd"}
    scored["measurements"] = [
        {"measure": "sij_pain_score", "value": "HERE", "date": "2026-07-02", "side": "left"}
    ]
    text = case_json(scored)
    strings = [
        "",
        " ",
        "NULL",
        "nan",
        "-1",
        "1e999",
        "'; DROP TABLE line; --",
        "\u202e",
        "x" * 5_000,
    ]
    return [
        *(text.replace('"value": "HERE"', value) for value in ODD),
        *(json.dumps({**json.loads(case_json(PLAIN[1])), "case": each}) for each in strings),
        json.dumps({**json.loads(case_json(PLAIN[2])), "case": "many", "findings": [{}] * 2_000}),
        "null",
        "[1, 2]",
    ]


def told(output: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """The lines of the plain cases, each with all that was decided on it."""
    found = duckdb.execute(
        "SELECT * EXCLUDE (place) FROM read_parquet($1)", [str(output / "lines.parquet")]
    )
    names = [name for name, *_ in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    plain = {data["case"] for data in PLAIN.values()}
    return {(row["case"], row["line"]): row for row in rows if row["case"] in plain}


def audited(folder: Path, lines: Sequence[str], *, as_relations: bool) -> Any:
    folder.mkdir()
    cohort = folder / "cohort.ndjson"
    cohort.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if as_relations:
        relations(cohort, folder / "relations", POLICY)
        cohort = folder / "relations"
    audit(cohort, folder / "out", POLICY, sample=0)
    return told(folder / "out")


@pytest.mark.slow
def test_batches_parts_order_and_odd_neighbours_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = [case_json(data) for data in PLAIN.values()]
    alone = audited(tmp_path / "alone", plain, as_relations=False)
    wanted = {
        (case.case, line.side): line.determination
        for case in map(case_from_data, PLAIN.values())
        for line in decide_case(case, POLICY).lines
    }
    assert {key: row["determination"] for key, row in alone.items()} == wanted
    for seed in range(4):
        random = Random(seed)
        monkeypatch.setattr(case_reader, "BATCH", random.choice([1, 5, 4_000]))
        monkeypatch.setattr(reading, "CASES_AT_ONCE", random.choice([4, 9, 50_000]))
        monkeypatch.setattr(reading, "RELATIONS_AT_ONCE", random.choice([4, 9, 50_000]))
        lines = plain + odd_lines()
        random.shuffle(lines)
        assert audited(tmp_path / str(seed), lines, as_relations=bool(seed % 2)) == alone
