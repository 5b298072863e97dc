"""The rules as SQL under every combination of readings at once, up to the columns of a line.

Each row of a relation that depends on readings carries a number, ``held``: the node of a decision
diagram (``logic.readings.decision_diagram``) for the combinations under which it holds. SQL joins
the rows and collects, for each row that a rule derives, the nodes it depends on; what these come to
is worked out once for every distinct formula, between two statements. The relations of whole lines,
gates and determinations, are left to ``logic.readings``: they are evaluated once for every distinct
``vector`` of what a line's columns are made of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from clausewise.logic.derivation.model import DerivationPlan
from clausewise.logic.language.choices import Choices
from clausewise.logic.language.literals import map_terms, positive_atoms, putting_in
from clausewise.logic.language.policy import Policy
from clausewise.logic.language.rules import Atom, Literal, Negation, Relation, Rule, Total, Variable
from clausewise.logic.program.program import Program
from clausewise.logic.readings.decision_diagram import ALL, NONE, Diagrams
from clausewise.logic.readings.many_lines import LINE
from clausewise.logic.sql.columns import line_of
from clausewise.logic.sql.query import (
    Queries,
    Query,
    table_of,
)
from clausewise.logic.sql.rewrite import rules_for_sql
from clausewise.logic.sql.translate import (
    Translator,
    atom_identity,
    rule_identity,
    written_rules,
)

READING = "reading"
FORMULAS, ANSWERS = '"the formulas"', '"the answers"'
"""The tables in between: rows with the formula of each, and what each distinct formula comes to."""
TOLD, VECTORS = '"the told"', '"the vectors"'
"""What is told of each line, a row each and all together. No relation has a blank in its name."""
ATOM_BITS = 32
"""A vector has a number for each atom: the atom's own, and in so many bits below it the node."""
_ALWAYS = "CAST(NULL AS INTEGER[])"


@dataclass(frozen=True)
class Formulas:
    """Between two statements: the distinct formulas in ``FORMULAS`` have to get their answers.

    A formula is a list of lists of nodes: one of the lists has to hold, all nodes of it, those
    below 0 not. For ``totals`` it is a list of pairs (what a row adds, its node), and the answers
    are the totals, each with its node.
    """

    totals: bool = False


@dataclass(frozen=True)
class ConditionalScript:
    """The steps that make the table ``VECTORS`` (c, line, vector), and the rules that a vector
    decides by. ``atoms`` are the relations of these rules that the numbers in a vector stand for.
    """

    steps: tuple[str | Formulas, ...]
    rules: DerivationPlan
    atoms: tuple[str, ...]


def conditional_script(
    program: Program, parameters: Mapping[str, int], diagrams: Diagrams, *, own_numbers: bool
) -> ConditionalScript:
    """The determination under these parameters and every combination of readings."""
    written = with_each_reading(written_rules(program), program.policy)
    rules = rules_for_sql(written, Choices(parameters, {}), ["determination"])
    return _ConditionalTranslator(
        program, rules, diagrams, own_numbers=own_numbers
    ).conditional_script()


def with_each_reading(rules: Iterable[Rule], policy: Policy) -> Iterator[Rule]:
    """The rules, each that asks for the value of a reading in one copy for each value."""
    for rule in rules:
        asked = {
            term.name: policy.reading[str(name)].choices
            for each in positive_atoms(rule.body)
            if each.key == READING
            for name, term in [each.terms]
            if isinstance(term, Variable)
        }
        for values in product(*asked.values()):
            put_in = putting_in(dict(zip(asked, values, strict=True)))
            body = tuple(map_terms(each, put_in) for each in rule.body) if asked else rule.body
            yield replace(rule, identifier=" ".join((rule.identifier, *values)), body=body)


class _ConditionalQueries(Queries):
    """Queries whose rows carry nodes; ``conditional`` names the relations that have them."""

    conditional: Collection[str] = ()
    totals: Mapping[tuple[object, ...], str] = {}

    def join(self, query: Query, atom: Atom) -> None:
        alias = f"t{len(query.tables)}"
        super().join(query, atom)
        if atom.key in self.conditional:
            query.nodes.append(f"{alias}.held")

    def without(self, query: Query, atom: Atom, *, alike: bool) -> None:
        if atom.key not in self.conditional:
            super().without(query, atom, alike=alike)
            return
        alias = f"a{len(query.beside)}"
        on = " AND ".join(self.fitting(query, atom, alias, alike=alike)) or "TRUE"
        query.beside.append(f"LEFT JOIN {table_of(atom.key)} AS {alias} ON {on}")
        query.conditions.append(f"({alias}.held IS NULL OR {alias}.held <> {ALL})")
        query.nodes.append(f"-coalesce({alias}.held, {NONE})")

    def total(self, query: Query, wanted: Total) -> None:
        if wanted.atom.key not in self.conditional:
            super().total(query, wanted)
            return
        groups, added = self.groups(query, wanted)
        places = tuple(place for place, _ in groups.columns)
        table = self.totals[groups.table, groups.conditions, places, added]
        alias = f"a{len(query.beside)}"
        on = " AND ".join(
            f"{alias}.k{number} = {value}" for number, (_, value) in enumerate(groups.columns)
        )
        query.beside.append(f"LEFT JOIN {table_of(table)} AS {alias} ON {on}")
        query.nodes.append(f"coalesce({alias}.held, {ALL})")
        query.known[wanted.result.name] = f"coalesce({alias}.amount, 0)"


class _Totals(dict[tuple[object, ...], str]):
    """The tables of totals by what they are of; one that is missing is made by further steps."""

    def __init__(self, steps: list[str | Formulas]) -> None:
        super().__init__()
        self._steps = steps

    def __missing__(self, wanted: tuple[object, ...]) -> str:
        table, conditions, places, added = wanted
        assert isinstance(conditions, tuple)
        assert isinstance(places, tuple)
        name = self[wanted] = f"total {len(self)}"
        keys = [f"k{number}" for number in range(len(places))]
        picked = ", ".join(f"{place} AS {key}" for place, key in zip(places, keys, strict=True))
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        self._steps += [
            f"CREATE OR REPLACE TABLE {FORMULAS} AS SELECT {picked}, "
            f"list_sort(list([CAST({added or 1} AS INTEGER), n.held])) AS formula "
            f"FROM {table} AS n{where} GROUP BY {', '.join(places)}",
            Formulas(totals=True),
            f"CREATE TABLE {table_of(name)} AS SELECT {', '.join(keys)}, amount, held "
            f"FROM {FORMULAS} JOIN {ANSWERS} USING (formula)",
        ]
        return name


class _ConditionalTranslator(Translator):
    def __init__(
        self, program: Program, rules: Iterable[Rule], diagrams: Diagrams, *, own_numbers: bool
    ) -> None:
        self._diagrams = diagrams
        self._asked: dict[str, list[Literal]] = {}
        """The readings that each rule asks for, which are no tables."""
        bare = [self._without_readings(rule) for rule in rules]
        super().__init__(program, bare, own_numbers=own_numbers)
        self._conditional = self._depending(bare)
        self._steps: list[str | Formulas] = []
        self.queries = _ConditionalQueries(
            self.types, self.without_case, self.whole.rows, own_numbers=own_numbers
        )
        self._totals = _Totals(self._steps)
        self.queries.conditional = self._conditional
        self.queries.totals = self._totals

    def _without_readings(self, rule: Rule) -> Rule:
        asked = [each for each in rule.body if _is_reading(each)]
        self._asked[rule.identifier] = asked
        return replace(rule, body=tuple(each for each in rule.body if each not in asked))

    def _depending(self, rules: Iterable[Rule]) -> set[str]:
        """The relations whose rows depend on readings; rules come after those they ask for."""
        found: set[str] = set()
        for rule in rules:
            if self._asked[rule.identifier] or any(each.key in found for each, _ in rule.atoms()):
                found.add(rule.head.key)
        return found

    def conditional_script(self) -> ConditionalScript:
        for name, rows in self.constants.items():
            self.constant_table(name, rows)
        whole = [key for key in self.rules if key in self.whole.rows]
        own = [key for key in self.rules if key not in self.whole.rows]
        last = {asked: key for key in own for asked in self._asked_by(key)}
        last.update((asked, "") for key in whole for asked in self._asked_by(key))
        for key in own:
            if key in self._conditional:
                self._conditional_table(key, self.rules[key])
            else:
                self.table(key, self.rules[key])
            self._steps += self.statements
            self.statements.clear()
            self._drop(each for each in (*self.constants, *own) if last.get(each) == key)
        atoms = self.gathered_atoms(whole)
        names = {name: f"told {number}" for number, name in enumerate(atoms)}
        self._collect(atoms)
        self._drop(each for each in (*self.constants, *own) if not last.get(each))
        self._vectors()
        rules = [self._of_line(rule, names) for key in whole for rule in self.rules[key]]
        plan = DerivationPlan(rules, ["determination"])
        return ConditionalScript(tuple(self._steps), plan, tuple(names.values()))

    def _asked_by(self, key: str) -> set[str]:
        """The relations that the rules of a relation ask for."""
        return {atom.key for rule in self.rules[key] for atom, _ in rule.atoms()}

    def _drop(self, keys: Iterable[str]) -> None:
        """Drop tables that no later step asks for, each with its totals: it is what all of them
        together need that bounds how many cases fit into memory."""
        for table in map(table_of, keys):
            totals = [name for (of, *_), name in self._totals.items() if of == table]
            self._steps += [f"DROP TABLE {each}" for each in (table, *map(table_of, totals))]

    def _conditional_table(self, key: str, rules: list[Rule]) -> None:
        columns = self.types.columns[key]
        static = self.is_static(key, rules)
        selects = []
        for rule in rules:
            query = self.queries.of_rule(rule, static=static)
            query.nodes += [str(self._node(each)) for each in self._asked[rule.identifier]]
            selects.append(self.select(query, rule, columns, _nodes(query), static=static))
        keys = [] if static else ["c"]
        keys += [f'"{column.name}"' for column in columns]
        self._resolve(table_of(key), keys, selects)

    def _resolve(self, table: str, keys: list[str], selects: list[str]) -> None:
        """Make a table of the distinct rows of some queries, each with its node."""
        picked = ", ".join(keys)
        self._steps += [
            f"CREATE OR REPLACE TABLE {FORMULAS} AS SELECT {picked}, "
            "CASE WHEN count(*) > count(nodes) THEN NULL "
            "ELSE list_sort(list_distinct(list(nodes) FILTER (nodes IS NOT NULL))) END AS formula "
            f"FROM ({' UNION ALL '.join(selects)}) GROUP BY {picked}",
            Formulas(),
            f"CREATE TABLE {table} AS SELECT {picked}, coalesce(held, {ALL}) AS held "
            f"FROM {FORMULAS} LEFT JOIN {ANSWERS} USING (formula) "
            f"WHERE coalesce(held, {ALL}) <> {NONE}",
        ]

    def _node(self, literal: Literal) -> int:
        """The combinations under which a reading is as a literal asks."""
        atom = literal.atom if isinstance(literal, Negation) else literal
        assert isinstance(atom, Atom)
        node = self._diagrams.where(*map(str, atom.terms))
        return self._diagrams.without(node) if isinstance(literal, Negation) else node

    def _collect(self, atoms: Mapping[str, Atom | Rule]) -> None:
        """Make the table ``TOLD`` of what the columns of each line are made of."""
        alike: dict[tuple[object, ...], tuple[Query, str, list[str]]] = {}
        for number, what in enumerate(atoms.values()):
            query, line = self.found_by(what)
            places = tuple(place for place, _ in query.constants)
            parts = (query.case, line, query.source(), *query.conditions, *query.nodes, places)
            values = ", ".join((*(value for _, value in query.constants), str(number)))
            alike.setdefault(parts, (query, line, []))[2].append(f"({values})")
        selects = []
        for query, line, rows in alike.values():
            held = [place for place, _ in query.constants]
            names = ", ".join((*(f"v{number}" for number in range(len(held))), "atom"))
            where = " AND ".join(
                (*query.conditions, *(f"{each} = k.v{n}" for n, each in enumerate(held)))
            )
            selects.append(
                f'SELECT {query.case} AS c, {line or "NULL"} AS "line", k.atom AS atom, '
                f"{_nodes(query)} FROM {query.source()}, (VALUES {', '.join(rows)}) AS k({names}) "
                f"WHERE {where or 'TRUE'}"
            )
        self._resolve(TOLD, ["c", '"line"', "atom"], selects)

    def _vectors(self) -> None:
        """Make the table ``VECTORS`` of what is told of each line."""
        self._steps += [
            f'CREATE TABLE {VECTORS} AS SELECT l.c, l."line", '
            f"list_sort(list((CAST(t.atom AS BIGINT) << {ATOM_BITS}) | t.held) "
            f"FILTER (t.held IS NOT NULL)) AS vector FROM line AS l LEFT JOIN {TOLD} AS t "
            'ON t.c = l.c AND (t."line" IS NULL OR t."line" = l."line") GROUP BY l.c, l."line"',
            f"DROP TABLE {TOLD}",
        ]

    def _of_line(self, rule: Rule, names: Mapping[str, str]) -> Rule:
        """A rule for a column, with relations of the line alone for all that it joins."""
        joined, columns = self.whole.parts(rule)
        line = Variable(line_of(rule.head) or LINE)
        body = list(self._asked[rule.identifier])
        if joined:
            body.append(_told(names[rule_identity(rule, joined)])(line))
        for literal in columns:
            atom = literal.atom if isinstance(literal, Negation) else literal
            if isinstance(atom, Atom) and atom.key not in (*self.whole.rows, "line"):
                told = _told(names[atom_identity(atom)])(line)
                literal = ~told if isinstance(literal, Negation) else told
            body.append(literal)
        return replace(rule, body=tuple(body))


def _told(name: str) -> Relation:
    """The relation of what is told of a line."""
    return Relation(name, ("line",), "it holds for the line", is_input=True)


def _is_reading(literal: Literal) -> bool:
    atom = literal.atom if isinstance(literal, Negation) else literal
    return isinstance(atom, Atom) and atom.key == READING


def _nodes(query: Query) -> str:
    """The nodes that a row of a query depends on; NULL when it holds always, as most rows do."""
    if not query.nodes:
        return f"{_ALWAYS} AS nodes"
    always = " AND ".join(f"{each} IN ({ALL}, {NONE})" for each in query.nodes)
    return f"CASE WHEN {always} THEN NULL ELSE [{', '.join(query.nodes)}] END AS nodes"
