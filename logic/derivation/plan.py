"""Rules made ready for evaluation, and for being asked why one atom holds or does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

from clausewise.facts.columns import Row, Type
from clausewise.logic.derivation.stages import (
    Pick,
    Rows,
    Slots,
    SlottedRule,
    Stage,
    picker,
    stages_of,
    terms_of,
)
from clausewise.logic.language.column_types import ColumnTypes
from clausewise.logic.language.rules import Atom, Comparison, Constant, Literal, Negation, Rule

Binding = dict[str, Constant]
"""The values of a rule's variables, by name."""
Asked: TypeAlias = Sequence[Constant | None]
"""A row as far as it is asked for; None stands for any value."""


class GroundAtom(NamedTuple):
    """An atom without variables: the key of its relation and its row."""

    key: str
    row: Row


class Instance(NamedTuple):
    """One instance of a rule that holds: the rule and the values of its variables, in slots."""

    plan: RulePlan
    slots: tuple[Constant | None, ...]

    @property
    def rule(self) -> Rule:
        return self.plan.rule

    @property
    def binding(self) -> Binding:
        """The values of the rule's variables; those of a total range over rows and have none."""
        return {
            name: value
            for name, value in zip(self.plan.names, self.slots, strict=False)
            if value is not None
        }

    def atom(self, place: int) -> GroundAtom:
        """The atom of a literal of the body, by its place; None stands for what has no value."""
        _, key, pick = self.plan.parts[place]
        return GroundAtom(key, pick(self.slots))


ATOM, NEGATION, TOTAL, COMPARISON = "atom", "negation", "total", "comparison"
"""The kinds of literals."""

Part: TypeAlias = tuple[str, str, Pick]
"""A literal of a body: its kind, the relation of its atom, and what takes the row of that out of
the slots. A comparison has no atom."""


def _of_inputs() -> ColumnTypes:
    """The types for a rule on its own: nothing is known of what other rules define."""
    return ColumnTypes({}, ())


class RulePlan(SlottedRule):
    """A rule prepared for evaluation: its literals as stages."""

    def __init__(self, rule: Rule, types: Callable[[], ColumnTypes] = _of_inputs) -> None:
        super().__init__(rule)
        self._types = types
        self.facts = frozenset(
            literal.key
            for literal in rule.body
            if isinstance(literal, Atom) and literal.relation.is_input
        )
        """The relations of facts without whose rows the rule cannot hold."""
        self._asked: dict[tuple[bool, ...], AskedRule] = {}

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The literals of the body, in order."""
        return tuple(stages_of(self))

    def begun(self, asked: Asked | None) -> tuple[list[Slots], Sequence[Stage]]:
        """The slots before the body, and the literals of it: of what is asked for, or of all."""
        if asked is None:
            return [self.start], self.stages
        rule = self.asked(asked)
        return rule.start(asked), rule.stages

    def instances(self, held: Rows, asked: Asked | None = None) -> list[tuple[Row, Slots]]:
        """The row of the head and the slots of every instance of the rule that holds, of all rows
        or of those asked for."""
        current, stages = self.begun(asked)
        for stage in stages:
            if not current:
                return []
            current = stage.advance(held, current)
        return [(self.pick(slots), slots) for slots in current]

    @cached_property
    def pick(self) -> Pick:
        """What takes the row of the head out of the slots."""
        return picker(self.head_slots)

    @cached_property
    def head_slots(self) -> tuple[int, ...]:
        """The slots of the terms of the head."""
        return tuple(map(self.slot, self.rule.head.arguments))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The literals of the body, in order."""
        return tuple(map(self._part, self.rule.body))

    def _part(self, literal: Literal) -> Part:
        if isinstance(literal, Comparison):
            return COMPARISON, "", picker(())
        pick = picker(tuple(map(self.slot, terms_of(literal))))
        if isinstance(literal, Atom):
            return ATOM, literal.key, pick
        kind = NEGATION if isinstance(literal, Negation) else TOTAL
        return kind, literal.atom.key, pick

    def compares(self, place: int) -> str:
        """What a comparison compares, by its place: "date", "count" or another "value"."""
        names = {variable.name for variable in self.rule.body[place].variables()}
        return "count" if names & self.counts else "date" if names & self.days else "value"

    def asked(self, row: Asked) -> AskedRule:
        """The rule made ready for atoms that have values where this row has them, and not None."""
        known = tuple([value is not None for value in row])
        found = self._asked.get(known)
        if found is None:
            found = self._asked[known] = AskedRule(self, known)
        return found

    @cached_property
    def days(self) -> frozenset[str]:
        """The variables that hold days."""
        return self._of_type(Type.DAY)

    @cached_property
    def counts(self) -> frozenset[str]:
        """The variables that hold a number of rows or of days."""
        return self._of_type(Type.COUNT)

    def _of_type(self, wanted: Type) -> frozenset[str]:
        variables = self._types().of_variables(self.rule)
        return frozenset(name for name, column in variables.items() if column.type is wanted)


class Judged(NamedTuple):
    """An atom of a body whose values are known early: where it stands, and whether it is negated.

    ``pick`` takes its row out of the slots.
    """

    place: int
    negated: bool
    key: str
    pick: Pick


class AskedRule:
    """A rule made ready to be looked at for an atom, of which some columns have values."""

    def __init__(self, plan: RulePlan, known: Sequence[bool]) -> None:
        self.plan = plan
        given = [(place, slot) for place, slot in enumerate(plan.head_slots) if known[place]]
        taken = {slot: place for place, slot in given if plan.start[slot] is None}
        self._fixed = tuple((place, slot) for place, slot in given if taken.get(slot) != place)
        """The places of constants, and of variables that stand twice: what is there is fixed."""
        width = len(known)
        self._fill = picker(tuple(taken.get(slot, width + slot) for slot in range(len(plan.start))))
        """Takes the slots out of a row with the slots of the rule behind it."""
        self.stages: tuple[Stage, ...] = tuple(stages_of(plan, taken))
        """The literals of the body, in order."""
        self._given = frozenset(taken)
        """The slots that have values before the first stage, besides those of constants."""

    def start(self, row: Asked) -> list[Slots]:
        """The slots before the first stage, in a list; none when the head cannot have this row."""
        slots: Slots = self._fill((*row, *self.plan.start))
        for place, slot in self._fixed:
            if slots[slot] != row[place]:
                return []
        return [slots]

    @cached_property
    def behind(self) -> tuple[tuple[Judged, ...], ...]:
        """For each literal the atoms behind it, also negated ones, of which all values are known
        before it."""
        slot, body = self.plan.slot, self.plan.rule.body
        atoms = [
            (Judged(place, kind == NEGATION, key, pick), set(map(slot, body[place].variables())))
            for place, (kind, key, pick) in enumerate(self.plan.parts)
            if kind in (ATOM, NEGATION)
        ]
        bound, found = set(self._given), []
        for place, stage in enumerate(self.stages):
            found.append(tuple([a for a, needs in atoms if a.place > place and needs <= bound]))
            bound |= {where for _, where in stage.bind}
        return tuple(found)
