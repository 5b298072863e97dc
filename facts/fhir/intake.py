"""A bundle becomes the case files it holds: one for each governed procedure that is asked for.

Whatever is not understood is remarked on in the case's origin; nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import combinations
from typing import Any

from clausewise.facts.case.model import ENTRY_LISTS, FORMAT, Case
from clausewise.facts.case.origin import Origin, RequestedItem, grouped
from clausewise.facts.case.problems import InputError, Problem
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.columns import MOST_YEARS
from clausewise.facts.fhir import answers
from clausewise.facts.fhir.bundle import Bundle, Resource, bundle_of, person_of, same_person
from clausewise.facts.fhir.conditions import read_condition, read_observation
from clausewise.facts.fhir.draft import EVENT_KEYS, Draft
from clausewise.facts.fhir.references import remark_on_days, remark_on_references
from clausewise.facts.fhir.request import RequestedProcedure, request_data, requests_of
from clausewise.facts.fhir.standing import illegible, withdrawn_by
from clausewise.facts.fhir.studies import read_report, read_study
from clausewise.facts.fhir.treatments import collect_details, read_medicine, read_procedure
from clausewise.facts.fhir.unread import remark_on_unread, why_denied
from clausewise.facts.text import printable

_READERS: dict[str, Callable[[Draft, Resource], None]] = {
    "Condition": read_condition,
    "DiagnosticReport": read_report,
    "ImagingStudy": read_study,
    "MedicationAdministration": read_medicine,
    "MedicationRequest": read_medicine,
    "MedicationStatement": read_medicine,
    "Observation": read_observation,
    "Procedure": read_procedure,
}
_ORDER = {"DiagnosticReport": 0, "Observation": 2}
"""Reports stand before the studies they are about, observations after what they belong to."""
_REQUESTS = ("Claim", "ServiceRequest")
_ASKING = frozenset({*_REQUESTS, "QuestionnaireResponse"})
_BESIDE = frozenset(
    {
        "Claim",
        "Coverage",
        "DocumentReference",
        "Medication",
        "Patient",
        "QuestionnaireResponse",
        "ServiceRequest",
    }
)
"""Types that are read, though not as entries of the record."""


def cases_of_fhir(
    value: Any, name: str, request: Mapping[str, Any] | None = None
) -> tuple[Case, ...]:
    """The cases that a Bundle or a single resource holds; raises InputError.

    ``request`` gives what a record without a request lacks: ``procedure``, ``side``, ``received``
    and whatever else the ``request`` of a case file may hold; it goes before what the bundle says.
    """
    found = bundle_of(value, name)
    asked = requests_of(found, name)
    ours = [each for each in found.of("QuestionnaireResponse") if answers.is_ours(each.element)]
    if asked:
        # Each further request is read from a bundle of its own, so that its remarks are its own.
        further = [bundle_of(value, name) for _ in asked[1:]]
        pairs = [(found, asked[0])]
        pairs += [(each, requests_of(each, name)[place]) for place, each in enumerate(further, 1)]
        return tuple(_case(bundle, each, name, request) for bundle, each in pairs)
    said = [answers.case_data(each.element).get("request", {}) for each in ours]
    if not request and not any("procedure" in each for each in said):
        raise InputError(
            name,
            [
                Problem(
                    (),
                    f"the FHIR record asks for nothing{_because(found)}",
                    "a Claim for preauthorization, a ServiceRequest, or a filled form of ours",
                )
            ],
        )
    return (_case(found, None, name, request),)


def _because(bundle: Bundle) -> str:
    """Why what might have asked for something does not, from the remarks on it."""
    asking = [each for each in bundle.remarks if each.resource.startswith(_REQUESTS)]
    return f" ({'; '.join(grouped(asking))})" if asking else ""


def _case(
    bundle: Bundle, asked: RequestedProcedure | None, name: str, request: Mapping[str, Any] | None
) -> Case:
    person = _one_person(bundle, asked, name)
    withdrawn = withdrawn_by(bundle, asked.source) if asked else {}
    for each, why in withdrawn.items():
        bundle.remark(each, why)
    draft = Draft(bundle, frozenset(withdrawn))
    if asked is not None:
        remark_on_references(bundle, asked.source)
    _read_record(draft)
    data: dict[str, Any] = {"format": FORMAT, "case": asked.case if asked else bundle.identifier}
    if asked is not None:
        bundle.use(asked.source)
        data["request"] = request_data(bundle, asked)
    forms = _forms(draft)
    _merge(bundle, data, forms)
    data["request"] = {**data.get("request", {}), **(request or {})}
    data["case"] = data["case"] or name
    if bundle.timestamp is not None and "received" not in data["request"]:
        day = bundle.timestamp.day("timestamp")
        if day is not None:
            data["request"]["received"] = day.isoformat()
    age = _age(bundle, person, data["request"].get("received"))
    if age is not None:
        data.setdefault("member", {}).setdefault("age", age)
    places: dict[str, str] = {}
    _fill(draft, data, places, forms)
    _remark_on_types(bundle)
    case = case_from_data({key: below for key, below in data.items() if below}, name)
    return case.from_origin(_origin(bundle, asked, places))


def _one_person(bundle: Bundle, asked: RequestedProcedure | None, name: str) -> str:
    """The person of the bundle, empty where it names none.

    A bundle that mixes people is refused: what is another person's must not decide a request.
    """
    people = [_identity(each) for each in bundle.of("Patient")]
    person = asked.person if asked is not None else (people[0] if len(people) == 1 else "")
    others = [
        each
        for each in bundle.resources
        if each.kind in _READERS or each.kind in _BESIDE
        if (about := person_of(bundle, each)) and person and not same_person(about, person)
    ]
    about_one = (*_READERS, "QuestionnaireResponse")
    abouts = {person, *(person_of(bundle, each) for each in bundle.of(*about_one))} - {""}
    if not others and not all(same_person(*pair) for pair in combinations(abouts, 2)):
        found = "the record is about several people"
        raise InputError(name, [Problem((), found, "one person's record")])
    if others:
        raise InputError(
            name,
            [
                Problem((each.name,), "it is about another person", "resources of one person")
                for each in others
            ],
        )
    return person or min(abouts, default="")


def _identity(patient: Resource) -> str:
    return patient.address if patient.server else patient.name


def _read_record(draft: Draft) -> None:
    bundle = draft.bundle
    for resource in bundle.of("DocumentReference"):
        if why := illegible(resource):
            bundle.remark(resource.name, f"not used: {why}")
        elif resource.name not in draft.withdrawn:
            draft.list_document(resource)
            remark_on_references(bundle, resource)
    readable = [
        each
        for each in bundle.resources
        if each.kind in _READERS and each.name not in draft.withdrawn and _legible(draft, each)
    ]
    for resource in readable:
        remark_on_references(bundle, resource)
        remark_on_days(bundle, resource)
        if resource.kind in ("Observation", "MedicationAdministration"):
            collect_details(draft, resource)
    for resource in sorted(readable, key=lambda each: _ORDER.get(each.kind, 1)):
        _READERS[resource.kind](draft, resource)
    for resource in bundle.resources:
        for inside in resource.element.parts("contained"):
            kind, name = inside.text("resourceType"), f"{resource.name}#{inside.text('id')}"
            if (kind in _READERS or kind in _ASKING) and name not in draft.consumed:
                bundle.remark(resource.name, f"{kind} inside it is not read as an entry")
        if bundle.is_used(resource) or resource.kind in _BESIDE:
            remark_on_unread(bundle, resource)


def _legible(draft: Draft, resource: Resource) -> bool:
    """Whether a resource may be read at all: its meaning is not changed, its person is known."""
    if why := illegible(resource) or why_denied(resource):
        draft.bundle.remark(resource.name, f"not used: {why}")
        return False
    if not person_of(draft.bundle, resource):
        draft.bundle.remark(resource.name, "not used: it does not say whose it is")
        return False
    return True


def _forms(draft: Draft) -> list[tuple[Resource, dict[str, Any]]]:
    found = []
    for resource in draft.bundle.of("QuestionnaireResponse"):
        if resource.name in draft.withdrawn:
            continue
        status = resource.element.text("status")
        if not answers.is_ours(resource.element):
            draft.bundle.remark(resource.name, "not used: it answers no form of ours")
        elif status not in ("completed", "amended"):
            draft.bundle.remark(resource.name, f"not used: its status is {status or 'not given'}")
        elif why := illegible(resource):
            draft.bundle.remark(resource.name, f"not used: {why}")
        else:
            found.append((resource, answers.case_data(resource.element)))
            draft.bundle.use(resource)
    return found


def _merge(
    bundle: Bundle, data: dict[str, Any], forms: list[tuple[Resource, dict[str, Any]]]
) -> None:
    """Let forms fill what the request leaves open; where both speak, the request counts."""
    for resource, said in forms:
        data["case"] = data["case"] or said.get("case", "")
        for part in ("request", "member", "review"):
            known = data.setdefault(part, {})
            for key, value in said.get(part, {}).items():
                if key == "procedure" and known.get(key) and known[key] != value:
                    continue
                if known.setdefault(key, value) != value:
                    bundle.remark(
                        resource.name,
                        f"{part}.{key} is said otherwise by the request, which counts",
                    )


def _fill(
    draft: Draft,
    data: dict[str, Any],
    places: dict[str, str],
    forms: list[tuple[Resource, dict[str, Any]]],
) -> None:
    """Put documents and entries into the case file; forms come after the resources."""
    documents = list(draft.documents.values())
    for resource, said in forms:
        documents += said.get("documents", [])
        for name in ENTRY_LISTS:
            for entry in said.get(name, []):
                _add_answer(draft, name, entry, resource)
        complete = data.setdefault("record_complete", [])
        for each in said.get("record_complete", []):
            if each in draft.unusable:
                # What is there and cannot be used would else be taken for what is not there.
                unused = draft.unusable[each]
                told = f"{each} are not taken to be complete, for {unused} is not used"
                draft.bundle.remark(resource.name, told)
            elif each not in complete:
                complete.append(each)
    data["documents"] = documents
    for name in ENTRY_LISTS:
        data[name] = [entry for entry, _ in draft.entries[name]]
        for number, (_, resource_name) in enumerate(draft.entries[name]):
            places[f"{name}[{number}]"] = resource_name


def _add_answer(draft: Draft, name: str, entry: dict[str, Any], resource: Resource) -> None:
    """An entry of a form; one that names an entry that is there already completes it.

    What it says otherwise, or says expressly to revise, is an entry of its own of the same event.
    """
    identifier = entry.get("id")
    known = next((each for each, _ in draft.entries[name] if each.get("id") == identifier), None)
    if identifier is None or known is None:
        draft.entries[name].append((entry, resource.name))
        return
    own: dict[str, Any] = {}
    for key, value in entry.items():
        if key in ("id", "source"):
            continue
        if entry.get("revises"):
            own[key] = value
        elif key == "agents":
            known[key] = sorted({*known.get(key, []), *value})
        elif key == "results":
            results = known.setdefault(key, {})
            said = {each: shown for each, shown in value.items() if results.get(each) != shown}
            otherwise = {each: shown for each, shown in said.items() if each in results}
            results |= {each: shown for each, shown in said.items() if each not in results}
            if otherwise:
                own[key] = otherwise
        elif known.setdefault(key, value) != value:
            own[key] = value
    same = {key: known[key] for key in EVENT_KEYS[name] if key in known}
    for key in [each for each in own if each in same and each != "purposes"]:
        if own.pop(key) != same[key]:
            draft.bundle.remark(
                resource.name,
                f"{key} of {printable(str(identifier), 60)} is said otherwise by its resource, "
                "which counts",
            )
    if own:
        source = {"source": entry["source"]} if "source" in entry else {}
        further = same | own | source | {"id": f"{identifier} ({resource.name})"}
        draft.entries[name].append((further, resource.name))
        if not entry.get("revises"):
            told = ", ".join(own)
            draft.bundle.remark(
                resource.name, f"{told} of {printable(str(identifier), 60)} told both ways"
            )


def _age(bundle: Bundle, person: str, received: str | None) -> int | None:
    """Whole years of the person at receipt; None when the birth date is no full date."""
    for patient in bundle.of("Patient"):
        if not same_person(_identity(patient), person):
            bundle.remark(patient.name, "not used: the record is not about this person")
            continue
        if why := illegible(patient):
            bundle.remark(patient.name, f"not used: {why}")
            continue
        if not patient.element.has("birthDate") or received is None:
            continue
        born = patient.element.day("birthDate")
        try:
            day = date.fromisoformat(str(received))
        except ValueError:
            return None
        if born is None:
            continue
        years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        if not 0 <= years <= MOST_YEARS:
            bundle.remark(patient.name, f"its birthDate, {born}, gives no age at {day}")
            continue
        bundle.use(patient)
        return years
    return None


def _remark_on_types(bundle: Bundle) -> None:
    for kind, (_, count) in bundle.counts().items():
        if kind not in _READERS and kind not in _BESIDE:
            bundle.remark(f"{kind} ({count})", "no clause rests on this type of resource")


def _origin(bundle: Bundle, asked: RequestedProcedure | None, places: Mapping[str, str]) -> Origin:
    element = asked.source.element if asked else None
    parts = {
        key: part.data if element is not None and (part := element.part(key)) is not None else None
        for key in ("patient", "subject", "insurer", "provider", "requester")
    }
    items: tuple[RequestedItem, ...] = tuple(asked.items) if asked else ()
    return Origin(
        remarks=tuple(dict.fromkeys(bundle.remarks)),
        entries=dict(places),
        counts=bundle.counts(),
        items=items,
        claim=asked.source.name if asked else None,
        patient=parts["patient"] or parts["subject"],
        insurer=parts["insurer"],
        requestor=parts["provider"] or parts["requester"],
    )
