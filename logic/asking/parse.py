"""From the text of a query to its literals; the text is read as an expression and never evaluated.

Python's own parser makes a tree of it, of which only what the notation of the rules knows is
taken. Length and nesting are bounded before anything is parsed.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from clausewise.facts.errors import ClausewiseError
from clausewise.facts.text import printable

MOST_CHARACTERS = 4_000
MOST_NESTED = 20
MOST_SIGNS = 400
"""What a query may have of characters, of brackets in each other, and of operators."""
MOST_LITERALS = 40
MOST_NUMBER = 10_000_000
"""Numbers of a query are smaller: scores, percentages, counts and days are."""
MOST_DECIMALS = 30

_SIGNS = frozenset("~-+*&|^/@%<>=.!")
_NUMBER = re.compile(r"\d{1,8}(\.\d{0,30})?\Z")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_LABEL = re.compile(r"\b[A-Z]\.[A-Za-z0-9.]+")
_SYMBOLS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_METHODS = {"is_": "==", "is_not": "!="}
"""How the rules write equality."""
_COMPARED = "put a comparison in brackets, as (R < 60)"


class QueryError(ClausewiseError, ValueError):
    """A query cannot be asked; the message says why and, where there is one, at which place."""

    def __init__(self, sentence: str, place: int | None = None) -> None:
        where = "" if place is None else f"at character {place}: "
        super().__init__(f"the query, {where}{printable(sentence)}" if where else sentence)


@dataclass(frozen=True, slots=True)
class Word:
    """A name without quotes: a variable, a name of the vocabulary, or the id of an entry."""

    text: str
    place: int

    @property
    def may_vary(self) -> bool:
        """Whether it is written as variables are: with a capital letter or ``_``."""
        return self.text[0] == "_" or self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text in quotes, or a number."""

    value: str | int | Decimal
    place: int


@dataclass(frozen=True, slots=True)
class WrittenExpression:
    """A sum, difference or product."""

    symbol: str
    left: WrittenTerm
    right: WrittenTerm
    place: int


WrittenTerm = Word | Fixed | WrittenExpression


@dataclass(frozen=True, slots=True)
class WrittenAtom:
    """An atom as it is written; ``negated`` when ``~`` stands before it."""

    name: str
    terms: tuple[WrittenTerm, ...]
    place: int
    negated: bool = False


@dataclass(frozen=True, slots=True)
class WrittenComparison:
    """A comparison as it is written."""

    symbol: str
    left: WrittenTerm
    right: WrittenTerm
    place: int


@dataclass(frozen=True, slots=True)
class WrittenCount:
    """``count(N, atom)`` or ``total(N, V, atom)``."""

    result: Word
    value: Word | None
    atom: WrittenAtom
    place: int


Part = WrittenAtom | WrittenComparison | WrittenCount


def parse(text: str) -> tuple[Part, ...]:
    """The literals of a query, in order; raises QueryError."""
    _check_size(text)
    line = " ".join(text.splitlines()).strip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(line, mode="eval")
    except SyntaxError as error:
        bare = _LABEL.search(_QUOTED.sub("", line))
        hint = f'; labels stand in quotes, as "{bare[0]}"' if bare else ""
        raise QueryError(f"not readable ({error.msg}){hint}", error.offset or None) from None
    except (ValueError, MemoryError, RecursionError):
        raise QueryError("the query is not readable") from None
    parts = tuple(_Reader(line).parts(tree.body))
    if len(parts) > MOST_LITERALS:
        raise QueryError(f"the query has {len(parts)} literals; at most {MOST_LITERALS}")
    return parts


def _check_size(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            f"the query has {len(text)} characters; at most {MOST_CHARACTERS} are read"
        )
    if not text.strip():
        raise QueryError("the query is empty; ask for example: relief(E, R) & (R < 50)")
    depth = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        if depth > MOST_NESTED:
            raise QueryError(f"the query has more than {MOST_NESTED} brackets in each other")
    if sum(letter in _SIGNS for letter in text) > MOST_SIGNS:
        raise QueryError(f"the query has more than {MOST_SIGNS} operators")


class _Reader:
    """Takes the nodes of a parsed text that the notation knows, and refuses all others."""

    def __init__(self, line: str) -> None:
        self._line = line.encode(errors="replace")

    def _place(self, node: ast.AST) -> int:
        """The character of the text where a node begins, counted from 1."""
        before = self._line[: getattr(node, "col_offset", 0)]
        return len(before.decode(errors="replace")) + 1

    def _fault(self, sentence: str, node: ast.AST) -> QueryError:
        return QueryError(sentence, self._place(node))

    def parts(self, node: ast.expr) -> Iterator[Part]:
        """The literals below a conjunction."""
        waiting = [node]
        while waiting:
            each = waiting.pop()
            if isinstance(each, ast.BinOp) and isinstance(each.op, ast.BitAnd):
                waiting += [each.right, each.left]
            else:
                yield from self._literals(each)

    def _literals(self, node: ast.expr) -> Iterator[Part]:
        match node:
            case ast.UnaryOp(op=ast.Invert(), operand=ast.Call(func=ast.Name()) as call):
                atom = self._called(call)
                if not isinstance(atom, WrittenAtom):
                    raise self._fault("a count cannot be negated; compare its number", node)
                yield WrittenAtom(atom.name, atom.terms, atom.place, negated=True)
            case ast.UnaryOp(op=ast.Invert()):
                raise self._fault("~ stands before an atom, as in ~relief(E, R)", node)
            case ast.UnaryOp(op=ast.Not()):
                raise self._fault("write ~ for 'not'", node)
            case ast.BoolOp(op=ast.And()):
                raise self._fault("write & for 'and'", node)
            case ast.BoolOp(op=ast.Or()) | ast.BinOp(op=ast.BitOr()):
                raise self._fault("there is no 'or' in a query; ask several queries", node)
            case ast.Compare():
                yield from self._comparisons(node)
            case ast.Call(func=ast.Attribute(value=left, attr=name), args=[right], keywords=[]):
                if name not in _METHODS:
                    raise self._fault(f"{name} is nothing that a query can say", node)
                place = self._place(node)
                yield WrittenComparison(_METHODS[name], self._term(left), self._term(right), place)
            case ast.Call(func=ast.Name()):
                yield self._called(node)
            case ast.Name(id=name):
                raise self._fault(f"{name} alone says nothing; write its terms: {name}(…)", node)
            case _:
                raise self._fault("expected an atom, a negated atom or a comparison here", node)

    def _comparisons(self, node: ast.Compare) -> Iterator[WrittenComparison]:
        """A comparison; of a chain as 1 < X < 5 each."""
        sides = [node.left, *node.comparators]
        for side in sides:
            if isinstance(side, ast.BinOp) and isinstance(side.op, ast.BitAnd):
                raise self._fault(_COMPARED, side)
        terms = [self._term(side) for side in sides]
        for number, operator in enumerate(node.ops):
            symbol = _SYMBOLS.get(type(operator))
            if symbol is None:
                raise self._fault("expected one of == != < <= > >=", node)
            yield WrittenComparison(symbol, terms[number], terms[number + 1], self._place(node))

    def _called(self, node: ast.expr) -> WrittenAtom | WrittenCount:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            raise self._fault("expected an atom such as relief(E, R)", node)
        if node.keywords:
            raise self._fault("terms have no names; write them in the order of the columns", node)
        name, place = node.func.id, self._place(node)
        if name == "count" and len(node.args) == 2:
            return WrittenCount(self._word(node.args[0]), None, self._counted(node.args[1]), place)
        if name == "total" and len(node.args) == 3:
            result, value, atom = node.args
            return WrittenCount(self._word(result), self._word(value), self._counted(atom), place)
        if name in ("count", "total"):
            raise self._fault("write count(N, atom) or total(N, V, atom)", node)
        return WrittenAtom(name, tuple(self._term(each) for each in node.args), place)

    def _counted(self, node: ast.expr) -> WrittenAtom:
        atom = self._called(node)
        if not isinstance(atom, WrittenAtom):
            raise self._fault("a count is of an atom", node)
        return atom

    def _word(self, node: ast.expr) -> Word:
        term = self._term(node)
        if not isinstance(term, Word) or not term.may_vary or term.text == "_":
            raise self._fault("expected a variable; they begin with a capital letter", node)
        return term

    def _term(self, node: ast.expr) -> WrittenTerm:
        place = self._place(node)
        match node:
            case ast.Name(id=name):
                return Word(name, place)
            case ast.Constant(value=str(text)):
                return Fixed(text, place)
            case ast.Constant(value=int() | float()):
                return self._number(node, "")
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
                return self._number(node.operand, "-")
            case ast.BinOp(op=operator, left=left, right=right) if type(operator) in _OPERATORS:
                symbol = _OPERATORS[type(operator)]
                return WrittenExpression(symbol, self._term(left), self._term(right), place)
            case ast.Call(func=ast.Name(id=name)):
                raise self._fault(f"{name}(…) stands where a variable or a name belongs", node)
            case ast.Attribute():
                raise self._fault('labels stand in quotes, as "D.I.B.7"', node)
            case ast.Compare():
                raise self._fault(_COMPARED, node)
        raise self._fault("expected a variable, a name, a text in quotes or a number", node)

    def _number(self, node: ast.expr, sign: str) -> Fixed:
        text = self._line[node.col_offset : node.end_col_offset].decode(errors="replace")
        if not _NUMBER.match(text) or Decimal(text) >= MOST_NUMBER:
            raise self._fault(
                f"{text[:40]} is not a number here; expected one such as 50 or 49.5, below "
                f"{MOST_NUMBER} and with at most {MOST_DECIMALS} decimals",
                node,
            )
        number = Decimal(sign + text)
        whole = number == number.to_integral_value()
        return Fixed(int(number) if whole else number, self._place(node))


def names_in(parts: Iterable[Part]) -> dict[str, int]:
    """The variables in the order in which they are written, each with its first place."""
    found: dict[str, int] = {}
    for part in parts:
        waiting: list[object] = [part]
        while waiting:
            each = waiting.pop(0)
            match each:
                case Word(text=text, place=place):
                    found.setdefault(text, place)
                case WrittenAtom(terms=terms):
                    waiting = [*terms, *waiting]
                case WrittenComparison(_, left, right) | WrittenExpression(_, left, right):
                    waiting = [left, right, *waiting]
                case WrittenCount(result=result, atom=atom):
                    waiting = [result, atom, *waiting]
    return found
