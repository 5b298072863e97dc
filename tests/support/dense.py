"""Random cases in which the details of one or two kinds of entry vary and all else is as it should.

They reach what cases of ``generator`` rarely do: every way in which a few entries of one event, or
about one condition, can agree and disagree, under the readings that bear on them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.mm_1508 import POLICY
from tests.support.pool import member
from tests.support.records import (
    BLOCK,
    DIAGNOSES,
    DOMAINS,
    FINDINGS,
    INDICATIONS,
    PURPOSES,
    REASONS,
    STEROID,
    Data,
    complete_open,
    complete_percutaneous,
)

Readings = dict[str, str]

DOCUMENTS: list[Data] = [
    {"id": "early", "date": "2025-10-10"},
    {"id": "middle", "date": "2026-02-20"},
    {"id": "spring", "date": "2026-03-02"},
    {"id": "late", "date": "2026-07-10", "received": "2026-07-15"},
    {"id": "undated"},
    {"id": "undated later", "received": "2026-07-18"},
    {"id": "after", "date": "2026-07-10", "received": "2026-07-18"},
    {"id": "written after", "date": "2026-07-18", "received": "2026-07-18"},
]
SIDES = ["left", "left", "left", "left", "bilateral", "right", None, None]
SELDOM_SIDES = [None, None, None, None, None, "left", "right", "bilateral"]
RELATED = (
    ["generalized_pain_behavior", "generalized_pain_disorder", "generalized_pain_primary_cause"],
    ["other_obvious_pain_source", "other_more_likely_pain_source"],
    ["symptomatic_neural_compression", "other_more_likely_pain_source"],
    list(INDICATIONS),
)
"""Findings that the same clauses ask for."""

RESULTS = (
    ("sacroiliac_joint", "destructive_lesion", "addressable_by_percutaneous_fusion"),
    ("sacroiliac_joint", "inflammatory_arthropathy", "addressable_by_percutaneous_fusion"),
    ("sacroiliac_joint", "localized_sij_pathology", "destructive_lesion"),
    ("hip", "hip_osteoarthritis", "hip_osteoarthritis_pain_source"),
    ("lumbar_spine", "neural_compression", "neural_compression_correlates"),
    ("lumbar_spine", "other_degenerative_pain_source", "neural_compression"),
)


def _maybe(random: Random, **choices: list[Any]) -> Data:
    """One of each, left out where it is None."""
    drawn = {name: random.choice(values) for name, values in choices.items()}
    return {name: value for name, value in drawn.items() if value is not None}


def _source(random: Random, share: float) -> Data:
    """At times a document, at times two."""
    if random.random() >= share:
        return {}
    cited = random.sample(DOCUMENTS, random.choice([1, 1, 1, 2]))
    listed = [{"document": each["id"]} for each in cited]
    return {"source": listed if len(listed) > 1 else listed[0]}


def _findings(random: Random, data: Data) -> None:
    draw = random.random()
    names = [random.choice(FINDINGS)] if draw < 0.5 else random.sample(FINDINGS, 2)
    if draw > 0.6:
        names = random.choice(RELATED)
    for name in names:
        if random.random() < 0.75:
            data["findings"] = [each for each in data["findings"] if each["finding"] != name]
        sides = SIDES if VOCABULARY.findings[name].side_specific else SELDOM_SIDES
        for _ in range(random.choice([0, 1, 1, 1, 2, 2, 3])):
            entry: Data = {"finding": name, "present": random.random() < 0.5}
            days = ["2025-07-14", "2025-07-20", "2026-03-02", "2026-07-02", "2026-07-03"]
            entry |= _maybe(
                random,
                date=[*days, "2026-07-16", None, None],
                side=sides,
                revises=[None, None, None, True],
                context=[None, None, None, None, None, "baseline", "post_injection"],
            )
            if name == "pain_radiating" and entry["present"]:
                entry |= _maybe(random, radiates_to=[None, ["thigh"], ["thigh", "below_knee"]])
            data["findings"].append(entry | _source(random, 0.15))


def _scores(random: Random, data: Data) -> None:
    if random.random() < 0.8:
        data["measurements"] = []
    for _ in range(random.choice([1, 1, 2, 2, 3])):
        values: list[Any] = [2, 4, 5, 7, 7, [3, 6], [1, 4], [3, 5], [5, 6]]
        entry: Data = {"measure": "sij_pain_score", "value": random.choice(values)}
        days = ["2025-07-14", "2025-12-01", "2026-01-20", "2026-03-02", "2026-06-20", "2026-07-02"]
        entry |= _maybe(
            random,
            date=[*days, "2026-07-03", None, None],
            side=SIDES,
            revises=[None, None, True],
            context=[None, None, None, None, "baseline", "post_injection"],
        )
        data["measurements"].append(entry | _source(random, 0.1))
    if random.random() < 0.3:
        entry = random.choice(data["injections"])
        if random.random() < 0.5:
            entry.pop("side", None)
        entry |= _source(random, 0.5)


def _therapies(random: Random, data: Data) -> None:
    exercise, physical = "home_exercise_program", "physical_therapy"
    kinds = random.choice(
        [[exercise], [exercise], [physical], [physical, exercise], ["tens"], ["rest", "tens"]]
    )
    data["therapies"] = [each for each in data["therapies"] if random.random() < 0.5]
    for number in range(random.choice([1, 1, 2, 2, 3])):
        kind = random.choice(kinds)
        entry: Data = {"id": f"N{number}", "kind": kind}
        days = ["2025-01-10", "2025-09-01", "2025-09-01", "2025-07-01", "2026-01-10", "2026-06-10"]
        start = random.choice([*days, "2026-07-15", "2026-07-16", None])
        ends = [
            "2025-06-01",
            "2025-07-14",
            "2025-07-15",
            "2025-10-06",
            "2025-10-11",
            "2025-10-12",
            "2026-01-09",
            "2026-02-28",
        ]
        ends += ["2026-03-10", "2026-07-14", "2026-07-15", "2026-07-16", "2026-08-30"]
        entry |= _maybe(random, end=[*[each for each in ends if each >= (start or "")], None, None])
        entry |= {"start": start} if start else {}
        if "end" not in entry and random.random() < 0.7:
            entry["ongoing"] = True
        entry |= _maybe(
            random,
            outcome=[None, None, "relief", "failed", "partial"],
            revises=[None, None, None, True],
            side=SELDOM_SIDES,
            completed=[None, None, False, None if entry.get("ongoing") else True],
        )
        if kind == exercise:
            says = [True, True, True, False, None]
            entry |= _maybe(random, prescription=says, follow_up=says)
        if kind == "tens":
            told = ["x", "x", None]
            entry |= _maybe(random, use=told, frequency=told, duration=told)
        entry |= {"for": "other"} if random.random() < 0.1 else {}
        data["therapies"].append(entry | _source(random, 0.3))
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        excuse: Data = {"reason": random.choice(REASONS)}
        excuse |= _maybe(
            random,
            therapy=[None, *(each["id"] for each in data["therapies"])],
            date=[None, "2026-01-20", "2025-07-15", "2025-07-14", "2026-07-16"],
            side=SELDOM_SIDES,
        )
        data["therapy_inability"].append(excuse | _source(random, 0.1))


def _studies(random: Random, data: Data) -> None:
    region, condition, further = random.choice(RESULTS)
    kept = random.random() < 0.5
    data["imaging"] = [
        each
        for each in data["imaging"]
        if each["region"] != region or (kept and random.random() < 0.5)
    ]
    for _ in range(random.choice([1, 1, 2, 2, 3])):
        says = [True, True, False, False, None]
        results = _maybe(random, **{condition: says, further: [True, False, None, None]})
        study: Data = {"region": region, "results": results}
        study["modality"] = random.choice(["radiograph", "radiograph", "mri", "ct"])
        days = ["2026-01-14", "2026-01-15", "2026-05-01", "2026-05-01", "2026-06-01", "2026-07-16"]
        study |= _maybe(random, date=[*days, None, None], revises=[None, None, True])
        if region != "lumbar_spine":
            study |= _maybe(random, side=SIDES)
        data["imaging"].append(study | _source(random, 0.1))
    if region == "lumbar_spine" and random.random() < 0.5:
        data["findings"] = [
            each for each in data["findings"] if each["finding"] != "symptomatic_neural_compression"
        ]


def _injections(random: Random, data: Data) -> None:
    data["injections"] = [each for each in data["injections"] if random.random() < 0.6]
    both = {**BLOCK, **STEROID, "agents": ["local_anesthetic", "corticosteroid"]}
    whole: Data = random.choice([BLOCK, BLOCK, STEROID, both])
    share = random.choice([0.1, 0.85, 0.95])
    for number in range(random.choice([1, 1, 2, 2, 3])):
        entry = {
            name: copy.deepcopy(value) for name, value in whole.items() if random.random() < share
        }
        entry |= {"id": f"N{number}"}
        purposes = [["diagnostic"], ["therapeutic"], ["diagnostic", "therapeutic"], None]
        entry.pop("purposes", None)
        entry |= _maybe(
            random,
            purposes=[whole["purposes"], whole["purposes"], *purposes],
            date=["2026-03-02", "2026-03-02", "2026-01-20", "2026-02-10", "2026-07-02", None, None],
            side=SIDES,
            revises=[None, None, None, True],
        )
        relief: list[Any] = [20, 50, [30, 70], [20, 40], [20, 50], [50, 60], 49]
        for name, value in (
            ("relief_percent", random.choice(relief)),
            ("outcome", "relief"),
            ("contrast", False),
            ("agents", ["other"]),
            ("agents", ["corticosteroid", "local_anesthetic"]),
            ("relief_lasted_expected", False),
            ("intra_articular", False),
            ("image_guided", False),
        ):
            if random.random() < 0.1:
                entry[name] = value
        data["injections"].append(entry | _source(random, 0.08))
    if data["injections"] and random.random() < 0.3:
        twin = copy.deepcopy(random.choice(data["injections"])) | {"id": "copy"}
        data["injections"].append(
            {name: value for name, value in twin.items() if name == "id" or random.random() < 0.9}
        )


def _request(random: Random, data: Data) -> None:
    request = data["request"]
    request.pop("diagnoses", None)
    request.pop("purpose", None)
    if random.random() < 0.8:
        request["diagnoses"] = random.sample(DIAGNOSES, random.choice([1, 1, 2, 3]))
    request |= _maybe(random, purpose=[None, None, None, *PURPOSES])
    if request["procedure"] == "percutaneous_sij_fusion" and random.random() < 0.1:
        request["procedure"] = random.choice(["27278", "27279"])


KINDS: dict[str, tuple[Callable[[Random, Data], None], ...]] = {
    "percutaneous": (_findings, _scores, _therapies, _studies, _injections, _request),
    "open": (_findings, _studies, _request),
}


def dense_case(seed: int) -> tuple[Data, Readings]:
    """A case with one to three kinds of entry varied, and readings; of a seed always the same."""
    random = Random(f"dense {seed}")
    path = "percutaneous" if random.random() < 0.75 else "open"
    data = complete_percutaneous() if path == "percutaneous" else complete_open()
    data["documents"] = copy.deepcopy(DOCUMENTS)
    for vary in random.sample(KINDS[path], random.choice([1, 1, 2, 2, 3])):
        vary(random, data)
    days = ["2026-07-01", "2026-07-15", "2026-07-16", "2026-08-01"]
    data["request"] |= _maybe(
        random,
        planned_service_date=[None, None, None, None, None, *days],
        decided=[None, None, None, None, "2026-07-16", "2026-07-20"],
    )
    if random.random() < 0.6:
        data["record_complete"] = [each for each in DOMAINS if random.random() < 0.7]
    share = random.choice([0, 0.15, 0.35])
    return data, {
        reading.name: random.choice(list(reading.alternatives))
        for reading in POLICY.readings
        if random.random() < share
    }


def dense_trial(seed: int) -> tuple[Data, Readings, Mapping[str, int]]:
    """A dense case; where it has therapies, at times as many days are asked for as are covered in
    it, or one more, so that no day can be gained or lost without notice."""
    data, readings = dense_case(seed)
    random = Random(f"days {seed}")
    if random.random() < 0.5:
        return data, readings, {}
    rows = member(data, readings).model.rows["covered_days"]
    covered = [days for _, _, _, days in rows if isinstance(days, int) and days > 0]
    if not covered:
        return data, readings, {}
    days = random.choice(covered) + random.choice([0, 0, 0, 1])
    months = ("minimum_active_therapy_months", "minimum_inactive_therapy_months")
    asked: dict[str, int] = {**dict.fromkeys(months, 1), "days_in_a_30_day_month": days}
    return data, readings | {"month_length": "30_days"}, asked
