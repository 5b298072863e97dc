"""What the clauses of a path ask of a record: relations, names, and values around parameters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from clausewise.facts.columns import Kind, Type
from clausewise.facts.relations.calendar import months_earlier, shortest_period
from clausewise.facts.schema import SCHEMA
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.policy import Path
from clausewise.logic.language.rules import Atom, Comparison, Rule, Term, Total, Variable
from clausewise.logic.program.dependencies import NAME_COLUMNS, cone, rules_by_key, uses
from clausewise.logic.program.program import Program

OF_ANY_NAME = 2
"""Names that stand for all where clauses take an entry whatever its name is."""


@dataclass(frozen=True)
class Asked:
    """What the leaves of a path ask for, under any reading."""

    program: Program
    path: Path
    received: date
    """The day of receipt of every record of the space."""
    receipts: tuple[date, ...] = ()
    """Days of receipt of other spaces, whose months may have other lengths."""

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The labels of the path that ask the record itself."""
        clauses = self.program.policy.clauses
        return tuple(
            label for label in self.program.labels[self.path.root] if not clauses[label].gate
        )

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that the leaves rest on."""
        found = (cone(self.program, label, through_clauses=True) for label in self.leaves)
        return tuple(dict.fromkeys(rule for rules in found for rule in rules))

    @cached_property
    def relations(self) -> frozenset[str]:
        """The relations of facts that are asked for."""
        return frozenset(name for label in self.leaves for name in self._used(label))

    def _used(self, label: str) -> tuple[str, ...]:
        return uses(self.program, label, through_clauses=True).relations

    def names(self, relation: str, column: str) -> tuple[str, ...]:
        """The names that are asked for in a column of a relation, in the vocabulary's order.

        Names that a clause asks for where other relations hand them on count as well. Where a
        clause takes any name, two others stand for all.
        """
        found = self.named_in(relation, column)
        if self.takes_any(relation, column):
            domain = SCHEMA[relation].columns[_place(relation, column)].domain or frozenset()
            found |= set(sorted(domain - found, key=_rank)[:OF_ANY_NAME])
        return tuple(sorted(found, key=_rank))

    def takes_any(self, relation: str, column: str) -> bool:
        """Whether a clause takes an entry whatever its name in a column is."""
        named = column in NAME_COLUMNS and self.named_in(relation, column)
        return not named and self._is_open(relation, column)

    def _is_open(self, relation: str, column: str) -> bool:
        """Whether a rule asks for entries of a relation without a name in a column."""
        place = _place(relation, column)
        return any(
            isinstance(atom.arguments[place], Variable)
            for rule in self.rules
            for atom, _ in rule.atoms()
            if atom.key == relation
        )

    def named_in(self, relation: str, column: str) -> frozenset[str]:
        """The names that clauses ask for by themselves in a column of a relation."""
        place = _place(relation, column)
        domain = SCHEMA[relation].columns[place].domain or frozenset()
        holds = handed_on(self.rules, relation, place)
        named = {
            atom.arguments[number]
            for rule in self.rules
            for atom, _ in rule.atoms()
            for number in range(len(atom.arguments))
            if (atom.key, number) in holds and isinstance(atom.arguments[number], str)
        }
        if column in NAME_COLUMNS and self._is_open(relation, column):
            named |= {
                name
                for label in self.leaves
                for name in uses(self.program, label, through_clauses=True).names.get(column, ())
            }
        return frozenset(name for name in domain if name in named)

    def is_first_alike(self, relation: str, column: str, name: str) -> bool:
        """Whether a name is the first of several that every rule treats alike."""
        alike = [
            other
            for other in self.names(relation, column)
            if self._rules_about(other) == self._rules_about(name)
        ]
        return len(alike) > 1 and alike[0] == name

    def _rules_about(self, name: str) -> frozenset[str]:
        """The rules that speak of a name, without the name."""
        if name not in self._about:
            self._about[name] = frozenset(
                str(rule).replace(f'"{name}"', "_")
                for rule in self.rules
                if any(
                    name in atom.arguments for atom in (rule.head, *(a for a, _ in rule.atoms()))
                )
            )
        return self._about[name]

    @cached_property
    def _about(self) -> dict[str, frozenset[str]]:
        return {}

    def named(self, relation: str) -> frozenset[str]:
        """The names by which clauses ask for entries of a relation."""
        return frozenset(
            term
            for rule in self.rules
            for atom in _positive(rule)
            if atom.key == relation
            for term in atom.arguments
            if isinstance(term, str)
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """The CPT codes that name the path's procedure."""
        return tuple(each.code for each in VOCABULARY.procedures[self.path.procedure].codes)

    @cached_property
    def asks_for_sides(self) -> bool:
        """Whether a clause asks on which side there is a service line, not only for its own."""
        return any(
            atom.key == "line" and isinstance(atom.arguments[0], str)
            for rule in self.rules
            for atom, _ in rule.atoms()
        )

    @cached_property
    def results(self) -> Mapping[tuple[str, str], int]:
        """What leaves ask for of studies, as (region, result), each with the number of the first
        leaf that does."""
        found: dict[tuple[str, str], int] = {}
        for number, label in enumerate(self.leaves):
            for each in uses(self.program, label).results:
                found.setdefault(each, number)
        return found

    def numbers(self, relation: str, column: str, names: tuple[str, ...] = ()) -> tuple[int, ...]:
        """The values of a measured column just below, at and just above each parameter that it is
        compared with, by leaves that ask for one of these names (by all without names)."""
        place = _place(relation, column)
        found: set[int] = set()
        for label in self.leaves:
            asked = uses(self.program, label, through_clauses=True).names.values()
            if names and not any(set(names) & set(each) for each in asked):
                continue
            for name in _compared(self._rules_of(label), relation, place):
                value = self.program.policy.parameter[name].value
                found |= {value - 1, value, value + 1}
        least, most = _bounds(relation, column)
        return tuple(sorted(value for value in found if least <= value <= most))

    def _rules_of(self, label: str) -> tuple[Rule, ...]:
        return cone(self.program, label, through_clauses=True)

    def parameters(self, relation: str, *units: str) -> Iterator[int]:
        """The values of the parameters in these units that clauses use beside a relation."""
        policy = self.program.policy
        for label in self.leaves:
            used = uses(self.program, label, through_clauses=True)
            if relation in used.relations:
                for name in used.parameters:
                    if policy.parameter[name].unit in units:
                        yield policy.parameter[name].value

    def days(self, relation: str) -> Mapping[str, date]:
        """The days on either side of each window that clauses look back through, and the day after
        receipt, each with what it is called."""
        found = {"after receipt": self.received + timedelta(days=1)}
        for months in sorted(self._windows(relation)):
            first = months_earlier(self.received, months)
            found[f"{months} months ago"] = first
            found[f"a day more than {months} months ago"] = first - timedelta(days=1)
        return found

    def _windows(self, relation: str) -> set[int]:
        """The periods in months through which clauses look back for entries of a relation.

        A rule that names entries of other relations only looks back for these.
        """
        months: set[int] = set()
        near = set(self.parameters(relation, "months"))
        for rule in self.rules:
            atoms = {atom.key for atom in _positive(rule)}
            entries = {key for key in atoms if key in SCHEMA and SCHEMA[key].kind is Kind.ENTRY}
            if "months_before" in atoms and (not entries or relation in entries):
                parameters = self.program.policy.parameter
                months |= {parameters[name].value for name, _ in _parameters(rule)} & near
        return months

    def lengths(self, relation: str) -> tuple[int, ...]:
        """The lengths in days of an episode just below and at each period that clauses ask for."""
        found = set(self.parameters(relation, "days"))
        for months in set(self.parameters(relation, "months")):
            found.add(shortest_period(months))
            for day in (self.received, *self.receipts):
                found.add((day - months_earlier(day, months)).days)
        found |= {self.last_part(relation, wanted) for wanted in self.wanted_lengths(relation)}
        return tuple(sorted({length - less for length in found for less in (0, 1)}))

    def wanted_lengths(self, relation: str) -> tuple[int, ...]:
        """The lengths in days that clauses want of episodes, of which several may make one up:
        those of months that some rule does not only look back through."""
        near = set(self.parameters(relation, "months"))
        parameters = self.program.policy.parameter
        wanted = {
            parameters[name].value
            for rule in self.rules
            if "months_before" not in {atom.key for atom in _positive(rule)}
            for name, _ in _parameters(rule)
            if parameters[name].unit == "months"
        }
        return tuple(sorted(map(shortest_period, wanted & near)))

    def last_part(self, relation: str, wanted: int) -> int:
        """The length in days of the last part of an episode of a wanted length that two make up:
        the shortest period that clauses ask for in days, or a half."""
        return min((*self.parameters(relation, "days"), wanted // 2))

    def how_many(self, relation: str) -> int:
        """How many entries of a relation without names are needed: as many as all counts want."""
        policy = self.program.policy
        by_key = rules_by_key(self.program)
        wanted: set[str] = set()
        for rule in self.rules:
            for literal in rule.body:
                if not isinstance(literal, Total) or literal.value is not None:
                    continue
                if _reaches(by_key, literal.atom.key, relation):
                    wanted |= {name for name, _ in _parameters(rule)}
        return sum(policy.parameter[name].value for name in wanted) or 1


_TABLES = (
    *(VOCABULARY.purposes, VOCABULARY.diagnoses, VOCABULARY.findings, VOCABULARY.measures),
    *(VOCABULARY.therapies, VOCABULARY.inability_reasons, VOCABULARY.injection_purposes),
    *(VOCABULARY.agents, VOCABULARY.regions, VOCABULARY.modalities, VOCABULARY.imaging_results),
)
_RANK = {name: n for n, name in enumerate(dict.fromkeys(n for t in _TABLES for n in t))}


_RANK_IN_TABLE = {name: n for table in _TABLES for n, name in enumerate(table)}


def _rank(name: str) -> tuple[int, str]:
    """The place of a name in the vocabulary."""
    return _RANK.get(name, len(_RANK)), name


def place_of(names: Iterable[str]) -> int:
    """A place for these names together, by which entries get days of their own."""
    return sum(_RANK_IN_TABLE.get(name, 0) * 3**place for place, name in enumerate(names))


def _place(relation: str, column: str) -> int:
    return [each.name for each in SCHEMA[relation].columns].index(column)


def _compared(rules: Iterable[Rule], relation: str, place: int) -> set[str]:
    """The parameters that the values of a column are compared with, also where other relations
    hand them on."""
    rules = tuple(rules)
    holds = handed_on(rules, relation, place)
    return {
        name
        for rule in rules
        for name, variable in _parameters(rule)
        for literal in rule.body
        if isinstance(literal, Comparison)
        and variable in (literal.left, literal.right)
        and _held(rule, holds) & {literal.left, literal.right}
    }


def handed_on(rules: Sequence[Rule], relation: str, place: int) -> frozenset[tuple[str, int]]:
    """The columns that hold values of a column, its own and those of relations that hand them on,
    each as a relation and a place in it."""
    holds: frozenset[tuple[str, int]] = frozenset()
    more = frozenset({(relation, place)})
    while more - holds:
        holds |= more
        more = frozenset(column for rule in rules for column in _handed_on_by(rule, holds))
    return holds


def _handed_on_by(rule: Rule, holds: Collection[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """The columns of the rule's head that take their values from such columns."""
    held = _held(rule, holds)
    for number, term in enumerate(rule.head.arguments):
        if term in held:
            yield rule.head.key, number


def _held(rule: Rule, holds: Collection[tuple[str, int]]) -> set[Term]:
    """The variables of a rule that take their values from such columns."""
    return {
        term
        for atom in _positive(rule)
        for number, term in enumerate(atom.arguments)
        if (atom.key, number) in holds and isinstance(term, Variable)
    }


def _positive(rule: Rule) -> Iterator[Atom]:
    return (literal for literal in rule.body if isinstance(literal, Atom))


def _parameters(rule: Rule) -> Iterator[tuple[str, Term]]:
    """The parameters that a rule asks for, each with the term that holds its value."""
    for atom in _positive(rule):
        if atom.key == "parameter":
            yield str(atom.arguments[0]), atom.arguments[1]


def _bounds(relation: str, column: str) -> tuple[int, int]:
    found = SCHEMA[relation].column(column)
    if found.least is not None and found.most is not None:
        return found.least, found.most
    measures = VOCABULARY.measures.values()
    if relation == "measurement" and measures:
        return min(each.least for each in measures), max(each.most for each in measures)
    return 0, 1000


def _reaches(by_key: Mapping[str, Iterable[Rule]], key: str, relation: str) -> bool:
    """Whether a relation rests on another one."""
    seen: set[str] = set()
    waiting = [key]
    while waiting:
        current = waiting.pop()
        if current == relation:
            return True
        if current not in seen:
            seen.add(current)
            waiting += [atom.key for rule in by_key.get(current, ()) for atom, _ in rule.atoms()]
    return False


def entry_relations(asked: Asked) -> tuple[str, ...]:
    """The relations of entries that are asked for, in the schema's order."""
    return tuple(
        name
        for name, schema in SCHEMA.items()
        if schema.kind is Kind.ENTRY and name in asked.relations
    )


def column_names(relation: str, kind: Type) -> tuple[str, ...]:
    """The columns of a relation that hold values of a type."""
    return tuple(each.name for each in SCHEMA[relation].columns if each.type is kind)
