"""The trials that mutants are put to: tables, random cases, focused cases, switched readings."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from facts.vocabulary import VOCABULARY
from logic.mm_1508 import POLICY
from tests.support.generator import (
    Data,
    complete_open,
    complete_percutaneous,
    focused_case,
    random_case,
)
from tests.support.pool import Member, member


def random_choices(seed: int, share: float = 0.25) -> tuple[dict[str, str], dict[str, int]]:
    """Default choices for even seeds; readings and numbers switched at random for odd ones."""
    random = Random(seed)
    readings, numbers = dict(POLICY.default_readings), dict(POLICY.default_parameters)
    if seed % 2:
        for reading in POLICY.readings:
            if random.random() < share:
                readings[reading.name] = random.choice(list(reading.choices))
    if seed % 4 == 3:
        for name in numbers:
            if random.random() < 0.3:
                numbers[name] = max(0, numbers[name] + random.choice([-1, 1, 2]))
    return readings, numbers


REVISED = {"date": "2026-07-03", "revises": True}
SETBACKS: tuple[dict[str, bool], ...] = (
    {},
    {"pain_radiating": True},
    {"posterior_sij_tenderness": False},
    {"thigh_thrust": False, "compression": False},
    {"gaenslen": False, "distraction": False, "patrick": False},
    {"generalized_pain_primary_cause": True},
)
"""Findings that make some other criterion not met."""


def _about(name: str, present: bool, **more: Any) -> Data:
    side = {"side": "left"} if VOCABULARY.findings[name].side_specific else {}
    return {"finding": name, "present": present, **side, **more}


def systematic() -> Iterator[Data]:
    """For each finding: contradicted on one day, by an older entry, by one that revises, alone and
    beside other criteria that are not met; for the open path beside imaging that shows nothing."""
    for name in VOCABULARY.findings:
        for make in (complete_percutaneous, complete_open):
            for setback in SETBACKS if make is complete_percutaneous else ({}, {"imaging": False}):
                for more in ({"date": "2026-07-02"}, {"date": "2020-01-01"}, REVISED):
                    data = make()
                    for entry in data["findings"]:
                        entry["present"] = setback.get(entry["finding"], entry["present"])
                    if "imaging" in setback:
                        data["imaging"][0]["results"] = {"localized_sij_pathology": False}
                    data["findings"] = [
                        each for each in data["findings"] if each["finding"] != name
                    ]
                    for present in (True, False):
                        twin = copy.deepcopy(data)
                        twin["findings"] += [
                            _about(name, present, date="2026-07-02"),
                            _about(name, not present, **more),
                        ]
                        yield twin


def scopes() -> Iterator[tuple[Data, dict[str, str]]]:
    """Each stated diagnosis under each scope of the exclusions, with and without an indication,
    and what the exclusions name documented present or absent."""
    for diagnosis in VOCABULARY.diagnoses:
        for scope in POLICY.reading["exclusion_scope"].choices:
            for lists in POLICY.reading["exclusion_lists"].choices:
                readings = {"exclusion_scope": scope, "exclusion_lists": lists}
                for make in (complete_percutaneous, complete_open):
                    data = make()
                    data["request"]["diagnoses"] = [diagnosis]
                    yield data, readings
                bare = complete_open()
                bare["findings"] = []
                bare["request"]["diagnoses"] = [diagnosis]
                yield bare, readings
    none: list[Data] = []
    for name in VOCABULARY.findings:
        for scope in POLICY.reading["exclusion_scope"].choices:
            for present in (True, False):
                for findings in (none, complete_open()["findings"]):
                    data = complete_open()
                    data["findings"] = [*findings, _about(name, present)]
                    yield data, {"exclusion_scope": scope}


def trials(tables: Sequence[tuple[Data, Any, Any]], random_cases: int) -> list[Member]:
    """The table rows (case, readings, parameters), then so many random cases of each kind."""
    pool = [member(data, readings, parameters) for data, readings, parameters in tables]
    pool += [member(data) for data in systematic()]
    pool += [member(data, readings) for data, readings in scopes()]
    for seed in range(random_cases):
        pool.append(member(random_case(seed), *random_choices(seed)))
        pool.append(member(focused_case(5000 + seed), *random_choices(seed)))
        pool.append(member(focused_case(9000 + seed), *random_choices(2 * seed + 1, 0.5)))
    return pool
