"""The cases that an audit rejects, with their errors, and the counts of a run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

MOST_ERRORS = 20
"""Errors of a case that are told; of the others only how many there are."""
MOST_BYTES = 16 * 1_048_576
"""What the file of rejected cases may hold; of the cases beyond only how many there are is told."""

_NONE: Mapping[str, int] = {}


class Rejected(NamedTuple):
    """A case that cannot be decided: where it stands, its name if it has one, and its errors."""

    place: str
    case: str | None
    errors: list[str]


def capped(errors: Sequence[str], number: int | None = None) -> list[str]:
    """The first errors of a case, and how many more there are; ``number`` is that of all."""
    more = (len(errors) if number is None else number) - MOST_ERRORS
    told = list(errors[:MOST_ERRORS])
    return [*told, f"{more:,} more error{'s' * (more > 1)}"] if more > 0 else told


class RejectedCases:
    """The file of the rejected cases; every case that was read is counted, there or as valid."""

    def __init__(self, path: Path, progress: Callable[[int], None] | None = None) -> None:
        self._path = path
        self._progress = progress
        self._bytes = 0
        self.valid = 0
        self.rejected = 0
        self.of_fhir: Counter[str] = Counter()
        """Of the valid cases that were FHIR: ``cases``, ``resources``, ``used``, ``remarks``."""
        self.unlisted = 0
        """Rejected cases that the file has no room for."""
        self.first = ""
        """The place and the first error of the first rejected case."""

    def __enter__(self) -> RejectedCases:
        self._file = self._path.open("w", encoding="utf-8")
        return self

    def __exit__(self, *error: object) -> None:
        if self.unlisted and not error[0]:
            told = f"{self.unlisted:,} more cases were rejected, for which there is no room here"
            self._file.write(json.dumps({"place": "", "case": None, "errors": [told]}) + "\n")
        self._file.close()

    def add(self, rejected: Rejected) -> None:
        """Reject a case."""
        if not self.rejected:
            self.first = f"{rejected.place}: {rejected.errors[0]}"
        self.rejected += 1
        line = json.dumps(rejected._asdict()) + "\n"
        if self._bytes + len(line) > MOST_BYTES:
            self.unlisted += 1
        else:
            self._bytes += len(line)
            self._file.write(line)
        self._report()

    def count_valid(self, cases: int, of_fhir: Mapping[str, int] = _NONE) -> None:
        """Count cases that are valid, and what was read of those that were FHIR."""
        self.valid += cases
        self.of_fhir.update(of_fhir)
        self._report()

    def _report(self) -> None:
        if self._progress is not None:
            self._progress(self.valid + self.rejected)

    def counts(self) -> dict[str, int]:
        """How many cases were read, and of these decided and rejected."""
        return {
            "read": self.valid + self.rejected,
            "decided": self.valid,
            "quarantined": self.rejected,
        }
