"""Rows of relations as fields of a case file, so that no field has to be known by its name here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import ENTRY_LISTS, Entry
from clausewise.facts.case.problems import InputError
from clausewise.facts.columns import EntryKey, Kind, Row, Type
from clausewise.facts.relations.from_case import REQUEST_FIELDS, case_facts
from clausewise.facts.relations.to_case import case_of_rows
from clausewise.facts.schema import SCHEMA, UNSTATED_SIDE

KEY = EntryKey("new")
"""What a new entry goes by in its rows."""
LISTS: Mapping[str, str] = dict(
    zip(
        (name for name, schema in SCHEMA.items() if schema.kind is Kind.ENTRY),
        ENTRY_LISTS,
        strict=True,
    )
)
"""The list of a case file that holds the entries of a relation: ``injections`` of ``injection``."""
NUMBERS: Mapping[str, str] = {
    name: place
    for name, place in REQUEST_FIELDS.items()
    if [column.type for column in SCHEMA[name].columns] == [Type.NUMBER]
}
"""The fields of a case that hold one number, by their relation: the age of the member."""
_MADE = frozenset({"id", "source"})
"""Fields that are made when a case is made from rows, and say nothing of the entry."""


def details_of(relation: str, names: Iterable[object]) -> dict[str, tuple[str, ...]]:
    """The relations of what an entry of these names may say further, with their column types."""
    known = set(names)
    return {
        name: tuple(str(column.type) for column in schema.columns[1:])
        for name, schema in SCHEMA.items()
        if schema.kind is Kind.DETAIL
        and relation in schema.of
        and (not schema.only or schema.only in known)
    }


def day_details(relation: str) -> tuple[str, ...]:
    """The relations of the days of an entry, the first one first: one, or the two of an episode."""
    return tuple(
        name
        for name, types in details_of(relation, ()).items()
        if types == (Type.DAY,) and SCHEMA[name].key == ("entry",)
    )


def entry_data(
    facts: Mapping[str, Sequence[Row]], rows: Iterable[tuple[str, Row]], side: str
) -> dict[str, Any] | None:
    """The entry of a case file that these rows tell of; None where there is no such entry.

    ``facts`` are those of a case, of which the request is taken. The first column of each row is
    ``KEY``. An entry that needs a side is given this one.
    """
    told: dict[str, list[Row]] = {}
    for name, row in rows:
        told.setdefault(name, []).append(row)
    for name in ("line", "procedure", "procedure_code", "received", "plan"):
        told[name] = list(facts.get(name, ()))
    relation = next(name for name in told if name in LISTS)
    try:
        made = case_of_rows("entry", told, "an entry")
    except InputError:
        return None
    (entry,) = plain_data(made)[LISTS[relation]]
    found = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in entry.items()
        if name not in _MADE
    }
    ((_, needed),) = case_facts(made)["entry_side"]
    if needed == UNSTATED_SIDE and side != UNSTATED_SIDE:
        found["side"] = side
    return found


def optional(entry: Entry) -> frozenset[str]:
    """The fields of an entry that may be left out, and then say nothing."""
    # Pydantic 2.10.0 asks for the validated data although no default here is made of any.
    return frozenset(
        field.alias or name
        for name, field in type(entry).model_fields.items()
        if not field.is_required()
        and field.get_default(call_default_factory=True, validated_data={}) in (None, (), {})
        and name not in _MADE
    )
