"""The inverse of ``facts.relations.from_case``: a case made again from the rows that rules see.

Words, quotes and documents are in no relation. What a case file tells more finely than relations
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
    data = {**_request(name, made), **_entries(made)}
    case = case_from_data({key: value for key, value in data.items() if value}, place)
    remarks = [Remark("relations", "a case made from relations has no documents and no quotes")]
    late = "examined after a procedure; relations do not tell which, an operation is assumed"
    for kind in ("findings", "measurements"):
        remarks += [
            Remark(f"{kind}[{number}]", late)
            for number, entry in enumerate(data.get(kind, ()))
            if "context" in entry
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
    sides = sorted(str(row[0]) for row in rows.of("line"))
    request = {
        "procedure": rows.first("procedure_code") or rows.first("procedure"),
        "side": "bilateral" if len(sides) > 1 else next(iter(sides), None),
        "received": _day(rows.first("received")),
        "planned_service_date": _day(rows.first("planned_service_date")),
        "plan": rows.first("plan"),
        "purpose": rows.first("purpose"),
        "diagnoses": [row[0] for row in rows.of("stated_diagnosis")],
    }
    return {
        "format": "clausewise-case/1",
        "case": name,
        "request": _filled(request),
        "record_complete": [row[0] for row in rows.of("record_complete")],
    }


def _entries(rows: _Rows) -> dict[str, list[dict[str, Any]]]:
    therapies = {row[0]: f"T{number}" for number, row in enumerate(rows.of("therapy"), 1)}
    return {
        "findings": [_filled(each) for each in _findings(rows)],
        "measurements": [_filled(each) for each in _measurements(rows)],
        "therapies": [_filled(each) for each in _therapies(rows, therapies)],
        "therapy_inability": [
            _filled(
                {
                    "reason": row[1],
                    "therapy": therapies.get(rows.one("inability_therapy", row[0])),
                    **_dated(rows, row[0]),
                }
            )
            for row in rows.of("inability")
        ],
        "injections": [_filled(each) for each in _injections(rows)],
        "imaging": [_filled(each) for each in _imaging(rows)],
    }


def _dated(rows: _Rows, entry: Any) -> dict[str, Any]:
    return {"date": _day(rows.one("entry_date", entry))}


def _sided(rows: _Rows, entry: Any) -> dict[str, Any]:
    side = rows.one("entry_side", entry)
    return {"side": side if side in ("left", "right", "bilateral") else None}


def _examined(rows: _Rows, entry: Any) -> dict[str, Any]:
    """Side, day and context of what is examined."""
    baseline = rows.told("baseline_entry", entry)
    return {
        **_sided(rows, entry),
        **_dated(rows, entry),
        "context": None if baseline else "post_operative",
    }


def _findings(rows: _Rows) -> Iterator[dict[str, Any]]:
    for entry, name in rows.of("finding"):
        yield {
            "finding": name,
            "present": bool(rows.told("documented_present", entry)),
            **_examined(rows, entry),
            "revises": bool(rows.told("revises", entry)) or None,
        }


def _measurements(rows: _Rows) -> Iterator[dict[str, Any]]:
    for entry, measure, value in rows.of("measurement"):
        yield {"measure": measure, "value": value, **_examined(rows, entry)}


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
            **_sided(rows, entry),
            **_dated(rows, entry),
            **{field: _YES.get(rows.one(relation, entry)) for relation, field in _ANSWERS.items()},
            "agents": rows.told("injection_agent", entry),
            "relief_percent": rows.one("relief", entry),
            "outcome": rows.one("injection_outcome", entry),
        }


def _imaging(rows: _Rows) -> Iterator[dict[str, Any]]:
    for number, (entry, modality, region) in enumerate(rows.of("imaging"), 1):
        yield {
            "id": f"X{number}",
            "modality": modality,
            "region": region,
            **_sided(rows, entry),
            **_dated(rows, entry),
            "results": {
                **dict.fromkeys(rows.told("study_shows", entry), True),
                **dict.fromkeys(rows.told("study_excludes", entry), False),
            },
            "revises": bool(rows.told("revises", entry)) or None,
        }
