"""A cohort: many cases, read one after the other; a bad one is rejected with all its errors.

A cohort is a file of newline-delimited JSON, one case a line, or a folder of case files. Nothing is
kept in memory but the case at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from clausewise.facts.case.model import Case
from clausewise.facts.case.syntax import InputError
from clausewise.facts.loading.files import (
    CASE_SUFFIXES,
    LINES_SUFFIXES,
    cases_of_file,
    cases_on_line,
    lines_of,
)


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
    elif is_lines(source):
        for number, line in lines_of(source):
            yield from read_line(number, line)
    else:
        raise CohortError(
            f"{path}: no cohort; expected a folder of case files or a file of one JSON case a line "
            f"({', '.join(sorted(LINES_SUFFIXES))})"
        )


def _folder(source: Path) -> Iterator[Read]:
    found = [each for each in sorted(source.iterdir()) if each.suffix.lower() in CASE_SUFFIXES]
    if not found:
        raise CohortError(f"{source}: the folder has no case files")
    for path in found:
        yield from _read(path.name, partial(cases_of_file, path))


def is_lines(source: Path) -> bool:
    """Whether this is a file of newline-delimited JSON."""
    return source.is_file() and source.suffix.lower() in LINES_SUFFIXES


def read_line(number: int, line: bytes | None) -> Iterator[Read]:
    """The cases on one line, as ``facts.loading.files.lines_of`` gives them."""
    place = f"line {number}"
    yield from _read(place, partial(cases_on_line, line, place))


def _read(place: str, cases: Callable[[], tuple[Case, ...]]) -> Iterator[Read]:
    """The cases at a place; a bundle that asks for several procedures gives one for each."""
    try:
        found = cases()
    except InputError as errors:
        yield Read(place, None, errors)
        return
    for number, case in enumerate(found, 1):
        yield Read(place if len(found) == 1 else f"{place}:{number}", case, None)
