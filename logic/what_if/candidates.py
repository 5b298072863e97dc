"""What could be documented: the entries and details that clauses could use.

Which ones are possible follows from what the rules ask for and from the case format: new entries,
what entries of the record leave open, and what the request could state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from clausewise.facts.case.editing import edited, plain_entry
from clausewise.facts.case.model import Entry
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.warnings import needs_side
from clausewise.facts.columns import Kind, Row
from clausewise.facts.relations.from_case import REQUEST_FIELDS
from clausewise.facts.schema import OPPOSITES, SCHEMA
from clausewise.facts.text import in_words
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.explain.uncounted import Uncounted
from clausewise.logic.language.rules import Total
from clausewise.logic.program.demand import Asking, limits, span_of
from clausewise.logic.program.dependencies import cone
from clausewise.logic.what_if.asked_entries import (
    MOST_EVENTS,
    AskedEntry,
    asked_entries,
    demand_of,
    details_that_help,
    earliest_day,
    latest_days,
    rows_by_entry,
)
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.fields import (
    KEY,
    LISTS,
    NUMBERS,
    day_details,
    entry_data,
    optional,
)
from clausewise.logic.what_if.words import described

MOST_OPEN = 16
"""Entries of one kind whose gaps are looked at for a clause: those that lack the least."""


@dataclass(slots=True)
class Proposals:
    """Candidates by what they are about, and what of the record was not looked at."""

    by_subject: dict[str, list[Candidate]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def add(self, subject: str, candidate: Candidate) -> None:
        self.by_subject.setdefault(subject, []).append(candidate)

    def __iter__(self) -> Iterator[Candidate]:
        for several in self.by_subject.values():
            yield from several


def open_leaves(line: LineDecision, labels: Iterable[str]) -> tuple[str, ...]:
    """The leaves among these that documents can still settle: undetermined criteria, and
    whatever the record says both ways."""
    policy = line.program.policy
    return tuple(
        label
        for label in labels
        if not policy.clauses[label].gate
        and line.statuses.get(label) in ("undocumented", "conflicting")
        and (policy.clauses[label].kind == "criterion" or line.statuses[label] == "conflicting")
    )


def documentation_for(
    decision: Decision,
    line: LineDecision,
    labels: Iterable[str],
    *,
    status: str = "met",
    latest: date | None = None,
) -> Proposals:
    """Entries and details that could help these clauses to the status, new ones dated by
    ``latest``."""
    labels = tuple(labels)
    found = Proposals()
    last = latest_days(decision)[0] if latest is None else latest
    first = min(earliest_day(decision, line, labels), last)
    for label in labels:
        asked_for = demand_of(decision, line, label, status).facts
        _stated(decision, found, asked_for)
        _numbers(decision, found, asked_for)
    for number, asked in enumerate(asked_entries(decision, line, labels, status)):
        maker = _Maker(decision, line, asked, status, (first, last), number)
        for candidate in maker.new():
            found.add(asked.subject, candidate)
        several = sorted(maker.of_the_record(), key=lambda each: len(each[1].edits))
        for key, candidate in several[:MOST_OPEN]:
            found.add(key, candidate)
        if len(several) > MOST_OPEN:
            found.left_out.append(
                f"{' '.join(asked.labels)}: what {len(several) - MOST_OPEN} of the "
                f"{in_words(LISTS[asked.relation])} leave open; those that lack the least were "
                "looked at"
            )
    return found


def _stated(decision: Decision, found: Proposals, facts: Iterable[Asking]) -> None:
    """What the request could state besides what it states."""
    for asking in facts:
        schema = SCHEMA[asking.relation]
        place, name = REQUEST_FIELDS.get(asking.relation), asking.columns[0]
        stated = [row[0] for row in decision.rows.get(asking.relation, ())]
        of_several = schema.key == (schema.columns[0].name,) and not schema.required
        if place is None or not asking.helps or not of_several:
            continue
        if not isinstance(name, str) or name in stated:
            continue
        edits = {place: [*stated, name]}
        found.add(place, described(decision.case, Candidate(f"{place} {name}", "", "", edits)))


def _numbers(decision: Decision, found: Proposals, facts: Iterable[Asking]) -> None:
    """What the case could state as a number and does not, such as the age of the member."""
    for name, place in NUMBERS.items():
        asked = [each for each in facts if each.relation == name and each.helps and each.bounds]
        if not asked or decision.rows.get(name):
            continue
        span = span_of(limit for each in asked for limit in limits(each, 0))
        value = span[1] if span[0] is None else span[0]
        candidate = Candidate(f"{place} {value}", "", "", {place: value}, within={name: span})
        found.add(place, described(decision.case, candidate))


class _Maker:
    """Candidates for one kind of entry that is asked for."""

    def __init__(
        self,
        decision: Decision,
        line: LineDecision,
        asked: AskedEntry,
        status: str,
        days: tuple[date, date],
        number: int,
    ) -> None:
        self.decision, self.line, self.asked, self.status = decision, line, asked, status
        self.first, self.last = days
        self.number = number
        self.days = day_details(asked.relation)
        self.place = f"{LISTS[asked.relation]}+"

    def new(self) -> Iterator[Candidate]:
        """New entries, one for each event that may be counted, and for each way to state it."""
        before: str | None = None
        for number in range(self.asked.events):
            alike: list[Candidate] = []
            for way, rows in self._ways():
                data = self._data(rows, number)
                if data is None:
                    continue
                if self._is_event_of_its_own(data):  # which revises nothing
                    data.pop("revises", None)
                name = f"{self.asked.subject}{way}" + (f" {number + 1}" if before else "")
                alike.append(self._candidate(name, data, self._lasting(), after=before))
            for position, each in enumerate(alike):
                # A study is asked for what it excludes before what it shows.
                rather = tuple(other.name for other in alike[:position])
                yield replace(each, rather=rather if self.asked.relation == "imaging" else ())
            if not alike:
                return
            before = alike[0].name

    def _ways(self) -> Iterator[tuple[str, list[tuple[str, Row]]]]:
        """The rows of the entry, where it may state one thing or its opposite in each way."""
        rows = list(self.asked.rows())
        opposed = [name for name in self.asked.details if name in OPPOSITES]
        if not opposed:
            yield "", rows
            return
        for kept in sorted(opposed, key=lambda name: name not in _DENYING):
            told = {row for name, row in rows if name == kept}
            other = OPPOSITES[kept]
            yield (
                f" {kept}",
                [
                    (name, row)
                    for name, row in rows
                    if name != other or (row not in told and len(row) > 1)
                ],
            )

    def _data(
        self, rows: list[tuple[str, Row]], number: int, until: date = date.max
    ) -> dict[str, Any] | None:
        last = min(self.last, until)
        days = [last.toordinal()]
        if len(self.days) > 1:
            days = [min(self.first, last).toordinal(), last.toordinal()]
        elif self.asked.events > 1:
            days = [self._free_day(number, last)]
        dated = [(name, (KEY, day)) for name, day in zip(self.days, days, strict=False)]
        return entry_data(self.decision.rows, [*rows, *dated], self.line.side)

    def _taken(self) -> set[Any]:
        """The days that entries of the kind have."""
        return {day for name in self.days for _, day in self.decision.rows.get(name, ())}

    def _is_event_of_its_own(self, data: Mapping[str, Any]) -> bool:
        """Whether an entry is of an event, such as an injection, on a day that no other has."""
        if self.asked.columns or "date" not in data:
            return False
        return date.fromisoformat(data["date"]).toordinal() not in self._taken()

    def _free_day(self, number: int, last: date) -> int:
        """A day that no entry of the kind has, so that each new event is one of its own."""
        taken = self._taken()
        day = min(self.line.anchor, last).toordinal()
        for _ in range(number + 1 + MOST_EVENTS * self.number):
            day -= 1
            while day in taken:
                day -= 1
        return day

    def _lasting(self) -> tuple[str, ...]:
        """The days of a new entry that may be moved to ask for less."""
        if len(self.days) > 1:
            return ("start", "end")
        return () if self.asked.events > 1 else ("date",)

    @cached_property
    def _beside(self) -> tuple[str, ...]:
        """The episodes of the record of which all days count, for clauses that add them up."""
        if len(self.days) < 2 or not self.decision.rows.get(self.asked.relation):
            return ()
        uncounted = Uncounted(self.decision, self.line)
        return tuple(
            key
            for label in self.asked.labels
            if self.line.statuses.get(label) != "conflicting" and self._adds_up(label)
            for key, reasons in uncounted.of(label).items()
            if not reasons
        )

    def _adds_up(self, label: str) -> bool:
        """Whether a clause asks for a sum or a number of what is documented."""
        rules = cone(self.line.program, label, readings=self.decision.choices.readings)
        return any(isinstance(each, Total) for rule in rules for each in rule.body)

    def _candidate(
        self, name: str, data: dict[str, Any], shortened: tuple[str, ...], **more: Any
    ) -> Candidate:
        candidate = Candidate(name, "", "", {self.place: data}, shortened=shortened, **more)
        return described(
            self.decision.case,
            replace(
                candidate,
                by=self.last.isoformat(),
                alike=tuple(self.asked.alike),
                beside=self._beside,
                within=self.asked.within,
            ),
        )

    # --- entries of the record ----------------------------------------------------------------

    def of_the_record(self) -> Iterator[tuple[str, Candidate]]:
        """What entries of the kind leave open, and notes that tell more of the same event."""
        for position, (key, rows) in enumerate(rows_by_entry(self.decision.rows).items()):
            if not self._is_of_kind(rows):
                continue
            lacking = self._lacking(key, rows, position)
            if lacking is not None:
                yield key, lacking
            further = self._further_note(key, rows, lacking)
            if further is not None:
                yield key, further
            if (elsewhere := self._on_other_side(key)) is not None:
                yield key, elsewhere

    def _on_other_side(self, key: str) -> Candidate | None:
        """That what rules the line out is of the other side, of an entry that states no side."""
        entry = self.decision.entries[key]
        other = _OTHER_SIDE.get(self.line.side)
        if self.status == "met" or other is None or not needs_side(entry):
            return None
        if getattr(entry, "side", None) is not None:
            return None
        name = self._named("side of", key)
        candidate = Candidate(name, "", "", {f"{key}.side": other}, by=self.last.isoformat())
        return described(self.decision.case, candidate)

    def _is_of_kind(self, rows: list[tuple[str, Row]]) -> bool:
        names = [row[1:] for name, row in rows if name == self.asked.relation]
        return any(_same_names(own, kind) for own in names for kind in self.asked.kinds)

    def _wanted_rows(self, own: Row) -> list[tuple[str, Row]]:
        """The rows of an entry with these columns that says all that helps."""
        asked = AskedEntry(self.asked.relation, own, self.asked.labels)
        asked.details = {**self.asked.details}
        for label in self.asked.labels:
            wanted = demand_of(self.decision, self.line, label, self.status)
            asked.add(details_that_help(wanted, asked.relation, own))
        return list(asked.rows())

    def _lacking(self, key: str, rows: list[tuple[str, Row]], position: int) -> Candidate | None:
        """What the entry leaves open of all that helps; None when it leaves nothing open."""
        own = next(row[1:] for name, row in rows if name == self.asked.relation)
        wanted = [
            (name, row)
            for name, row in self._wanted_rows(own)
            if OPPOSITES.get(name) not in {each for each, _ in rows} or len(row) > 1
        ]
        if _opposed(wanted):
            wanted = [each for each in wanted if each[0] not in OPPOSITES or each[0] in _DENYING]
        entry = self.decision.entries[key]
        data = self._data(wanted, position, self._known_until(entry))
        if data is None:
            return None
        present = _plain(self.decision.entries[key])
        if _cannot_serve(data, present):
            return None
        edits: dict[str, Any] = {}
        may_be_left_out = optional(entry)
        for name, value in data.items():
            if isinstance(value, dict):
                edits |= {
                    f"{key}.{name}.{each}": answer
                    for each, answer in value.items()
                    if each not in present.get(name, {})
                }
            elif isinstance(present.get(name), list) and isinstance(value, (int, float)):
                low, high = present[name]  # a range that a number within it would settle
                if low < value <= high:
                    edits[f"{key}.{name}"] = value
            elif name not in present and name in may_be_left_out:
                edits[f"{key}.{name}"] = value
        edits = _in_order_of_days(edits, key, present)
        edits = {place: value for place, value in edits.items() if self._fits(place, value)}
        if not edits:
            return None
        shortened = tuple(place for place in edits if place.endswith((".start", ".end")))
        candidate = Candidate(
            self._named("gaps of", key),
            "",
            "",
            edits,
            shortened=shortened,
            by=self.last.isoformat(),
            within=self.asked.within,
        )
        return described(self.decision.case, candidate)

    def _known_until(self, entry: Entry) -> date:
        """The last day that the documents of an entry can tell of; any day where one is undated."""
        dates = {each.id: each.date for each in self.decision.case.documents}
        cited = [dates.get(getattr(each, "document", None) or "") for each in entry.sources]
        days = [each for each in cited if each is not None]
        return max(days) if days and len(days) == len(cited) else date.max

    def _is_disputed(self) -> bool:
        """Whether the record says both of one of the clauses, so that a note could settle it."""
        statuses = self.line.statuses
        return any(statuses.get(label) == "conflicting" for label in self.asked.labels)

    def _named(self, what: str, key: str) -> str:
        return f"{what} {key} for {self.asked.subject}"

    def _fits(self, place: str, value: Any) -> bool:
        """Whether the entry may say this beside what it says."""
        try:
            edited(self.decision.case, [(place, value)])
        except InputError:
            return False
        return True

    def _further_note(
        self, key: str, rows: list[tuple[str, Row]], lacking: Candidate | None
    ) -> Candidate | None:
        """A note that tells more of the same event; None where the entry speaks against it."""
        own = next(row[1:] for name, row in rows if name == self.asked.relation)
        events = len(self.days) > 1 or not self.asked.columns
        dated = [(name, (KEY, *row[1:])) for name, row in rows if name in self.days]
        if not events or not dated or any(_matches(each, rows) for each in self.asked.against):
            return None
        wanted = dict.fromkeys([*self._wanted_rows(own), *dated])
        said = {name for name, _ in dated}
        if set(self.days) <= said and lacking is None and not self._is_disputed():
            return None
        if len(self.days) > 1 and self.days[-1] not in said:
            wanted[self.days[-1], (KEY, max(self.last.toordinal(), int(dated[0][1][1])))] = None
        if len(self.days) > 1 and self.days[0] not in said:
            return None
        entry = self.decision.entries[key]
        side = getattr(entry, "side", None)
        data = entry_data(self.decision.rows, wanted, self.line.side)
        if data is None:
            return None
        if _cannot_serve(data, _plain(self.decision.entries[key])):
            return None
        if side is not None:
            data["side"] = side
        data["revises"] = True
        rather = () if lacking is None else (lacking.name,)
        shortened = ("end",) if len(self.days) > 1 and self.days[-1] not in said else ()
        name = self._named("note on", key)
        return self._candidate(name, data, shortened, rather=rather, about=key)


_OTHER_SIDE = {"left": "right", "right": "left"}
_DENYING = frozenset(name for name in OPPOSITES if "exclude" in name or "absent" in name)


def _opposed(rows: Iterable[tuple[str, Row]]) -> bool:
    told = set(rows)
    return any((OPPOSITES[name], row) in told for name, row in told if name in OPPOSITES)


def _same_names(own: Row, wanted: Row) -> bool:
    """Whether two rows of entries have the same names; numbers may differ."""
    return len(own) == len(wanted) and all(
        one == other for one, other in zip(own, wanted, strict=True) if isinstance(other, str)
    )


def _cannot_serve(wanted: dict[str, Any], present: dict[str, Any]) -> bool:
    """Whether an entry lists other things than those that are asked for, and so is of another kind:
    a purpose, an agent."""
    return any(
        isinstance(value, list)
        and isinstance(present.get(name), list)
        and not set(value) & set(present[name])
        for name, value in wanted.items()
    )


def _plain(entry: Entry) -> dict[str, Any]:
    """An entry as a case file has it."""
    return {
        field: value.isoformat() if isinstance(value, date) else value
        for field, value in plain_entry(entry).items()
    }


def _in_order_of_days(edits: dict[str, Any], key: str, present: dict[str, Any]) -> dict[str, Any]:
    """The edits with days that do not lie the wrong way round."""
    start = edits.get(f"{key}.start"), present.get("start")
    end = edits.get(f"{key}.end"), present.get("end")
    if start[0] is not None and end[1] is not None:
        edits[f"{key}.start"] = min(start[0], end[1])
    if end[0] is not None and start[1] is not None:
        edits[f"{key}.end"] = max(end[0], start[1])
    return edits


def _matches(asking: Asking, rows: list[tuple[str, Row]]) -> bool:
    """Whether an entry states what speaks against it outright."""
    named = any(each is not None for each in asking.columns) or asking.bounds
    if asking.helps or not named or SCHEMA[asking.relation].kind is not Kind.DETAIL:
        return False
    for name, row in rows:
        if name == asking.relation and all(
            wanted in (None, own) for wanted, own in zip(asking.columns, row, strict=True)
        ):
            compared = [_holds(row[place], sign, number) for place, sign, number in asking.bounds]
            if all(compared):
                return True
    return False


def _holds(value: Any, sign: str, number: int) -> bool:
    compared: dict[str, bool] = {
        ">=": value >= number,
        ">": value > number,
        "<": value < number,
        "<=": value <= number,
    }
    return compared[sign]
