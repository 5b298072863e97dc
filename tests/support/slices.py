"""Parameters of which the quick run takes the first few, and ``make test-all`` the rest as well."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def first_few(values: Iterable[Any], quick: int) -> list[Any]:
    """The values as parameters of a test; those after the first ``quick`` are slow."""
    return [value if number < quick else _slow(value) for number, value in enumerate(values)]


def _slow(value: Any) -> Any:
    values = value if isinstance(value, tuple) else (value,)
    return pytest.param(*values, marks=pytest.mark.slow)
