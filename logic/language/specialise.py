"""Rules specialised to the chosen readings and parameters (partial evaluation).

What enters are rules that ask for ``reading`` and ``parameter``; what leaves are rules that do not,
for translations and views that are made for one choice. Comparisons of constants are evaluated on
the way. A rule that can never apply is left out, and so is a literal that the choices alone make
true.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from clausewise.logic.language.choices import Choices
from clausewise.logic.language.literals import map_atom, map_terms, putting_in
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Constant,
    Expression,
    Literal,
    Negation,
    Relation,
    Rule,
    Term,
    Variable,
)

ARITHMETIC: Mapping[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def specialise(rules: Iterable[Rule], choices: Choices) -> list[Rule]:
    """All rules under these choices, each once, without those that derive nothing of their own.

    A relation that no rule is left for holds nowhere. A relation without columns holds everywhere
    when a rule without a body is left for it. Literals of both are evaluated as well.
    """
    listed = list(rules)
    derived = {rule.head.key for rule in listed}
    specialised = _each_once(specialise_rule(rule, choices) for rule in listed)
    while True:
        never = derived - {rule.head.key for rule in specialised}
        always = {rule.head.key for rule in specialised if not rule.body} & {
            rule.head.key for rule in specialised if not rule.head.arguments
        }
        simplified = _each_once(_simplified(rule, never, always) for rule in specialised)
        if simplified == specialised:
            return without_subsumed(simplified)
        specialised = simplified


def _each_once(rules: Iterable[Rule | None]) -> list[Rule]:
    """The rules, of those that say the same the last one."""
    return list({(rule.head, rule.body): rule for rule in rules if rule is not None}.values())


def without_subsumed(rules: Iterable[Rule]) -> list[Rule]:
    """The rules without each that asks for all that another rule of the same head asks, and more.

    Such a rule derives nothing that the other does not.
    """
    listed = list(rules)
    bodies: dict[Atom, list[frozenset[Literal]]] = {}
    for rule in listed:
        bodies.setdefault(rule.head, []).append(frozenset(rule.body))
    return [
        rule
        for rule in listed
        if not any(body < frozenset(rule.body) for body in bodies[rule.head])
    ]


def _simplified(rule: Rule, never: Collection[str], always: Collection[str]) -> Rule | None:
    """The rule without literals that hold anyway; None when one of them never holds."""
    body: list[Literal] = []
    for literal in rule.body:
        match literal:
            case Atom(key=key) if key in never:
                return None
            case Negation(Atom(key=key)) if key in always:
                return None
            case Atom(key=key) if key in always:
                pass
            case Negation(Atom(key=key)) if key in never:
                pass
            case _:
                body.append(literal)
    return replace(rule, body=tuple(body))


def specialise_rule(rule: Rule, choices: Choices) -> Rule | None:
    """The rule with the chosen readings and parameters put in; None when it cannot apply.

    What the choices do not name is still asked for.
    """
    values: dict[str, Term] = {}
    asked: list[Literal] = []
    for literal in rule.body:
        match literal:
            case Atom(Relation("reading" | "parameter"), (_, wanted)) if _is_chosen(
                literal, choices
            ):
                chosen = _chosen(literal, choices)
                if isinstance(wanted, Variable):
                    wanted = values.setdefault(wanted.name, chosen)
                if wanted != chosen:
                    return None
            case Negation(Atom(Relation("reading" | "parameter"), (_, refused)) as atom) if (
                _is_chosen(atom, choices)
            ):
                asked.append(Comparison("!=", refused, _chosen(atom, choices)))
            case _:
                asked.append(literal)
    body: list[Literal] = []
    put_in = putting_in(values)
    for literal in asked:
        changed = map_terms(literal, put_in) if values else literal
        if isinstance(changed, Comparison) and next(changed.variables(), None) is None:
            if not COMPARISONS[changed.symbol](_value(changed.left), _value(changed.right)):
                return None
            continue
        body.append(changed)
    head = map_atom(rule.head, put_in) if values else rule.head
    return replace(rule, head=head, body=tuple(body))


def _is_chosen(atom: Atom, choices: Choices) -> bool:
    """Whether the choices give a value to a reading or parameter."""
    return atom.terms[0] in (choices.readings if atom.key == "reading" else choices.parameters)


def _chosen(atom: Atom, choices: Choices) -> str | int:
    """The value that the choices give to a reading or parameter."""
    name = str(atom.terms[0])
    return choices.readings[name] if atom.key == "reading" else choices.parameters[name]


def _value(term: Term) -> Constant:
    """The value of a term without variables."""
    if isinstance(term, Expression):
        left, right = _value(term.left), _value(term.right)
        assert isinstance(left, int)
        assert isinstance(right, int)
        return ARITHMETIC[term.symbol](left, right)
    assert not isinstance(term, Variable)
    return term
