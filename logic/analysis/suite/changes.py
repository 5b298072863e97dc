"""Which changes of the rules the rows of a suite notice, and a record for each that none does.

A change is noticed by a row when it gives a leaf another status on the row's record, or the record
another determination. The rules are evaluated over all records at once, so no change is ever
loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from clausewise.logic.analysis.findings.worlds import PathWorlds
from clausewise.logic.analysis.space.parts import SIDE
from clausewise.logic.analysis.suite.gates import GateChange, Gates
from clausewise.logic.analysis.suite.mutants import Mutant, mutants
from clausewise.logic.language.status import DERIVED
from clausewise.logic.language.well_formed import unbound
from clausewise.logic.readings.decision_diagram import NONE, TooManyStepsError

Record = Mapping[str, str]
MOST_STEPS = 300_000
"""Sets of records that may be worked out for one change."""
SEED = 26
"""What the draw of changes begins with."""


@dataclass(frozen=True)
class Noticed:
    """Of ``every`` change so many are ``tried``, ``moving`` give some record of the space another
    status of a leaf or another determination, and ``noticed`` of these are noticed by the pairs and
    values. Of ``too_large`` it is known only that these do not notice them. ``rows`` were added so
    that the others are noticed too."""

    every: int
    tried: int
    moving: int
    noticed: int
    too_large: int
    rows: int


class Changes:
    """The changes of a path's rules, and the records that are there to notice them."""

    def __init__(self, worlds: PathWorlds) -> None:
        self.worlds = worlds
        self.gates = Gates(worlds)
        gates = {rule.label for rule in self.gates.rules}
        below = [rule for rule in worlds.rules if rule.label not in gates]
        self.every: list[Mutant | GateChange] = [
            mutant
            for mutant in mutants(below)
            if mutant.changed is None or not any(unbound([mutant.changed]))
        ]
        self.every += self.gates.changes()
        self._records: list[Record] = []
        self._statuses: list[Mapping[str, str]] = []

    def drawn(self, most: int) -> list[Mutant | GateChange]:
        """All changes, or so many of them, drawn at random with SEED."""
        return self.every if len(self.every) <= most else Random(SEED).sample(self.every, most)

    def add(self, record: Record) -> None:
        """A further record that may notice changes."""
        self._records.append(record)
        self._statuses.append(self.gates.statuses(record))

    def unnoticed(self, change: Mutant | GateChange) -> tuple[bool, Record | None]:
        """Whether a change moves any record of the space; and, when none of the records that are
        there is among those moved, how the nearest one that is differs from the plainest approval.

        Raises TooManyStepsError where that takes more than MOST_STEPS and none of them is.
        """
        if isinstance(change, GateChange):
            return self.gates.unnoticed(change, self._statuses, MOST_STEPS)
        try:
            return self._nearest(change)
        except TooManyStepsError:
            if any(self._noticed_by(change, each) for each in self._records):
                return True, None
            raise

    def _nearest(self, change: Mutant) -> tuple[bool, Record | None]:
        """The same for a change below the gates, from the sets of records that it moves."""
        diagrams = self.worlds.diagrams
        with diagrams.passing(MOST_STEPS):
            found: list[Record] = []
            for held in self._moved(change):
                if any(diagrams.contains(held, each) for each in self._records):
                    return True, None
                near = diagrams.nearest(held, self.worlds.approval)
                found += [near] if near is not None else []
            return bool(found), min(found, key=len, default=None)

    def _noticed_by(self, change: Mutant, record: Record) -> bool:
        """Whether a change gives a leaf another status in one record."""
        worlds = self.worlds
        changed = worlds.of_record(record, change.original, change.changed)
        return any(
            bool(changed[f"{status}[{label}]"].get((SIDE,), NONE))
            != worlds.diagrams.contains(worlds.default.status(label, status), record)
            for label in worlds.asking
            for status in DERIVED
        )

    def _moved(self, mutant: Mutant) -> Iterator[int]:
        """For each status of a leaf the records that a change gives it or takes it from, if any."""
        diagrams, worlds = self.worlds.diagrams, self.worlds
        anew = worlds.resting_on(mutant.original.head.key)
        changed = worlds.with_rule(mutant.original, mutant.changed, anew)
        for label in worlds.asking:
            for status in DERIVED:
                key = f"{status}[{label}]"
                if key not in anew:
                    continue
                before = worlds.default.worlds[key].get((SIDE,), NONE)
                after = changed[key].get((SIDE,), NONE)
                if before != after:
                    yield diagrams.apart(before, after)
