"""The status of a clause: what the record says of it."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """One of four values; the first three are relations of the rules as well."""

    MET = "met"
    NOT_MET = "not_met"
    CONFLICTING = "conflicting"
    UNDOCUMENTED = "undocumented"


DERIVED = (Status.MET, Status.NOT_MET, Status.CONFLICTING)
"""The statuses that rules derive; a clause that has none of them is undocumented."""
