"""What an audit was made of, as one number: by it two audits are known to be of the same cohort."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import file_digest, sha256
from pathlib import Path

from clausewise.facts.loading.folders import files_below
from clausewise.logic.cohort.tables import are_relations, files_of


def digest_of(cohort: Path) -> str:
    """The SHA-256 over the names and the bytes of a cohort's files, those that are read.

    Raises CohortError or RelationError for a folder that cannot be used, and OSError for a file
    that cannot be read.
    """
    files: Iterable[Path] = [cohort] if cohort.is_file() else []
    if are_relations(cohort):
        files = sorted(files_of(cohort).values())
    elif cohort.is_dir():
        files = files_below(cohort)
    whole = sha256()
    for path in files:
        name = path.relative_to(cohort).as_posix() if path != cohort else path.name
        with path.open("rb") as stream:
            content = file_digest(stream, "sha256").digest()
        whole.update(sha256(name.encode(errors="surrogateescape")).digest() + content)
    return whole.hexdigest()
