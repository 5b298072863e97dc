"""A case as FHIR and back: what resources can carry comes back, and all else is known by name."""

from __future__ import annotations

import copy
import json
import re
from decimal import Decimal
from typing import Any

import pytest

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.loading.files import cases_in
from clausewise.facts.vocabulary.words import VOCABULARY
from tests.support.bundles import bundle_and_left_out
from tests.support.generator import any_case
from tests.support.records import complete_percutaneous

Data = dict[str, Any]
CASES = 400
NEVER_CARRIED = re.compile(
    r"request\.purpose\.other|documents\[\d+\]\.received"
    r"|\w+\[\d+\]\.revises|imaging\[\d+\]\.side"
    r"|\w+\[\d+\]\.source\[\d+\](\.page|\.quote)?"
)
"""What no resource says. It takes a form of ours, or a case file."""


def valid(data: Data) -> Data:
    return plain_data(case_from_data(data))


def read_back(bundle: Data) -> Data:
    text = json.dumps(bundle, default=float)
    (case,) = cases_in(text.encode(), "bundle")
    return plain_data(case)


def without(data: Data, places: list[str]) -> Data:
    """The case without what its bundle does not carry."""
    data = copy.deepcopy(data)
    for place in reversed(places):
        if place == "request.purpose.other":
            data["request"]["purpose"].remove("other")
            continue
        *path, last = re.findall(r"\w+", place)
        holder: Any = data
        for part in path:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
            if part == "source" and not isinstance(holder, list):
                holder = [holder]
        del holder[int(last) if isinstance(holder, list) else last]
    return data


def normal(data: Data) -> Data:
    """The case with one way to say what FHIR says in another: names, order, sources as lists."""
    data = copy.deepcopy(data)
    request = data["request"]
    request["procedure"] = (
        VOCABULARY.procedure_of_code(request["procedure"]) or request["procedure"]
    )
    request.setdefault("purpose", [])
    own = {each["id"] for each in data.get("documents", ()) if is_resource(each["id"])}
    data["documents"] = [
        {"id": tail(each["id"]), **{k: v for k, v in each.items() if k not in ("id", "title")}}
        for each in data.get("documents", ())
        if each["id"] not in own
    ]
    for name in VOCABULARY.domains.keys() | {"therapy_inability"}:
        for entry in data.setdefault(name, []):
            entry.pop("id", None) if entry.get("id", "").count("-") else None
            for key in {"id", "therapy"} & set(entry):
                entry[key] = tail(entry[key])
            entry["source"] = [one for each in sources(entry) if (one := source(each, own))]
            entry["agents"] = sorted(entry.get("agents", ()))
    return json.loads(json.dumps(data, default=str, sort_keys=True))  # type: ignore[no-any-return]


def is_resource(identifier: str) -> bool:
    return "/" in identifier and not identifier.startswith("DocumentReference/")


def tail(identifier: str) -> str:
    return identifier.rpartition("/")[2]


def sources(entry: Data) -> list[Any]:
    said = entry.get("source", [])
    return said if isinstance(said, list) else [said]


def source(said: Any, own: set[str]) -> Data:
    if isinstance(said, str):
        return {"quote": said}
    rest = {key: value for key, value in said.items() if key != "document"}
    return rest if said["document"] in own else {"document": tail(said["document"]), **rest}


@pytest.mark.parametrize("start", range(0, CASES, 50))
def test_a_random_case_comes_back_from_its_bundle(start: int) -> None:
    for seed in range(start, start + 50):
        data = valid(any_case(seed))
        bundle, left_out = bundle_and_left_out(data)
        assert all(NEVER_CARRIED.fullmatch(place) for place in left_out), seed
        assert normal(read_back(bundle)) == normal(without(data, left_out)), seed


def test_the_random_cases_use_every_field_that_is_carried() -> None:
    used = {
        f"{name}.{key}"
        for seed in range(CASES)
        for name, entries in valid(any_case(seed)).items()
        if isinstance(entries, list)
        for entry in entries
        if isinstance(entry, dict)
        for key, value in entry.items()
        if value is not None
    }
    assert {
        "findings.radiates_to",
        "findings.context",
        "measurements.context",
        "therapies.for",
        "therapies.outcome",
        "therapies.completed",
        "therapy_inability.therapy",
        "injections.relief_percent",
        "imaging.results",
        "injections.revises",
    } <= used


def everything() -> Data:
    """A case with each field of the format that random cases leave out."""
    data = complete_percutaneous("left")
    data["request"] |= {
        "purpose": ["chronic_pain", "revision"],
        "planned_service_date": "2026-08-03",
        "plan": "another_plan",
        "decided": "2026-07-20",
    }
    data["record_complete"] = ["therapies", "imaging"]
    data["review"] = {"reviewer": "Example MD", "signed": "2026-07-20", "role": "physician"}
    data["documents"] = [
        {"id": "H1", "title": "Note", "author": "Example MD", "date": "2026-07-03"},
        {"id": "H2", "title": "Diary", "date": "2026-07-04"},
    ]
    data["member"] = {"age": 52}
    both = [{"document": "H1"}, {"document": "H2"}]
    quoted = {"document": "H1", "quote": "as she says: 7, at rest"}
    data["findings"][0] |= {"present": True, "radiates_to": ["groin", "thigh"], "source": both}
    data["findings"][-1] |= {"side": "left", "source": "told by the member"}
    data["measurements"][0] |= {
        "value": [Decimal("4.5"), 6],
        "context": "baseline",
        "source": quoted,
    }
    data["therapies"] += [
        {"id": "T3", "kind": "heat", "side": "left", "start": "2026-01-01", "outcome": "partial"},
        {"id": "T4", "kind": "pharmacotherapy", "start": "2026-01-01", "side": "right"},
        {"id": "T5", "kind": "pharmacotherapy", "start": "2026-01-01", "for": "other"},
        {"id": "T6", "kind": "ice", "end": "2026-01-01"},
    ]
    data["therapy_inability"] = [
        {"reason": "intolerance", "side": "left", "date": "2026-01-02", "therapy": "T1"},
        {"reason": "contraindication", "therapy": "T2"},
        {"reason": "inconvenience"},
    ]
    data["injections"][0]["relief_percent"] = [Decimal("49.9"), 80]
    data["injections"][0]["source"] = both
    return data


def test_a_case_with_every_field_comes_back_whole() -> None:
    data = valid(everything())
    bundle, left_out = bundle_and_left_out(data)
    assert left_out == []
    assert normal(read_back(bundle)) == normal(data)
