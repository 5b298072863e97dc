"""A case as FHIR and back: what resources can carry comes back, and all else is known by name."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.loading.files import cases_in
from clausewise.facts.vocabulary.words import VOCABULARY
from tests.support.bundles import bundle_and_left_out
from tests.support.generator import any_case
from tests.support.slices import first_few
from tests.support.whole_case import whole_case

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


@pytest.mark.parametrize("start", first_few(range(0, CASES, 50), 3))
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


def test_a_case_with_every_field_comes_back_whole() -> None:
    data = valid(whole_case())
    bundle, left_out = bundle_and_left_out(data)
    assert left_out == []
    assert normal(read_back(bundle)) == normal(data)
