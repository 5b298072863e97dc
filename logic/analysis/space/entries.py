"""The variables of the entries of a record: whether each is there, in which form, and details.

Of each entry that is asked for there is one, of entries without a name as many as the counts of the
clauses want. It is not there, or one of its plain forms, or such a form with one thing unusual: its
side, its date, its document, a flag; or two entries of it, which contradict each other or of which
the later one speaks. What it says further is a variable each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, product

from clausewise.facts.columns import EntryKey, Kind, Type, Value
from clausewise.facts.schema import (
    EXACTLY_ONE,
    OPPOSITES,
    RANGES,
    SCHEMA,
    SIDED,
    SIDELESS,
    UNSTATED_SIDE,
)
from clausewise.facts.text import in_words
from clausewise.logic.analysis.space.asked import Asked, column_names, entry_relations, place_of
from clausewise.logic.analysis.space.episodes import episodes, is_usual, two_episodes
from clausewise.logic.analysis.space.parts import (
    ABSENT,
    DATES,
    LATE_BUT_DECIDED,
    LATE_DOCUMENT,
    LATER,
    OTHER_SIDE,
    SIDE,
    UNSTATED,
    Fact,
    Part,
    request_parts,
)
from clausewise.logic.analysis.space.words import detail_title, entry_title

_USUAL_FLAGS = frozenset({"baseline_entry", "therapy_for_joint"})
"""Details that hold of an entry which says nothing else."""
_APART = timedelta(days=7)
_LATE = "in a document received 15 days later"


def parts_of(asked: Asked) -> tuple[Part, ...]:
    """The variables of a symbolic record, those of one entry side by side."""
    found = [*request_parts(asked)]
    for relation in entry_relations(asked):
        found += _Entries(asked, relation).parts()
    return tuple(found)


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
            if schema.kind is Kind.DETAIL and relation in schema.of
        ]
        self.groups = [group for group in EXACTLY_ONE if set(group) <= set(about)]
        grouped = {name for group in self.groups for name in group}
        self.details = [
            name
            for name in about
            if name in asked.relations and name not in grouped and name not in RANGES
        ]
        self.usual_flags = [name for name in about if name in _USUAL_FLAGS]
        self.columns = column_names(relation, Type.NAME)
        self._told_of: dict[str, list[tuple[str, str]]] = {}

    def entries(self) -> Iterator[tuple[tuple[str, ...], int]]:
        """The names of each entry and its number among the entries of the relation."""
        if not self.columns:
            yield from (((), number) for number in range(self.asked.how_many(self.relation)))
            return
        asked = [self.asked.names(self.relation, name) for name in self.columns]
        for last in asked[-1]:
            for names in product(*asked[:-1], (last,)):
                yield names, place_of(names)

    def first_of(self, last: str) -> tuple[str, ...]:
        """The names of the first entry among those with this last name."""
        return next(names for names, _ in self.entries() if names[-1] == last)

    def key(self, names: tuple[str, ...], number: int) -> EntryKey:
        return EntryKey(f"{self.relation}[{' '.join(names) or number + 1}]")

    def title(self, names: tuple[str, ...], number: int) -> str:
        return entry_title(self.relation, self.columns, names or (str(number + 1),))

    def parts(self) -> Iterator[Part]:
        """The variables, in an order in which sets of records stay small: of what speaks about one
        thing, what one leaf asks for of them is near, that of one entry together.
        """
        groups: dict[str, list[Part]] = {}
        for names, number in self.entries():
            group = groups.setdefault(names[-1] if names else str(number), [])
            group += self._of_entry(names, number)
        ordered = sorted(groups.values(), key=self._mean_place)
        for number, group in enumerate(ordered):
            yield from (part for part in group if not part.entry)
            before, after = (
                {self._result(part) for others in some for part in others}
                for some in (ordered[:number], ordered[number + 1 :])
            )

            def place(
                part: Part, before: set[str] = before, after: set[str] = after
            ) -> tuple[int, int]:
                """What is asked of earlier groups too comes first, what of later ones last."""
                result = self._result(part)
                shared = 0 if result in before else 2 if result in after else 1
                return shared if result else 1, self._place(part)

            yield from sorted((part for part in group if part.entry), key=place)

    def _result(self, part: Part) -> str:
        """The result of studies that a detail tells, "" for another detail."""
        return next((result for _, result in self._told_of.get(part.name, ())), "")

    def _place(self, part: Part) -> int:
        """The first leaf that asks for a detail."""
        asked = (self.asked.results.get(each, 0) for each in self._told_of.get(part.name, ()))
        return max(asked, default=0)

    def _mean_place(self, group: Sequence[Part]) -> float:
        places = [self._place(part) for part in group if part.entry]
        return sum(places) / len(places) if places else 0.0

    def _of_entry(self, names: tuple[str, ...], number: int) -> Iterator[Part]:
        title, key = self.title(names, number), self.key(names, number)
        form = _Form(self, names, key, number)
        values = {ABSENT: (), **form.values()}
        twin = _Form(self, names, EntryKey(f"{key}+"), number)
        late = (DATES, frozenset({LATE_DOCUMENT, LATE_BUT_DECIDED}))
        yield Part(
            title,
            values,
            twin=twin.plain_values(),
            needs={value: late for value in values if value.endswith(_LATE)},
        )
        for detail in self.details:
            only = SCHEMA[detail].only
            if only and only not in names:
                continue
            yield from self._of_detail(title, detail, form, twin)

    def _of_detail(self, title: str, detail: str, form: _Form, twin: _Form) -> Iterator[Part]:
        """The variables of what an entry says further; flags are values of the entry itself."""
        schema = SCHEMA[detail]
        further = schema.columns[1:]
        if len(further) != 1:
            return
        (column,) = further
        name = detail_title(title, self.relation, detail, column.name)
        if column.type is Type.REFERENCE:
            yield self._reference(title, name, detail, column.domain or (), form)
            return
        options: Sequence[Value]
        if column.type is Type.NAME:
            options = self.asked.names(detail, column.name)
        elif column.type is Type.NUMBER:
            options = self.asked.numbers(detail, column.name)
        else:
            return
        opposite = OPPOSITES.get(detail)
        if opposite is not None:
            # What is asked of a study differs by its region.
            asked = [pair for pair in self.asked.results if pair[0] in form.names]
            options = [each for each in options if any(each == result for _, result in asked)]

        def title_of(option: Value) -> str:
            return detail_title(title, self.relation, detail, column.name, str(option))

        if column.name not in schema.key:
            values: dict[str, tuple[Fact, ...]] = {UNSTATED: ()}
            values.update({str(v): ((detail, (form.key, v)),) for v in options})
            clashing: dict[str, tuple[Fact, ...]] = {}
            if len(options) > 1:
                first, last = options[0], options[-1]
                told = f"{first} and {last}"
                values[told] = ((detail, (form.key, first)),)
                clashing[told] = ((detail, (twin.key, last)),)
            values.update(self._ranges(detail, form.key, options))
            yield Part(name, values, title, twin=clashing)
        elif opposite is None:
            for option in options:
                facts = ((detail, (form.key, option)),)
                yield Part(title_of(option), {UNSTATED: (), "yes": facts}, title)
        elif detail > opposite:  # told together with its opposite
            for option in options:
                yes, no = (detail, (form.key, option)), (opposite, (form.key, option))
                told_as = {UNSTATED: (), "yes": (yes,), "no": (no,), "yes and no": (yes,)}
                both_ways = {"yes and no": ((opposite, (twin.key, option)),)}
                self._told_of[title_of(option)] = [each for each in asked if each[1] == option]
                yield Part(title_of(option), told_as, title, twin=both_ways)

    def _ranges(
        self, relation: str, key: EntryKey, numbers: Sequence[Value]
    ) -> dict[str, tuple[Fact, ...]]:
        """The ranges that a detail which is a number may be, from one of its values to another."""
        found: dict[str, tuple[Fact, ...]] = {}
        for upper, lower in RANGES.items():
            if lower == relation and upper in self.asked.relations:
                for low, high in combinations(numbers, 2):
                    facts = ((relation, (key, low)), (upper, (key, high)))
                    found[f"{low} to {high}"] = facts
        return found

    def _reference(
        self, title: str, name: str, detail: str, relations: Iterable[str], form: _Form
    ) -> Part:
        """Which entry of another relation it speaks of."""
        values: dict[str, tuple[Fact, ...]] = {UNSTATED: ()}
        needs = {}
        for relation in relations:
            others = _Entries(self.asked, relation)
            named = self.asked.named(relation)
            # Entries that no clause asks for by name are alike: one stands for them.
            known = [each for each in others.entries() if named & set(each[0])]
            other_ones = [each for each in others.entries() if not named & set(each[0])]
            for names, number in (*known, *other_ones[:1]):
                other = others.title(names, number)
                values[other] = ((detail, (form.key, others.key(names, number))),)
                forms = _Form(others, names, others.key(names, number), number).values()
                needs[other] = (other, frozenset(forms))
        return Part(name, values, title, needs=needs)


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
        # Of those that stand together only the first has an unusual day, side or document: sets of
        # records stay small, and no two entries without a name are one event.
        self.first = number == 0 if not names else names == entries.first_of(names[-1])
        self.sided = self._needs_side()
        self.episode = any("therapy_start" in group for group in entries.groups)
        self.dated = any("entry_date" in group for group in entries.groups)

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
        unusual, then two entries."""
        plain = self._plain()
        found = self.plain_values()
        for name, facts in plain.items():
            if not self.episode or is_usual(name):
                found.update(self._unusual(name, facts))
        return {**found, **self._measured_ranges(), **self._contrary(plain)}

    def plain_values(self) -> dict[str, tuple[Fact, ...]]:
        """The values with nothing unusual."""
        return {name: self._entry(facts) for name, facts in self._plain().items()}

    def _unusual(
        self, name: str, facts: tuple[Fact, ...]
    ) -> Iterator[tuple[str, tuple[Fact, ...]]]:
        """A plain form with each thing that may be unusual of it."""
        asked = self.asked
        if self.sided == "always":
            yield _more(name, "side not stated"), self._entry(facts, side=UNSTATED_SIDE)
        if self.sided != "never" and self.first:
            yield _more(name, "of the other side"), self._entry(facts, side=OTHER_SIDE)
            yield _more(name, "of both sides"), self._entry(facts, side="bilateral")
        if self.dated and self.first:
            yield _more(name, "not dated"), self._entry(facts, day=None)
            for what, day in asked.days(self.entries.relation).items():
                yield _more(name, what), self._entry(facts, day=day)
        for flag in self._flags():
            what = f"not {in_words(flag)}" if flag in _USUAL_FLAGS else in_words(flag)
            yield _more(name, what), self._entry(facts, flag=flag)
        received = self.entries.received
        if "cited_document" in asked.relations and self.first:
            of = self.day if self.dated else self.entries.day
            earlier = ("cited_document", (self.key, received, (of - timedelta(days=1)).toordinal()))
            told = "in a document dated a day before it" if self.dated else "in a document of then"
            yield _more(name, told), self._entry(facts, source=(earlier,))
        if "document_received" in asked.relations and self.first:
            late = (asked.received + LATER).toordinal()
            source = (("cited_undated", (self.key, late)), ("document_received", (late,)))
            yield _more(name, _LATE), self._entry(facts, source=source)

    def _flags(self) -> list[str]:
        return [each for each in self.entries.details if len(SCHEMA[each].columns) == 1]

    def _plain(self) -> dict[str, tuple[Fact, ...]]:
        """The forms that differ in what an entry has to say."""
        relation, key = self.entries.relation, self.key
        numbers = self._numbers()
        if numbers is not None:
            return {str(value): ((relation, (key, *self.names, value)),) for value in numbers}
        base = (relation, (key, *self.names))
        if self.episode:
            # Of kinds that clauses treat alike one suffices, and sets of records stay small.
            adjoins = all(
                self.asked.is_first_alike(relation, column, name)
                for column, name in zip(self.entries.columns, self.names, strict=True)
            )
            told = episodes(self.asked, relation, key, adjoins=adjoins)
            return {name: (base, *facts) for name, facts in told.items()}
        choices = [group for group in self.entries.groups if set(group) & set(OPPOSITES)]
        if not choices:
            return {"there": (base,)}
        return {in_words(each): (base, (each, (key,))) for group in choices for each in group}

    def _numbers(self) -> tuple[int, ...] | None:
        """The values of an entry that is a number; None of another one."""
        relation = self.entries.relation
        (column, *_) = (*column_names(relation, Type.NUMBER), "")
        return self.asked.numbers(relation, column, self.names) if column else None

    def _measured_ranges(self) -> dict[str, tuple[Fact, ...]]:
        """An entry that is a range, from one of its values to another."""
        relation, key = self.entries.relation, self.key
        found = {}
        for upper, lower in RANGES.items():
            if lower == relation and upper in self.asked.relations:
                for low, high in combinations(self._numbers() or (), 2):
                    facts: tuple[Fact, ...] = (
                        (relation, (key, *self.names, low)),
                        (upper, (key, high)),
                    )
                    found[f"{low} to {high}"] = self._entry(facts)
        return found

    def _contrary(self, plain: Mapping[str, tuple[Fact, ...]]) -> dict[str, tuple[Fact, ...]]:
        """Two entries that say otherwise, the first plain form and the last: of one day, the one
        without its side, or the one a day later."""
        if len(plain) < 2:
            return {}
        second = _Form(self.entries, self.names, EntryKey(f"{self.key}~"), 0)
        second.day = self.day
        if self.episode:
            return {
                name: (*self._entry(one), *second._entry(other))
                for name, one, other in two_episodes(plain, second.key)
            }
        (first, one), *_, (last, other) = plain.items()

        def moved(facts: Iterable[Fact]) -> tuple[Fact, ...]:
            return tuple((name, (second.key, *row[1:])) for name, row in facts)

        found = {f"{first} and {last}": (*self._entry(one), *second._entry(moved(other)))}
        day = self.day + timedelta(days=1)
        for a, facts, b, others in ((first, one, last, other), (last, other, first, one)):
            more = moved(others)
            if self.sided == "always":
                whole = (*self._entry(facts), *second._entry(more, side=UNSTATED_SIDE))
                found[f"{a}, and {b} without its side"] = whole
            if self.dated:
                whole = (*self._entry(facts), *second._entry(more, day=day))
                found[f"{a}, a day later {b}"] = whole
                if "revises" in self._flags():
                    whole = (*self._entry(facts), *second._entry(more, day=day, flag="revises"))
                    found[f"{a}, a day later revised to {b}"] = whole
        return found

    def _entry(
        self,
        facts: Iterable[Fact],
        *,
        side: str = "",
        day: date | str | None = "",
        flag: str = "",
        source: tuple[Fact, ...] = (),
    ) -> tuple[Fact, ...]:
        """The facts of an entry with what every entry has, and one thing unusual."""
        key = self.key
        usual = {"always": SIDE, "never": "not_side_specific", "not": "not_side_specific"}
        found = [*facts, ("entry_side", (key, side or usual[self.sided]))]
        if self.dated:
            when = self.day if day == "" else day
            assert when is None or isinstance(when, date)
            found.append(
                ("undated", (key,)) if when is None else ("entry_date", (key, when.toordinal()))
            )
        found += source or (("cited_undated", (key, self.entries.received)),)
        flags = [name for name in self.entries.usual_flags if name != flag]
        if flag and flag not in _USUAL_FLAGS:
            flags.append(flag)
        return (*found, *((name, (key,)) for name in flags))


def _more(name: str, what: str) -> str:
    return what if name == "there" else f"{name}, {what}"
