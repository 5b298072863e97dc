"""What a resource says in elements that are not read: misspelt ones, those of another release of
FHIR, words without a code. Each is remarked on, and some keep the resource from being used.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.facts.fhir.bundle import Bundle, Resource
from clausewise.facts.fhir.elements import Coding, Element
from clausewise.facts.fhir.standing import READ_EXTENSIONS
from clausewise.facts.fhir.terms import has_known_system, says_something
from clausewise.facts.fhir.within import extensions, not_known, unknown_parts
from clausewise.facts.text import printable

MOST_TOLD = 10
"""Elements of a resource that one remark names."""

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
        "conclusionCode issued resultsInterpreter specimen",
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
_DENYING = {
    "notDone": "false",
    "notGiven": "false",
    "notPerformed": "false",
    "wasNotTaken": "false",
    "wasNotGiven": "false",
    "taken": "y",
}
"""Elements of earlier releases by which a resource may deny what it tells, and what does not."""
_TOLD = {"Claim": ("note",), "ServiceRequest": ("note", "patientInstruction")}
"""Elements of requests whose words may limit them; elsewhere notes are quoted."""
_CODED = (
    *("bodySite", "outcome", "usedCode", "conclusionCode", "interpretation", "method"),
    "reasonCode",
)
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
    data = resource.element.data
    names = [printable(key, 60) for key in not_known(data, known)]
    names += unknown_parts(resource.kind, data)
    names += [key for key in _TOLD.get(resource.kind, ()) if resource.element.has(key)]
    if names:
        bundle.remark(resource.name, f"not read of it: {', '.join(names[:MOST_TOLD])}")
    if further := [each for each in extensions(data) if each not in READ_EXTENSIONS]:
        shown = (printable(each.rsplit("/", 1)[-1], 60) or "without a url" for each in further)
        told = ", ".join(dict.fromkeys(shown))
        bundle.remark(resource.name, f"extensions of it are not read: {printable(told, 300)}")
    for key in (*_CODED, *(("code",) if bundle.is_used(resource) else ())):
        for part in resource.element.parts(key):
            _remark_on_words(bundle, resource, key, part)
    if resource.kind in ("Observation", "Condition", "Procedure"):
        for part in resource.element.parts("category"):
            codes = {each.code for each in part.own_codings()}
            if not codes or not codes <= _PLAIN_CATEGORIES:
                _remark_on_words(bundle, resource, "category", part)


def _remark_on_words(bundle: Bundle, resource: Resource, key: str, part: Element) -> None:
    """Remark on a concept without a code that is known, else on those of its codes, of systems that
    are known, that are not: beside a site may stand a side, and a translation says no more."""
    codings = part.own_codings()
    shown = [part.words()]
    if says_something(codings):
        shown = [each.code for each in codings if has_known_system(each) and not _known(each)]
    for each in shown:
        told = printable(each, 80)
        bundle.remark(resource.name, f"not read of it: {key} {told!r}, which is no known code")


def _known(coding: Coding) -> bool:
    return says_something([coding])
