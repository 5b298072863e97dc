"""The inverse of ``facts.relations.from_case``: a case made again from the rows that rules see.

Words and quotes are in no relation, and of documents only their days. What a case file tells more
finely than relations do is made as far as the rules tell it apart, and remarked on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from clausewise.facts.case.model import Case
from clausewise.facts.case.origin import Origin, Remark
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.columns import Row
from clausewise.facts.schema import UNSTATED_SIDE

_AFTER = "post_operative"
_YES = {"yes": True, "no": False}
_ANSWERS = {
    "intra_articular": "intra_articular",
    "image_guided": "image_guided",
    "contrast_enhanced": "contrast",
    "relief_lasted": "relief_lasted_expected",
}
"""The field of an injection that each relation of a yes or no is read from."""


def case_of_rows(name: str, rows: Mapping[str, Sequence[Row]], place: str) -> Case:
    """The case of this name whose facts are ``rows``, by relation; entries go by any key.

    Raises ``facts.case.problems.InputError``, named after ``place``, when the rows are no case.
    """
    made = _Rows(rows)
    documents = _Documents(made)
    data = {**_request(name, made), **_entries(made, documents), "documents": documents.listed()}
    case = case_from_data({key: value for key, value in data.items() if value}, place)
    remarks = [Remark("relations", "a case made from relations has no titles and no quotes")]
    late = "examined after a procedure; relations do not tell which, an operation is assumed"
    for kind in ("findings", "measurements"):
        remarks += [
            Remark(f"{kind}[{number}]", late)
            for number, entry in enumerate(data.get(kind, ()))
            if entry.get("context") == _AFTER
        ]
    return case.from_origin(Origin(remarks=tuple(remarks)))


class _Rows:
    """Rows by relation, and by the entry that they tell something of."""

    def __init__(self, rows: Mapping[str, Sequence[Row]]) -> None:
        self._rows = rows

    def of(self, relation: str) -> Sequence[Row]:
        return self._rows.get(relation, ())

    def first(self, relation: str) -> Any:
        """The only column of the first row, None without one."""
        return next((row[0] for row in self.of(relation)), None)

    def told(self, relation: str, entry: Any) -> list[Any]:
        """What a relation says of an entry: its second columns, or True when it has only one."""
        return [row[1] if len(row) > 1 else True for row in self.of(relation) if row[0] == entry]

    def one(self, relation: str, entry: Any) -> Any:
        return next(iter(self.told(relation, entry)), None)


def _day(ordinal: Any) -> str | None:
    return None if ordinal is None else date.fromordinal(int(ordinal)).isoformat()


def _filled(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if value not in (None, [], {})}


def _request(name: str, rows: _Rows) -> dict[str, Any]:
    sides = sorted(str(row[0]) for row in rows.of("line") if row[0] != UNSTATED_SIDE)
    request = {
        "procedure": rows.first("procedure_code") or rows.first("procedure"),
        "side": "bilateral" if len(sides) > 1 else next(iter(sides), None),
        "received": _day(rows.first("received")),
        "planned_service_date": _day(rows.first("planned_service_date")),
        "decided": _day(rows.first("decided")),
        "plan": rows.first("plan"),
        "purpose": [row[0] for row in rows.of("purpose")],
        "diagnoses": [row[0] for row in rows.of("stated_diagnosis")],
    }
    age = rows.first("member_age")
    return {
        "format": "clausewise-case/1",
        "case": name,
        "request": _filled(request),
        **({} if age is None else {"member": {"age": int(age)}}),
        "record_complete": [row[0] for row in rows.of("record_complete")],
    }


class _Documents:
    """The documents that entries cite, by when they were received and of which date they are."""

    def __init__(self, rows: _Rows) -> None:
        self._rows = rows
        self._request = rows.first("received")
        self._received = {row[0] for row in rows.of("document_received")}
        self._ids: dict[tuple[Any, Any], str] = {}
        for day in sorted(self._received):
            self._id(day, None)

    def _id(self, received: Any, day: Any) -> str:
        return self._ids.setdefault((received, day), f"D{len(self._ids) + 1}")

    def listed(self) -> list[dict[str, Any]]:
        """The documents of the case. Of one that came with the request no receipt is stated, unless
        some document is known to have been received on that day."""
        return [
            _filled(
                {
                    "id": name,
                    "date": _day(day),
                    "received": _day(received)
                    if received != self._request or received in self._received
                    else None,
                }
            )
            for (received, day), name in self._ids.items()
        ]

    def cited(self, entry: Any) -> list[dict[str, str]]:
        """The sources of an entry."""
        dated = [tuple(row[1:]) for row in self._rows.of("cited_document") if row[0] == entry]
        undated = [(received, None) for received in self._rows.told("cited_undated", entry)]
        return [{"document": self._id(*each)} for each in (*dated, *undated)]


def _entries(rows: _Rows, documents: _Documents) -> dict[str, list[dict[str, Any]]]:
    therapies = {row[0]: f"T{number}" for number, row in enumerate(rows.of("therapy"), 1)}
    lists = {
        "findings": ("finding", _findings(rows)),
        "measurements": ("measurement", _measurements(rows)),
        "therapies": ("therapy", _therapies(rows, therapies)),
        "therapy_inability": ("inability", _inabilities(rows, therapies)),
        "injections": ("injection", _injections(rows)),
        "imaging": ("imaging", _imaging(rows)),
        "visits": ("visit", _visits(rows)),
    }
    return {
        name: [
            _filled(
                {
                    **entry,
                    **_sided(rows, row[0]),
                    "revises": bool(rows.told("revises", row[0])) or None,
                    "source": documents.cited(row[0]),
                }
            )
            for row, entry in zip(rows.of(relation), entries, strict=True)
        ]
        for name, (relation, entries) in lists.items()
    }


def _dated(rows: _Rows, entry: Any) -> dict[str, Any]:
    return {"date": _day(rows.one("entry_date", entry))}


def _sided(rows: _Rows, entry: Any) -> dict[str, Any]:
    side = rows.one("entry_side", entry)
    return {"side": side if side in ("left", "right", "bilateral") else None}


def _examined(rows: _Rows, entry: Any) -> dict[str, Any]:
    """Day and context of what is examined."""
    context = "baseline" if rows.told("stated_baseline", entry) else None
    if not rows.told("baseline_entry", entry):
        context = _AFTER
    return {**_dated(rows, entry), "context": context}


def _up_to(low: Any, high: Any) -> Any:
    """A number, or a range where there is an upper end."""
    return low if high is None else [low, high]


def _findings(rows: _Rows) -> Iterator[dict[str, Any]]:
    for entry, name in rows.of("finding"):
        yield {
            "finding": name,
            "present": bool(rows.told("documented_present", entry)),
            "radiates_to": rows.told("radiates_to", entry),
            **_examined(rows, entry),
        }


def _measurements(rows: _Rows) -> Iterator[dict[str, Any]]:
    for entry, measure, value in rows.of("measurement"):
        amount = _up_to(value, rows.one("measured_up_to", entry))
        yield {"measure": measure, "value": amount, **_examined(rows, entry)}


def _inabilities(rows: _Rows, names: Mapping[Any, str]) -> Iterator[dict[str, Any]]:
    for entry, reason in rows.of("inability"):
        therapy = names.get(rows.one("inability_therapy", entry))
        yield {"reason": reason, "therapy": therapy, **_dated(rows, entry)}


def _therapies(rows: _Rows, names: Mapping[Any, str]) -> Iterator[dict[str, Any]]:
    for entry, kind in rows.of("therapy"):
        yield {
            "id": names[entry],
            "kind": kind,
            "for": None if rows.told("therapy_for_joint", entry) else "other",
            "start": _day(rows.one("therapy_start", entry)),
            "end": _day(rows.one("therapy_end", entry)),
            "ongoing": bool(rows.told("therapy_ongoing", entry)) or None,
            "completed": _YES.get(rows.one("therapy_completed", entry)),
            "outcome": rows.one("therapy_outcome", entry),
            "prescription": _YES.get(rows.one("exercise_prescription", entry)),
            "follow_up": _YES.get(rows.one("exercise_follow_up", entry)),
            **dict.fromkeys(rows.told("tens_detail", entry), "documented"),
        }


def _injections(rows: _Rows) -> Iterator[dict[str, Any]]:
    for number, (entry,) in enumerate(rows.of("injection"), 1):
        yield {
            "id": f"I{number}",
            "purposes": rows.told("injection_purpose", entry),
            **_dated(rows, entry),
            **{field: _YES.get(rows.one(relation, entry)) for relation, field in _ANSWERS.items()},
            "agents": rows.told("injection_agent", entry),
            "relief_percent": _up_to(rows.one("relief", entry), rows.one("relief_up_to", entry)),
            "outcome": rows.one("injection_outcome", entry),
        }


def _visits(rows: _Rows) -> Iterator[dict[str, Any]]:
    for entry, visit in rows.of("visit"):
        yield {"visit": visit, **_dated(rows, entry)}


def _imaging(rows: _Rows) -> Iterator[dict[str, Any]]:
    for number, (entry, modality, region) in enumerate(rows.of("imaging"), 1):
        yield {
            "id": f"X{number}",
            "modality": modality,
            "region": region,
            **_dated(rows, entry),
            "results": {
                **dict.fromkeys(rows.told("study_shows", entry), True),
                **dict.fromkeys(rows.told("study_excludes", entry), False),
            },
        }
