"""The items of a FHIR Questionnaire: groups, questions with options, and when they are asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from clausewise.facts.fhir.forms import RANGES, FormField
from clausewise.facts.vocabulary.codes import LOCAL, addresses

Item = dict[str, Any]
"""An item as JSON."""


def group_of(
    link: str, text: str, items: list[Item], *, repeats: bool = False, prefix: str = ""
) -> Item:
    """A group of questions; ``prefix`` shows the clauses that use them."""
    group: Item = {"linkId": link, "text": text, "type": "group", "item": items}
    if prefix:
        group["prefix"] = prefix
    if repeats:
        group["repeats"] = True
    return group


def item_of(link: str, field: FormField) -> Item:
    """The question of a field of a case file."""
    kind = "open-choice" if field.open and field.kind == "choice" else field.kind
    item: Item = {"linkId": link, "text": field.question, "type": kind}
    if field.required:
        item["required"] = True
    if field.many:
        item["repeats"] = True
    if field.options:
        item["answerOption"] = [
            {"valueCoding": coding(name, text)} for name, text in field.options.items()
        ]
    unit = {"relief_percent": "%", "value": "{score}"}.get(RANGES.get(field.name, field.name))
    if unit and field.kind == "decimal":
        item["extension"] = [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit",
                "valueCoding": {"system": "http://unitsofmeasure.org", "code": unit},
            }
        ]
    return item


def coding(code: str, display: str) -> dict[str, str]:
    """A name of the vocabulary as a code of our own."""
    return {"system": addresses(LOCAL)[0], "code": code, "display": display}


def select(items: Iterable[Item], link: str, code: str, display: str = "") -> None:
    """Answer a question beforehand with one of its options, under another name where given."""
    for item in items:
        for option in item["answerOption"] if item["linkId"] == link else ():
            if option["valueCoding"]["code"] == code:
                option["initialSelected"] = True
                option["valueCoding"]["display"] = display or option["valueCoding"]["display"]


def without_sides(items: Iterable[Item]) -> list[Item]:
    """The items without those that ask for a side, which a procedure without one does not need."""
    return [
        {**each, "item": without_sides(each["item"])} if "item" in each else each
        for each in items
        if not each["linkId"].endswith(".side")
    ]


def enable(item: Item, link: str, known: Collection[str]) -> None:
    """Details are asked for once there is something that they belong to."""
    name = item["linkId"].removeprefix(f"{link}.")
    first = next((f"{link}.{key}" for key in ("present", "value") if f"{link}.{key}" in known), "")
    if name == "radiates_to":
        item["enableWhen"] = [{"question": first, "operator": "=", "answerBoolean": True}]
    elif first and item["linkId"] != first:
        item["enableWhen"] = [exists(first)]
    elif name == "end" and f"{link}.ongoing" in known:
        ongoing = f"{link}.ongoing"
        item["enableWhen"] = [
            {"question": ongoing, "operator": "exists", "answerBoolean": False},
            {"question": ongoing, "operator": "=", "answerBoolean": False},
        ]
        item["enableBehavior"] = "any"
    elif name == "relief_percent_high":
        item["enableWhen"] = [exists(f"{link}.relief_percent")]


def exists(question: str) -> dict[str, Any]:
    """The condition that a question is answered."""
    return {"question": question, "operator": "exists", "answerBoolean": True}
