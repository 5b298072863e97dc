"""What would change a determination: the smallest sets of changed facts, each verified.

For an approval, the single withdrawals that end it show the entries it depends on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clausewise.facts.case.model import Case, Finding
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import show_source
from clausewise.logic.readings.decision_diagram import NONE
from clausewise.logic.what_if.edits import WITHDRAWN, Change, additions, changes_of_entry
from clausewise.logic.what_if.missing import (
    MOST_ASKED,
    determination_with,
    in_order,
    possible_worlds,
)

MOST_SETS = 2000
LARGEST = 2


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
    ``kinds`` restricts the kinds of changes. All sets are given, smallest first, and every one is
    verified by deciding the changed case: the first by pyDatalog too, all by the derivations that
    a decision is compared with.
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
        row[1]: node for row, node in worlds["determination"].items() if row[0] == line.side
    }
    if to is None and line.determination == "medically_necessary":
        wanted = diagrams.without(outcomes[line.determination])
    else:
        wanted = outcomes.get(to or "medically_necessary", NONE)
    found: list[FlipSet] = []
    for names in diagrams.smallest_sets(wanted, most * 4, largest):
        chosen = tuple(each for name, each in changes.items() if name in names)
        if not in_order([each.candidate for each in chosen]):
            continue
        by_pydatalog = len(found) < MOST_ASKED
        outcome = determination_with(
            decision,
            line.side,
            (each.candidate for each in chosen),
            by_pydatalog=by_pydatalog,
        )
        found.append(FlipSet(chosen, outcome))
        if len(found) == most:
            break
    return tuple(each for each in found if to is None or each.determination == to)


def _topic(case: Case, change: Change) -> str:
    """What a change is about: the finding, the region of imaging, or the kind of entry."""
    (place, value), *_ = change.candidate.edits.items()
    entry: object = case.entry(change.entry) if change.entry else value
    for name in ("finding", "region"):
        about = entry.get(name) if isinstance(entry, dict) else getattr(entry, name, None)
        if about is not None:
            return str(about)
    return _list_name(place)


def _list_name(place: str) -> str:
    """The list of a place of the case file: ``findings`` of ``findings+``, ``findings[0]``."""
    return place.partition("+")[0].partition("[")[0]


def necessary_entries(
    decision: Decision, line: LineDecision, found: tuple[FlipSet, ...] | None = None
) -> tuple[FlipSet, ...]:
    """The entries of an approval whose withdrawal alone would end it.

    ``found`` is what ``flip`` says of the line without a wanted determination and without anything
    held, when that is known already: the withdrawals stand in it.
    """
    if line.determination != "medically_necessary":
        return ()
    if found is not None:
        return tuple(
            each for each in found if [change.kind for change in each.changes] == [WITHDRAWN]
        )
    return flip(decision, line, largest=1, kinds=frozenset({WITHDRAWN}))


def necessary_by_side(
    decision: Decision, found: Mapping[str, tuple[FlipSet, ...]], *, whole: bool
) -> dict[str, tuple[FlipSet, ...]]:
    """For each line the entries it depends on; ``whole`` when its flips already contain them."""
    known = found if whole else {}
    return decision.ask(lambda each, line: necessary_entries(each, line, known.get(line.side)))


def _changes(decision: Decision, line: LineDecision, held: frozenset[str]) -> Iterator[Change]:
    for key, entry in decision.case.entries():
        names = {key, _list_name(key), str(getattr(entry, "id", ""))}
        names.add(entry.finding if isinstance(entry, Finding) else "")
        if not names & held:
            yield from changes_of_entry(decision, line, key, entry)
    leaves = [
        label
        for label, status in line.statuses.items()
        if status != "met" and not line.program.policy.clauses[label].gate
        if line.program.policy.clauses[label].kind == "criterion" or status == "conflicting"
    ]
    for change in additions(decision, line, leaves):
        (place,) = change.candidate.edits
        if _list_name(place) not in held:
            yield change


def entry_sources(case: Case, found: FlipSet) -> tuple[str, ...]:
    """The documents that the changed entries were read from."""
    sources = [show_source(case.entry(each.entry)) for each in found.changes if each.entry]
    return tuple(dict.fromkeys(source for source in sources if source))
