"""What still asks for something: statuses, claims that others replace, items that are cancelled.

An update of a prior authorization (Da Vinci PAS) repeats all items of the earlier claim, marks
those that are withdrawn and holds the earlier claim beside it. Whatever is not decided is remarked
on with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.facts.case.origin import CANCELLED
from clausewise.facts.fhir.bundle import Bundle, Resource
from clausewise.facts.fhir.elements import Element
from clausewise.facts.fhir.within import changes_meaning
from clausewise.facts.text import printable

PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
_KIND, _CHANGED = "extension-certificationType", "extension-infoChanged"
READ_EXTENSIONS = frozenset({f"{PAS}{_KIND}", f"{PAS}{_CHANGED}"})
"""The addresses of the extensions that are read."""
_ASKING = frozenset({"preauthorization", "predetermination"})
_LIVE = frozenset({"active", "draft", "on-hold"})
_INTENTS = frozenset(
    {
        "proposal",
        "plan",
        "directive",
        "order",
        "original-order",
        "reflex-order",
        "filler-order",
        "instance-order",
    }
)
_CURRENT = frozenset({"", "active", "recurrence", "relapse"})
CHANGED_MEANING = "an extension changes its meaning"
_ANEW = "it is decided anew on this record"
# The codes of X12's element 1322; by the guide of PAS an item is cancelled with 3.
_DECIDED = {
    "R": f"asks for a renewal: {_ANEW}",
    "S": "revises an earlier request: it is decided as it stands now",
    "4": f"asks to extend an earlier certification: {_ANEW}",
    "1": f"is an urgent appeal: {_ANEW}; the policy says nothing of appeals",
    "2": f"is an appeal: {_ANEW}; the policy says nothing of appeals",
    "N": f"asks for a reconsideration: {_ANEW}",
    "8": "replaces an earlier request: it is decided as it stands now",
}
_NOT_DECIDED = {
    "3": CANCELLED,
    "5": "only notifies, and asks for no decision",
    "6": "only asks to verify an earlier certification",
}


def live_claims(bundle: Bundle) -> tuple[list[Resource], bool]:
    """The claims that ask for authorization now, and whether there were any that once did."""
    asking = [each for each in bundle.of("Claim") if _asks(bundle, each)]
    replaced = {name for claim in asking for name in _replaced_by(bundle, claim)}
    live = []
    for claim in asking:
        status = claim.element.text("status")
        if claim.name in replaced:
            continue
        if status not in _LIVE:
            bundle.remark(claim.name, f"asks for nothing: its status is {status or 'not given'}")
        elif why := illegible(claim):
            bundle.remark(claim.name, f"asks for nothing that can be read: {why}")
        else:
            live.append(claim)
    return live, bool(asking)


def _asks(bundle: Bundle, claim: Resource) -> bool:
    use = claim.element.text("use")
    if use in _ASKING:
        return True
    bundle.remark(claim.name, f"asks for nothing: its use is {use or 'not given'}")
    return False


def _replaced_by(bundle: Bundle, claim: Resource) -> Iterator[str]:
    """The claims of the bundle that this one stands in place of; others are remarked on."""
    if claim.element.text("status") == "entered-in-error":
        return
    for part in claim.element.parts("related"):
        if any(coding.code == "associated" for coding in part.codings("relationship")):
            continue
        reference = part.reference("claim")
        earlier = bundle.find(reference, claim) if reference else None
        if earlier is None:
            identifier = (named := part.part("claim")) and named.part("identifier")
            shown = reference or (identifier.text("value") if identifier else "")
            bundle.remark(
                claim.name,
                f"replaces an earlier claim ({printable(shown, 80) or 'not named'}) that is not "
                "in the bundle",
            )
        elif earlier.name != claim.name:
            bundle.remark(earlier.name, f"is not decided: {claim.name} replaces it")
            yield earlier.name


def live_orders(bundle: Bundle) -> list[Resource]:
    """The ServiceRequests that ask for something; of others it is remarked why they do not."""
    return [each for each in bundle.of("ServiceRequest") if _live_order(bundle, each)]


def _live_order(bundle: Bundle, order: Resource) -> bool:
    status, intent = order.element.text("status"), order.element.text("intent")
    if order.element.truth("doNotPerform"):
        bundle.remark(order.name, "asks that something is not done")
        return False
    if why := illegible(order):
        bundle.remark(order.name, f"asks for nothing that can be read: {why}")
        return False
    if status in _LIVE and intent in _INTENTS:
        return True
    bundle.remark(
        order.name,
        f"asks for nothing: its status is {status or 'not given'}, its intent "
        f"{intent or 'not given'}",
    )
    return False


def illegible(resource: Resource) -> str:
    """Why a resource cannot be read: its meaning is changed, or depends on rules; else empty.

    Items, diagnoses and supporting information of a Claim are each looked at by themselves.
    """
    apart = ("item", "diagnosis", "supportingInfo") if resource.kind == "Claim" else ()
    if changes_meaning(resource.element.data, apart):
        return CHANGED_MEANING
    return "it follows rules that are not known" if resource.element.has("implicitRules") else ""


def why_not_current(condition: Element) -> str:
    """Why a Condition does not say that the person has something now; empty when it says so."""
    verified = condition.status("verificationStatus")
    if verified not in ("", "confirmed"):
        return f"its verification status is {printable(verified, 40)}"
    clinical = condition.status("clinicalStatus")
    if clinical in _CURRENT and not any(key.startswith("abatement") for key in condition.data):
        return ""
    return f"it is not current ({printable(clinical, 40) or 'it has abated'})"


def why_not_decided(bundle: Bundle, claim: Resource, item: Element, shown: str) -> str:
    """Why an item of a claim is not to be decided; empty when it is.

    What kind of certification it asks for is remarked on, when it is not an initial one.
    """
    cancelled = _cancelled(item)
    if cancelled is not None:
        return cancelled
    of_claim = [*_certification(claim.element)]
    kinds = [*_certification(item)] or of_claim
    for kind in (*kinds, *of_claim):
        if kind in _NOT_DECIDED:
            return _NOT_DECIDED[kind]
    for kind in kinds:
        if kind in _DECIDED:
            bundle.remark(claim.name, f"{shown} {_DECIDED[kind]}")
        elif kind != "I":
            bundle.remark(
                claim.name,
                f"{shown} is of a type of certification that is not known "
                f"({printable(kind, 20)}): {_ANEW}",
            )
    for each in _extensions(item, _CHANGED):
        mode = printable(each.text("valueCode"), 20)
        bundle.remark(claim.name, f"{shown} is marked as {mode}: it is decided as it stands now")
    return ""


def _cancelled(part: Element) -> str | None:
    """What the modifiers of an item say against reading it; None when it has none that do."""
    for each in part.parts("modifierExtension"):
        known = each.text("url") == f"{PAS}modifierextension-infoCancelled"
        said = each.truth("valueBoolean") if known else None
        if said is not False:
            return CANCELLED if said else f"cannot be read: {CHANGED_MEANING}"
    return None


def _certification(part: Element) -> Iterator[str]:
    for each in _extensions(part, _KIND):
        yield from (coding.code for coding in each.codings("valueCodeableConcept"))


def _extensions(part: Element, name: str) -> Iterator[Element]:
    return (each for each in part.parts("extension") if each.text("url") == f"{PAS}{name}")


def withdrawn_by(bundle: Bundle, claim: Resource) -> dict[str, str]:
    """The resources that a claim withdraws as supporting information, each with the reason.

    A document that is withdrawn takes with it what was read in it.
    """
    found: dict[str, str] = {}
    for part in claim.element.parts("supportingInfo"):
        reference = part.reference("valueReference")
        resource = bundle.find(reference, claim) if reference else None
        why = _cancelled(part)
        if why is None:
            continue
        if resource is None:
            bundle.remark(claim.name, "withdraws supporting information that is not in the bundle")
            continue
        found[resource.name] = f"not used: as supporting information of {claim.name} it {why}"
        context = resource.element.part("context") if resource.kind == "DocumentReference" else None
        for text in context.references("related") if context else ():
            below = bundle.find(text, resource)
            if below is not None:
                found[below.name] = f"not used: {resource.name}, which it was read in, {why}"
    return found
