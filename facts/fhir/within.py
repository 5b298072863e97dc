"""What stands within the elements of a resource: parts of their types that are not known, so that
a misspelt comparator is told, extensions, and what changes the meaning of all around it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from clausewise.facts.text import printable

Data = Mapping[str, Any]
MODIFIER = "modifierExtension"
_ASIDE = ("contained", "text", "meta")
"""Elements of a resource that are not part of what it says itself."""

_VALUES = (
    "valueQuantity valueRange valueInteger valueBoolean valueCodeableConcept valueString "
    "valueRatio valueSampledData valueTime valueDateTime valuePeriod"
)
_TYPES = {
    "coding text": "code category bodySite subSite modifier productOrService reasonCode outcome "
    "usedCode orderDetail conclusionCode interpretation dataAbsentReason clinicalStatus "
    "verificationStatus valueCodeableConcept medicationCodeableConcept diagnosisCodeableConcept "
    "relationship",
    "system version code display userSelected": "coding valueCoding ImagingStudy.modality "
    "ImagingStudy.bodySite ImagingStudy.laterality",
    "value comparator unit system code": "valueQuantity low high",
    "low high": "valueRange",
    "start end": "performedPeriod effectivePeriod servicedPeriod occurrencePeriod onsetPeriod "
    "boundsPeriod abatementPeriod",
    "reference type identifier display": "subject patient beneficiary partOf result hasMember "
    "derivedFrom reasonReference medicationReference imagingStudy procedureReference report "
    "valueReference diagnosisReference claim coverage DocumentReference.related",
    "time text authorString authorReference": "note",
    "low high type appliesTo age text": "referenceRange",
    "code dataAbsentReason interpretation referenceRange " + _VALUES: "component",
    "sequence careTeamSequence diagnosisSequence procedureSequence informationSequence revenue "
    "category productOrService modifier programCode servicedDate servicedPeriod "
    "locationCodeableConcept locationAddress locationReference quantity unitPrice factor net udi "
    "bodySite subSite encounter detail": "Claim.item",
    "sequence diagnosisCodeableConcept diagnosisReference type onAdmission "
    "packageCode": "Claim.diagnosis",
    "claim relationship reference": "Claim.related",
    "sequence category code reason timingDate timingPeriod valueBoolean valueString valueQuantity "
    "valueAttachment valueReference": "Claim.supportingInfo",
    "sequence focal identifier coverage businessArrangement preAuthRef claimResponse "
    "reference type display": "insurance",
    "type value name": "Coverage.class",
    "attachment format": "DocumentReference.content",
    "encounter event period facilityType practiceSetting sourcePatientInfo "
    "related": "DocumentReference.context",
    "uid number modality description numberOfInstances endpoint bodySite laterality specimen "
    "started performer instance": "ImagingStudy.series",
    "linkId definition text answer item": "QuestionnaireResponse.item",
    "valueBoolean valueDecimal valueInteger valueDate valueDateTime valueTime valueString valueUri "
    "valueAttachment valueCoding valueQuantity valueReference item": "QuestionnaireResponse.answer",
}
KNOWN_PARTS: Mapping[str, frozenset[str]] = {
    place: frozenset(f"id extension {MODIFIER} {names}".split())
    for names, places in _TYPES.items()
    for place in places.split()
}
"""The elements of parts of resources, by the part's name, with the type of the resource before it
where only the parts of this type are meant."""


def unknown_parts(kind: str, data: Data) -> Iterator[str]:
    """The places within a resource of elements that its parts do not have."""
    for key, place, part in _parts(data):
        known = KNOWN_PARTS.get(f"{kind}.{key}") or KNOWN_PARTS.get(key)
        if known is not None:
            yield from (f"{place}.{printable(each, 60)}" for each in not_known(part, known))


def not_known(data: Data, known: Collection[str]) -> Iterator[str]:
    """The keys of elements that say something and are none of these."""
    for key, value in data.items():
        if key.startswith("_"):
            # An extension of a text; with no text beside it, it stands in its place.
            if key[1:] in known and data.get(key[1:]) is not None:
                continue
        elif key in known or not value:
            continue
        yield key


def extensions(data: Data) -> list[str]:
    """The addresses of the extensions in a resource, each once; empty for one without."""
    found: dict[str, None] = {}
    for _, _, part in _parts(data):
        told = part.get("extension")
        for each in told if isinstance(told, list) else ():
            address = each.get("url") if isinstance(each, dict) else None
            found.setdefault(address if isinstance(address, str) else "")
    return list(found)


def changes_meaning(data: Data, apart: Collection[str] = ()) -> bool:
    """Whether an extension in a resource, but for some of its elements, changes its meaning."""
    own = {key: value for key, value in data.items() if key not in apart}
    return any(part.get(MODIFIER) is not None for _, _, part in _parts(own))


def _parts(value: Any, key: str = "", place: str = "") -> Iterator[tuple[str, str, Data]]:
    """The resource itself and every part within it, by its name and its place."""
    if isinstance(value, dict):
        yield key, place, value
        for below, each in value.items():
            if place or below not in _ASIDE:
                yield from _parts(each, below, f"{place}.{below}" if place else below)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _parts(each, key, f"{place}[{number}]")
