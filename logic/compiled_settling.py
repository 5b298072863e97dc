"""What a rule leaves to be asked as a Python function, for rules that are settled again and again.

It says what ``SettledRule.settled`` says, for questions whose values are all known: most are. Which
variables have a value before a literal is seen when the function is made, as far as it can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from logic.compiled_rules import RuleText, made
from logic.notation import Comparison, Literal, Variable
from logic.settled_rules import ANSWERED, ASKED, COMPARED, SettledRule, Settling
from logic.steps import terms_of


def compiled_settling(rule: SettledRule) -> Settling:
    """The rule as a function of the values asked for, all of them known, and what is known."""
    values: dict[str, Any] = {}
    settling: Settling = made(_Settling(rule, values).lines(rule), values)
    return settling


class _Settling(RuleText):
    """The literals of a rule, one after the other."""

    def lines(self, rule: SettledRule) -> Iterator[str]:
        """The lines of the function."""
        yield "def settled(values, known):"
        yield " tables, answers, possible = known.tables, known.answers, known.possible"
        self._sure: set[str] = set()
        for place, term in enumerate(rule.rule.head.arguments):
            if not isinstance(term, Variable):
                continue
            if term.name in self._sure:
                yield f" if values[{place}] != {self.term(term)}: return None"
            else:
                yield f" {self.term(term)} = values[{place}]"
            self._sure.add(term.name)
        slots = [f"v{slot}" for slot in range(len(rule.names))]
        for slot, name in zip(slots, rule.names, strict=True):
            if name not in self._sure:
                yield f" {slot} = None"
        yield " left = []"
        for place, kind, positive, key, _, _ in rule.prepare()[2]:
            literal = rule.rule.body[place]
            ask = f"left.append({place})"
            if kind == ASKED:
                yield f" {ask}"
            elif kind == COMPARED:
                assert isinstance(literal, Comparison)
                unknown = " or ".join(f"{name} is None" for name in self._unsure(literal))
                failing = f"if not ({self.compared(literal)}): return None"
                yield from (
                    (f" if {unknown}: {ask}", f" el{failing}") if unknown else (f" {failing}",)
                )
            else:
                yield f" row = {self.terms(terms_of(literal))}"
                name = self.value(key)
                settled = (
                    self._answered(name, positive, ask)
                    if kind == ANSWERED
                    else self._facts(name, literal, positive, ask)
                )
                yield from (f" {line}" for line in settled)
        constants = map(self.value, rule.constants)
        yield f" return left, [{', '.join((*slots, *constants))}]"

    def _unsure(self, literal: Literal) -> list[str]:
        """The variables of a literal that may have no value."""
        return [
            self.term(term)
            for term in dict.fromkeys(terms_of(literal))
            if isinstance(term, Variable) and term.name not in self._sure
        ]

    def _answered(self, key: str, positive: bool, ask: str) -> Iterator[str]:
        """An atom that rules derive, or its negation."""
        yield f"found = answers.get({key})"
        yield "holds = found.get(row) if found else None"
        yield "if holds is None:"
        yield f" if {key} in possible: {ask}"
        if positive:
            yield " else: return None"
        yield f"elif {'not ' if positive else ''}holds: return None"

    def _facts(self, key: str, literal: Literal, positive: bool, ask: str) -> Iterator[str]:
        """An atom of facts, or its negation. One row that matches gives variables their values."""
        held = f"({key} in tables and row in tables[{key}].rows)"
        failing = f"if {'not ' if positive else ''}{held}: return None"
        unsure = self._unsure(literal)
        if not unsure:
            yield failing
            return
        yield f"if {' or '.join(f'{name} is None' for name in unsure)}:"
        if not positive:
            yield f" {ask}"
        else:
            yield f" found = tables[{key}].like(row)"
            yield f" if len(found) > 1: {ask}"
            yield " elif not found: return None"
            yield " else:"
            yield "  (fact,) = found"
            for place, term in enumerate(terms_of(literal)):
                if isinstance(term, Variable) and (name := self.term(term)) in unsure:
                    yield f"  if {name} is None: {name} = fact[{place}]"
                    yield f"  elif {name} != fact[{place}]: return None"
        yield f"el{failing}"
