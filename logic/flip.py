"""What would change a determination: the smallest sets of changed facts, each verified.

Documented values are turned or moved across a threshold by one step, entries are withdrawn, and
what is not documented may be added (``logic.abduction``). For an approval the single changes show
what it hangs on: its load-bearing entries. Nobody is told to stop having a disease: each change
says whether it can be had from the record, would take future care, or cannot be changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from facts.case import (
    ENTRY_LISTS,
    Case,
    Entry,
    Finding,
    ImagingStudy,
    Injection,
    Measurement,
    Therapy,
)
from facts.vocabulary import VOCABULARY
from logic.abduction import Candidate, determination_with, documentation_for, possible_worlds
from logic.determination import Decision, LineDecision
from logic.diagrams import NONE
from logic.evidence import describe, show_source

FROM_RECORD = "obtainable from the record"
FUTURE_CARE = "future care"
NOT_CHANGEABLE = "not changeable"
WITHDRAWN = "if it were withdrawn"

MOST_SETS = 20
LARGEST = 2


@dataclass(frozen=True, slots=True)
class Change:
    """One change: in words, of which kind, and the entry it concerns (None for a new one)."""

    candidate: Candidate
    kind: str
    entry: str | None

    @property
    def text(self) -> str:
        return self.candidate.text


@dataclass(frozen=True, slots=True)
class FlipSet:
    """Changes that together lead to the determination; none of them is superfluous."""

    changes: tuple[Change, ...]
    determination: str


def flip(
    decision: Decision,
    line: LineDecision,
    to: str | None = None,
    *,
    largest: int = LARGEST,
    most: int = MOST_SETS,
    hold: Iterable[str] = (),
    kinds: frozenset[str] | None = None,
) -> tuple[FlipSet, ...]:
    """The smallest sets of at most ``largest`` changes that lead to the determination ``to``.

    Without ``to`` an approval is asked for what would end it, and anything else for what would
    approve it. ``hold`` names entries (by key or id), findings or lists that stay as they are;
    ``kinds`` restricts the kinds of changes. Every set is verified by deciding the changed case.
    """
    if line.path is None:
        return ()
    held = frozenset(hold)
    found_changes = [
        each for each in _changes(decision, line, held) if kinds is None or each.kind in kinds
    ]
    # What bears on the same clause has to stand together, or the diagrams grow beyond measure.
    found_changes.sort(key=lambda each: _topic(decision.case, each))
    changes = {each.candidate.name: each for each in found_changes}
    diagrams, worlds = possible_worlds(
        decision, line, {name: each.candidate for name, each in changes.items()}
    )
    outcomes = {
        row[1]: node for row, node in worlds.rows["determination"].items() if row[0] == line.side
    }
    if to is None and line.determination == "medically_necessary":
        wanted = diagrams.without(outcomes[line.determination])
    else:
        wanted = outcomes.get(to or "medically_necessary", NONE)
    found: list[FlipSet] = []
    for names in diagrams.smallest_sets(wanted, most * 4, largest):
        chosen = tuple(each for name, each in changes.items() if name in names)
        if any(each.candidate.after not in (None, *names) for each in chosen):
            continue
        outcome = determination_with(decision, line.side, (each.candidate for each in chosen))
        found.append(FlipSet(chosen, outcome))
        if len(found) == most:
            break
    return tuple(each for each in found if to is None or each.determination == to)


def _topic(case: Case, change: Change) -> str:
    """What a change is about: the finding, the region of imaging, or the kind of entry."""
    (place, value), *_ = change.candidate.edits.items()
    entry: object = dict(case.entries())[change.entry] if change.entry else value
    for name in ("finding", "region"):
        about = entry.get(name) if isinstance(entry, dict) else getattr(entry, name, None)
        if about is not None:
            return str(about)
    return _list_name(place)


def _list_name(place: str) -> str:
    """The list of a place of the case file: ``findings`` of ``findings+``, ``findings[0]``."""
    return place.partition("+")[0].partition("[")[0]


def load_bearing(decision: Decision, line: LineDecision) -> tuple[FlipSet, ...]:
    """The entries of an approval whose withdrawal alone would end it."""
    if line.determination != "medically_necessary":
        return ()
    return flip(
        decision, line, largest=1, kinds=frozenset({WITHDRAWN}), most=len(ENTRY_LISTS) * 1000
    )


# --- what could be changed --------------------------------------------------------------------


def _changes(decision: Decision, line: LineDecision, held: frozenset[str]) -> Iterator[Change]:
    case = decision.case
    tied = {entry.therapy for entry in case.therapy_inability if entry.therapy is not None}
    for key, entry in case.entries():
        names = {key, _list_name(key), str(getattr(entry, "id", ""))}
        names.add(entry.finding if isinstance(entry, Finding) else "")
        if names & held:
            continue
        title = getattr(entry, "id", None) or key
        yield from _turned(decision, key, str(title), entry)
        if not (isinstance(entry, Therapy) and entry.id in tied):
            text = f"{title} ({describe(entry)}) withdrawn"
            yield Change(Candidate(f"withdraw {key}", text, "", {key: None}), WITHDRAWN, key)
    leaves = [
        label
        for label, status in line.statuses.items()
        if status != "met" and not line.program.policy.clauses[label].gate
        if line.program.policy.clauses[label].kind == "criterion" or status == "conflicting"
    ]
    for candidate in documentation_for(decision, line, leaves):
        (place,) = candidate.edits
        if _list_name(place) in held:
            continue
        yield Change(candidate, _kind_of_addition(case, candidate), None)


def _kind_of_addition(case: Case, candidate: Candidate) -> str:
    """What kind of change a new entry is: a later examination, care to come, or mere documents."""
    (added,) = candidate.edits.values()
    if isinstance(added, dict) and "finding" in added:
        name = added["finding"]
        if name in {entry.finding for entry in case.findings}:
            return FUTURE_CARE if VOCABULARY.findings[name].examination else NOT_CHANGEABLE
    care = candidate.name.startswith(("therapy ", "block ", "trial "))
    return FUTURE_CARE if care else FROM_RECORD


def _turned(decision: Decision, key: str, title: str, entry: Entry) -> Iterator[Change]:
    """The entry with one documented value turned, or moved across its threshold by one step."""

    def change(place: str, value: object, text: str, kind: str = NOT_CHANGEABLE) -> Change:
        edits = {f"{key}.{place}": value}
        candidate = Candidate(f"{key}.{place} {value}", f"{title}: {text}", "", edits)
        return Change(candidate, kind, key)

    parameters = decision.choices.parameters
    if isinstance(entry, Finding):
        other = "absent" if entry.present else "present"
        yield change("present", not entry.present, f"{_plain(entry.finding)} {other}")
    elif isinstance(entry, Measurement):
        value = _across(entry.value, parameters["minimum_pain_score"], 10)
        if value is not None:
            yield change("value", value, f"pain score {value} in place of {entry.value}")
    elif isinstance(entry, Injection):
        if entry.relief_percent is not None and not isinstance(entry.relief_percent, tuple):
            relief = _across(entry.relief_percent, parameters["minimum_block_relief"], 100)
            if relief is not None:
                text = f"relief {relief} % in place of {entry.relief_percent} %"
                yield change("relief_percent", relief, text)
        for name in ("intra_articular", "image_guided", "contrast", "relief_lasted_expected"):
            answer = getattr(entry, name)
            if answer is not None:
                yield change(name, not answer, f"{_plain(name)}: {'no' if answer else 'yes'}")
        if entry.outcome is not None:
            outcome = "relief" if entry.outcome == "failed" else "failed"
            yield change("outcome", outcome, f"outcome {outcome}")
    elif isinstance(entry, ImagingStudy):
        for result, shown in entry.results.items():
            text = f"{_plain(result)} {'excluded' if shown else 'shown'}"
            yield change(f"results.{result}", not shown, text)


def _across(value: int | Decimal, threshold: int, most: int) -> int | None:
    """The nearest whole number on the other side of the threshold, or None outside the scale."""
    moved = threshold - 1 if value >= threshold else threshold
    return moved if 0 <= moved <= most else None


def _plain(name: str) -> str:
    return name.replace("_", " ")


def entry_sources(case: Case, found: FlipSet) -> tuple[str, ...]:
    """The documents that the changed entries were read from."""
    entries = dict(case.entries())
    sources = [show_source(entries[each.entry]) for each in found.changes if each.entry]
    return tuple(dict.fromkeys(source for source in sources if source))
