"""Differences of decisions and intervals of time, as lines of text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel
from rich.text import Text

from clausewise.facts.case.model import Case, Source
from clausewise.facts.text import in_words, printable
from clausewise.logic.decision.evidence import (
    describe,
    id_of,
    label_of,
    label_of_entry,
    label_without_source,
    shown_source,
)
from clausewise.logic.explain.result import DISCLAIMER, disclaimer_of
from clausewise.logic.what_if.compare import Difference, LineDifference, changed_choices
from clausewise.logic.what_if.receipt_days import Interval
from clausewise.logic.what_if.records import paired_entries
from clausewise.output.terminal import OUTCOME_STYLES, STYLES, words


def difference_lines(found: Difference, day: date | None = None) -> Iterator[Text]:
    """What changed, line by line: facts and choices, determinations, then statuses.

    ``day`` is that of the earlier decision, where the two are of one file on two days.
    """
    case = found.after.case
    yield Text(printable(case.case, 60), "bold")
    changed = list(changed_facts(found.before.case, case)) if day is None else []
    for name, (old, new) in changed_choices(found.before.choices, found.after.choices).items():
        changed.append(
            f"{in_words(name.replace('.', ' '))}: {in_words(str(old))} → {in_words(str(new))}"
        )
    yield from (Text(printable(each)) for each in changed)
    if found.late_entries:
        yield Text("received only later:")
        for key in found.late_entries:
            yield Text(f"  + {printable(label_of_entry(case, key))}")
    for line in found.lines:
        yield from _line(line, day)
    yield Text()
    yield Text(disclaimer_of(found.after.policy), "dim")


def _line(line: LineDifference, day: date | None) -> Iterator[Text]:
    before = (words(line.before), OUTCOME_STYLES.get(line.before, ""))
    if not line.changed:
        yield Text.assemble(f"{line.side}: ", before, " as before")
    else:
        after = (words(line.after), OUTCOME_STYLES.get(line.after, ""))
        yield Text.assemble(f"{line.side}: ", before, " → ", after)
    if line.decisive_before != line.decisive_after:
        old, new = " ".join(line.decisive_before), " ".join(line.decisive_after)
        if not new and line.after == "medically_necessary":
            yield Text("  nothing stands in the way any more")
        else:
            yield Text(f"  in the way before: {old or 'nothing'}; now: {new or 'nothing'}")
    for label, (status, other) in line.statuses.items():
        then, now = ((words(each), STYLES.get(each, "")) for each in (status, other))
        if day is None:
            yield Text.assemble(f"  {label}: ", then, " → ", now)
        else:
            yield Text.assemble(f"  {label}: on {day}: ", then, "; today: ", now)


_UNITS = {"relief_percent": ("relief", " %")}
"""Fields of entries that are called otherwise before a person, with the unit of their value."""


@dataclass(frozen=True, slots=True)
class Said:
    """What two records say otherwise: of which entry or part (``about``), and in which field.

    ``label`` tells more of an entry. ``field`` is empty where only one record has the entry;
    ``first`` and ``second`` are None for what is not there.
    """

    about: str
    label: str
    field: str
    first: str | None
    second: str | None
    unit: str = ""


def said_otherwise(first: Case, second: Case) -> Iterator[Said]:
    """What the second record says otherwise, in words; entries are paired by what they are."""
    for one, other in paired_entries(first, second):
        entry = one or other
        assert entry is not None
        about = id_of(entry) or describe(entry)
        if one is not None and other is not None:
            yield from _fields(about, label_without_source(entry), one, other)
        else:
            first_has, second_has = ("there" if each else None for each in (one, other))
            yield Said(about, label_of(entry), "", first_has, second_has)
    for name in ("request", "member", "review"):
        about = f"the {name}"
        yield from _fields(about, about, getattr(first, name), getattr(second, name))
    own, others = ({each.id: each for each in case.documents} for case in (first, second))
    for name in dict.fromkeys([*own, *others]):
        about = f"document {name}"
        yield from _fields(about, about, own.get(name), others.get(name))
    if first.record_complete != second.record_complete:
        values = (_value(each.record_complete) for each in (first, second))
        yield Said("the record", "the record", "complete for", *values)


def _fields(
    about: str, label: str, first: BaseModel | None, second: BaseModel | None
) -> Iterator[Said]:
    """The fields in which two parts of a record differ; either may not be there."""
    part = first or second
    for name in () if part is None else type(part).model_fields:
        old, new = (getattr(each, name, None) for each in (first, second))
        if old == new or name == "id":
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            for key in dict.fromkeys([*old, *new]):
                if old.get(key) != new.get(key):
                    values = (_value(each.get(key)) for each in (old, new))
                    yield Said(about, label, in_words(key), *values)
        else:
            called, unit = _UNITS.get(name, (in_words(name), ""))
            yield Said(about, label, called, _value(old), _value(new), unit)


def changed_facts(before: Case, after: Case) -> Iterator[str]:
    """What the second case says otherwise, a sentence each."""
    for each in said_otherwise(before, after):
        if each.field:
            yield f"{each.field} of {each.about}: {each.first} → {each.second}{each.unit}"
        else:
            yield f"{'added' if each.first is None else 'withdrawn'}: {each.label}"


def _value(value: Any) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(_value, value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Source):
        return shown_source(value)
    return in_words(str(value))


def difference_data(found: Difference) -> dict[str, Any]:
    """The difference as plain data."""
    choices = changed_choices(found.before.choices, found.after.choices)
    return {
        "case": found.after.case.case,
        "choices": {name: {"before": old, "after": new} for name, (old, new) in choices.items()},
        "received_later": list(found.late_entries),
        "lines": [
            {
                "side": line.side,
                "before": line.before,
                "after": line.after,
                "changed": line.changed,
                "decisive_before": list(line.decisive_before),
                "decisive_after": list(line.decisive_after),
                "statuses": {
                    label: {"before": old, "after": new}
                    for label, (old, new) in line.statuses.items()
                },
            }
            for line in found.lines
        ],
        "disclaimer": disclaimer_of(found.after.policy),
    }


def _earliest_and_lapse(found: Sequence[Interval], side: str) -> tuple[str | None, str | None]:
    """The first day of an approval and the last day of the last one."""
    approved = [
        each for each in found if each.side == side and each.determination == "medically_necessary"
    ]
    if not approved:
        return None, None
    return approved[0].first.isoformat(), approved[-1].last.isoformat()


def left_out(case: Case, found: Sequence[Interval], days: int) -> str | None:
    """The sentence on days that were asked about and not decided; None when all were."""
    first, last = min(each.first for each in found), max(each.last for each in found)
    around = timedelta(days=days)
    if case.request.received - first >= around and last - case.request.received >= around:
        return None
    return (
        f"only the days from {first} to {last} were decided, because the record is large; "
        "the others are left out"
    )


def when_lines(case: Case, found: Sequence[Interval], days: int) -> Iterator[Text]:
    """The intervals of each line; the one with the actual day of receipt is marked."""
    yield Text(f"{printable(case.case, 60)}  received {case.request.received}", "bold")
    for side in dict.fromkeys(each.side for each in found):
        first, last = _earliest_and_lapse(found, side)
        summary = f"approved earliest {first}, latest {last}" if first else "approved on no day"
        yield Text(f"{side}: {summary}")
        for each in found:
            if each.side == side:
                actual = each.first <= case.request.received <= each.last
                yield Text.assemble(
                    f"  {'→' if actual else ' '} {each.first} to {each.last}  ",
                    (words(each.determination), OUTCOME_STYLES[each.determination]),
                )
    if (sentence := left_out(case, found, days)) is not None:
        yield Text(f"! {sentence}")
    yield Text()
    yield Text(DISCLAIMER, "dim")


def when_data(case: Case, found: Sequence[Interval], days: int) -> dict[str, Any]:
    """The intervals as plain data."""
    sides = dict.fromkeys(each.side for each in found)
    return {
        "case": case.case,
        "received": case.request.received.isoformat(),
        "lines": [
            {
                "side": side,
                "earliest_approval": _earliest_and_lapse(found, side)[0],
                "latest_approval": _earliest_and_lapse(found, side)[1],
                "intervals": [
                    {
                        "first": each.first.isoformat(),
                        "last": each.last.isoformat(),
                        "determination": each.determination,
                    }
                    for each in found
                    if each.side == side
                ],
            }
            for side in sides
        ],
        "left_out": left_out(case, found, days),
        "disclaimer": DISCLAIMER,
    }
