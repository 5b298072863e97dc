"""The facts of a case as the checker reads them: a table that says which fact stands where.

It works on the case as plain data, as a JSON file holds it, and shares no code with
``facts.relations``, by which cases are decided. A fact that is lost, altered or made up there is
one that this table does not find in the case, and the certificate is refused. The calendar is
worked out here as well, with the standard library alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

from clausewise.facts.columns import EntryKey, Row
from clausewise.facts.schema import KNOWN_PLANS, OTHER_PLAN, UNSTATED_SIDE
from clausewise.facts.vocabulary.words import VOCABULARY

Plain = Mapping[str, Any]
"""An object of the case: the case itself, its request or an entry."""
Part = Callable[[Plain], Iterable[Any]]
"""Columns of a row, from an entry: the values that they can have. A condition gives () or nothing,
where () stands for no column."""


# --- what a part of a row may be --------------------------------------------------------------


def value(field: str) -> Part:
    """What the field says, if it says anything."""
    return lambda entry: () if entry.get(field) is None else (entry[field],)


def each(field: str) -> Part:
    """Each member of a list."""
    return lambda entry: entry.get(field) or ()


def day(field: str) -> Part:
    """The day, as its ordinal."""
    return lambda entry: () if entry.get(field) is None else (_ordinal(entry[field]),)


def yes_no(field: str) -> Part:
    """yes for true, no for false."""
    return lambda entry: [{True: "yes", False: "no"}[entry[field]]] if field in entry else []


def lower(field: str) -> Part:
    """The number, or the lower end of a range."""
    return lambda entry: [_ends(entry[field])[0]] if field in entry else []


def upper(field: str) -> Part:
    """The upper end of a range."""
    return lambda entry: (
        {_ends(entry[field])[1]} - {_ends(entry[field])[0]} if field in entry else ()
    )


def of_results(shown: bool) -> Part:
    """Each result of an imaging study that is documented so."""
    return lambda entry: [name for name, told in entry.get("results", {}).items() if told is shown]


def where(condition: Callable[[Plain], Any]) -> Part:
    """No column, but only if this is so."""
    return lambda entry: [()] if condition(entry) else []


def true(field: str) -> Part:
    """No column, but only if the field says true."""
    return where(lambda entry: entry.get(field) is True)


def without(*fields: str) -> Part:
    """No column, but only if these fields say nothing."""
    return where(lambda entry: not any(entry.get(field) for field in fields))


def constant(name: str, field: str) -> Part:
    """The name, if the field says anything."""
    return lambda entry: [name] if entry.get(field) is not None else []


def never(_: Plain) -> bool:
    """The kind of entry needs no side."""
    return False


def always(_: Plain) -> bool:
    """The kind of entry needs a side, and one that is stated is used."""
    return True


def of_a_joint(study: Plain) -> bool:
    """Whether a study is of a region that has sides; the side of any other is not used."""
    return bool(study["region"] != "lumbar_spine")


def side(needed: Callable[[Plain], bool], used: Callable[[Plain], bool] = always) -> Part:
    """The side that is stated, or else whether the kind of the entry needs one."""

    def found(entry: Plain) -> list[str]:
        lacking = UNSTATED_SIDE if needed(entry) else "not_side_specific"
        return [(entry.get("side") if used(entry) else None) or lacking]

    return found


def _ordinal(told: date | str) -> int:
    return (date.fromisoformat(told) if isinstance(told, str) else told).toordinal()


def _ends(amount: Any) -> tuple[Any, Any]:
    return (amount[0], amount[-1]) if isinstance(amount, (list, tuple)) else (amount, amount)


# --- which fact stands where ------------------------------------------------------------------

Table = tuple[tuple[str, tuple[Part, ...]], ...]

REQUEST: Table = (
    ("received", (day("received"),)),
    ("planned_service_date", (day("planned_service_date"),)),
    ("decided", (day("decided"),)),
    ("purpose", (each("purpose"),)),
    ("stated_diagnosis", (each("diagnoses"),)),
)
_DATED: Table = (("entry_date", (day("date"),)), ("undated", (without("date"),)))
_REVISING: Table = (("revises", (true("revises"),)),)
_EXAMINED: Table = (
    *_DATED,
    *_REVISING,
    ("baseline_entry", (where(lambda entry: entry.get("context", "baseline") == "baseline"),)),
    ("stated_baseline", (where(lambda entry: entry.get("context") == "baseline"),)),
)
ENTRIES: Mapping[str, Table] = {
    "findings": (
        *_EXAMINED,
        ("finding", (value("finding"),)),
        ("documented_present", (true("present"),)),
        ("documented_absent", (where(lambda entry: entry["present"] is False),)),
        ("radiates_to", (each("radiates_to"),)),
        ("entry_side", (side(lambda each: VOCABULARY.findings[each["finding"]].side_specific),)),
    ),
    "measurements": (
        *_EXAMINED,
        ("measurement", (value("measure"), lower("value"))),
        ("measured_up_to", (upper("value"),)),
        ("entry_side", (side(lambda each: VOCABULARY.measures[each["measure"]].side_specific),)),
    ),
    "therapies": (
        *_REVISING,
        ("therapy", (value("kind"),)),
        ("therapy_for_joint", (where(lambda entry: entry.get("for") in (None, "sij_low_back")),)),
        ("entry_side", (side(never),)),
        ("therapy_start", (day("start"),)),
        ("therapy_start_unknown", (without("start"),)),
        ("therapy_end", (day("end"),)),
        ("therapy_ongoing", (true("ongoing"),)),
        ("therapy_end_unknown", (without("end", "ongoing"),)),
        ("therapy_completed", (yes_no("completed"),)),
        ("therapy_outcome", (value("outcome"),)),
        ("exercise_prescription", (yes_no("prescription"),)),
        ("exercise_follow_up", (yes_no("follow_up"),)),
        ("tens_detail", (constant("use", "use"),)),
        ("tens_detail", (constant("frequency", "frequency"),)),
        ("tens_detail", (constant("duration", "duration"),)),
    ),
    "therapy_inability": (
        *_DATED,
        ("inability", (value("reason"),)),
        ("entry_side", (side(never),)),
    ),
    "injections": (
        *_DATED,
        *_REVISING,
        ("injection", ()),
        ("entry_side", (side(always),)),
        ("injection_purpose", (each("purposes"),)),
        ("injection_agent", (each("agents"),)),
        ("intra_articular", (yes_no("intra_articular"),)),
        ("image_guided", (yes_no("image_guided"),)),
        ("contrast_enhanced", (yes_no("contrast"),)),
        ("relief", (lower("relief_percent"),)),
        ("relief_up_to", (upper("relief_percent"),)),
        ("relief_lasted", (yes_no("relief_lasted_expected"),)),
        ("injection_outcome", (value("outcome"),)),
    ),
    "imaging": (
        *_DATED,
        *_REVISING,
        ("imaging", (value("modality"), value("region"))),
        ("study_shows", (of_results(True),)),
        ("study_excludes", (of_results(False),)),
        ("entry_side", (side(of_a_joint, of_a_joint),)),
    ),
    "visits": (
        *_DATED,
        *_REVISING,
        ("visit", (value("visit"),)),
        ("entry_side", (side(never),)),
    ),
}
"""The relations of each list of entries: after the key of the entry, the columns of a row."""


def facts_in(case: Plain) -> dict[str, set[Row]]:
    """The rows of every relation that a case in plain data tells, by relation."""
    found: dict[str, set[Row]] = {}
    for relation, row in _rows(case):
        found.setdefault(relation, set()).add(row)
    return found


def _rows(case: Plain) -> Iterator[tuple[str, Row]]:
    request = case["request"]
    yield from _by(REQUEST, request, ())
    yield from _named(request)
    yield from _by((("member_age", (value("age"),)),), case.get("member", {}), ())
    for domain in case.get("record_complete", ()):
        yield "record_complete", (domain,)
    documents = {each["id"]: each for each in case.get("documents", ())}
    for document in documents.values():
        yield from _by((("document_received", (day("received"),)),), document, ())
    for name, table in ENTRIES.items():
        for number, entry in enumerate(case.get(name, ())):
            key = EntryKey(f"{name}[{number}]")
            yield from _by(table, entry, (key,))
            yield from _cited(key, entry, documents, _ordinal(request["received"]))
            for told in (entry.get("date"), entry.get("start")):
                if told is not None:
                    yield "day_of_record", (_ordinal(told),)
    episodes = [entry.get("id") for entry in case.get("therapies", ())]
    for number, entry in enumerate(case.get("therapy_inability", ())):
        if "therapy" in entry:
            episode = EntryKey(f"therapies[{episodes.index(entry['therapy'])}]")
            yield "inability_therapy", (EntryKey(f"therapy_inability[{number}]"), episode)


def _by(table: Table, entry: Plain, key: Row) -> Iterator[tuple[str, Row]]:
    """The rows that the table finds in an entry."""
    for relation, parts in table:
        for values in product(*(part(entry) for part in parts)):
            yield relation, (*key, *(each for each in values if each != ()))


def _named(request: Plain) -> Iterator[tuple[str, Row]]:
    """What stands for the names in a request: the service lines, the procedure, the plan."""
    told = request.get("side") or UNSTATED_SIDE
    for each_side in ("left", "right") if told == "bilateral" else (told,):
        yield "line", (each_side,)
    codes = {
        code.code: name
        for name, procedure in VOCABULARY.procedures.items()
        for code in procedure.codes
        if code.system == "CPT"
    }
    procedure: str = request["procedure"]
    if procedure in codes:
        yield "procedure_code", (procedure,)
    name: str = codes.get(procedure, procedure)
    yield "procedure", (name if name in VOCABULARY.procedures else "other",)
    plan: str = request.get("plan", "arkansas_passe")
    yield "plan", (plan if plan in KNOWN_PLANS else OTHER_PLAN,)


def _cited(
    key: EntryKey, entry: Plain, documents: Mapping[str, Plain], request: int
) -> Iterator[tuple[str, Row]]:
    """Each source of an entry: when it was received, and of which day it is.

    What is no listed document, and a document of which no receipt is stated, came with the request.
    """
    sources = entry.get("source")
    for source in sources if isinstance(sources, list) else [sources]:
        named = source.get("document") if isinstance(source, dict) else None
        document = documents.get(named or "", {})
        received = _ordinal(document["received"]) if "received" in document else request
        if "date" in document:
            yield "cited_document", (key, received, _ordinal(document["date"]))
        else:
            yield "cited_undated", (key, received)


# --- the calendar -----------------------------------------------------------------------------


def calendar_of(days: Iterable[int], periods: Iterable[int]) -> dict[str, set[Row]]:
    """The rows of the calendar for days (as ordinals) and periods in months."""
    periods = set(periods)
    return {
        "months_before": {
            (each, months, _months_before(each, months)) for each in days for months in periods
        },
        "shortest_months": {(months, _fewest_days(months)) for months in periods},
    }


def _months_before(ordinal: int, months: int) -> int:
    """The same day of the month so many months before, or the last day of a shorter month."""
    told = date.fromordinal(ordinal)
    first = told.replace(day=1)
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=told.day - 1), last).toordinal()


def _fewest_days(months: int) -> int:
    """The fewest days that so many months in a row have, of those that begin in 2025."""
    firsts = [date(2025 + number // 12, number % 12 + 1, 1) for number in range(months + 12)]
    return min((later - first).days for first, later in zip(firsts, firsts[months:], strict=False))
