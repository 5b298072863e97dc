"""What a program has to fulfil before it may decide: checked from the loaded clauses.

Each fault names the clause and rule. Most of these mistakes are silent in pyDatalog: a misspelt
relation finds nothing, a negation before its variables are bound fails, recursion may hang.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from clausewise.logic.language.column_types import column_types
from clausewise.logic.language.notation import (
    Atom,
    Comparison,
    Negation,
    PolicyError,
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

    ``labels`` are the known clause labels; ``registers`` what may stand in ``reading`` and
    ``parameter``; ``goals`` the keys that are asked for from outside, so that rules nobody uses are
    found.
    """
    used = [(rule, (rule.head, *(atom for atom, _ in rule.atoms()))) for rule in rules]
    faults = [
        *_misused_relations(used),
        *_undefined(used),
        *_unknown_labels(used, frozenset(labels)),
        *_unregistered(used, registers),
        *column_types(rules, evaluation_order(rules, goals)).faults,
        *_unbound(rules),
        *_repeated(rules),
        *_cycles(rules),
        *_unused(rules, goals),
    ]
    if faults:
        raise ProgramError(faults)


def _misused_relations(used: _Used) -> Iterator[str]:
    """One name, one relation; facts are not defined by rules."""
    known: dict[str, Relation] = {}
    for rule, atoms in used:
        for atom in atoms:
            relation = atom.relation
            first = known.setdefault(relation.name, relation)
            if first is not relation and first != relation:
                yield f"{rule.identifier}: {relation} is declared in two ways"
            if len(atom.terms) != len(relation.columns):
                yield f"{rule.identifier}: {atom} has the wrong number of columns"
        if rule.head.relation.given:
            yield f"{rule.identifier}: {rule.head.relation.name} holds facts, no rule defines it"


def _undefined(used: _Used) -> Iterator[str]:
    defined = {rule.head.key for rule, _ in used}
    for rule, atoms in used:
        for atom in atoms:
            if atom.key not in defined and not atom.relation.given:
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


def _unbound(rules: Sequence[Rule]) -> Iterator[str]:
    """Variables are bound by a positive literal before a head, negation or comparison uses them."""
    for rule in rules:
        bound: set[str] = set()
        hidden: set[str] = set()
        for literal in rule.body:
            used: list[str] = []
            binds: list[str] = []
            if isinstance(literal, Atom):
                if not all(isinstance(term, (Variable, str, int)) for term in literal.terms):
                    yield f"{rule.identifier}: {literal} computes inside an atom"
                binds = [name for name in _names(literal.terms) if name not in bound]
                for name in sorted({name for name in binds if binds.count(name) > 1}):
                    yield f"{rule.identifier}: {name} stands twice in {literal}, unbound"
            elif isinstance(literal, Negation):
                used = _names(literal.atom.terms)
            elif isinstance(literal, Comparison):
                if literal.symbol == "==" and isinstance(literal.left, Variable):
                    used, binds = _names([literal.right]), [literal.left.name]
                else:
                    used = _names([literal.right, literal.left])
            else:
                yield from _unbound_total(rule, literal, bound)
                hidden |= {variable.name for variable in own_variables(rule, literal)}
                binds = [literal.result.name]
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
    names: dict[str, str] = {}

    def rename(term: Term) -> str:
        if isinstance(term, Variable):
            return names.setdefault(term.name, f"?{len(names)}")
        if isinstance(term, (str, int)):
            return repr(term)
        return " ".join(
            rename(part) if isinstance(part, Variable) else str(part) for part in variables_of(term)
        ) + str(term)

    def show(literal: object) -> str:
        if isinstance(literal, Atom):
            return f"{literal.key}({','.join(rename(term) for term in literal.arguments)})"
        if isinstance(literal, Negation):
            return f"~{show(literal.atom)}"
        if isinstance(literal, Comparison):
            return f"{rename(literal.left)}{literal.symbol}{rename(literal.right)}"
        if isinstance(literal, Total):
            value = "" if literal.value is None else rename(literal.value)
            return f"{rename(literal.result)}=total {value} {show(literal.atom)}"
        return str(literal)

    return " & ".join([show(rule.head), *(show(literal) for literal in rule.body)])


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
