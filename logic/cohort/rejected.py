"""The cases that an audit sets aside, with all their errors, and the counts of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path


class Quarantine:
    """The file of the cases that are set aside; every case is counted, there or as decided."""

    def __init__(self, path: Path, progress: Callable[[int], None] | None) -> None:
        self._path = path
        self._progress = progress
        self.decided = 0
        self.quarantined = 0

    def __enter__(self) -> Quarantine:
        self._file = self._path.open("w", encoding="utf-8")
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def add(self, place: str, errors: list[str]) -> None:
        """Set a case aside."""
        self.quarantined += 1
        self._file.write(json.dumps({"place": place, "errors": errors}) + "\n")
        self._tell()

    def passed(self, cases: int) -> None:
        """Count cases that are decided."""
        self.decided += cases
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self.decided + self.quarantined)

    def told(self) -> dict[str, int]:
        """How many cases were read, and of these decided and set aside."""
        return {
            "read": self.decided + self.quarantined,
            "decided": self.decided,
            "quarantined": self.quarantined,
        }
