"""Tables as data frames: pandas or polars, whichever is there, or an Arrow table."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib.util import find_spec
from typing import Any, Literal, cast

from clausewise.facts.errors import MissingPackageError

_BACKENDS = ("pandas", "polars")


def to_frame(columns: Mapping[str, Sequence[Any]], backend: str | None = None) -> Any:
    """A data frame of some columns: of ``backend`` ("pandas", "polars"), else of the one that is in
    use already, else of the one that is installed.

    Raises MissingPackageError when none is.
    """
    try:
        import narwhals
    except ImportError:
        raise MissingPackageError(
            "a data frame needs narwhals: pip install 'clausewise[frames]'"
        ) from None
    chosen = backend or _installed()
    if chosen not in _BACKENDS:
        raise MissingPackageError(f"{chosen!r} is not a kind of data frame; pandas and polars are")
    if find_spec(chosen) is None:
        raise MissingPackageError(f"{chosen} is not installed: pip install {chosen}")
    kind = cast(Literal["pandas", "polars"], chosen)
    return narwhals.from_dict(_plain(columns), backend=kind).to_native()


def to_arrow(columns: Mapping[str, Sequence[Any]]) -> Any:
    """A ``pyarrow.Table`` of some columns; raises MissingPackageError without pyarrow."""
    try:
        import pyarrow
    except ImportError:
        raise MissingPackageError(
            "an Arrow table needs pyarrow: pip install 'clausewise[frames]'"
        ) from None
    return pyarrow.table(_plain(columns))


def _installed() -> str:
    used = [name for name in _BACKENDS if name in sys.modules]
    found = used or [name for name in _BACKENDS if find_spec(name) is not None]
    if not found:
        raise MissingPackageError("a data frame needs pandas or polars: pip install pandas")
    return found[0]


def _plain(columns: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """The columns with values that every frame can hold: texts, numbers, days, truth values."""
    return {name: _column(values) for name, values in columns.items()}


def _column(values: Sequence[Any]) -> list[Any]:
    if any(isinstance(value, Decimal) for value in values):
        return [None if value is None else float(value) for value in values]
    return [str(value) if isinstance(value, str) else value for value in values]
