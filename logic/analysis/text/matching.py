"""Which span of a new text was which span of the old one, and what became of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clausewise.logic.analysis.text.known_text import KnownSpan
from clausewise.logic.analysis.text.spans import Span

_ALIKE = 0.3
"""The likeness from which two spans are taken for one that was reworded."""
_ALIKE_IN_PLACE = 0.12
"""The same for two spans with one label."""


class Change(StrEnum):
    """What became of a span; of several, that which is listed first names the pair."""

    GONE = "gone"
    NEW = "new"
    REWORDED = "reworded"
    NUMBER = "number changed"
    MOVED = "moved"
    RENUMBERED = "renumbered"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Pair:
    """A span before and after; one of the two is None for what is gone or new."""

    old: KnownSpan | None
    new: Span | None
    changes: tuple[Change, ...]

    @property
    def change(self) -> Change:
        """The change that says most."""
        return self.changes[0]

    @property
    def label(self) -> str:
        """The label now, or where there is none the label before."""
        found = self.new or self.old
        assert found is not None
        return found.label


def matched(old: Sequence[KnownSpan], new: Sequence[Span]) -> tuple[Pair, ...]:
    """Every span of both texts, in the order of the new one; what is gone stands at the end."""
    partner = {its: mine for mine, its in _matches(old, new)}
    parents = {new[its].label: old[mine].label for its, mine in partner.items()}
    moved = _out_of_order(new, partner)
    pairs = []
    for place, span in enumerate(new):
        if place not in partner:
            pairs.append(Pair(None, span, (Change.NEW,)))
            continue
        before = old[partner[place]]
        changes = tuple(_changes(before, span, parents, place in moved))
        pairs.append(Pair(before, span, changes))
    taken = set(partner.values())
    gone = [Pair(each, None, (Change.GONE,)) for n, each in enumerate(old) if n not in taken]
    return (*pairs, *gone)


def _changes(old: KnownSpan, new: Span, parents: dict[str, str], moved: bool) -> Iterator[Change]:
    if old.wording.fingerprint != new.wording.fingerprint:
        yield Change.REWORDED
    if old.wording.numbers != new.wording.numbers:
        yield Change.NUMBER
    if parents.get(new.parent, new.parent) != old.parent or (moved and old.label == new.label):
        yield Change.MOVED
    elif old.label != new.label:
        yield Change.RENUMBERED
    elif old.wording.same(new.wording):
        yield Change.SAME


def _matches(old: Sequence[KnownSpan], new: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """The places of what belongs together, from what is surest to what is only alike."""
    left, right = list(range(len(old))), list(range(len(new)))
    for label, masked in ((True, False), (False, False), (True, True), (False, True)):
        waiting: dict[tuple[str, ...], list[int]] = {}
        for mine in left:
            waiting.setdefault(_key(old[mine], label, masked), []).append(mine)
        for its in list(right):
            found = waiting.get(_key(new[its], label, masked))
            if found:
                near = _nearest(new[its].label, found, old)
                found.remove(near)
                left.remove(near)
                right.remove(its)
                yield near, its
    alike = sorted(
        (
            (-_score(old[mine], new[its]), mine, its)
            for mine in left
            for its in right
            if _alike(old[mine], new[its])
        ),
    )
    for _, mine, its in alike:
        if mine in left and its in right:
            left.remove(mine)
            right.remove(its)
            yield mine, its


def _key(span: KnownSpan | Span, label: bool, masked: bool) -> tuple[str, ...]:
    return (
        span.label if label else "",
        span.wording.fingerprint,
        *(() if masked else span.wording.numbers),
    )


def _nearest(label: str, found: Sequence[int], old: Sequence[KnownSpan]) -> int:
    """Of several with one wording that under the same parent, else the first."""
    parent = label.rpartition(".")[0]
    return next((each for each in found if old[each].parent == parent), found[0])


def _score(old: KnownSpan, new: Span) -> float:
    return old.wording.likeness(new.wording) + 0.2 * (old.label == new.label)


def _alike(old: KnownSpan, new: Span) -> bool:
    least = _ALIKE_IN_PLACE if old.label == new.label else _ALIKE
    return old.wording.likeness(new.wording) >= least


def _out_of_order(new: Sequence[Span], partner: dict[int, int]) -> set[int]:
    """The places of spans that stand elsewhere among the others: the fewest that explain it."""
    places = [place for place in range(len(new)) if place in partner]
    kept = _longest_increasing([partner[place] for place in places])
    return {place for place in places if partner[place] not in kept}


def _longest_increasing(values: Iterable[int]) -> set[int]:
    """The members of a longest increasing part of distinct values."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for value in values:
        place = bisect_left(ends, value)
        before[value] = ends[place - 1] if place else None
        ends[place : place + 1] = [value]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found
