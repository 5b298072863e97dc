"""Faults of a policy that is being written: the error that stops, or all of them gathered at once.

Whoever loads a policy gets the first fault as an error. Whoever checks one that is being written
gathers the faults of all its modules, each with the line that it stands on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from traceback import walk_stack

from clausewise.facts.errors import ClausewiseError


class PolicyError(ClausewiseError):
    """A policy is written wrongly; the message names the clause or rule at fault."""


@dataclass
class Gathered:
    """What was found while a policy's modules were read: faults, and where its rules stand.

    ``folder`` is that of the policy; ``faults`` are (place, sentence), ``places`` a place by the
    identifier of a rule. A place is a file of the folder and a line, ``criteria.py:17``, and empty
    for what is no line of a module.
    """

    folder: Path
    faults: list[tuple[str, str]] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def place(self) -> str:
        """The line of the policy's own module that is being read; "" outside of them."""
        for frame, line in walk_stack(None):
            path = Path(frame.f_code.co_filename).resolve()
            if self.folder in path.parents:
                return f"{path.relative_to(self.folder)}:{line}"
        return ""


_gathered: list[Gathered] = []


@contextmanager
def gathering(folder: Path) -> Iterator[Gathered]:
    """Gather the faults of modules that are imported meanwhile, instead of stopping at the first.

    For whoever checks a policy that is being written; nothing is decided with one that has faults.
    """
    found = Gathered(folder.resolve())
    _gathered.append(found)
    try:
        yield found
    finally:
        _gathered.remove(found)


_open_labels: list[str] = []
"""The labels of the clauses that are being written, the innermost last."""


@contextmanager
def within_clause(label: str) -> Iterator[None]:
    """The faults that are gathered meanwhile are those of this clause."""
    _open_labels.append(label)
    try:
        yield
    finally:
        _open_labels.pop()


def fault(sentence: str) -> None:
    """Note a fault where faults are gathered; raise PolicyError otherwise."""
    if not _gathered:
        raise PolicyError(sentence)
    label = f"{_open_labels[-1]}: " if _open_labels else ""
    _gathered[-1].faults.append((_gathered[-1].place(), label + sentence))


def rule_written(identifier: str) -> None:
    """Note the line of a rule where faults are gathered."""
    if _gathered:
        _gathered[-1].places[identifier] = _gathered[-1].place()


def faults_in(file: str, sentences: Sequence[str]) -> None:
    """Note what is wrong with a file that an author writes, or raise PolicyError with all of it."""
    if not sentences:
        return
    if not _gathered:
        raise PolicyError("\n".join(f"{file}: {each}" for each in sentences))
    # Whoever gathers finds the line: it is none of a module.
    _gathered[-1].faults += [("", f"{file}: {each}") for each in sentences]
