"""What stands in several alternatives told once: entries that differ in their day alone, in the
modality or in the reason of an inability, and candidates of which any would do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from clausewise.facts.text import all_of
from clausewise.logic.explain.policy_words import SMALL
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.words import OWN_DAY, VARIED, with_any

Way = tuple[Candidate, ...]


def days_together(candidates: Sequence[Candidate]) -> Way:
    """The candidates, new entries that say the same of days of their own as one."""
    found: dict[str, list[Candidate]] = {}
    for each in candidates:
        said, own_day, _ = each.text.rpartition(OWN_DAY)
        found.setdefault(said if own_day else each.text, []).append(each)
    return tuple(_on_several_days(said, several) for said, several in found.items())


def _on_several_days(said: str, several: Sequence[Candidate]) -> Candidate:
    first, *others = several
    if not others:
        return first
    days = sorted(each.text.rpartition(OWN_DAY)[2] for each in several)
    number = SMALL[len(several)] if len(several) < len(SMALL) else str(len(several))
    return replace(
        first, text=f"{number} of these: {said}on days of their own such as {all_of(days)}"
    )


def alike_together(ways: Iterable[Way]) -> tuple[Way, ...]:
    """The ways, with those as one that differ only in the modality of a new study, or only in the
    reason of a new inability: "a CT or MRI report"."""
    found = list(ways)
    for place in range(max(map(len, found), default=0)):
        alike: dict[object, list[Way]] = {}
        for way in found:
            alike.setdefault(_apart_from(way, place), []).append(way)
        found = [_with_any_at(place, several) for several in alike.values()]
    return tuple(found)


def _apart_from(way: Way, place: int) -> object:
    """What a way is without what may vary in its candidate at this place."""
    return tuple(
        _unvaried(each) if number == place else (each.said, each.text)
        for number, each in enumerate(way)
    )


def _unvaried(candidate: Candidate) -> object:
    (where, entry), *others = candidate.edits.items()
    if others or candidate.about or where not in VARIED:
        return candidate.said, candidate.text
    return where, repr({name: value for name, value in entry.items() if name != VARIED[where]})


def _with_any_at(place: int, several: Sequence[Way]) -> Way:
    first, *others = several
    if not others:
        return first
    (where, entry), *_ = first[place].edits.items()
    values = dict.fromkeys(way[place].edits[where][VARIED[where]] for way in several)
    told = replace(first[place], text=with_any(where, entry, [*values]))
    return (*first[:place], told, *first[place + 1 :])


def any_will_do(ways: Sequence[Way]) -> tuple[Way, ...]:
    """The ways of several candidates, those told as one of which each is enough beside the same."""
    if any(len(way) < 2 for way in ways):
        return tuple(ways)
    beside: dict[Candidate, set[frozenset[Candidate]]] = {}
    for way in ways:
        for each in way:
            beside.setdefault(each, set()).add(frozenset(way) - {each})
    alike: dict[frozenset[frozenset[Candidate]], list[Candidate]] = {}
    for each, others in beside.items():
        alike.setdefault(frozenset(others), []).append(each)
    told = {each: _any_of(several) for several in alike.values() for each in several}
    found = [tuple(told[each] for each in way) for way in ways]
    return tuple({frozenset(way): way for way in found}.values())


def _any_of(several: Sequence[Candidate]) -> Candidate:
    documents = dict.fromkeys(each.document for each in several if each.document)
    return replace(
        several[0],
        text=", or ".join(each.text for each in several),
        document=", or ".join(documents),
    )
