"""The relations that a query can ask for: facts of a case, what rules derive, and definitions.

Besides the relations of the rules there are ``undocumented``, which holds where a clause has no
other status, and the definitions and named queries that a policy gives in its ``queries.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from clausewise.facts.columns import Column, Kind, Type
from clausewise.facts.schema import SCHEMA
from clausewise.logic.language.column_types import ColumnTypes
from clausewise.logic.language.criteria import L, conflicting, met, not_met
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.input_relations import INPUT_RELATIONS, line
from clausewise.logic.language.notation import relation
from clausewise.logic.language.rules import Relation, Rule
from clausewise.logic.program.program import Program

UNDOCUMENTED = relation(
    "undocumented", "line clause", "nothing decides the clause either way", by_clause=1
)
FACTS, RULES, QUERIES = "facts", "rules", "queries"
"""Where a relation comes from: the case, the rules of the policy, or definitions for queries."""
_BY_RULES_ONLY = (Kind.CALENDAR,)
"""Relations that hold what rules happen to need, and so cannot be asked."""


_COMMON = {column.name: column for column in SCHEMA["line"].columns + SCHEMA["entry_date"].columns}
"""What the columns of definitions hold that are called line, entry or day."""


@dataclass(frozen=True, slots=True)
class KnownRelation:
    """A relation of the dictionary: its columns with their types, and what a row says."""

    relation: Relation
    columns: tuple[Column, ...]
    source: str

    @property
    def name(self) -> str:
        return self.relation.name

    @property
    def sentence(self) -> str:
        """What a row says."""
        return self.relation.meaning


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query of the policy by its name; several texts are alternatives."""

    name: str
    meaning: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A relation that is defined for queries; ``texts`` are its rules, ``head <= body``."""

    relation: Relation
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Dictionary:
    """All that can be asked about cases under one policy."""

    program: Program
    entries: Mapping[str, KnownRelation]
    definitions: Mapping[str, Definition]
    queries: Mapping[str, NamedQuery]

    def columns(self, name: str, label: str | None) -> tuple[Column, ...]:
        """The columns of an atom's arguments, for one clause label where there is one."""
        entry = self.entries[name]
        key = name if label is None else f"{name}[{label}]"
        known = self.program.plan.columns.get(key)
        if known is not None:
            return known
        place = entry.relation.by_clause
        return tuple(column for number, column in enumerate(entry.columns) if number != place)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the clauses that have a status."""
        return tuple(
            label
            for label in self.program.policy.clauses
            if f"met[{label}]" in self.program.plan.plans
        )


@cache
def dictionary_of(program: Program) -> Dictionary:
    """The dictionary of a program; raises PolicyError when its named queries are no such file."""
    entries = {each.name: each for each in _of_facts()}
    for each in _of_rules(program):
        entries.setdefault(each.name, each)
    labels = frozenset(program.policy.clauses)
    entries[UNDOCUMENTED.name] = KnownRelation(
        UNDOCUMENTED,
        (SCHEMA["line"].columns[0], Column("clause", Type.NAME, labels)),
        QUERIES,
    )
    definitions, queries = _named(program.policy.queries)
    for name, definition in definitions.items():
        if name in entries:
            raise PolicyError(f"queries: {name} is a relation already")
        columns = tuple(_COMMON.get(each, _unknown(each)) for each in definition.relation.columns)
        entries[name] = KnownRelation(definition.relation, columns, QUERIES)
    return Dictionary(program, entries, definitions, queries)


def _unknown(name: str) -> Column:
    return Column(name, Type.UNKNOWN)


def _of_facts() -> Iterator[KnownRelation]:
    for name, schema in SCHEMA.items():
        if schema.kind not in _BY_RULES_ONLY:
            yield KnownRelation(INPUT_RELATIONS[name], schema.columns, FACTS)


def _of_rules(program: Program) -> Iterator[KnownRelation]:
    """Each derived relation once; of a family, what the columns hold for any of its clauses."""
    labels = frozenset(program.policy.clauses)
    types = ColumnTypes(program.plan.columns, ())
    for rule in program.rules:
        columns = list(types.of_atom(rule.head))
        place = rule.head.relation.by_clause
        if place is not None:
            columns.insert(place, Column(rule.head.relation.columns[place], Type.NAME, labels))
        yield KnownRelation(rule.head.relation, tuple(columns), RULES)


def _named(text: str) -> tuple[dict[str, Definition], dict[str, NamedQuery]]:
    """The definitions and the named queries in the text of a ``queries.toml``."""
    data = tomllib.loads(text)
    definitions = {
        name: Definition(relation(name, given["columns"], given["meaning"]), tuple(given["rules"]))
        for name, given in data.get("relations", {}).items()
    }
    queries = {
        name: NamedQuery(name, given["meaning"], tuple(given["queries"]))
        for name, given in data.get("queries", {}).items()
    }
    return definitions, queries


def undocumented_rule(label: str) -> Rule:
    """The rule that says when a clause is undocumented."""
    head = UNDOCUMENTED(L, label)
    body = (line(L), ~met(L, label), ~not_met(L, label), ~conflicting(L, label))
    return Rule(f"undocumented {label}", label, head, body)
