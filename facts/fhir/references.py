"""What a resource refers to: what is not in the bundle is told, and so are days that differ from
that of the study or the procedure that it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from clausewise.facts.fhir.bundle import Bundle, Resource
from clausewise.facts.fhir.elements import Element
from clausewise.facts.text import printable

_READ = (
    *("partOf", "hasMember", "result", "imagingStudy", "procedureReference", "report"),
    *("derivedFrom", "reasonReference", "medicationReference", "supportingInfo"),
)
"""Elements with references to what is read beside a resource."""
_READ_WITHIN = {
    "context": ("related",),
    "diagnosis": ("diagnosisReference",),
    "supportingInfo": ("valueReference",),
}
"""The same of parts that hold such elements."""
_BELONGING = ("partOf", "procedureReference")
_HELD = ("imagingStudy", "result", "report", "hasMember")
"""Elements that name what a resource belongs to, and what belongs to it."""
_DAYS = ("performed", "started", "effective")


def remark_on_references(bundle: Bundle, resource: Resource) -> None:
    """Remark on what the resource refers to that is not in the bundle."""
    for key, part in _references(resource.element):
        reference = part.text("reference")
        if reference and bundle.find(reference, resource) is None:
            shown = printable(reference, 80)
            bundle.remark(resource.name, f"its {key}, {shown}, is not in the bundle")
        elif not reference and part.has("identifier"):
            said = f"its {key} is named by an identifier alone, which is not looked up"
            bundle.remark(resource.name, said)


def _references(element: Element) -> Iterator[tuple[str, Element]]:
    for key in _READ:
        if element.has(key):
            yield from ((key, each) for each in element.parts(key))
    for around, keys in _READ_WITHIN.items():
        for part in element.parts(around) if element.has(around) else ():
            for key in keys:
                if part.has(key):
                    yield from ((f"{around}.{key}", each) for each in part.parts(key))


def remark_on_days(bundle: Bundle, resource: Resource) -> None:
    """Remark on a day that is not one of what the resource belongs to, or of what belongs to it."""
    own = _days(resource)
    for key in (*_BELONGING, *_HELD):
        for reference in resource.element.references(key):
            other = bundle.find(reference, resource)
            if other is None or own is None or (days := _days(other)) is None:
                continue
            if not _within(own, days) and not _within(days, own):
                to = "it belongs to" if key in _BELONGING else "belongs to it"
                bundle.remark(
                    resource.name,
                    f"its day, {own[0] or own[1]}, is not that of {other.name}, "
                    f"{days[0] or days[1]}, which {to}",
                )


def _days(resource: Resource) -> tuple[date | None, date | None] | None:
    """The first and the last day; None where neither is said."""
    quiet = Element(resource.element.data, "", lambda _: None)
    found = quiet.days(*_DAYS)
    return found if any(found) else None


def _within(these: tuple[date | None, date | None], those: tuple[date | None, date | None]) -> bool:
    """Whether days lie within others, whose end that is not said lies in the future."""
    first, last = these[0] or these[1], these[1] or these[0]
    assert first is not None
    assert last is not None
    return (those[0] is None or those[0] <= first) and (those[1] is None or last <= those[1])
