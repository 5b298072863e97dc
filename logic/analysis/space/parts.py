"""The variables of a symbolic record: what the request may state, and what each entry may be.

Of each entry that is asked for there is one, of entries without a name as many as the counts of the
clauses want. It is not there, or one of its plain forms, or such a form with one thing unusual: no
side, no date, a day on either side of a window, a flag. What it says further is a variable each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import product

from clausewise.facts.relations.from_case import MAY_BE_ANCHORS
from clausewise.facts.schema import (
    EXACTLY_ONE,
    OPPOSITES,
    RANGES,
    SCHEMA,
    SIDED,
    SIDELESS,
    UNSTATED_SIDE,
    EntryKey,
    Row,
    Source,
    Type,
    Value,
)
from clausewise.facts.text import in_words
from clausewise.logic.analysis.space.asked import (
    Asked,
    column_names,
    entry_relations,
    place_of,
)

Fact = tuple[str, Row]
"""A row with the name of its relation."""
SIDE = "left"
"""The side of the service line; the other one is its mirror image."""
ABSENT = "not in the record"
UNSTATED = "not stated"
_USUAL_FLAGS = frozenset({"baseline_entry", "therapy_for_joint"})
"""Details that hold of an entry which says nothing else."""
_APART = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Part:
    """A variable: its name, and for each of its values the facts that hold then.

    The first value is the plainest. A detail names the ``entry`` it is of, and the facts of each of
    its values hold for those values of the entry that are in ``within``, which ``record`` fills in
    with those beside which a case file can state it. Where a detail is told both ways, ``twin`` are
    the facts of a second entry of the same event that says otherwise; ``twin`` of the entry has
    what that second entry is, for each value that can have one.
    """

    name: str
    values: Mapping[str, tuple[Fact, ...]]
    entry: str = ""
    within: Mapping[str, frozenset[str]] = field(default_factory=dict)
    twin: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)


def parts_of(asked: Asked) -> tuple[Part, ...]:
    """The variables of a symbolic record, those of one entry side by side."""
    found = [*_request_parts(asked)]
    for relation in entry_relations(asked):
        found += _Entries(asked, relation).parts()
    return tuple(found)


def _request_parts(asked: Asked) -> Iterator[Part]:
    """What the request may state, each name by itself."""
    for name in SCHEMA:
        schema = SCHEMA[name]
        if schema.source is not Source.REQUEST or name not in asked.relations:
            continue
        (column,) = schema.columns
        if name in MAY_BE_ANCHORS and not schema.required:
            later = (asked.received + timedelta(days=31)).toordinal()
            values = {UNSTATED: (), "31 days after receipt": ((name, (later,)),)}
            yield Part(in_words(name), values)
        if schema.key == (column.name,) and column.type is Type.NAME:
            for value in asked.names(name, column.name):
                facts = ((name, (value,)),)
                yield Part(f"{in_words(name)}: {value}", {"no": (), "yes": facts})


class _Entries:
    """The entries of one relation."""

    def __init__(self, asked: Asked, relation: str) -> None:
        self.asked = asked
        self.relation = relation
        self.received = asked.received.toordinal()
        self.day = asked.received - timedelta(days=30)
        about = [
            name
            for name, schema in SCHEMA.items()
            if schema.source is Source.DETAIL and relation in schema.of
        ]
        self.groups = [group for group in EXACTLY_ONE if set(group) <= set(about)]
        grouped = {name for group in self.groups for name in group}
        self.details = [
            name
            for name in about
            if name in asked.relations and name not in grouped and name not in RANGES
        ]
        self.usual_flags = [name for name in about if name in _USUAL_FLAGS]

    def parts(self) -> Iterator[Part]:
        names = column_names(self.relation, Type.NAME)
        if not names:
            for number in range(self.asked.how_many(self.relation)):
                yield from self._of_entry((), number)
            return
        asked = [self.asked.names(self.relation, name) for name in names]
        for last in asked[-1]:
            # Of what speaks about one thing, variables about the same detail stand together: sets
            # of records stay small.
            group: list[Part] = []
            for combination in product(*asked[:-1], (last,)):
                group += self._of_entry(combination, place_of(combination))
            yield from (part for part in group if not part.entry)
            yield from sorted(
                (part for part in group if part.entry),
                key=lambda part: part.name.removeprefix(part.entry),
            )

    def _of_entry(self, names: tuple[str, ...], number: int) -> Iterator[Part]:
        words = " ".join(in_words(each) for each in names) if names else str(number + 1)
        title = f"{in_words(self.relation)} {words}"
        key = EntryKey(f"{self.relation}[{words}]")
        form = _Form(self, names, key, number)
        values = {ABSENT: (), **form.values()}
        twin = _Form(self, names, EntryKey(f"{key}+"), number)
        yield Part(title, values, twin=twin.plain_values())
        for detail in self.details:
            only = SCHEMA[detail].only
            if only and only not in names:
                continue
            yield from self._of_detail(title, detail, form, twin)

    def _of_detail(self, title: str, detail: str, form: _Form, twin: _Form) -> Iterator[Part]:
        """The variables of what an entry says further; flags are values of the entry itself."""
        schema = SCHEMA[detail]
        further = schema.columns[1:]
        if len(further) != 1 or further[0].type not in (Type.NAME, Type.NUMBER):
            return
        column = further[0]
        options: Sequence[Value] = (
            self.asked.names(detail, column.name)
            if column.type is Type.NAME
            else self.asked.numbers(detail, column.name)
        )
        opposite = OPPOSITES.get(detail)
        if opposite is not None:
            # What is asked of a study differs by its region.
            asked = self.asked.results(form.names)
            options = [each for each in options if each in asked]
        name = f"{title}, {in_words(detail)}"
        if column.name not in schema.key:
            values = {UNSTATED: (), **{str(v): ((detail, (form.key, v)),) for v in options}}
            clashing: dict[str, tuple[Fact, ...]] = {}
            if len(options) > 1:
                first, last = options[0], options[-1]
                told = f"{first} and {last}"
                values[told] = ((detail, (form.key, first)),)
                clashing[told] = ((detail, (twin.key, last)),)
            yield self._detail(title, name, values, clashing)
        elif opposite is None:
            for option in options:
                facts = ((detail, (form.key, option)),)
                yield self._detail(title, f"{name} {option}", {UNSTATED: (), "yes": facts}, {})
        elif detail < opposite:
            return  # told together with its opposite
        else:
            for option in options:
                yes, no = (detail, (form.key, option)), (opposite, (form.key, option))
                values = {UNSTATED: (), "yes": (yes,), "no": (no,), "yes and no": (yes,)}
                clashing = {"yes and no": ((opposite, (twin.key, option)),)}
                yield self._detail(title, f"{name} {option}", values, clashing)

    def _detail(
        self,
        title: str,
        name: str,
        values: Mapping[str, tuple[Fact, ...]],
        clashing: Mapping[str, tuple[Fact, ...]],
    ) -> Part:
        return Part(name, values, title, twin=clashing)


class _Form:
    """What one entry may be, but for its details."""

    def __init__(
        self, entries: _Entries, names: tuple[str, ...], key: EntryKey, number: int
    ) -> None:
        self.entries, self.asked = entries, entries.asked
        self.names, self.key, self.number = names, key, number
        # Each entry has a day of its own where entries of one day are one event.
        several = not names or len(names) > 1
        self.day = entries.day + _APART * (number if several else 0) * -1
        self.sided = self._needs_side()

    def _needs_side(self) -> str:
        relation = self.entries.relation
        column, needed = SIDED.get(relation, ("", frozenset()))
        _, sideless = SIDELESS.get(relation, ("", frozenset()))
        if sideless & set(self.names):
            return "never"
        if needed & set(self.names) or (not column and not self.names):
            return "always"
        return "not"

    def values(self) -> dict[str, tuple[Fact, ...]]:
        """Each value with the facts of the entry: plain forms first, then those with one thing
        unusual."""
        found: dict[str, tuple[Fact, ...]] = {}
        plain = self._plain()
        found.update(self.plain_values())
        dated = any("entry_date" in group for group in self.entries.groups)
        for name, facts in plain.items():
            if self.sided == "always":
                found[_more(name, "side not stated")] = self._entry(facts, side=UNSTATED_SIDE)
            # Of entries without a name only the first is at the edge of a window or undated, so
            # that no two of them are one event.
            if dated and (self.names or not self.number):
                found[_more(name, "not dated")] = self._entry(facts, day=None)
                for what, day in self.asked.days(self.entries.relation).items():
                    found[_more(name, what)] = self._entry(facts, day=day)
            for flag in self._flags():
                usual = flag in _USUAL_FLAGS
                what = f"not {in_words(flag)}" if usual else in_words(flag)
                found[_more(name, what)] = self._entry(facts, flag=flag)
        return {**found, **self._contrary(plain)}

    def plain_values(self) -> dict[str, tuple[Fact, ...]]:
        """The values with nothing unusual."""
        return {name: self._entry(facts) for name, facts in self._plain().items()}

    def _flags(self) -> list[str]:
        return [each for each in self.entries.details if len(SCHEMA[each].columns) == 1]

    def _plain(self) -> dict[str, tuple[Fact, ...]]:
        """The forms that differ in what an entry has to say."""
        relation, key = self.entries.relation, self.key
        (number, *_) = (*column_names(relation, Type.NUMBER), "")
        if number:
            values = self.asked.numbers(relation, number)
            return {str(value): ((relation, (key, *self.names, value)),) for value in values}
        base = (relation, (key, *self.names))
        if any("therapy_start" in group for group in self.entries.groups):
            return {name: (base, *facts) for name, facts in self._episodes().items()}
        told = [group for group in self.entries.groups if set(group) & set(OPPOSITES)]
        if not told:
            return {"there": (base,)}
        return {in_words(choice): (base, (choice, (key,))) for group in told for choice in group}

    def _episodes(self) -> dict[str, tuple[Fact, ...]]:
        """Episodes up to the day of receipt, one for each length, and others that are unusual."""
        relation, key, last = self.entries.relation, self.key, self.entries.received
        lengths = self.asked.lengths(relation)
        long = lengths[-1]
        found: dict[str, tuple[Fact, ...]] = {
            f"{length} days": (
                ("therapy_start", (key, last - length + 1)),
                ("therapy_end", (key, last)),
            )
            for length in lengths
        }
        start = ("therapy_start", (key, last - long + 1))
        found["ongoing"] = (start, ("therapy_ongoing", (key,)))
        found["end not stated"] = (start, ("therapy_end_unknown", (key,)))
        found["start not stated"] = (
            ("therapy_start_unknown", (key,)),
            ("therapy_end", (key, last)),
        )
        early = last - 2 * long
        found["before every window"] = (
            ("therapy_start", (key, early)),
            ("therapy_end", (key, early + long - 1)),
        )
        return found

    def _contrary(self, plain: Mapping[str, tuple[Fact, ...]]) -> dict[str, tuple[Fact, ...]]:
        """Two entries of one day that say otherwise: the first plain form and the last."""
        if len(plain) < 2 or any("therapy_start" in group for group in self.entries.groups):
            return {}
        (first, one), *_, (last, other) = plain.items()
        second = _Form(self.entries, self.names, EntryKey(f"{self.key}~"), 0)
        second.day = self.day
        moved = tuple((name, (second.key, *row[1:])) for name, row in other)
        return {f"{first} and {last}": (*self._entry(one), *second._entry(moved))}

    def _entry(
        self,
        facts: Iterable[Fact],
        *,
        side: str = "",
        day: date | str | None = "",
        flag: str = "",
    ) -> tuple[Fact, ...]:
        """The facts of an entry with what every entry has, and one thing unusual."""
        key = self.key
        usual = {"always": SIDE, "never": "not_side_specific", "not": "not_side_specific"}
        found = [*facts, ("entry_side", (key, side or usual[self.sided]))]
        if any("entry_date" in group for group in self.entries.groups):
            when = self.day if day == "" else day
            assert when is None or isinstance(when, date)
            found.append(
                ("undated", (key,)) if when is None else ("entry_date", (key, when.toordinal()))
            )
        found.append(("cited_undated", (key, self.entries.received)))
        flags = [name for name in self.entries.usual_flags if name != flag]
        if flag and flag not in _USUAL_FLAGS:
            flags.append(flag)
        return (*found, *((name, (key,)) for name in flags))


def merged(one: Iterable[Part], other: Iterable[Part]) -> tuple[Part, ...]:
    """The variables of two spaces as those of one, each with the values that either has."""
    found = {part.name: part for part in one}
    for part in other:
        known = found.get(part.name)
        if known is not None:
            values, twin = {**known.values, **part.values}, {**known.twin, **part.twin}
            part = replace(known, values=values, twin=twin)
        found[part.name] = part
    return tuple(found.values())


def _more(name: str, what: str) -> str:
    return what if name == "there" else f"{name}, {what}"
