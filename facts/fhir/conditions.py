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
from clausewise.facts.fhir.terms import meaning
from clausewise.facts.vocabulary.words import VOCABULARY

CURRENT = frozenset({"", "active", "recurrence", "relapse"})
FINAL = frozenset({"final", "amended", "corrected"})
_POINT_UNITS = frozenset({"", "1", "{score}", "{points}", "score", "points", "/10"})


def read_condition(draft: Draft, resource: Resource) -> None:
    """Findings that a Condition documents; why it documents none is remarked."""
    element = resource.element
    verified = element.status("verificationStatus")
    clinical = element.status("clinicalStatus")
    found = meaning(element.codings("code"), "finding")
    if not found.names:
        draft.bundle.remark(resource.name, found.why_unused())
        return
    if verified not in ("", "confirmed", "refuted"):
        draft.bundle.remark(resource.name, f"not used: its verification status is {verified}")
        return
    present = verified != "refuted"
    if present and (clinical not in CURRENT or _abated(element)):
        draft.bundle.remark(
            resource.name, f"not used: it is not current ({clinical or 'it has abated'})"
        )
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


def _abated(element: Element) -> bool:
    return any(key.startswith("abatement") for key in element.data)


def _sequela(codings: list[Coding]) -> bool:
    """ICD-10-CM marks the sequel of an injury by S in the seventh place."""
    return any(
        "icd-10-cm" in coding.address and coding.code.replace(".", "")[6:7].upper() == "S"
        for coding in codings
    )


def _add_finding(
    draft: Draft, resource: Resource, name: str, present: bool, side: str, day: date | None
) -> None:
    entry = {"finding": name, "present": present, "date": day}
    if VOCABULARY.findings[name].side_specific:
        if not side:
            draft.bundle.remark(
                resource.name, f"says no side: {name} counts for neither side without one"
            )
        entry["side"] = side
    draft.add("findings", entry, resource)


def read_observation(draft: Draft, resource: Resource) -> None:
    """Findings and scores that an Observation documents, its components included."""
    if resource.name in draft.consumed:
        return
    element = resource.element
    status = element.text("status")
    parts = [element, *element.parts("component")]
    understood = [meaning(part.codings("code"), "finding", "measure") for part in parts]
    if not any(found.names for found in understood):
        draft.bundle.remark(resource.name, _why_no_entry(parts))
        return
    if status not in FINAL:
        draft.bundle.remark(resource.name, f"not used: its status is {status or 'not given'}")
        return
    day = element.days("effective")[0]
    side = draft.side_of(resource, "bodySite", "code")
    for part, found in zip(parts, understood, strict=True):
        for name in found.names:
            if name in VOCABULARY.measures:
                _score(draft, resource, part, name, side, day)
            else:
                _finding(draft, resource, part, name, side, day)


def _why_no_entry(parts: list[Element]) -> str:
    codings = [coding for part in parts for coding in part.codings("code")]
    of_something = meaning(codings, "result", "detail")
    if of_something.names:
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
    if present is not None:
        _add_finding(draft, resource, name, present, side, day)


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
    value = _points(draft, resource, part)
    if value is None:
        return
    if not side:
        draft.bundle.remark(resource.name, "says no side: the score counts for neither side")
    # A score that belongs to a procedure was taken at it, not at rest.
    context = "post_injection" if resource.element.references("partOf") else "baseline"
    entry = {"measure": name, "value": value, "side": side, "date": day, "context": context}
    draft.add("measurements", entry, resource)


def _points(draft: Draft, resource: Resource, part: Element) -> object:
    quantity, spread = part.part("valueQuantity"), part.part("valueRange")
    if quantity is not None:
        if quantity.text("code") not in _POINT_UNITS or (
            not quantity.text("code") and quantity.text("unit").lower() not in _POINT_UNITS
        ):
            unit = quantity.text("code") or quantity.text("unit")
            draft.bundle.remark(resource.name, f"not used: {unit!r} is no scale from 0 to 10")
            return None
        if quantity.text("comparator") not in ("", ">="):
            draft.bundle.remark(resource.name, "not used: its value is only a bound from above")
            return None
        return quantity.number("value")
    if spread is not None:
        low = spread.part("low")
        draft.bundle.remark(resource.name, "its value is a range, of which the lower bound counts")
        return low.number("value") if low else None
    if part.has("valueInteger"):
        return part.number("valueInteger")
    points = meaning(part.codings("valueCodeableConcept"), "points").one
    if points:
        return int(points)
    draft.bundle.remark(resource.name, "not used: it has no value that is a number of points")
    return None
