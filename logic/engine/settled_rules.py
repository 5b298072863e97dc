"""What the rules of a relation leave to be asked, once all that is known of a case is put in.

The literals of a body hold together or not at all, in any order. So whatever has one answer at most
can be followed at once, wherever it stands: an atom of facts that one row matches, a comparison of
values that are known, a question that was answered before or is settled in the same way, a relation
that can have no rows. A body with one literal that is false fails as a whole; what is true need not
be asked again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from clausewise.logic.derivation.steps import (
    USES_BEFORE_COMPILED,
    Pick,
    Slots,
    SlottedRule,
    by_constants,
    picker,
    terms_of,
)
from clausewise.logic.engine.fact_table import FactTable
from clausewise.logic.language.notation import (
    COMPARISONS,
    Atom,
    Comparison,
    Expression,
    Literal,
    Negation,
    Row,
    Rule,
    Total,
)
from clausewise.logic.language.well_formed import evaluation_order

ASKED, FACT, COMPARED, ANSWERED = range(4)
"""How a literal is settled: not at all, by facts, by its values, by former answers."""
_Prepared: TypeAlias = tuple[int, int, bool, str, Pick, tuple[int, ...]]
"""Of a literal its place, kind, sign and relation or symbol, and the slots of its terms."""


def _no_answers() -> defaultdict[str, dict[Row, bool]]:
    return defaultdict(dict)


@dataclass(slots=True)
class Known:
    """What is known of a case while it is asked about."""

    tables: dict[str, FactTable] = field(default_factory=dict)
    """All facts, by relation; none is listed without rows."""
    possible: set[str] = field(default_factory=set)
    """The relations that can have rows, seeing which relations of facts have any."""
    answers: defaultdict[str, dict[Row, bool]] = field(default_factory=_no_answers)
    """Which rows were asked for, by relation, and whether they hold."""
    unsettled: set[tuple[str, Row]] = field(default_factory=set)
    """The rows of which pyDatalog has to tell whether they hold."""
    rules: dict[str, SettledRules] = field(default_factory=dict)
    """The rules of each relation that has any; they stay the same from case to case."""

    def note(self, key: str, row: Row, holds: bool) -> None:
        """Keep the answer to a question."""
        self.answers[key][row] = holds

    def left(self, key: str, row: Row) -> list[Left] | bool:
        """What is left of the rules that may derive a row; whether they do, when that is settled.

        Then the answer is kept.
        """
        rules = self.rules.get(key)
        left = rules.left(row, self) if rules else False
        if isinstance(left, bool):
            self.note(key, row, left)
        return left

    def settle(self, key: str, row: Row) -> bool | None:
        """Whether a row holds that was not asked for before; None when pyDatalog has to tell."""
        asked = key, row
        if asked in self.unsettled:
            return None
        left = self.left(key, row)
        if isinstance(left, bool):
            return left
        self.unsettled.add(asked)
        return None

    def forget_answers(self) -> None:
        """What was asked is known no longer."""
        self.answers, self.unsettled = _no_answers(), set()


class SettledRule(SlottedRule):
    """One rule, made ready to be settled for questions about its head."""

    ready: tuple[Slots, tuple[tuple[int, int], ...], tuple[_Prepared, ...]] | None = None
    """The slots before any question, the places of variables in the head with their slots, and the
    literals; they stand here together once they are made."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self.needs = _needs(rule)

    @cached_property
    def values(self) -> tuple[Pick, ...]:
        """For each literal of the body, what takes the values of its variables out of the slots."""
        return tuple(
            picker(tuple(dict.fromkeys(map(self.slot, literal.variables()))))
            for literal in self.rule.body
        )

    def prepare(self) -> tuple[Slots, tuple[tuple[int, int], ...], tuple[_Prepared, ...]]:
        """Make ``ready``."""
        asked = tuple(
            (place, self.slot(term))
            for place, term in enumerate(self.rule.head.arguments)
            if place not in self.fixed
        )
        literals: list[_Prepared] = []
        for position, literal in enumerate(self.rule.body):
            kind, key = _kind(literal)
            where = () if kind == ASKED else tuple(map(self.slot, terms_of(literal)))
            positive = not isinstance(literal, Negation)
            literals.append((position, kind, positive, key, picker(where), where))
        self.ready = self.start, asked, tuple(literals)
        return self.ready

    def says(self, values: Sequence[Any]) -> bool:
        """Whether the constants of the head are among what is asked for."""
        return all(values[place] in (None, value) for place, value in self.fixed.items())

    def settled(self, values: Sequence[Any], known: Known) -> tuple[list[int], list[Any]] | None:
        """The places of the literals that are left to be asked, and the values of the variables.

        None when the rule cannot answer, because one literal is false. ``values`` are asked for in
        the columns of the head, which has to say so, None where any will do; a variable whose value
        is not known has None.
        """
        start, asked, literals = self.ready or self.prepare()
        slots = list(start)
        for place, slot in asked:
            if (value := values[place]) is not None:
                if slots[slot] is not None and slots[slot] != value:
                    return None
                slots[slot] = value
        tables, answers = known.tables, known.answers
        left: list[int] = []
        for position, kind, positive, key, pick, where in literals:
            if kind == ASKED:
                left.append(position)
                continue
            row = pick(slots)
            if kind == ANSWERED:
                holds = answers[key].get(row)
                if holds is None:
                    if key not in known.possible:
                        holds = False
                    elif None not in row:
                        holds = known.settle(key, row)
                if holds is None:
                    left.append(position)
                elif holds is not positive:
                    return None
            elif None not in row:
                if kind == COMPARED:
                    if not COMPARISONS[key](*row):
                        return None
                elif (key in tables and row in tables[key].rows) is not positive:
                    return None
            elif kind == COMPARED or not positive:
                left.append(position)
            else:
                found = tables[key].like(row)
                if len(found) > 1:
                    left.append(position)
                elif not found or not _bind(where, next(iter(found)), slots):
                    return None
        return left, slots


Left: TypeAlias = tuple[SettledRule, list[int], list[Any]]
"""A rule that may answer, with what ``SettledRule.settled`` says of it."""


def _each_left(rules: Iterable[SettledRule], values: Sequence[Any], known: Known) -> Iterator[Left]:
    """The rules that may answer a question, one after the other."""
    for rule in rules:
        if rule.needs <= known.possible and rule.says(values):
            settled = rule.settled(values, known)
            if settled is not None:
                yield rule, *settled


Settling: TypeAlias = Callable[[Row, Known], "list[Left] | bool"]
"""Tells what is left of rules that may answer a question without variables."""


class AlikeRules:
    """Rules of one relation whose heads have the same constants, for questions without variables.

    Used often enough, they become a function.
    """

    def __init__(self, rules: Sequence[SettledRule]) -> None:
        self.rules = rules
        self.settle: Settling = self._counted
        """``settled``, or a function that says the same."""
        self._uses = 0

    def _counted(self, values: Row, known: Known) -> list[Left] | bool:
        """What ``settled`` says, until a function does."""
        self._uses += 1
        if self._uses > USES_BEFORE_COMPILED:
            from clausewise.logic.engine.compiled_settling import compiled_settling

            self.settle = compiled_settling(self.rules)
            return self.settle(values, known)
        return self.settled(values, known)

    def settled(self, values: Row, known: Known) -> list[Left] | bool:
        """What is left of the rules that may answer a question for these values, all known.

        False when none can, and True when a rule holds.
        """
        found: list[Left] = []
        for each in _each_left(self.rules, values, known):
            if not each[1]:
                return True
            found.append(each)
        return found or False


_Indexed: TypeAlias = tuple[Pick, Sequence[SettledRule], dict[Row, AlikeRules]]
"""What takes the values out of a question that every head has constants for; all rules, and those
that are alike in these constants."""


class SettledRules:
    """The rules of one relation, found by the constants of their heads.

    They are made ready when the relation is first asked for.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._ready: _Indexed | None = None

    def _prepare(self) -> _Indexed:
        rules = [SettledRule(rule) for rule in self._rules]
        pick, alike = by_constants(rules)
        self._ready = pick, rules, {row: AlikeRules(found) for row, found in alike.items()}
        return self._ready

    def left(self, values: Sequence[Any], known: Known) -> list[Left] | bool:
        """What is left of the rules that may answer a question for these values.

        None stands for any value. False when no rule can answer, and True when all values are known
        and a rule holds.
        """
        pick, rules, alike = self._ready or self._prepare()
        constants = pick(values)
        if None not in constants:
            found = alike.get(constants)
            if found is None:
                return False
            if None not in values:
                return found.settle(tuple(values), known)
            rules = found.rules
        return [*_each_left(rules, values, known)] or False


class Possible:
    """Which relations can have rows: those of facts that have any, and what rules make of them."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        needed: dict[str, list[frozenset[str]]] = {}
        loaded = tuple(rules)
        for rule in loaded:
            needed.setdefault(rule.head.key, []).append(_needs(rule))
        order = evaluation_order(loaded, needed)
        self._order = [(needs, key) for key in order for needs in needed.get(key, ())]

    def given(self, filled: Collection[str]) -> set[str]:
        """All relations that can have rows when these relations of facts have some."""
        possible = set(filled)
        for needs, key in self._order:
            if needs <= possible:
                possible.add(key)
        return possible


def _needs(rule: Rule) -> frozenset[str]:
    """The relations without whose rows the rule cannot hold."""
    return frozenset(literal.key for literal in rule.body if isinstance(literal, Atom))


def _kind(literal: Literal) -> tuple[int, str]:
    """How a literal is settled, and its relation or symbol."""
    if isinstance(literal, Total) or any(isinstance(t, Expression) for t in terms_of(literal)):
        return ASKED, ""
    if isinstance(literal, Comparison):
        return COMPARED, literal.symbol
    atom = literal.atom if isinstance(literal, Negation) else literal
    return (FACT if atom.relation.given else ANSWERED), atom.key


def _bind(where: tuple[int, ...], row: Row, slots: list[Any]) -> bool:
    """Put the values of a row into their slots; False where one holds another value already."""
    for place, slot in enumerate(where):
        if slots[slot] is None:
            slots[slot] = row[place]
        elif slots[slot] != row[place]:
            return False
    return True
