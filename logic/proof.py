"""Proofs: a graph of steps, each one instance of one loaded rule, down to facts of the record.

A step shows why an atom holds (its rule instances and what each rests on) or why it does not (for
each rule what was found and what is lacking). Steps are shared, so a proof is a tree in which a
repeated part stands once. Everything is read off the derivations; no clause is known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from logic.derivation import DAY_COLUMNS, Binding, GroundAtom, Instance, Model, RulePlan, ground
from logic.notation import (
    Atom,
    Comparison,
    Constant,
    Expression,
    Literal,
    Negation,
    Term,
    Total,
    Variable,
)

MOST_CLOSEST = 5
"""How many of the instances that came closest are shown for a rule that has none."""


@dataclass(frozen=True, slots=True)
class Premise:
    """One literal of a rule instance: its text with values put in, and the steps it rests on.

    ``kind`` is "atom", "negation", "total", or of a comparison what it compares: "date", "count" or
    "value".
    """

    text: str
    steps: tuple[int, ...] = ()
    kind: str = "atom"


@dataclass(frozen=True, slots=True)
class Derived:
    """A rule instance that holds, with its premises in the order of the body."""

    rule: str
    binding: Binding
    premises: tuple[Premise, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
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

    The kind "closed" says of a pattern that no other row than those counted fits it.

    An absent atom may have None in its row: no value at all makes it hold.
    """

    number: int
    kind: str
    atom: GroundAtom
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
        self._texts: dict[GroundAtom, str] = {}

    def prove(self, atom: GroundAtom) -> int:
        """The number of the step that shows why ``atom`` holds or does not."""
        known = self._numbers.get(atom)
        if known is not None:
            return known
        step = self._new_step(atom, "fact", atom)
        if self.model.is_given(atom.key):
            step.kind = "fact" if self.model.holds(atom) else "absent"
        elif self.model.holds(atom):
            step.kind = "derived"
            step.derived = tuple(
                self._derived(instance) for instance in self.model.derivations(atom)
            )
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
        step = Step(len(self.steps), kind, atom)
        self._numbers[key] = step.number
        self.steps.append(step)
        return step

    def proof_of(self, goal: int) -> Proof:
        """The proof of a step, sharing all steps of this prover."""
        return Proof(goal, self.steps)

    def show(self, atom: GroundAtom) -> str:
        """An atom as text, ``told_met[D.I.B.2](left)``; ``…`` stands for any value."""
        text = self._texts.get(atom)
        if text is None:
            columns = self.model.plan.columns.get(atom.key, ())
            shown = [
                show_value(value, column in DAY_COLUMNS)
                for value, column in zip(atom.row, columns, strict=True)
            ]
            text = self._texts[atom] = f"{atom.key}({', '.join(shown)})"
        return text

    def _pattern(self, atom: Atom, binding: Mapping[str, Constant]) -> GroundAtom:
        """The atom with the known values put in, and None for the others."""
        row = tuple(
            binding.get(term.name) if isinstance(term, Variable) else term
            for term in atom.arguments
        )
        return GroundAtom(atom.key, row)  # type: ignore[arg-type]

    # --- what holds ---------------------------------------------------------------------------

    def _derived(self, instance: Instance) -> Derived:
        binding = instance.binding
        premises = tuple(
            self._premise(instance.plan, literal, binding) for literal in instance.rule.body
        )
        return Derived(instance.rule.identifier, binding, premises)

    def _premise(
        self, plan: RulePlan, literal: Literal, binding: Mapping[str, Constant]
    ) -> Premise:
        """A literal that holds under a binding of all its variables."""
        if isinstance(literal, Atom):
            atom = ground(literal, binding)
            return Premise(self.show(atom), (self.prove(atom),))
        if isinstance(literal, Negation):
            atom = ground(literal.atom, binding)
            return Premise(f"not {self.show(atom)}", (self.prove(atom),), "negation")
        if isinstance(literal, Comparison):
            return _comparison(plan, literal, binding)
        return self._total(plan, literal, binding)

    def _total(self, plan: RulePlan, literal: Total, binding: Mapping[str, Constant]) -> Premise:
        values = tuple(binding.get(name) for name in plan.names)
        instance = Instance(plan, values + plan.constants)
        rows = self.model.rows_of_total(instance, literal)
        what = "number" if literal.value is None else f"sum of {literal.value}"
        pattern = self.show(self._pattern(literal.atom, binding))
        steps = [self.prove(row) for row in rows]
        # A total is only as good as its upper bound: the proof says why nothing else is counted.
        if not self.model.is_given(literal.atom.key):
            steps.append(self.no_further(self._pattern(literal.atom, binding)))
        return Premise(
            f"{binding[literal.result.name]} is the {what} of {pattern}", tuple(steps), "total"
        )

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
        start = self._bound_head(plan, pattern)
        if start is None:
            return
        body, current = plan.rule.body, [start]
        for place, step in enumerate(plan.steps):
            literal, following = body[place], []
            for slots in current:
                further = [
                    each for each in step.advance(self.model.rows, [slots]) if _agrees(each, start)
                ]
                following += further
                binding = Instance(plan, slots).binding
                if not further:
                    found = tuple(self._premise(plan, each, binding) for each in body[:place])
                    lacking = self._lacking(plan, literal, binding)
                    yield Attempt(plan.rule.identifier, binding, found, (lacking,))
                elif isinstance(literal, Atom) and not self.model.is_given(literal.key):
                    inner = self._pattern(literal, binding)
                    if None in inner.row:
                        found = tuple(self._premise(plan, each, binding) for each in body[:place])
                        other = Premise(self.show(inner), (self.no_further(inner),))
                        yield Attempt(plan.rule.identifier, binding, found, (other,))
            current = following

    # --- what does not hold -------------------------------------------------------------------

    def _attempts(self, plan: RulePlan, atom: GroundAtom) -> Iterator[Attempt]:
        start = self._bound_head(plan, atom)
        if start is None:
            return
        current = [start]
        for place, step in enumerate(plan.steps):
            following = [
                slots for slots in step.advance(self.model.rows, current) if _agrees(slots, start)
            ]
            if following:
                current = following
                continue
            for slots in current[:MOST_CLOSEST]:
                binding = Instance(plan, slots).binding
                body = plan.rule.body
                found = tuple(self._premise(plan, before, binding) for before in body[:place])
                lacking = (
                    self._lacking(plan, body[place], binding),
                    *self._also(plan, place, binding),
                )
                yield Attempt(plan.rule.identifier, binding, found, lacking)
            return

    def _also(self, plan: RulePlan, place: int, binding: Binding) -> Iterator[Premise]:
        """Further literals behind the first lacking one that can be judged and do not hold.

        A conjunction of several unmet clauses names all of them, not only the first.
        """
        for literal in plan.rule.body[place + 1 :]:
            if isinstance(literal, Atom | Negation):
                atom = literal if isinstance(literal, Atom) else literal.atom
                if all(variable.name in binding for variable in atom.variables()):
                    holds = self.model.holds(ground(atom, binding))
                    if holds is isinstance(literal, Negation):
                        yield self._lacking(plan, literal, binding)

    def _lacking(self, plan: RulePlan, literal: Literal, binding: Binding) -> Premise:
        """A literal that does not hold: the steps show why."""
        if isinstance(literal, Negation):
            atom = ground(literal.atom, binding)
            return Premise(f"not {self.show(atom)}", (self.prove(atom),), "negation")
        if isinstance(literal, Atom):
            atom = self._pattern(literal, binding)
            return Premise(self.show(atom), (self.prove(atom),))
        if isinstance(literal, Comparison):
            return _comparison(plan, literal, binding)
        return Premise(str(literal))

    def _bound_head(self, plan: RulePlan, atom: GroundAtom) -> tuple[Constant | None, ...] | None:
        """The slots with the head's values, or None when the head cannot be this atom."""
        slots = list(plan.start)
        for term, value in zip(plan.rule.head.arguments, atom.row, strict=True):
            if value is None:
                continue
            if isinstance(term, Variable):
                where = plan.names.index(term.name)
                if slots[where] is not None and slots[where] != value:
                    return None
                slots[where] = value
            elif term != value:
                return None
        return tuple(slots)


def _agrees(slots: Sequence[Constant | None], start: Sequence[Constant | None]) -> bool:
    """Whether no value of the head that was given at the start has been replaced."""
    return all(given is None or given == value for given, value in zip(start, slots, strict=True))


def _comparison(plan: RulePlan, literal: Comparison, binding: Mapping[str, Constant]) -> Premise:
    """A comparison with its values, and whether it compares days, a count or other values."""
    names = {variable.name for variable in literal.variables()}
    counts = {each.result.name for each in plan.rule.body if isinstance(each, Total)}
    counts |= {
        term.name
        for atom, _ in plan.rule.atoms()
        for column, term in zip(atom.columns, atom.arguments, strict=True)
        if column == "days" and isinstance(term, Variable)
    }
    kind = "count" if names & counts else "date" if names & plan.days else "value"
    return Premise(show_comparison(literal, binding, plan.days), (), kind)


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
