"""A suite as a YAML table that a person reads and signs, and such a table read back.

A row says how its record differs from that of the base: entries taken out, entries put in, and what
the request states otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import ENTRY_LISTS, Case
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.syntax import parse, read_bytes
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.errors import ClausewiseError
from clausewise.facts.text import printable
from clausewise.logic.analysis.suite.build import Suite
from clausewise.logic.analysis.suite.changes import Noticed

_DIGESTED = ("policy", "path", "ids", "base", "rows")
_KEYS = frozenset({*_DIGESTED, "fingerprint", "signed", "digest"})
_WHOLE = ("request", "member")
"""What a row gives whole where it differs from the base."""
_ROW_KEYS = frozenset({"name", *_WHOLE, "without", "with", "expect"})
_LISTS = (*ENTRY_LISTS, "record_complete", "documents")


class SuiteError(ClausewiseError):
    """A suite cannot be read or written; the message names the file and the row."""


@dataclass(frozen=True)
class SignedRow:
    """A row of a table: its sentence, its record as a case, and what must be decided on it.

    ``ids`` has the ids of clauses that go by another one than the label they were signed with.
    """

    table: str
    name: str
    case: Case
    expect: Mapping[str, str]
    ids: Mapping[str, str] = field(default_factory=dict)


def table_text(suite: Suite) -> str:
    """The table of a suite, as YAML."""
    base = _data(suite.rows[0].case)
    content = _content(suite, base)
    read = parse(content.encode(), "a suite").value
    lines = [
        f"# {suite.number}, {suite.root}: what must be decided on these records, all fictional.",
        "# Read the sentences, put your name below, and keep the file. Of each row, `without` and",
        "# `with` are the entries of the base that are taken out and put in.",
        f"fingerprint: {_text(suite.fingerprint)}",
        "signed: {by: '', on: ''}",
        "# Of all that stands below: a table in which anything else is changed is refused.",
        f"digest: {_text(_digest(read))}",
    ]
    return "\n".join(lines) + "\n" + content


def _content(suite: Suite, base: Mapping[str, Any]) -> str:
    """What the digest is of."""
    lines = [f"policy: {_text(suite.number)}", f"path: {_text(suite.root)}"]
    if suite.ids:
        lines += [
            "# What clauses go by when they are relabelled.",
            f"ids: {_flow(dict(suite.ids))}",
        ]
    if suite.unshown:
        lines.append(f"# No pair of records shows: {', '.join(suite.unshown)}.")
    lines += ["base:", *(f"  {name}: {_flow(base[name])}" for name in _WHOLE if name in base)]
    for name in _LISTS:
        if name in base:
            lines.append(f"  {name}:")
            lines += [f"    - {_flow(entry)}" for entry in base[name]]
    lines.append("rows:")
    for row in suite.rows:
        lines.append(f"  - name: {_text(row.name)}")
        lines += [f"    {key}: {_flow(value)}" for key, value in _change(base, _data(row.case))]
        lines.append(f"    expect: {_flow(dict(row.expect))}")
    return "\n".join(lines) + "\n"


def _digest(table: Mapping[str, Any]) -> str:
    """Of what a table says, whatever its layout."""
    said = {name: table.get(name) for name in _DIGESTED if table.get(name)}
    text = json.dumps(said, default=str, sort_keys=True)
    return sha256(text.encode()).hexdigest()


def share_noticed(found: Noticed) -> str:
    """How many changes of the rules the rows of a suite notice, as a sentence."""
    if not found.tried:
        return f"none of {found.every} changes of a rule or a gate was tried"
    share = 100 if not found.moving else 100 * found.noticed / found.moving
    text = (
        f"of {found.every} changes of a rule or a gate {found.tried} were tried; {found.moving} "
        "change the status of a leaf or the determination of a record in the space, and all of "
        f"these are noticed: {found.noticed} "
        f"({share:.0f} %) by pairs and values, the others by {found.rows} further rows"
    )
    if found.too_large:
        text += f"; of {found.too_large} it is not known, their sets are too large to work out"
    return text


def read_table(path: Path) -> tuple[SignedRow, ...]:
    """The rows of a table; raises SuiteError."""
    try:
        read = parse(read_bytes(path, what="table of a suite"), path.name)
    except InputError as error:
        raise SuiteError(str(error)) from None
    if read.problems or not isinstance(read.value, dict):
        raise SuiteError(f"{path}: {'; '.join(map(str, read.problems)) or 'not a table of rows'}")
    base, rows = read.value.get("base"), read.value.get("rows")
    if not isinstance(base, dict) or not isinstance(rows, list) or not rows:
        raise SuiteError(f"{path}: a table has a base and rows")
    _refuse_others(str(path), read.value, _KEYS)
    _refuse_others(f"{path}: base", base, frozenset({*_WHOLE, *_LISTS}))
    digest = _digest(read.value)
    if read.value.get("digest", digest) != digest:
        raise SuiteError(
            f"{path}: what stands below the digest is not as it was written; make the suite anew, "
            "or take the line with the digest out of a table that you change on purpose"
        )
    ids = read.value.get("ids", {})
    if not isinstance(ids, dict):
        raise SuiteError(f"{path}: ids gives for labels of clauses what they go by")
    known = {str(label): str(name) for label, name in ids.items()}
    return tuple(_row(path, base, known, number, row) for number, row in enumerate(rows, 1))


def _row(
    path: Path, base: dict[str, Any], ids: Mapping[str, str], number: int, row: Any
) -> SignedRow:
    where = f"{path}: row {number}"
    if not isinstance(row, dict) or not isinstance(row.get("expect"), dict):
        raise SuiteError(f"{where}: a row has a name and what to expect")
    try:
        _refuse_others(where, row, _ROW_KEYS)
        for key in ("without", "with"):
            _refuse_others(f"{where}: {key}", row.get(key, {}), frozenset(_LISTS))
        case = case_from_data(_changed(base, row), str(row.get("name", where))[:200])
    except (InputError, AttributeError, TypeError, ValueError) as error:
        raise SuiteError(f"{where}: {error}") from None
    expect = {str(key): str(value) for key, value in row["expect"].items()}
    return SignedRow(path.stem, str(row.get("name", "")), case, expect, ids)


def _refuse_others(where: str, found: Mapping[Any, Any], known: frozenset[str]) -> None:
    """Raises SuiteError for a key that would be passed over."""
    for key in found:
        if key not in known:
            raise SuiteError(
                f"{where}: {printable(str(key), 60)} is not one of {', '.join(sorted(known))}"
            )


def _data(case: Case) -> dict[str, Any]:
    """The case as plain data without what no fact is made of."""
    data: dict[str, Any] = json.loads(json.dumps(plain_data(case), default=str))
    found: dict[str, Any] = {name: data[name] for name in _WHOLE if data.get(name)}
    spoken_of = {entry.get("therapy") for entry in data.get("therapy_inability", [])} - {None}
    for name in _LISTS:
        entries = data.get(name, [])
        if entries:
            found[name] = [_entry(name, entry, spoken_of) for entry in entries]
    return found


def _entry(kind: str, entry: Any, spoken_of: set[Any]) -> Any:
    """An entry without a name that nothing else of the record speaks of."""
    if not isinstance(entry, dict) or kind == "documents" or entry.get("id") in spoken_of:
        return entry
    return {key: value for key, value in entry.items() if key != "id"}


def _change(base: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in _WHOLE:
        if data.get(name) != base.get(name):
            yield name, data.get(name, {})
    for key, more, less in (("without", base, data), ("with", data, base)):
        found = {}
        for name in _LISTS:
            remaining = list(less.get(name, []))
            entries = []
            for entry in more.get(name, []):
                if entry in remaining:
                    remaining.remove(entry)
                else:
                    entries.append(entry)
            if entries:
                found[name] = entries
        if found:
            yield key, found


def _changed(base: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a row as the data of a case; raises ValueError for an entry that is not in the
    base."""
    data: dict[str, Any] = {"format": "clausewise-case/1", "case": "a row of a suite"}
    data |= {name: row.get(name, base.get(name, {})) for name in _WHOLE}
    for name in _LISTS:
        entries = list(base.get(name, []))
        for entry in row.get("without", {}).get(name, []):
            if entry not in entries:
                raise ValueError(f"{name} of the base has no entry {entry}")
            entries.remove(entry)
        entries += row.get("with", {}).get(name, [])
        if entries:
            data[name] = entries
    return data


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


def _flow(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=1_000_000)
    return text.removesuffix("\n").removesuffix("\n...")
