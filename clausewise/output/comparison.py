"""Differences of decisions and intervals of time, as lines of text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from rich.text import Text

from clausewise.facts.case.model import Case
from clausewise.facts.text import in_words, printable
from clausewise.logic.decision.decide import Decision, status_word
from clausewise.logic.decision.evidence import label_of_entry, on_side
from clausewise.logic.explain.clauses import label_in_words, published_label
from clausewise.logic.explain.result import closing
from clausewise.logic.language.policy import Policy
from clausewise.logic.what_if.changed import changed_facts
from clausewise.logic.what_if.compare import Difference, LineDifference, changed_choices
from clausewise.logic.what_if.receipt_days import MOST_SECONDS, Interval, Intervals
from clausewise.output.terminal import OUTCOME_STYLES, STYLES, closing_lines, words


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
        yield from _line(found.after.policy, line, day)
    yield from closing_lines(found.after)


def _line(policy: Policy, line: LineDifference, day: date | None) -> Iterator[Text]:
    before = (words(line.before), OUTCOME_STYLES.get(line.before, ""))
    if not line.changed:
        yield Text.assemble(on_side(line.side), before, " as before")
    else:
        after = (words(line.after), OUTCOME_STYLES.get(line.after, ""))
        yield Text.assemble(on_side(line.side), before, " → ", after)
    if line.decisive_before != line.decisive_after:
        old, new = " ".join(line.decisive_before), " ".join(line.decisive_after)
        if not new and line.after == "medically_necessary":
            yield Text("  nothing stands in the way any more")
        else:
            yield Text(f"  in the way before: {old or 'nothing'}; now: {new or 'nothing'}")
    for clause, (status, other) in line.statuses.items():
        above = published_label(policy, clause)
        if above != clause and above in line.statuses:
            continue  # the clause that it is a part of is told
        label = label_in_words(policy, clause)
        told = policy.clauses[clause]
        then, now = (
            (status_word(told, each), "" if told.kind == "exclusion" else STYLES.get(each, ""))
            for each in (status, other)
        )
        if day is None:
            yield Text.assemble(f"  {label}: ", then, " → ", now)
        else:
            yield Text.assemble(f"  {label}: on {day}: ", then, "; today: ", now)


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
        **closing(found.after),
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
    received, around, day = case.request.received, timedelta(days=days), timedelta(days=1)
    spans = [
        f"from {start} to {end}"
        for start, end in ((received - around, first - day), (last + day, received + around))
        if start <= end
    ]
    if not spans:
        return None
    return (
        f"not looked at: the days {' and '.join(spans)}, because {MOST_SECONDS:.0f} seconds were "
        "over; the record takes that long for the others (--days asks for fewer)"
    )


def when_lines(decision: Decision, found: Intervals, days: int) -> Iterator[Text]:
    """The intervals of each line, with the clauses that change from one to the next; the one with
    the actual day of receipt is marked."""
    case = decision.case
    policy = decision.policy
    yield Text(f"{printable(case.case, 60)}  received {case.request.received}", "bold")
    if len(found.versions) > 1:
        (_, version), *others = found.versions
        further = (f"from {first} under {version}" for first, version in others)
        yield Text(f"decided under {version}, {', '.join(further)}")
    for side in dict.fromkeys(each.side for each in found):
        first, last = _earliest_and_lapse(found, side)
        summary = f"approved earliest {first}, latest {last}" if first else "approved on no day"
        yield Text(f"{on_side(side)}{summary}")
        for each in found:
            if each.side == side:
                actual = each.first <= case.request.received <= each.last
                yield Text.assemble(
                    f"  {'→' if actual else ' '} {each.first} to {each.last}  ",
                    (words(each.determination), OUTCOME_STYLES[each.determination]),
                )
                for label, old, new in each.changed:
                    known = label in policy.clauses  # else one of another version
                    yield Text.assemble(
                        f"      {label_in_words(policy, label) if known else label}: ",
                        (words(old), STYLES.get(old, "")),
                        " → ",
                        (words(new), STYLES.get(new, "")),
                    )
    if (sentence := left_out(case, found, days)) is not None:
        yield Text(f"! {sentence}")
    yield from closing_lines(decision)


def when_data(decision: Decision, found: Intervals, days: int) -> dict[str, Any]:
    """The intervals as plain data."""
    case = decision.case
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
                        "changed": [
                            {"clause": label, "before": old, "after": new}
                            for label, old, new in each.changed
                        ],
                    }
                    for each in found
                    if each.side == side
                ],
            }
            for side in sides
        ],
        "versions": [
            {"first": first.isoformat(), "policy": version} for first, version in found.versions
        ],
        "left_out": left_out(case, found, days),
        **closing(decision),
    }
