"""The nearest date that crosses a look-back or ordering boundary.

Which boundaries a date has follows from the rules in force: the anchor, the beginning of a period
that a clause looks back over, another entry that speaks later. The days of a therapy are counted,
so its boundary is searched for with the rules themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache

from clausewise.facts.case.model import (
    Case,
    Entry,
    Finding,
    Injection,
    Measurement,
    Source,
    Therapy,
)
from clausewise.facts.relations.calendar import months_earlier
from clausewise.facts.relations.from_case import relation_of
from clausewise.logic.decision.decide import Decision, LineDecision, base_facts, status_in
from clausewise.logic.derivation.model import Model
from clausewise.logic.language.status import DERIVED, Status
from clausewise.logic.program.dependencies import cone, uses
from clausewise.logic.program.program import Program
from clausewise.logic.what_if.asked_entries import latest_days

DAY = timedelta(days=1)


def moved_dates(
    decision: Decision, line: LineDecision, key: str, entry: Entry
) -> Iterator[tuple[str, date, date]]:
    """The fields of an entry that hold a date, with the date now and one across a boundary.

    For a therapy each is the nearest date that changes the status of a clause; for other entries a
    boundary that the rules in force compare with. Fields without a date are passed over, and so are
    days after the documents that the entry was read in: that would only take it out.
    """
    if isinstance(entry, Therapy):
        yield from _of_therapy(decision, line, entry)
        return
    now: date | None = getattr(entry, "date", None)
    if now is None:
        return
    told = _last_told(decision.case, entry)
    for day in sorted(_across(decision, line, key, entry, now)):
        if day <= told:
            yield "date", now, day


def _last_told(case: Case, entry: Entry) -> date:
    """The last day that the documents of an entry can know of, as far as they have a day."""
    dated = {each.id: each.date for each in case.documents if each.date is not None}
    documents = [source.document for source in entry.sources if isinstance(source, Source)]
    days = [dated[each] for each in documents if each in dated]
    return max(days) if days and len(days) == len(entry.sources) else date.max


def _across(
    decision: Decision, line: LineDecision, key: str, entry: Entry, now: date
) -> Iterator[date]:
    latest = latest_days(decision)[0]
    if now > latest:
        yield latest
        return
    for start in _period_starts(decision, line, entry):
        yield start if now < start else start - DAY
    if not isinstance(entry, (Finding, Measurement, Injection)):
        return
    others = [
        day
        for place, other in decision.case.entries()
        if place != key and _same_matter(entry, other)
        if (day := getattr(other, "date", None)) is not None and day <= latest
    ]
    if isinstance(entry, Injection):
        if now in others:
            yield next(day for back in range(1, 2000) if (day := now - back * DAY) not in others)
    elif others and (last := max(others)) >= now and last < latest:
        yield last + DAY


def _same_matter(entry: Entry, other: Entry) -> bool:
    """Whether the later of two entries speaks for both, or both share an occasion."""
    if isinstance(entry, Finding) and isinstance(other, Finding):
        return entry.finding == other.finding and entry.present != other.present
    if isinstance(entry, Measurement) and isinstance(other, Measurement):
        return entry.measure == other.measure and entry.value != other.value
    return isinstance(entry, Injection) and isinstance(other, Injection)


def _period_starts(decision: Decision, line: LineDecision, entry: Entry) -> frozenset[date]:
    """The first days of the periods in which a clause in force wants such an entry dated."""
    readings = tuple(decision.choices.readings.items())
    asked = entry.finding if isinstance(entry, Finding) else relation_of(entry)
    months = {
        decision.choices.parameters[name]
        for label in line.statuses
        for name in _periods(line.program, label, readings).get(asked, ())
    }
    return frozenset(
        date.fromordinal(int(earlier))
        for anchor, period, earlier in decision.rows["months_before"]
        if period in months and int(anchor) == line.anchor.toordinal()
    )


@cache
def _periods(
    program: Program, label: str, readings: tuple[tuple[str, str], ...]
) -> Mapping[str, frozenset[str]]:
    """The parameters that a clause looks back by, for each relation and each name that it uses.

    Only rules that these readings leave in force are followed. A clause that uses findings asks for
    some of them, by their names.
    """
    used: set[str] = set()
    periods: set[str] = set()
    for rule in cone(program, label, readings=dict(readings)):
        atoms = [atom for atom, _ in rule.atoms()]
        names = {atom.relation.name for atom in atoms}
        used |= names
        used |= {term for atom in atoms for term in atom.terms if isinstance(term, str)}
        if {"entry_date", "months_before"} <= names:
            periods |= {
                str(atom.terms[0])
                for atom in atoms
                if atom.relation.name == "parameter"
                and program.policy.parameter[str(atom.terms[0])].unit == "months"
            }
    return dict.fromkeys(used, frozenset(periods))


def _of_therapy(
    decision: Decision, line: LineDecision, entry: Therapy
) -> Iterator[tuple[str, date, date]]:
    labels = [
        label for label in line.statuses if "therapy_end" in uses(line.program, label).relations
    ]
    window = _earliest_start(decision, line, labels, entry)
    keys = [f"{status}[{label}]" for label in labels for status in DERIVED]
    plan = line.program.plan.without(frozenset(), *keys)
    case, now = decision.case, [line.statuses[label] for label in labels]

    def changes(field: str) -> Callable[[date], bool]:
        def at(day: date) -> bool:
            moved = entry.model_copy(update={field: day})
            therapies = tuple(moved if each is entry else each for each in case.therapies)
            changed = case.model_copy(update={"therapies": therapies})
            rows = base_facts(changed, decision.policy, decision.choices)
            return _statuses(Model(plan, rows), labels, line.side) != now

        return at

    if entry.end is not None:
        earliest = max(entry.start or window, window)
        for limit in (line.anchor, earliest):
            if (day := _nearest(entry.end, limit, changes("end"))) is not None:
                yield "end", entry.end, day
    if entry.start is not None:
        latest = min(entry.end or line.anchor, line.anchor)
        for limit in (window, latest):
            if (day := _nearest(entry.start, limit, changes("start"))) is not None:
                yield "start", entry.start, day


def _earliest_start(
    decision: Decision, line: LineDecision, labels: list[str], entry: Therapy
) -> date:
    """A day from which on the first day of a therapy matters to these clauses.

    They look back, or ask for so much time, by no more than their longest number of months.
    """
    months = [
        decision.choices.parameters[name]
        for label in labels
        for name in uses(line.program, label).parameters
        if line.program.policy.parameter[name].unit == "months"
    ]
    days = (line.anchor, entry.start or line.anchor, entry.end or line.anchor)
    return months_earlier(min(days), max(months, default=0))


def _statuses(model: Model, labels: list[str], side: str) -> list[Status]:
    return [status_in(model.rows, label, side) for label in labels]


def _nearest(now: date, limit: date, changed: Callable[[date], bool]) -> date | None:
    """The date nearest to now, on the way to the limit, that changes something; None if none does.

    More days of a therapy never count for less, so halving the way finds it.
    """
    way = (limit - now).days
    if way == 0 or not changed(limit):
        return None
    step = 1 if way > 0 else -1
    low, high = 0, abs(way)
    while high - low > 1:
        middle = (low + high) // 2
        if changed(now + middle * step * DAY):
            high = middle
        else:
            low = middle
    return now + high * step * DAY
