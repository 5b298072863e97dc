"""What each clause does alone: sole reasons of denials, redundant clauses, statuses that no record
has, and criteria beside exclusions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.analysis.findings.worlds import PathWorlds, Witness
from clausewise.logic.language.status import Status
from clausewise.logic.readings.decision_diagram import NONE


@dataclass(frozen=True)
class Reason:
    """What a clause does in denials and approvals.

    ``alone`` is a record that it alone denies; without one, ``beside`` are the clauses that always
    deny with it. ``share`` is how many of the records that fulfil all other clauses it denies.
    ``needed`` is a record that would be approved without this clause, and is not; without one, the
    clause is redundant: the others imply it.
    """

    label: str
    exclusion: bool
    alone: Witness | None
    share: float
    beside: tuple[str, ...]
    needed: Witness | None


@dataclass(frozen=True)
class Contradiction:
    """Whether an exclusion can apply while the root criterion is met: a record, or None.

    ``share`` is how many records with the root met it bars.
    """

    label: str
    witness: Witness | None
    share: float


def reasons_of(worlds: PathWorlds) -> tuple[Reason, ...]:
    """What each clause does that can be a reason of a denial, in the document's order."""
    outcomes = worlds.default
    return tuple(
        _reason(worlds, label, others) for label, others in outcomes.support_of_others.items()
    )


def _reason(worlds: PathWorlds, label: str, rest: int) -> Reason:
    """``rest`` are the records that fulfil all other clauses."""
    diagrams, outcomes = worlds.diagrams, worlds.default
    own = outcomes.denying(label)
    alone = diagrams.both(rest, own)
    whole = diagrams.share(rest)
    share = diagrams.share(alone) / whole if whole else 0.0
    beside: tuple[str, ...] = ()
    if alone == NONE:
        # Perhaps it denies alone beside clauses that are undetermined.
        others = {
            each: diagrams.without(outcomes.denying(each))
            for each in outcomes.reasons
            if each != label
        }
        beside = tuple(each for each, held in others.items() if diagrams.both(own, held) == NONE)
        alone = NONE if beside else diagrams.both(own, diagrams.all_of(others.values()))
    witness = worlds.witness(alone)
    # A record that it alone denies, all others being fulfilled, would be approved without it.
    needed = (
        witness
        if share
        else worlds.witness(diagrams.both(rest, diagrams.without(outcomes.supporting(label))))
    )
    return Reason(label, outcomes.is_exclusion(label), witness, share, beside, needed)


def unreachable(worlds: PathWorlds) -> Iterator[tuple[str, Status]]:
    """The clauses with each status that no record gives them, in the document's order.

    Gates above the clauses that can be reasons are not asked.
    """
    for label, status in worlds.statuses:
        if worlds.default.status(label, status) == NONE:
            yield label, status


def impossible_outcomes(worlds: PathWorlds) -> tuple[Determination, ...]:
    """The determinations that no record gets."""
    outcomes = worlds.default
    found = []
    if outcomes.approved == NONE:
        found.append(Determination.MEDICALLY_NECESSARY)
    if all(outcomes.denying(label) == NONE for label in outcomes.reasons):
        found.append(Determination.NOT_MEDICALLY_NECESSARY)
    # The record that states nothing mostly gets this one; only else is it looked for.
    lacking = Determination.INSUFFICIENT_INFORMATION
    if outcomes.determination(worlds.record.plainest) != lacking:
        found += [lacking] if outcomes.outcome(lacking) == NONE else []
    return tuple(found)


def contradictions(worlds: PathWorlds) -> tuple[Contradiction, ...]:
    """Each exclusion beside the criteria, in the document's order."""
    diagrams = worlds.diagrams
    root = worlds.default.root_met()
    found = []
    for label in filter(worlds.default.is_exclusion, worlds.default.reasons):
        both = diagrams.both(root, worlds.default.status(label, Status.MET))
        whole = diagrams.share(root)
        share = diagrams.share(both) / whole if whole else 0.0
        found.append(Contradiction(label, worlds.witness(both), share))
    return tuple(found)
