"""What an audit was made of, as one number: by it two audits are known to be of the same cohort."""

from __future__ import annotations

from hashlib import file_digest, sha256
from pathlib import Path

from clausewise.facts.loading.folders import files_below


def digest_of(cohort: Path) -> str:
    """The SHA-256 over the names and the bytes of a cohort's files, hidden ones left out.

    Raises CohortError for a folder with anything in it that is neither file nor folder, and
    OSError for a file that cannot be read.
    """
    files = files_below(cohort) if cohort.is_dir() else [cohort] if cohort.is_file() else []
    whole = sha256()
    for path in files:
        name = path.relative_to(cohort).as_posix() if path != cohort else path.name
        with path.open("rb") as stream:
            content = file_digest(stream, "sha256").digest()
        whole.update(sha256(name.encode(errors="surrogateescape")).digest() + content)
    return whole.hexdigest()
