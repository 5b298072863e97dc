"""What is asked for: the items of a Claim or a ServiceRequest, with side, dates, plan and reasons.

A Claim that asks for authorization stands before the ServiceRequests that it rests on. A day on
which the plan received the request is not part of FHIR; the day it was made takes its place and is
remarked on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from clausewise.facts.case.origin import RequestedItem
from clausewise.facts.case.syntax import InputError, Problem
from clausewise.facts.fhir.bundle import Bundle, Resource, person_of
from clausewise.facts.fhir.elements import Coding, Element
from clausewise.facts.fhir.terms import Meaning, meaning
from clausewise.facts.text import printable

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


@dataclass
class Asked:
    """One procedure that is asked for: its name here, and the code that the request gives."""

    name: str
    procedure: str
    case: str
    person: str
    source: Resource
    received: date | None
    sides: set[str] = field(default_factory=set)
    planned: set[date] = field(default_factory=set)
    codings: list[Coding] = field(default_factory=list)
    items: list[RequestedItem] = field(default_factory=list)

    @property
    def side(self) -> str:
        """The side of the request: both when its items together are of both; empty when none."""
        if not self.sides:
            return ""
        return "bilateral" if len(self.sides) > 1 else next(iter(self.sides))


@dataclass(frozen=True)
class _Item:
    sequence: int
    element: Element
    code: str
    known: Meaning
    sides: frozenset[str]
    planned: date | None


def requests_of(bundle: Bundle, name: str) -> list[Asked]:
    """Every procedure that the bundle asks for; raises InputError when an item cannot be used.

    Items of codes that the policy does not govern make a request of their own only when there is
    no other.
    """
    claims = [each for each in bundle.of("Claim") if _live_claim(bundle, each)]
    if claims:
        _leave_out(bundle, [*bundle.of("ServiceRequest")], claims)
        found = [(claim, list(_claim_items(claim))) for claim in claims]
    else:
        orders = [each for each in bundle.of("ServiceRequest") if _live_order(bundle, each)]
        found = [(order, [_order_item(order)]) for order in orders]
    asked: dict[str, Asked] = {}
    problems: list[Problem] = []
    governed = any(item.known.names for _, items in found for item in items)
    for source, items in found:
        for item in items:
            if governed and not item.known.names:
                bundle.remark(
                    source.name, f"item {item.sequence} ({item.code}) is not governed by the policy"
                )
            elif item.known.names and not item.sides:
                wanted = "a modifier LT, RT or 50, or a body site with a side"
                found_text = f"item {item.sequence} ({item.code}) says no side"
                problems.append(Problem((source.name,), found_text, wanted))
            else:
                _gather(bundle, asked, source, item)
    if problems:
        raise InputError(name, problems)
    for each in asked.values():
        for source, items in found:
            each.items += [
                RequestedItem(
                    item.sequence,
                    item.code,
                    each.name in item.known.names,
                    _both(item.sides),
                )
                for item in items
                if source.name == each.source.name
            ]
    return list(asked.values())


def _both(sides: Iterable[str]) -> tuple[str, ...]:
    found = set(sides)
    return ("left", "right") if "bilateral" in found else tuple(sorted(found))


def _gather(bundle: Bundle, asked: dict[str, Asked], source: Resource, item: _Item) -> None:
    element = source.element
    key = item.known.names[0] if item.known.names else item.code
    day = element.day("created") if source.kind == "Claim" else element.day("authoredOn")
    if day is None and bundle.timestamp is not None:
        day = bundle.timestamp.day("timestamp")
    new = Asked(key, item.code, _identifier(bundle, source), person_of(source), source, day)
    each = asked.setdefault(key, new)
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


def _live_claim(bundle: Bundle, claim: Resource) -> bool:
    use, status = claim.element.text("use"), claim.element.text("status")
    if use in _ASKING and status in _LIVE:
        return True
    bundle.remark(
        claim.name,
        f"asks for nothing: its use is {use or 'not given'}, its status {status or 'not given'}",
    )
    return False


def _live_order(bundle: Bundle, order: Resource) -> bool:
    status, intent = order.element.text("status"), order.element.text("intent")
    if order.element.truth("doNotPerform"):
        bundle.remark(order.name, "asks that something is not done")
        return False
    if status in _LIVE and intent in _INTENTS:
        return True
    bundle.remark(
        order.name,
        f"asks for nothing: its status is {status or 'not given'}, its intent "
        f"{intent or 'not given'}",
    )
    return False


def _leave_out(bundle: Bundle, orders: Iterable[Resource], claims: list[Resource]) -> None:
    for order in orders:
        bundle.remark(order.name, f"the items of {claims[0].name} are decided, not this order")


def _claim_items(claim: Resource) -> Iterator[_Item]:
    for position, part in enumerate(claim.element.parts("item"), 1):
        number = part.number("sequence")
        sequence = int(number) if isinstance(number, int) and number > 0 else position
        first, _ = part.days("serviced")
        codings = [*part.codings("bodySite"), *part.codings("subSite"), *part.codings("modifier")]
        yield _item(claim, sequence, part, "productOrService", codings, first)


def _order_item(order: Resource) -> _Item:
    element = order.element
    codings = [*element.codings("bodySite"), *element.codings("orderDetail")]
    return _item(order, 1, element, "code", codings, element.days("occurrence")[0])


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
    known = meaning(own, "procedure", day=day)
    sides = meaning([*codings, *own], "side").names
    code = next(
        (coding.code for coding in own if meaning([coding], "procedure", day=day).names), ""
    )
    shown = code or (own[0].code if own else "no code")
    return _Item(sequence, part, printable(shown, 60), known, frozenset(sides), planned)


def _reasons(bundle: Bundle, source: Resource) -> list[Coding]:
    """The diagnoses and purposes that the request gives, as codings."""
    element = source.element
    found = list(element.codings("reasonCode"))
    references = list(element.references("reasonReference"))
    for part in element.parts("diagnosis"):
        found += part.codings("diagnosisCodeableConcept")
        references += part.references("diagnosisReference")
    for text in references:
        condition = bundle.find(text, source)
        if condition is None:
            bundle.remark(source.name, f"its reason {printable(text, 80)} is not in the bundle")
        elif condition.element.status("verificationStatus") in ("", "confirmed"):
            found += condition.element.codings("code")
    return found


def request_data(bundle: Bundle, asked: Asked) -> dict[str, Any]:
    """The ``request`` of the case file, as far as the bundle says it."""
    data: dict[str, Any] = {"procedure": asked.procedure}
    if asked.side:
        data["side"] = asked.side
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
    purposes = meaning(asked.codings, "purpose")
    if len(purposes.names) == 1:
        data["purpose"] = purposes.one
    elif purposes.names:
        bundle.remark(asked.source.name, "it states several purposes, of which none is used")
    stated = meaning(asked.codings, "diagnosis", "reason")
    diagnoses = meaning(asked.codings, "diagnosis").names
    if diagnoses:
        data["diagnoses"] = list(diagnoses)
    for unknown in stated.unknown:
        bundle.remark(asked.source.name, f"no clause rests on its reason {unknown}")
    for note in stated.notes:
        bundle.remark(asked.source.name, note)
    plan = _plan(bundle)
    if plan:
        data["plan"] = plan
    return data


def _plan(bundle: Bundle) -> str:
    """The plan that a Coverage names; empty when none does, which is the policy's own."""
    for coverage in bundle.of("Coverage"):
        if coverage.element.text("status") != "active":
            bundle.remark(coverage.name, "not used: the coverage is not active")
            continue
        for part in coverage.element.parts("class"):
            if any(coding.code == "plan" for coding in part.codings("type")):
                bundle.use(coverage)
                return printable(part.text("value"), 120)
        bundle.remark(coverage.name, "names no plan: the policy's own is taken")
    return ""
