"""What rules say of entries by themselves: for a few entries with other facts it is derived anew.

Most relations say of an entry, or of one and another, what follows from the facts of these alone.
So when a few entries of a long record change, what is said of all others stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator

from clausewise.facts.columns import EntryKey, Row
from clausewise.logic.derivation.model import DerivationPlan
from clausewise.logic.derivation.plan import Asked
from clausewise.logic.derivation.stages import Rows

FEW = 40
"""How many entries with other facts are looked at by themselves."""


def changed_entries(
    plan: DerivationPlan, key: str, changed: Callable[[str], Iterable[Row]]
) -> Collection[EntryKey] | None:
    """Entries of which each row of the relation names one that may hold now and did not before, or
    the other way round; None where the relation is not of entries by themselves, or more than a
    few are needed.

    ``changed`` are such rows of the relations that its rules look at.
    """
    if not plan.places_of_entries(key):
        return None
    found: set[EntryKey] = set()
    waiting = [
        [value for value in row if isinstance(value, EntryKey)]
        for each in plan.inputs[key]
        for row in changed(each)
    ]
    # A row of several entries bears on what names them all: one of them leads there.
    waiting.sort(key=len)
    while waiting:
        if not waiting[0] or len(found) == FEW:
            return None
        alone = waiting[0] if len(waiting[0]) == 1 else (each for row in waiting for each in row)
        ((entry, _),) = Counter(alone).most_common(1)
        found.add(entry)
        waiting = [row for row in waiting if entry not in row]
    return found


def rows_with(
    plan: DerivationPlan, key: str, held: Rows, entries: Collection[EntryKey]
) -> frozenset[Row]:
    """The rows held of the relation that name one of the entries."""
    return frozenset(
        row
        for place in plan.places_of_entries(key)
        for entry in entries
        for row in held.index(key, (place,)).get(entry, ())
    )


def asked_rows(plan: DerivationPlan, key: str, entries: Collection[EntryKey]) -> Iterator[Asked]:
    """The rows that name one of the entries, as they are asked for."""
    width = len(plan.columns[key])
    for place in plan.places_of_entries(key):
        for entry in entries:
            yield tuple(entry if each == place else None for each in range(width))
