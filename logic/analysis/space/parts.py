"""The variables of a symbolic record: what the request may state, and what each entry may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from clausewise.facts.columns import Kind, Row, Type
from clausewise.facts.schema import SCHEMA
from clausewise.facts.text import in_words
from clausewise.logic.analysis.space.asked import Asked
from clausewise.logic.analysis.space.words import request_title

Fact = tuple[str, Row]
"""A row with the name of its relation."""
SIDE = "left"
"""The side of the service line; the other one is its mirror image."""
OTHER_SIDE = "right"
ABSENT = "not in the record"
UNSTATED = "not stated"
DATES = "dates of the request"
LATE_DOCUMENT = "a document was received 15 days later"
LATE_BUT_DECIDED = "a document was received 15 days later, after the decision"
LATER = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Part:
    """A variable: its name, and for each of its values the facts that hold then.

    The first value is the plainest. A detail names the ``entry`` it is of, and the facts of each of
    its values hold for those values of the entry that are in ``within``, which ``record`` fills in
    with those beside which a case file can state it. Where a detail is told both ways, ``twin`` are
    the facts of a second entry of the same event that says otherwise; ``twin`` of the entry has
    what that second entry is, for each value that can have one. ``needs`` has the values that mean
    something only beside some values of another variable, which it names.
    """

    name: str
    values: Mapping[str, tuple[Fact, ...]]
    entry: str = ""
    within: Mapping[str, frozenset[str]] = field(default_factory=dict)
    twin: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    needs: Mapping[str, tuple[str, frozenset[str]]] = field(default_factory=dict)


def request_parts(asked: Asked) -> Iterator[Part]:
    """What the request may state: its dates together, everything else by itself."""
    if asked.asks_for_sides:
        both = (("line", (OTHER_SIDE,)),)
        yield Part("the other side is asked for too", {"no": (), "yes": both})
    yield from _dates(asked)
    for name, schema in SCHEMA.items():
        if schema.kind is not Kind.REQUEST or name not in asked.relations or schema.required:
            continue
        (column,) = schema.columns
        if column.type is Type.NUMBER:
            numbers = asked.numbers(name, column.name)
            facts = {str(value): ((name, (value,)),) for value in numbers}
            yield Part(in_words(name), {UNSTATED: (), **facts})
        elif column.type is Type.NAME and schema.key:
            for value in asked.names(name, column.name):
                title = request_title(name, column.name, value)
                yield Part(title, {"no": (), "yes": ((name, (value,)),)})
        elif column.type is Type.NAME:
            # The request names a procedure by its code only where that is the path's own.
            stated: dict[str, tuple[Fact, ...]] = {
                value: ((name, (value,)),)
                for value in asked.names(name, column.name)
                if value in asked.codes
            }
            yield Part(in_words(name), {UNSTATED: (), **stated})


def _dates(asked: Asked) -> Iterator[Part]:
    """The dates that the request may state beside that of its receipt, one thing at a time."""

    def day(days: int) -> tuple[int]:
        return ((asked.received + timedelta(days=days)).toordinal(),)

    late = ("document_received", day(LATER.days))
    found: dict[str, tuple[Fact, ...]] = {
        "planned 31 days after receipt": (("planned_service_date", day(31)),),
        "service 20 days before receipt": (("planned_service_date", day(-20)),),
        LATE_DOCUMENT: (late,),
        LATE_BUT_DECIDED: (late, ("decided", day(0))),
        "decided on the day of receipt": (("decided", day(0)),),
        "decided 31 days after receipt": (("decided", day(31)),),
    }
    used = {
        value: facts
        for value, facts in found.items()
        if all(name in asked.relations for name, _ in facts)
    }
    if used:
        yield Part(DATES, {"only the day of receipt": (), **used})


def merged(one: Iterable[Part], other: Iterable[Part]) -> tuple[Part, ...]:
    """The variables of two spaces as those of one, each with the values that either has."""
    found = {part.name: part for part in one}
    for part in other:
        known = found.get(part.name)
        if known is not None:
            part = replace(
                known,
                values={**known.values, **part.values},
                twin={**known.twin, **part.twin},
                needs={**known.needs, **part.needs},
            )
        found[part.name] = part
    return tuple(found.values())
