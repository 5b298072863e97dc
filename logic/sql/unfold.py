"""Rules with short definitions put in where they are asked for, so that fewer relations are asked.

Unfolding (Tamaki and Sato, 1984) changes no answer: an atom of a relation that one rule defines
says what the body of that rule says. Proofs are of the rules as they are written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from clausewise.logic.language.literals import map_terms, putting_in
from clausewise.logic.language.rules import Atom, Comparison, Literal, Rule, Term, Total, Variable

SHORT = 2
"""Literals of a body that is put in wherever it is asked for; one of facts may be longer."""


def unfolded(rules: Iterable[Rule], kept: Collection[str], short: int = SHORT) -> list[Rule]:
    """The rules less the relations that can be unfolded; those in ``kept`` are asked for and stay.

    Only what is asked for positively is unfolded: the complement of a body is no body. A body of
    more literals than ``short`` that asks for other relations is put in only where it is asked for
    once, to avoid evaluating them again.
    """
    left = {rule.identifier: rule for rule in rules}
    defining: dict[str, list[str]] = defaultdict(list)
    asking: dict[str, set[str]] = defaultdict(set)
    uses: Counter[str] = Counter()
    closed = set(kept)
    for rule in left.values():
        defining[rule.head.key].append(rule.identifier)
        for atom, polarity in rule.atoms():
            asking[atom.key].add(rule.identifier)
            uses[atom.key] += 1
            if polarity != "positive":
                closed.add(atom.key)
    for key, identifiers in defining.items():
        definition = left[identifiers[0]]
        if key in closed or len(identifiers) > 1 or not _is_plain(definition) or not uses[key]:
            continue
        if uses[key] > 1 and len(definition.body) > short and not _looks_up(definition):
            continue
        del left[definition.identifier]
        for atom, _ in definition.atoms():
            asking[atom.key].discard(definition.identifier)
            asking[atom.key] |= asking[key]
            uses[atom.key] += uses[key] - 1
        for identifier in asking.pop(key):
            left[identifier] = _put_in(left[identifier], definition)
    return list(left.values())


def _is_plain(rule: Rule) -> bool:
    """Whether the head has a variable of its own in each place, and the body counts nothing."""
    arguments = rule.head.arguments
    return (
        all(isinstance(term, Variable) for term in arguments)
        and len(set(arguments)) == len(arguments)
        and not any(isinstance(literal, Total) for literal in rule.body)
    )


def _looks_up(rule: Rule) -> bool:
    """Whether the body consists of facts and comparisons, which cost no further question."""
    return all(
        isinstance(literal, Comparison) or (isinstance(literal, Atom) and literal.relation.is_input)
        for literal in rule.body
    )


def _put_in(rule: Rule, definition: Rule) -> Rule:
    """The rule with the body of a definition in place of each atom of its relation."""
    body: list[Literal] = []
    for place, literal in enumerate(rule.body):
        if isinstance(literal, Atom) and literal.key == definition.head.key:
            terms = _terms(definition, literal, f"·{definition.identifier}·{place}")
            body += [map_terms(each, putting_in(terms)) for each in definition.body]
        else:
            body.append(literal)
    return replace(rule, body=tuple(dict.fromkeys(body)))


def _terms(definition: Rule, wanted: Atom, suffix: str) -> dict[str, Term]:
    """What to put in for the variables of a definition: the terms of the atom that is wanted for
    those of its head, and for all others variables of a new name."""
    terms: dict[str, Term] = {
        variable.name: Variable(f"{variable.name}{suffix}")
        for literal in definition.body
        for variable in literal.variables()
    }
    for variable, term in zip(definition.head.arguments, wanted.arguments, strict=True):
        if isinstance(variable, Variable):
            terms[variable.name] = term
    return terms
