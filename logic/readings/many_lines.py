"""The rules of whole lines evaluated for one line after another, under every combination at once.

Lines of a cohort differ in little: most relations of a line have been worked out before, from the
same rows of those they ask for, and are looked up. So each relation is evaluated once for all lines
that agree in what it depends on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clausewise.facts.columns import Row
from clausewise.logic.derivation.model import DerivationPlan
from clausewise.logic.readings.conditional_model import Worlds
from clausewise.logic.readings.decision_diagram import NONE, Diagrams

LINE = "it"
"""Stands for the line."""


class ManyLines:
    """Rules of whole lines, their last relation the one that is wanted.

    ``atoms`` are the relations that are told of each line, ``facts`` hold for all lines.
    """

    def __init__(
        self,
        plan: DerivationPlan,
        diagrams: Diagrams,
        atoms: Sequence[str],
        facts: Mapping[str, Mapping[Row, int]],
    ) -> None:
        self._plan = plan
        self._diagrams = diagrams
        self._facts = facts
        self._atoms = tuple(atoms)
        places = {key: place for place, key in enumerate((*atoms, *plan.order))}
        self._asked = [
            sorted(
                {
                    places[atom.key]
                    for each in plan.plans[key]
                    for atom, _ in each.rule.atoms()
                    if atom.key not in facts
                }
            )
            for key in plan.order
        ]
        self._known: list[dict[tuple[int, ...], int]] = [{} for _ in plan.order]
        """For each relation, by the numbers of what it asks for, the number of its rows."""
        self._rows: list[Mapping[Row, int]] = [{}]
        self._numbers: dict[frozenset[tuple[Row, int]], int] = {frozenset(): 0}
        """All rows that some relation has had, and the number of each."""

    def rows(self, told: Mapping[int, int]) -> Mapping[Row, int]:
        """The rows of the wanted relation for a line of which this is told: the number of an atom,
        and the combinations under which it holds."""
        held = [NONE] * len(self._atoms)
        for atom, node in told.items():
            held[atom] = node
        for number, (asked, known) in enumerate(zip(self._asked, self._known, strict=True)):
            signature = tuple([held[place] for place in asked])
            found = known.get(signature)
            if found is None:
                found = known[signature] = self._number(self._evaluated(number, signature))
            held.append(found)
        return self._rows[held[-1]]

    def _evaluated(self, number: int, signature: tuple[int, ...]) -> Mapping[Row, int]:
        facts = dict(self._facts)
        for place, found in zip(self._asked[number], signature, strict=True):
            if place < len(self._atoms):
                facts[self._atoms[place]] = {(LINE,): found} if found != NONE else {}
            else:
                facts[self._plan.order[place - len(self._atoms)]] = self._rows[found]
        return Worlds(self._plan, self._diagrams, facts).derived(self._plan.order[number])

    def _number(self, rows: Mapping[Row, int]) -> int:
        content = frozenset(rows.items())
        found = self._numbers.get(content)
        if found is None:
            found = self._numbers[content] = len(self._rows)
            self._rows.append(rows)
        return found
