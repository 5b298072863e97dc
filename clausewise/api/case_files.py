"""Case files themselves: their schema, and whether they are valid."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from clausewise.api.loading import read_each
from clausewise.facts.case.json_schema import case_schema
from clausewise.facts.case.problems import InputError


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the case format, with every name that a case may use."""
    return case_schema()


def validate(paths: str | Path | Iterable[str | Path]) -> dict[str, InputError | None]:
    """Each case file of some paths, folders or patterns with its errors, None when it is valid.

    Raises CohortError for a folder with other files in it.
    """
    given = [paths] if isinstance(paths, str | Path) else paths
    return {place: error for place, _, error in read_each(map(str, given))}
