"""A case as JSON text, for tests that write files: days as texts, decimals as JSON numbers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def case_json(data: Any) -> str:
    """The data of a case as one line of JSON."""
    return json.dumps(data, default=_plain)
