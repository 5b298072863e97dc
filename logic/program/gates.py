"""What a gate asks under the chosen readings, read off its loaded rules: kind, parts and number.

A reading may change the formula of a gate, so its badge in a picture comes from the rules that are
in force and not from the words of the clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from clausewise.logic.language.choices import Choices
from clausewise.logic.language.literals import positive_atoms
from clausewise.logic.language.rules import Rule
from clausewise.logic.language.specialise import specialise_rule
from clausewise.logic.program.dependencies import rules_by_key
from clausewise.logic.program.program import Program


@dataclass(frozen=True, slots=True)
class Gate:
    """``kind`` is "ALL", "ANY", "AT LEAST", "AT MOST", "MIXED" (all and any nested) or "".

    ``parts`` are the labels asked for, ``least`` how many of them have to be met. A limit, "AT
    MOST", has no parts; ``least`` is then the most that is allowed. "" is no gate.
    """

    kind: str
    parts: tuple[str, ...]
    least: int

    @property
    def words(self) -> str:
        """The gate in words: "ALL OF 3", "≥ 2 OF 3"; one part alone is no choice."""
        if self.kind in ("", "MIXED"):
            return self.kind
        if self.kind == "AT MOST":
            return f"≤ {self.least}"
        number = len(self.parts)
        return (
            f"≥ {self.least} OF {number}" if self.kind == "AT LEAST" else f"{self.kind} OF {number}"
        )


def gate_of(program: Program, label: str, choices: Choices) -> Gate:
    """The gate of a clause under these choices; kind "" for a leaf."""
    clause = program.policy.clauses[label]
    if clause.limit:
        return Gate("AT MOST", (), choices.parameters[clause.limit])
    if not clause.gate:
        return Gate("", (), 0)
    by_key = rules_by_key(program)
    counted = [
        part
        for rule in by_key.get(f"met_part[{label}]", ())
        if specialise_rule(rule, choices) is not None
        for part in _labels(rule, "met")
    ]
    wholes = [
        rule
        for rule in by_key.get(f"met[{label}]", ())
        if specialise_rule(rule, choices) is not None
    ]
    if counted:
        names = [name for rule in wholes for name in _parameters(rule)]
        return Gate("AT LEAST", tuple(counted), choices.parameters[names[0]])
    alternatives = [tuple(_labels(rule, "met")) for rule in wholes]
    alternatives = [each for each in alternatives if each]
    parts = tuple(dict.fromkeys(part for each in alternatives for part in each))
    order = {part: place for place, part in enumerate(program.policy.clauses)}
    parts = tuple(sorted(parts, key=order.__getitem__))
    if len(alternatives) == 1:
        return Gate("ALL", parts, len(parts))
    if all(len(each) == 1 for each in alternatives):
        return Gate("ANY", parts, 1)
    return Gate("MIXED", parts, min(len(each) for each in alternatives))


@cache
def parameter_rules(program: Program) -> tuple[Rule, ...]:
    """The rules that ask for a number of the policy."""
    return tuple(rule for rule in program.rules if any(_parameters(rule)))


def _labels(rule: Rule, status: str) -> Iterator[str]:
    for atom in positive_atoms(rule.body):
        if atom.relation.name == status and atom.label is not None:
            yield atom.label


def _parameters(rule: Rule) -> Iterator[str]:
    for atom in positive_atoms(rule.body):
        if atom.relation.name == "parameter":
            yield str(atom.terms[0])
