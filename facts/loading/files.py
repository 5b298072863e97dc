"""From a file to the cases in it, whatever its form: a case file or FHIR, told by its content.

A single case has an address: a file; ``bundle.json:2`` for the second request of a bundle;
``cohort.ndjson:123`` for the case on a line (and ``:123:2`` for the second of a bundle there), and
``cohort.ndjson:CASE-ID`` for the case of an id.
"""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from clausewise.facts.case.model import Case
from clausewise.facts.case.problems import InputError, Problem
from clausewise.facts.case.syntax import MOST_BUNDLE_BYTES, MOST_BYTES, other_file, read_bytes
from clausewise.facts.case.validation import parse_case

CASE_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
LINES_SUFFIXES = frozenset({".ndjson", ".jsonl"})
_MARK = b'"resourceType"'
_BEGINNING = 64
"""Bytes that show whether a file is text."""
_BEFORE = BOM_UTF8 + b" \t\r\n"


def cases_in(
    content: bytes, name: str, request: Mapping[str, Any] | None = None
) -> tuple[Case, ...]:
    """The cases in the bytes of a case file (one) or of a FHIR bundle; raises InputError.

    ``request`` completes a FHIR record that does not ask for anything by itself.
    """
    if _MARK in content and content.lstrip(_BEFORE).startswith(b"{"):
        from clausewise.facts.fhir.bundle import looks_like_fhir, read_json
        from clausewise.facts.fhir.intake import cases_of_fhir

        value = read_json(content, name)
        if looks_like_fhir(value):
            return cases_of_fhir(value, name, request)
    if request:
        raise InputError(name, [Problem((), "no FHIR record", "a FHIR bundle or resource")])
    return (parse_case(content, name),)


def cases_of_file(path: str | Path, request: Mapping[str, Any] | None = None) -> tuple[Case, ...]:
    """The cases in a file; raises InputError with everything that is wrong with it."""
    return cases_in(read_file(Path(path)), str(path), request)


def load_one(path: str | Path) -> Case:
    """The case at an address; raises InputError with every error, its path and line."""
    cases = load_all(path)
    if len(cases) > 1:
        found = f"it asks for {len(cases)} procedures"
        raise InputError(str(path), [Problem((), found, f"one of them, such as {path}:1")])
    return cases[0]


def load_all(path: str | Path) -> tuple[Case, ...]:
    """The case at an address, or all that a bundle there asks for; raises InputError."""
    return read_all(path)[1]


def read_all(path: str | Path) -> tuple[bytes | None, tuple[Case, ...]]:
    """The text that stands at an address, with the cases in it; raises InputError.

    The text is that of the whole file, or of one line of a cohort.
    """
    source, numbers = _address(str(path))
    if not numbers and (named := _file_and_id(str(path))) is not None:
        return _of_id(*named, str(path))
    content: bytes | None
    if source.suffix.lower() in LINES_SUFFIXES and numbers:
        content = _line(source, numbers[0], str(path))
        cases = cases_on_line(content, str(path))
        numbers = numbers[1:]
    else:
        content = read_file(source)
        cases = cases_in(content, str(source))
    if not numbers:
        return content, cases
    if not 1 <= numbers[0] <= len(cases):
        found = f"there is no request {numbers[0]}"
        raise InputError(str(path), [Problem((), found, f"a number from 1 to {len(cases)}")])
    return content, (cases[numbers[0] - 1],)


def _address(text: str) -> tuple[Path, list[int]]:
    """The file of an address and the numbers after it; a file of that very name goes first."""
    numbers: list[int] = []
    rest = text
    while len(numbers) < 2:
        before, colon, number = rest.rpartition(":")
        known = Path(before).suffix.lower() in CASE_SUFFIXES | LINES_SUFFIXES or ":" in before
        if not (colon and number.isascii() and number.isdigit() and len(number) < 10 and known):
            break
        numbers.insert(0, int(number))
        rest = before
    if not numbers or Path(rest).suffix.lower() not in CASE_SUFFIXES | LINES_SUFFIXES:
        return Path(text), []
    return Path(rest), numbers


def _file_and_id(text: str) -> tuple[Path, str] | None:
    """The file of an address ``FILE:CASE-ID`` and the id; None for another address."""
    if Path(text).exists():
        return None
    before, _, identifier = text.rpartition(":")
    known = Path(before).suffix.lower() in CASE_SUFFIXES | LINES_SUFFIXES
    return (Path(before), identifier) if known and identifier and Path(before).is_file() else None


def _of_id(source: Path, identifier: str, name: str) -> tuple[bytes | None, tuple[Case, ...]]:
    """The case of this id in a file, of a cohort the first, with its text. Raises InputError."""
    texts: Iterator[tuple[bytes | None, tuple[Case, ...]]]
    if source.suffix.lower() in LINES_SUFFIXES:
        # Few lines hold the id, and only these are read as cases. JSON may write it otherwise.
        ways = (identifier.encode(errors="replace"), json.dumps(identifier)[1:-1].encode())
        texts = (
            (line, cases_on_line(line, f"{source}:{number}"))
            for number, line in lines_of(source)
            if line is not None and any(way in line for way in ways)
        )
    else:
        texts = iter([read_all(source)])
    for content, cases in texts:
        for case in cases:
            if case.case == identifier:
                return content, (case,)
    raise InputError(name, [Problem((), f"no case {identifier!r}", f"a case of {source}")])


def _line(source: Path, number: int, name: str) -> bytes | None:
    if source.is_file():
        for place, line in lines_of(source):
            if place == number:
                return line
    raise InputError(name, [Problem((), "no such line of a cohort", "FILE.ndjson:LINE")])


def read_file(path: Path) -> bytes:
    """The content of a file: up to 1 MiB of a case file, up to 64 MiB of FHIR."""
    content = read_bytes(path)
    if len(content) > MOST_BYTES and content.lstrip(_BEFORE)[:1] == b"{":
        larger = read_bytes(path, MOST_BUNDLE_BYTES)
        # A large file that is no FHIR is refused by its size.
        return larger if _MARK in larger else content
    return content


def lines_of(source: Path) -> Iterator[tuple[int, bytes | None]]:
    """The numbered lines of a cohort that are not blank; None for one that is too long.

    A byte order mark before a line is left out, for files may have been joined. Raises InputError
    for a file that is no text in UTF-8 by its beginning.

    A line longer than a bundle may be is read in pieces and thrown away, never as a whole.
    """
    with source.open("rb") as stream:
        what = other_file(stream.read(_BEGINNING))
    if what:
        raise InputError(str(source), [Problem((), what, "lines of JSON in UTF-8")])
    return _lines_of(source)


def _lines_of(source: Path) -> Iterator[tuple[int, bytes | None]]:
    with source.open("rb") as stream:
        number = 0
        while line := stream.readline(MOST_BUNDLE_BYTES + 2):
            number += 1
            if not line.endswith(b"\n") and len(line) > MOST_BUNDLE_BYTES:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(MOST_BYTES)
                yield number, None
                continue
            line = line.removeprefix(BOM_UTF8)
            if line.strip():
                yield number, line


def cases_on_line(line: bytes | None, place: str) -> tuple[Case, ...]:
    """The cases on a line of a cohort; raises InputError."""
    if line is None or (len(line) > MOST_BYTES + 1 and _MARK not in line):
        problem = Problem((), "the line is too long", f"at most {MOST_BYTES} bytes")
        raise InputError(place, [problem])
    if not line:
        raise InputError(place, [Problem((), "the file is empty", "one case a line, as JSON")])
    if not line.lstrip().startswith(b"{"):
        raise InputError(place, [Problem((), "not a JSON object", "one case a line, as JSON")])
    try:
        return cases_in(line, place)
    except InputError as error:
        # It has one line, whose number stands in the place.
        problems = [replace(problem, line=None) for problem in error.problems]
        raise InputError(place, problems, error.count) from None
