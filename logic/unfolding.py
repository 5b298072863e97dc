"""Rules with short definitions put in where they are asked for, so that fewer relations are asked.

Unfolding (Tamaki and Sato, 1984) changes no answer: an atom of a relation that one rule defines
says what the body of that rule says. Proofs are of the rules as they are written; only pyDatalog is
given these.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from logic.notation import (
    Atom,
    Comparison,
    Expression,
    Literal,
    Negation,
    Rule,
    Term,
    Total,
    Variable,
)

SHORT = 2
"""Literals of a body that is put in wherever it is asked for; a longer one only when asked once."""


def unfolded(rules: Iterable[Rule], kept: Collection[str]) -> list[Rule]:
    """The rules less the relations that can be unfolded; those in ``kept`` are asked for and stay.

    Only what is asked for positively is unfolded: the complement of a body is no body.
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
        if uses[key] > 1 and len(definition.body) > SHORT:
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


def _put_in(rule: Rule, definition: Rule) -> Rule:
    """The rule with the body of a definition in place of each atom of its relation."""
    body: list[Literal] = []
    for place, literal in enumerate(rule.body):
        if isinstance(literal, Atom) and literal.key == definition.head.key:
            terms = {
                variable.name: term
                for variable, term in zip(definition.head.arguments, literal.arguments, strict=True)
                if isinstance(variable, Variable)
            }
            suffix = f"·{definition.identifier}·{place}"
            body += [_renamed(each, terms, suffix) for each in definition.body]
        else:
            body.append(literal)
    return replace(rule, body=tuple(dict.fromkeys(body)))


def _renamed(literal: Literal, terms: Mapping[str, Term], suffix: str) -> Literal:
    """The literal with terms put in for variables of the head, all others under a new name."""
    if isinstance(literal, Negation):
        inside = _renamed(literal.atom, terms, suffix)
        assert isinstance(inside, Atom)
        return Negation(inside)
    if isinstance(literal, Comparison):
        left, right = (_term(each, terms, suffix) for each in (literal.left, literal.right))
        return Comparison(literal.symbol, left, right)
    assert isinstance(literal, Atom)
    return replace(literal, terms=tuple(_term(each, terms, suffix) for each in literal.terms))


def _term(term: Term, terms: Mapping[str, Term], suffix: str) -> Term:
    if isinstance(term, Variable):
        return terms.get(term.name, Variable(f"{term.name}{suffix}"))
    if isinstance(term, Expression):
        left, right = (_term(each, terms, suffix) for each in (term.left, term.right))
        return Expression(term.symbol, left, right)
    return term
