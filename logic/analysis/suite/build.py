"""The rows of a suite: for each leaf a pair of records that differ in it and in the outcome, and
for each entry of an approval what other values of it lead to.

After J. J. Chilenski and S. P. Miller, Applicability of modified condition/decision coverage to
software testing (1994): each leaf is shown to decide by itself, all else being fulfilled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clausewise.facts.case.model import Case
from clausewise.logic.analysis.findings.worlds import PathWorlds
from clausewise.logic.analysis.space.parts import SIDE
from clausewise.logic.analysis.suite import MOST_CHANGES
from clausewise.logic.analysis.suite.changes import Changes, Noticed
from clausewise.logic.decision.decide import EXCLUSION_WORDS, decide_case
from clausewise.logic.language.status import DERIVED, Status
from clausewise.logic.readings.decision_diagram import NONE, TooManyStepsError

Record = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """A record with what must be decided on it.

    ``name`` is a sentence; ``clause`` the leaf that it shows, "" for the base and for values.
    ``expect`` has the determination, and the status of each clause that can be a reason and of the
    leaf, as far as they differ from those of the base.
    """

    name: str
    clause: str
    case: Case
    expect: Mapping[str, str]


@dataclass(frozen=True)
class Suite:
    """The rows of one path. The first is the base, to which the others are near; ``unshown`` are
    the leaves for which no pair exists in the space; ``noticed`` says which changes of the rules
    the rows notice; ``ids`` has the id of each leaf that goes by another one than its label."""

    number: str
    fingerprint: str
    root: str
    rows: tuple[Row, ...]
    unshown: tuple[str, ...]
    noticed: Noticed
    ids: Mapping[str, str]


def suite_of(worlds: PathWorlds, changes: int = MOST_CHANGES) -> Suite:
    """The suite of a path; each row is decided by the ordinary engine.

    At most so many changes of rules are tried, and each of these that changes the status of a leaf
    in the space is noticed by a row.
    """
    builder = _Builder(worlds)
    builder.pairs()
    builder.values()
    noticed = builder.changes(changes)
    policy = worlds.policy
    return Suite(
        policy.number,
        policy.fingerprint,
        worlds.path.root,
        tuple(builder.rows),
        tuple(builder.unshown),
        noticed,
        {
            label: policy.clauses[label].id
            for label in worlds.labels
            if policy.clauses[label].id != label
        },
    )


class _Builder:
    def __init__(self, worlds: PathWorlds) -> None:
        self.worlds = worlds
        self.outcomes = worlds.default
        self.base = worlds.approval
        self.rows: list[Row] = []
        self.unshown: list[str] = []
        self._known: set[tuple[tuple[str, str], ...]] = set()
        self._usual: Mapping[str, str] = {}
        self._add("the approval that states least", "", self.base)

    def _add(self, name: str, clause: str, record: Record) -> None:
        """A row for a record, unless there is one."""
        key = tuple(self.worlds.record.full(record).items())
        if key in self._known:
            return
        self._known.add(key)
        case = self.worlds.record.case(record, "a row")
        line = decide_case(case, self.worlds.policy).by_side[SIDE]
        kinds = self.worlds.policy.clauses
        statuses = {
            label: EXCLUSION_WORDS[status] if kinds[label].kind == "exclusion" else str(status)
            for label, status in line.statuses.items()
            if label in self.worlds.asking
        }
        if not self._usual:
            self._usual = statuses
        expect = {
            "determination": str(line.determination.value),
            **{
                label: status
                for label, status in statuses.items()
                if not self.rows or status != self._usual[label]
            },
        }
        told = f"{name}: {line.determination.value.replace('_', ' ')}"
        self.rows.append(Row(told, clause, case, expect))

    def pairs(self) -> None:
        """For each leaf a record in which it stands in the way, and the nearest one in which it
        does not."""
        diagrams, outcomes = self.worlds.diagrams, self.outcomes
        clauses = self.worlds.policy.clauses
        for label in self.worlds.asking:
            own = [each for each in outcomes.reasons if f"{label}.".startswith(f"{each}.")]
            if not own:
                continue
            exclusion = clauses[label].kind == "exclusion"
            bad = outcomes.status(label, Status.MET if exclusion else Status.NOT_MET)
            bad = diagrams.both(bad, diagrams.without(outcomes.approved))
            good = outcomes.approved
            if not exclusion:
                good = diagrams.both(good, outcomes.status(label, Status.MET))
            # Where another clause always stands in the way too, both do.
            alone = diagrams.both(outcomes.all_support(but=own), bad)
            against = bad if alone == NONE else alone
            if NONE in (against, good):
                self.unshown.append(label)
                continue
            other = self._near(good, self._near(against, self.base))
            one = self._near(against, other)
            word = "stands in the way" if alone != NONE else "stands in the way beside others"
            self._add(f"{label} {word}, {self._told(one, other)}", label, one)
            self._add(f"{label} does not, {self._told(other, one)}", label, other)

    def values(self) -> None:
        """For each variable the first value with each statuses of the leaves; of what the base
        states, also every value that is a number or a length.

        What changes nothing in the base is put into records that state nothing else.
        """
        own = self._signature(self.base)
        idle = []
        for part in self.worlds.record.parts:
            usual = self.base[part.name]
            stated = usual != next(iter(part.values))
            seen = {own}
            for value in part.values:
                record = {**self.base, part.name: value}
                signature = self._signature(record)
                edge = "," not in value and value[:1].isdigit() and " and " not in value
                if value != usual and ((edge and stated) or signature not in seen):
                    self._add(f"{part.name} is {value} instead of {usual}", "", record)
                seen.add(signature)
            if len(seen) == 1:
                idle.append(part)
        for place in (1, 2):
            values = {part.name: [*part.values][min(place, len(part.values) - 1)] for part in idle}
            self._add(f"only what changes nothing in the base, form {place}", "", values)

    def changes(self, most: int) -> Noticed:
        """A row for each change of a rule that no row notices yet."""
        found = Changes(self.worlds)
        for key in self._known:
            found.add(dict(key))
        tried = found.drawn(most)
        moving = added = too_large = 0
        for change in tried:
            try:
                moves, apart = found.unnoticed(change)
            except TooManyStepsError:
                too_large += 1
                continue
            moving += moves
            if apart is None:
                continue
            record = self.worlds.record.full({**self.base, **apart})
            told = "; ".join(
                f"{name} is {value} instead of {self.base[name]}" for name, value in apart.items()
            )
            self._add(told, "", record)
            found.add(record)
            added += 1
        return Noticed(len(found.every), len(tried), moving, moving - added, too_large, added)

    def _signature(self, record: Record) -> tuple[bool, ...]:
        """The statuses of the leaves in a record."""
        contains = self.worlds.diagrams.contains
        return tuple(
            contains(self.outcomes.status(label, status), record)
            for label in self.worlds.asking
            for status in DERIVED
        )

    def _near(self, held: int, start: Record) -> dict[str, str]:
        changes = self.worlds.diagrams.nearest(held, start)
        assert changes is not None
        return {**start, **changes}

    def _told(self, record: Record, other: Record) -> str:
        told = [f"{name} is {value}" for name, value in record.items() if value != other.get(name)]
        return "; ".join(told) or "as it is"
