"""The cases that an audit rejects, with all their errors, and the counts of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path


class RejectedCases:
    """The file of the rejected cases; every case that was read is counted, there or as valid."""

    def __init__(self, path: Path, progress: Callable[[int], None] | None = None) -> None:
        self._path = path
        self._progress = progress
        self.valid = 0
        self.rejected = 0
        self.first = ""
        """The place and the first error of the first rejected case."""

    def __enter__(self) -> RejectedCases:
        self._file = self._path.open("w", encoding="utf-8")
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def add(self, place: str, errors: list[str]) -> None:
        """Reject a case."""
        if not self.rejected:
            self.first = f"{place}: {errors[0]}"
        self.rejected += 1
        self._file.write(json.dumps({"place": place, "errors": errors}) + "\n")
        self._report()

    def count_valid(self, cases: int) -> None:
        """Count cases that are valid."""
        self.valid += cases
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
