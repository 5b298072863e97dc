"""Cases from what a caller gives: an address, a mapping, JSON, or many of these.

Addresses are ``case.yaml``, ``bundle.json:2``, ``cohort.ndjson:123``, ``cohort.ndjson:CASE-ID``
and, of a folder of relations, ``relations:17`` with the number of the case; ``-`` is what
is read from standard input.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from glob import has_magic, iglob
from pathlib import Path
from typing import Any, TypeAlias

from clausewise.facts.case.model import Case
from clausewise.facts.case.problems import InputError, Problem
from clausewise.facts.case.syntax import MOST_BUNDLE_BYTES
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.loading import files
from clausewise.facts.loading.folders import read_cohort

Given: TypeAlias = Case | str | Path | Mapping[str, Any]
"""A case, its address, its data as a case file or a FHIR bundle holds it, or that as JSON."""

STANDARD_INPUT = "-"
_NUMBER = re.compile(r"-?[0-9]{1,10}")
"""The number of a case in a folder of relations."""


def load_one(given: str | Path | Mapping[str, Any]) -> Case:
    """The case that is given; raises InputError with every error."""
    return read_one(given)[1]


def read_one(given: Given) -> tuple[bytes | None, Case]:
    """The case that is given, with the text of the case file that it was read from.

    None where there is no such text: of FHIR, relations, a mapping and a case that was read before.
    Raises InputError with every error.
    """
    if isinstance(given, Case):
        return None, given
    content, cases = _read_all(given)
    if len(cases) > 1:
        found = f"it asks for {len(cases)} procedures"
        raise InputError(_name(given), [Problem((), found, f"one of them: {_name(given)}:1")])
    return (content if cases[0].origin is None else None), cases[0]


def load_all(given: str | Path | Mapping[str, Any]) -> tuple[Case, ...]:
    """The case that is given, or every case that a bundle asks for; raises InputError."""
    return _read_all(given)[1]


def _read_all(given: str | Path | Mapping[str, Any]) -> tuple[bytes | None, tuple[Case, ...]]:
    if isinstance(given, Mapping):
        if "resourceType" in given:
            data = json.dumps(given, default=str).encode()
            return None, files.cases_in(data, _name(given))
        return None, (case_from_data(dict(given), _name(given)),)
    text = str(given)
    if text == STANDARD_INPUT:
        content = sys.stdin.buffer.read(MOST_BUNDLE_BYTES + 1)
        return content, files.cases_in(content, "standard input")
    if isinstance(given, str) and given.lstrip().startswith("{"):
        content = given.encode(errors="replace")
        return content, files.cases_in(content, "the JSON text")
    found = _of_relations(text)
    return files.read_all(given) if found is None else (None, (found,))


def _name(given: object) -> str:
    return "the mapping" if isinstance(given, Mapping) else str(given)[:200]


def each_case(given: Given | Iterable[Given]) -> Iterator[tuple[str, Case]]:
    """Every case that is given, with its place: of folders, patterns and cohorts all cases.

    Raises InputError for the first that cannot be used.
    """
    if isinstance(given, Case):
        yield given.case, given
    elif isinstance(given, Mapping):
        yield from ((_name(given), case) for case in load_all(given))
    elif isinstance(given, str | Path):
        for address in addresses(given):
            yield from _at(address)
    else:
        for each in given:
            yield from each_case(each)


def read_each(
    paths: Iterable[str], *, every: bool = True
) -> Iterator[tuple[str, Case | None, InputError | None]]:
    """Each case that is named, with its place, or the error that it has.

    With ``every`` a bundle gives all its cases, and a folder, a pattern or a file of JSON lines
    those in it. Raises CohortError for a folder with other files in it.
    """
    for path in paths:
        try:
            named = addresses(path) if every else [path]
        except InputError as error:
            yield path, None, error
            continue
        for address in named:
            if every and is_cohort(address):
                yield from ((read.place, read.case, read.errors) for read in read_cohort(address))
                continue
            try:
                cases = load_all(address) if every else (load_one(address),)
            except InputError as error:
                yield address, None, error
            else:
                yield from ((address, case, None) for case in cases)


def addresses(given: str | Path) -> list[str]:
    """The addresses that a text names: the files of a pattern such as ``cases/*.yaml``, or itself.

    A file of that very name goes first. Raises InputError for a pattern that nothing fits.
    """
    text = str(given)
    if not has_magic(text) or Path(text).exists() or text.lstrip().startswith("{"):
        return [text]
    found = sorted(iglob(text, recursive=True))
    if not found:
        raise InputError(text, [Problem((), "no file fits the pattern", "a pattern of case files")])
    return found


def is_cohort(address: str | Path) -> bool:
    """Whether an address is that of many cases: a folder, or a file of JSON lines."""
    path = Path(address)
    return path.is_dir() or (path.suffix.lower() in files.LINES_SUFFIXES and path.is_file())


def _at(address: str) -> Iterator[tuple[str, Case]]:
    if address.lstrip().startswith("{") or not is_cohort(address):
        cases = load_all(address)
        for number, case in enumerate(cases, 1):
            yield (address[:200] if len(cases) == 1 else f"{address[:200]}:{number}"), case
        return
    for read in read_cohort(address):
        if read.errors is not None:
            raise read.errors
        if read.case is not None:
            yield f"{address}/{read.place}" if Path(address).is_dir() else read.place, read.case


def _of_relations(address: str) -> Case | None:
    folder, colon, number = address.rpartition(":")
    if colon and _NUMBER.fullmatch(number):
        path = Path(folder)
        if path.is_dir():
            from clausewise.logic.cohort.tables import case_of
            from clausewise.logic.policies.registry import default_policy
            from clausewise.logic.program.program import program_of

            return case_of(path, int(number), program_of(default_policy()))
    return None
