"""What is found of two policies, as sentences."""

from __future__ import annotations

from clausewise.facts.text import in_words
from clausewise.logic.analysis.findings.sentences import changes_in_words, percent
from clausewise.logic.analysis.versus.compare import PairOfOutcomes, Versus


def of_pair(found: Versus, pair: PairOfOutcomes) -> str:
    """A pair of outcomes: how many records have it, and the nearest to the first's approval."""
    first, second = (in_words(each.value) for each in (pair.first, pair.second))
    what = f"{first} under {found.first_name}, {second} under {found.second_name}"
    if pair.cases is None:
        return f"{what}: no record"
    near = changes_in_words(pair.changes)
    return f"{what}: {percent(pair.share)} of the records; nearest: {near}"
