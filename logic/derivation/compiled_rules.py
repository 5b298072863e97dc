"""The rules of a relation as one Python function, for relations that are derived again and again.

A rule becomes nested loops: one for each atom that binds variables, a condition for each other
literal. The function finds the same instances in the same order as the steps of
``logic.derivation.steps`` do
one after the other, in about half the time; making it takes as long as it saves in a hundred uses.

Its text consists of names and numbers that are made here. Constants of the policy are handed over
as values, and nothing of a case is part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from clausewise.logic.derivation.model import Deriving
from clausewise.logic.derivation.plan import Instance, RulePlan, new
from clausewise.logic.derivation.steps import Counted, Joined, SlottedRule, Step, terms_of
from clausewise.logic.language.notation import (
    ARITHMETIC,
    COMPARISONS,
    Comparison,
    Expression,
    Literal,
    Negation,
    Term,
    Variable,
)


def compiled(plans: Sequence[RulePlan]) -> Deriving:
    """The rules of one relation as a function."""
    values: dict[str, Any] = {"new": new, "Instance": Instance}
    lines = [
        "def derived(held):",
        " found, filled, indexes, index = {}, held.filled, held.indexes, held.index",
        *(line for plan in plans for line in _Loops(plan, values).lines(plan)),
        " return found",
    ]
    derived: Deriving = made(lines, values)
    return derived


def made(lines: Iterable[str], values: dict[str, Any]) -> Any:
    """The function that the lines define; ``values`` has what the names in them stand for."""
    own: dict[str, Any] = {}
    exec(compile("\n".join(lines), "<rules>", "exec"), values, own)
    (function,) = own.values()
    return function


class RuleText:
    """How terms of a rule stand in a function. ``values`` takes what the names stand for."""

    def __init__(self, rule: SlottedRule, values: dict[str, Any]) -> None:
        self._rule = rule
        self._values = values

    def term(self, term: Term) -> str:
        """A variable by its slot, a sum as it is written, a constant by a name."""
        if isinstance(term, Variable):
            return f"v{self._rule.slot(term)}"
        if isinstance(term, Expression):
            assert term.symbol in ARITHMETIC
            return f"({self.term(term.left)} {term.symbol} {self.term(term.right)})"
        return self.value(term)

    def terms(self, terms: Iterable[Term]) -> str:
        """The terms as a tuple."""
        return listed(map(self.term, terms))

    def compared(self, literal: Comparison) -> str:
        """A comparison of values that are known."""
        assert literal.symbol in COMPARISONS
        return f"{self.term(literal.left)} {literal.symbol} {self.term(literal.right)}"

    def value(self, value: object) -> str:
        """The name of a value that is handed over."""
        name = f"k{len(self._values)}"
        self._values[name] = value
        return name


def listed(names: Iterable[str]) -> str:
    """Names as a tuple."""
    return f"({''.join(f'{name}, ' for name in names)})"


class _Loops(RuleText):
    """The loops and conditions of one rule."""

    def lines(self, plan: RulePlan) -> Iterator[str]:
        """The lines of the rule, each with as many blanks before it as it is deep."""
        blanks, bound = " ", set()
        yield f"{blanks}if {self.value(plan.facts)} <= filled:"
        for step, literal in zip(plan.steps, plan.rule.body, strict=True):
            if isinstance(step, Joined):
                blanks += " "
                yield f"{blanks}for row in {self._rows(step, literal)}:"
                for place, where in step.bind:
                    yield f"{blanks} v{where} = row[{place}]"
            elif step.bind:
                ((_, where),) = step.bind
                yield f"{blanks} v{where} = {self._result(step, literal)}"
            else:
                blanks += " "
                yield f"{blanks}if {self._condition(step, literal)}:"
            bound |= {where for _, where in step.bind}
        slots = [f"v{each}" if each in bound else "None" for each in range(len(plan.names))]
        held = listed((*slots, *map(self.value, plan.constants)))
        instance = f"new(Instance, ({self.value(plan)}, {held}))"
        yield f"{blanks} head = {self.terms(plan.rule.head.arguments)}"
        yield f"{blanks} known = found.get(head)"
        yield f"{blanks} if known is None: found[head] = [{instance}]"
        yield f"{blanks} else: known.append({instance})"

    def _rows(self, step: Step, literal: Literal) -> str:
        """The rows that fit what is known of an atom or a total."""
        place = self.value((step.key, step.known))
        terms = [terms_of(literal)[each] for each in step.known]
        wanted = self.term(terms[0]) if len(terms) == 1 else self.terms(terms)
        return f"(indexes.get({place}) or index(*{place})).get({wanted}, ())"

    def _result(self, step: Step, literal: Literal) -> str:
        """The value of the variable that an equality or a total binds."""
        if isinstance(literal, Comparison):
            return self.term(literal.right)
        assert isinstance(step, Counted)
        rows = self._rows(step, literal)
        if step.value_at is None:
            return f"len({rows})"
        return f"sum([row[{step.value_at}] for row in {rows}])"

    def _condition(self, step: Step, literal: Literal) -> str:
        """A literal that binds nothing."""
        if isinstance(literal, Comparison):
            return self.compared(literal)
        held = "not in" if isinstance(literal, Negation) else "in"
        return f"{self.terms(terms_of(literal))} {held} held[{self.value(step.key)}]"
