"""Which clauses a determination rests on, by walking down the gates from the root of a path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.language.status import Status

DECISIVE: Mapping[str, tuple[tuple[str, ...], str]] = {
    Determination.NOT_MEDICALLY_NECESSARY: ((Status.NOT_MET,), Status.MET),
    Determination.INSUFFICIENT_INFORMATION: (
        (Status.UNDOCUMENTED, Status.CONFLICTING),
        Status.CONFLICTING,
    ),
}
"""For an outcome, the statuses of criteria that it rests on, and that of exclusions."""


def decisive_clauses(
    policy: Policy, path: Path | None, outcome: str, statuses: Mapping[str, str]
) -> Iterator[str]:
    """The clauses an outcome rests on: for a denial those not met and the exclusions that apply.

    They are reached from the root by walking down ALL gates into children that are not met (for
    insufficient information: undetermined), as deep as the policy's own labels go. ANY and AT LEAST
    gates end the walk: no child of theirs decides alone.
    """
    if path is None or outcome not in DECISIVE:
        return
    wanted, barring = DECISIVE[outcome]
    for chain in chains_below(policy, path.root):
        if all(statuses[label] in wanted for label in chain):
            yield chain[-1]
    for label in statuses:
        clause = policy.clauses[label]
        if clause.kind == "exclusion" and clause.published and statuses[label] == barring:
            yield label


def chains_below(
    policy: Policy, label: str, above: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """The ways down ALL gates from a clause to where the walk ends, each as the labels on it.

    It ends above parts of which the policy labels none; where it labels some, all are walked.
    """
    clause = policy.clauses[label]
    if clause.gate != "ALL" or not any(policy.clauses[part].published for part in clause.parts):
        yield (*above, label)
        return
    for part in clause.parts:
        yield from chains_below(policy, part, (*above, label))
