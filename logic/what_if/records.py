"""Two records side by side: which entry of one is which of the other.

Entries have no names that hold in two records, and their places in a file say nothing. They are
paired by what they are: an injection with the injection of the same purpose and day, a finding with
the same finding of that side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from clausewise.facts.case.days import date_of
from clausewise.facts.case.model import ENTRY_LISTS, Case, Entry
from clausewise.logic.decision.evidence import id_of

_WHAT = ("finding", "measure", "kind", "region", "reason", "purposes", "modality", "visit")
"""Fields that say what an entry is about; each kind of entry has some of them."""


def paired_entries(first: Case, second: Case) -> Iterator[tuple[Entry | None, Entry | None]]:
    """Every entry of either record with that of the other; None where the other has none.

    Of several that could be meant, those of the same id, side and day come first.
    """
    for name in ENTRY_LISTS:
        yield from _paired(getattr(first, name), getattr(second, name))


def _paired(
    first: tuple[Entry, ...], second: tuple[Entry, ...]
) -> Iterator[tuple[Entry | None, Entry | None]]:
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for key_of in _KEYS:
        free: dict[Hashable, list[int]] = defaultdict(list)
        for number, entry in enumerate(second):
            if number not in taken and (key := key_of(entry)) is not None:
                free[key].append(number)
        for number, entry in enumerate(first):
            if number in partner or (key := key_of(entry)) is None or not free.get(key):
                continue
            partner[number] = free[key].pop(0)
            taken.add(partner[number])
    for number, entry in enumerate(first):
        yield entry, second[partner[number]] if number in partner else None
    yield from ((None, entry) for number, entry in enumerate(second) if number not in taken)


def _what(entry: Entry) -> tuple[Any, ...]:
    return tuple(getattr(entry, name, None) for name in _WHAT)


def _side(entry: Entry) -> Any:
    return getattr(entry, "side", None)


_KEYS: tuple[Callable[[Entry], Hashable], ...] = (
    lambda entry: entry.model_dump_json(),
    lambda entry: (*_what(entry), id_of(entry)) if id_of(entry) else None,
    lambda entry: (*_what(entry), _side(entry), date_of(entry)),
    lambda entry: (*_what(entry), _side(entry)),
    _what,
    lambda entry: id_of(entry) or None,
)
"""What has to be alike of two entries, the most telling first; None for what never is."""
