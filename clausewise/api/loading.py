"""A single case by its address: a file, a line of a cohort, or a case of a folder of relations."""

from __future__ import annotations

from pathlib import Path

from clausewise.facts.case.model import Case
from clausewise.facts.loading.files import load_one as load_file


def load_one(address: str | Path) -> Case:
    """The case at an address; raises InputError with every error.

    Addresses are ``case.yaml``, ``bundle.json:2``, ``cohort.ndjson:123`` and, of a folder of
    relations, ``relations:17`` with the number of the case.
    """
    folder, colon, number = str(address).rpartition(":")
    if colon and number.isascii() and number.isdigit() and len(number) < 10:
        path = Path(folder)
        if path.is_dir():
            from clausewise.logic.cohort.tables import case_of
            from clausewise.logic.mm_1508 import POLICY
            from clausewise.logic.program.program import program_of

            return case_of(path, int(number), program_of(POLICY))
    return load_file(address)
