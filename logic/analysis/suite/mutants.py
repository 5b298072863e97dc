"""Mutants of the rules: each comparison changed, each literal dropped, each negation removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from clausewise.logic.language.rules import Atom, Comparison, Literal, Negation, Rule, Total

COMPARISON_CHANGES = {
    ">=": (">", "<"),
    ">": (">=", "<="),
    "<=": ("<", ">"),
    "<": ("<=", ">="),
    "!=": ("==",),
    "==": (),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed rule: what it replaces, and how."""

    original: Rule
    changed: Rule | None
    how: str

    def apply(self, rules: Sequence[Rule]) -> list[Rule]:
        """All rules, with this one changed or (``changed`` is None) left out."""
        found = []
        for rule in rules:
            if rule is not self.original:
                found.append(rule)
            elif self.changed is not None:
                found.append(self.changed)
        return found

    def __str__(self) -> str:
        return f"{self.original.identifier}: {self.how}: {self.original}"


def _with(rule: Rule, place: int, literal: Literal | None) -> Rule:
    middle = () if literal is None else (literal,)
    return replace(rule, body=(*rule.body[:place], *middle, *rule.body[place + 1 :]))


def mutants(rules: Sequence[Rule]) -> Iterator[Mutant]:
    """Every mutant of every rule."""
    for rule in rules:
        yield Mutant(rule, None, "left out")
        for place, literal in enumerate(rule.body):
            yield Mutant(rule, _with(rule, place, None), f"without {literal}")
            if isinstance(literal, Comparison):
                for symbol in COMPARISON_CHANGES[literal.symbol]:
                    changed = replace(literal, symbol=symbol)
                    yield Mutant(rule, _with(rule, place, changed), f"{changed} for {literal}")
            elif isinstance(literal, Negation):
                yield Mutant(rule, _with(rule, place, literal.atom), f"{literal} without its not")
            elif isinstance(literal, Atom | Total):
                continue
