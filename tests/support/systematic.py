"""Cases made one by one for what the rules tell apart: findings, gates, exclusions, studies."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from itertools import permutations, product
from typing import Any

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.generator import Data, complete_open, complete_percutaneous

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


def about_findings() -> Iterator[Data]:
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


FINDING_AT = {"told": 2, "present": 1, "absent": 1, "source_says": 1}
"""The relations by which leaves ask for a finding, and where its name stands."""


@cache
def findings_by_label() -> dict[str, str]:
    """The finding that each leaf asks for, by label, as its rules say."""
    found: dict[str, str] = {}
    for rule in program_of(POLICY).rules:
        if rule.head.relation.name == "told_met" and rule.head.label is not None:
            for atom, polarity in rule.atoms():
                place = FINDING_AT.get(atom.relation.name)
                if place is not None and polarity == "positive":
                    found.setdefault(rule.head.label, str(atom.arguments[place]))
    return found


STATES: dict[str, tuple[bool, ...]] = {
    "present": (True,),
    "absent": (False,),
    "contradicted": (True, False),
    "silent": (),
}


def _with_states(data: Data, states: dict[str, str]) -> Data:
    """The record with these findings documented so, whatever it said of them."""
    data["findings"] = [each for each in data["findings"] if each["finding"] not in states]
    for name, state in states.items():
        data["findings"] += [_about(name, each, date="2026-07-02") for each in STATES[state]]
    return data


def _parts(label: str) -> list[str]:
    """The leaves about findings whose statuses the rules of a gate ask for."""
    found: dict[str, None] = {}
    for rule in program_of(POLICY).rules:
        if rule.label == label and rule.head.relation.name != "told_met":
            for atom, _ in rule.atoms():
                if atom.relation.by_clause is not None and atom.label not in (None, label):
                    found[str(atom.label)] = None
    return [part for part in found if part in findings_by_label()]


def _readings_about(label: str) -> Iterator[dict[str, str]]:
    """No reading changed, then each single other value of a reading that bears on the clause."""
    yield {}
    exclusion = POLICY.clauses[label].kind == "exclusion"
    for reading in POLICY.readings:
        related = any(label.startswith(each) or each.startswith(label) for each in reading.labels)
        if related or (exclusion and reading.name.startswith("exclusion_")):
            for value in reading.alternatives:
                yield {reading.name: value}


def gates() -> Iterator[tuple[Data, dict[str, str]]]:
    """The parts of a gate present or absent in all ways, then one of them contradicted and another
    in every state, under each reading that bears on the gate."""
    findings = findings_by_label()
    for clause in POLICY.clauses.values():
        parts = _parts(clause.label)
        if len(parts) < 2:
            continue
        make = complete_open if "A" in clause.label else complete_percutaneous
        for readings in _readings_about(clause.label):
            for states in product(("present", "absent"), repeat=len(parts)):
                named = dict(zip((findings[part] for part in parts), states, strict=True))
                yield _with_states(make(), named), readings
            for part in parts:
                named = {findings[each]: "absent" for each in parts}
                yield _with_states(make(), named | {findings[part]: "contradicted"}), readings
            for first, second in permutations(parts, 2):
                for state in STATES:
                    named = {findings[first]: "contradicted", findings[second]: state}
                    yield _with_states(make(), named), readings


def imaging() -> Iterator[tuple[Data, dict[str, str]]]:
    """What each region's studies say, in all ways together, as far as one modality each can."""
    conditions = {
        "sacroiliac_joint": ("destructive_lesion", "mri"),
        "hip": ("hip_osteoarthritis", "mri"),
        "lumbar_spine": ("neural_compression", "ct"),
    }
    states: dict[str, tuple[bool, ...]] = {
        "excluded": (False,),
        "shown": (True,),
        "contradicted": (True, False),
        "missing": (),
    }
    for chosen in product(states, repeat=len(conditions)):
        data = complete_percutaneous()
        data["record_complete"] = ["imaging"]
        data["imaging"] = [
            {
                "modality": modality,
                "region": region,
                "date": "2026-05-01",
                "results": {condition: shown},
                **({} if region == "lumbar_spine" else {"side": "left"}),
            }
            for state, (region, (condition, modality)) in zip(
                chosen, conditions.items(), strict=True
            )
            for shown in states[state]
        ]
        # A silent radiograph, so that the studies of the joint are there whatever they show.
        data["imaging"].append(
            {"modality": "radiograph", "region": "sacroiliac_joint", "side": "left"}
            | {"date": "2026-05-01"}
        )
        yield data, {}


def single_studies() -> Iterator[tuple[Data, dict[str, str]]]:
    """One study of a region with every result it may tell of, also silent, where a study that was
    done is enough."""
    for region, names in {
        "sacroiliac_joint": ("destructive_lesion", "inflammatory_arthropathy"),
        "hip": ("hip_osteoarthritis", "hip_osteoarthritis_pain_source"),
        "lumbar_spine": (
            "neural_compression",
            "neural_compression_correlates",
            "other_degenerative_pain_source",
        ),
    }.items():
        for modality in VOCABULARY.modalities:
            for values in product((True, False, None), repeat=len(names)):
                data = complete_percutaneous()
                results = dict(zip(names, values, strict=True))
                study: Data = {"modality": modality, "region": region, "date": "2026-05-01"}
                study["results"] = {
                    name: value for name, value in results.items() if value is not None
                }
                if region != "lumbar_spine":
                    study["side"] = "left"
                data["imaging"] = [each for each in data["imaging"] if each["region"] != region]
                data["imaging"].append(study)
                yield data, {}
                yield data, {"imaging_rule_out": "study_performed"}


def injection_details() -> Iterator[tuple[Data, dict[str, str]]]:
    """Each detail of each injection left out or turned round, under each reading of blocks."""
    turned = {True: False, "failed": "relief", 80: 20}
    for place, entry in enumerate(complete_percutaneous()["injections"]):
        for detail in sorted(entry.keys() - {"id", "purposes"}):
            for readings in _readings_about("D.I.B.7"):
                data = complete_percutaneous()
                changed = data["injections"][place]
                value = changed.pop(detail)
                yield copy.deepcopy(data), readings
                if not isinstance(value, list) and value in turned:
                    changed[detail] = turned[value]
                    yield data, readings


def exclusions() -> Iterator[tuple[Data, dict[str, str]]]:
    """What an exclusion names in every state, also revised and too late, on both paths, under each
    scope and list of the exclusions, with and without a stated diagnosis."""
    findings = findings_by_label()
    scopes_and_lists = [
        {"exclusion_scope": scope, "exclusion_lists": lists}
        for scope in POLICY.reading["exclusion_scope"].choices
        for lists in POLICY.reading["exclusion_lists"].choices
    ]
    for label, name in findings.items():
        if POLICY.clauses[label].kind != "exclusion":
            continue
        for readings in scopes_and_lists:
            for make in (complete_percutaneous, complete_open):
                for stated in (True, False):
                    for state in (*STATES, "undone", "confirmed late", "too late"):
                        data = _with_states(make(), {name: state if state in STATES else "silent"})
                        if state == "undone":
                            data["findings"] += [_about(name, True, date="2026-07-02")]
                            data["findings"] += [_about(name, False, **REVISED)]
                        elif state == "confirmed late":
                            data["findings"] += [_about(name, False, date="2026-07-02")]
                            data["findings"] += [_about(name, True, **REVISED)]
                        elif state == "too late":
                            data["findings"] += [_about(name, True, date="2026-07-20")]
                        if not stated:
                            del data["request"]["diagnoses"]
                        yield data, readings


def doubted_findings() -> Iterator[tuple[Data, dict[str, str]]]:
    """Each finding said of the side, and the contrary without a side or without a date."""
    old = {"examination_age": "within_12_months"}
    for name, asked in VOCABULARY.findings.items():
        for make, present in product((complete_percutaneous, complete_open), (True, False)):
            for missing, readings in ((("side",), {}), (("date",), old), (("side", "date"), old)):
                if ("side" in missing and not asked.side_specific) or (
                    "date" in missing and not asked.examination
                ):
                    continue
                data = _with_states(make(), {name: "present" if present else "absent"})
                doubted = _about(name, not present, date="2026-07-02")
                data["findings"].append(
                    {place: value for place, value in doubted.items() if place not in missing}
                )
                yield data, readings
                alone = copy.deepcopy(data)
                alone["findings"] = [*data["findings"][:-2], data["findings"][-1]]
                yield alone, readings
                yield copy.deepcopy(alone) | {"record_complete": ["findings"]}, readings


def unsided_exclusions() -> Iterator[tuple[Data, dict[str, str]]]:
    """What needs a side and excludes, documented without one: alone, stated as a diagnosis too, or
    undone by a later entry."""
    for label, name in findings_by_label().items():
        if POLICY.clauses[label].kind != "exclusion" or not VOCABULARY.findings[name].side_specific:
            continue
        for scope, side, stated, undone in product(
            POLICY.reading["exclusion_scope"].choices,
            POLICY.reading["exclusion_side"].choices,
            (True, False),
            (True, False),
        ):
            for make in (complete_percutaneous, complete_open):
                data = make()
                data["findings"].append({"finding": name, "present": True, "date": "2026-07-02"})
                if undone:
                    data["findings"].append({"finding": name, "present": False, **REVISED})
                data["request"]["diagnoses"] = [name] if stated else ["chronic_sij_pain"]
                yield data, {"exclusion_scope": scope, "exclusion_side": side}


def doubtful_indications() -> Iterator[tuple[Data, dict[str, str]]]:
    """An indication of D.I.A.1 that is present, contradicted or silent, beside each exclusion of
    D.II.A in every state, stated or not, under each scope."""
    names = [name for label, name in findings_by_label().items() if label.startswith("D.II.A.")]
    stated = [None, "mechanical_low_back_syndrome", "sacroiliac_joint_syndrome"]
    stated += ["degenerative_sacroiliac_joint", "neural_compression", "other"]
    for name, state, scope in product(
        dict.fromkeys(names), STATES, POLICY.reading["exclusion_scope"].choices
    ):
        for indication, diagnosis in product(("present", "contradicted", "silent"), stated):
            data = _with_states(
                complete_open(), {"posttraumatic_sij_injury": indication, name: state}
            )
            data["request"].pop("diagnoses", None)
            if diagnosis is not None:
                data["request"]["diagnoses"] = [diagnosis]
            yield data, {"exclusion_scope": scope}


def generalized_pain() -> Iterator[tuple[Data, dict[str, str]]]:
    """A pain behavior, a pain disorder and the primary cause in every state together."""
    names = [f"generalized_pain_{each}" for each in ("behavior", "disorder", "primary_cause")]
    for states in product(STATES, repeat=len(names)):
        for scope, stated in product(("by_list", "indication"), (True, False)):
            data = _with_states(complete_percutaneous(), dict(zip(names, states, strict=True)))
            data["request"].pop("diagnoses", None)
            if stated:
                data["request"]["diagnoses"] = ["generalized_pain"]
            yield data, {"exclusion_scope": scope, "generalized_pain": "any"}


def failed_blocks() -> Iterator[tuple[Data, dict[str, str]]]:
    """A further block with too little relief, each detail of it left out, denied or told both
    ways: of the side, without a side, without a date; where such a block counts against."""
    failed = {**complete_percutaneous()["injections"][1], "date": "2026-04-20"}
    failed |= {"id": "F", "relief_percent": 20}
    turned: dict[object, object] = {True: False, 20: 80}
    details = [None, *sorted(failed.keys() - {"id", "date", "side"})]
    for missing, detail, how in product((None, "side", "date"), details, ("out", "no", "both")):
        entry = {name: value for name, value in copy.deepcopy(failed).items() if name != missing}
        more: list[Data] = []
        if detail is not None:
            value = entry.pop(detail)
            other = ["other"] if isinstance(value, list) else turned[value]
            if how == "no" and detail != "purposes":
                entry[detail] = other
            elif how == "both" and detail != "purposes":
                entry[detail] = value
                more = [{**entry, "id": "G", detail: other}]
        for readings in ({}, {"block_relief": "any_occasion"}):
            for kept in (1, 4):
                data = complete_percutaneous()
                data["injections"] = [*data["injections"][:kept], entry, *more]
                yield data, {"failed_block": "disqualifies", **readings}
                complete = copy.deepcopy(data) | {"record_complete": ["injections"]}
                yield complete, {"failed_block": "disqualifies", **readings}


def pain_scores() -> Iterator[tuple[Data, dict[str, str]]]:
    """A score of the side, or none, beside one with or without a side and date, lower, higher or a
    range, that may revise; under both readings of which score counts."""
    days = (None, "2026-01-15", "2026-07-01", "2026-07-02", "2026-07-03")
    values: tuple[Any, ...] = (7, 2, [3, 5], [3, 6])
    for first, second, day in product((None, *values), values, days):
        for side, revises, choice in product(
            ("left", None), (True, False), POLICY.reading["pain_score_choice"].choices
        ):
            data = complete_percutaneous()
            data["record_complete"] = ["measurements"]
            data["measurements"] = []
            for value, extra in (
                (first, {"side": "left", "date": "2026-07-02"}),
                (second, {"side": side, "date": day, "revises": revises or None}),
            ):
                entry = {"measure": "sij_pain_score", "value": value, **extra}
                if value is not None:
                    data["measurements"].append(
                        {name: each for name, each in entry.items() if each is not None}
                    )
            yield data, {"pain_score_choice": choice}


def joint_studies() -> Iterator[tuple[Data, dict[str, str]]]:
    """A study of the joint, of the side or not, recent or not, that says yes, no, both or nothing
    of localized pathology, and a later one that revises it in each way."""
    says: Data = {"yes": [True], "no": [False], "both": [True, False], "nothing": [None]}

    def study(answer: str, **more: Any) -> list[Data]:
        named = {name: each for name, each in more.items() if each is not None}
        base = {"modality": "ct", "region": "sacroiliac_joint", **named}
        return [
            base | ({} if each is None else {"results": {"localized_sij_pathology": each}})
            for each in says[answer]
        ]

    later = [None, *product(("yes", "no", "both"), ("left", "right", None))]
    for answer, side, day in product(says, ("left", None), ("2026-06-20", "2026-01-14", None)):
        for second, joints in product(later, POLICY.reading["unsided_joint_study"].choices):
            data = complete_open()
            data["record_complete"] = ["imaging"]
            data["imaging"] = study(answer, side=side, date=day)
            if second is not None:
                data["imaging"] += study(
                    second[0], side=second[1], date="2026-06-20", revises=True, modality="mri"
                )
            yield data, {"unsided_joint_study": joints}
