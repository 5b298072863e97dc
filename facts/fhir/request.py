"""What is asked for: the items of a Claim or a ServiceRequest, with side, dates, plan and reasons.

A Claim that asks for authorization stands before the ServiceRequests that it rests on. A day on
which the plan received the request is not part of FHIR; the day it was made takes its place and is
remarked on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from clausewise.facts.case.origin import RequestedItem
from clausewise.facts.case.problems import InputError, Problem
from clausewise.facts.case.requested import meant_names
from clausewise.facts.fhir.bundle import Bundle, Resource, person_of
from clausewise.facts.fhir.elements import Coding, Element
from clausewise.facts.fhir.plans import plan_of
from clausewise.facts.fhir.standing import (
    CHANGED_MEANING,
    illegible,
    live_claims,
    live_orders,
    why_not_current,
    why_not_decided,
)
from clausewise.facts.fhir.terms import (
    Meaning,
    has_known_system,
    is_cpt,
    is_local,
    meaning,
    says_something,
)
from clausewise.facts.fhir.within import changes_meaning
from clausewise.facts.text import printable
from clausewise.facts.vocabulary.installed import may_govern
from clausewise.facts.vocabulary.words import VOCABULARY

_EITHER_SIDE = ("left", "right")
_SIDED = ("modifier", "bodySite", "subSite", "orderDetail", "productOrService", "code")
"""The elements of what is asked for that may say a side."""


@dataclass
class RequestedProcedure:
    """One procedure that is asked for, under the code or the name that the request gives it."""

    procedure: str
    governed: bool
    case: str
    person: str
    source: Resource
    received: date | None
    sides: set[str] = field(default_factory=set)
    planned: set[date] = field(default_factory=set)
    codings: list[Coding] = field(default_factory=list)
    items: list[RequestedItem] = field(default_factory=list)
    plan: str = ""

    @property
    def side(self) -> str:
        """The side of the request: both when its items together are of both; empty when none."""
        if not self.sides:
            return ""
        return "bilateral" if len(self.sides) > 1 else next(iter(self.sides))


@dataclass(frozen=True)
class _Item:
    """An item of a request. ``why_not`` tells why it is not decided; empty when it is."""

    sequence: int
    code: str
    known: Meaning
    sides: frozenset[str]
    planned: date | None
    why_not: str

    @property
    def shown(self) -> str:
        return f"item {self.sequence} ({self.code})"


def requests_of(bundle: Bundle, name: str) -> list[RequestedProcedure]:
    """Every procedure that the bundle asks for; raises InputError when an item cannot be used.

    Each code is a request of its own, also where two codes name one procedure. Items of codes that
    the policy does not govern are one only when there is no other.
    """
    problems: list[Problem] = []
    claims, any_claim = live_claims(bundle)
    for claim in claims:
        _remark_on_claim(bundle, claim)
    if any_claim:
        for order in bundle.of("ServiceRequest") if claims else ():
            bundle.remark(order.name, f"the items of {claims[0].name} are decided, not this order")
        found = [(claim, list(_claim_items(bundle, claim, problems))) for claim in claims]
    else:
        orders = live_orders(bundle)
        found = [(order, [_order_item(order, problems)]) for order in orders]
    asked: dict[tuple[str, ...], RequestedProcedure] = {}
    plans = {source.name: plan_of(bundle, source, problems) for source, _ in found}
    any_governed = any(
        _may_be_governed(item, plans[source.name])
        for source, items in found
        for item in items
        if not item.why_not
    )
    for source, items in found:
        for item in items:
            governed = _may_be_governed(item, plans[source.name])
            if item.why_not:
                bundle.remark(source.name, f"{item.shown} {item.why_not}: it is not decided")
            elif any_governed and not governed:
                bundle.remark(source.name, f"{item.shown} is not governed by the policy")
            elif governed and not item.sides:
                wanted = "a modifier LT, RT or 50, or a body site with a side"
                problems.append(Problem((source.name,), f"{item.shown} says no side", wanted))
            else:
                _gather(bundle, asked, source, item, plans[source.name])
    if problems:
        raise InputError(name, problems)
    identifiers = [each.case for each in asked.values()]
    for each in asked.values():
        if identifiers.count(each.case) > 1:
            each.case = f"{each.case}/{each.procedure}"
        for source, items in found:
            if source.name == each.source.name:
                each.items += [_requested(item, each) for item in items]
    return list(asked.values())


def _remark_on_claim(bundle: Bundle, claim: Resource) -> None:
    """Remark on numbers of items that stand twice, and on information that is no resource."""
    numbers = [part.data.get("sequence") for part in claim.element.parts("item")]
    for number in dict.fromkeys(each for each in numbers if isinstance(each, int)):
        if numbers.count(number) > 1:
            bundle.remark(claim.name, f"the sequence {number} is that of several items")
    for part in claim.element.parts("supportingInfo"):
        if not part.has("valueReference"):
            said = [part.text("valueString"), *(part.part(key) for key in ("code", "category"))]
            words = next(
                (each if isinstance(each, str) else each.words() for each in said if each), ""
            )
            shown = f" ({printable(words, 80)})" if words else ""
            bundle.remark(claim.name, f"{part.place}{shown} is not read: it refers to no resource")


def _may_be_governed(item: _Item, plan: str) -> bool:
    """Whether a policy may govern what the item asks for under a plan, the default if empty."""
    plan = plan or VOCABULARY.default_plan
    return any(may_govern(plan, name) for name in item.known.names)


def _requested(item: _Item, asked: RequestedProcedure) -> RequestedItem:
    decided = not item.why_not and item.code == asked.procedure
    return RequestedItem(item.sequence, item.code, decided, _both(item.sides), item.why_not)


def _both(sides: Iterable[str]) -> tuple[str, ...]:
    found = set(sides)
    return _EITHER_SIDE if "bilateral" in found else tuple(sorted(found))


def _gather(
    bundle: Bundle,
    asked: dict[tuple[str, ...], RequestedProcedure],
    source: Resource,
    item: _Item,
    plan: str,
) -> None:
    """Add an item to its request: of a claim those of one code, of orders those of one day too."""
    element = source.element
    day = element.day("created") if source.kind == "Claim" else element.day("authoredOn")
    if day is None and bundle.timestamp is not None:
        day = bundle.timestamp.day("timestamp")
    new = RequestedProcedure(
        item.code,
        bool(item.known.names),
        _identifier(bundle, source),
        person_of(bundle, source),
        source,
        day,
        plan=plan,
    )
    place = source.name if source.kind == "Claim" else str(day)
    each = asked.setdefault((source.kind, place, item.code), new)
    each.sides |= set(_both(item.sides))
    if item.planned is not None:
        each.planned.add(item.planned)
    for note in item.known.notes:
        bundle.remark(source.name, note)
    each.codings += _reasons(bundle, source)


def _identifier(bundle: Bundle, source: Resource) -> str:
    for part in source.element.parts("identifier"):
        value = part.text("value").strip()
        if value:
            return value
    return bundle.identifier.strip() or source.name


def _claim_items(bundle: Bundle, claim: Resource, problems: list[Problem]) -> Iterator[_Item]:
    for position, part in enumerate(claim.element.parts("item"), 1):
        number = part.number("sequence")
        sequence = int(number) if isinstance(number, int) and number > 0 else position
        first, _ = part.days("serviced")
        codings = [*part.codings("bodySite"), *part.codings("subSite"), *part.codings("modifier")]
        item = _item(claim, sequence, part, "productOrService", codings, first)
        why_not = why_not_decided(bundle, claim, part, item.shown)
        if not why_not:
            _check(claim, part, "productOrService", item, problems)
        if part.has("detail"):
            bundle.remark(claim.name, f"the details of {item.shown} are not read")
        _remark_on_item(bundle, claim, part, item.shown)
        yield replace(item, why_not=why_not)


def _remark_on_item(bundle: Bundle, claim: Resource, part: Element, shown: str) -> None:
    """Remark on what an item says besides its code, side and days that is not read."""
    unread = []
    for each in part.parts("modifier"):
        codings = each.own_codings()
        unread += [coding.code for coding in codings if not says_something([coding])]
        unread += [] if codings else [each.words()]
    for said in unread:
        told = printable(said, 40)
        bundle.remark(claim.name, f"the modifier {told!r} of {shown} is not read")
    quantity = part.part("quantity")
    number = quantity.number("value") if quantity is not None else None
    if number not in (None, 1):
        bundle.remark(claim.name, f"the quantity of {shown}, {number}, is not read")


def _order_item(order: Resource, problems: list[Problem]) -> _Item:
    element = order.element
    codings = [*element.codings("bodySite"), *element.codings("orderDetail")]
    item = _item(order, 1, element, "code", codings, element.days("occurrence")[0])
    _check(order, element, "code", item, problems)
    return item


def _item(
    source: Resource,
    sequence: int,
    part: Element,
    key: str,
    codings: list[Coding],
    planned: date | None,
) -> _Item:
    own = part.codings(key)
    day = planned or source.element.day("created" if source.kind == "Claim" else "authoredOn")
    known = _named(own, day)
    sides = meaning([*codings, *own], "side").names
    # A code says more than a name of ours beside it, which is its translation.
    named = sorted((each for each in own if _named([each], day).names), key=is_local) or own
    shown = printable(named[0].code, 60) if named else "no code"
    return _Item(sequence, shown, known, frozenset(sides), planned, "")


def _named(codings: list[Coding], day: date | None) -> Meaning:
    """The procedures that codings name, those of no known system as the texts that they are."""
    known = meaning(codings, "procedure", day=day)
    if known.names:
        return known
    plain = {each.code: _of_no_system(each) for each in codings}
    notes = [
        f"{code} is of no code system that is known here: it is read as a case file is"
        for code, name in plain.items()
        if name
    ]
    names = dict.fromkeys(filter(None, plain.values()))
    return replace(known, names=tuple(names), notes=(*known.notes, *notes))


def _of_no_system(coding: Coding) -> str | None:
    """The procedure that the text of a code names, whose system is none of those that are known."""
    return None if has_known_system(coding) else VOCABULARY.procedure_named(coding.code)


def _check(source: Resource, part: Element, key: str, item: _Item, problems: list[Problem]) -> None:
    """Find what keeps an item from being placed: no code at all, or codes of two procedures."""
    own = part.codings(key)
    if not own:
        concept = part.part(key)
        text = printable(concept.text("text"), 80) if concept else ""
        found = f"item {item.sequence} carries no code" + (
            f", only the text {text!r}" if text else ""
        )
        problems.append(Problem((source.name,), found, "the CPT code of the procedure"))
        return
    told = {
        _both(names): part_of_it
        for part_of_it in _SIDED
        if (names := meaning(part.codings(part_of_it), "side").names)
    }
    if len(told) > 1:
        found = " and ".join(f"{' and '.join(sides)} by its {at}" for sides, at in told.items())
        problems.append(
            Problem((source.name,), f"{item.shown} is {found}", "the same side in both")
        )
    codes = {each.code for each in own if is_cpt(each) or _of_no_system(each)}
    if len(codes) > 1 or len(item.known.names) > 1:
        found = f"item {item.sequence} names several procedures ({', '.join(sorted(codes))})"
        problems.append(Problem((source.name,), found, "an item for each of them"))
    near = meant_names(item.code, VOCABULARY.procedures_and_codes())
    if near and not item.known.names:
        found = f"{item.shown} is not a known procedure; did you mean {' or '.join(near)}?"
        problems.append(Problem((source.name,), found, "its code and nothing else"))


def _reasons(bundle: Bundle, source: Resource) -> list[Coding]:
    """The diagnoses and purposes that the request gives, as codings."""
    element = source.element
    found = list(element.codings("reasonCode"))
    references = list(element.references("reasonReference"))
    for part in element.parts("diagnosis"):
        why = CHANGED_MEANING if changes_meaning(part.data) else ""
        if any(coding.code == "differential" for coding in part.codings("type")):
            why = "it is a differential one"
        if why:
            bundle.remark(source.name, f"a diagnosis of it is not used: {why}")
            continue
        if (stated := part.part("diagnosisCodeableConcept")) and not stated.own_codings():
            shown = printable(stated.words(), 80)
            bundle.remark(source.name, f"its diagnosis {shown!r} carries no code and is not read")
        found += part.codings("diagnosisCodeableConcept")
        references += part.references("diagnosisReference")
    for text in references:
        condition = bundle.find(text, source)
        if condition is None:
            continue
        if why := _why_no_reason(condition):
            bundle.remark(source.name, f"its reason, {condition.name}, is not used: {why}")
        else:
            found += condition.element.codings("code")
    return found


def _why_no_reason(resource: Resource) -> str:
    """Why a resource that a request gives as its reason is none; empty when it is."""
    if why := illegible(resource):
        return why
    if resource.kind != "Condition":
        return "" if resource.kind == "Observation" else "it is no condition"
    return why_not_current(resource.element)


def request_data(bundle: Bundle, asked: RequestedProcedure) -> dict[str, Any]:
    """The ``request`` of the case file, as far as the bundle says it."""
    data: dict[str, Any] = {"procedure": asked.procedure}
    if asked.side:
        data["side"] = asked.side
    else:
        bundle.remark(asked.source.name, f"says no side, which {asked.procedure} does not need")
    if asked.received is not None:
        data["received"] = asked.received.isoformat()
        bundle.remark(
            asked.source.name,
            f"the day of receipt is not said; {asked.received}, when it was made, is used",
        )
    if asked.planned:
        data["planned_service_date"] = min(asked.planned).isoformat()
        if len(asked.planned) > 1:
            bundle.remark(asked.source.name, "several days are planned; the first one is used")
    # "other" is the name of a diagnosis as well, and as a purpose it says nothing more.
    purposes = [each for each in meaning(asked.codings, "purpose").names if each != "other"]
    if purposes:
        data["purpose"] = purposes
    stated = meaning(asked.codings, "diagnosis", "reason")
    diagnoses = meaning(asked.codings, "diagnosis").names
    if diagnoses:
        data["diagnoses"] = list(diagnoses)
    for unknown in stated.unknown:
        bundle.remark(asked.source.name, f"no clause rests on its reason {unknown}")
    for note in stated.notes:
        bundle.remark(asked.source.name, note)
    if asked.plan:
        data["plan"] = asked.plan
    return data
