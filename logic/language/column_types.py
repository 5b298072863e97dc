"""What the columns of all relations hold, read off the rules.

The types of input relations are declared in the schema of facts. A variable holds what every column
that it stands in can hold; a column of a relation that rules define holds what any of them puts
there. So a difference of two days is a count wherever it is passed on, and a rule that compares a
day with a name, or asks for a name that no rule gives, is found to be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from clausewise.facts.columns import Column, DayNumber, EntryKey, Type
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

UNKNOWN = Column("", Type.UNKNOWN)
_NARROWER = (
    (Type.LINE, Type.NAME),
    (Type.ENTRY, Type.REFERENCE),
    (Type.COUNT, Type.WHOLE),
    (Type.NUMBER, Type.WHOLE),
)
"""Of two types that may stand for each other, the one that says more is first."""
_NUMBERS = frozenset({Type.COUNT, Type.WHOLE, Type.NUMBER, Type.UNKNOWN})
Types = Mapping[str, Column]
"""What variables hold, by name."""


@dataclass(frozen=True)
class ColumnTypes:
    """What the columns of each relation hold, by its key, and the faults found on the way."""

    columns: Mapping[str, tuple[Column, ...]]
    faults: tuple[str, ...]

    def of_atom(self, atom: Atom) -> tuple[Column, ...]:
        """The columns that the arguments of an atom stand in."""
        return self.columns.get(atom.key) or _declared(atom)

    def of_variables(self, rule: Rule) -> Types:
        """What the variables of a rule hold."""
        return _RuleTypes(rule, self.columns).variables


def column_types(rules: Iterable[Rule], order: Iterable[str]) -> ColumnTypes:
    """What all columns hold; ``order`` names the keys of relations, those that are used before
    those that use them."""
    by_key: dict[str, list[Rule]] = {}
    for rule in rules:
        by_key.setdefault(rule.head.key, []).append(rule)
    columns: dict[str, tuple[Column, ...]] = {}
    faults: list[str] = []
    for key in order:
        found: tuple[Column, ...] | None = None
        for rule in by_key.get(key, ()):
            typed = _RuleTypes(rule, columns)
            faults += typed.faults()
            heads = tuple(
                _called(name, typed.of_term(term))
                for name, term in zip(rule.head.columns, rule.head.arguments, strict=False)
            )
            found = heads if found is None else tuple(map(_either, found, heads))
        if found is not None:
            columns[key] = found
    return ColumnTypes(columns, tuple(faults))


def _declared(atom: Atom) -> tuple[Column, ...]:
    return atom.relation.types or tuple(Column(name, Type.UNKNOWN) for name in atom.columns)


def _called(name: str, column: Column) -> Column:
    return Column(name, column.type, column.domain)


class _RuleTypes:
    """What the variables of one rule hold, given the columns of the relations before it."""

    def __init__(self, rule: Rule, columns: Mapping[str, tuple[Column, ...]]) -> None:
        self._rule = rule
        self._columns = columns
        self._faults: list[str] = []
        self.variables: dict[str, Column] = {}
        for literal in rule.body:
            match literal:
                case Atom():
                    self._meet(literal)
                case Negation(atom):
                    self._meet(atom, narrow=False)
                case Total(result, value, atom):
                    self._meet(atom)
                    self.variables[result.name] = Column(result.name, self._total(value))
                case Comparison("==", Variable(name), right) if name not in self.variables:
                    self.variables[name] = self.of_term(right)

    def _total(self, value: Variable | None) -> Type:
        """A number of rows and a sum of days are counts; other sums are as what is summed."""
        summed = Type.COUNT if value is None else self.of_term(value).type
        return summed if summed in (Type.NUMBER, Type.UNKNOWN) else Type.COUNT

    def of_term(self, term: Term) -> Column:
        """What a term holds."""
        match term:
            case Variable(name):
                return self.variables.get(name, UNKNOWN)
            case Expression(_, left, right):
                return Column("", _computed(self.of_term(left).type, self.of_term(right).type))
            case EntryKey():
                return Column("", Type.ENTRY)
            case str():
                return Column("", Type.NAME, frozenset({term}))
            case DayNumber():
                return Column("", Type.DAY)
            case int():
                return Column("", Type.WHOLE)
            case Decimal():
                return Column("", Type.NUMBER)

    def faults(self) -> Iterator[str]:
        """What cannot be: values of columns that hold others, and comparisons of unlike things."""
        yield from self._faults
        for literal in self._rule.body:
            if isinstance(literal, Comparison):
                left, right = self.of_term(literal.left), self.of_term(literal.right)
                if _both(left, right) is None and not {left.type, right.type} <= _NUMBERS:
                    what = (
                        "names that are never the same"
                        if left.type is right.type
                        else f"a {left.type} with a {right.type}"
                    )
                    yield f"{self._rule.identifier}: {literal} compares {what}"

    def _meet(self, atom: Atom, *, narrow: bool = True) -> None:
        """Each variable of the atom holds only what its column holds, and each constant is such.

        A negated atom says nothing of what its variables hold (``narrow`` is False).
        """
        columns = self._columns.get(atom.key) or _declared(atom)
        for column, term in zip(columns, atom.arguments, strict=False):
            held = self.of_term(term)
            met = _both(held, column)
            if met is None:
                self._faults.append(f"{self._rule.identifier}: {_unfit(term, held, column, atom)}")
            elif narrow and isinstance(term, Variable):
                self.variables[term.name] = met


def _unfit(term: Term, held: Column, column: Column, atom: Atom) -> str:
    """Why a term cannot stand in a column."""
    if isinstance(term, str):
        return f"{term} is not a name for {column.name}"
    if held.type is column.type:
        return f"{term} can hold none of the names of the column {column.name} in {atom}"
    return f"{term} is a {held.type} and stands for a {column.type} in {atom}"


def _computed(left: Type, right: Type) -> Type:
    """A difference of days is a count, a day and a count make a day."""
    days = (left is Type.DAY) + (right is Type.DAY)
    if days:
        return Type.COUNT if days == 2 else Type.DAY
    if Type.NUMBER in (left, right):
        return Type.NUMBER
    return Type.COUNT if Type.COUNT in (left, right) else Type.WHOLE


def _both(one: Column, other: Column) -> Column | None:
    """What is in both columns; None when nothing can be."""
    kind = _narrower(one.type, other.type)
    if kind is None:
        return None
    if kind not in (Type.NAME, Type.LINE):
        return Column(one.name, kind)
    if one.domain is None or other.domain is None:
        return Column(one.name, kind, one.domain or other.domain)
    domain = one.domain & other.domain
    return Column(one.name, kind, domain) if domain else None


def _either(one: Column, other: Column) -> Column:
    """What is in one of the columns; of unlike ones nothing is known."""
    kind = _wider(one.type, other.type)
    if one.domain is None or other.domain is None:
        return Column(one.name, kind)
    return Column(one.name, kind, one.domain | other.domain)


def _narrower(one: Type, other: Type) -> Type | None:
    if one is other or other is Type.UNKNOWN:
        return one
    if one is Type.UNKNOWN:
        return other
    return next((less for less, more in _NARROWER if {less, more} == {one, other}), None)


def _wider(one: Type, other: Type) -> Type:
    if one is other or other is Type.UNKNOWN:
        return one
    if one is Type.UNKNOWN:
        return other
    if Type.WHOLE in (one, other):
        # A whole number takes its sense from what else stands in the column.
        return one if other is Type.WHOLE else other
    return next((more for less, more in _NARROWER if {less, more} == {one, other}), Type.UNKNOWN)
