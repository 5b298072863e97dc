"""What stands in several alternatives told once: entries that differ in their day alone, and
candidates of which any would do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clausewise.facts.text import all_of
from clausewise.logic.explain.policy_words import SMALL
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.words import OWN_DAY

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
