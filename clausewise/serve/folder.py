"""What is served: the cases of a folder, of a cohort, or of an audit, and those that were dropped.

A case is asked for by a name out of the list that is made here; no path out of a request is ever
opened. Cases that were dropped or entered stay in memory, unless they are saved.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass
from errno import EEXIST, EPERM
from functools import lru_cache
from pathlib import Path

from clausewise.api.case import Case
from clausewise.api.loading import load_all
from clausewise.api.results import Decision
from clausewise.facts.case.model import Case as Record
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.writing import case_text
from clausewise.facts.documents.pages import DocumentError, documents_in
from clausewise.facts.errors import ClausewiseError
from clausewise.facts.loading.files import CASE_SUFFIXES, LINES_SUFFIXES, lines_of
from clausewise.facts.new_files import write_file
from clausewise.logic.decision.evidence import said_side

MOST_LISTED = 5000
"""Cases of a folder or cohort that are listed and can be opened; that there are more is said."""
MOST_KEPT = 64
"""Cases of the folder, and decisions on them, that are kept in memory."""
MOST_DROPPED = 200
"""Cases in memory that were dropped or entered; the oldest goes first."""
MOST_OF_A_NAME = 1000
"""Files that are saved for cases of the same name."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)\Z")
"""What Windows takes for a device, whatever its suffix."""


class PlaceError(ClausewiseError):
    """What is served is not there any more, or cannot be read."""


Stamp = tuple[int, ...]
"""What tells a file from the one that stood in its place before: times, size and number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a list shows of a line of a case; ``decisive`` are the clauses that it rests on."""

    case: str
    procedure: str
    side: str
    determination: str
    decisive: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A case of the list: the name in the address, where it stands, and as which file."""

    name: str
    address: str
    stamp: Stamp


class Served:
    """The cases that can be opened, by name, and the audits."""

    def __init__(self, place: Path, documents: Path | None = None, *, save: bool = False) -> None:
        self.place = place
        self.saves = save and place.is_dir()
        """Whether cases may be saved into the folder."""
        self.documents = documents
        """A folder with the documents: one folder a case, of its name in lower case."""
        self._dropped: OrderedDict[str, Record] = OrderedDict()
        self._lock = threading.Lock()

    def listed(self) -> list[Listed]:
        """The cases of the folder or cohort, in order; at most MOST_LISTED. Raises PlaceError."""
        self._there()
        if self.place.is_file():
            return list(_of_file(self.place, _name(Path(self.place.name))))[:MOST_LISTED]
        found: list[Listed] = []
        for path in self._files():
            if not self._is_hidden(path):
                found += _of_file(path, _name(path.relative_to(self.place)))
            if len(found) > MOST_LISTED:
                break
        return found[:MOST_LISTED]

    def not_listed(self, listed: int) -> list[str]:
        """Sentences on what the list of so many cases leaves out: more cases, and hidden files."""
        told = []
        if listed >= MOST_LISTED:
            told.append(f"At most {MOST_LISTED} cases are listed; serve the others by themselves.")
        if self.place.is_dir():
            kinds = CASE_SUFFIXES | LINES_SUFFIXES
            every = [path for path in self._files() if path.suffix.lower() in kinds]
            hidden = [
                _name(path.relative_to(self.place)) for path in filter(self._is_hidden, every)
            ]
            if hidden:
                files = "1 file is" if len(hidden) == 1 else f"{len(hidden)} files are"
                told.append(f"{files} hidden by a full stop and not listed, such as {hidden[0]}.")
        return told

    def _is_hidden(self, path: Path) -> bool:
        return any(part.startswith(".") for part in path.relative_to(self.place).parts)

    def _there(self) -> None:
        """Raises PlaceError where what is served cannot be read now."""
        needed = os.R_OK | os.X_OK if self.place.is_dir() else os.R_OK
        if not os.access(self.place, needed):
            told = "what is served is not there any more, or cannot be read; put it back, or start "
            raise PlaceError(told + "clausewise serve anew")

    def _files(self) -> list[Path]:
        """The files in the folder, in order; what vanishes meanwhile is left out."""
        every = (Path(top, name) for top, _, names in os.walk(self.place) for name in names)
        return [path for path in sorted(every) if _inside(path, self.place) and _is_file(path)]

    def audits(self) -> dict[str, Path]:
        """The audits in the folder, by name: with a summary and lines. Raises PlaceError."""
        self._there()
        files = set(self._files())
        places = {each.parent for each in files if each.name == "summary.json"}
        return {
            _name(place.relative_to(self.place) if place != self.place else Path(place.name)): place
            for place in sorted(places)
            if place / "lines.parquet" in files
        }

    def case(self, name: str) -> Case:
        """The case of this name; raises KeyError for an unknown name, InputError, PlaceError."""
        found = self._found(name)
        return self.loaded(found) if isinstance(found, Listed) else Case.of(found)

    def _found(self, name: str) -> Listed | Record:
        with self._lock:
            if name in self._dropped:
                return self._dropped[name]
        for each in self.listed():
            if each.name == name:
                return each
        raise KeyError(name)

    def loaded(self, listed: Listed) -> Case:
        """A listed case; raises InputError."""
        return _loaded(listed.address, listed.stamp)

    def decision(self, name: str) -> Decision:
        """The decision on the case under the policy's own readings; raises as ``case``."""
        found = self._found(name)
        if isinstance(found, Listed):
            return _decided(found.address, found.stamp)
        return Case.of(found).decide()

    def outcomes(self, listed: Listed) -> tuple[Outcome, ...]:
        """The outcome of each line of a listed case; raises InputError."""
        return _outcomes(listed.address, listed.stamp)

    def documents_of(self, case: Record) -> dict[str, Path]:
        """The documents of a case, by id in lower case; raises DocumentError."""
        if self.documents is None:
            return {}
        try:
            own = [
                each
                for each in sorted(self.documents.iterdir())
                if each.name.lower() == case.case.lower() and each.is_dir()
            ]
            return self._documents_in(own[0]) if own else {}
        except OSError as error:
            told = f"the documents cannot be read: {error.strerror or error}"
            raise DocumentError(told) from None

    def _documents_in(self, folder: Path) -> dict[str, Path]:
        found = [
            documents_in(each)
            for each in (folder, folder / "pdf", folder / "text")
            if each.is_dir()
        ]
        every = next((each for each in found if each), {})
        assert self.documents is not None
        return {name: path for name, path in every.items() if _inside(path, self.documents)}

    def dropped(self) -> list[tuple[str, Record]]:
        """The cases in memory, the newest first."""
        with self._lock:
            return list(reversed(self._dropped.items()))

    def drop(self, record: Record) -> str:
        """Keep a case in memory; the name it can be opened by."""
        name = f"~{secrets.token_hex(4)}"
        with self._lock:
            self._dropped[name] = record
            while len(self._dropped) > MOST_DROPPED:
                self._dropped.popitem(last=False)
        return name

    def save(self, record: Record) -> str:
        """Write a case into the folder under a new name, made of its own; the name it got.

        The file is there whole or not at all, and never takes the place of another. Raises OSError,
        and PermissionError where nothing may be saved.
        """
        if not self.saves:
            raise PermissionError(EPERM, "nothing is saved here: start with --save")
        stem = file_stem(record.case)
        for number in range(1, MOST_OF_A_NAME + 1):
            name = f"{stem}.yaml" if number == 1 else f"{stem}-{number}.yaml"
            try:
                write_file(self.place / name, case_text(record), new=True)
            except FileExistsError:
                continue
            return name
        raise FileExistsError(EEXIST, f"there are {MOST_OF_A_NAME} cases of this name already")


def file_stem(case: str) -> str:
    """A name of a file for a case: letters, digits, hyphens, never a name with a meaning."""
    plain = unicodedata.normalize("NFKD", case).encode("ascii", "ignore").decode("ascii").lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "case"
    return f"case-{stem}" if _DEVICES.match(stem) or stem == "summary" else stem


def _name(path: Path) -> str:
    """How a file is called in lists and addresses; what is no text of its name is spelled out."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _inside(path: Path, place: Path) -> bool:
    """Whether a file lies in a folder, also when links are followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(place))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _of_file(path: Path, name: str) -> list[Listed]:
    """The cases that a file lists: one of a case file or bundle, one a line of a cohort.

    A cohort that cannot be read is listed as one, so that its error is told.
    """
    suffix = path.suffix.lower()
    stamp: Stamp = ()
    try:
        known = path.stat()
        stamp = (known.st_mtime_ns, known.st_ctime_ns, known.st_size, known.st_ino)
        if suffix in CASE_SUFFIXES and path.name != "summary.json":
            return [Listed(name, str(path), stamp)]
        if suffix in LINES_SUFFIXES and not path.name.startswith("quarantine"):
            numbers = (number for number, _ in lines_of(path))
            return [
                Listed(f"{name}:{number}", f"{path}:{number}", stamp)
                for number, _ in zip(numbers, range(MOST_LISTED), strict=False)
            ]
    except FileNotFoundError:
        pass
    except (OSError, InputError):
        return [Listed(name, str(path), stamp)]
    return []


def outcomes_of(decision: Decision) -> tuple[Outcome, ...]:
    """The outcome of each line of a decision."""
    return tuple(
        Outcome(
            decision.case.case,
            line.path.name if line.path else line.procedure,
            said_side(line),
            str(line.determination),
            line.decisive,
        )
        for line in decision.lines
    )


@lru_cache(maxsize=MOST_KEPT)
def _loaded(address: str, stamp: Stamp) -> Case:  # noqa: ARG001 - of another stamp, read anew
    """The first case at an address, as the file was at that moment."""
    return Case.of(load_all(address)[0])


@lru_cache(maxsize=MOST_KEPT)
def _decided(address: str, stamp: Stamp) -> Decision:
    return _loaded(address, stamp).decide()


@lru_cache(maxsize=MOST_LISTED)
def _outcomes(address: str, stamp: Stamp) -> tuple[Outcome, ...]:
    return outcomes_of(_loaded(address, stamp).decide())
