"""Rules as typed data: terms, literals and rules that look like pyDatalog's.

Nothing is evaluated while ``head(X, Y) <= body(X, Z) & ~other(Z) & (Y >= 5)`` is written: it builds
frozen data classes, which the engine turns into pyDatalog clauses and which every other evaluator
reads. This avoids four traps of pyDatalog's embedded notation:

- ``and`` instead of ``&`` raises an error (there it drops a literal without a word);
- a misspelt relation is a ``NameError`` and a wrong number of columns an error (there it finds no
  rows);
- every rule has an identifier and the label of its clause;
- no text of a policy is ever evaluated.

Words: a *relation* is a predicate with named columns; an *atom* is a relation applied to terms; a
*literal* is an atom, a negated atom, a comparison or a total; a *rule* is a head atom and a body of
literals; an *input relation* (extensional, in Datalog's terms) holds facts, all others are defined
by rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from clausewise.facts.columns import Column, Value
from clausewise.logic.language.faults import PolicyError, fault

Constant: TypeAlias = Value
"""What stands in a column of a row."""

COMPARISON_SYMBOLS = frozenset({"==", "!=", "<", "<=", ">", ">="})
"""The comparisons of rules. What they mean is said by each evaluator for itself."""


class _Arithmetic:
    """What variables and expressions share: they can be added, subtracted, multiplied, compared."""

    __slots__ = ()

    def __add__(self, other: Term) -> Expression:
        return Expression("+", as_term(self), as_term(other))

    def __sub__(self, other: Term) -> Expression:
        return Expression("-", as_term(self), as_term(other))

    def __mul__(self, other: Term) -> Expression:
        return Expression("*", as_term(self), as_term(other))

    def __lt__(self, other: Term) -> Comparison:
        return Comparison("<", as_term(self), as_term(other))

    def __le__(self, other: Term) -> Comparison:
        return Comparison("<=", as_term(self), as_term(other))

    def __gt__(self, other: Term) -> Comparison:
        return Comparison(">", as_term(self), as_term(other))

    def __ge__(self, other: Term) -> Comparison:
        return Comparison(">=", as_term(self), as_term(other))

    def is_(self, other: Term) -> Comparison:
        """``N.is_(X + 1)``: equality, binding N when it is not bound yet.

        Written as a method because ``==`` has to keep meaning equality of the data classes.
        """
        return Comparison("==", as_term(self), as_term(other))

    def is_not(self, other: Term) -> Comparison:
        """``X.is_not(Y)``: inequality of two bound terms."""
        return Comparison("!=", as_term(self), as_term(other))

    def __bool__(self) -> bool:
        fault(f"a term of a rule has no truth value: {self}; write & for 'and'")
        return True


@dataclass(frozen=True, slots=True)
class Variable(_Arithmetic):
    """A variable of a rule; rules use capital letters, as in pyDatalog."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Expression(_Arithmetic):
    """A sum, difference or product of whole numbers (days, counts)."""

    symbol: str
    left: Term
    right: Term

    def __str__(self) -> str:
        return f"({show_term(self.left)} {self.symbol} {show_term(self.right)})"


Term: TypeAlias = Variable | Expression | str | int | Decimal


def as_term(value: object) -> Term:
    """``value`` as a term; what a column cannot hold is a fault."""
    if isinstance(value, bool) or not isinstance(value, (Variable, Expression, str, int, Decimal)):
        fault(f"not a term of a rule: {value!r}")
        return str(value)
    # pyDatalog and proofs know names only, not enumerations.
    return value.value if isinstance(value, StrEnum) else value


def show_term(term: Term) -> str:
    """A term as it is written in a rule: constants of text in quotes."""
    return f'"{term}"' if isinstance(term, str) else str(term)


def variables_of(term: Term) -> Iterator[Variable]:
    """The variables that occur in ``term``, left to right."""
    if isinstance(term, Variable):
        yield term
    elif isinstance(term, Expression):
        yield from variables_of(term.left)
        yield from variables_of(term.right)


class _Literal:
    """What all literals share: ``&`` makes a body, and Python's ``and`` is refused."""

    __slots__ = ()

    def __and__(self, other: Literal | Body) -> Body:
        return as_body(self) & other

    def __bool__(self) -> bool:
        fault(f"write & between literals, not 'and': {self}")
        return True


@dataclass(frozen=True, slots=True)
class Relation:
    """A predicate: its name, the names of its columns and what a row of it says.

    ``by_clause`` is the position of the column that holds a clause label. Each label makes a
    predicate of its own (``told_met`` of "D.I.B.2"): the label is always written out, so that
    the predicate of one clause depends on that of another only where a rule says so, and the
    program stays free of recursion.

    ``is_input`` marks input relations: they hold facts of the case, the vocabulary or the policy,
    and no rule defines them. ``against`` marks relations whose rows say why an entry does not
    count. ``types`` says what the columns hold, where that is declared; that of all others follows
    from the rules (``logic.language.column_types``).
    """

    name: str
    columns: tuple[str, ...]
    meaning: str
    by_clause: int | None = None
    is_input: bool = False
    against: bool = False
    types: tuple[Column, ...] = field(default=(), compare=False, repr=False)

    def __call__(self, *terms: Term) -> Atom:
        if len(terms) != len(self.columns):
            fault(
                f"{self.name} has {len(self.columns)} columns ({', '.join(self.columns)}), "
                f"not {len(terms)}"
            )
            # Only where faults are gathered: the rule is read on as if it were right.
            given = (*terms, *(Variable(f"{name}?") for name in self.columns[len(terms) :]))
            terms = given[: len(self.columns)]
        checked = tuple(as_term(term) for term in terms)
        if self.by_clause is not None and not isinstance(checked[self.by_clause], str):
            raise PolicyError(f"{self.name} wants a clause label in column {self.by_clause + 1}")
        return Atom(self, checked)

    def __str__(self) -> str:
        return f"{self.name}/{len(self.columns)}"


@dataclass(frozen=True, slots=True)
class Atom(_Literal):
    """A relation applied to terms. Positive in a body; ``~atom`` negates it."""

    relation: Relation
    terms: tuple[Term, ...]
    label: str | None = field(init=False, compare=False, repr=False)
    """The clause label that a ``by_clause`` relation is applied to, else None."""
    key: str = field(init=False, compare=False, repr=False)
    """The name of the one predicate meant: the relation, and its label where it has one."""
    arguments: tuple[Term, ...] = field(init=False, compare=False, repr=False)
    """The terms without the clause label, which is part of ``key``."""

    def __post_init__(self) -> None:
        # Kept, not worked out at each use: a program asks for them some hundred thousand times.
        position, terms = self.relation.by_clause, self.terms
        label, key, arguments = None, self.relation.name, terms
        if position is not None:
            label = str(terms[position])
            key, arguments = f"{key}[{label}]", terms[:position] + terms[position + 1 :]
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "arguments", arguments)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that ``arguments`` stand in."""
        position, columns = self.relation.by_clause, self.relation.columns
        return columns if position is None else columns[:position] + columns[position + 1 :]

    def variables(self) -> Iterator[Variable]:
        for term in self.terms:
            yield from variables_of(term)

    def __invert__(self) -> Negation:
        return Negation(self)

    def __pos__(self) -> None:
        """``+atom`` adds a fact of the policy itself to the clause that is being written."""
        _write(self, Body(()))

    def __le__(self, body: Literal | Body) -> WrittenRule:
        """``head <= body`` adds the rule to the clause that is being written."""
        _write(self, as_body(body))
        return WrittenRule(self)

    def __str__(self) -> str:
        return f"{self.relation.name}({', '.join(show_term(term) for term in self.terms)})"


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """What writing a rule gives: ``head <= one and other`` would leave out the other in silence,
    because Python reads it as ``(head <= one) and other``."""

    head: Atom

    def __bool__(self) -> bool:
        fault(f"write & and not 'and' between the literals of the rule for {self.head}")
        return True


@dataclass(frozen=True, slots=True)
class Negation(_Literal):
    """The negated atom: it holds when the atom cannot be derived (stratified negation)."""

    atom: Atom

    def variables(self) -> Iterator[Variable]:
        return self.atom.variables()

    def __str__(self) -> str:
        return f"~{self.atom}"


@dataclass(frozen=True, slots=True)
class Comparison(_Literal):
    """Two terms compared; ``==`` with an unbound variable on the left binds it."""

    symbol: str
    left: Term
    right: Term

    def variables(self) -> Iterator[Variable]:
        yield from variables_of(self.left)
        yield from variables_of(self.right)

    def __str__(self) -> str:
        return f"({show_term(self.left)} {self.symbol} {show_term(self.right)})"


@dataclass(frozen=True, slots=True)
class Total(_Literal):
    """``result`` is the sum of ``value`` over the distinct rows of ``atom``, or their number.

    The only aggregate: rules without recursion cannot add up days of therapy or count occasions.
    Over no rows it is 0. It ranges over the variables of ``atom`` that no literal before it binds.
    """

    result: Variable
    value: Variable | None
    atom: Atom

    def variables(self) -> Iterator[Variable]:
        yield self.result
        yield from self.atom.variables()

    def __str__(self) -> str:
        what = "number of" if self.value is None else f"sum of {self.value} in"
        return f"({self.result} == {what} {self.atom})"


Literal: TypeAlias = Atom | Negation | Comparison | Total


@dataclass(frozen=True, slots=True)
class Body:
    """The literals of a rule, in order."""

    literals: tuple[Literal, ...]

    def __and__(self, other: Literal | Body) -> Body:
        return Body(self.literals + as_body(other).literals)

    def __bool__(self) -> bool:
        fault("write & between literals, not 'and'")
        return True


def as_body(value: object) -> Body:
    """A body of one or more literals; anything else is a fault."""
    if isinstance(value, Body):
        return value
    if isinstance(value, (Atom, Negation, Comparison, Total)):
        return Body((value,))
    fault(f"not a literal of a rule: {value!r}; compare with is_ and is_not, not == and !=")
    return Body(())


@dataclass(frozen=True, slots=True)
class Rule:
    """One clause in the sense of Datalog: ``head <= body``, with its identifier and its label.

    ``identifier`` is the clause label and the rule's number below it ("D.I.B.2/1").
    """

    identifier: str
    label: str
    head: Atom
    body: tuple[Literal, ...]

    def __str__(self) -> str:
        if not self.body:
            return f"+{self.head}"
        return f"{self.head} <= {' & '.join(str(literal) for literal in self.body)}"

    def atoms(self) -> Iterator[tuple[Atom, str]]:
        """The atoms of the body with their polarity, as ``atoms_of``."""
        return atoms_of(self.body)


def atoms_of(literals: Iterable[Literal]) -> Iterator[tuple[Atom, str]]:
    """The atoms of literals with their polarity: "positive", "negative" or "total"."""
    for literal in literals:
        match literal:
            case Atom():
                yield literal, "positive"
            case Negation(atom):
                yield atom, "negative"
            case Total(atom=atom):
                yield atom, "total"


_writers: list[Callable[[Atom, Body], None]] = []


@contextmanager
def written_to(add: Callable[[Atom, Body], None]) -> Iterator[None]:
    """Hand the head and body of each rule that is written meanwhile to ``add``."""
    _writers.append(add)
    try:
        yield
    finally:
        _writers.pop()


def _write(head: Atom, body: Body) -> None:
    if _writers:
        _writers[-1](head, body)
    else:
        fault(f"the rule for {head} stands outside 'with section.clause(...)'")
