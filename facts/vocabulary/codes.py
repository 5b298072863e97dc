"""What standard codes say here: the rows of ``codes.toml``, found by system, code and day.

Code systems change; a row may be valid only between two days. What a row means is written as
``kind:name``, such as ``finding:systemic_arthropathy``. Names of a case file are codes too, in a
code system of our own, where no standard code exists. Installed policies add codes by a file of the
same name in their folders.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from clausewise.facts.vocabulary.installed import InstalledPolicyError, installed_policies

LOCAL = "clausewise"
"""The short name of our own code system, whose codes are the names of case files."""


@dataclass(frozen=True, slots=True)
class Code:
    """A standard code: its system ("LOINC", "CPT", …) and the code itself."""

    system: str
    code: str

    def __str__(self) -> str:
        return f"{self.system} {self.code}"


@dataclass(frozen=True, slots=True)
class CodeRow:
    """What one code says. ``means`` is empty for a code that is known and says nothing of use."""

    code: Code
    family: bool
    first: date | None
    last: date | None
    means: tuple[tuple[str, str], ...]
    note: str

    def names(self, *kinds: str) -> tuple[str, ...]:
        """The names that the code means, of these kinds."""
        return tuple(name for kind, name in self.means if kind in kinds)

    def valid_on(self, day: date | None) -> bool:
        """Whether the code is in use on the day; without a day, always."""
        if day is None:
            return True
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


FILE = "codes.toml"
"""The codes of the core, and in a policy's folder those that it adds."""


@cache
def _tables() -> tuple[Mapping[str, str], Mapping[Code, tuple[CodeRow, ...]]]:
    with files("clausewise.facts.vocabulary").joinpath(FILE).open("rb") as stream:
        data: dict[str, Any] = tomllib.load(stream)
    systems = {address: name for name, found in data["systems"].items() for address in found}
    rows: dict[Code, list[CodeRow]] = {}
    for code, row in _rows(data["code"]):
        rows.setdefault(code, []).append(row)
    known = set(rows)
    for each in installed_policies():
        added = each.data(FILE) or {}
        where = f"{each.folder.name}/{FILE}"
        faults = list(_faults(added, set(systems.values())))
        faults += [
            f"{row.code} means something already"
            for code, row in (() if faults else _rows(added.get("code", ())))
            if code in known
        ]
        if faults:
            raise InstalledPolicyError("\n".join(f"{where}: {fault}" for fault in faults))
        for code, row in _rows(added.get("code", ())):
            if row not in rows.setdefault(code, []):
                rows[code].append(row)
    return systems, {code: tuple(found) for code, found in rows.items()}


def _rows(data: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Code, CodeRow]]:
    """The rows of a file, each under its code without dots."""
    for row in data:
        means = tuple(_meaning(text) for text in row["means"])
        for text in row["codes"]:
            yield (
                Code(row["system"], _plain(text)),
                CodeRow(
                    Code(row["system"], text),
                    row.get("family", False),
                    row.get("from"),
                    row.get("until"),
                    means,
                    row.get("note", ""),
                ),
            )


_KEYS = {"system", "codes", "means", "family", "from", "until", "note"}


def _faults(added: Mapping[str, Any], systems: Collection[str]) -> Iterator[str]:
    """What is wrong with the codes that a policy adds."""
    rows = added.get("code", [])
    if set(added) - {"code"} or not isinstance(rows, list):
        yield "the file has tables [[code]] only"
        return
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping) or set(row) - _KEYS or not {"system", "codes"} <= set(row):
            yield f"code {number} has a system, codes, means and at most {', '.join(sorted(_KEYS))}"
        elif row["system"] not in systems:
            known = ", ".join(sorted(systems))
            yield f"code {number}: {row['system']} is not a system; those are {known}"
        elif not all(_are_texts(row.get(key)) for key in ("codes", "means")):
            yield f"code {number}: codes and means are lists of texts"


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _meaning(text: str) -> tuple[str, str]:
    kind, _, name = text.partition(":")
    return kind, name


def _plain(code: str) -> str:
    """Codes are compared without the dot of ICD-10-CM, which some systems leave out."""
    return code.replace(".", "").upper()


def system_name(address: str) -> str | None:
    """The short name of a code system, by its address; None for one that is not known."""
    return _tables()[0].get(address)


def addresses(system: str) -> tuple[str, ...]:
    """The addresses of a code system, the preferred one first."""
    return tuple(address for address, name in _tables()[0].items() if name == system)


def row_of(system: str, code: str, day: date | None = None) -> CodeRow | None:
    """What a code says on a day; a family's row answers for the codes below it.

    Of a code that is known but not valid that day the nearest row is given; ask ``valid_on``.
    """
    rows = _tables()[1]
    wanted = _plain(code)
    for length in range(len(wanted), 0, -1):
        found = rows.get(Code(system, wanted[:length]), ())
        fitting = [row for row in found if row.family or length == len(wanted)]
        if fitting:
            return next((row for row in fitting if row.valid_on(day)), fitting[-1])
    return None


def all_rows() -> Iterator[CodeRow]:
    """Every row, in the order of the file."""
    for found in _tables()[1].values():
        yield from found


def codes_that_mean(kind: str, name: str) -> tuple[Code, ...]:
    """The standard codes that mean a name."""
    return _codes_by_meaning().get((kind, name), ())


@cache
def _codes_by_meaning() -> Mapping[tuple[str, str], tuple[Code, ...]]:
    found: dict[tuple[str, str], dict[Code, None]] = {}
    for row in all_rows():
        for meaning in row.means:
            found.setdefault(meaning, {}).setdefault(row.code)
    return {meaning: tuple(codes) for meaning, codes in found.items()}
