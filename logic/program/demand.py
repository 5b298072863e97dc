"""Which facts of a record could help a clause to a status, read off the rules.

The rules are walked from the status down to the input relations, with the constants that each asks
for. A fact *helps* when the way with the fewest negations crosses an even number of them: a detail
that an event must not lack helps as much as one that is asked for outright. What is found this way
is a proposal; whether it leads anywhere is decided by evaluating the rules.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from clausewise.facts.columns import Kind, Row, Type
from clausewise.facts.schema import SCHEMA
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Constant,
    Negation,
    Rule,
    Term,
    Total,
    Variable,
)
from clausewise.logic.program.dependencies import bound_by_head, is_off, joined, rules_by_key
from clausewise.logic.program.program import Program

Asked = tuple[Constant | None, ...]
"""The columns of a row, None where any value is asked for."""
Pairs = tuple[tuple[str, Constant], ...]
"""Choices by name, in a form that can be a key."""
Bounds = tuple[tuple[int, str, int], ...]
"""What numbers are compared with: the position of the column, the sign and the number."""
Span = tuple[int | None, int | None]
"""The least and the greatest of some numbers, None where there is none."""

OF_CASES = (Kind.REQUEST, Kind.ENTRY, Kind.DETAIL)
_OPPOSITE = {"told_met": "told_not_met", "told_not_met": "told_met"}
_TURNED = {">=": "<=", ">": "<", "<": ">", "<=": ">="}


@dataclass(frozen=True, slots=True)
class Asking:
    """A fact that the rules ask for: its relation, its columns, and how many negations away.

    ``bounds`` are the comparisons of its numbers with parameters, whether the rule that asks for it
    compares them or one above: for ``value >= 5`` that is (2, ">=", 5).
    ``kind`` is the relation and the columns of the entries that it is asked of, where the rules ask
    it of some only: a prescription of a home exercise program.
    """

    relation: str
    columns: Asked
    negations: int
    bounds: Bounds = ()
    kind: Asked = ()

    @property
    def helps(self) -> bool:
        return self.negations % 2 == 0


@dataclass(frozen=True, slots=True)
class Demand:
    """What a status of a clause asks for: facts, and how many events have to be counted."""

    facts: tuple[Asking, ...]
    events: int
    """The greatest number of rows that a count of the rules is compared with; 1 without any."""


@cache
def demand(program: Program, label: str, status: str, readings: Pairs, parameters: Pairs) -> Demand:
    """What could help a leaf to a status ("met", "not_met") under these choices, or stand against.

    Facts are given once each, those fewest negations away first.
    """
    chosen = {name: str(value) for name, value in readings}
    numbers = {name: int(str(value)) for name, value in parameters}
    by_key = rules_by_key(program)
    waiting: deque[tuple[int, str, Asked, Asked, Bounds]] = deque()
    waiting.append((0, f"{status}[{label}]", (None,), (), ()))
    seen: set[tuple[str, Asked, Asked, Bounds]] = set()
    found: dict[Asking, int] = {}
    events = 1
    while waiting:
        negations, key, asked, kind, compared = waiting.popleft()
        if (key, asked, kind, compared) in seen or (key, asked, (), compared) in seen:
            continue
        seen.add((key, asked, kind, compared))
        for rule in by_key.get(key, ()):
            names = tuple(each if isinstance(each, str) else None for each in asked)
            begun = bound_by_head(rule, names)
            if begun is None or is_off(rule, chosen) or _contradicts_itself(rule, by_key):
                continue
            events = max(events, *_counted(rule, compared, numbers, negations), 1)
            for binding in joined(program, rule, begun):
                kinds = _kinds_of_entries(rule, binding)
                for atom, crossed in _atoms(rule):
                    if atom.label is not None and atom.label != label:
                        continue
                    row = tuple(_value(term, binding) for term in atom.arguments)
                    own = next((kinds[name] for name in _names(atom) if name in kinds), kind)
                    bounds = _bounds(rule, atom, compared, numbers)
                    if atom.relation.is_input:
                        if SCHEMA[atom.relation.name].kind in OF_CASES:
                            fact = Asking(atom.relation.name, row, 0, bounds, own)
                            found.setdefault(fact, negations + crossed)
                    elif crossed:
                        waiting.append((negations + 1, atom.key, row, own, bounds))
                    else:
                        waiting.appendleft((negations, atom.key, row, own, bounds))
    facts = [replace(fact, negations=far) for fact, far in found.items()]
    return Demand(tuple(sorted(facts, key=lambda each: each.negations)), events)


def _names(atom: Atom) -> Iterator[str]:
    return (each.name for each in atom.variables())


def _kinds_of_entries(rule: Rule, binding: Mapping[str, str]) -> dict[str, Asked]:
    """The variables of a rule that stand for entries of one kind, with that: its relation, its
    columns."""
    found: dict[str, Asked] = {}
    for atom, negated in _atoms(rule):
        columns = tuple(_value(term, binding) for term in atom.arguments)[1:]
        if (
            atom.relation.is_input
            and not negated
            and SCHEMA[atom.relation.name].kind is Kind.ENTRY
            and isinstance(atom.arguments[0], Variable)
            and any(each is not None for each in columns)
        ):
            found[atom.arguments[0].name] = (atom.relation.name, *columns)
    return found


@lru_cache(maxsize=16)
def boundaries(
    program: Program, parameters: tuple[tuple[str, int], ...]
) -> Mapping[tuple[str, int], set[tuple[Asked, int]]]:
    """For each number of an input relation the values on both sides of what it is compared with.

    By the name of the relation and the position of the column; a value is (the constants that the
    rule asks for in the other columns, the number). Kept, since each entry of a case asks.
    """
    numbers = dict(parameters)
    found: dict[tuple[str, int], set[tuple[Asked, int]]] = {}
    by_key = rules_by_key(program)
    waiting: list[tuple[Rule, Asked, Bounds]] = [
        (rule, (None,) * len(rule.head.arguments), ()) for rule in program.rules
    ]
    seen = set(waiting)
    while waiting:
        rule, asked, compared = waiting.pop()
        binding = bound_by_head(rule, [each if isinstance(each, str) else None for each in asked])
        if binding is None:
            continue
        for atom, _ in _atoms(rule):
            row = tuple(_value(term, binding) for term in atom.arguments)
            bounds = _bounds(rule, atom, compared, numbers)
            if not atom.relation.is_input:
                new = {(each, row, bounds) for each in by_key.get(atom.key, ()) if bounds} - seen
                seen |= new
                waiting += new
            elif SCHEMA[atom.relation.name].kind in OF_CASES:
                for place, symbol, number in bounds:
                    values = (number, number - 1 if symbol in (">=", "<") else number + 1)
                    found.setdefault((atom.relation.name, place), set()).update(
                        (row, value) for value in values
                    )
    return found


def _contradicts_itself(rule: Rule, by_key: Mapping[str, Iterable[Rule]]) -> bool:
    """Whether the rule asks for both answers to one question: nobody documents that on purpose.

    So does a rule that tells a clause met, or not met, for what tells the opposite as well.
    """
    opposite = _OPPOSITE.get(rule.head.relation.name)
    if opposite is not None and rule.head.label is not None:
        others = by_key.get(f"{opposite}[{rule.head.label}]", ())
        if any({*each.body} <= {*rule.body} for each in others):
            return True
    answers: dict[tuple[object, ...], set[Term]] = {}
    for literal in rule.body:
        if isinstance(literal, Atom):
            for place, term in enumerate(literal.terms):
                if term in ("yes", "no"):
                    rest = literal.terms[:place] + literal.terms[place + 1 :]
                    answers.setdefault((literal.key, place, rest), set()).add(term)
    return any(len(each) > 1 for each in answers.values())


def _atoms(rule: Rule) -> Iterator[tuple[Atom, bool]]:
    """The atoms of a body, with whether they are negated; what is counted is asked for."""
    for literal in rule.body:
        if isinstance(literal, Atom):
            yield literal, False
        elif isinstance(literal, Negation):
            yield literal.atom, True
        elif isinstance(literal, Total):
            yield literal.atom, False


def _value(term: Term, binding: Mapping[str, str]) -> Constant | None:
    if isinstance(term, Variable):
        return binding.get(term.name)
    return term if isinstance(term, (str, int)) else None


def _thresholds(rule: Rule, parameters: Mapping[str, int]) -> dict[str, int]:
    """The variables of a rule that stand for parameters, with their numbers."""
    return {
        str(atom.terms[1]): parameters[str(atom.terms[0])]
        for atom, negated in _atoms(rule)
        if atom.relation.name == "parameter" and not negated
        if isinstance(atom.terms[1], Variable) and str(atom.terms[0]) in parameters
    }


def _compared(
    rule: Rule, of_head: Bounds, parameters: Mapping[str, int]
) -> Iterator[tuple[str, str, int]]:
    """What a variable is compared with, by the rule or by those that ask for its head: variable,
    sign, number."""
    for place, symbol, number in of_head:
        term = rule.head.arguments[place]
        if isinstance(term, Variable):
            yield term.name, symbol, number
    thresholds = _thresholds(rule, parameters)
    for literal in rule.body:
        if not isinstance(literal, Comparison) or literal.symbol not in _TURNED:
            continue
        left, right = literal.left, literal.right
        if isinstance(left, Variable) and str(right) in thresholds:
            yield left.name, literal.symbol, thresholds[str(right)]
        elif isinstance(right, Variable) and str(left) in thresholds:
            yield right.name, _TURNED[literal.symbol], thresholds[str(left)]


def _bounds(rule: Rule, atom: Atom, of_head: Bounds, parameters: Mapping[str, int]) -> Bounds:
    """What the numbers of an atom of the rule are compared with."""
    places = {
        term.name: place for place, term in enumerate(atom.arguments) if isinstance(term, Variable)
    }
    columns = atom.relation.types
    found = (
        (places[name], symbol, number)
        for name, symbol, number in _compared(rule, of_head, parameters)
        if name in places
    )
    return tuple(
        dict.fromkeys(each for each in found if not columns or columns[each[0]].type is Type.NUMBER)
    )


def _counted(
    rule: Rule, of_head: Bounds, parameters: Mapping[str, int], negations: int
) -> list[int]:
    """The numbers that counts of the rule have to reach."""
    counts = {
        literal.result.name
        for literal in rule.body
        if isinstance(literal, Total) and literal.value is None
    }
    if negations % 2:
        return []
    return [
        number + (symbol == ">")
        for name, symbol, number in _compared(rule, of_head, parameters)
        if name in counts and symbol in (">=", ">")
    ]


def numbers_that_do(facts: Iterable[Asking], row: Row) -> Span:
    """The numbers that would help in place of the one of this row, the least and the most.

    ``facts`` are asked for of one relation; the first column of each, the entry, is not in the row.
    """
    found: list[tuple[bool, int]] = []
    for asking in facts:
        names = zip(asking.columns[1:], row, strict=True)
        if not asking.helps or any(wanted not in (None, has) for wanted, has in names):
            continue
        for place in dict.fromkeys(place for place, _, _ in asking.bounds):
            own = row[place - 1]
            if isinstance(own, int):
                found += (
                    (upward, number)
                    for upward, number in limits(asking, place)
                    if (own >= number if upward else own <= number)
                )
    return span_of(found)


def limits(asking: Asking, place: int) -> Iterator[tuple[bool, int]]:
    """The numbers nearest to the thresholds that a fact compares a column with, each with whether
    it is the least that would do, or else the most."""
    for where, symbol, number in asking.bounds:
        if where == place:
            yield symbol in (">=", ">"), number + {">=": 0, "<=": 0, ">": 1, "<": -1}[symbol]


def span_of(found: Iterable[tuple[bool, int]]) -> Span:
    """The least and the most number that are within all limits."""
    listed = list(found)
    return (
        max((number for upward, number in listed if upward), default=None),
        min((number for upward, number in listed if not upward), default=None),
    )


def nearest(asking: Asking, place: int) -> int | None:
    """The number nearest to a threshold that a fact asks for; None where it compares with none."""
    return next((number for _, number in limits(asking, place)), None)
