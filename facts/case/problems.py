"""What is wrong with a file: each error with its place, and all of them as one exception."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clausewise.facts.errors import ClausewiseError

MOST_PROBLEMS = 50
"""Errors of a case that are told."""

Place = tuple[str | int, ...]
"""Where a value stands in a file: keys and positions from the top."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One error of a file: where, what was found and what was expected.

    ``line`` counts from 1; None where the place has no line of its own.
    """

    place: Place
    found: str
    expected: str
    line: int | None = None

    @property
    def path(self) -> str:
        """The place as text, ``findings[3].side``."""
        text = ""
        for part in self.place:
            if isinstance(part, int):
                text += f"[{part}]"
            else:
                shown = part if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", part) else repr(part[:60])
                text += f".{shown}" if text else shown
        return text

    def __str__(self) -> str:
        where = self.path or "the file"
        line = f" (line {self.line})" if self.line is not None else ""
        expected = f"; expected {self.expected}" if self.expected else ""
        return f"{where}{line}: {self.found}{expected}"


class InputError(ClausewiseError):
    """A file cannot be used; ``problems`` holds the errors that were found in it.

    Of more than MOST_PROBLEMS the others are counted, in a last one.
    """

    def __init__(self, name: str, problems: list[Problem], found: int | None = None) -> None:
        self.name = name
        self.count = len(problems) if found is None else found
        """How many errors were found, those that are not told included."""
        shown, more = problems[:MOST_PROBLEMS], self.count - MOST_PROBLEMS
        if more > 0:
            shown = [*shown, Problem((), f"{more} more errors are not told here", "")]
        self.problems = tuple(shown)
        lines = "\n".join(f"  {problem}" for problem in shown)
        count = "1 error" if self.count == 1 else f"{self.count} errors"
        super().__init__(f"{name}: {count}\n{lines}")
