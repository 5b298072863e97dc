"""A case as facts: rows of the relations in ``facts.schema``, each row traceable to its entry.

Only vocabulary names, numbers, day ordinals, sides and keys made here become part of a row. Text
that a case brings along (names, titles, quotes, an unknown procedure) stays outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from clausewise.facts.case.model import (
    Case,
    Document,
    Entry,
    Finding,
    ImagingStudy,
    Injection,
    Measurement,
    Therapy,
    TherapyInability,
    Visit,
)
from clausewise.facts.case.values import Amount
from clausewise.facts.columns import EntryKey, Row
from clausewise.facts.relations.calendar import months_earlier, shortest_period
from clausewise.facts.schema import KNOWN_PLANS, OTHER_PLAN, REGIONS_WITHOUT_SIDES, UNSTATED_SIDE
from clausewise.facts.vocabulary.words import VOCABULARY

NOT_THERE = EntryKey("therapies[?]")
"""Stands for an episode that something refers to and that is not, or not yet, in the record."""


REQUEST_FIELDS = {
    "line": "request.side",
    "procedure": "request.procedure",
    "procedure_code": "request.procedure",
    "received": "request.received",
    "planned_service_date": "request.planned_service_date",
    "decided": "request.decided",
    "document_received": "documents",
    "plan": "request.plan",
    "member_age": "member.age",
    "purpose": "request.purpose",
    "stated_diagnosis": "request.diagnoses",
    "record_complete": "record_complete",
}
"""The field of a case that the rows of these relations are read from."""

MAY_BE_ANCHORS = ("received", "planned_service_date")
"""The relations of the days that periods may be counted back from."""


def bounds(amount: Amount) -> tuple[int | Decimal, int | Decimal]:
    """The least and the greatest number that an amount stands for."""
    return amount if isinstance(amount, tuple) else (amount, amount)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def case_facts(case: Case) -> dict[str, tuple[Row, ...]]:
    """The rows of ``case`` by relation, without parameters, readings and calendar rows."""
    collected: dict[str, list[Row]] = {}
    for name, row in _request_rows(case):
        collected.setdefault(name, []).append(row)
    therapy_keys = {
        therapy.id: EntryKey(f"therapies[{number}]")
        for number, therapy in enumerate(case.therapies)
        if therapy.id is not None
    }
    documents = {document.id: document for document in case.documents}
    received = case.request.received
    for key, entry in case.entries():
        cited = _cited_rows(key, entry, documents, received)
        for name, row in (*_entry_rows(key, entry, therapy_keys), *cited):
            collected.setdefault(name, []).append(row)
    facts = {name: tuple(dict.fromkeys(rows)) for name, rows in collected.items()}
    return {**facts, **days_of_record(facts)}


def days_of_record(facts: Mapping[str, Iterable[Row]]) -> dict[str, tuple[Row, ...]]:
    """The rows of ``day_of_record``, which follow from those of ``entry_date`` and
    ``therapy_start``."""
    dated = (*facts.get("entry_date", ()), *facts.get("therapy_start", ()))
    days = tuple(dict.fromkeys((day,) for _, day in dated))
    return {"day_of_record": days} if days else {}


def _request_rows(case: Case) -> Iterator[tuple[str, Row]]:
    request = case.request
    for side in case.sides:
        yield "line", (side,)
    yield "procedure", (VOCABULARY.procedure_named(request.procedure) or "other",)
    if VOCABULARY.procedure_of_code(request.procedure) is not None:
        yield "procedure_code", (request.procedure,)
    yield "received", (request.received.toordinal(),)
    if request.planned_service_date is not None:
        yield "planned_service_date", (request.planned_service_date.toordinal(),)
    if request.decided is not None:
        yield "decided", (request.decided.toordinal(),)
    for document in case.documents:
        if document.received is not None:
            yield "document_received", (document.received.toordinal(),)
    yield "plan", (request.plan if request.plan in KNOWN_PLANS else OTHER_PLAN,)
    if case.member is not None and case.member.age is not None:
        yield "member_age", (case.member.age,)
    for purpose in request.purpose:
        yield "purpose", (purpose,)
    for diagnosis in request.diagnoses:
        yield "stated_diagnosis", (diagnosis,)
    for domain in case.record_complete:
        yield "record_complete", (domain,)


def _cited_rows(
    key: EntryKey, entry: Entry, documents: Mapping[str, Document], requested: date
) -> Iterator[tuple[str, Row]]:
    """When the plan had the sources of an entry, and of which date they are.

    An entry without a source, a source that is no listed document, and one whose receipt is not
    stated came with the request.
    """
    if not entry.sources:
        yield "cited_undated", (key, requested.toordinal())
    for source in entry.sources:
        document = None if isinstance(source, str) else documents.get(source.document or "")
        received = requested
        if document is not None and document.received is not None:
            received = document.received
        if document is None or document.date is None:
            yield "cited_undated", (key, received.toordinal())
        else:
            yield "cited_document", (key, received.toordinal(), document.date.toordinal())


def relation_of(entry: Entry) -> str:
    """The relation that holds the entries of this kind: ``finding``, ``imaging``, …"""
    return next(iter(_entry_rows(EntryKey(), entry, {})))[0]


def _entry_rows(
    key: EntryKey, entry: Entry, therapy_keys: Mapping[str, EntryKey]
) -> Iterator[tuple[str, Row]]:
    if isinstance(entry, Finding):
        yield "finding", (key, entry.finding)
        yield "documented_present" if entry.present else "documented_absent", (key,)
        yield from _context(key, entry.context)
        yield from _sided(key, entry.side, VOCABULARY.findings[entry.finding].side_specific)
        yield from _dated(key, entry.date)
        for place in entry.radiates_to:
            yield "radiates_to", (key, place)
        if entry.revises:
            yield "revises", (key,)
    elif isinstance(entry, Measurement):
        low, high = bounds(entry.value)
        yield "measurement", (key, entry.measure, low)
        if high != low:
            yield "measured_up_to", (key, high)
        if entry.revises:
            yield "revises", (key,)
        yield from _context(key, entry.context)
        yield from _sided(key, entry.side, VOCABULARY.measures[entry.measure].side_specific)
        yield from _dated(key, entry.date)
    elif isinstance(entry, Therapy):
        yield from _therapy_rows(key, entry)
    elif isinstance(entry, TherapyInability):
        yield "inability", (key, entry.reason)
        yield from _sided(key, entry.side, False)
        yield from _dated(key, entry.date)
        if entry.therapy is not None:
            # As of an earlier day the episode itself may not have been received yet.
            yield "inability_therapy", (key, therapy_keys.get(entry.therapy, NOT_THERE))
    elif isinstance(entry, Injection):
        yield from _injection_rows(key, entry)
    elif isinstance(entry, Visit):
        yield from _visit_rows(key, entry)
    elif isinstance(entry, ImagingStudy):
        yield "imaging", (key, entry.modality, entry.region)
        for result, shown in entry.results.items():
            yield "study_shows" if shown else "study_excludes", (key, result)
        sided = entry.region not in REGIONS_WITHOUT_SIDES
        yield from _sided(key, entry.side if sided else None, sided)
        yield from _dated(key, entry.date)
        if entry.revises:
            yield "revises", (key,)


def _visit_rows(key: EntryKey, entry: Visit) -> Iterator[tuple[str, Row]]:
    yield "visit", (key, entry.visit)
    yield from _sided(key, None, False)
    yield from _dated(key, entry.date)
    if entry.revises:
        yield "revises", (key,)


def _sided(key: EntryKey, side: str | None, side_specific: bool) -> Iterator[tuple[str, Row]]:
    """A side that is stated is respected for every kind, also where none is needed."""
    yield "entry_side", (key, side or (UNSTATED_SIDE if side_specific else "not_side_specific"))


def _context(key: EntryKey, context: str | None) -> Iterator[tuple[str, Row]]:
    if context in (None, "baseline"):
        yield "baseline_entry", (key,)
    if context == "baseline":
        yield "stated_baseline", (key,)


def _dated(key: EntryKey, day: date | None) -> Iterator[tuple[str, Row]]:
    if day is None:
        yield "undated", (key,)
    else:
        yield "entry_date", (key, day.toordinal())


def _therapy_rows(key: EntryKey, entry: Therapy) -> Iterator[tuple[str, Row]]:
    yield "therapy", (key, entry.kind)
    if entry.region == "sij_low_back":
        yield "therapy_for_joint", (key,)
    yield from _sided(key, entry.side, False)
    if entry.revises:
        yield "revises", (key,)
    if entry.start is None:
        yield "therapy_start_unknown", (key,)
    else:
        yield "therapy_start", (key, entry.start.toordinal())
    if entry.end is not None:
        yield "therapy_end", (key, entry.end.toordinal())
    elif entry.ongoing:
        yield "therapy_ongoing", (key,)
    else:
        yield "therapy_end_unknown", (key,)
    if entry.completed is not None:
        yield "therapy_completed", (key, _yes(entry.completed))
    if entry.outcome is not None:
        yield "therapy_outcome", (key, entry.outcome)
    if entry.prescription is not None:
        yield "exercise_prescription", (key, _yes(entry.prescription))
    if entry.follow_up is not None:
        yield "exercise_follow_up", (key, _yes(entry.follow_up))
    for detail in ("use", "frequency", "duration"):
        if getattr(entry, detail) is not None:
            yield "tens_detail", (key, detail)


def _injection_rows(key: EntryKey, entry: Injection) -> Iterator[tuple[str, Row]]:
    yield "injection", (key,)
    yield from _sided(key, entry.side, True)
    yield from _dated(key, entry.date)
    for purpose in entry.purposes:
        yield "injection_purpose", (key, purpose)
    for agent in entry.agents:
        yield "injection_agent", (key, agent)
    for relation, answer in (
        ("intra_articular", entry.intra_articular),
        ("image_guided", entry.image_guided),
        ("contrast_enhanced", entry.contrast),
        ("relief_lasted", entry.relief_lasted_expected),
    ):
        if answer is not None:
            yield relation, (key, _yes(answer))
    if entry.relief_percent is not None:
        low, high = bounds(entry.relief_percent)
        yield "relief", (key, low)
        if high != low:
            yield "relief_up_to", (key, high)
    if entry.revises:
        yield "revises", (key,)
    if entry.outcome is not None:
        yield "injection_outcome", (key, entry.outcome)


def calendar_rows(facts: Mapping[str, Iterable[Row]], periods: Iterable[int]) -> tuple[Row, ...]:
    """For each day of a case that may be an anchor and each period in months, the day so much
    earlier. ``facts`` are those of the case, by relation."""
    days = {int(row[0]) for name in MAY_BE_ANCHORS for row in facts.get(name, ())}
    return earlier_days(days, periods)


def earlier_days(days: Iterable[int], periods: Iterable[int]) -> tuple[Row, ...]:
    """For each day (its ordinal) and each period in months, the ordinal of the day so much
    earlier, as rows of ``months_before``."""
    return tuple(
        (day, months, months_earlier(date.fromordinal(day), months).toordinal())
        for day in sorted(days)
        for months in sorted(set(periods))
    )


def shortest_periods(periods: Iterable[int]) -> tuple[Row, ...]:
    """For each period in months its fewest days, as rows of ``shortest_months``."""
    return tuple((months, shortest_period(months)) for months in sorted(set(periods)))


def calendar(days: Iterable[int], periods: Iterable[int]) -> dict[str, tuple[Row, ...]]:
    """The rows of all relations of the calendar, for these days and periods in months."""
    periods = tuple(periods)
    return {
        "months_before": earlier_days(days, periods),
        "shortest_months": shortest_periods(periods),
    }
