"""A text beside the rules: which span states what, which states nothing, what no span states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clausewise.logic.analysis.text.known_text import KnownSpan, KnownText, quantity_is
from clausewise.logic.analysis.text.matching import Change, Pair, matched
from clausewise.logic.analysis.text.spans import Span
from clausewise.logic.language.policy import Policy


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a span: as it stands there, the parameters that hold it, or why none does.

    ``fault`` tells where the text and the parameter differ.
    """

    text: str
    parameter: str
    reason: str
    fault: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What a span of the text is to the rules.

    ``clauses`` are all clauses that it states, those below its own included; ``rules`` is how many
    rules stand under them; ``readings`` are those that concern them; ``waived`` says why it states
    none. With neither clauses nor a reason nobody has said what it is.
    """

    pair: Pair
    clauses: tuple[str, ...]
    rules: int
    readings: tuple[str, ...]
    numbers: tuple[Number, ...]
    waived: str

    @property
    def state(self) -> str:
        """mapped, waived or neither."""
        return "mapped" if self.clauses else "waived" if self.waived else "neither"


@dataclass(frozen=True, slots=True)
class Coverage:
    """A text beside a policy: every span, and what no span holds."""

    policy: Policy
    spans: tuple[Stated, ...]
    clauses: tuple[tuple[str, str], ...]
    """Clauses that no span states, each with the reason given, "" when nobody gave one."""
    parameters: tuple[tuple[str, str], ...]
    readings: tuple[tuple[str, str], ...]

    @property
    def open(self) -> tuple[str, ...]:
        """Everything that a person has to look at, a sentence each."""
        return tuple(_open(self))


def covered(policy: Policy, known: KnownText, spans: Sequence[Span]) -> Coverage:
    """The text of these spans beside the policy."""
    owner = _owners(policy, known)
    stated = tuple(_stated(policy, pair, owner) for pair in matched(known.spans, spans))
    held = {number.parameter for each in stated if each.pair.new for number in each.numbers}
    spoken = {
        label for each in stated if each.pair.new for label in (*each.clauses, *_labels(each.pair))
    }
    return Coverage(
        policy,
        stated,
        tuple(
            (label, known.clauses.get(label, ""))
            for label, clause in policy.clauses.items()
            if label not in spoken and clause.rules and not clause.decides
        ),
        tuple(
            (name, known.parameters.get(name, "")) for name in policy.parameter if name not in held
        ),
        tuple(
            (name, known.readings.get(name, ""))
            for name, each in policy.reading.items()
            if not spoken.intersection(each.labels)
        ),
    )


def _labels(pair: Pair) -> Iterator[str]:
    """The label that a span had in the text that is kept; sections have readings and no clause."""
    if pair.old is not None:
        yield pair.old.label


def _owners(policy: Policy, known: KnownText) -> dict[str, str]:
    """For each clause the clause named by a span that it belongs to: its own label, or the nearest
    above it."""
    named = {label for each in known.spans for label in each.clauses}
    found = {}
    for label in policy.clauses:
        if label in known.clauses:
            continue
        parts = label.split(".")
        above = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        owner = next((each for each in above if each in named), None)
        if owner is not None:
            found[label] = owner
    return found


def _stated(policy: Policy, pair: Pair, owner: dict[str, str]) -> Stated:
    known = pair.old
    clauses = (
        ()
        if known is None
        else tuple(label for label, own in owner.items() if own in known.clauses)
    )
    return Stated(
        pair,
        clauses,
        sum(len(policy.clauses[label].rules) for label in clauses),
        tuple(
            name
            for name, each in policy.reading.items()
            if set(each.labels) & {*clauses, *_labels(pair)}
        ),
        tuple(_numbers(policy, pair)),
        known.waived if known is not None else "",
    )


def _numbers(policy: Policy, pair: Pair) -> Iterator[Number]:
    """The numbers of a span as it is now, or as it was when it is gone."""
    known, span = pair.old, pair.new
    wording = span.wording if span is not None else known.wording if known is not None else None
    assert wording is not None
    held = _held(known, wording.numbers)
    for text, by in zip(wording.numbers, held, strict=True):
        parameter = policy.parameter.get(by)
        if parameter is None:
            yield Number(text, "", by, "")
        elif quantity_is(text, parameter.value, parameter.unit):
            yield Number(text, by, "", "")
        else:
            yield Number(text, by, "", f"the text says {text}, the parameter {parameter.value}")


def _held(known: KnownSpan | None, numbers: Sequence[str]) -> Sequence[str]:
    """What was said of each number; where numbers came or went, of those that are as they were."""
    if known is None:
        return [""] * len(numbers)
    if len(known.wording.numbers) == len(numbers):
        return known.held_by
    pairs = list(zip(known.wording.numbers, known.held_by, strict=True))
    found = []
    for text in numbers:
        place = next((n for n, (before, _) in enumerate(pairs) if before == text), None)
        found.append("" if place is None else pairs.pop(place)[1])
    return found


def _open(found: Coverage) -> Iterator[str]:
    for each in found.spans:
        label = each.pair.label
        if each.pair.change is not Change.SAME:
            yield f"span {label}: {', '.join(each.pair.changes)}"
        if each.pair.new is None:
            continue
        if each.state == "neither":
            yield f"span {label} is neither mapped to clauses nor waived"
        for number in each.numbers:
            if number.fault:
                yield f"span {label}: {number.fault} ({number.parameter})"
            elif not each.waived and not number.parameter and not number.reason:
                yield f"span {label}: no parameter holds the number {number.text}"
    for kind, rows in (
        ("clause", found.clauses),
        ("parameter", found.parameters),
        ("reading", found.readings),
    ):
        for name, reason in rows:
            if not reason:
                yield f"no span states the {kind} {name}"
