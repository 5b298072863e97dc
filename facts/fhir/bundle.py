"""A bundle, or a single resource, as resources that can be found by their references.

Structure is checked strictly: what is no JSON, no resource, ambiguous or about another person is
an error. What the resources say is read tolerantly elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from clausewise.facts.case.origin import Remark
from clausewise.facts.case.problems import InputError, Problem
from clausewise.facts.case.syntax import MOST_BUNDLE_BYTES, MOST_DIGITS, decoded
from clausewise.facts.case.values import show
from clausewise.facts.fhir.elements import MOST_TEXT, Element, walk
from clausewise.facts.fhir.within import MODIFIER, not_known
from clausewise.facts.text import printable

MOST_BUNDLE_DEPTH = 60
MOST_STEPS = 20
"""How many references are followed one after the other."""

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ON_A_SERVER = re.compile(r"(https?://.+/)[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}\Z")
"""An address of a resource on a server, as FHIR has them."""
_OF_BUNDLE = {
    *("resourceType", "id", "meta", "implicitRules", "language", "identifier", "type"),
    *("timestamp", "total", "link", "entry", "signature"),
}
_TYPES = {
    *("batch", "batch-response", "collection", "document", "history", "message", "searchset"),
    *("transaction", "transaction-response"),
}
_OF_ENTRY = {"id", "extension", "link", "fullUrl", "resource", "search", "request", "response"}
_PERSON_KEYS = ("subject", "patient", "beneficiary")


@dataclass(frozen=True)
class Resource:
    """One resource: its type, the reference that names it, its elements, and the full address of
    its entry, empty where that has none; a contained resource has that of the one around it."""

    kind: str
    name: str
    element: Element
    address: str = ""

    @property
    def server(self) -> str:
        """What relative references of this resource are relative to; empty where it is not said."""
        found = _ON_A_SERVER.match(self.address)
        return found.group(1) if found else ""


@dataclass
class Bundle:
    """All resources, in their order, with the remarks that reading them makes."""

    resources: list[Resource] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    identifier: str = ""
    timestamp: Element | None = None
    _by_name: dict[str, Resource] = field(default_factory=dict)
    _by_address: dict[str, Resource] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def of(self, *kinds: str) -> Iterator[Resource]:
        """The resources of these types."""
        return (each for each in self.resources if each.kind in kinds)

    def remark(self, name: str, sentence: str) -> None:
        """Remember what was not used or not understood."""
        self.remarks.append(Remark(name, sentence))

    def use(self, resource: Resource) -> None:
        """Remember that the resource says something that was used."""
        self._used.add(resource.name)

    def is_used(self, resource: Resource) -> bool:
        """Whether the resource says something that was used."""
        return resource.name in self._used

    def counts(self) -> dict[str, tuple[int, int]]:
        """For each type how many resources were used and how many there are."""
        found: dict[str, tuple[int, int]] = {}
        for each in self.resources:
            used, all_of_them = found.get(each.kind, (0, 0))
            found[each.kind] = (used + (each.name in self._used), all_of_them + 1)
        return dict(sorted(found.items()))

    def find(self, reference: str, at: Resource | None = None) -> Resource | None:
        """What a reference in ``at`` leads to within the bundle, by the rules of FHIR.

        A full address is that of an entry. A type and an id are those on the server of ``at``;
        where ``at`` or what has that name is on no server that is said, the name is enough. A
        version has to be the one of the resource, if that says which it is.
        """
        if reference.startswith("#"):
            around = at.name.partition("#")[0] if at is not None else ""
            return self._by_name.get(f"{around}{reference}" if reference != "#" else around)
        plain, _, version = reference.partition("/_history/")
        found = self._by_address.get(self.full_address(plain, at))
        if found is None and not _ABSOLUTE.match(plain) and "#" not in plain:
            named = self._by_name.get(plain)
            server = at.server if at is not None else ""
            found = named if named is None or not (server and named.server) else None
        if found is None or not version:
            return found
        meta = found.element.part("meta") if found.element.has("meta") else None
        return found if (meta.text("versionId") if meta else "") in ("", version) else None

    def full_address(self, reference: str, at: Resource | None = None) -> str:
        """A reference in ``at`` with its server; as it is where that is not said."""
        if _ABSOLUTE.match(reference) or at is None or not at.server:
            return reference
        return f"{at.server}{reference}"

    def chain(self, resource: Resource, key: str) -> Iterator[Resource]:
        """What the resource refers to by ``key``, and what that refers to; circles are told."""
        seen = {resource.name}
        waiting = [resource]
        while waiting:
            current = waiting.pop()
            for reference in current.element.references(key):
                found = self.find(reference, current)
                if found is None:
                    continue
                if found.name in seen or len(seen) > MOST_STEPS:
                    self.remark(resource.name, f"{key} leads in a circle and is not followed")
                    return
                seen.add(found.name)
                waiting.append(found)
                yield found


def looks_like_fhir(value: Any) -> bool:
    """Whether plain data is a resource, or has the shape that is meant to be one."""
    return isinstance(value, dict) and "resourceType" in value


def read_json(content: bytes, name: str) -> Any:
    """The JSON of a bundle with exact decimals; raises InputError for what is none."""
    if len(content) > MOST_BUNDLE_BYTES:
        raise InputError(name, [Problem((), "the file is too large", "at most 64 MiB")])

    def refuse(constant: str) -> Any:
        raise InputError(name, [Problem((), f"{constant} is not a number", "a number")])

    text = decoded(content, name)
    try:
        value = json.loads(
            text,
            parse_int=lambda digits: int(_bounded(digits)),
            parse_float=lambda digits: Decimal(_bounded(digits)),
            parse_constant=refuse,
            object_pairs_hook=_once(name),
        )
    except json.JSONDecodeError as error:
        problem = Problem((), f"not readable as JSON ({error.msg})", "JSON", error.lineno)
        raise InputError(name, [problem]) from None
    except RecursionError:
        problem = Problem((), f"more than {MOST_BUNDLE_DEPTH} levels", "fewer")
        raise InputError(name, [problem]) from None
    except ValueError:
        raise InputError(name, [Problem((), "a number with too many digits", "fewer")]) from None
    if max(walk(value)) > MOST_BUNDLE_DEPTH:
        raise InputError(name, [Problem((), f"more than {MOST_BUNDLE_DEPTH} levels", "fewer")])
    return value


def _bounded(digits: str) -> str:
    """The digits of a number; raises ValueError where there are too many to be meant."""
    if len(digits) > MOST_DIGITS:
        raise ValueError
    return digits


def _once(name: str) -> Any:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(found)
        if len(data) != len(found):
            seen: set[str] = set()
            twice = next(key for key, _ in found if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise InputError(
                name, [Problem((), f"the key {printable(twice, 40)!r} stands twice", "it once")]
            )
        return data

    return pairs


def bundle_of(value: Any, name: str) -> Bundle:
    """The resources of a Bundle, of Parameters or of a single resource; raises InputError.

    What stands in bundles within them is read too. The identifier and the time are those of the
    first bundle.
    """
    bundle = Bundle()
    problems: list[Problem] = []
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise InputError(name, [Problem(("resourceType",), "it is no text", "a type of resource")])
    _take(bundle, value, "", (), problems)
    if problems:
        raise InputError(name, problems)
    return bundle


def _take(
    bundle: Bundle, data: Any, address: str, place: tuple[str | int, ...], problems: list[Problem]
) -> None:
    """A resource, or what a Bundle or Parameters hold; their depth is that of the JSON, bounded."""
    if not isinstance(data, dict) or not isinstance(data.get("resourceType"), str):
        problems.append(Problem(place, "it is no resource", "an object with a resourceType"))
    elif data["resourceType"] == "Bundle":
        _take_bundle(bundle, data, place, problems)
    elif data["resourceType"] == "Parameters":
        _take_parameters(bundle, data, "parameter", place, problems)
    else:
        _add(bundle, data, address, place, problems)


def _take_bundle(
    bundle: Bundle, data: Any, place: tuple[str | int, ...], problems: list[Problem]
) -> None:
    if bundle.timestamp is None:
        top = Element(data, "", lambda sentence: bundle.remark("Bundle", sentence))
        bundle.timestamp = top
        found = top.part("identifier")
        bundle.identifier = found.text("value") if found else ""
    if data.get("implicitRules") is not None:
        rules = "it follows rules that are not known"
        problems.append(Problem((*place, "implicitRules"), rules, "a bundle without such rules"))
    _remark_on_unread(bundle, data, place, _OF_BUNDLE)
    kind = data.get("type")
    if kind is not None and not (isinstance(kind, str) and kind in _TYPES):
        bundle.remark("Bundle", f"its type, {printable(show(kind), 60)}, is none of a bundle")
    entries = data.get("entry", [])
    if not isinstance(entries, list):
        problems.append(Problem((*place, "entry"), "it is no list", "a list of entries"))
        return
    links = data.get("link")
    pages = links if isinstance(links, list) else []
    if any(isinstance(each, dict) and each.get("relation") == "next" for each in pages):
        problem = Problem((*place, "link"), "more pages follow this one", "all pages in one bundle")
        problems.append(problem)
    total = data.get("total")
    if isinstance(total, int) and total > len(entries):
        bundle.remark(
            "Bundle",
            f"its total is {printable(str(total), 20)}, and {len(entries)} "
            "entries stand here: the others are not read",
        )
    for number, entry in enumerate(entries):
        at = (*place, "entry", number)
        if isinstance(entry, dict):
            _remark_on_unread(bundle, entry, at, _OF_ENTRY)
        if not isinstance(entry, dict):
            problems.append(Problem(at, "it is no entry", "an object with a resource"))
        elif "resource" not in entry:
            bundle.remark(Problem(at, "", "").path, "holds no resource")
        elif entry.get(MODIFIER) is not None:
            bundle.remark(Problem(at, "", "").path, "not used: an extension changes its meaning")
        elif isinstance(said := entry.get("request"), dict) and said.get("method") == "DELETE":
            bundle.remark(Problem(at, "", "").path, "not used: it asks to delete its resource")
        else:
            address = entry.get("fullUrl")
            known = address[:MOST_TEXT] if isinstance(address, str) else ""
            _take(bundle, entry["resource"], known, (*at, "resource"), problems)


def _remark_on_unread(
    bundle: Bundle, data: dict[str, Any], place: tuple[str | int, ...], known: set[str]
) -> None:
    unknown = [printable(key, 60) for key in not_known(data, known | {MODIFIER})]
    if unknown:
        name = Problem(place, "", "").path or "Bundle"
        bundle.remark(name, f"not read of it: {printable(', '.join(unknown), 300)}")


def _take_parameters(
    bundle: Bundle, data: Any, key: str, place: tuple[str | int, ...], problems: list[Problem]
) -> None:
    parameters = data.get(key, [])
    if not isinstance(parameters, list):
        problems.append(Problem((*place, key), "it is no list", "a list of parameters"))
        return
    for number, each in enumerate(parameters):
        at = (*place, key, number)
        if not isinstance(each, dict):
            problems.append(Problem(at, "it is no parameter", "an object with a resource"))
            continue
        if "resource" in each:
            _take(bundle, each["resource"], "", (*at, "resource"), problems)
        if "part" in each:
            _take_parameters(bundle, each, "part", at, problems)
        if any(name.startswith("value") for name in each):
            bundle.remark(Problem(at, "", "").path, "a parameter that is no resource is not read")


def _add(
    bundle: Bundle,
    data: dict[str, Any],
    address: str,
    place: tuple[str | int, ...],
    problems: list[Problem],
) -> None:
    kind = printable(data["resourceType"], 60)
    given = data.get("id")
    identifier = printable(given, 80) if isinstance(given, str) and given else ""
    name: str = f"{kind}/{identifier}" if identifier else f"{kind}[{len(bundle.resources)}]"
    if given is not None and not identifier:
        bundle.remark(name, f"its id, {printable(show(given), 60)}, is no text and names nothing")
    resource = _resource(bundle, data, kind, name, address)
    for key, known in ((name, bundle._by_name), (address, bundle._by_address)):
        other = known.get(key)
        if other is not None:
            if other.element.data == data:
                bundle.remark(name, "stands in the bundle twice, and counts once")
                if address:
                    bundle._by_address.setdefault(address, other)
                return
            problems.append(
                Problem(place, f"{printable(key, 100)} is used for two resources", "it once")
            )
            return
    bundle._by_name[name] = resource
    if address:
        bundle._by_address[address] = resource
    bundle.resources.append(resource)
    for each in resource.element.parts("contained"):
        inner, inner_kind = each.data.get("id"), each.data.get("resourceType")
        if isinstance(inner, str) and isinstance(inner_kind, str):
            below = f"{name}#{printable(inner, 80)}"
            if below in bundle._by_name:
                problems.append(Problem(place, f"{below} is used for two resources", "it once"))
            bundle._by_name[below] = _resource(
                bundle, each.data, printable(inner_kind, 60), below, address
            )


def _resource(bundle: Bundle, data: dict[str, Any], kind: str, name: str, address: str) -> Resource:
    element = Element(data, "", lambda sentence: bundle.remark(name, sentence))
    return Resource(kind, name, element, address)


def person_of(bundle: Bundle, resource: Resource) -> str:
    """The person that a resource is about: a full address where there is one, else a name or an
    identifier; empty when it names none."""
    for key in _PERSON_KEYS:
        told = resource.element.part(key) if resource.element.has(key) else None
        if told is not None:
            reference = told.text("reference")
            found = bundle.find(reference, resource) if reference else None
            if found is not None and "#" in found.name:
                # Each resource contains a copy of its own.
                return json.dumps(found.element.data, sort_keys=True, default=str)
            if found is not None:
                return found.address if found.server else found.name
            if reference:
                return bundle.full_address(reference.partition("/_history/")[0], resource)
            identifier = told.part("identifier")
            if identifier is not None and identifier.text("value"):
                return f"{identifier.text('system')}|{identifier.text('value')}"
    return ""


def same_person(one: str, other: str) -> bool:
    """Whether ``person_of`` tells the same person twice; of one on no server that is said, the id
    decides."""
    if one == other or (_ABSOLUTE.match(one) and _ABSOLUTE.match(other)):
        return one == other
    return "/" in one and one.rsplit("/", 2)[-2:] == other.rsplit("/", 2)[-2:]
