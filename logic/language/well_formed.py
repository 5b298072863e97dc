"""Whether a program is well-formed, checked on the clauses read back from the engine.

What enters are rules; what leaves is nothing, or a ProgramError with one sentence for each fault
that names the rule. pyDatalog reports few of these mistakes: a misspelt relation finds no rows, a
negation before its variables are bound fails, recursion may hang.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from clausewise.logic.language.column_types import column_types
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.literals import map_atom, map_terms
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Negation,
    Relation,
    Rule,
    Term,
    Total,
    Variable,
    variables_of,
)
from clausewise.logic.language.totals import own_variables


class ProgramError(PolicyError):
    """The loaded program breaks rules that pyDatalog does not check; one line a fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


_Used: TypeAlias = Sequence[tuple[Rule, tuple[Atom, ...]]]
"""Each rule with its atoms, the head first."""


def check_program(
    rules: Sequence[Rule],
    labels: Iterable[str],
    registers: Mapping[str, Mapping[str, frozenset[str] | None]],
    goals: Iterable[str],
) -> None:
    """Raise ProgramError unless the rules are a well-formed, non-recursive, stratified program.

    ``labels`` are the known clause labels; ``registers`` the names and values allowed in
    ``reading`` and ``parameter``; ``goals`` the keys that are asked for from outside: a rule that
    none of them depends on is a fault.
    """
    used = [(rule, (rule.head, *(atom for atom, _ in rule.atoms()))) for rule in rules]
    faults = [
        *_misused_relations(used),
        *_undefined(used),
        *_unknown_labels(used, frozenset(labels)),
        *_unregistered(used, registers),
        *column_types(rules, evaluation_order(rules, goals)).faults,
        *unbound(rules),
        *_repeated(rules),
        *_cycles(rules),
        *_unused(rules, goals),
    ]
    if faults:
        raise ProgramError(faults)


def _misused_relations(used: _Used) -> Iterator[str]:
    """One name, one relation; no rule defines an input relation."""
    known: dict[str, Relation] = {}
    for rule, atoms in used:
        for atom in atoms:
            relation = atom.relation
            first = known.setdefault(relation.name, relation)
            if first is not relation and first != relation:
                yield f"{rule.identifier}: {relation} is declared in two ways"
            if len(atom.terms) != len(relation.columns):
                yield f"{rule.identifier}: {atom} has the wrong number of columns"
        if rule.head.relation.is_input:
            yield f"{rule.identifier}: {rule.head.relation.name} holds facts, no rule defines it"


def _undefined(used: _Used) -> Iterator[str]:
    defined = {rule.head.key for rule, _ in used}
    for rule, atoms in used:
        for atom in atoms:
            if atom.key not in defined and not atom.relation.is_input:
                yield f"{rule.identifier}: no rule defines {atom.key}"


def _unknown_labels(used: _Used, labels: frozenset[str]) -> Iterator[str]:
    for rule, atoms in used:
        for atom in atoms:
            if atom.label is not None and atom.label not in labels:
                yield f"{rule.identifier}: {atom.label} is not a clause of the policy"


def _unregistered(
    used: _Used, registers: Mapping[str, Mapping[str, frozenset[str] | None]]
) -> Iterator[str]:
    """Readings and parameters have to be those of the policy: others are false in silence."""
    for rule, atoms in used:
        for atom in atoms:
            register = registers.get(atom.relation.name)
            if register is None:
                continue
            name, value = atom.terms
            if not isinstance(name, str) or name not in register:
                yield f"{rule.identifier}: {name} is not in the register of {atom.relation.name}s"
                continue
            allowed = register[name]
            if isinstance(value, str) and (allowed is None or value not in allowed):
                yield f"{rule.identifier}: {value} is not a value of {name}"


def unbound(rules: Sequence[Rule]) -> Iterator[str]:
    """Variables are bound by a positive literal before a head, negation or comparison uses them."""
    for rule in rules:
        bound: set[str] = set()
        hidden: set[str] = set()
        for literal in rule.body:
            used: list[str] = []
            binds: list[str] = []
            match literal:
                case Atom(terms=terms):
                    if not all(isinstance(term, (Variable, str, int)) for term in terms):
                        yield f"{rule.identifier}: {literal} computes inside an atom"
                    binds = [name for name in _names(terms) if name not in bound]
                    for name in sorted({name for name in binds if binds.count(name) > 1}):
                        yield f"{rule.identifier}: {name} stands twice in {literal}, unbound"
                case Negation(atom):
                    used = _names(atom.terms)
                case Comparison("==", Variable(name), right):
                    used, binds = _names([right]), [name]
                case Comparison(_, left, right):
                    used = _names([right, left])
                case Total(result):
                    yield from _unbound_total(rule, literal, bound)
                    hidden |= {variable.name for variable in own_variables(rule, literal)}
                    binds = [result.name]
            if loose := [name for name in used if name not in bound]:
                yield f"{rule.identifier}: {', '.join(loose)} not bound before {literal}"
            bound.update(binds)
        if loose := [name for name in _names(rule.head.terms) if name not in bound]:
            yield f"{rule.identifier}: {', '.join(loose)} of the head not bound"
        if hidden & bound:
            names = ", ".join(sorted(hidden & bound))
            yield f"{rule.identifier}: {names} of a total used outside it"


def _names(terms: Iterable[Term]) -> list[str]:
    """What the variables of terms are called, in order."""
    return [variable.name for term in terms for variable in variables_of(term)]


def _unbound_total(rule: Rule, literal: Total, bound: set[str]) -> Iterator[str]:
    if literal.result.name in bound:
        yield f"{rule.identifier}: {literal.result} is bound before its total"
    if literal.value is not None and literal.value not in own_variables(rule, literal):
        yield f"{rule.identifier}: {literal.value} is bound before it is added up"


def _canonical(rule: Rule) -> str:
    """The rule with its variables numbered in order, so that renaming hides no repetition."""
    names: dict[str, Variable] = {}

    def numbered(variable: Variable) -> Variable:
        return names.setdefault(variable.name, Variable(f"?{len(names)}"))

    head = map_atom(rule.head, numbered)
    return " & ".join(str(each) for each in (head, *(map_terms(e, numbered) for e in rule.body)))


def _repeated(rules: Sequence[Rule]) -> Iterator[str]:
    alike: defaultdict[tuple[str, ...], list[Rule]] = defaultdict(list)
    for rule in rules:
        # Only rules over the same relations can say the same.
        alike[rule.head.key, *(atom.key for atom, _ in rule.atoms())].append(rule)
    for group in alike.values():
        seen: dict[str, str] = {}
        for rule in group if len(group) > 1 else ():
            first = seen.setdefault(_canonical(rule), rule.identifier)
            if first != rule.identifier:
                yield f"{rule.identifier}: says the same as {first}"


def dependencies(rules: Iterable[Rule]) -> dict[str, set[str]]:
    """For each key that rules define, the keys their bodies use."""
    below: dict[str, set[str]] = {}
    for rule in rules:
        below.setdefault(rule.head.key, set()).update(atom.key for atom, _ in rule.atoms())
    return below


def _cycles(rules: Sequence[Rule]) -> Iterator[str]:
    """No relation depends on itself: recursion in pyDatalog may hang, negated it means nothing."""
    below = dependencies(rules)
    labels = {rule.head.key: rule.label for rule in rules}
    done: set[str] = set()
    for start in below:
        path: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            key, leaving = waiting.pop()
            if leaving:
                path.pop()
                done.add(key)
            elif key in path:
                cycle = [*path[path.index(key) :], key]
                done.update(cycle)
                yield f"{labels[key]}: recursion: {' <- '.join(cycle)}"
            elif key not in done:
                path.append(key)
                waiting.append((key, True))
                waiting += [(child, False) for child in sorted(below.get(key, ()))]


def evaluation_order(rules: Iterable[Rule], goals: Iterable[str]) -> list[str]:
    """The keys that the goals depend on, each after all that it depends on itself."""
    below = dependencies(rules)
    order: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [(goal, False) for goal in goals]
    while waiting:
        key, leaving = waiting.pop()
        if leaving:
            order.setdefault(key)
        elif key not in seen:
            seen.add(key)
            waiting.append((key, True))
            waiting += [(child, False) for child in sorted(below.get(key, ()))]
    return list(order)


def _unused(rules: Sequence[Rule], goals: Iterable[str]) -> Iterator[str]:
    needed = set(evaluation_order(rules, goals))
    for rule in rules:
        if rule.head.key not in needed:
            yield f"{rule.identifier}: nothing asks for {rule.head.key}"
