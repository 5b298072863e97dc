"""The days of a case: the cut-off, and the entries that do not count for the sake of their days.

The rules decide what counts; this says it in words, as the default readings have it, before
anything is decided. Tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

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
from clausewise.facts.schema import EntryKey


def day_of(entry: Entry) -> date | None:
    """The day of an entry, of a therapy its first; None when it states none."""
    if isinstance(entry, Therapy):
        return entry.start
    dated = Finding | Measurement | TherapyInability | Injection | ImagingStudy | Visit
    if isinstance(entry, dated):
        return entry.date
    return None


def cut_off(case: Case) -> date:
    """The day up to which evidence counts: that of the decision, where it is stated, else the last
    day on which the request or a listed document was received."""
    if case.request.decided is not None:
        return case.request.decided
    received = (document.received for document in case.documents if document.received is not None)
    return max([case.request.received, *received])


def not_counted(case: Case) -> dict[EntryKey, str]:
    """Why each entry does not count that is not from before the days that matter, by its key."""
    last = cut_off(case)
    operation = case.request.planned_service_date
    if operation is not None and operation > last:
        operation = None
    documents = {document.id: document for document in case.documents}
    found = {}
    for key, entry in case.entries():
        cited = tuple(_cited(entry, documents))
        reason = _reason(day_of(entry), last, operation, cited, case.request.received)
        if reason:
            found[key] = reason
    return found


def _cited(entry: Entry, documents: dict[str, Document]) -> Iterator[Document | None]:
    """The listed documents that an entry cites; None for what it was told by otherwise."""
    for source in entry.sources or (None,):
        named = None if source is None or isinstance(source, str) else source.document
        yield documents.get(named or "")


def _reason(
    day: date | None,
    last: date,
    operation: date | None,
    cited: tuple[Document | None, ...],
    request: date,
) -> str:
    receipts = [each.received or request if each else request for each in cited]
    if min(receipts) > last:
        return f"it was received on {min(receipts)}, after the cut-off {last}"
    if day is None:
        return ""
    if day > last:
        return f"it is dated {day}, after the cut-off {last}"
    if operation is not None and day >= operation:
        return f"it is dated {day}, and the service took place on {operation}"
    dates = [
        each.date if each else None
        for each, received in zip(cited, receipts, strict=True)
        if received <= last
    ]
    known = [each for each in dates if each is not None]
    if len(known) == len(dates) and day > max(known):
        return f"it is dated {day}, and the document that it cites {max(known)}"
    return ""
