"""The loaded rules as SQL, for questions about many cases at once.

The translator knows rules, literals and choices, and nothing of any policy. Every relation of
facts is a table with the number of its case in column ``c``. Rules that join entries become tables,
in the order of their dependencies. Rules that only combine what is true of a whole line or case
(gates, statuses, determinations: most of a policy) become columns of one wide table: what they use
is gathered as bits, and each is a boolean expression over the columns before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from clausewise.facts.columns import Column, Kind, Type
from clausewise.facts.relations.from_case import MAY_BE_ANCHORS
from clausewise.facts.schema import SCHEMA
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.language.choices import Choices
from clausewise.logic.language.column_types import ColumnTypes, column_types
from clausewise.logic.language.criteria import conflicting, met, not_met
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Literal,
    Negation,
    Rule,
    Term,
    Total,
    atoms_of,
)
from clausewise.logic.language.status import DERIVED, Status
from clausewise.logic.program.program import Program
from clausewise.logic.sql.bits import Shape, gathered, words_of
from clausewise.logic.sql.columns import LineColumns, constants_of, line_of
from clausewise.logic.sql.query import (
    SYMBOLS,
    Queries,
    Query,
    TranslationError,
    all_lines,
    column_type,
    quoted,
    table_of,
)
from clausewise.logic.sql.rewrite import rules_for_sql

_ENTRIES = (Type.ENTRY, Type.REFERENCE)
STATUS_TYPE, DETERMINATION_TYPE = "status", "outcome"
RESULT_TYPES = tuple(
    f"CREATE TYPE {name} AS ENUM ({', '.join(map(quoted, values))})"
    for name, values in (
        (STATUS_TYPE, Status),
        (DETERMINATION_TYPE, Determination),
    )
)
"""The statements that make the types of the results, which need a byte each."""
POSSIBLE_ANCHORS = " UNION ".join(f'SELECT "day" FROM {name}' for name in MAY_BE_ANCHORS)
"""The days that the calendar has to count back from."""


@dataclass(frozen=True)
class Script:
    """The statements that decide all cases of the fact tables, in order.

    The last one makes the table ``determinations``: one row a line, with ``c``, ``line``,
    ``determination`` and for each label of ``labels`` a column with its status, also of the clauses
    that are on another path.
    """

    statements: tuple[str, ...]
    labels: tuple[str, ...]


def script(program: Program, choices: Choices, *, own_numbers: bool = False) -> Script:
    """The policy under these choices as SQL statements.

    ``own_numbers`` says that no two cases have an entry of the same number; they are faster then.
    """
    rules = rules_for_sql(written_rules(program), choices, program.goals)
    return Translator(program, rules, own_numbers=own_numbers).script()


def written_rules(program: Program) -> list[Rule]:
    """The rules of a program, those that others ask for before them."""
    return [plan.rule for key in program.plan.order for plan in program.plan.plans[key]]


class Translator:
    """Rules, as ``rules_for_sql`` gives them, on their way to SQL."""

    def __init__(self, program: Program, rules: Sequence[Rule], *, own_numbers: bool) -> None:
        self.program = program
        policy = program.policy
        self.without_case = {
            name
            for name, schema in SCHEMA.items()
            if schema.kind in (Kind.CALENDAR, Kind.CHOICE, Kind.POLICY)
        }
        self.constants: dict[str, list[tuple[str | int, ...]]] = {}
        for name, row in policy.static_facts:
            self.constants.setdefault(name, []).append(row)
        asked = {
            atom.key for rule in rules for atom, _ in rule.atoms() if not atom.relation.is_input
        }
        left = {rule.head.key for rule in rules}
        # What is counted although no rule for it is left has no rows.
        self.rules: dict[str, list[Rule]] = {key: [] for key in sorted(asked - left)}
        for rule in rules:
            self.rules.setdefault(rule.head.key, []).append(rule)
        types = column_types(rules, self.rules)
        self.types = ColumnTypes({**program.plan.columns, **types.columns}, ())
        self.counted = {
            literal.atom.key
            for rules in self.rules.values()
            for rule in rules
            for literal in rule.body
            if isinstance(literal, Total)
        }
        self.whole = LineColumns(self.rules, {*self.without_case, *self.constants})
        self.queries = Queries(
            self.types, self.without_case, self.whole.rows, own_numbers=own_numbers
        )
        self.statements: list[str] = []
        self.bits: dict[str, str] = {}

    # --- the script ---------------------------------------------------------------------------

    def script(self) -> Script:
        source = self.lines()
        labels = tuple(
            label
            for label, clause in self.program.policy.clauses.items()
            if f"met[{label}]" in self.program.plan.plans and clause.kind != "definition"
        )
        outcome = " ".join(
            f"WHEN {column_name('determination', row)} THEN {_typed(row[0], DETERMINATION_TYPE)}"
            for row in self.whole.rows["determination"]
        )
        statuses = ", ".join(
            "CASE "
            + " ".join(
                f"WHEN {self._status(each, label)} THEN {_typed(each, STATUS_TYPE)}"
                for each in DERIVED
            )
            + f" ELSE {_typed(Status.UNDOCUMENTED, STATUS_TYPE)} END AS {table_of(label)}"
            for label in labels
        )
        self.statements.append(
            f"CREATE TABLE determinations AS SELECT c, line, CASE {outcome} END AS determination, "
            f"{statuses} FROM {source}"
        )
        return Script(tuple(self.statements), labels)

    def lines(self) -> str:
        """Make the tables of relations; gives a query for what holds of whole lines, as columns."""
        for name, rows in self.constants.items():
            self.constant_table(name, rows)
        whole: list[str] = []
        for key, rules in self.rules.items():
            if key in self.whole.rows:
                whole.append(key)
            else:
                self.table(key, rules)
        source = f"(SELECT {', '.join(('c', 'line', *self._gather(whole)))} FROM gathered)"
        for columns in self._levels(whole):
            source = f"(SELECT *, {', '.join(columns)} FROM {source})"
        return source

    def _status(self, status: str, label: str) -> str:
        """Whether a clause has a status, as a column or a bit."""
        key = f"{status}[{label}]"
        if key in self.whole.rows:
            return column_name(key, ())
        rules = self.rules.get(key)
        return self._column(rules[0].head) if rules else "FALSE"

    def _levels(self, whole: Iterable[str]) -> list[list[str]]:
        """The columns, each with its expression, in steps: one uses only columns of steps before.

        Each step is a query over the one before. In one query DuckDB would put the expression of a
        column in wherever it is used, and again in those that use these.
        """
        level: dict[str, int] = {}
        steps: dict[int, list[str]] = {}
        for key in whole:
            used = [
                level[atom.key]
                for rule in self.rules[key]
                for atom, _ in atoms_of(self.whole.parts(rule)[1])
                if atom.key in level
            ]
            level[key] = max(used, default=-1) + 1
            for row in self.whole.rows[key]:
                alternatives = [
                    self._expression(rule)
                    for rule in self.rules[key]
                    if constants_of(rule.head) == row
                ]
                steps.setdefault(level[key], []).append(
                    f"({' OR '.join(alternatives)}) AS {column_name(key, row)}"
                )
        return [steps[number] for number in sorted(steps)]

    def constant_table(self, name: str, rows: list[tuple[str | int, ...]]) -> None:
        values = ", ".join(f"({', '.join(quoted(each) for each in row)})" for row in rows)
        names = ", ".join(f'"{column.name}"' for column in SCHEMA[name].columns)
        self.statements.append(
            f"CREATE TABLE {table_of(name)} AS SELECT * FROM (VALUES {values}) AS t({names})"
        )

    def table(self, key: str, rules: list[Rule]) -> None:
        """A relation that joins entries, as a table; of distinct rows where they are counted."""
        columns = self.types.columns[key]
        if not rules:
            wanted = ", ".join(
                f'CAST(NULL AS {column_type(each)}) AS "{each.name}"' for each in columns
            )
            own = "CAST(NULL AS INTEGER) AS c" + (f", {wanted}" if wanted else "")
            self.statements.append(f"CREATE TABLE {table_of(key)} AS SELECT {own} WHERE FALSE")
            return
        static = self.is_static(key, rules)
        selects = [self._select(rule, columns, static=static) for rule in rules]
        body = "\nUNION ALL ".join(selects)
        if key in self.counted or not any(each.type in _ENTRIES for each in columns):
            # Elsewhere a row that stands twice says nothing more, and entries are too many rows
            # to look for them.
            body = f"SELECT DISTINCT * FROM ({body})"
        self.statements.append(f"CREATE TABLE {table_of(key)} AS {body}")

    def is_static(self, key: str, rules: Iterable[Rule]) -> bool:
        """Whether rules ask for nothing of a case, so that their relation is of no case."""
        static = bool(self.types.columns[key]) and all(
            atom.key in self.without_case for rule in rules for atom, _ in rule.atoms()
        )
        if static:
            self.without_case.add(key)
        return static

    def _select(self, rule: Rule, columns: Iterable[Column], *, static: bool) -> str:
        return self.select(self.queries.of_rule(rule, static=static), rule, columns, static=static)

    def select(
        self,
        query: Query,
        rule: Rule,
        columns: Iterable[Column],
        *further: str,
        static: bool,
    ) -> str:
        """The rows that a rule derives, with further expressions."""
        for term, column in zip(rule.head.arguments, columns, strict=True):
            if column.type is Type.ENTRY and not self.queries.is_entry(query, term):
                raise TranslationError(f"{rule.identifier} makes an entry of what is none")
        wanted = [
            f'CAST({self.queries.term(query, term)} AS {column_type(column)}) AS "{column.name}"'
            for term, column in zip(rule.head.arguments, columns, strict=True)
        ]
        case = [] if static else [f"{query.case} AS c"]
        tables = f" FROM {query.source()}" if query.tables else ""
        conditions = [
            *query.conditions,
            *(f"{place} = {value}" for place, value in query.constants),
        ]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {', '.join((*case, *wanted, *further))}{tables}{where}"

    # --- columns ------------------------------------------------------------------------------

    def _gather(self, whole: Iterable[str]) -> list[str]:
        """Make the table ``gathered``: for each line the atoms that columns are made of, as bits.

        Gives an expression for the column of each of them.
        """
        atoms = self.gathered_atoms(whole)
        for key, rules in self.rules.items():
            if rules and _is_status(rules[0]) and key not in self.whole.rows:
                atoms.setdefault(atom_identity(rules[0].head), rules[0].head)
        self.bits = {name: f"b{number}" for number, name in enumerate(atoms)}
        shapes: dict[tuple[object, ...], Shape] = {}
        lines = all_lines()
        conditions: dict[str, str] = {}
        for name, what in atoms.items():
            if isinstance(what, Rule) and _is_of_line(what):
                conditions[self.bits[name]] = self.queries.over_line(lines, what)
                continue
            query, line = self.found_by(what)
            places = tuple(place for place, _ in query.constants)
            values = tuple(value for _, value in query.constants)
            parts = (query.case, line, query.source(), tuple(query.conditions), places)
            shape = shapes.setdefault(parts, Shape(*parts))
            shape.found.setdefault(values, []).append(self.bits[name])
        words = words_of(shapes.values())
        self.statements.append(f"CREATE TABLE gathered AS {gathered(words, lines, conditions)}")
        return [*conditions, *(column for word in words for column in word.columns())]

    def gathered_atoms(self, whole: Iterable[str]) -> dict[str, Atom | Rule]:
        """What the columns are made of, by what tells it from others: atoms of other relations,
        and what rules join."""
        atoms: dict[str, Atom | Rule] = {}
        for key in whole:
            for rule in self.rules[key]:
                joined, columns = self.whole.parts(rule)
                if joined:
                    atoms.setdefault(rule_identity(rule, joined), replace(rule, body=joined))
                for literal in columns:
                    atom = literal.atom if isinstance(literal, Negation) else literal
                    if isinstance(atom, Atom) and atom.key not in (*self.whole.rows, "line"):
                        atoms.setdefault(atom_identity(atom), atom)
        return atoms

    def found_by(self, what: Atom | Rule) -> tuple[Query, str]:
        """The query that finds where an atom or a rule holds, with its expression for the line."""
        if isinstance(what, Atom):
            query = Query()
            self.queries.join(query, what)
            line = line_of(what)
        else:
            # Rules that differ in constants alone are then found by one query. Each by its own
            # would find the same, more slowly.
            query = self.queries.of_rule(what, alike=True)
            line = line_of(what.head)
        # What joins may say nothing of the line; then it holds for all lines of the case.
        return query, query.known.get(line, "") if line else ""

    def _expression(self, rule: Rule) -> str:
        """A rule as a boolean expression over columns and the bit of what it joins."""
        joined, columns = self.whole.parts(rule)
        counted = Query()
        parts = [self.bits[rule_identity(rule, joined)]] if joined else []
        for literal in columns:
            if isinstance(literal, Total):
                rows = self.whole.rows[literal.atom.key]
                each = [f"CAST({column_name(literal.atom.key, row)} AS INTEGER)" for row in rows]
                counted.known[literal.result.name] = f"({' + '.join(each)})"
            elif isinstance(literal, Comparison):
                symbol = SYMBOLS.get(literal.symbol, literal.symbol)
                left = self.queries.term(counted, literal.left)
                right = self.queries.term(counted, literal.right)
                parts.append(f"{left} {symbol} {right}")
            elif isinstance(literal, Negation):
                parts.append(f"NOT {self._column(literal.atom)}")
            elif literal.key != "line":
                parts.append(self._column(literal))
        return " AND ".join(parts) or "TRUE"

    def _column(self, atom: Atom) -> str:
        if atom.key in self.whole.rows:
            row = constants_of(atom)
            return column_name(atom.key, row) if row in self.whole.rows[atom.key] else "FALSE"
        return self.bits[atom_identity(atom)]


def _is_of_line(rule: Rule) -> bool:
    """Whether a rule asks for nothing but its own line, and what totals of it come to."""
    line = line_of(rule.head)
    return all(
        isinstance(each, Total | Comparison)
        or (isinstance(each, Atom) and each.key == "line" and line == line_of(each))
        for each in rule.body
    )


def _typed(value: Term, kind: str) -> str:
    return f"CAST({quoted(value)} AS {kind})"


def rule_identity(rule: Rule, literals: Iterable[Literal]) -> str:
    """What tells literals that join from others: themselves, and which variable is the line."""
    return f"{line_of(rule.head)}: {' & '.join(str(literal) for literal in literals)}"


def atom_identity(atom: Atom) -> str:
    return f"{atom.key}({', '.join(str(term) for term in constants_of(atom))})"


def _is_status(rule: Rule) -> bool:
    return rule.head.relation in (met, not_met, conflicting)


def column_name(key: str, row: Iterable[Term]) -> str:
    """The name of the column for a row of a relation, quoted."""
    return table_of(" ".join((key, *(str(term) for term in row))))
