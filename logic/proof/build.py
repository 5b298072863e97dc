"""Proofs: a graph of steps, each one instance of one loaded rule, down to facts of the record.

A step shows why an atom holds (its rule instances and what each rests on) or why it does not (for
each rule what was found and what is lacking). Steps are shared, so a proof is a tree in which a
repeated part stands once. Everything is read off the derivations; no clause is known here. What
atoms and literals say as text is written when somebody wants to read it (``logic.proof.text``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple, TypeAlias

from clausewise.facts.columns import Row
from clausewise.logic.derivation.model import Model
from clausewise.logic.derivation.plan import (
    ATOM,
    COMPARISON,
    TOTAL,
    GroundAtom,
    Instance,
    Judged,
    RulePlan,
)
from clausewise.logic.language.rules import Literal

MOST_CLOSEST = 5
"""How many of the instances that came closest are shown for a rule that has none."""
MOST_DEAD_ENDS = 100
"""How many failing instances of a rule are shown for a pattern that no other row fits."""

Resting: TypeAlias = tuple[tuple[int, ...], ...]
"""The numbers of the steps that literals rest on, for each from the first one on."""


class Premise(NamedTuple):
    """One literal of a rule instance, by its place in the body, and the steps it rests on.

    ``holds`` is False where the literal is lacking.
    """

    instance: Instance
    place: int
    steps: tuple[int, ...]
    holds: bool = True

    @property
    def literal(self) -> Literal:
        return self.instance.rule.body[self.place]

    @property
    def kind(self) -> str:
        """ "atom", "negation", "total", or what is compared: "date", "count" or "value"."""
        kind = self.instance.plan.parts[self.place][0]
        return self.instance.plan.compares(self.place) if kind == COMPARISON else kind


class Derived(NamedTuple):
    """A rule instance that holds, with the steps that each literal of the body rests on."""

    instance: Instance
    resting: Resting

    @property
    def premises(self) -> tuple[Premise, ...]:
        """The literals of the body, in order."""
        return _premises(self.instance, self.resting)


class Attempt(NamedTuple):
    """A rule that has no instance here: what was found, and what is lacking.

    One of these for each of the bindings that came closest. ``resting`` is of what was found.
    """

    instance: Instance
    resting: Resting
    lacking: tuple[Premise, ...]

    @property
    def found(self) -> tuple[Premise, ...]:
        """The literals before the first one that is lacking, in order."""
        return _premises(self.instance, self.resting)


def _premises(instance: Instance, resting: Resting) -> tuple[Premise, ...]:
    return tuple(Premise(instance, place, steps) for place, steps in enumerate(resting))


@dataclass(slots=True)
class Step:
    """An atom that is a fact, is derived (``derived``), or is absent (``attempts``).

    The kind "closed" says of a pattern that no other row than those counted fits it; ``more`` that
    further instances fail than those shown. An absent atom may have None in its row: no value at
    all makes it hold.
    """

    number: int
    kind: str
    atom: GroundAtom
    derived: tuple[Derived, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    more: bool = False

    def rests_on(self) -> Iterator[int]:
        """The numbers of the steps next below."""
        for derived in self.derived:
            yield from chain(*derived.resting)
        for attempt in self.attempts:
            yield from chain(*attempt.resting, *(premise.steps for premise in attempt.lacking))


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
            for child in step.rests_on():
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)


class Prover:
    """Builds the steps for one model; steps that were built once are used again."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.steps: list[Step] = []
        self._numbers: dict[tuple[str, Row], int] = {}

    def prove(self, atom: GroundAtom) -> int:
        """The number of the step that shows why ``atom`` holds or does not."""
        known = self._numbers.get(atom)
        return self._prove(atom) if known is None else known

    def _prove(self, atom: GroundAtom) -> int:
        """The number of the step for an atom that has none yet."""
        key, row = atom
        instances = self.model.rows[key].get(row)
        if instances:
            step = self._new_step(atom, "derived", atom)
            step.derived = tuple([self._derived(instance) for instance in instances])
        elif self.model.is_given(key):
            step = self._new_step(atom, "absent" if instances is None else "fact", atom)
        else:
            step = self._new_step(atom, "absent", atom)
            plans = self.model.plan.plans[key].about(row)
            step.attempts = tuple([each for plan in plans for each in self._attempts(plan, atom)])
        return step.number

    def _new_step(self, key: GroundAtom, kind: str, atom: GroundAtom) -> Step:
        """A step with the next number, known under ``key`` before what it rests on is proved."""
        step = Step(len(self.steps), kind, atom)
        self._numbers[key] = step.number
        self.steps.append(step)
        return step

    def proof_of(self, goal: int) -> Proof:
        """The proof of a step, sharing all steps of this prover."""
        return Proof(goal, self.steps)

    # --- what holds ---------------------------------------------------------------------------

    def _derived(self, instance: Instance) -> Derived:
        return Derived(instance, self._resting(instance))

    def _resting(self, instance: Instance, end: int | None = None) -> Resting:
        """What the literals of the body rest on, which all hold; those before ``end`` or all."""
        numbers, slots = self._numbers, instance.slots
        found: list[tuple[int, ...]] = []
        for place, (kind, key, pick) in enumerate(instance.plan.parts[:end]):
            if kind is COMPARISON:
                found.append(())
            elif kind is TOTAL:
                found.append(self._counted(instance, place))
            else:
                atom = GroundAtom(key, pick(slots))
                number = numbers.get(atom)
                found.append((self._prove(atom) if number is None else number,))
        return tuple(found)

    def _counted(self, instance: Instance, place: int) -> tuple[int, ...]:
        """The rows that a total was made of, and why there are no others."""
        steps = [self.prove(row) for row in self.model.rows_of_total(instance, place)]
        pattern = instance.atom(place)
        # A total is only as good as its upper bound: the proof says why nothing else is counted.
        if not self.model.is_given(pattern.key):
            steps.append(self.no_further(pattern))
        return tuple(steps)

    def no_further(self, pattern: GroundAtom) -> int:
        """The number of the step that shows why no other row than those that hold fits."""
        key = GroundAtom(f"other than these: {pattern.key}", pattern.row)
        known = self._numbers.get(key)
        if known is not None:
            return known
        step = self._new_step(key, "closed", pattern)
        found: list[Attempt] = []
        for plan in self.model.plan.plans[pattern.key].about(pattern.row):
            dead_ends = self._dead_ends(plan, pattern)
            found += islice(dead_ends, MOST_DEAD_ENDS)
            step.more = step.more or next(dead_ends, None) is not None
        step.attempts = tuple(found)
        return step.number

    def _dead_ends(self, plan: RulePlan, pattern: GroundAtom) -> Iterator[Attempt]:
        """The instances of a rule that fail somewhere, each with the literal that fails."""
        asked = plan.asked(pattern.row)
        current = asked.start(pattern.row)
        for place, stage in enumerate(asked.stages):
            following = []
            for slots in current:
                further = stage.advance(self.model.rows, [slots])
                following += further
                instance = Instance(plan, slots)
                wider = bool(further) and self._may_hold_otherwise(instance, place)
                if further and not wider:
                    continue
                resting = self._resting(instance, place)
                lacking = self._closed(instance, place) if wider else self._lacking(instance, place)
                yield Attempt(instance, resting, (lacking,))
            current = following

    def _may_hold_otherwise(self, instance: Instance, place: int) -> bool:
        """Whether further rows than those that hold would fit an atom of the body."""
        kind, key, _ = instance.plan.parts[place]
        derived = kind is ATOM and not self.model.is_given(key)
        return derived and None in instance.atom(place).row

    def _closed(self, instance: Instance, place: int) -> Premise:
        """That none of these further rows hold."""
        return Premise(instance, place, (self.no_further(instance.atom(place)),), holds=False)

    # --- what does not hold -------------------------------------------------------------------

    def _attempts(self, plan: RulePlan, atom: GroundAtom) -> Iterable[Attempt]:
        """How far a rule comes that might derive an atom: the instances that come closest.

        There are none when its head cannot be the atom.
        """
        asked = plan.asked(atom.row)
        current = asked.start(atom.row)
        for place, stage in enumerate(asked.stages):
            following = stage.advance(self.model.rows, current)
            if not following:
                return [
                    self._attempt(Instance(plan, slots), place, asked.behind[place])
                    for slots in current[:MOST_CLOSEST]
                ]
            current = following
        return ()

    def _attempt(self, instance: Instance, place: int, behind: Iterable[Judged]) -> Attempt:
        """An instance that fails at a place of the body, and what fails of the atoms ``behind`` it.

        A conjunction of several unmet clauses names all of them, not only the first.
        """
        resting = self._resting(instance, place)
        lacking = [self._lacking(instance, place)]
        rows, slots = self.model.rows, instance.slots
        for other, negated, key, pick in behind:
            if (pick(slots) in rows[key]) is negated:
                lacking.append(self._lacking(instance, other))
        return Attempt(instance, resting, tuple(lacking))

    def _lacking(self, instance: Instance, place: int) -> Premise:
        """A literal that does not hold, and the steps that show why."""
        # A total that comes to another number has no rows to rest on.
        plain = instance.plan.parts[place][0] in (COMPARISON, TOTAL)
        steps = () if plain else (self.prove(instance.atom(place)),)
        return Premise(instance, place, steps, False)
