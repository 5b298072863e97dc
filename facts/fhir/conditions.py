"""Conditions and observations as findings and measurements.

A condition counts as present or absent only when its statuses say so; an observation only when it
is final. A score counts only for the sacroiliac joint, which the usual codes do not say by
themselves.
"""

from __future__ import annotations

from datetime import date

from clausewise.facts.fhir.bundle import Resource
from clausewise.facts.fhir.draft import Draft
from clausewise.facts.fhir.elements import Coding, Element
from clausewise.facts.fhir.quantities import Number, amount_of
from clausewise.facts.fhir.standing import why_not_current
from clausewise.facts.fhir.terms import Meaning, meaning
from clausewise.facts.text import printable
from clausewise.facts.vocabulary.words import VOCABULARY, Name

REVISED = frozenset({"amended", "corrected"})
FINAL = frozenset({"final"}) | REVISED
_POINT_UNITS = frozenset(
    {
        *("", "1", "{score}", "{points}", "{nrs}", "{1..10}", "score", "points", "pain score"),
        *("point", "pts", "nrs", "/10", "out of 10", "of 10", "points of 10", "score (0-10)"),
    }
)


def read_condition(draft: Draft, resource: Resource) -> None:
    """Findings that a Condition documents; why it documents none is remarked."""
    element = resource.element
    verified = element.status("verificationStatus")
    found = meaning(element.codings("code"), "finding")
    if not found.names:
        draft.bundle.remark(resource.name, found.why_unused())
        return
    present = verified != "refuted"
    if present and (why := why_not_current(element)):
        draft.bundle.remark(resource.name, f"not used: {why}")
        return
    if present and _sequela(element.codings("code")):
        draft.bundle.remark(resource.name, "not used: its code says the sequel of an injury")
        return
    for note in found.notes:
        draft.bundle.remark(resource.name, note)
    day = element.day("recordedDate") or element.days("onset")[0]
    side = draft.side_of(resource, "bodySite", "code")
    for name in found.names:
        _add_finding(draft, resource, name, present, side, day)


def _sequela(codings: list[Coding]) -> bool:
    """ICD-10-CM marks the sequel of an injury by S in the seventh place."""
    return any(
        "icd-10-cm" in coding.address and coding.code.replace(".", "")[6:7].upper() == "S"
        for coding in codings
    )


def _add_finding(
    draft: Draft,
    resource: Resource,
    name: str,
    present: bool,
    side: str,
    day: date | None,
    **further: object,
) -> None:
    if VOCABULARY.findings[name].side_specific and not side:
        draft.bundle.remark(
            resource.name, f"says no side: {name} supports neither side without one"
        )
    entry = {"finding": name, "present": present, "side": side, "date": day} | further
    draft.add("findings", entry, resource)


def read_observation(draft: Draft, resource: Resource) -> None:
    """Findings and scores that an Observation documents, its components included."""
    if resource.name in draft.consumed:
        return
    element = resource.element
    status = element.text("status")
    parts = [element, *element.parts("component")]
    understood = [
        meaning(part.codings("code"), "finding", "measure", "inability") for part in parts
    ]
    if not any(found.names for found in understood):
        draft.bundle.remark(resource.name, _why_no_entry(parts))
        return
    if status not in FINAL:
        draft.bundle.remark(resource.name, f"not used: its status is {status or 'not given'}")
        return
    if status in REVISED:
        draft.bundle.remark(
            resource.name,
            f"its status, {status}, says that it stands in place of its own earlier version; it is "
            "not taken to revise another entry",
        )
    day = element.first_day("effective")
    side = draft.side_of(resource, "bodySite", "code")
    for part, found in zip(parts, understood, strict=True):
        if part is not element and not found.names:
            why = _why_not_read(element, part, found)
            if why:
                draft.bundle.remark(resource.name, f"{part.place} is not read: {why}")
        for name in found.names:
            if name in VOCABULARY.measures:
                _score(draft, resource, part, name, side, day)
            elif name in VOCABULARY.inability_reasons:
                _inability(draft, resource, part, name, side, day)
            else:
                _finding(draft, resource, part, name, side, day)


def _why_not_read(element: Element, component: Element, found: Meaning) -> str:
    """Why a component is not read that is no entry; empty for where a pain radiates to."""
    detail = meaning(component.codings("code"), "detail").one
    if not detail:
        return found.why_unused()
    radiating = "pain_radiating" in meaning(element.codings("code"), "finding").names
    if detail == "radiates_to" and radiating and element.data.get("valueBoolean") is not False:
        return ""
    return f"{detail} is nothing that the observation can hold"


def _why_no_entry(parts: list[Element]) -> str:
    codings = [coding for part in parts for coding in part.codings("code")]
    of_something = meaning(codings, "result", "detail")
    if of_something.names and of_something.names != ("radiates_to",):
        return "not used: it belongs to no study or procedure of the bundle"
    return meaning(codings, "finding", "measure").why_unused()


def truth_of(draft: Draft, resource: Resource, part: Element) -> bool | None:
    """What an observation says: yes, no, or nothing that can be used, which is remarked."""
    if part.has("dataAbsentReason"):
        draft.bundle.remark(resource.name, "not used: it says why there is no value")
        return None
    said = {
        value
        for value in (
            part.truth("valueBoolean"),
            _truth(part.codings("valueCodeableConcept")),
            _truth(part.codings("interpretation")),
        )
        if value is not None
    }
    if len(said) == 1:
        return said.pop()
    reason = "its value and its interpretation disagree" if said else "it says neither yes nor no"
    draft.bundle.remark(resource.name, f"not used: {reason}")
    return None


def _truth(codings: list[Coding]) -> bool | None:
    one = meaning(codings, "truth").one
    return None if not one else one == "yes"


def _finding(
    draft: Draft, resource: Resource, part: Element, name: str, side: str, day: date | None
) -> None:
    present = truth_of(draft, resource, part)
    if present is None:
        return
    further: dict[str, object] = {"context": context_of(draft, resource)}
    if name == "pain_radiating" and present:
        further["radiates_to"] = _places(resource.element)
    _add_finding(draft, resource, name, present, side, day, **further)


def _places(element: Element) -> list[str]:
    """Where the pain radiates to, which components of the observation say."""
    codings = [
        coding
        for part in element.parts("component")
        if meaning(part.codings("code"), "detail").one == "radiates_to"
        for coding in part.codings("valueCodeableConcept")
    ]
    return list(meaning(codings, "place").names)


def context_of(draft: Draft, resource: Resource) -> str:
    """Under which circumstances an observation was made, where it says so.

    What belongs to a procedure is its result, not a baseline, unless that was no more than an
    examination.
    """
    said = meaning(resource.element.codings("category"), "context").names
    if len(said) > 1:
        draft.bundle.remark(resource.name, "its contexts disagree: the last one is used")
    if said:
        return said[-1]
    for part in resource.element.parts("partOf"):
        procedure = draft.bundle.find(part.text("reference"), resource)
        if procedure is None:
            draft.bundle.remark(
                resource.name,
                "belongs to a procedure that is not in the bundle: taken for a result of it",
            )
            return "post_injection"
        codings = procedure.element.codings("code")
        if meaning(codings, "injection").names:
            return "post_injection"
        if meaning(codings, "procedure").names:
            return "post_operative"
    return ""


def _inability(
    draft: Draft, resource: Resource, part: Element, reason: str, side: str, day: date | None
) -> None:
    """That active therapy could not be completed; ``partOf`` names the therapy, if it was one."""
    if truth_of(draft, resource, part) is not True:
        draft.bundle.remark(resource.name, f"not used: it does not affirm {reason}")
        return
    entry: dict[str, object] = {"reason": reason, "side": side, "date": day}
    references = resource.element.references("partOf")
    for text in references:
        therapy = draft.bundle.find(text, resource)
        known = {each.get("id") for each, _ in draft.entries["therapies"]}
        if therapy is None or therapy.name not in known or len(references) > 1:
            draft.bundle.remark(
                resource.name, "not used: it belongs to something that is not read as one therapy"
            )
            return
        entry["therapy"] = therapy.name
    draft.add("therapy_inability", entry, resource)


def _score(
    draft: Draft, resource: Resource, part: Element, name: str, side: str, day: date | None
) -> None:
    if part.has("dataAbsentReason"):
        draft.bundle.remark(resource.name, "not used: it says why there is no value")
        return
    codings = resource.element.codings("code") + part.codings("code")
    local = any(coding.code == name for coding in codings)
    sites = meaning(resource.element.codings("bodySite"), "site").names
    if not (local and not sites) and sites != ("sacroiliac_joint",):
        draft.bundle.remark(
            resource.name, "not used: a pain score without the sacroiliac joint as its site"
        )
        return
    measure = VOCABULARY.measures[name]
    if (scale := _other_scale(part, measure)) is not None:
        draft.bundle.remark(
            resource.name,
            f"not used: its reference range reaches {scale}, beyond {measure.most}",
        )
        return
    _remark_on_ranges(draft, resource, part, measure)
    value = _points(draft, resource, part, measure)
    if value is None:
        draft.unusable.setdefault("measurements", resource.name)
        return
    if not side:
        draft.bundle.remark(resource.name, "says no side: the score supports neither side")
    entry = {
        "measure": name,
        "value": value,
        "side": side,
        "date": day,
        "context": context_of(draft, resource),
    }
    draft.add("measurements", entry, resource)


def _other_scale(part: Element, measure: Name) -> Number | None:
    """The upper end of a reference range that no score of this measure reaches."""
    bounds = (each.part("high") for each in part.parts("referenceRange"))
    highest = (each.number("value") for each in bounds if each is not None)
    return next((each for each in highest if each is not None and each > measure.most), None)


def _remark_on_ranges(draft: Draft, resource: Resource, part: Element, measure: Name) -> None:
    """Remark on reference ranges that may tell of a scale that is not the measure's."""
    for each in part.parts("referenceRange"):
        bound = each.part("high")
        high = bound.number("value") if bound is not None else None
        told = each.text("text") or (
            "" if high is None or high == measure.most else f"up to {high}"
        )
        if told:
            draft.bundle.remark(
                resource.name,
                f"its reference range, {printable(told, 40)!r}, is not read: the value counts "
                f"as one from {measure.least} to {measure.most}",
            )


def _points(draft: Draft, resource: Resource, part: Element, measure: Name) -> object:
    """The points of a score: a number, or a range where only bounds of it are said."""
    if part.has("valueQuantity") or part.has("valueRange"):
        return amount_of(draft, resource, part, _POINT_UNITS, measure.least, measure.most)
    if part.has("valueInteger"):
        return part.number("valueInteger")
    points = meaning(part.codings("valueCodeableConcept"), "points").one
    if points:
        return int(points)
    draft.bundle.remark(resource.name, "not used: it has no value that is a number of points")
    return None
