"""What a resource says in elements that are not read: misspelt ones, those of another release of
FHIR, words without a code. Each is remarked on, and some keep the resource from being used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clausewise.facts.fhir.bundle import Bundle, Resource
from clausewise.facts.fhir.elements import Element
from clausewise.facts.fhir.terms import says_something
from clausewise.facts.text import printable

_EVERYWHERE = (
    "resourceType id meta implicitRules language text contained extension modifierExtension "
    "identifier status subject note basedOn partOf encounter context performer instantiates "
    "instantiatesCanonical instantiatesUri fhir_comments"
)
_KNOWN: Mapping[str, frozenset[str]] = {
    kind: frozenset(f"{_EVERYWHERE} {names}".split())
    for kind, names in {
        "Claim": "type subType use patient created related item diagnosis supportingInfo insurer "
        "provider billablePeriod enterer facility priority fundsReserve prescription "
        "originalPrescription payee referral careTeam insurance accident total",
        "Condition": "clinicalStatus verificationStatus code bodySite recordedDate onsetDateTime "
        "onsetAge onsetPeriod onsetRange onsetString abatementDateTime abatementAge "
        "abatementPeriod abatementRange abatementString category severity recorder asserter stage "
        "evidence",
        "Coverage": "class type policyHolder subscriber subscriberId beneficiary dependent "
        "relationship period payor order network costToBeneficiary subrogation contract",
        "DiagnosticReport": "code category effectiveDateTime effectivePeriod result imagingStudy "
        "conclusionCode issued resultsInterpreter specimen media presentedForm",
        "DocumentReference": "docStatus type description content date author masterIdentifier "
        "category authenticator custodian securityLabel",
        "ImagingStudy": "modality series started procedureCode procedureReference referrer "
        "interpreter endpoint numberOfSeries numberOfInstances location reasonCode "
        "reasonReference description",
        "MedicationAdministration": "medicationCodeableConcept medicationReference "
        "effectiveDateTime effectivePeriod reasonCode reasonReference category "
        "supportingInformation request device dosage eventHistory",
        "MedicationStatement": "medicationCodeableConcept medicationReference effectiveDateTime "
        "effectivePeriod reasonCode reasonReference dateAsserted informationSource derivedFrom "
        "category dosage",
        "Observation": "code category effectiveDateTime effectivePeriod effectiveInstant "
        "effectiveTiming valueQuantity valueRange valueInteger valueBoolean valueCodeableConcept "
        "valueString valueRatio valueSampledData valueTime valueDateTime valuePeriod "
        "dataAbsentReason interpretation bodySite component derivedFrom hasMember issued method "
        "specimen device referenceRange",
        "Patient": "birthDate name telecom gender address maritalStatus multipleBirthBoolean "
        "multipleBirthInteger photo contact communication generalPractitioner managingOrganization "
        "active",
        "Procedure": "code category performedDateTime performedPeriod performedString performedAge "
        "performedRange reasonCode reasonReference bodySite outcome usedCode report recorder "
        "asserter location followUp focalDevice usedReference",
        "QuestionnaireResponse": "questionnaire item authored author source",
        "ServiceRequest": "intent doNotPerform code orderDetail bodySite occurrenceDateTime "
        "occurrencePeriod occurrenceTiming authoredOn reasonCode reasonReference requester "
        "requisition category priority quantityQuantity quantityRatio quantityRange "
        "asNeededBoolean asNeededCodeableConcept performerType locationCode locationReference "
        "insurance supportingInfo specimen patientInstruction relevantHistory",
    }.items()
}
"""The elements of R4, by type, that are read or have no bearing on a case."""
_VALUES = " ".join(key for key in _KNOWN["Observation"] if key.startswith("value"))
_KNOWN_PARTS: Mapping[tuple[str, str], frozenset[str]] = {
    place: frozenset(f"id extension modifierExtension {names}".split())
    for place, names in {
        ("Claim", "item"): "sequence careTeamSequence diagnosisSequence procedureSequence "
        "informationSequence revenue category productOrService modifier programCode servicedDate "
        "servicedPeriod locationCodeableConcept locationAddress locationReference quantity "
        "unitPrice factor net udi bodySite subSite encounter detail",
        ("Observation", "component"): "code dataAbsentReason interpretation referenceRange "
        + _VALUES,
    }.items()
}
"""The same of their parts."""
_DENYING = {
    "notDone": "false",
    "notGiven": "false",
    "notPerformed": "false",
    "wasNotTaken": "false",
    "wasNotGiven": "false",
    "taken": "y",
}
"""Elements of earlier releases by which a resource may deny what it tells, and what does not."""
_CODED = ("bodySite", "outcome", "usedCode", "conclusionCode", "interpretation")
"""Elements whose words are not read, so that a code which is not known is told."""
_PLAIN_CATEGORIES = {
    *("social-history", "vital-signs", "imaging", "laboratory", "procedure", "survey", "exam"),
    *("therapy", "activity", "problem-list-item", "encounter-diagnosis", "health-concern"),
}
"""Categories of observations and conditions that have no bearing on what these say."""


def why_denied(resource: Resource) -> str:
    """Why a resource says nothing of the person, by elements that turn its meaning; else empty."""
    data = resource.element.data
    for key, plain in _DENYING.items():
        if key in data and str(data[key]).lower() != plain:
            return f"{key} says that it did not take place"
    if resource.element.has("focus"):
        return "its focus says that it is about something else"
    for part in (resource.element, *resource.element.parts("component")):
        if part is not resource.element and part.has("modifierExtension"):
            return "an extension changes the meaning of a component"
        values = [key for key, value in part.data.items() if _is_value(key) and value is not None]
        if len(values) > 1:
            return f"it has several values ({', '.join(sorted(values))})"
    return ""


def _is_value(key: str) -> bool:
    return key.startswith("value") and key in _KNOWN["Observation"]


def remark_on_unread(bundle: Bundle, resource: Resource) -> None:
    """Remark on what the resource says in elements that are not read."""
    known = _KNOWN.get(resource.kind)
    if known is None:
        return
    names = [printable(key, 60) for key in _not_known(resource.element.data, known)]
    for (kind, below), own in _KNOWN_PARTS.items():
        if kind == resource.kind:
            names += [
                f"{each.place}.{printable(key, 60)}"
                for each in resource.element.parts(below)
                for key in _not_known(each.data, own)
            ]
    if names:
        bundle.remark(resource.name, f"not read of it: {', '.join(names[:10])}")
    for key in _CODED:
        for part in resource.element.parts(key):
            _remark_on_words(bundle, resource, key, part)
    if resource.kind in ("Observation", "Condition"):
        for part in resource.element.parts("category"):
            codes = {each.code for each in part.own_codings()}
            if not codes or not codes <= _PLAIN_CATEGORIES:
                _remark_on_words(bundle, resource, "category", part)


def _remark_on_words(bundle: Bundle, resource: Resource, key: str, part: Element) -> None:
    if not says_something(part.own_codings()):
        shown = printable(part.words(), 80)
        bundle.remark(resource.name, f"not read of it: {key} {shown!r}, which is no known code")


def _not_known(data: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    for key, value in data.items():
        if key.startswith("_"):
            # An extension of a text; with no text beside it, it stands in its place.
            if key[1:] in known and data.get(key[1:]) is not None:
                continue
        elif key in known or not value:
            continue
        yield key
