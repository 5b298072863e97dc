"""The rules of a relation as one Python function, for relations that are derived again and again.

A rule becomes nested loops: one for each atom that binds variables, a condition for each other
literal. The function finds the same instances in the same order as the steps of ``logic.steps`` do
one after the other, in about half the time; making it takes as long as it saves in a hundred uses.

Its text consists of names and numbers that are made here. Constants of the policy are handed over
as values, and nothing of a case is part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from logic.notation import (
    ARITHMETIC,
    COMPARISONS,
    Comparison,
    Expression,
    Literal,
    Negation,
    Row,
    Term,
    Variable,
)
from logic.steps import Counted, Joined, Rows, Step, terms_of

if TYPE_CHECKING:
    from logic.derivation import RulePlan

Deriving: TypeAlias = Callable[[Rows], Mapping[Row, Sequence[Any]]]
"""Gives the rows of a relation that hold, each with the rule instances that derive it."""


def compiled(plans: Sequence[RulePlan], instance: type[tuple[Any, ...]]) -> Deriving:
    """The rules of one relation as a function; ``instance`` is the class of rule instances."""
    values: dict[str, Any] = {"new": tuple.__new__, "Instance": instance}
    lines = [
        "def derived(held):",
        " found, filled, indexes, index = {}, held.filled, held.indexes, held.index",
        *(line for plan in plans for line in _Loops(plan, values).lines()),
        " return found",
    ]
    exec(compile("\n".join(lines), "<rules>", "exec"), values)
    derived: Deriving = values["derived"]
    return derived


class _Loops:
    """The loops and conditions of one rule. ``values`` takes what the names in them stand for."""

    def __init__(self, plan: RulePlan, values: dict[str, Any]) -> None:
        self._plan = plan
        self._values = values
        self._bound: set[int] = set()

    def lines(self) -> Iterator[str]:
        """The lines of the rule, each with as many blanks before it as it is deep."""
        plan, blanks = self._plan, " "
        yield f"{blanks}if {self._value(plan.facts)} <= filled:"
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
            self._bound |= {where for _, where in step.bind}
        slots = [f"v{each}" if each in self._bound else "None" for each in range(len(plan.names))]
        held = _tuple((*slots, *map(self._value, plan.constants)))
        made = f"new(Instance, ({self._value(plan)}, {held}))"
        yield f"{blanks} head = {self._terms(plan.rule.head.arguments)}"
        yield f"{blanks} known = found.get(head)"
        yield f"{blanks} if known is None: found[head] = [{made}]"
        yield f"{blanks} else: known.append({made})"

    def _rows(self, step: Step, literal: Literal) -> str:
        """The rows that fit what is known of an atom or a total."""
        place = self._value((step.key, step.known))
        terms = [terms_of(literal)[each] for each in step.known]
        wanted = self._term(terms[0]) if len(terms) == 1 else self._terms(terms)
        return f"(indexes.get({place}) or index(*{place})).get({wanted}, ())"

    def _result(self, step: Step, literal: Literal) -> str:
        """The value of the variable that an equality or a total binds."""
        if isinstance(literal, Comparison):
            return self._term(literal.right)
        assert isinstance(step, Counted)
        rows = self._rows(step, literal)
        if step.value_at is None:
            return f"len({rows})"
        return f"sum([row[{step.value_at}] for row in {rows}])"

    def _condition(self, step: Step, literal: Literal) -> str:
        """A literal that binds nothing."""
        if isinstance(literal, Comparison):
            assert literal.symbol in COMPARISONS
            return f"{self._term(literal.left)} {literal.symbol} {self._term(literal.right)}"
        held = "not in" if isinstance(literal, Negation) else "in"
        return f"{self._terms(terms_of(literal))} {held} held[{self._value(step.key)}]"

    def _terms(self, terms: Iterable[Term]) -> str:
        return _tuple(map(self._term, terms))

    def _term(self, term: Term) -> str:
        if isinstance(term, Variable):
            return f"v{self._plan.slot(term)}"
        if isinstance(term, Expression):
            assert term.symbol in ARITHMETIC
            return f"({self._term(term.left)} {term.symbol} {self._term(term.right)})"
        return self._value(term)

    def _value(self, value: object) -> str:
        """The name of a value that is handed over."""
        name = f"k{len(self._values)}"
        self._values[name] = value
        return name


def _tuple(names: Iterable[str]) -> str:
    return f"({''.join(f'{name}, ' for name in names)})"
