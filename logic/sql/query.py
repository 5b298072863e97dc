"""One rule as SQL: the tables it joins, its conditions, and an expression for each variable.

The parts are kept apart, so that a query can be written out as a table of its own or put together
with others that are alike.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from clausewise.facts.columns import Column, Type
from clausewise.facts.errors import ClausewiseError
from clausewise.logic.language.column_types import ColumnTypes
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Expression,
    Negation,
    Rule,
    Term,
    Total,
    Variable,
)

NAME_TYPE = "name"
"""The type of names: an enumeration of all that facts and rules can hold, kept as small numbers."""
NUMBER_TYPE = "DECIMAL(38, 30)"
"""Measured values keep every digit that a case file may have: 49.9999999 stays under 50."""

_SQL_TYPES = {
    Type.LINE: NAME_TYPE,
    Type.NAME: NAME_TYPE,
    Type.ENTRY: "BIGINT",
    Type.REFERENCE: "BIGINT",
    Type.DAY: "INTEGER",
    Type.COUNT: "INTEGER",
    Type.WHOLE: "INTEGER",
    Type.NUMBER: NUMBER_TYPE,
}
"""Entries go by numbers, days by their ordinals."""

SYMBOLS = {"==": "=", "!=": "<>"}
"""Comparisons that SQL writes otherwise."""


class TranslationError(ClausewiseError):
    """A rule has a form that the translator does not know; the message names the rule."""


def column_type(column: Column) -> str:
    """The SQL type of a column; raises TranslationError when nothing is known of it."""
    if column.type is Type.UNKNOWN:
        raise TranslationError(f"no rule tells what the column {column.name} holds")
    return _SQL_TYPES[column.type]


def table_of(key: str) -> str:
    """The name of the table of a relation, quoted."""
    return '"' + key.replace('"', "") + '"'


def quoted(value: object) -> str:
    """A constant of the policy as SQL; texts are quoted."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


@dataclass(frozen=True)
class Groups:
    """Rows that are added up: those of a table under conditions, by columns of it; each column
    stands with the value for which the total is wanted."""

    table: str
    conditions: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


@dataclass
class Query:
    """One rule being translated: tables, conditions, and an expression for each variable.

    ``constants`` are the places that have to hold a constant, kept apart from the conditions.
    ``entries`` are the places that hold an entry of the query's case. ``totals`` are expressions
    over groups of rows; groups that are there twice are made once. ``beside`` are further tables,
    joined where a row fits and left empty elsewhere. ``nodes`` are expressions for what a row
    depends on beside the facts (``logic.sql.conditional``).
    """

    case: str = ""
    tables: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    constants: list[tuple[str, str]] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    entries: set[str] = field(default_factory=set)
    totals: dict[Groups, list[str]] = field(default_factory=dict)
    beside: list[str] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)

    def source(self) -> str:
        """The tables, and the totals beside them: each is worked out for all its groups at once,
        which is less work than to look for the rows of each row of the tables."""
        parts = [" CROSS JOIN ".join(self.tables)]
        for number, (groups, totals) in enumerate(self.totals.items()):
            keys = [f"{column} AS k{place}" for place, (column, _) in enumerate(groups.columns)]
            values = [f"{total} AS v{place}" for place, total in enumerate(totals)]
            where = f" WHERE {' AND '.join(groups.conditions)}" if groups.conditions else ""
            by = ", ".join(column for column, _ in groups.columns)
            same = " AND ".join(
                f"s{number}.k{place} = {wanted}" for place, (_, wanted) in enumerate(groups.columns)
            )
            parts.append(
                f"LEFT JOIN (SELECT {', '.join((*keys, *values))} FROM {groups.table} AS n{where} "
                f"GROUP BY {by}) AS s{number} ON {same}"
            )
        return " ".join((*parts, *self.beside))

    def total(self, groups: Groups, wanted: str) -> str:
        """The expression for a total, 0 over no rows."""
        totals = self.totals.setdefault(groups, [])
        if wanted not in totals:
            totals.append(wanted)
        return f"coalesce(s{[*self.totals].index(groups)}.v{totals.index(wanted)}, 0)"


def all_lines() -> Query:
    """The lines of all cases, as ``l``."""
    return Query("l.c", ["line AS l"])


class Queries:
    """Makes the queries of rules. ``types`` tells what columns hold, ``without_case`` names the
    tables that hold rows of no case, ``columns`` the relations that are columns of the wide table
    and cannot be joined.

    With ``own_numbers`` no two cases have an entry of the same number: rows about the same entry
    are of the same case, and joins on one column are faster than on two.
    """

    def __init__(
        self,
        types: ColumnTypes,
        without_case: Collection[str],
        columns: Collection[str],
        *,
        own_numbers: bool,
    ) -> None:
        self.types = types
        self.without_case = without_case
        self.columns = columns
        self.own_numbers = own_numbers

    def of_rule(self, rule: Rule, *, static: bool = False, alike: bool = False) -> Query:
        """The body of a rule: joins first, then numbers, then what must not be there.

        With ``alike`` the queries of rules that differ in constants only do so as well.
        """
        query = Query()
        for each in rule.body:
            if isinstance(each, Atom):
                self.join(query, each)
        if not query.case and not static:
            query.tables.append("cases AS base")
            query.case = "base.c"
        for each in rule.body:
            if isinstance(each, Total):
                self.total(query, each)
            elif isinstance(each, Comparison):
                self._compare(query, each)
        for each in rule.body:
            if isinstance(each, Negation):
                self.without(query, each.atom, alike=alike)
        return query

    def over_line(self, lines: Query, rule: Rule) -> str:
        """What totals and comparisons of a line come to, for a rule that asks for nothing else.

        ``lines`` is from ``all_lines`` and takes the totals of all such rules.
        """
        line = {each.name: 'l."line"' for each in rule.head.variables()}
        own = Query(lines.case, known=line, totals=lines.totals)
        for each in rule.body:
            if isinstance(each, Total):
                self.total(own, each)
            elif isinstance(each, Comparison):
                self._compare(own, each)
        return " AND ".join(own.conditions) or "TRUE"

    def join(self, query: Query, atom: Atom) -> None:
        alias = f"t{len(query.tables)}"
        query.tables.append(f"{self._source(atom)} AS {alias}")
        if not query.case and atom.key not in self.without_case:
            query.case = f"{alias}.c"
        else:
            query.conditions += self._same_case(query, atom, alias)
        for term, column in zip(atom.arguments, self.types.of_atom(atom), strict=True):
            place = f'{alias}."{column.name}"'
            if isinstance(term, Variable) and term.name not in query.known:
                query.known[term.name] = place
                if column.type is Type.ENTRY:
                    query.entries.add(place)
            elif isinstance(term, Variable | Expression):
                query.conditions.append(f"{place} = {self.term(query, term)}")
                if isinstance(term, Variable) and column.type is Type.ENTRY:
                    query.entries.add(query.known[term.name])
            else:
                query.constants.append((place, quoted(term)))

    def _same_case(self, query: Query, atom: Atom, alias: str) -> list[str]:
        """The condition that rows are of the query's case, unless that follows."""
        if atom.key in self.without_case or (
            self.own_numbers
            and any(
                self.is_entry(query, term)
                for term, column in zip(atom.arguments, self.types.of_atom(atom), strict=True)
                if column.type is Type.ENTRY
            )
        ):
            return []
        return [f"{alias}.c = {query.case}"]

    def is_entry(self, query: Query, term: Term) -> bool:
        """Whether a term is known to be an entry of the query's case."""
        return isinstance(term, Variable) and query.known.get(term.name) in query.entries

    def without(self, query: Query, atom: Atom, *, alike: bool) -> None:
        """Ask that there is no such row."""
        where = " AND ".join(self.fitting(query, atom, "n", alike=alike)) or "TRUE"
        query.conditions.append(
            f"NOT EXISTS (SELECT 1 FROM {self._source(atom)} AS n WHERE {where})"
        )

    def fitting(self, query: Query, atom: Atom, alias: str, *, alike: bool) -> list[str]:
        """The conditions that a row of a table is what an atom of known terms says."""
        conditions = self._same_case(query, atom, alias)
        # By a constant DuckDB leaves out all other rows of the table; by the joined place that
        # holds it, one query serves for all constants.
        constants = dict(query.constants)
        instead = {value: place for place, value in constants.items()} if alike else constants
        for term, column in zip(atom.arguments, atom.columns, strict=True):
            value = self.term(query, term)
            conditions.append(f'{alias}."{column}" = {instead.get(value, value)}')
        return conditions

    def total(self, query: Query, wanted: Total) -> None:
        """A count or sum over the rows of a relation, 0 over none."""
        groups, added = self.groups(query, wanted)
        what = f"sum({added})" if added else "count(*)"
        query.known[wanted.result.name] = query.total(groups, what)

    def groups(self, query: Query, wanted: Total) -> tuple[Groups, str]:
        """The rows that a total is over, in groups, and the column that is added up, "" for a
        count."""
        atom = wanted.atom
        columns = [("n.c", query.case)] if self._same_case(query, atom, "n") else []
        conditions: list[str] = []
        for term, column in zip(atom.arguments, atom.columns, strict=True):
            place = f'n."{column}"'
            if not isinstance(term, Variable | Expression):
                conditions.append(f"{place} = {quoted(term)}")
            elif isinstance(term, Expression) or term.name in query.known:
                columns.append((place, self.term(query, term)))
        if not columns:
            columns.append(("TRUE", "TRUE"))  # of no case: the rows are the same for every case
        added = ""
        if wanted.value is not None:
            added = f'n."{atom.columns[atom.arguments.index(wanted.value)]}"'
        return Groups(self._source(atom), tuple(conditions), tuple(columns)), added

    def _compare(self, query: Query, compared: Comparison) -> None:
        left = compared.left
        if compared.symbol == "==" and isinstance(left, Variable) and left.name not in query.known:
            query.known[left.name] = self.term(query, compared.right)
            return
        symbol = SYMBOLS.get(compared.symbol, compared.symbol)
        query.conditions.append(
            f"{self.term(query, left)} {symbol} {self.term(query, compared.right)}"
        )

    def term(self, query: Query, term: Term) -> str:
        if isinstance(term, Variable):
            return query.known[term.name]
        if isinstance(term, Expression):
            left, right = self.term(query, term.left), self.term(query, term.right)
            return f"({left} {term.symbol} {right})"
        return quoted(term)

    def _source(self, atom: Atom) -> str:
        """The table of an atom; a relation that became columns cannot be joined."""
        if atom.key in self.columns:
            raise TranslationError(f"{atom} is a column of the wide table and is joined")
        return table_of(atom.key)
