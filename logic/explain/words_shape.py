"""Whether a file of words has the shape that sentences are made from: which tables and keys there
are, that each text is one, and how its slots may be written.

Enters: what stands in a ``words.toml``. Leaves: its faults, each with the place in the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from clausewise.facts.vocabulary.phrases import phrases

TEXTS = (
    "short",
    "asks",
    "met",
    "not_met",
    "undocumented",
    "reason",
    "send",
    "plain",
    "plain_short",
)
"""What a clause may say."""
SPELLED = ("words", "next")
"""How a number in a slot may be written; any other way is two texts, one|many or ?if|else."""
_STATES = ("present", "absent", "plain_present", "plain_absent", "asked")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "clause": TEXTS,
    "procedure": ("plain", "kind"),
    "finding": _STATES,
    "imaging_result": _STATES,
}
"""The keys of a name of each kind; of other kinds the rules and readings say which there are."""
_VARIANTS = ("under", "if")
_HOW = "a slot is filled by count, by value and of, by from and less, or by months_before_anchor"
_HOW_OF_RELATION = "a slot is filled by from, less and plus, a number of days"

Place = tuple[str, ...]
Fault = tuple[Place, str]


def faults_of_shape(words: Mapping[str, Any]) -> Iterator[Fault]:
    """The faults of a file of words: the place of each, as names from the outermost, and what is
    wrong there."""
    for kind, names in words.items():
        tables = kind in _KEYS or kind in ("relation", "reading")
        if not tables and kind not in phrases():
            first = [*names][:1] if isinstance(names, Mapping) else []
            yield (kind, *first), f"there are no words of the kind {kind}"
        elif not isinstance(names, Mapping):
            yield (kind,), f"{kind} is a table of names"
        else:
            for name, said in names.items():
                yield from (_of_table if tables else _of_text)((kind, name), said)


def _of_table(place: Place, said: Any) -> Iterator[Fault]:
    if not isinstance(said, Mapping):
        yield place, f"{' '.join(place)} is a table of texts"
        return
    kind = place[0]
    known = _KEYS.get(kind)
    for key, value in said.items():
        inner = (*place, key)
        if key == "slots" and kind in ("clause", "relation"):
            yield from _of_slots(inner, value)
        elif key in _VARIANTS and kind == "clause" and len(place) == 2:
            for name, other in value.items() if isinstance(value, Mapping) else ():
                yield from _of_table((*inner, name), other)
        elif known is not None and key not in known:
            yield inner, f"{' '.join(place)}: nothing is called {key} here"
        else:
            yield from _of_text(inner, value)


def _of_text(place: Place, text: Any) -> Iterator[Fault]:
    """Whether it is a text, and its slots are written as they may be."""
    if not isinstance(text, str) or not text:
        yield place, f"{' '.join(place)}: it has to be a text"
        return
    try:
        fields = list(Formatter().parse(text))
    except ValueError as error:
        yield place, f"{' '.join(place)}: its braces are not slots: {error}"
        return
    for _, name, spec, conversion in fields:
        if name is None:
            continue
        if not name.isidentifier() or conversion:
            yield place, f"{' '.join(place)}: a slot is a name in braces, not {name!r}"
        if spec and spec not in SPELLED:
            if re.sub(r"\{[^{}]*\}", "", spec).count("|") != 1:
                how = f"{{{name}:{spec}}} is not written words, next, one|many or ?if|else"
                yield place, f"{' '.join(place)}: {how}"
            yield from _of_text(place, spec)


def _of_slots(place: Place, slots: Any) -> Iterator[Fault]:
    """Whether each slot says how it is filled."""
    if not isinstance(slots, Mapping) or not all(isinstance(e, Mapping) for e in slots.values()):
        yield place, f"{' '.join(place)}: slots are tables"
        return
    for name, spec in slots.items():
        what = _of_span(spec) if place[0] == "relation" else _of_slot(name, spec, slots)
        if what:
            yield (*place, name), f"{' '.join(place)} {name}: {what}"


def _of_slot(name: str, spec: Mapping[str, Any], slots: Mapping[str, Any]) -> str:
    """What is wrong with how a slot of a clause is filled; empty where nothing is."""
    keys = {*spec}
    if not all(isinstance(each, str) for each in spec.values()):
        return _HOW
    if keys == {"from", "less"}:
        return "it is filled from itself" if _rests_on(name, slots) else ""
    whole = keys == {"months_before_anchor"} or "count" in keys or {"of", "value"} <= keys
    return "" if whole and "from" not in keys else _HOW


def _rests_on(slot: str, slots: Mapping[str, Any]) -> bool:
    """Whether a difference of two slots rests on itself."""
    seen: set[str] = set()
    waiting = [str(each) for each in slots[slot].values()]
    while waiting:
        name = waiting.pop()
        if name == slot:
            return True
        if name not in seen and "from" in slots.get(name, {}):
            waiting += [str(each) for each in slots[name].values()]
        seen.add(name)
    return False


def _of_span(spec: Mapping[str, Any]) -> str:
    """What is wrong with how a slot of a relation is filled; empty where nothing is."""
    whole = {*spec} == {"from", "less", "plus"} and isinstance(spec["plus"], int)
    return "" if whole else _HOW_OF_RELATION
