"""A filled form of ours, a QuestionnaireResponse, as the case file that it says.

Items are named by their places in a case file, so that reading needs no copy of the form.
"""

from __future__ import annotations

from typing import Any

from clausewise.facts.case.model import ENTRY_LISTS
from clausewise.facts.fhir.elements import Element
from clausewise.facts.fhir.forms import (
    DOCUMENT_FIELDS,
    ENTRY_FIELDS,
    KIND_OF,
    MEMBER_FIELDS,
    NAMES_OF,
    QUESTIONNAIRE_BASE,
    RANGES,
    REQUEST_FIELDS,
    REVIEW_FIELDS,
    SOURCE_FIELDS,
    FormField,
)
from clausewise.facts.text import printable
from clausewise.facts.vocabulary.words import VOCABULARY

Data = dict[str, Any]
_GROUPS = {
    "request": REQUEST_FIELDS,
    "member": MEMBER_FIELDS,
    "review": REVIEW_FIELDS,
}
_VALUE_KEYS = {
    "boolean": ("valueBoolean",),
    "date": ("valueDate",),
    "decimal": ("valueDecimal", "valueInteger"),
    "integer": ("valueInteger",),
    "string": ("valueString",),
}


def is_ours(element: Element) -> bool:
    """Whether a QuestionnaireResponse answers a form of ours."""
    return element.text("questionnaire").startswith(QUESTIONNAIRE_BASE)


def case_data(element: Element) -> Data:
    """What the response says, as data of a case file; items it does not know are remarked on."""
    data: Data = {}
    for item in element.parts("item"):
        _group(item, data)
    return data


def _group(item: Element, data: Data) -> None:
    link = item.text("linkId")
    head, _, kind = link.partition(".")
    if link == "case":
        name = _one(item, link, _answers(item, FormField("case", "string", "")))
        if name is not None:
            data["case"] = name
    elif link == "record_complete":
        field = FormField("record_complete", "choice", "", _names(VOCABULARY.domains), many=True)
        data.setdefault("record_complete", []).extend(_answers(item, field))
    elif link in _GROUPS:
        found = _fields(item, link, _GROUPS[link])
        kept = data.setdefault(link, {}) if found else {}
        for name, value in found.items():
            if _one(item, f"{link}.{name}", [kept.get(name, value), value]) is None:
                del kept[name]
            else:
                kept[name] = value
    elif link == "documents":
        _append(data, link, _fields(item, link, DOCUMENT_FIELDS))
    elif link in ENTRY_LISTS and link not in KIND_OF:
        _append(data, link, _entry(item, link, link))
    elif head in KIND_OF and kind in NAMES_OF[head]:
        found = _entry(item, head, link)
        if found:
            _append(data, head, {KIND_OF[head]: kind} | found)
    elif item.parts("item") and not item.parts("answer"):
        for below in item.parts("item"):
            _group(below, data)
    else:
        item.remark(f"the item {printable(link, 60)!r} is not known")


def _names(names: Any) -> dict[str, str]:
    return {name: name for name in names}


def _append(data: Data, name: str, entry: Data) -> None:
    if entry:
        data.setdefault(name, []).append(entry)


def _entry(item: Element, name: str, link: str) -> Data:
    found = _fields(item, link, ENTRY_FIELDS[name])
    for upper, lower in RANGES.items():
        high = found.pop(upper, None)
        if high is None:
            continue
        if lower in found:
            found[lower] = [found[lower], high]
        else:
            item.remark(f"{link}.{upper} is not used: the lower bound of its range is missing")
    return found


def _fields(item: Element, link: str, fields: tuple[FormField, ...]) -> Data:
    known = {f"{link}.{field.name}": field for field in fields}
    told: dict[str, list[Any]] = {}
    results: dict[str, list[Any]] = {}
    sources: list[Any] = []
    for below in _flat(item):
        name = below.text("linkId")
        field = known.get(name)
        if field is not None:
            told.setdefault(field.name, []).extend(_answers(below, field))
        elif name == f"{link}.source":
            source = _source(below, name)
            if source:
                sources.append(source)
        elif name.startswith(f"{link}.results."):
            result = name.removeprefix(f"{link}.results.")
            answers = _answers(below, FormField(result, "boolean", ""))
            results.setdefault(result, []).extend(answers)
        else:
            below.remark(f"the item {printable(name, 60)!r} is not known")
    many = {field.name for field in fields if field.many}
    data: Data = {name: answers for name, answers in told.items() if name in many}
    data |= _single(item, link, {name: each for name, each in told.items() if name not in many})
    if shown := _single(item, f"{link}.results", results):
        data["results"] = shown
    if sources:
        data["source"] = sources[0] if len(sources) == 1 else sources
    return data


def _single(item: Element, link: str, told: dict[str, list[Any]]) -> Data:
    """The one answer to each question that has one."""
    found = {name: _one(item, f"{link}.{name}", answers) for name, answers in told.items()}
    return {name: answer for name, answer in found.items() if answer is not None}


def _one(item: Element, name: str, answers: list[Any]) -> Any:
    """The answer; None where there is none, or several that differ, which is remarked on."""
    if any(each != answers[0] for each in answers):
        item.remark(f"{printable(name, 60)} has several answers: none is used")
        return None
    return answers[0] if answers else None


def _flat(item: Element) -> list[Element]:
    """The items of a group; those that stand below an answer stand beside it here."""
    found = []
    for below in item.parts("item"):
        found.append(below)
        for answer in below.parts("answer"):
            found += answer.parts("item")
    return found


def _source(item: Element, link: str) -> Any:
    found = _fields(item, link, SOURCE_FIELDS)
    text = found.pop("text", None)
    if found and text:
        found.setdefault("quote", text)
    page = found.get("page")
    if isinstance(page, str) and page.isascii() and page.isdigit() and len(page) < 7:
        found["page"] = int(page)
    return found or text


def _answers(item: Element, field: FormField) -> list[Any]:
    found = []
    for answer in item.parts("answer"):
        if sum(key.startswith("value") for key in answer.data) > 1:
            answer.remark("an answer of several values is not used")
            continue
        if field.kind == "choice":
            coding = answer.part("valueCoding")
            value: Any = coding.text("code") if coding else answer.text("valueString")
            if value and field.options and value not in field.options and not field.open:
                answer.remark(f"{printable(value, 60)!r} is no answer to {item.text('linkId')}")
                value = None
        elif field.kind in ("decimal", "integer"):
            keys = _VALUE_KEYS[field.kind]
            value = next((n for key in keys if (n := answer.number(key)) is not None), None)
        elif field.kind == "boolean":
            value = answer.truth("valueBoolean")
        else:
            value = answer.text(_VALUE_KEYS[field.kind][0])
        if value not in (None, ""):
            found.append(value)
        elif not any(key.startswith("value") for key in answer.data):
            continue
        elif value is None:
            answer.remark("holds no answer of the type that is asked for")
    return found
