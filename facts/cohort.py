"""A cohort: many cases, read one after the other; a bad one is set aside with all its errors.

A cohort is a file of newline-delimited JSON, one case a line, or a folder of case files. Nothing is
kept in memory but the case at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from facts.case import Case
from facts.files import MOST_BYTES, InputError, Problem
from facts.validation import load_case, parse_case

CASE_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
LINES_SUFFIXES = frozenset({".ndjson", ".jsonl"})


class CohortError(Exception):
    """There is no cohort at this place; the message says what one is."""


@dataclass(frozen=True, slots=True)
class Read:
    """One case of a cohort: where it stands, and the case or its errors; one of both is None."""

    place: str
    case: Case | None
    errors: InputError | None


def read_cohort(path: str | Path) -> Iterator[Read]:
    """Every case of a cohort in turn; raises CohortError when ``path`` is none."""
    source = Path(path)
    if source.is_dir():
        yield from _folder(source)
    elif source.is_file() and source.suffix.lower() in LINES_SUFFIXES:
        yield from _lines(source)
    else:
        raise CohortError(
            f"{path}: no cohort; expected a folder of case files or a file of one JSON case a line "
            f"({', '.join(sorted(LINES_SUFFIXES))})"
        )


def load_one(path: str | Path) -> Case:
    """The case in a file, or of a cohort the one on a line: ``cohort.ndjson:123``.

    Raises InputError, which holds every error with its path and line.
    """
    text, _, number = str(path).rpartition(":")
    source = Path(text)
    if not (number.isascii() and number.isdigit() and source.suffix.lower() in LINES_SUFFIXES):
        return load_case(path)
    wanted = f"line {int(number)}"
    if source.is_file():
        for read in _lines(source):
            if read.place == wanted:
                if read.case is None:
                    assert read.errors is not None
                    raise InputError(str(path), list(read.errors.problems))
                return read.case
    raise InputError(str(path), [Problem((), "no such line of a cohort", "FILE.ndjson:LINE")])


def _folder(source: Path) -> Iterator[Read]:
    found = [each for each in sorted(source.iterdir()) if each.suffix.lower() in CASE_SUFFIXES]
    if not found:
        raise CohortError(f"{source}: the folder has no case files")
    for path in found:
        try:
            yield Read(path.name, load_case(path), None)
        except InputError as errors:
            yield Read(path.name, None, errors)


def _lines(source: Path) -> Iterator[Read]:
    with source.open("rb") as stream:
        number = 0
        # A line longer than a case may be is read in pieces and thrown away, never as a whole.
        while line := stream.readline(MOST_BYTES + 2):
            number += 1
            place = f"line {number}"
            if not line.endswith(b"\n") and len(line) > MOST_BYTES:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(MOST_BYTES)
                problem = Problem((), "the line is too long", f"at most {MOST_BYTES} bytes")
                yield Read(place, None, InputError(place, [problem]))
                continue
            if not line.strip():
                continue
            try:
                if not line.lstrip().startswith(b"{"):
                    problem = Problem((), "not a JSON object", "one case a line, as JSON")
                    raise InputError(place, [problem])
                yield Read(place, parse_case(line, place), None)
            except InputError as errors:
                yield Read(place, None, errors)
