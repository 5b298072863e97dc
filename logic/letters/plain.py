"""What entries of the record say, in words for a member.

Only what the ledger tells of an entry is told: what it says, where it was read, and why it does not
count. Nothing here knows a clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from clausewise.facts.case.model import (
    Case,
    Entry,
    Finding,
    ImagingStudy,
    Injection,
    Measurement,
    Source,
    Therapy,
    TherapyInability,
    Visit,
)
from clausewise.facts.case.values import Amount
from clausewise.facts.vocabulary.phrases import called, phrases, said_of
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.explain.clauses import EvidenceLine
from clausewise.logic.explain.policy_words import long_date


def plain_sentences(case: Case, evidence: Iterable[EvidenceLine]) -> Iterator[str]:
    """What pieces of evidence say, each as sentences for a member; the title of a document is told
    once of those that follow each other. What there are no words for is left out."""
    # What several parts of a clause say of an entry is said once.
    by_entry: dict[tuple[str, str], list[EvidenceLine]] = {}
    for each in evidence:
        by_entry.setdefault((each.key, each.text), []).append(each)
    before = ""
    for several in by_entry.values():
        reasons = dict.fromkeys(reason for each in several for reason in each.plain)
        each = replace(several[0], plain=tuple(reasons))
        source = "" if each.stated else _source(case, case.entry(each.key))
        said = _plain_sentence(case, each, source, again=source == before)
        before = source
        if said:
            yield said


def _plain_sentence(case: Case, evidence: EvidenceLine, source: str, *, again: bool) -> str:
    """What a piece of evidence says; ``again`` where the same document was told before it."""
    if evidence.stated:
        text = phrases()["plain_statement"].get(evidence.name, "")
        says = str(text).format(words=evidence.text.partition(": ")[2] or evidence.text)
        return " ".join((says, *evidence.plain)) if says else ""
    words = phrases()["plain_entry"]
    entry = case.entry(evidence.key)
    says = plain_words(entry) if evidence.count == 1 else _several(entry, evidence)
    told_by = words["same_source"] if again else source
    first = str(words["says" if source else "no_source"]).format(source=told_by, says=says)
    return " ".join((first, *dict.fromkeys(filter(None, evidence.plain))))


def _source(case: Case, entry: Entry) -> str:
    """The document that an entry cites, with its day, so far as the case lists them."""
    words = phrases()["plain_entry"]
    documents = {each.id: each for each in case.documents}
    cited = next((each for each in entry.sources if isinstance(each, Source)), None)
    found = documents.get(cited.document or "") if cited is not None else None
    if found is None:
        return ""
    title = str(words["document"]).format(title=found.title or found.id)
    day = found.date or getattr(entry, "date", None)
    if isinstance(day, date):
        return str(words["source"]).format(document=title, day=long_date(day))
    return title


def _several(entry: Entry, evidence: EvidenceLine) -> str:
    """Entries of one kind, of which the first is given, as one."""
    words = phrases()["plain_entry"]
    kind = _plain_kind(entry)
    if len(evidence.days) < 2:
        return str(words["several_undated"]).format(count=evidence.count)
    days = (evidence.days[0], evidence.days[-1])
    first, last = (long_date(each) for each in days)
    text = words["several" if kind else "several_others"]
    return str(text).format(kind=kind, count=evidence.count, first=first, last=last)


def _plain_kind(entry: Entry) -> str:
    """What a member had, where an entry tells of that; else empty."""
    if isinstance(entry, Therapy):
        return called("plain_therapy", entry.kind)
    if isinstance(entry, Injection):
        several = "both" if len(entry.purposes) > 1 else "none"
        return called("plain_purpose", entry.purposes[0] if len(entry.purposes) == 1 else several)
    return VOCABULARY.visits[entry.visit].meaning if isinstance(entry, Visit) else ""


def _plain_amount(amount: Amount) -> str:
    return f"{amount[0]} to {amount[1]}" if isinstance(amount, tuple) else str(amount)


def plain_words(entry: Entry) -> str:
    """What an entry says, completing "Your records say that …"."""
    words = phrases()["plain_entry"]
    if isinstance(entry, Finding):
        return said_of("finding", entry.finding, entry.present, plain=True)
    if isinstance(entry, Measurement):
        name = VOCABULARY.measures[entry.measure]
        text = str(words["score" if name.unit == "points" else "measurement"])
        value = _plain_amount(entry.value)
        return text.format(short=name.short, value=value, unit=name.unit, most=name.most)
    if isinstance(entry, Therapy):
        kind = _plain_kind(entry)
        if entry.region == "other":
            return str(words["therapy_elsewhere"]).format(kind=kind)
        if entry.start and entry.start == entry.end:
            return str(words["therapy_one_day"]).format(kind=kind, start=long_date(entry.start))
        start = long_date(entry.start) if entry.start else words["therapy_no_start"]
        end = words["therapy_ongoing"] if entry.ongoing else words["therapy_no_end"]
        end = long_date(entry.end) if entry.end else end
        return str(words["therapy"]).format(kind=kind, start=start, end=end)
    if isinstance(entry, TherapyInability):
        return str(words["inability"]).format(reason=called("plain_reason", entry.reason))
    if isinstance(entry, Injection):
        text = str(words["injection_dated" if entry.date else "injection"]).format(
            purpose=_plain_kind(entry),
            day=long_date(entry.date) if entry.date else "",
        )
        if entry.relief_percent is None:
            return text
        return text + str(words["relief"]).format(relief=_plain_amount(entry.relief_percent))
    if isinstance(entry, ImagingStudy):
        results = [
            said_of("imaging_result", name, shown, plain=True)
            for name, shown in entry.results.items()
        ]
        return str(words["imaging_results" if results else "imaging"]).format(
            modality=called("plain_modality", entry.modality),
            region=called("plain_region", entry.region),
            results=", ".join(results),
        )
    if isinstance(entry, Visit):
        return str(words["visit_dated" if entry.date else "visit"]).format(
            visit=VOCABULARY.visits[entry.visit].meaning,
            day=long_date(entry.date) if entry.date else "",
        )
    return "there is an entry"
