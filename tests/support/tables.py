"""The example determinations of MM-1508: a table (YAML) for each clause, its rows by name.

A row changes a record that leads to an approval and says what follows:

- ``name``: a sentence
- ``record``: the record to change, "open" or "percutaneous"; tables of D.I.A and D.II.A change the
  open one, all others the percutaneous one, unless a row says otherwise
- ``change``: places with their new values, where null removes what is there; ``add``: entries to
  append
- ``readings`` and ``parameters``: the choices under which it is decided
- ``expect``: the status of clauses by label, the ``determination``, the ``decisive`` labels,
  whether the line is ``governed``, the codes of its ``advisories``
"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.generator import complete_open, complete_percutaneous
from tests.support.places import ROOT
from tests.support.plain_yaml import read_yaml

TABLES = ROOT / "tests" / "policies" / "mm_1508" / "tables"
RECORDS = {"open": complete_open, "percutaneous": complete_percutaneous}
Row = dict[str, Any]


@cache
def rows() -> tuple[tuple[str, Row], ...]:
    """Every row with the name of its table."""
    return tuple((path.stem, row) for path in sorted(TABLES.glob("*.yaml")) for row in _read(path))


def _read(path: Path) -> list[Row]:
    found: list[Row] = read_yaml(path.read_text(encoding="utf-8"))
    return found


def case_data(table: str, row: Row) -> dict[str, Any]:
    """The case of a row as plain data: its record, changed."""
    usual = "open" if table.startswith(("D.I.A", "D.II.A")) else "percutaneous"
    data = copy.deepcopy(RECORDS[row.get("record", usual)]())
    removed: list[tuple[list[Any], Any]] = []
    for place, value in row.get("change", {}).items():
        *way, last = place.split(".")
        holder: Any = data
        for part in way:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        value = copy.deepcopy(value)
        if isinstance(holder, list):
            if value is None:
                removed.append((holder, holder[int(last)]))
            else:
                holder[int(last)] = value
        elif value is None:
            holder.pop(last, None)
        else:
            holder[last] = value
    for holder, entry in removed:
        holder.remove(entry)
    for name, entries in row.get("add", {}).items():
        data.setdefault(name, []).extend(copy.deepcopy(entries))
    return data
