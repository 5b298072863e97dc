"""What a clause depends on, read off the loaded rules: clauses, facts, parameters and readings.

The same answers serve ``policy``, templates, forms and the dependency graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from clausewise.logic.language.rules import Atom, Rule, Term, Variable
from clausewise.logic.language.status import DERIVED
from clausewise.logic.program.program import Program

NAME_COLUMNS = frozenset(
    {
        "finding",
        "measure",
        "diagnosis",
        "purpose",
        "role",
        "kind",
        "reason",
        "region",
        "result",
        "condition",
        "domain",
        "visit",
    }
)
"""Columns whose constants are vocabulary names."""


@dataclass(frozen=True, slots=True)
class Uses:
    """What some rules use.

    ``relations`` are the relations of facts; ``names`` the vocabulary names by column; ``clauses``
    the labels of other clauses whose status is asked; ``results`` what a leaf asks of studies, as
    (region, result).
    """

    clauses: tuple[str, ...]
    relations: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    parameters: tuple[str, ...]
    readings: tuple[str, ...]
    results: tuple[tuple[str, str], ...]


@cache
def rules_by_key(program: Program) -> Mapping[str, tuple[Rule, ...]]:
    """The rules of each relation key."""
    found: dict[str, list[Rule]] = {}
    for rule in program.rules:
        found.setdefault(rule.head.key, []).append(rule)
    return {key: tuple(rules) for key, rules in found.items()}


Binding = Mapping[str, str]
"""The names that variables of a rule are known to stand for."""


@cache
def _reached(
    program: Program,
    label: str,
    through_clauses: bool,
    readings: frozenset[tuple[str, str]] | None,
) -> tuple[tuple[Rule, Binding], ...]:
    """The rules that the statuses of a clause rest on, each with the names it is asked about.

    Names that a rule asks for are followed into what it asks, so that of the rules about all
    findings only those about the clause's own are reached.
    """
    by_key = rules_by_key(program)
    chosen = None if readings is None else dict(readings)
    asked = [(f"{name}[{label}]", (None,)) for name in reversed(DERIVED)]
    waiting: list[tuple[str, tuple[str | None, ...]]] = list(asked)
    seen = set(waiting)
    found: list[tuple[Rule, Binding]] = []
    while waiting:
        key, names = waiting.pop()
        for rule in by_key.get(key, ()):
            begun = bound_by_head(rule, names)
            if begun is None or (chosen is not None and is_off(rule, chosen)):
                continue
            for binding in joined(program, rule, begun):
                found.append((rule, binding))
                for atom, _ in rule.atoms():
                    foreign = atom.label is not None and atom.label != label
                    demand = (atom.key, tuple(_name(term, binding) for term in atom.arguments))
                    if (through_clauses or not foreign) and demand not in seen:
                        seen.add(demand)
                        waiting.append(demand)
    return tuple(found)


def joined(program: Program, rule: Rule, binding: Binding) -> list[Binding]:
    """The binding completed by the facts of the policy that the rule asks for, in each way."""
    by_key = rules_by_key(program)
    found = [binding]
    for atom, polarity in rule.atoms():
        stated = by_key.get(atom.key, ())
        if polarity != "positive" or not stated or any(each.body for each in stated):
            continue
        found = [
            {**each, **more}
            for each in found
            for fact in stated
            if (more := _matched(atom, fact.head, each)) is not None
        ]
    return found


def _matched(atom: Atom, fact: Atom, binding: Binding) -> Binding | None:
    """What the names of a fact add to a binding of the atom's variables; None if it differs."""
    more: dict[str, str] = {}
    for term, name in zip(atom.arguments, fact.arguments, strict=True):
        if not isinstance(name, str):
            continue
        known = _name(term, {**binding, **more})
        if known is None and isinstance(term, Variable):
            more[term.name] = name
        elif known != name:
            return None
    return more


def bound_by_head(rule: Rule, names: Sequence[str | None]) -> Binding | None:
    """What the variables of the rule's head stand for; None when it says nothing of the names."""
    binding: dict[str, str] = {}
    for term, name in zip(rule.head.arguments, names, strict=True):
        if name is None:
            continue
        if isinstance(term, Variable):
            if binding.setdefault(term.name, name) != name:
                return None
        elif term != name:
            return None
    return binding


def _name(term: Term, binding: Binding) -> str | None:
    if isinstance(term, Variable):
        return binding.get(term.name)
    return term if isinstance(term, str) else None


def is_off(rule: Rule, readings: Mapping[str, str]) -> bool:
    """Whether the rule speaks under another reading only."""
    return any(
        atom.relation.name == "reading"
        and polarity == "positive"
        and readings.get(str(atom.terms[0])) != atom.terms[1]
        for atom, polarity in rule.atoms()
    )


def cone(
    program: Program,
    label: str,
    *,
    through_clauses: bool = False,
    readings: Mapping[str, str] | None = None,
) -> tuple[Rule, ...]:
    """The rules that the statuses of a clause rest on, definitions included.

    Statuses of other clauses are not followed unless ``through_clauses``; with ``readings`` only
    rules that they leave in force are.
    """
    chosen = None if readings is None else frozenset(readings.items())
    return _rules_of(program, label, through_clauses, chosen)


@cache
def _rules_of(
    program: Program,
    label: str,
    through_clauses: bool,
    readings: frozenset[tuple[str, str]] | None,
) -> tuple[Rule, ...]:
    """The rules that are reached, each once."""
    reached = _reached(program, label, through_clauses, readings)
    return tuple(dict.fromkeys(rule for rule, _ in reached))


@cache
def against_beside_the_clauses(program: Program) -> Mapping[str, str | None]:
    """The relations against entries that no rule asks for, with the clause that each is about, or
    None where it holds for every clause."""
    asked = {atom.key for rule in program.rules for atom, _ in rule.atoms()}
    heads = [rule.head for rule in program.rules if rule.head.relation.against]
    return {head.key: head.label for head in heads if head.key not in asked}


def uses_of_rules(rules: Sequence[Rule], own_label: str = "") -> Uses:
    """What the rules use."""
    return _uses([(rule, {}) for rule in rules], own_label)


def _uses(reached: Sequence[tuple[Rule, Binding]], own_label: str) -> Uses:
    clauses: dict[str, None] = {}
    relations: dict[str, None] = {}
    parameters: dict[str, None] = {}
    readings: dict[str, None] = {}
    names: dict[str, dict[str, None]] = {}
    asked: dict[str, None] = {}
    for rule, binding in reached:
        for atom, _ in rule.atoms():
            if atom.label is not None and atom.label != own_label:
                clauses.setdefault(atom.label)
            if atom.relation.name == "parameter":
                parameters.setdefault(str(atom.terms[0]))
            elif atom.relation.name == "reading":
                readings.setdefault(str(atom.terms[0]))
            elif atom.relation.is_input:
                relations.setdefault(atom.relation.name)
            if atom.relation.name in ("study_shows", "study_excludes"):
                result = _name(atom.arguments[1], binding)
                if result is not None:
                    asked.setdefault(result)
        for atom in (rule.head, *(atom for atom, _ in rule.atoms())):
            for column, term in zip(atom.columns, atom.arguments, strict=True):
                name = _name(term, binding)
                if name is not None and column in NAME_COLUMNS:
                    names.setdefault(column, {}).setdefault(name)
    return Uses(
        tuple(clauses),
        tuple(relations),
        {column: tuple(found) for column, found in names.items()},
        tuple(parameters),
        tuple(readings),
        tuple((region, result) for region in names.get("region", ()) for result in asked),
    )


@cache
def uses(program: Program, label: str, *, through_clauses: bool = False) -> Uses:
    """What the clause uses: with ``through_clauses`` also what its parts and the like use."""
    return _uses(_reached(program, label, through_clauses, None), label)
