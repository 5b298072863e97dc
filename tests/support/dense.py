"""Random cases in which the details of one kind of entry vary and all else is as it should be.

They reach what cases of ``generator`` rarely do: every way in which a few entries of one event, or
about one condition, can agree and disagree, under the readings that bear on them.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.support.records import (
    BLOCK,
    EXAMINED,
    INDICATIONS,
    STANDING,
    STEROID,
    Data,
    complete_open,
    complete_percutaneous,
)

Readings = dict[str, str]

DOCUMENTS: list[Data] = [
    {"id": "early", "date": "2025-10-10"},
    {"id": "middle", "date": "2026-02-20"},
    {"id": "late", "date": "2026-07-10", "received": "2026-07-15"},
    {"id": "undated"},
    {"id": "after", "date": "2026-07-10", "received": "2026-07-18"},
]


def _maybe(random: Random, **choices: list[Any]) -> Data:
    """One of each, left out where it is None."""
    drawn = {name: random.choice(values) for name, values in choices.items()}
    return {name: value for name, value in drawn.items() if value is not None}


def _readings(random: Random, **choices: str) -> Readings:
    """Each of these readings at times."""
    return {name: value for name, value in choices.items() if random.random() < 0.35}


def therapies(random: Random) -> tuple[Data, Readings]:
    """Entries of one active and one inactive episode."""
    data = complete_percutaneous()
    data["documents"] = DOCUMENTS
    kind = random.choice(["home_exercise_program", "home_exercise_program", "physical_therapy"])
    entries: list[Data] = []
    for number in range(random.choice([1, 2, 2, 3])):
        entry: Data = {"id": f"T{number}", "kind": kind}
        if random.random() < 0.15:
            entry |= {"kind": random.choice(["tens", "rest", "physical_therapy"])}
        start = random.choice(["2025-09-01", "2025-09-01", "2025-07-01", "2026-01-10", None])
        ends = ["2025-10-11", "2025-10-12", "2026-02-28", "2026-03-10", "2026-07-15", "2026-07-16"]
        entry |= _maybe(random, end=[*[e for e in ends if e >= (start or "")], None])
        entry |= {"start": start} if start else {}
        if "end" not in entry and random.random() < 0.7:
            entry["ongoing"] = True
        entry |= _maybe(
            random,
            outcome=[None, None, "relief", "failed", "partial"],
            revises=[None, None, None, True],
            side=[None, None, None, None, "right", "left"],
            completed=[None, None, False, None if entry.get("ongoing") else True],
        )
        if entry["kind"] == "home_exercise_program":
            says = [True, True, False, None]
            entry |= _maybe(random, prescription=says, follow_up=says)
        if entry["kind"] == "tens":
            entry |= _maybe(random, use=["x", None], frequency=["x"], duration=["x", None])
        source = random.choice([None, None, None, *(each["id"] for each in DOCUMENTS)])
        entry |= {"source": {"document": source}} if source else {}
        entry |= {"for": "other"} if random.random() < 0.1 else {}
        entries.append(entry)
    kept = [data["therapies"][random.randrange(2)]] if random.random() < 0.5 else []
    data["therapies"] = [*kept, *({**each, "id": f"N{each['id']}"} for each in entries)]
    reasons = ["increased_pain", "physical_inability", "inconvenience"]
    for _ in range(random.choice([0, 0, 1, 2])):
        excuse: Data = {"reason": random.choice(reasons)}
        excuse |= _maybe(
            random,
            therapy=[None, *(each["id"] for each in data["therapies"])],
            date=[None, "2026-01-20", "2025-07-15", "2025-07-14", "2026-07-16"],
            side=[None, None, "right"],
        )
        data["therapy_inability"].append(excuse)
    data["request"] |= _maybe(
        random,
        planned_service_date=[None, None, None, "2026-07-01", "2026-08-01"],
        decided=[None, None, "2026-07-20"],
    )
    if random.random() < 0.6:
        data["record_complete"] = ["therapies"]
    return data, _readings(
        random,
        hep_inability="counts_as_episode",
        conservative_failure="inadequate_relief",
        therapy_duration="continuous",
        ongoing_until="receipt",
        exercise_weeks="into_the_sixth_week",
        inability_window="look_back",
        inability_reasons="clause_list",
        month_length=random.choice(["30_days", "before_receipt"]),
        look_back_anchor="planned_service_date",
    )


RESULTS = (
    ("sacroiliac_joint", "destructive_lesion", "addressable_by_percutaneous_fusion"),
    ("sacroiliac_joint", "inflammatory_arthropathy", "addressable_by_percutaneous_fusion"),
    ("sacroiliac_joint", "localized_sij_pathology", "destructive_lesion"),
    ("hip", "hip_osteoarthritis", "hip_osteoarthritis_pain_source"),
    ("lumbar_spine", "neural_compression", "neural_compression_correlates"),
    ("lumbar_spine", "other_degenerative_pain_source", "neural_compression"),
)


def studies(random: Random) -> tuple[Data, Readings]:
    """A few studies about one condition."""
    data = random.choice([complete_percutaneous, complete_percutaneous, complete_open])()
    region, condition, further = random.choice(RESULTS)
    kept = random.random() < 0.5
    data["imaging"] = [
        each
        for each in data["imaging"]
        if each["region"] != region or (kept and random.random() < 0.5)
    ]
    for _ in range(random.choice([1, 2, 2, 3])):
        says = [True, True, False, False, None]
        results = _maybe(random, **{condition: says, further: [True, False, None, None]})
        study: Data = {"region": region, "results": results}
        study["modality"] = random.choice(["radiograph", "radiograph", "mri", "ct"])
        days = ["2026-01-14", "2026-01-15", "2026-05-01", "2026-05-01", "2026-06-01", None]
        study |= _maybe(random, date=days, revises=[None, None, True])
        if region != "lumbar_spine":
            study |= _maybe(random, side=["left", "left", "left", "bilateral", "right", None])
        data["imaging"].append(study)
    if region == "lumbar_spine":
        data["findings"] = [
            each
            for each in data["findings"]
            if each["finding"] != "symptomatic_neural_compression" or random.random() < 0.5
        ]
    if random.random() < 0.5:
        data["record_complete"] = ["imaging"]
    return data, _readings(
        random,
        imaging_rule_out="study_performed",
        imaging_recency="within_6_months",
        unsided_joint_study="neither",
        arthropathy_qualifier="both",
        hip_osteoarthritis_rule_out="any",
        compression_rule_out="any_compression",
        laterality="any_side",
        undated_entries="never",
    )


def findings(random: Random) -> tuple[Data, Readings]:
    """A few entries about one finding, or one pain score."""
    data = random.choice([complete_percutaneous, complete_percutaneous, complete_open])()
    data["documents"] = DOCUMENTS
    name = random.choice([*EXAMINED, *STANDING, *INDICATIONS, "score", "score"])
    kind = "measurements" if name == "score" else "findings"
    if random.random() < 0.7:
        data[kind] = [each for each in data[kind] if each.get("finding", "score") != name]
    for _ in range(random.choice([1, 2, 2, 3, 4])):
        days = ["2025-07-14", "2026-03-02", "2026-06-20", "2026-07-02", "2026-07-03", None, None]
        entry = _maybe(
            random,
            date=days,
            side=["left", "left", "bilateral", "right", None, None],
            revises=[None, None, True],
            context=[None, None, None, None, "baseline", "post_injection"],
        )
        if name == "score":
            entry |= {
                "measure": "sij_pain_score",
                "value": random.choice([2, 7, 5, [3, 6], [1, 4]]),
            }
        else:
            entry |= {"finding": name, "present": random.random() < 0.5}
        if name == "pain_radiating" and entry["present"]:
            entry |= _maybe(random, radiates_to=[None, ["thigh"], ["thigh", "below_knee"]])
        source = random.choice([None, None, None, None, *(each["id"] for each in DOCUMENTS)])
        entry |= {"source": {"document": source}} if source else {}
        data[kind].append(entry)
    data["request"] |= _maybe(random, decided=[None, None, "2026-07-16"])
    if random.random() < 0.3:
        data["request"]["diagnoses"] = ["chronic_sij_pain", "fracture", "generalized_pain"]
    if random.random() < 0.5:
        data["record_complete"] = [kind]
    return data, _readings(
        random,
        examination_age="within_12_months",
        pain_score_choice="highest_in_6_months",
        laterality="any_side",
        exclusion_side="anywhere",
        undated_entries="never",
        radiating="below_knee",
        evidence_cutoff="received",
        exclusion_scope=random.choice(["indication", "presence"]),
        generalized_pain="any",
        exclusion_lists="both_paths",
    )


def injections(random: Random) -> tuple[Data, Readings]:
    """A few entries of injections that may be one occasion."""
    data = complete_percutaneous()
    data["injections"] = [each for each in data["injections"] if random.random() < 0.6]
    for number in range(random.choice([1, 2, 2, 3])):
        whole = {**BLOCK, **STEROID, "agents": ["local_anesthetic", "corticosteroid"]}
        entry = {name: value for name, value in whole.items() if random.random() < 0.75}
        entry |= {"id": f"N{number}"}
        entry |= _maybe(
            random,
            purposes=[["diagnostic"], ["therapeutic"], ["diagnostic", "therapeutic"], None],
            date=["2026-03-02", "2026-03-02", "2026-01-20", "2026-02-10", None, None],
            side=["left", "left", "left", "bilateral", "right", None],
            revises=[None, None, None, True],
        )
        for name, value in (
            ("relief_percent", random.choice([20, 50, [30, 70], [20, 40]])),
            ("outcome", "relief"),
            ("contrast", False),
            ("agents", ["other"]),
            ("relief_lasted_expected", False),
            ("intra_articular", False),
            ("image_guided", False),
        ):
            if random.random() < 0.12:
                entry[name] = value
        if "purposes" not in entry:
            entry.pop("purposes", None)
        data["injections"].append(entry)
    if random.random() < 0.6:
        data["record_complete"] = ["injections"]
    return data, _readings(
        random,
        combined_injection=random.choice(["block_only", "steroid_only"]),
        attempts="two_are_all",
        block_relief="any_occasion",
        failed_block="disqualifies",
        laterality="any_side",
        undated_entries="never",
    )


KINDS: tuple[Callable[[Random], tuple[Data, Readings]], ...] = (
    therapies,
    studies,
    findings,
    injections,
)


def dense_case(seed: int) -> tuple[Data, Readings]:
    """A case of one of the kinds in turn, and readings; of a seed always the same."""
    return KINDS[seed % len(KINDS)](Random(f"dense {seed}"))
