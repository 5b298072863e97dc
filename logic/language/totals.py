"""What a total ranges over: the variables of its atom that nothing before it binds."""

from __future__ import annotations

from clausewise.logic.language.rules import Atom, Comparison, Rule, Total, Variable


def own_variables(rule: Rule, wanted: Total) -> frozenset[Variable]:
    """The variables of a total that nothing before it in the body binds: it ranges over these."""
    bound: set[Variable] = set()
    for literal in rule.body:
        if literal is wanted:
            break
        if isinstance(literal, Atom | Comparison):
            bound.update(literal.variables())
        elif isinstance(literal, Total):
            bound.add(literal.result)
    return frozenset(set(wanted.atom.variables()) - bound)
