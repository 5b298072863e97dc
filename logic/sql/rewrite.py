"""The rules as they are translated to SQL: fewer and shorter ones, with the same answers.

The choices are put in, and so are definitions made of facts alone; an atom that another one of its
body implies is left out. Entries that are compared with others of their kind are paired before
anything else is asked of them: few entries say the same again, which DuckDB cannot know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from clausewise.facts.columns import Type
from clausewise.logic.language.choices import Choices
from clausewise.logic.language.column_types import ColumnTypes, column_types
from clausewise.logic.language.input_relations import day_of_record, entry_date, therapy_start
from clausewise.logic.language.literals import positive_atoms
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Literal,
    Relation,
    Rule,
    Term,
    Variable,
)
from clausewise.logic.language.specialise import specialise
from clausewise.logic.sql.unfold import unfolded

_DAY, _DATED = Variable("D"), Variable("E")
DAYS_OF_RECORD = tuple(
    Rule(f"facts/{number}", "facts", day_of_record(_DAY), (dated(_DATED, _DAY),))
    for number, dated in enumerate((entry_date, therapy_start), 1)
)
"""``day_of_record`` follows from other relations of facts, so that a cohort need not hold it."""


def rules_for_sql(rules: Iterable[Rule], choices: Choices, goals: Collection[str]) -> list[Rule]:
    """The rules of a program under these choices, those that others ask for before them.

    ``rules`` are in such an order; the relations in ``goals`` are asked for.
    """
    asked_for = needed([*DAYS_OF_RECORD, *specialise(rules, choices)], goals)
    short = unfolded(asked_for, goals, short=0)
    types = column_types(short, dict.fromkeys(rule.head.key for rule in short))
    return list(_with_pairs(map(without_implied, short), types))


def needed(rules: Iterable[Rule], goals: Collection[str]) -> list[Rule]:
    """The rules that the goals depend on; a choice can leave others that nothing asks for."""
    asked = set(goals)
    found: list[Rule] = []
    for rule in reversed(list(rules)):
        if rule.head.key in asked:
            asked |= {atom.key for atom, _ in rule.atoms()}
            found.append(rule)
    return found[::-1]


def without_implied(rule: Rule) -> Rule:
    """The rule less each atom of its body that another one implies: its own variables, which stand
    nowhere else, can be those of the other (Chandra and Merlin, 1977, for one atom at a time)."""
    body = list(rule.body)
    for atom in positive_atoms(rule.body):
        rest = [each for each in body if each is not atom]
        used = {each.name for part in (rule.head, *rest) for each in part.variables()}
        if any(_implies(other, atom, used) for other in positive_atoms(rest)):
            body = rest
    return replace(rule, body=tuple(body))


def _implies(other: Atom, atom: Atom, used: Collection[str]) -> bool:
    """Whether the atom holds where the other does; variables not in ``used`` may be anything."""
    if other.key != atom.key:
        return False
    found: dict[str, Term] = {}
    for own, term in zip(atom.arguments, other.arguments, strict=True):
        if isinstance(own, Variable) and own.name not in used:
            own = found.setdefault(own.name, term)
        if own != term:
            return False
    return True


def _with_pairs(rules: Iterable[Rule], types: ColumnTypes) -> Iterator[Rule]:
    """The rules, with a rule for each relation of pairs before the relation that asks for it."""
    known: set[str] = set()
    for _, of_relation in groupby(rules, key=lambda rule: rule.head.key):
        changed: list[Rule] = []
        for rule in of_relation:
            paired, pairs = _paired(rule, types)
            changed.append(paired)
            if pairs is not None and pairs.head.key not in known:
                known.add(pairs.head.key)
                yield pairs
        yield from changed


def _paired(rule: Rule, types: ColumnTypes) -> tuple[Rule, Rule | None]:
    """The rule with two atoms that say the same of two different entries as one atom of pairs, and
    the rule for these; the rule as it is when it has no such atoms."""
    for literal in rule.body:
        if not isinstance(literal, Comparison) or literal.symbol != "!=":
            continue
        for one, place in _about(literal.left, rule.body, types):
            other = _with_entry(one, place, literal.right)
            if other in rule.body:
                rest = (each for each in rule.body if each not in (literal, one, other))
                pairs = _pairs(one.relation, place)
                head = pairs.head.relation(*one.terms, literal.right)
                return replace(rule, body=(head, *rest)), pairs
    return rule, None


def _about(entry: Term, body: Iterable[Literal], types: ColumnTypes) -> Iterator[tuple[Atom, int]]:
    """The atoms of a body that say something of an entry, each with the place where it stands."""
    for each in positive_atoms(body):
        if each.label is None:
            columns = zip(types.of_atom(each), each.terms, strict=True)
            for place, (column, term) in enumerate(columns):
                if column.type is Type.ENTRY and term == entry:
                    yield each, place


def _pairs(about: Relation, place: int) -> Rule:
    """Entries of which a relation says the same."""
    columns = (*about.columns, "other")
    again = Relation(f"{about.name} again", columns, f"{about.name} of another entry as well")
    one = about(*map(Variable, about.columns))
    entry, other = Variable(about.columns[place]), Variable("other")
    body = (one, _with_entry(one, place, other), entry.is_not(other))
    return Rule(f"{again.name}/1", again.name, again(*map(Variable, columns)), body)


def _with_entry(atom: Atom, place: int, entry: Term) -> Atom:
    """The same said of another entry."""
    return atom.relation(*atom.terms[:place], entry, *atom.terms[place + 1 :])
