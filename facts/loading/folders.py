"""A cohort: many cases, read one after the other; a bad one is rejected with all its errors.

A cohort is a file of newline-delimited JSON, one record a line, or a folder of case files and of
such files, also in folders below. Nothing in the folder is passed over but names that begin with a
full stop. Nothing is kept in memory but the record at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from clausewise.facts.case.model import Case
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.syntax import parse
from clausewise.facts.errors import ClausewiseError
from clausewise.facts.loading.files import (
    CASE_SUFFIXES,
    LINES_SUFFIXES,
    cases_of_file,
    cases_on_line,
    lines_of,
    read_file,
)
from clausewise.facts.text import printable

RELATION_SUFFIXES = frozenset({".parquet", ".csv"})
OF_A_RUN = ("results", "scratch")
"""The folders within the hidden one of an audit that is being written."""
MOST_OF_NAME = 200
"""Characters of a case's name that are told."""
MOST_NAMED = 5
"""Files that a message names; the others are counted."""
OF_LINE = "line "
"""What stands before the number of a line where a file of lines is the whole cohort."""


class CohortError(ClausewiseError):
    """There is no cohort at this place; the message says what one is."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a cohort that is not read yet: a case file, or a line of newline-delimited JSON
    (None when it is too long to be kept)."""

    place: str
    content: Path | bytes | None

    @property
    def size(self) -> int:
        """The bytes that the record takes in memory."""
        return len(self.content) if isinstance(self.content, bytes) else 0


@dataclass(frozen=True, slots=True)
class Read:
    """One case of a cohort: where it stands, and the case or its errors; one of both is None."""

    place: str
    case: Case | None
    errors: InputError | None


def read_cohort(path: str | Path) -> Iterator[Read]:
    """Every case of a cohort in turn; raises CohortError when ``path`` is none."""
    for record in records_of(path):
        yield from read_record(record)


def records_of(path: str | Path) -> Iterator[Record]:
    """Every record of a cohort in turn; raises CohortError when ``path`` is none."""
    source = Path(path)
    if source.is_dir():
        yield from _in_folder(source)
    elif source.is_file() and _suffix(source) in LINES_SUFFIXES:
        yield from _lines(source, "")
    else:
        raise CohortError(
            f"{path}: no cohort; expected a folder of case files or a file of one JSON case a line "
            f"({', '.join(sorted(LINES_SUFFIXES))})"
        )


def read_record(record: Record) -> Iterator[Read]:
    """The cases of a record; a bundle that asks for several procedures gives one for each."""
    read: Callable[[], tuple[Case, ...]]
    if isinstance(record.content, Path):
        read = partial(cases_of_file, record.content)
    else:
        read = partial(cases_on_line, record.content, record.place)
    try:
        found = read()
    except InputError as errors:
        yield Read(record.place, None, errors)
        return
    for number, case in enumerate(found, 1):
        place = record.place if len(found) == 1 else f"{record.place}:{number}"
        yield Read(place, case, None)


def address_in(cohort: str | Path, place: str) -> str:
    """The address of the case at a place of a cohort, as it is loaded by itself."""
    if place.startswith(OF_LINE):
        return f"{cohort}:{place.removeprefix(OF_LINE)}"
    # The cases of a folder of relations have numbers, those of another folder stand in files.
    return f"{cohort}:{place}" if place.isdigit() else f"{Path(cohort) / place}"


def name_in(record: Record) -> str | None:
    """The name that the case of a record gives itself, be it valid or not; None where none can be
    read."""
    content = record.content
    try:
        if isinstance(content, Path):
            content = read_file(content)
        value = parse(content or b"", record.place).value
    except InputError:
        return None
    name = value.get("case") if isinstance(value, dict) else None
    return printable(name, MOST_OF_NAME) if isinstance(name, str) else None


def _in_folder(source: Path) -> Iterator[Record]:
    files = list(files_below(source))
    known = CASE_SUFFIXES | LINES_SUFFIXES
    refuse(source, [each for each in files if _suffix(each) not in known], sorted(known))
    if not files:
        raise CohortError(f"{source}: the folder has no case files")
    for path in files:
        place = path.relative_to(source).as_posix()
        if _suffix(path) in LINES_SUFFIXES:
            yield from _lines(path, f"{place}:")
        else:
            yield Record(place, path)


def _lines(source: Path, before: str) -> Iterator[Record]:
    """The lines of a file; those of a file in a folder are named by their address."""
    try:
        lines = lines_of(source)
    except InputError as error:
        raise CohortError(str(error)) from None
    number = 0
    for number, line in lines:
        yield Record(f"{before}{number}" if before else f"{OF_LINE}{number}", line)
    if before and not number:
        yield Record(before.removesuffix(":"), b"")  # an empty file, which is told


def files_below(folder: Path) -> Iterator[Path]:
    """The files in a folder and in those below it, by name; what is hidden is left out.

    Raises CohortError for what is neither a file nor a folder (a pipe would be waited for without
    end), for a link to a folder, which might lead in a circle, and for what holds cases and is
    hidden.
    """
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise CohortError(f"{folder}: {error.strerror}") from None
    for path in inside:
        if path.name.startswith("."):
            refuse_hidden(path)
            continue
        if path.is_dir():
            if path.is_symlink():
                raise CohortError(f"{path}: a link to a folder; expected a folder")
            yield from files_below(path)
        elif path.is_file():
            yield path
        else:
            raise CohortError(f"{path}: neither a file nor a folder; take it out of the cohort")


def refuse_hidden(path: Path) -> None:
    """Raises CohortError when what is hidden is, or holds, a file that would be read elsewhere.

    The folder in which an audit is being written is none of these.
    """
    inside = [path] if not path.is_dir() else sorted(path.rglob("*"))
    if {path / name for name in OF_A_RUN} <= set(inside):
        return
    for each in inside:
        if _suffix(each) in CASE_SUFFIXES | LINES_SUFFIXES | RELATION_SUFFIXES:
            raise CohortError(
                f"{each}: hidden by the full stop before {path.name[1:]!r}, and so would not be "
                "read; rename it, or take it out of the cohort"
            )


def refuse(folder: Path, files: list[Path], known: list[str]) -> None:
    """Raises CohortError when there are files that would not be read."""
    if files:
        named = ", ".join(each.relative_to(folder).as_posix() for each in files[:MOST_NAMED])
        more = f" and {len(files) - MOST_NAMED} more" if len(files) > MOST_NAMED else ""
        raise CohortError(
            f"{folder}: {named}{more} would not be read; expected files that end in "
            f"{', '.join(known)} and no others"
        )


def _suffix(path: Path) -> str:
    return path.suffix.lower()
