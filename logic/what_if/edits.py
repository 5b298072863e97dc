"""What can be changed in a record, and of which kind each change is.

Documented values are turned or moved across a threshold by the least step, entries are withdrawn,
and what is not documented is added. Nobody is told to stop having a disease: each change says
whether it can be had from the record, would take future care, or cannot be changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clausewise.facts.case.model import (
    Entry,
    Finding,
    ImagingStudy,
    Injection,
    Measurement,
    Therapy,
)
from clausewise.facts.case.values import Amount
from clausewise.facts.relations.from_case import bounds
from clausewise.facts.schema import SCHEMA
from clausewise.facts.vocabulary.phrases import said_of
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import id_of, kind_of, show_amount, shown_name
from clausewise.logic.program.demand import boundaries
from clausewise.logic.program.dependencies import uses
from clausewise.logic.program.program import program_of
from clausewise.logic.what_if.asked_entries import latest_days
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.candidates import documentation_for
from clausewise.logic.what_if.fields import NUMBERS
from clausewise.logic.what_if.moved_dates import moved_dates
from clausewise.logic.what_if.words import described, title_of, yes_or_no

FROM_RECORD = "obtainable from the record"
FUTURE_CARE = "future care"
NOT_CHANGEABLE = "not changeable"
WITHDRAWN = "if it were withdrawn"
WITHOUT = "without the entry "
"""How a withdrawal begins."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: in words, of which kind, and the entry it concerns (None for a new one)."""

    candidate: Candidate
    kind: str
    entry: str | None

    @property
    def text(self) -> str:
        return self.candidate.text


def changes_of_entry(
    decision: Decision, line: LineDecision, key: str, entry: Entry, *, moved: bool = True
) -> Iterator[Change]:
    """The entry turned, moved across its threshold or (if ``moved``) a date's boundary, or
    withdrawn."""
    tied = {each.therapy for each in decision.case.therapy_inability if each.therapy is not None}
    title = _title(entry, dated=True)
    yield from _turned(decision, key, title, entry)
    if moved:
        yield from _moved(decision, line, key, entry)
    if not (isinstance(entry, Therapy) and entry.id in tied):
        text = f"{WITHOUT}{title_of(entry)}"
        yield Change(Candidate(f"withdraw {key}", text, "", {key: None}), WITHDRAWN, key)


def _title(entry: Entry, *, dated: bool) -> str:
    """What a changed entry is called: its id, or what it is, without the numbers that change."""
    day = getattr(entry, "date", None)
    if id_of(entry) or not isinstance(entry, (Injection, ImagingStudy)):
        return shown_name(entry)
    return f"{kind_of(entry)}, {day}" if dated and day else kind_of(entry)


def changes_of_numbers(decision: Decision) -> Iterator[Change]:
    """What the case states as one number, such as the age of the member, moved across each
    threshold that the rules compare it with."""
    for relation, place in NUMBERS.items():
        for (value,) in decision.rows.get(relation, ()):
            most = SCHEMA[relation].columns[0].most
            for moved in _across(decision, relation, int(value), most or int(value)):
                candidate = Candidate(f"{place} {moved}", "", "", {place: moved})
                yield Change(described(decision.case, candidate), NOT_CHANGEABLE, None)


def additions(decision: Decision, line: LineDecision, labels: Iterable[str]) -> Iterator[Change]:
    """Entries and details that these clauses could use; none on a standing diagnosis that the
    record speaks of without contradiction: another note of it is no more than the entry turned."""
    policy = line.program.policy
    for exclusion, status in ((False, "met"), (True, "not_met")):
        wanted = [
            each for each in labels if (policy.clauses[each].kind == "exclusion") is exclusion
        ]
        for candidate in documentation_for(decision, line, wanted, status=status):
            if not _is_settled(decision, line, candidate):
                yield Change(candidate, _kind_of_addition(decision, candidate), None)


def _kind_of_addition(decision: Decision, candidate: Candidate) -> str:
    """What kind of change a new entry is, by the calendar: care after the last day that counts is
    still to come; what is dated before can only be found in the record."""
    last = latest_days(decision)[0].isoformat()
    for place, added in candidate.edits.items():
        days = [added] if place.endswith((".date", ".start", ".end")) else []
        if isinstance(added, dict):
            days = [added.get(name, "") for name in ("date", "start", "end")]
        if any(day > last for day in days):
            return FUTURE_CARE
    return FROM_RECORD


def _is_settled(decision: Decision, line: LineDecision, candidate: Candidate) -> bool:
    """Whether a new finding is a diagnosis of which the record says the opposite, and no clause is
    left open by that."""
    name = candidate.edits.get("findings+", {}).get("finding")
    if name is None or VOCABULARY.findings[name].examination:
        return False
    stated = any(
        entry.finding == name and entry.side in (None, "bilateral", line.side)
        for entry in decision.case.findings
    )
    return stated and not any(
        name in uses(line.program, label).names.get("finding", ())
        for label, status in line.statuses.items()
        if status == "conflicting" and not line.program.policy.clauses[label].gate
    )


def _turned(decision: Decision, key: str, title: str, entry: Entry) -> Iterator[Change]:
    """The entry with one documented value turned, or moved across its threshold by one step."""

    def change(place: str, value: object, text: str, kind: str = NOT_CHANGEABLE) -> Change:
        edits = {f"{key}.{place}": value}
        candidate = Candidate(f"{key}.{place} {value}", f"{title}: {text}", "", edits)
        return Change(candidate, kind, key)

    if isinstance(entry, Finding):
        told = said_of("finding", entry.finding, not entry.present)
        text = f"{told} in place of {said_of('finding', entry.finding, entry.present)}"
        edits: dict[str, object] = {f"{key}.present": not entry.present}
        if entry.radiates_to:  # what is absent radiates nowhere
            edits[f"{key}.radiates_to"] = None
        name = f"{key}.present {not entry.present}"
        yield Change(Candidate(name, text, "", edits), NOT_CHANGEABLE, key)
    elif isinstance(entry, Measurement):
        measure = VOCABULARY.measures[entry.measure]
        amount = show_amount(entry.value)
        for value in _across(decision, "measurement", entry.value, measure.most, entry.measure):
            yield change("value", value, f"{measure.short} {value} in place of {amount}")
    elif isinstance(entry, Injection):
        if entry.relief_percent is not None:
            for relief in _across(decision, "relief", entry.relief_percent, 100):
                text = f"relief {relief} % in place of {show_amount(entry.relief_percent)} %"
                yield change("relief_percent", relief, text)
        for name in ("intra_articular", "image_guided", "contrast", "relief_lasted_expected"):
            answer = getattr(entry, name)
            if answer is not None:
                text = f"{yes_or_no(name, not answer)} in place of {yes_or_no(name, answer)}"
                yield change(name, not answer, text)
        if entry.outcome is not None:
            outcome = "relief" if entry.outcome == "failed" else "failed"
            told = f"it {_OUTCOMES[outcome]} in place of it {_OUTCOMES[entry.outcome]}"
            yield change("outcome", outcome, told)
    elif isinstance(entry, ImagingStudy):
        for result, is_shown in entry.results.items():
            text = said_of("imaging_result", result, not is_shown)
            yield change(f"results.{result}", not is_shown, text)


def _moved(decision: Decision, line: LineDecision, key: str, entry: Entry) -> Iterator[Change]:
    """The entry with one date moved across a boundary; a therapy that goes on after the last
    day that counts is care to come."""
    title = _title(entry, dated=False)
    for field, now, day in moved_dates(decision, line, key, entry):
        place = f"{key}.{field}"
        text = f"{title}: {_DATES[field]} {day} in place of {now}"
        to_come = field == "end" and day > latest_days(decision)[0]
        kind = FUTURE_CARE if to_come else NOT_CHANGEABLE
        candidate = Candidate(f"{place} {day}", text, "", {place: day.isoformat()})
        yield Change(candidate, kind, key)


_OUTCOMES = {"failed": "failed", "relief": "brought relief"}
_DATES = {"date": "dated", "start": "from", "end": "until"}


def _across(
    decision: Decision, relation: str, value: Amount, most: int, name: str = ""
) -> Iterator[int]:
    """The nearest numbers on the other side of each threshold that the rules compare with.

    A range that lies on both sides is taken for enough.
    """
    low, _ = bounds(value)
    parameters = tuple(decision.choices.parameters.items())
    found = boundaries(program_of(decision.policy), parameters)
    sides = [
        number
        for (own, _), several in found.items()
        if own == relation
        for row, number in several
        if not name or name in row
    ]
    for least in sorted({number for number in sides if number - 1 in sides}):
        moved = least - 1 if low >= least else least
        if 0 <= moved <= most:
            yield moved
