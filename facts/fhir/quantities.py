"""Quantities and ranges as numbers: exact values, and what comparators leave open as ranges."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from clausewise.facts.fhir.bundle import Resource
from clausewise.facts.fhir.draft import Draft
from clausewise.facts.fhir.elements import Element
from clausewise.facts.text import printable

Number = int | Decimal
UCUM = "http://unitsofmeasure.org"


def amount_of(
    draft: Draft,
    resource: Resource,
    part: Element,
    units: Collection[str],
    least: Number,
    most: Number,
) -> Number | list[Number] | None:
    """The value of a Quantity or Range in one of these units, and nothing for one in another.

    A range is a list of two; a bound that is not said is ``least`` or ``most``. A value with a
    comparator is one too, never a plain number. Why there is no value is remarked on; what is
    impossible is none, so that the entry it belongs to is read without it.
    """

    def unused(why: str) -> None:
        draft.bundle.remark(resource.name, f"not used: {why}")

    quantity, spread = part.part("valueQuantity"), part.part("valueRange")
    bounds = [each for each in (spread.part("low"), spread.part("high")) if each] if spread else []
    for each in [quantity] if quantity is not None else bounds:
        # The code and the unit in words are each to be one of them, or they contradict each other.
        system, told = each.text("system"), [each.text("code"), each.text("unit").lower()]
        wrong = next((unit for unit in told if unit not in units), "")
        if wrong or system not in ("", UCUM):
            found = f"{printable(wrong, 30)!r}" if wrong else f"a code of {printable(system, 80)}"
            unused(f"{found} is no unit of values from {least} to {most}")
            return None
    if quantity is not None:
        value = quantity.number("value")
        if value is None:
            unused("its quantity has no value")
            return None
        comparator = quantity.text("comparator")
        beyond = {"<": value <= least, ">": value >= most}.get(comparator, False)
        if beyond or not least <= value <= most:
            unused(f"{comparator}{value} is out of range ({least} to {most})")
            return None
        return _compared(draft, resource, comparator, value, least, most)
    if spread is None:
        unused("it has no value that is a number")
        return None
    if not bounds or any(each.has("comparator") for each in bounds):
        unused("its range has no plain bounds")
        return None
    low, high = (
        bound.number("value") if (bound := spread.part(key)) is not None else other
        for key, other in (("low", least), ("high", most))
    )
    if low is None or high is None:
        unused("a bound of its range has no value")
        return None
    if low > high or low < least or high > most:
        wrong = "runs backwards" if low > high else f"is out of range ({least} to {most})"
        unused(f"{low} to {high} {wrong}")
        return None
    return [low, high]


def _compared(
    draft: Draft, resource: Resource, comparator: str, value: Number, least: Number, most: Number
) -> Number | list[Number] | None:
    if not comparator:
        return value
    found = {">": [value, most], ">=": [value, most], "<": [least, value], "<=": [least, value]}
    if comparator not in found:
        draft.bundle.remark(
            resource.name, f"not used: the comparator {printable(comparator, 10)!r} is not known"
        )
        return None
    words = {">": "more than", ">=": "at least", "<": "less than", "<=": "at most"}[comparator]
    low, high = found[comparator]
    note = f", {value} itself left open" if comparator in "<>" else ""
    draft.bundle.remark(
        resource.name, f"its value is only a bound, {words} {value}: read as {low} to {high}{note}"
    )
    return found[comparator]
