"""Where a case came from when it was no case file: what was read, and what was not understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_NAMED = 3
CANCELLED = "is cancelled"
"""Why an item that the request itself withdraws is not decided."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was not used, or used with a reservation: the resource and why."""

    resource: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RequestedItem:
    """An item of the request that a case was made from: its sequence, code and sides.

    ``decided`` is False for an item that this case does not decide; ``why_not`` tells why not where
    it is not that the item is of another code (``is cancelled``).
    """

    sequence: int
    code: str
    decided: bool
    sides: tuple[str, ...]
    why_not: str = ""


@dataclass(frozen=True)
class Origin:
    """What a case was read from.

    ``entries`` names the resource of each entry (``findings[0]``); ``counts`` holds for each type
    of resource how many were used and how many there were; ``claim``, ``patient``, ``insurer`` and
    ``requestor`` are references to be repeated in an answer.
    """

    remarks: tuple[Remark, ...] = ()
    entries: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    items: tuple[RequestedItem, ...] = ()
    claim: str | None = None
    patient: Mapping[str, Any] | None = None
    insurer: Mapping[str, Any] | None = None
    requestor: Mapping[str, Any] | None = None

    @property
    def used(self) -> int:
        """How many resources were used."""
        return sum(used for used, _ in self.counts.values())

    @property
    def resources(self) -> int:
        """How many resources there were."""
        return sum(count for _, count in self.counts.values())


def grouped(remarks: Iterable[Remark]) -> list[str]:
    """Remarks as sentences, one for all resources of which the same is said."""
    resources: dict[str, list[str]] = {}
    for remark in remarks:
        resources.setdefault(remark.sentence, []).append(remark.resource)
    return [f"{_named(found)}: {sentence}" for sentence, found in resources.items()]


def _named(resources: list[str]) -> str:
    names = list(dict.fromkeys(resources))
    more = len(names) - MOST_NAMED
    shown = ", ".join(names[:MOST_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown
