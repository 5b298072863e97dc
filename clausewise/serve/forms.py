"""A FHIR Questionnaire as fields of a page, and what was filled in as a QuestionnaireResponse.

A field is named by its ``linkId`` and, after ``@``, the numbers of the repeated groups that it is
in: ``findings.gaenslen.source.page@0.1`` is the second source of the first such finding. Nothing
here knows a policy or a procedure; what is asked stands in the Questionnaire.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from clausewise.facts.fhir.elements import MOST_TEXT

Item: TypeAlias = Mapping[str, Any]
Filled: TypeAlias = Mapping[str, Sequence[str]]
"""What was filled in: for the name of each field its values."""
Numbers: TypeAlias = tuple[int, ...]
Errors: TypeAlias = dict[str, list[str]]
"""What is wrong, by the name of the field."""
Unit: TypeAlias = tuple[str, Numbers, Item]
"""An answered item of a response with its ``linkId`` and numbers."""
_NAME = re.compile(r"(?P<link>[A-Za-z0-9_.-]{1,200})(?:@(?P<numbers>\d{1,3}(?:\.\d{1,3})*))?\Z")
_NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?\Z", re.ASCII)
_YES_NO = (("true", "yes"), ("false", "no"))


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what was answered; ``kind`` is the type of the item.

    ``when`` says as JSON which answers make the question worth asking: a list of (field, operator,
    answer), of which all or, with ``any_of``, one has to hold.
    """

    name: str
    text: str
    kind: str
    values: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()
    many: bool = False
    required: bool = False
    unit: str = ""
    when: str = ""
    any_of: bool = False
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A group of questions, given once or, where it ``repeats``, in several instances."""

    name: str
    text: str
    prefix: str
    repeats: bool
    instances: tuple[tuple[Question | Group, ...], ...]
    numbers: tuple[int, ...] = ()
    """The number of each instance in the names of its fields."""
    errors: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """What is wrong with an instance as a whole."""

    def __iter__(self) -> Iterator[tuple[int, tuple[Question | Group, ...]]]:
        return iter(zip(self.numbers, self.instances, strict=True))

    def name_of(self, number: int) -> str:
        """The name of an instance."""
        if not self.repeats:
            return self.name
        return f"{self.name}{'.' if '@' in self.name else '@'}{number}"

    @property
    def open(self) -> bool:
        """Whether something was answered, or is wrong, in it."""
        return bool(self.errors) or any(
            below.open if isinstance(below, Group) else bool(below.values or below.errors)
            for _, instance in self
            for below in instance
        )


def names_in(part: Question | Group) -> Iterator[str]:
    """The names of a question, or of the instances of a group and all in them."""
    if isinstance(part, Question):
        yield part.name
        return
    for number, instance in part:
        yield part.name_of(number)
        for below in instance:
            yield from names_in(below)


def name_of(link: str, numbers: Numbers) -> str:
    """The name of a field."""
    return f"{link}@{'.'.join(str(each) for each in numbers)}" if numbers else link


def parsed(name: str) -> tuple[str, Numbers] | None:
    """The ``linkId`` and the numbers of a name; None for what is none."""
    match = _NAME.match(name)
    if match is None:
        return None
    numbers = match["numbers"]
    return match["link"], tuple(int(each) for each in numbers.split(".")) if numbers else ()


class Form:
    """A Questionnaire with what was filled in; ``added`` names a group that gets one more."""

    def __init__(self, questionnaire: Item, filled: Filled, added: str = "") -> None:
        self.questionnaire = questionnaire
        self.filled = filled
        self._used: dict[str, set[Numbers]] = {}
        for each in filled:
            if (found := parsed(each)) is not None:
                self._used.setdefault(found[0], set()).add(found[1])
        self._added = parsed(added) if added else None

    def shown(self, errors: Mapping[str, Sequence[str]]) -> list[Question | Group]:
        """The questions and groups with their answers, and the errors by name of field."""
        return [self._shown(each, (), errors) for each in self.questionnaire["item"]]

    def response(self) -> tuple[list[Unit], Errors]:
        """What is answered, and the errors of what cannot be an answer, by name of field.

        The answers come as items of a QuestionnaireResponse: one for each question and each
        instance of a group at the outside, with its ``linkId`` and numbers.
        """
        errors: Errors = {}
        items: list[Unit] = []
        for each in self.questionnaire["item"]:
            items += self._units(each, errors)
        return items, errors

    def _units(self, item: Item, errors: Errors) -> Iterator[tuple[str, Numbers, Item]]:
        """The answered parts of an item; a group that only holds groups is taken apart."""
        below = item.get("item", ())
        if below and not item.get("repeats") and all(each["type"] == "group" for each in below):
            for each in below:
                yield from self._units(each, errors)
            return
        for numbers in self._numbers(item, ()):
            found = self._answered(item, numbers, errors)
            if found is not None:
                yield item["linkId"], numbers, found

    def _answered(self, item: Item, numbers: Numbers, errors: Errors) -> dict[str, Any] | None:
        """The item of the response, None for one without an answer."""
        link = item["linkId"]
        if item["type"] == "group":
            below = [
                found
                for each in item["item"]
                for inner in self._numbers(each, numbers)
                if (found := self._answered(each, inner, errors)) is not None
            ]
            return {"linkId": link, "item": below} if below else None
        name = name_of(link, numbers)
        answers = []
        for text in self._values(name):
            try:
                answers.append(_answer(item, text))
            except ValueError as error:
                errors.setdefault(name, []).append(str(error))
        return {"linkId": link, "answer": answers} if answers else None

    def _values(self, name: str) -> tuple[str, ...]:
        return tuple(text for each in self.filled.get(name, ()) if (text := each.strip()))

    def _numbers(self, item: Item, outer: Numbers) -> list[Numbers]:
        """The numbers of the instances of an item; of one that does not repeat, those around it."""
        if not (item["type"] == "group" and item.get("repeats")):
            return [outer]
        depth = len(outer)
        found = {
            numbers[depth]
            for link in _links(item)
            for numbers in self._used.get(link, ())
            if numbers[:depth] == outer and len(numbers) > depth
        } or {0}
        if self._added == (item["linkId"], outer):
            found.add(max(found) + 1)
        return [(*outer, each) for each in sorted(found)]

    def _shown(
        self, item: Item, outer: Numbers, errors: Mapping[str, Sequence[str]]
    ) -> Question | Group:
        link = item["linkId"]
        if item["type"] == "group":
            every = self._numbers(item, outer)
            last = {numbers: numbers[-1] if item.get("repeats") else 0 for numbers in every}
            return Group(
                name_of(link, outer),
                item.get("text", ""),
                item.get("prefix", ""),
                bool(item.get("repeats")),
                tuple(
                    tuple(self._shown(below, numbers, errors) for below in item["item"])
                    for numbers in every
                ),
                tuple(last.values()),
                {
                    last[numbers]: tuple(told)
                    for numbers in every
                    if (told := errors.get(name_of(link, numbers)))
                },
            )
        name = name_of(link, outer)
        values = self._values(name)
        if not self.filled:
            values = tuple(_initial(item))
        return Question(
            name,
            item.get("text", ""),
            item["type"],
            values,
            _YES_NO if item["type"] == "boolean" else tuple(_options(item)),
            many=bool(item.get("repeats")),
            required=bool(item.get("required")) and not outer,
            unit=_unit(item),
            when=_when(item, outer),
            any_of=item.get("enableBehavior") == "any",
            errors=tuple(errors.get(name, ())),
        )


def _links(item: Item) -> Iterator[str]:
    """The questions below an item."""
    for each in item.get("item", ()):
        if each["type"] == "group":
            yield from _links(each)
        else:
            yield each["linkId"]


def _options(item: Item) -> Iterator[tuple[str, str]]:
    for each in item.get("answerOption", ()):
        coding = each["valueCoding"]
        yield coding["code"], coding.get("display", coding["code"])


def _initial(item: Item) -> Iterator[str]:
    for each in item.get("answerOption", ()):
        if each.get("initialSelected"):
            yield each["valueCoding"]["code"]


def _unit(item: Item) -> str:
    for each in item.get("extension", ()):
        code = each.get("valueCoding", {}).get("code", "")
        if each["url"].endswith("/questionnaire-unit") and "{" not in code:
            return str(code)
    return ""


def _when(item: Item, numbers: Numbers) -> str:
    """The conditions of an item, which speak of questions in the same instances."""
    found = []
    for each in item.get("enableWhen", ()):
        answer = each.get("answerBoolean")
        text = {True: "true", False: "false"}[answer] if isinstance(answer, bool) else ""
        text = text or each.get("answerCoding", {}).get("code", "")
        found.append([name_of(each["question"], numbers), each["operator"], text])
    return json.dumps(found) if found else ""


def _answer(item: Item, text: str) -> dict[str, Any]:
    """One answer; raises ValueError with a sentence for a text that is none."""
    kind = item["type"]
    if len(text) > MOST_TEXT:
        raise ValueError(f"{len(text)} characters are too many; up to {MOST_TEXT} are kept")
    if kind in ("choice", "open-choice"):
        for code, display in _options(item):
            if text in (code, display):
                return {"valueCoding": {"code": code}}
        if kind == "open-choice":
            return {"valueString": text}
        raise ValueError("one of the choices is needed")
    if kind == "boolean":
        if text not in ("true", "false"):
            raise ValueError("yes or no is needed")
        return {"valueBoolean": text == "true"}
    if kind in ("decimal", "integer"):
        if not _NUMBER.match(text) or (kind == "integer" and "." in text):
            raise ValueError(
                "a whole number is needed" if kind == "integer" else "a number is needed"
            )
        return {"valueInteger": int(text)} if "." not in text else {"valueDecimal": Decimal(text)}
    return {"valueDate" if kind == "date" else "valueString": text}
