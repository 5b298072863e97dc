"""What would change a determination: the smallest sets of changed facts, each verified.

For an approval, the single withdrawals that end it show the entries it depends on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import compress

from clausewise.facts.case.model import ENTRY_LISTS, Case, Finding
from clausewise.facts.case.values import nearest
from clausewise.facts.errors import UnknownNameError
from clausewise.facts.text import in_words
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import id_of, show_source
from clausewise.logic.derivation.model import Model
from clausewise.logic.readings.conditional_model import Worlds
from clausewise.logic.readings.decision_diagram import NONE, Diagrams, TooManyStepsError
from clausewise.logic.what_if.candidate import said_simply
from clausewise.logic.what_if.edits import (
    FROM_RECORD,
    FUTURE_CARE,
    NOT_CHANGEABLE,
    WITHDRAWN,
    Change,
    additions,
    changes_of_entry,
    changes_of_numbers,
)
from clausewise.logic.what_if.fields import LISTS, day_details
from clausewise.logic.what_if.least import least
from clausewise.logic.what_if.trial import (
    MOST_ASKED,
    OutOfTrialsError,
    Trials,
    Work,
    determination_with,
    edits_of,
)
from clausewise.logic.what_if.words import described
from clausewise.logic.what_if.worlds import in_order, most_variables, possible_worlds

MOST_SETS = 2000
LARGEST = 2
MOST_MOVED = 60
"""Entries of one list of which other days are looked for."""
MOST_EPISODES_MOVED = 12
"""The same for episodes, of which each takes several evaluations."""
APPROVED = "medically_necessary"


@dataclass(frozen=True, slots=True)
class FlipSet:
    """Changes that together lead to the determination; none of them is superfluous."""

    changes: tuple[Change, ...]
    determination: str


class FlipSets(tuple[FlipSet, ...]):
    """Sets of changes, smallest first; ``size`` is the largest that was looked for, ``to`` the
    determination that was wanted, empty for any other.

    ``not_searched`` are sentences on what was not looked at, empty when all was.
    """

    size: int
    not_searched: tuple[str, ...]
    to: str

    def __new__(
        cls,
        sets: Iterable[FlipSet] = (),
        size: int = LARGEST,
        not_searched: Iterable[str] = (),
        to: str = "",
    ) -> FlipSets:
        found = super().__new__(cls, sets)
        found.to = to
        found.size, found.not_searched = size, tuple(dict.fromkeys(not_searched))
        return found


def flip(
    decision: Decision,
    line: LineDecision,
    to: str | None = None,
    *,
    largest: int = LARGEST,
    most: int = MOST_SETS,
    hold: Iterable[str] = (),
    kinds: frozenset[str] | None = None,
    work: Work | None = None,
) -> FlipSets:
    """The smallest sets of at most ``largest`` changes that lead to the determination ``to``.

    Without ``to`` an approval is asked for what would end it, and anything else for what would
    approve it. ``hold`` names entries (by key or id), findings or lists that stay as they are;
    ``kinds`` restricts the kinds of changes, ``work`` what is worked out. All sets are given,
    smallest first, and every one is verified by deciding the changed case: the first by pyDatalog
    too, all by the derivations that a decision is compared with. Where there are too many
    combinations, the list of entries with the most changes is looked at change by change. Raises
    UnknownNameError for what cannot be held.
    """
    if line.path is None or line.determination == to:
        return FlipSets((), largest, to=to or "")
    held, told = frozenset(hold), list[str]()
    _check_held(decision.case, held)
    of_record = kinds is None or kinds != {FROM_RECORD}
    found_changes = [
        each
        for each in _changes(decision, line, held, told, of_record=of_record)
        if kinds is None or each.kind in kinds
    ]
    # What bears on the same clause has to stand together, or the diagrams grow beyond measure.
    found_changes.sort(key=lambda each: _topic(decision.case, each))
    wanted, work = _Wanted(line, to), work or Work(decision)
    together, alone = found_changes, list[Change]()
    sets: list[tuple[Change, ...]] = []
    while together:
        try:
            sets = _sets(decision, line, together, wanted, largest, most, work)
            break
        except OutOfTrialsError:
            alone, together = [*alone, *together], []
            if largest > 1:
                told.append("sets of several changes")
        except TooManyStepsError:
            counts = Counter(_list_of(each) for each in together)
            name = max(counts, key=lambda each: counts[each])
            alone += [each for each in together if _list_of(each) == name]
            together = [each for each in together if _list_of(each) != name]
            if largest > 1:
                told.append(f"sets of several changes with one of the {in_words(name)}")
    trials, shrinking = (Trials(decision, line, wanted.holds, work) for _ in range(2))
    try:
        singles = [(each,) for each in alone if trials(each.candidate.edits.items())]
    except OutOfTrialsError:
        singles = [(each,) for each in alone if trials.said(each.candidate.edits.items())]
        told.append(f"all but {trials.looked_at} of {len(alone)} changes of a long record")
    found: list[FlipSet] = []
    smaller: dict[str, Change] = {}
    leading = sorted([*singles, *sets], key=_order)[:most]
    if trials.few and len(leading) > trials.most:
        told.append(f"all but {trials.most} of {len(leading)} sets of changes of a long record")
        leading = leading[: trials.most]
    for chosen in leading:
        chosen = _least(decision, chosen, shrinking, smaller)
        by_pydatalog = len(found) < MOST_ASKED
        candidates = [each.candidate for each in chosen]
        try:
            outcome = determination_with(
                decision, line.side, candidates, work, by_pydatalog=by_pydatalog
            )
        except OutOfTrialsError:
            told.append(
                f"all but {len(found)} of {len(leading)} sets of changes, which take long to verify"
            )
            break
        found.append(FlipSet(chosen, outcome))
    kept = (each for each in found if to is None or each.determination == to)
    return FlipSets(kept, largest, told, to or "")


class _Wanted:
    """The determination that is wanted, asked of diagrams and of derivations."""

    def __init__(self, line: LineDecision, to: str | None) -> None:
        self.line = line
        self.otherwise = to is None and line.determination == APPROVED
        self.outcome = to or APPROVED

    def node(self, diagrams: Diagrams, worlds: Worlds) -> int:
        held = worlds["determination"].get((self.line.side, self.outcome), NONE)
        return diagrams.without(held) if self.otherwise else held

    def holds(self, model: Model) -> bool:
        held = (self.line.side, self.outcome) in model.rows["determination"]
        return held is not self.otherwise


def _sets(
    decision: Decision,
    line: LineDecision,
    found_changes: list[Change],
    wanted: _Wanted,
    largest: int,
    most: int,
    work: Work,
) -> list[tuple[Change, ...]]:
    """The smallest sets of these changes that lead to what is wanted; raises TooManyStepsError or
    OutOfTrialsError."""
    if len(found_changes) > most_variables(decision):
        raise TooManyStepsError
    changes = {each.candidate.name: each for each in found_changes}
    candidates = {name: each.candidate for name, each in changes.items()}
    diagrams, worlds = possible_worlds(decision, line, candidates)
    with work.combined(worlds):
        node = wanted.node(diagrams, worlds)
    sets = [
        tuple(each for name, each in changes.items() if name in names)
        for names in diagrams.smallest_sets(node, most * 4, largest)
    ]
    simply = said_simply([each.candidate for each in chosen] for chosen in sets)
    return [
        chosen for chosen in compress(sets, simply) if in_order([each.candidate for each in chosen])
    ]


def _order(chosen: tuple[Change, ...]) -> tuple[int, int]:
    """Few changes first, and of as many those that can be had."""
    return len(chosen), max(_KINDS.index(each.kind) for each in chosen)


_KINDS = (FROM_RECORD, FUTURE_CARE, WITHDRAWN, NOT_CHANGEABLE)


def _least(
    decision: Decision, chosen: tuple[Change, ...], trials: Trials, smaller: dict[str, Change]
) -> tuple[Change, ...]:
    """The set with what it adds made as small as it can be; ``smaller`` are those known."""
    known = tuple(smaller.get(each.candidate.name, each) for each in chosen)
    try:
        if known != chosen and trials(edits_of(each.candidate for each in known)):
            chosen = known
        if all(each.entry or each.candidate.name in smaller for each in chosen):
            return chosen
        small = least([each.candidate for each in chosen], trials)
    except OutOfTrialsError:
        return chosen
    found = tuple(
        each if each.entry else replace(each, candidate=described(decision.case, candidate))
        for each, candidate in zip(chosen, small, strict=True)
    )
    smaller |= {each.candidate.name: each for each in found if not each.entry}
    return found


def _list_of(change: Change) -> str:
    return _list_name(next(iter(change.candidate.edits)))


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
    return place.partition("+")[0].partition("[")[0].partition(".")[0]


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
    return tuple(flip(decision, line, largest=1, kinds=frozenset({WITHDRAWN})))


def necessary_by_side(
    decision: Decision, found: Mapping[str, tuple[FlipSet, ...]], *, whole: bool
) -> dict[str, tuple[FlipSet, ...]]:
    """For each line the entries it depends on; ``whole`` when its flips already contain them."""
    known = found if whole else {}
    return decision.ask(lambda each, line: necessary_entries(each, line, known.get(line.side)))


def _check_held(case: Case, held: Iterable[str]) -> None:
    known = {*ENTRY_LISTS, "request", "member", "record_complete"}
    for key, entry in case.entries():
        known |= {key, id_of(entry), entry.finding if isinstance(entry, Finding) else ""}
    for name in held:
        if name not in known - {""}:
            hint = nearest(name, sorted(known))
            raise UnknownNameError(f"{name!r} is no entry, finding or list of the case{hint}")


def _changes(
    decision: Decision,
    line: LineDecision,
    held: frozenset[str],
    told: list[str] | None = None,
    *,
    of_record: bool = True,
) -> Iterator[Change]:
    """What can be changed, without ``of_record`` only what could be added; sentences on what is
    left out are put into ``told``."""
    counts = Counter(_list_name(key) for key, _ in decision.case.entries())
    episodes = {LISTS[relation] for relation in LISTS if len(day_details(relation)) > 1}
    left_out = dict.fromkeys(
        name
        for name, count in counts.items()
        if count > (MOST_EPISODES_MOVED if name in episodes else MOST_MOVED)
    )
    for key, entry in decision.case.entries() if of_record else ():
        names = {key, _list_name(key), str(getattr(entry, "id", ""))}
        names.add(entry.finding if isinstance(entry, Finding) else "")
        if not names & held:
            moved = _list_name(key) not in left_out
            yield from changes_of_entry(decision, line, key, entry, moved=moved)
    if of_record and "member" not in held:
        yield from changes_of_numbers(decision)
    if told is not None and of_record:
        told += [f"other days of the {in_words(name)}, which are many" for name in left_out]
    leaves = [
        label
        for label, status in line.statuses.items()
        if status != "met" and not line.program.policy.clauses[label].gate
        if line.program.policy.clauses[label].kind == "criterion" or status == "conflicting"
    ]
    for change in additions(decision, line, leaves):
        if _list_of(change) not in held:
            yield change


def entry_sources(case: Case, found: FlipSet) -> tuple[str, ...]:
    """The documents that the changed entries were read from."""
    sources = [show_source(case.entry(each.entry)) for each in found.changes if each.entry]
    return tuple(dict.fromkeys(source for source in sources if source))
