"""Proofs: a graph of steps, each one instance of one loaded rule, down to facts of the record.

A step shows why an atom holds (its rule instances and what each rests on) or why it does not (for
each rule what was found and what is lacking). Steps are shared, so a proof is a tree in which a
repeated part stands once. Everything is read off the derivations; no clause is known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from logic.derivation import DAY_COLUMNS, Binding, GroundAtom, Instance, Model, RulePlan
from logic.notation import (
    Atom,
    Comparison,
    Constant,
    Expression,
    Negation,
    Term,
    Total,
    Variable,
)
from logic.steps import Slots

MOST_CLOSEST = 5
"""How many of the instances that came closest are shown for a rule that has none."""


class Premise(NamedTuple):
    """One literal of a rule instance: its text with values put in, and the steps it rests on.

    ``kind`` is "atom", "negation", "total", or of a comparison what it compares: "date", "count" or
    "value".
    """

    text: str
    steps: tuple[int, ...] = ()
    kind: str = "atom"


class Derived(NamedTuple):
    """A rule instance that holds, with its premises in the order of the body."""

    rule: str
    binding: Binding
    premises: tuple[Premise, ...]


class Attempt(NamedTuple):
    """A rule that has no instance here: what was found, and what is lacking.

    One of these for each of the bindings that came closest.
    """

    rule: str
    binding: Binding
    found: tuple[Premise, ...]
    lacking: tuple[Premise, ...]


@dataclass(slots=True)
class Step:
    """An atom that is a fact, is derived (``derived``), or is absent (``attempts``).

    ``text`` is the atom as ``told_met[D.I.B.2](left)``; ``…`` stands for any value. The kind
    "closed" says of a pattern that no other row than those counted fits it.

    An absent atom may have None in its row: no value at all makes it hold.
    """

    number: int
    kind: str
    atom: GroundAtom
    text: str
    derived: tuple[Derived, ...] = ()
    attempts: tuple[Attempt, ...] = ()


@dataclass(slots=True)
class Proof:
    """Steps by number; ``goal`` is the step that is proved."""

    goal: int
    steps: list[Step] = field(default_factory=list)

    def below(self, number: int) -> Iterator[Step]:
        """The step and all that it rests on, each once, nearest first."""
        seen = {number}
        waiting = [number]
        while waiting:
            step = self.steps[waiting.pop(0)]
            yield step
            for premise in _premises(step):
                for child in premise.steps:
                    if child not in seen:
                        seen.add(child)
                        waiting.append(child)


def _premises(step: Step) -> Iterator[Premise]:
    for derived in step.derived:
        yield from derived.premises
    for attempt in step.attempts:
        yield from attempt.found
        yield from attempt.lacking


class Prover:
    """Builds the steps for one model; steps that were built once are used again."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.steps: list[Step] = []
        self._numbers: dict[GroundAtom, int] = {}

    def prove(self, atom: GroundAtom) -> int:
        """The number of the step that shows why ``atom`` holds or does not."""
        known = self._numbers.get(atom)
        if known is not None:
            return known
        step = self._new_step(atom, "fact", atom)
        if self.model.is_given(atom.key):
            step.kind = "fact" if self.model.holds(atom) else "absent"
        elif instances := self.model.derivations(atom):
            step.kind = "derived"
            step.derived = tuple([self._derived(instance) for instance in instances])
        else:
            step.kind = "absent"
            step.attempts = tuple(
                attempt
                for plan in self.model.plan.plans[atom.key]
                for attempt in self._attempts(plan, atom)
            )
        return step.number

    def _new_step(self, key: GroundAtom, kind: str, atom: GroundAtom) -> Step:
        """A step with the next number, known under ``key`` before what it rests on is proved."""
        step = Step(len(self.steps), kind, atom, self._text(atom))
        self._numbers[key] = step.number
        self.steps.append(step)
        return step

    def proof_of(self, goal: int) -> Proof:
        """The proof of a step, sharing all steps of this prover."""
        return Proof(goal, self.steps)

    def _text(self, atom: GroundAtom) -> str:
        key, row = atom
        if key in self.model.plan.with_days:
            shown = [
                show_value(value, column in DAY_COLUMNS)
                for value, column in zip(row, self.model.plan.columns[key], strict=True)
            ]
        else:
            shown = ["…" if value is None else str(value) for value in row]
        return f"{key}({', '.join(shown)})"

    # --- what holds ---------------------------------------------------------------------------

    def _derived(self, instance: Instance) -> Derived:
        return Derived(
            instance.rule.identifier,
            instance.binding,
            self._premises(instance, len(instance.rule.body)),
        )

    def _premises(self, instance: Instance, end: int) -> tuple[Premise, ...]:
        """The literals before a place of the body, which all hold."""
        return tuple([self._premise(instance, place) for place in range(end)])

    def _premise(self, instance: Instance, place: int) -> Premise:
        """A literal with its values, and the steps that show why it holds, or does not."""
        literal = instance.rule.body[place]
        if isinstance(literal, Comparison):
            return _comparison(instance, literal)
        if isinstance(literal, Total):
            return self._total(instance, place, literal)
        number = self.prove(instance.atom(place))
        text = self.steps[number].text
        if isinstance(literal, Negation):
            return Premise(f"not {text}", (number,), "negation")
        return Premise(text, (number,))

    def _total(self, instance: Instance, place: int, literal: Total) -> Premise:
        rows = self.model.rows_of_total(instance, literal)
        what = "number" if literal.value is None else f"sum of {literal.value}"
        pattern = instance.atom(place)
        steps = [self.prove(row) for row in rows]
        # A total is only as good as its upper bound: the proof says why nothing else is counted.
        if not self.model.is_given(literal.atom.key):
            steps.append(self.no_further(pattern))
        result = instance.binding[literal.result.name]
        return Premise(f"{result} is the {what} of {self._text(pattern)}", tuple(steps), "total")

    def no_further(self, pattern: GroundAtom) -> int:
        """The number of the step that shows why no other row than those that hold fits."""
        key = GroundAtom(f"other than these: {pattern.key}", pattern.row)
        known = self._numbers.get(key)
        if known is not None:
            return known
        step = self._new_step(key, "closed", pattern)
        step.attempts = tuple(
            attempt
            for plan in self.model.plan.plans[pattern.key]
            for attempt in self._dead_ends(plan, pattern)
        )
        return step.number

    def _dead_ends(self, plan: RulePlan, pattern: GroundAtom) -> Iterator[Attempt]:
        """The instances of a rule that fail somewhere, each with the literal that fails."""
        start = _bound_head(plan, pattern)
        if start is None:
            return
        agrees, current = _agreeing(plan, pattern), [start]
        for place, step in enumerate(plan.steps):
            following = []
            for slots in current:
                further = [*filter(agrees, step.advance(self.model.rows, [slots]))]
                following += further
                instance = Instance(plan, slots)
                wider = bool(further) and self._may_hold_otherwise(instance, place)
                if further and not wider:
                    continue
                found = self._premises(instance, place)
                lacking = self._closed(instance, place) if wider else self._lacking(instance, place)
                yield Attempt(plan.rule.identifier, instance.binding, found, (lacking,))
            current = following

    def _may_hold_otherwise(self, instance: Instance, place: int) -> bool:
        """Whether further rows than those that hold would fit an atom of the body."""
        literal = instance.rule.body[place]
        derived = isinstance(literal, Atom) and not self.model.is_given(literal.key)
        return derived and None in instance.atom(place).row

    def _closed(self, instance: Instance, place: int) -> Premise:
        """That none of these further rows hold."""
        pattern = instance.atom(place)
        return Premise(self._text(pattern), (self.no_further(pattern),))

    # --- what does not hold -------------------------------------------------------------------

    def _attempts(self, plan: RulePlan, atom: GroundAtom) -> Iterator[Attempt]:
        start = _bound_head(plan, atom)
        if start is None:
            return
        agrees, current = _agreeing(plan, atom), [start]
        for place, step in enumerate(plan.steps):
            following = [*filter(agrees, step.advance(self.model.rows, current))]
            if following:
                current = following
                continue
            for slots in current[:MOST_CLOSEST]:
                instance = Instance(plan, slots)
                found = self._premises(instance, place)
                lacking = (self._lacking(instance, place), *self._also(instance, place))
                yield Attempt(plan.rule.identifier, instance.binding, found, lacking)
            return

    def _also(self, instance: Instance, place: int) -> Iterator[Premise]:
        """Further literals behind the first lacking one that can be judged and do not hold.

        A conjunction of several unmet clauses names all of them, not only the first.
        """
        body = instance.rule.body
        for behind in range(place + 1, len(body)):
            literal = body[behind]
            if isinstance(literal, Atom | Negation):
                atom = instance.atom(behind)
                denied = isinstance(literal, Negation)
                if None not in atom.row and self.model.holds(atom) is denied:
                    yield self._lacking(instance, behind)

    def _lacking(self, instance: Instance, place: int) -> Premise:
        """A literal that does not hold: the steps show why."""
        literal = instance.rule.body[place]
        # A total that comes to another number has no rows to rest on.
        return (
            Premise(str(literal)) if isinstance(literal, Total) else self._premise(instance, place)
        )


def _bound_head(plan: RulePlan, atom: GroundAtom) -> Slots | None:
    """The slots with the head's values, or None when the head cannot be this atom."""
    slots = list(plan.start)
    for where, value in zip(plan.head_slots, atom.row, strict=True):
        if value is not None:
            if slots[where] is not None and slots[where] != value:
                return None
            slots[where] = value
    return tuple(slots)


def _agreeing(plan: RulePlan, atom: GroundAtom) -> Callable[[Slots], bool]:
    """Whether the head still has the values of the atom: a literal may have replaced them."""
    pick, row = plan.pick, atom.row
    if None not in row:
        return lambda slots: bool(pick(slots) == row)
    places = [(place, value) for place, value in enumerate(row) if value is not None]
    return lambda slots: all(pick(slots)[place] == value for place, value in places)


def _comparison(instance: Instance, literal: Comparison) -> Premise:
    """A comparison with its values, and whether it compares days, a count or other values."""
    plan = instance.plan
    names = {variable.name for variable in literal.variables()}
    kind = "count" if names & plan.counts else "date" if names & plan.days else "value"
    return Premise(show_comparison(literal, instance.binding, plan.days), (), kind)


def show_value(value: Constant | None, is_day: bool = False) -> str:
    """A value of a row as text: a day ordinal as a date, ``…`` for any value."""
    if value is None:
        return "…"
    return date.fromordinal(int(value)).isoformat() if is_day else str(value)


def show_comparison(
    literal: Comparison, binding: Mapping[str, Constant], days: frozenset[str]
) -> str:
    """A comparison with its values, ``49 < 50``; ``days`` are the variables that hold days."""

    def side(term: Term) -> str:
        if isinstance(term, Expression):
            # A difference of days is a number; a day and a number make a day.
            shown = [side(term.left), side(term.right)]
            return f"{shown[0]} {term.symbol} {shown[1]}"
        if isinstance(term, Variable):
            return show_value(binding.get(term.name), term.name in days)
        return str(term)

    return f"{side(literal.left)} {literal.symbol} {side(literal.right)}"
