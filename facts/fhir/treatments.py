"""Procedures and medicines as therapies and injections.

What a code does not prove (contrast, agent, purpose, relief, the part of the body) has to be said
by something else: a reason, a site, a medicine or an observation that belongs to the procedure.
"""

from __future__ import annotations

from clausewise.facts.fhir.bundle import Resource
from clausewise.facts.fhir.conditions import FINAL, truth_of
from clausewise.facts.fhir.draft import Draft, Entry
from clausewise.facts.fhir.elements import Coding
from clausewise.facts.fhir.quantities import amount_of
from clausewise.facts.fhir.terms import meaning

DONE = frozenset({"completed", "in-progress", "stopped"})
TAKEN = frozenset({"active", "completed", "stopped"})
_PAIN_OF_THE_REGION = frozenset(
    {
        "sij_low_back",
        "chronic_sij_pain",
        "mechanical_low_back_syndrome",
        "sacroiliac_joint_syndrome",
        "degenerative_sacroiliac_joint",
    }
)
_YES_OR_NO = frozenset(
    {
        "intra_articular",
        "image_guided",
        "contrast",
        "relief_lasted_expected",
        "prescription",
        "follow_up",
        "completed",
    }
)
_OF_THERAPIES = frozenset(
    {"use", "frequency", "duration", "prescription", "follow_up", "completed"}
)
_PERCENT = frozenset({"%", "percent", "", "pct", "% relief", "percent relief"})
_TEXTS = frozenset({"use", "frequency", "duration"})


def collect_details(draft: Draft, resource: Resource) -> None:
    """What an observation or a medicine says of the procedure that it is part of."""
    procedures = [
        found for found in draft.bundle.chain(resource, "partOf") if found.kind == "Procedure"
    ]
    if not procedures:
        return
    if resource.kind == "MedicationAdministration":
        said = _agent(draft, resource)
    else:
        said = _detail(draft, resource)
    if said is None:
        return
    draft.consumed.add(resource.name)
    side = _side(resource)
    for procedure in procedures:
        other = draft.side_of(procedure, "bodySite", "code")
        if side and other and side != other:
            draft.bundle.remark(
                resource.name,
                f"not used: its side, {side}, is not that of {procedure.name}, {other}",
            )
            continue
        known = draft.details.setdefault(procedure.name, {})
        for key, value in said.items():
            if key == "agents":
                known[key] = sorted({*known.get(key, []), *value})
            elif known.setdefault(key, value) != value:
                contrary = draft.contrary.setdefault(procedure.name, {})
                if contrary.setdefault(key, value) != value:
                    draft.bundle.remark(
                        resource.name, f"not used: a third {key} of {procedure.name}"
                    )
    if said:
        draft.bundle.use(resource)


def _side(resource: Resource) -> str:
    """The side that an observation or a medicine says; empty for none."""
    element = resource.element
    dosage = element.part("dosage") if resource.kind == "MedicationAdministration" else None
    sites = element.codings("bodySite") + (dosage.codings("site") if dosage else [])
    sides = set(meaning(sites, "side").names)
    return "bilateral" if len(sides) > 1 else next(iter(sides), "")


def _agent(draft: Draft, resource: Resource) -> Entry | None:
    if resource.element.text("status") != "completed":
        draft.bundle.remark(resource.name, "not used: the medicine was not given completely")
        return {}
    found = meaning(_medicine(draft, resource), "agent", "detail")
    agents = [name for name in found.names if name != "contrast"]
    said: Entry = {}
    if agents:
        said["agents"] = agents
    if "contrast" in found.names:
        said["contrast"] = True
    if not said:
        draft.bundle.remark(resource.name, found.why_unused())
    return said


def _medicine(draft: Draft, resource: Resource) -> list[Coding]:
    codings = resource.element.codings("medicationCodeableConcept")
    reference = resource.element.reference("medicationReference")
    medication = draft.bundle.find(reference, resource) if reference else None
    return codings + (medication.element.codings("code") if medication else [])


def _detail(draft: Draft, resource: Resource) -> Entry | None:
    """The details an observation carries; None when it is about something else."""
    element = resource.element
    name = meaning(element.codings("code"), "detail").one
    if name not in _YES_OR_NO | _TEXTS | {"relief_percent"}:
        return None
    if element.text("status") not in FINAL:
        draft.bundle.remark(resource.name, "not used: it is not final")
        return {}
    if element.has("dataAbsentReason"):
        draft.bundle.remark(resource.name, "not used: it says why there is no value")
        return {}
    if element.has("component"):
        draft.bundle.remark(resource.name, "its components are not read")
    if name not in _YES_OR_NO and element.has("interpretation"):
        draft.bundle.remark(resource.name, "its interpretation is not read")
    if name == "relief_percent":
        return _relief(draft, resource)
    if name in _TEXTS:
        text = element.text("valueString")
        if not text:
            draft.bundle.remark(resource.name, "not used: it has no value that is text")
        return {name: text} if text else {}
    truth = truth_of(draft, resource, element)
    return {} if truth is None else {name: truth}


def _relief(draft: Draft, resource: Resource) -> Entry:
    found = amount_of(draft, resource, resource.element, _PERCENT, 0, 100)
    return {} if found is None else {"relief_percent": found}


def read_procedure(draft: Draft, resource: Resource) -> None:
    """The therapy or injection that a Procedure documents."""
    element = resource.element
    first, last = element.days("performed")
    found = meaning(
        element.codings("code"), "injection", "therapy", "procedure", "detail", day=first
    )
    injected = meaning(element.codings("code"), "injection").names
    kinds = meaning(element.codings("code"), "therapy").names
    if not injected and not kinds:
        earlier = meaning(element.codings("code"), "procedure").names
        for note in found.notes if earlier else ():
            draft.bundle.remark(resource.name, note)
        draft.bundle.remark(
            resource.name,
            "says that an operation was done, not that it failed"
            if earlier
            else found.why_unused(),
        )
        return
    status = element.text("status")
    if status not in DONE:
        draft.bundle.remark(resource.name, f"not used: its status is {status or 'not given'}")
        return
    for note in found.notes:
        draft.bundle.remark(resource.name, note)
    if status == "stopped" and not injected:
        draft.bundle.remark(resource.name, "its status is stopped: the days it was done on count")
    if status == "in-progress" and last is not None:
        draft.bundle.remark(resource.name, f"its status is in-progress, and its end is {last}")
    if injected:
        if status != "completed":
            draft.bundle.remark(resource.name, "not used: the injection is not completed")
            return
        _injection(draft, resource)
        return
    plans = meaning(element.codings("code"), "therapy_plan").names
    entry: Entry = {"kind": plans[0] if plans else kinds[0], "start": first, "end": last}
    if status == "in-progress" and last is None:
        entry["ongoing"] = True
    entry |= {
        key: value
        for key, value in draft.details.get(resource.name, {}).items()
        if key in _OF_THERAPIES
    }
    outcome = _outcome(draft, resource)
    _therapy(draft, resource, entry | {"outcome": outcome})


def _outcome(draft: Draft, resource: Resource) -> str:
    """The outcome that a procedure says; empty for none, or for several, which is remarked on."""
    said = meaning(resource.element.codings("outcome"), "outcome")
    if len(said.names) > 1:
        draft.bundle.remark(resource.name, "its outcomes disagree: none is used")
    return said.one


def _injection(draft: Draft, resource: Resource) -> None:
    element = resource.element
    first = element.first_day("performed")
    sites = meaning(element.codings("bodySite"), "site").names
    if sites and sites != ("sacroiliac_joint",):
        draft.bundle.remark(resource.name, "not used: its site is not the sacroiliac joint")
        return
    codings = [
        *element.codings("code"),
        *element.codings("reasonCode"),
        *element.codings("category"),
    ]
    said = meaning(codings, "detail").names
    entry: Entry = {name: True for name in said if name in _YES_OR_NO}
    entry |= {
        "id": resource.name,
        "purposes": list(meaning(codings, "injection_purpose").names),
        "date": first,
        "side": draft.side_of(resource, "bodySite", "code"),
        "agents": list(meaning(element.codings("usedCode"), "agent").names),
    }
    if "contrast" in meaning(element.codings("usedCode"), "detail").names:
        entry["contrast"] = True
    details = dict(draft.details.get(resource.name, {}))
    entry["agents"] = sorted({*entry["agents"], *details.pop("agents", [])})
    details = {key: value for key, value in details.items() if key not in _OF_THERAPIES}
    otherwise = {key: value for key, value in details.items() if entry.get(key, value) != value}
    contrary = {**draft.contrary.get(resource.name, {}), **otherwise}
    contrary = {key: value for key, value in contrary.items() if key not in _OF_THERAPIES}
    entry = details | entry
    outcome = _outcome(draft, resource)
    if outcome == "partial":
        draft.bundle.remark(resource.name, "its outcome, partial, is neither relief nor failure")
    elif outcome:
        entry["outcome"] = outcome
    draft.add_event("injections", entry, contrary, resource)


def _therapy(draft: Draft, resource: Resource, entry: Entry) -> None:
    region = _region(draft, resource)
    if not region:
        draft.bundle.remark(
            resource.name,
            "not used: neither its site nor its reason says the low back or the joint",
        )
        return
    entry = {
        "id": resource.name,
        "for": region,
        "side": draft.side_of(resource, "bodySite"),
    } | entry
    contrary = draft.contrary.get(resource.name, {})
    told = {key: value for key, value in contrary.items() if key in _OF_THERAPIES}
    draft.add_event("therapies", entry, told, resource)


def _region(draft: Draft, resource: Resource) -> str:
    element = resource.element
    sites = meaning(element.codings("bodySite"), "site").names
    if sites:
        near = {"sacroiliac_joint", "lumbar_spine"} & set(sites)
        return "sij_low_back" if near else "other"
    codings = list(element.codings("reasonCode"))
    for text in element.references("reasonReference"):
        reason = draft.bundle.find(text, resource)
        if reason is not None and reason.kind == "Condition":
            codings += reason.element.codings("code")
    reasons = set(meaning(codings, "reason", "diagnosis").names)
    return "sij_low_back" if reasons & _PAIN_OF_THE_REGION else ""


def read_medicine(draft: Draft, resource: Resource) -> None:
    """Pharmacotherapy that a statement or an administration documents; an order documents none."""
    if resource.name in draft.consumed:
        return
    element = resource.element
    if resource.kind == "MedicationRequest":
        draft.bundle.remark(
            resource.name, "not used: an order does not say that the medicine was taken"
        )
        return
    status = element.text("status")
    if status not in TAKEN:
        draft.bundle.remark(resource.name, f"not used: its status is {status or 'not given'}")
        return
    first, last = element.days("effective")
    entry: Entry = {"kind": "pharmacotherapy", "start": first, "end": last}
    if status == "active" and last is None:
        entry["ongoing"] = True
    if status == "active" and first == last and element.has("effectiveDateTime"):
        # A day on which the medicine was being taken, not the day on which it ended.
        entry["end"] = None
        entry["ongoing"] = True
    _therapy(draft, resource, entry)
