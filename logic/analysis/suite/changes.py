"""Which changes of single rules the rows of a suite notice, and a record for each that none does.

A change is noticed by a row when it gives a leaf another status on the row's record. The rules are
evaluated over all records at once, so no change is ever loaded. Changes of gates above the leaves
are not tried: they are written out from the policy's own gates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from clausewise.logic.analysis.findings.worlds import PathWorlds
from clausewise.logic.analysis.space.parts import SIDE
from clausewise.logic.analysis.suite.mutants import Mutant, mutants
from clausewise.logic.language.status import DERIVED
from clausewise.logic.language.well_formed import unbound
from clausewise.logic.readings.decision_diagram import NONE

MOST_STEPS = 1_000_000
"""Sets of records that may be worked out for one change."""


@dataclass(frozen=True)
class Noticed:
    """Of ``every`` change so many are ``tried``, ``moving`` give some record of the space another
    status of a leaf, and ``noticed`` of these are noticed by the pairs and values; ``too_large``
    are not known. ``rows`` were added so that the others are noticed too."""

    every: int
    tried: int
    moving: int
    noticed: int
    too_large: int
    rows: int


SEED = 26
"""What the draw of changes begins with."""


def drawn(worlds: PathWorlds, most: int) -> tuple[int, list[Mutant]]:
    """How many changes there are of the rules that the leaves rest on, and at most so many of them,
    drawn at random with SEED."""
    every = [
        mutant
        for mutant in mutants(worlds.rules)
        if mutant.changed is None or not any(unbound([mutant.changed]))
    ]
    return len(every), every if len(every) <= most else Random(SEED).sample(every, most)


def moved(worlds: PathWorlds, mutant: Mutant) -> Iterator[int]:
    """For each status of a leaf the records that a change gives it or takes it from, if any.

    Raises TooManyStepsError.
    """
    diagrams, clauses = worlds.diagrams, worlds.policy.clauses
    anew = worlds.resting_on(mutant.original.head.key)
    changed = worlds.with_rule(mutant.original, mutant.changed, anew)
    for label in worlds.labels:
        for status in DERIVED:
            key = f"{status}[{label}]"
            if clauses[label].gate or key not in anew:
                continue
            before = worlds.default.worlds[key].get((SIDE,), NONE)
            after = changed[key].get((SIDE,), NONE)
            if before != after:
                yield diagrams.either(
                    diagrams.both(before, diagrams.without(after)),
                    diagrams.both(after, diagrams.without(before)),
                )


def unnoticed(
    worlds: PathWorlds, mutant: Mutant, records: Sequence[Mapping[str, str]]
) -> tuple[bool, Mapping[str, str] | None]:
    """Whether a change moves any record of the space; and, when none of these records is among
    those moved, how the nearest one that is differs from the plainest approval.

    Raises TooManyStepsError.
    """
    diagrams = worlds.diagrams
    with diagrams.passing(MOST_STEPS):
        sets = tuple(moved(worlds, mutant))
        if not sets or any(diagrams.contains(held, each) for held in sets for each in records):
            return bool(sets), None
        near = (diagrams.nearest(held, worlds.approval) for held in sets)
        return True, min((each for each in near if each is not None), key=len)
