"""The inverse of ``facts.relations.from_case``: a case made again from the rows that rules see.

Words, titles and quotes are in no relation. What a case file tells more finely than relations
do is made as far as the rules tell it apart, and remarked on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from clausewise.facts.case.model import Case
from clausewise.facts.case.origin import Origin, Remark
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.schema import Row

_NO_BASELINE = "post_operative"
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

    Raises ``facts.case.syntax.InputError``, named after ``place``, when the rows are no case.
    """
    made = _Rows(rows)
    sources = _Sources(made)
    data = {**_request(name, made), **_entries(made, sources), "documents": sources.documents}
    case = case_from_data({key: value for key, value in data.items() if value}, place)
    remarks = [Remark("relations", "made from relations, which hold no titles and no quotes")]
    late = "examined after a procedure; relations do not tell which, an operation is assumed"
    for kind in ("findings", "measurements"):
        remarks += [
            Remark(f"{kind}[{number}]", late)
            for number, entry in enumerate(data.get(kind, ()))
            if entry.get("context") == _NO_BASELINE
        ]
    return case.from_origin(Origin(remarks=tuple(remarks)))


Entries = Iterator[tuple[Any, dict[str, Any]]]
"""Entries of a case file, each with the key that it has in the rows."""


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
    sides = sorted(str(row[0]) for row in rows.of("line"))
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
    return {
        "format": "clausewise-case/1",
        "case": name,
        "request": _filled(request),
        "record_complete": [row[0] for row in rows.of("record_complete")],
    }


def _entries(rows: _Rows, sources: _Sources) -> dict[str, list[dict[str, Any]]]:
    therapies = {row[0]: f"T{number}" for number, row in enumerate(rows.of("therapy"), 1)}
    found = {
        "findings": _findings(rows),
        "measurements": _measurements(rows),
        "therapies": _therapies(rows, therapies),
        "therapy_inability": _inabilities(rows, therapies),
        "injections": _injections(rows),
        "imaging": _imaging(rows),
    }
    return {
        kind: [
            _filled({**told, **_shared(rows, entry), "source": sources.of(entry)})
            for entry, told in own
        ]
        for kind, own in found.items()
    }


def _shared(rows: _Rows, entry: Any) -> dict[str, Any]:
    """What entries of every kind may say; a therapy has days of its own and no date."""
    side = rows.one("entry_side", entry)
    return {
        "side": side if side in ("left", "right", "bilateral") else None,
        "date": _day(rows.one("entry_date", entry)),
        "revises": bool(rows.told("revises", entry)) or None,
    }


def _range(rows: _Rows, entry: Any, low: Any, upper: str) -> Any:
    """A number, or a range when a relation tells the upper end."""
    high = rows.one(upper, entry)
    return low if high is None else [low, high]


def _context(rows: _Rows, entry: Any) -> dict[str, Any]:
    if not rows.told("baseline_entry", entry):
        return {"context": _NO_BASELINE}
    return {"context": "baseline" if rows.told("stated_baseline", entry) else None}


def _findings(rows: _Rows) -> Entries:
    for entry, name in rows.of("finding"):
        yield (
            entry,
            {
                "finding": name,
                "present": bool(rows.told("documented_present", entry)),
                "radiates_to": rows.told("radiates_to", entry),
                **_context(rows, entry),
            },
        )


def _measurements(rows: _Rows) -> Entries:
    for entry, measure, value in rows.of("measurement"):
        measured = _range(rows, entry, value, "measured_up_to")
        yield entry, {"measure": measure, "value": measured, **_context(rows, entry)}


def _inabilities(rows: _Rows, names: Mapping[Any, str]) -> Entries:
    for entry, reason in rows.of("inability"):
        therapy = names.get(rows.one("inability_therapy", entry))
        yield entry, {"reason": reason, "therapy": therapy}


def _therapies(rows: _Rows, names: Mapping[Any, str]) -> Entries:
    for entry, kind in rows.of("therapy"):
        told = {
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
        yield entry, told


def _injections(rows: _Rows) -> Entries:
    for number, (entry,) in enumerate(rows.of("injection"), 1):
        relief = rows.one("relief", entry)
        told = {
            "id": f"I{number}",
            "purposes": rows.told("injection_purpose", entry),
            **{field: _YES.get(rows.one(relation, entry)) for relation, field in _ANSWERS.items()},
            "agents": rows.told("injection_agent", entry),
            "relief_percent": _range(rows, entry, relief, "relief_up_to"),
            "outcome": rows.one("injection_outcome", entry),
        }
        yield entry, told


def _imaging(rows: _Rows) -> Entries:
    for number, (entry, modality, region) in enumerate(rows.of("imaging"), 1):
        told = {
            "id": f"X{number}",
            "modality": modality,
            "region": region,
            "results": {
                **dict.fromkeys(rows.told("study_shows", entry), True),
                **dict.fromkeys(rows.told("study_excludes", entry), False),
            },
        }
        yield entry, told


class _Sources:
    """Documents made again from when they were received and of which date they are.

    A source that was received on no day of a listed document came with the request.
    """

    def __init__(self, rows: _Rows) -> None:
        self._received = {row[0] for row in rows.of("document_received")}
        self._ids: dict[tuple[Any, Any], str] = {}
        self._cited: dict[Any, list[Any]] = {}
        self.documents: list[dict[str, Any]] = []
        for entry, received, day in rows.of("cited_document"):
            self._cited.setdefault(entry, []).append({"document": self._document(received, day)})
        for entry, received in rows.of("cited_undated"):
            source: Any = "a source without a date"
            if received in self._received:
                source = {"document": self._document(received, None)}
            self._cited.setdefault(entry, []).append(source)
        for received in sorted(self._received - {received for received, _ in self._ids}):
            self._document(received, None)

    def of(self, entry: Any) -> Any:
        """What an entry cites: a source, a list of several, or None."""
        cited = self._cited.get(entry, [])
        return cited if len(cited) > 1 else next(iter(cited), None)

    def _document(self, received: Any, day: Any) -> str:
        if (received, day) not in self._ids:
            name = self._ids[received, day] = f"D{len(self._ids) + 1}"
            stated = received if received in self._received else None
            document = {"id": name, "date": _day(day), "received": _day(stated)}
            self.documents.append(_filled(document))
        return self._ids[received, day]
