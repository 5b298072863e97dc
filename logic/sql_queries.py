"""One rule as SQL: the tables it joins, its conditions, and an expression for each variable.

The parts are kept apart, so that a query can be written out as a table of its own or put together
with others that are alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from logic.notation import Atom, Comparison, Expression, Negation, Rule, Term, Total, Variable

WHOLE_NUMBERS = frozenset({"day", "earlier", "first", "last", "months", "days"})
MEASURED = frozenset({"points", "percent"})
ENTRY = "entry"
ENTRIES = frozenset({ENTRY, "therapy"})
"""Columns that name an entry of the record, by a number. In the column ``entry`` that is one of the
same case; what is said of a therapy may name one that is not there."""
NAME_TYPE = "name"
"""The type of names: an enumeration of all that facts and rules can hold, kept as small numbers."""
NUMBER_TYPE = "DECIMAL(38, 30)"
"""Measured values keep every digit that a case file may have: 49.9999999 stays under 50."""


SYMBOLS = {"==": "=", "!=": "<>"}
"""Comparisons that SQL writes otherwise."""


class TranslationError(Exception):
    """A rule has a form that the translator does not know; the message names the rule."""


def column_type(column: str) -> str:
    """The SQL type of a column of a relation, by the column's name."""
    if column in WHOLE_NUMBERS:
        return "INTEGER"
    if column in ENTRIES:
        return "BIGINT"
    return NUMBER_TYPE if column in MEASURED else NAME_TYPE


def table_of(key: str) -> str:
    """The name of the table of a relation, quoted."""
    return '"' + key.replace('"', "") + '"'


def quoted(value: object) -> str:
    """A constant of the policy as SQL; texts are quoted."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


@dataclass
class Query:
    """One rule being translated: tables, conditions, and an expression for each variable.

    ``constants`` are the places that have to hold a constant, kept apart from the conditions.
    """

    case: str = ""
    tables: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    constants: list[tuple[str, str]] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)


class Queries:
    """Makes the queries of rules. ``without_case`` names the tables that hold rows of no case,
    ``columns`` the relations that are columns of the wide table and cannot be joined.

    With ``own_numbers`` no two cases have an entry of the same number: rows about the same entry
    are of the same case, and joins on one column are faster than on two.
    """

    def __init__(
        self, without_case: Collection[str], columns: Collection[str], *, own_numbers: bool
    ) -> None:
        self.without_case = without_case
        self.columns = columns
        self.own_numbers = own_numbers

    def of_rule(self, rule: Rule, *, static: bool = False) -> Query:
        """The body of a rule: joins first, then numbers, then what must not be there."""
        query = Query()
        for each in rule.body:
            if isinstance(each, Atom):
                self.join(query, each)
        if not query.case and not static:
            query.tables.append("cases AS base")
            query.case = "base.c"
        for each in rule.body:
            if isinstance(each, Total):
                self._total(query, each, rule)
            elif isinstance(each, Comparison):
                self._compare(query, each)
        for each in rule.body:
            if isinstance(each, Negation):
                self._without(query, each.atom)
        return query

    def join(self, query: Query, atom: Atom) -> None:
        alias = f"t{len(query.tables)}"
        query.tables.append(f"{self._source(atom)} AS {alias}")
        if not query.case and atom.key not in self.without_case:
            query.case = f"{alias}.c"
        else:
            query.conditions += self._same_case(query, atom, alias)
        for term, column in zip(atom.arguments, atom.columns, strict=True):
            place = f'{alias}."{column}"'
            if isinstance(term, Variable) and term.name not in query.known:
                query.known[term.name] = place
            elif isinstance(term, Variable | Expression):
                query.conditions.append(f"{place} = {self.term(query, term)}")
            else:
                query.constants.append((place, quoted(term)))

    def _same_case(self, query: Query, atom: Atom, alias: str) -> list[str]:
        """The condition that rows are of the query's case, unless that follows."""
        if atom.key in self.without_case or (
            self.own_numbers and any(self.is_entry(query, term) for term in _entries_of(atom))
        ):
            return []
        return [f"{alias}.c = {query.case}"]

    def is_entry(self, query: Query, term: Term) -> bool:
        """Whether a term is known to be an entry of the query's case."""
        place = query.known.get(term.name, "") if isinstance(term, Variable) else ""
        return place.endswith(f'."{ENTRY}"')

    def _without(self, query: Query, atom: Atom) -> None:
        conditions = self._same_case(query, atom, "n")
        # A constant that a joined place holds goes by that place: then rules that are alike but
        # for their constants are one query.
        held = {value: place for place, value in query.constants}
        for term, column in zip(atom.arguments, atom.columns, strict=True):
            value = self.term(query, term)
            conditions.append(f'n."{column}" = {held.get(value, value)}')
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        query.conditions.append(f"NOT EXISTS (SELECT 1 FROM {self._source(atom)} AS n{where})")

    def _total(self, query: Query, wanted: Total, rule: Rule) -> None:
        """A count or sum over the rows of a relation, 0 over none."""
        atom = wanted.atom
        bound = [
            (term, column)
            for term, column in zip(atom.arguments, atom.columns, strict=True)
            if not isinstance(term, Variable) or term.name in query.known
        ]
        what = "count(*)"
        if wanted.value is not None:
            place = atom.arguments.index(wanted.value)
            what = f'sum(n."{atom.columns[place]}")'
        conditions = self._same_case(query, atom, "n")
        conditions += [f'n."{column}" = {self.term(query, term)}' for term, column in bound]
        if not conditions:
            raise TranslationError(f"{rule.identifier} counts over all cases")
        query.known[wanted.result.name] = (
            f"coalesce((SELECT {what} FROM {self._source(atom)} AS n "
            f"WHERE {' AND '.join(conditions)}), 0)"
        )

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


def _entries_of(atom: Atom) -> Iterator[Term]:
    """The terms of an atom that are entries of the case."""
    return (
        term for term, column in zip(atom.arguments, atom.columns, strict=True) if column == ENTRY
    )
