"""An independent oracle of MM-1508, second edition, in plain procedural Python.

It works on a case as YAML or JSON gives it and shares nothing with the rules of the project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tests.support.oracle.clauses import Criteria
from tests.support.oracle.exclusions import Exclusions
from tests.support.oracle.record import PARAMETERS, READINGS, Record
from tests.support.oracle.values import CONFLICT, EXCLUSION_WORDS, MET, NOT_MET, OPEN, Data

__all__ = ["PARAMETERS", "READINGS", "Line", "decide"]

EFFECTIVE = date(2026, 6, 1)
ROOTS = {
    "percutaneous_sij_fusion": "D.I.B",
    "27278": "D.I.B",
    "27279": "D.I.B",
    "open_sij_fusion": "D.I.A",
    "27280": "D.I.A",
}
# The gates that ask for all of their parts, as deep as the policy's own labels go.
PARTS = {
    "D.I.A": ["D.I.A.1", "D.I.A.2"],
    "D.I.B": [f"D.I.B.{number}" for number in range(11)],
    "D.I.B.4": ["D.I.B.4.a", "D.I.B.4.b"],
    "D.I.B.9": ["D.I.B.9.a", "D.I.B.9.b", "D.I.B.9.c"],
}


@dataclass(frozen=True)
class Line:
    """What is decided of one service line."""

    side: str
    determination: str
    criteria: dict[str, str]
    exclusions: dict[str, str]
    decisive: list[str]


def decide(
    case: Data,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> list[Line]:
    """The lines of a case; a bilateral request has two."""
    record = Record(case, readings, parameters)
    side = case["request"].get("side")
    sides = ["left", "right"] if side == "bilateral" else [str(side)]
    return [_line(record, each) for each in sides]


def _line(record: Record, side: str) -> Line:
    root = ROOTS.get(str(record.request["procedure"]))
    if root is None:
        return Line(side, "not_governed", {}, {}, [])
    reader = Criteria(record, side)
    open_path = reader.open_path()
    criteria = open_path if root == "D.I.A" else reader.percutaneous()
    listed = Exclusions(reader, open_path["D.I.A.1"])
    exclusions = listed.open() if root == "D.I.A" else listed.percutaneous()
    if record.r["exclusion_lists"] == "both_paths":
        if root == "D.I.A":
            exclusions |= listed.percutaneous()
        else:
            exclusions["D.II.A.4"] = listed.open_another_source()
    plan = record.request.get("plan") or "arkansas_passe"
    if plan != "arkansas_passe" or record.version_day < EFFECTIVE:
        outcome: tuple[str, list[str]] = ("not_governed", [])
    else:
        outcome = _determine(root, criteria, exclusions)
    words = {label: EXCLUSION_WORDS[status] for label, status in exclusions.items()}
    return Line(side, outcome[0], criteria, words, outcome[1])


def _determine(
    root: str, criteria: dict[str, str], exclusions: dict[str, str]
) -> tuple[str, list[str]]:
    """The first row of the table that holds, and the clauses that decide."""

    def walk(label: str, statuses: tuple[str, ...]) -> list[str]:
        if criteria[label] not in statuses:
            return []
        parts = [found for part in PARTS.get(label, []) for found in walk(part, statuses)]
        return parts or [label]

    applying = [label for label, status in exclusions.items() if status == MET]
    contested = [label for label, status in exclusions.items() if status == CONFLICT]
    if criteria[root] == NOT_MET or applying:
        return "not_medically_necessary", walk(root, (NOT_MET,)) + applying
    if criteria[root] == MET and not contested:
        return "medically_necessary", []
    return "insufficient_information", walk(root, (OPEN, CONFLICT)) + contested
