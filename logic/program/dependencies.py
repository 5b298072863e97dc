"""What a clause depends on, read off the loaded rules: clauses, facts, parameters and readings.

The same answers serve ``policy``, templates, forms and the dependency graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from clausewise.logic.language.notation import Rule
from clausewise.logic.language.status import DERIVED
from clausewise.logic.program.program import Program

NAME_COLUMNS = frozenset(
    {
        "finding",
        "measure",
        "diagnosis",
        "purpose",
        "kind",
        "reason",
        "region",
        "result",
        "condition",
        "domain",
    }
)
"""Columns whose constants are vocabulary names."""


@dataclass(frozen=True, slots=True)
class Uses:
    """What some rules use.

    ``relations`` are the relations of facts; ``names`` the vocabulary names by column; ``clauses``
    the labels of other clauses whose status is asked; ``results`` what is asked of studies, as
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


@cache
def cone(program: Program, label: str, *, through_clauses: bool = False) -> tuple[Rule, ...]:
    """The rules that the statuses of a clause rest on, definitions included.

    Statuses of other clauses are not followed unless ``through_clauses``.
    """
    by_key = rules_by_key(program)
    statuses = [f"{name}[{label}]" for name in DERIVED]
    waiting = list(reversed(statuses))
    seen: dict[str, None] = {}
    found: list[Rule] = []
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen[key] = None
        for rule in by_key.get(key, ()):
            found.append(rule)
            for atom, _ in rule.atoms():
                foreign = atom.label is not None and atom.label != label
                if through_clauses or not foreign:
                    waiting.append(atom.key)
    return tuple(found)


def uses_of_rules(rules: Sequence[Rule], own_label: str = "") -> Uses:
    """What the bodies of the rules use."""
    clauses: dict[str, None] = {}
    relations: dict[str, None] = {}
    parameters: dict[str, None] = {}
    readings: dict[str, None] = {}
    names: dict[str, dict[str, None]] = {}
    for rule in rules:
        for atom, _ in rule.atoms():
            if atom.label is not None and atom.label != own_label:
                clauses.setdefault(atom.label)
            if atom.relation.name == "parameter":
                parameters.setdefault(str(atom.terms[0]))
            elif atom.relation.name == "reading":
                readings.setdefault(str(atom.terms[0]))
            elif atom.relation.given:
                relations.setdefault(atom.relation.name)
        for atom in (rule.head, *(atom for atom, _ in rule.atoms())):
            for column, term in zip(atom.columns, atom.arguments, strict=True):
                if isinstance(term, str) and column in NAME_COLUMNS:
                    names.setdefault(column, {}).setdefault(term)
    return Uses(
        tuple(clauses),
        tuple(relations),
        {column: tuple(found) for column, found in names.items()},
        tuple(parameters),
        tuple(readings),
        tuple(dict.fromkeys(pair for rule in rules for pair in _results(rule))),
    )


def _results(rule: Rule) -> Iterator[tuple[str, str]]:
    """The results that one rule asks of studies of a region."""
    regions = [
        term
        for atom, _ in rule.atoms()
        for column, term in zip(atom.columns, atom.arguments, strict=True)
        if column == "region" and isinstance(term, str)
    ]
    for atom, _ in rule.atoms():
        if atom.relation.name in ("study_shows", "study_excludes"):
            result = atom.arguments[1]
            for region in regions:
                if isinstance(result, str):
                    yield region, result


@cache
def uses(program: Program, label: str, *, through_clauses: bool = False) -> Uses:
    """What the clause uses: with ``through_clauses`` also what its parts and the like use."""
    return uses_of_rules(cone(program, label, through_clauses=through_clauses), label)


@cache
def measures_in_use(program: Program) -> tuple[str, ...]:
    """The measures that the rules ask for a value of."""
    return uses_of_rules(program.rules).names.get("measure", ())


def clauses_that_use(program: Program, column: str, name: str) -> tuple[str, ...]:
    """The leaf clauses whose own rules use a vocabulary name, in the document's order."""
    return tuple(
        label
        for label, clause in program.policy.clauses.items()
        if clause.kind in ("criterion", "exclusion", "scope")
        and not clause.gate
        and name in uses(program, label).names.get(column, ())
    )
