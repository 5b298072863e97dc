"""A text beside the rules, and what a new one changed, as lines of text and plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.text import Text

from clausewise.facts.text import printable
from clausewise.logic.analysis.text.coverage import Coverage, Stated
from clausewise.logic.analysis.text.drift import Changed, Drift, NumberChange
from clausewise.logic.analysis.text.matching import Change

_MARKS = {"mapped": ("✓", "green"), "waived": ("–", "dim"), "neither": ("?", "bold yellow")}
MOST_NAMES = 8
"""Tests, cases and clauses named in one line of text; JSON has all."""


def text_data(found: Coverage) -> dict[str, Any]:
    """A text beside the rules as plain data; of its wording only each span's label is in it."""
    return {
        "policy": found.policy.number,
        "fingerprint": found.policy.fingerprint,
        "spans": [
            {
                "label": each.pair.label,
                "line": None if each.pair.new is None else each.pair.new.line,
                "changes": list(each.pair.changes),
                "state": each.state,
                "clauses": list(each.clauses),
                "rules": each.rules,
                "readings": list(each.readings),
                "numbers": [
                    {
                        "number": number.text,
                        "parameter": number.parameter or None,
                        "reason": number.reason or None,
                        "fault": number.fault or None,
                    }
                    for number in each.numbers
                ],
                "waived": each.waived or None,
            }
            for each in found.spans
        ],
        **{
            f"{kind}_without_span": [
                {"name": name, "reason": reason or None} for name, reason in rows
            ]
            for kind, rows in (
                ("clauses", found.clauses),
                ("parameters", found.parameters),
                ("readings", found.readings),
            )
        },
        "open": list(found.open),
    }


def text_lines(found: Coverage) -> Iterator[Text]:
    """Every span with what it states; then what no span states, and what is to be looked at."""
    states = [each.state for each in found.spans if each.pair.new is not None]
    counts = ", ".join(f"{states.count(state)} {state}" for state in _MARKS)
    yield Text(f"{found.policy.number} {found.policy.title}", "bold")
    yield Text(f"{len(states)} spans: {counts}")
    yield Text()
    for each in found.spans:
        if each.pair.new is not None:
            yield _span_line(each)
    for kind, rows in (
        ("clauses", found.clauses),
        ("parameters", found.parameters),
        ("readings", found.readings),
    ):
        yield Text()
        yield Text(f"{kind} that no span states", "bold")
        yield from (Text(f"  {name}  {reason or '?'}") for name, reason in rows)
    yield Text()
    if not found.open:
        yield Text("Nothing is left to look at: text and rules hold each other.", "bold green")
        return
    yield Text("To look at", "bold")
    yield from (Text(f"  {printable(sentence)}") for sentence in found.open)


def _span_line(each: Stated) -> Text:
    mark, style = _MARKS[each.state]
    label = printable(each.pair.label, 60)
    parts = []
    if each.pair.change is not Change.SAME:
        parts.append(", ".join(each.pair.changes))
    if each.clauses:
        named = (
            f"{each.clauses[0]} and {len(each.clauses) - 1} more"
            if len(each.clauses) > 1
            else each.clauses[0]
        )
        parts.append(f"{named}, {each.rules} rules")
    if each.waived:
        parts.append(each.waived)
    if each.readings:
        parts.append(f"readings {', '.join(each.readings)}")
    parts += [
        f"{printable(number.text, 30)} {number.parameter or number.reason or 'no parameter'}"
        for number in each.numbers
        if not each.waived
    ]
    if each.state == "neither" and each.pair.new is not None:
        parts.append(f"“{printable(each.pair.new.opening)}”")
    return Text.assemble((f"{mark} ", style), f"{label}  ", ("; ".join(parts), "dim"))


def drift_data(found: Drift) -> dict[str, Any]:
    """What a new text changed, as plain data."""
    return {
        "policy": found.policy.number,
        "fingerprint": found.policy.fingerprint,
        "same": found.same,
        "changed": [
            {
                "changes": list(each.stated.pair.changes),
                "before": None if each.stated.pair.old is None else each.stated.pair.old.label,
                "after": None if each.stated.pair.new is None else each.stated.pair.new.label,
                "line": None if each.stated.pair.new is None else each.stated.pair.new.line,
                "waived": each.stated.waived or None,
                "numbers": [_number_data(number) for number in each.numbers],
                "clauses": list(each.clauses),
                "readings": list(each.stated.readings),
                "tests": list(each.tests),
                "cases": list(each.cases),
            }
            for each in found.changed
        ],
        "parameters": [_number_data(number) for number in found.parameters()],
    }


def _number_data(number: NumberChange) -> dict[str, Any]:
    return {
        "before": number.before or None,
        "after": number.after or None,
        "parameter": number.parameter or None,
    }


def drift_lines(found: Drift) -> Iterator[Text]:
    """Every span that changed, and what has to be looked at for it."""
    yield Text(f"{found.policy.number} {found.policy.title}", "bold")
    if not found.changed:
        yield Text(f"The text says what it said: all {found.same} spans are the same.")
        return
    yield Text(f"{len(found.changed)} spans changed, {found.same} are the same")
    for each in found.changed:
        yield Text()
        yield from _changed_lines(each)
    parameters = list(found.parameters())
    if parameters:
        yield Text()
        yield Text("Parameters whose number changed", "bold")
        for number in parameters:
            yield Text(f"  {number.parameter}: {_change(number)}")


def _changed_lines(each: Changed) -> Iterator[Text]:
    pair = each.stated.pair
    before = printable(pair.old.label, 60) if pair.old is not None else ""
    after = printable(pair.new.label, 60) if pair.new is not None else ""
    where = before or after if before == after or not (before and after) else f"{before} → {after}"
    line = f" (line {pair.new.line})" if pair.new is not None else ""
    yield Text.assemble((where, "bold"), f"{line}  {', '.join(pair.changes)}")
    if each.stated.waived:
        yield Text(f"  states no criterion: {each.stated.waived}", "dim")
    if pair.old is None and pair.new is not None:
        yield Text(f"  “{printable(pair.new.opening)}”")
    for number in each.numbers:
        held = f" ({number.parameter})" if number.parameter else ""
        yield Text(f"  number {_change(number)}{held}")
    for name, names in (
        ("clauses", each.clauses),
        ("readings", each.stated.readings),
        ("tests", each.tests),
        ("cases", each.cases),
    ):
        if names:
            yield Text(f"  {name}: {_some(names)}")


def _change(number: NumberChange) -> str:
    before, after = printable(number.before, 40), printable(number.after, 40)
    return f"{before or 'none'} → {after or 'none'}"


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - MOST_NAMES} more" if len(listed) > MOST_NAMES else ""
    return ", ".join(listed[:MOST_NAMES]) + more
