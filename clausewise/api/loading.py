"""Cases by their address: a file, a line of a cohort, or a case of a folder of relations."""

from __future__ import annotations

from pathlib import Path

from clausewise.facts.case.model import Case
from clausewise.facts.loading import files


def load_one(address: str | Path) -> Case:
    """The case at an address; raises InputError with every error.

    Addresses are ``case.yaml``, ``bundle.json:2``, ``cohort.ndjson:123`` and, of a folder of
    relations, ``relations:17`` with the number of the case.
    """
    found = _of_relations(address)
    return files.load_one(address) if found is None else found


def load_all(address: str | Path) -> tuple[Case, ...]:
    """The case at an address, or every case that a bundle there asks for; raises InputError."""
    found = _of_relations(address)
    return files.load_all(address) if found is None else (found,)


def _of_relations(address: str | Path) -> Case | None:
    folder, colon, number = str(address).rpartition(":")
    if colon and number.isascii() and number.isdigit() and len(number) < 10:
        path = Path(folder)
        if path.is_dir():
            from clausewise.logic.cohort.tables import case_of
            from clausewise.logic.policies.registry import default_policy
            from clausewise.logic.program.program import program_of

            return case_of(path, int(number), program_of(default_policy()))
    return None
