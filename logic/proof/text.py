"""What atoms and literals of a proof say as text, with their values put in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from clausewise.facts.columns import Type
from clausewise.logic.derivation.model import DerivationPlan
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.language.rules import (
    Comparison,
    Constant,
    Expression,
    Negation,
    Term,
    Total,
    Variable,
)
from clausewise.logic.proof.build import Premise


def atom_text(plan: DerivationPlan, atom: GroundAtom) -> str:
    """An atom as ``told_met[D.I.B.2](left)``; ``…`` stands for any value."""
    key, row = atom
    if key in plan.with_days:
        shown = [
            show_value(value, column.type is Type.DAY)
            for value, column in zip(row, plan.columns[key], strict=True)
        ]
    else:
        shown = ["…" if value is None else str(value) for value in row]
    return f"{key}({', '.join(shown)})"


def premise_text(premise: Premise, text_of: Callable[[Premise], str]) -> str:
    """A literal of a rule instance; a total that is lacking as the rule has it.

    ``text_of`` gives its atom as ``atom_text`` does.
    """
    literal = premise.literal
    if isinstance(literal, Comparison):
        return comparison_text(premise)
    atom = text_of(premise)
    if not isinstance(literal, Total):
        return f"not {atom}" if isinstance(literal, Negation) else atom
    if not premise.holds:
        return str(literal)
    what = "number" if literal.value is None else f"sum of {literal.value}"
    return f"{premise.instance.binding[literal.result.name]} is the {what} of {atom}"


def comparison_text(premise: Premise) -> str:
    """A comparison with its values; raises TypeError for another literal."""
    literal = premise.literal
    if not isinstance(literal, Comparison):
        raise TypeError(f"{literal} is no comparison")
    return show_comparison(literal, premise.instance.binding, premise.instance.plan.days)


def show_value(value: Constant | None, is_day: bool = False) -> str:
    """A value of a row as text: a day ordinal as a date, ``…`` for any value."""
    if value is None:
        return "…"
    return date.fromordinal(int(value)).isoformat() if is_day else str(value)


def show_comparison(
    literal: Comparison, binding: Mapping[str, Constant], days: frozenset[str]
) -> str:
    """A comparison with its values, ``49 < 50``; ``days`` are the variables that hold days."""

    def side(term: Term) -> str:
        if isinstance(term, Expression):
            # A difference of days is a number; a day and a number make a day.
            shown = [side(term.left), side(term.right)]
            return f"{shown[0]} {term.symbol} {shown[1]}"
        if isinstance(term, Variable):
            return show_value(binding.get(term.name), term.name in days)
        return str(term)

    return f"{side(literal.left)} {literal.symbol} {side(literal.right)}"
