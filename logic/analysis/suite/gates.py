"""Changes of the gates above the leaves, and of what leads from them to a determination.

Gates ask for nothing but the statuses of their parts. So their rules are evaluated over every
combination of statuses that leaves can have, which is quick, and only the combinations that a
change decides otherwise are looked for among the records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clausewise.facts.columns import Row
from clausewise.logic.analysis.findings.worlds import PathWorlds
from clausewise.logic.analysis.space.parts import SIDE
from clausewise.logic.analysis.suite.mutants import mutants
from clausewise.logic.derivation.model import DerivationPlan
from clausewise.logic.language.criteria import met, not_met
from clausewise.logic.language.rules import Atom, Comparison, Literal, Negation, Rule
from clausewise.logic.language.status import DERIVED, Status
from clausewise.logic.language.well_formed import unbound
from clausewise.logic.readings.conditional_model import Worlds
from clausewise.logic.readings.decision_diagram import ALL, NONE, Diagrams

GOAL = "determination"


@dataclass(frozen=True)
class GateChange:
    """What is changed, and the rules of all gates with the change made."""

    how: str
    rules: tuple[Rule, ...]

    def __str__(self) -> str:
        return self.how


class Gates:
    """The gates of a path over every combination of the statuses of its leaves."""

    def __init__(self, worlds: PathWorlds) -> None:
        self.worlds = worlds
        self.rules = tuple(self._rules())
        heads = {rule.head.key for rule in self.rules}
        atoms = (atom for rule in self.rules for atom, _ in rule.atoms())
        self._asked = tuple(dict.fromkeys(atom.key for atom in atoms if atom.key not in heads))
        self._sets = self._statuses()
        self.diagrams = Diagrams({label: tuple(sets) for label, sets in self._sets.items()})
        self._facts = self._known()
        self._default = self._outcomes(self.rules)

    def _rules(self) -> Iterator[Rule]:
        """The rules of the path's gates and from them to its determination."""
        policy, root = self.worlds.policy, self.worlds.path.root
        labels = set(self.worlds.labels).difference(self.worlds.asking)
        other = {path.root for path in policy.paths} - {root}
        for plans in self.worlds.program.plan.without(frozenset(), GOAL).plans.values():
            for rule in (plan.rule for plan in plans):
                if (
                    rule.label in labels
                    or policy.clauses[rule.label].decides == root
                    or (rule.head.key == GOAL and not other & {a.label for a, _ in rule.atoms()})
                ):
                    yield rule

    def _statuses(self) -> dict[str, dict[str, int]]:
        """For each leaf that gates ask for the records with each status that it can have.

        In the order of the variables of the records, which keeps sets of records small.
        """
        diagrams, outcomes = self.worlds.diagrams, self.worlds.default
        place = {name: number for number, name in enumerate(diagrams.names)}
        found, first = {}, {}
        for label in self.worlds.asking:
            sets = {str(each): outcomes.status(label, each) for each in Status}
            sets = {status: held for status, held in sets.items() if held != NONE}
            if len(sets) > 1 and any(f"{each}[{label}]" in self._asked for each in DERIVED):
                found[label] = sets
                first[label] = min(place[diagrams.support(held)[0]] for held in sets.values())
        return {label: found[label] for label in sorted(found, key=first.__getitem__)}

    def _known(self) -> dict[str, Mapping[Row, int]]:
        """What the gates ask for: statuses of leaves, and what all records have in common."""
        record = self.worlds.record
        facts = record.facts_with(self.worlds.choices)
        every = Worlds(self.worlds.program.plan, record.diagrams, facts)
        found: dict[str, Mapping[Row, int]] = {}
        for key in self._asked:
            status, _, label = key.removesuffix("]").partition("[")
            if label in self._sets:
                held = status in self._sets[label]
                found[key] = {(SIDE,): self.diagrams.where(label, status)} if held else {}
            else:
                found[key] = {row: ALL for row, held in every[key].items() if held == ALL}
        return found

    def _outcomes(self, rules: Sequence[Rule]) -> Mapping[Row, int]:
        """Each determination of the line with the combinations that lead to it."""
        worlds = Worlds(DerivationPlan(rules, (GOAL,)), self.diagrams, self._facts)
        return {row: held for row, held in worlds[GOAL].items() if row[0] == SIDE}

    def statuses(self, record: Mapping[str, str]) -> dict[str, str]:
        """The status of each leaf in a record."""
        contains = self.worlds.diagrams.contains
        return {
            label: next(status for status, held in sets.items() if contains(held, record))
            for label, sets in self._sets.items()
        }

    def unnoticed(
        self, change: GateChange, records: Sequence[Mapping[str, str]], most: int
    ) -> tuple[bool, Mapping[str, str] | None]:
        """Whether a change gives any record of the space another determination; and, where it does
        so to none of ``records`` (their leaves' statuses), how the nearest one that it does so to
        differs from the plainest approval.

        Raises TooManyStepsError after ``most`` steps.
        """
        own, changed = self.diagrams, self._outcomes(change.rules)
        apart = own.any_of(
            own.apart(self._default.get(row, NONE), changed.get(row, NONE))
            for row in {**self._default, **changed}
        )
        if any(own.contains(apart, each) for each in records):
            return True, None
        diagrams = self.worlds.diagrams
        with diagrams.passing(most):
            near = diagrams.nearest(own.put_into(diagrams, apart, self._sets), self.worlds.approval)
        return near is not None, near

    def changes(self) -> Iterator[GateChange]:
        """Each rule changed, each part or exclusion dropped, each ALL turned into ANY and back."""
        for mutant in mutants(self.rules):
            if mutant.changed is None or not any(unbound([mutant.changed])):
                yield GateChange(str(mutant), tuple(mutant.apply(self.rules)))
        for label in dict.fromkeys(rule.label for rule in self.rules):
            clause = self.worlds.policy.clauses[label]
            parts = self.worlds.path.exclusions if clause.decides else clause.parts
            for part in parts if clause.decides or len(parts) > 1 else ():
                yield GateChange(f"{label} without {part}", self._without(label, part))
            if clause.gate in ("ALL", "ANY") and len(parts) > 1:
                yield GateChange(f"{label}: ALL and ANY exchanged", self._turned(label))

    def _without(self, label: str, part: str) -> tuple[Rule, ...]:
        """The rules with one part of a gate, or one exclusion of the path, dropped."""
        found = []
        for rule in self.rules:
            if rule.label == label:
                body = tuple(_of_fewer(each) for each in rule.body if _label(each) != part)
                fewer = replace(rule, body=body)
                if rule.head.arguments[-1] == part or any(unbound([fewer])):
                    continue
                rule = fewer
            found.append(rule)
        return tuple(found)

    def _turned(self, label: str) -> tuple[Rule, ...]:
        """The rules with ALL and ANY of a gate exchanged: met stands for not met, and back."""
        return tuple(
            replace(rule, head=_dual(rule.head), body=tuple(map(_dual, rule.body)))
            if rule.label == label
            else rule
            for rule in self.rules
        )


def _label(literal: Literal) -> str | None:
    match literal:
        case Atom(label=label) | Negation(Atom(label=label)):
            return label
    return None


def _of_fewer(literal: Literal) -> Literal:
    """How many parts a gate has, as it is compared where that many are counted, less one."""
    match literal:
        case Comparison(symbol, left, int(size)):
            return Comparison(symbol, left, size - 1)
    return literal


_DUAL = {met: not_met, not_met: met}


def _dual(literal: Any) -> Any:
    match literal:
        case Negation(atom):
            return Negation(_dual(atom))
        case Atom(relation, terms) if relation in _DUAL:
            return Atom(_DUAL[relation], terms)
    return literal
