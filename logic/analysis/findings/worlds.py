"""The clauses of a path evaluated over all records, under any choices, and witnesses of what holds.

Under other choices only the relations that rest on what is chosen otherwise are evaluated anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from clausewise.facts.case.model import Case
from clausewise.facts.columns import Row
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.analysis.space.parts import SIDE
from clausewise.logic.analysis.space.record import SymbolicRecord
from clausewise.logic.decision.decide import base_facts, decide_case
from clausewise.logic.decision.decisive import chains_below
from clausewise.logic.derivation.model import DerivationPlan
from clausewise.logic.engine.collector import collector_paused
from clausewise.logic.language.choices import Choices, choose
from clausewise.logic.language.policy import Path
from clausewise.logic.language.rules import Atom, Rule
from clausewise.logic.language.status import DERIVED, Status
from clausewise.logic.program.dependencies import is_off
from clausewise.logic.program.program import Program
from clausewise.logic.readings.conditional_model import Worlds
from clausewise.logic.readings.decision_diagram import ALL, NONE, Diagrams

CHOSEN = frozenset({"line", "parameter", "reading"})
"""What the rules of gates ask for beside the statuses of their parts."""


class WitnessError(RuntimeError):
    """The ordinary engine decides a record otherwise than the analysis says: a fault of ours."""


@dataclass(frozen=True)
class Witness:
    """A record that shows a finding, as ``decide_case`` decided it.

    ``changes`` are the variables in which it differs from the record it is nearest to, each with
    its value there and its value here.
    """

    changes: tuple[tuple[str, str, str], ...]
    case: Case
    determination: Determination
    otherwise: Determination | None = None
    """Under the other reading or parameter that the finding is about."""


class PathWorlds:
    """A path over all records: sets of records by determination and by status of a clause."""

    @collector_paused()
    def __init__(
        self,
        program: Program,
        path: Path,
        record: SymbolicRecord | None = None,
        diagrams: Diagrams | None = None,
    ) -> None:
        self.program, self.path, self.policy = program, path, program.policy
        self.record = record or SymbolicRecord(program, path)
        if diagrams is not None:
            self.record.diagrams = diagrams
        self.diagrams = self.record.diagrams
        self.choices = choose(program.policy)
        scope = {*self.policy.labels_below(self.policy.scope)}
        self.labels = tuple(each for each in program.labels[path.root] if each not in scope)
        # Gates above the clauses that can be reasons have large sets, and nothing needs them.
        above = {label for chain in chains_below(self.policy, path.root) for label in chain[:-1]}
        self.statuses = tuple(
            (label, status) for label in self.labels if label not in above for status in Status
        )
        goals = [f"{status}[{label}]" for label, status in self.statuses if status in DERIVED]
        self._plan = program.plan.without(frozenset(), *goals)
        self.default = Outcomes(
            self, self.choices, self._evaluated(self._plan, self._facts, {}, frozenset())
        )
        for label, status in self.statuses:
            self.default.status(label, status)

    @cached_property
    def asking(self) -> tuple[str, ...]:
        """The labels that ask the record itself: the leaves, and gates that more than their parts
        decide."""
        found = []
        for label in self.labels:
            clause = self.policy.clauses[label]
            atoms = (atom for rule in clause.rules for atom, _ in rule.atoms())
            if not clause.gate or any(
                atom.label is None and atom.key not in CHOSEN for atom in atoms
            ):
                found.append(label)
        return tuple(found)

    def _evaluated(
        self,
        plan: DerivationPlan,
        facts: Mapping[str, Mapping[Row, int]],
        known: Mapping[str, Mapping[Row, int]],
        anew: frozenset[str],
    ) -> Worlds:
        """The relations by these rules from these facts; those already known are taken over but for
        ``anew``, all others are evaluated when they are first asked for."""
        worlds = Worlds(plan, self.diagrams, facts)
        worlds.update({key: known[key] for key in plan.order if key in known and key not in anew})
        return worlds

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that the statuses rest on."""
        return tuple(plan.rule for key in self._plan.order for plan in self._plan.plans[key])

    def with_rule(self, original: Rule, changed: Rule | None, anew: frozenset[str]) -> Worlds:
        """The relations with one rule changed, or left out; ``anew`` are those that rest on it."""
        plan = self._plan.with_rule(original, changed)
        return self._evaluated(plan, self._facts, self.default.worlds, anew)

    def of_record(self, record: Mapping[str, str], original: Rule, changed: Rule | None) -> Worlds:
        """What holds in one record with one rule changed, or left out."""
        case = self.record.case(record)
        facts = base_facts(case, self.policy, self.choices)
        rows = {key: dict.fromkeys(found, ALL) for key, found in facts.items()}
        return Worlds(self._plan.with_rule(original, changed), self.diagrams, rows)

    @cached_property
    def _facts(self) -> dict[str, dict[Row, int]]:
        return self.record.facts_with(self.choices)

    def resting_on(self, relation: str) -> frozenset[str]:
        """A relation and those that rest on it."""
        return self._resting(lambda atom: atom.key == relation) | {relation}

    def depends_on(
        self, relation: str, name: str, readings: Mapping[str, str] | None = None
    ) -> frozenset[str]:
        """The relations that rest on a reading or a parameter, under any readings or these."""
        return self._resting(
            lambda atom: atom.key == relation and atom.arguments[0] == name,
            lambda rule: readings is None or not is_off(rule, readings),
        )

    def _resting(
        self, asked: Callable[[Atom], bool], speaks: Callable[[Rule], bool] = lambda _: True
    ) -> frozenset[str]:
        """The relations that rest on such atoms by the rules that speak."""
        found: set[str] = set()
        for key in self._plan.order:
            rules = (plan.rule for plan in self._plan.plans[key])
            atoms = (atom for rule in rules if speaks(rule) for atom, _ in rule.atoms())
            if any(atom.key in found or asked(atom) for atom in atoms):
                found.add(key)
        return frozenset(found)

    @collector_paused()
    def under(
        self,
        *,
        readings: Mapping[str, str] | None = None,
        parameters: Mapping[str, int] | None = None,
    ) -> Outcomes:
        """The same records under other readings and parameters."""
        choices = choose(self.policy, readings, parameters)
        anew = frozenset[str]().union(
            *(self.depends_on("reading", name) for name in readings or ()),
            *(self.depends_on("parameter", name) for name in parameters or ()),
        )
        facts = self.record.facts_with(choices)
        worlds = self._evaluated(self._plan, facts, self.default.worlds, anew)
        return Outcomes(self, choices, worlds)

    @cached_property
    def approval(self) -> dict[str, str]:
        """The approval that states least; without any, the record that states nothing."""
        found = self.diagrams.nearest(self.default.approved, self.record.plainest)
        return {**self.record.plainest, **(found or {})}

    def witness(
        self,
        held: int,
        *,
        start: Mapping[str, str] | None = None,
        under: Outcomes | None = None,
    ) -> Witness | None:
        """The record of a set that is nearest to ``start`` (the plainest approval), decided by the
        ordinary engine; None when the set is empty.

        With ``under`` it is decided a second time under those choices. Raises WitnessError when the
        engine does not decide it as the analysis does.
        """
        near = dict(start or self.approval)
        changes = self.diagrams.nearest(held, near)
        if changes is None:
            return None
        record = {**near, **changes}
        case = self.record.case(record, "witness")
        own = self.decided(case, record, self.default)
        other = None if under is None else self.decided(case, record, under)
        told = tuple((name, near[name], value) for name, value in changes.items())
        return Witness(told, case, own, other)

    def decided(self, case: Case, record: Mapping[str, str], outcomes: Outcomes) -> Determination:
        """A record as ``decide_case`` decides it; raises WitnessError where the sets differ."""
        choices = outcomes.choices
        line = decide_case(
            case, self.policy, readings=choices.readings, parameters=choices.parameters
        ).by_side[SIDE]
        expected = outcomes.determination(record)
        if expected != line.determination:
            raise WitnessError(f"{line.determination}, the analysis says {expected}: {record}")
        for label in outcomes.reasons:
            status = line.statuses[label]
            if not self.diagrams.contains(outcomes.status(label, status), record):
                raise WitnessError(f"{label} is {status}, not so in the analysis: {record}")
        return line.determination


@dataclass(frozen=True)
class Outcomes:
    """Sets of records under one choice of readings and parameters."""

    path: PathWorlds
    choices: Choices
    worlds: Worlds

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """The clauses that can be reasons, in the document's order: criteria as deep as the
        policy's own labels go down ALL gates, and exclusions."""
        policy, path = self.path.policy, self.path.path
        criteria = [chain[-1] for chain in chains_below(policy, path.root)]
        exclusions = self.path.program.exclusions(path, self.choices.readings)
        published = (label for label in exclusions if policy.clauses[label].published)
        return tuple(dict.fromkeys((*criteria, *published)))

    def is_exclusion(self, label: str) -> bool:
        """Whether a clause excludes, rather than being asked for."""
        return self.path.policy.clauses[label].kind == "exclusion"

    def status(self, label: str, status: Status) -> int:
        """The records in which a clause has this status."""
        diagrams = self.path.diagrams
        if status is not Status.UNDOCUMENTED:
            held: int = self.worlds[f"{status}[{label}]"].get((SIDE,), NONE)
            return held
        return diagrams.without(
            diagrams.any_of(self.worlds[f"{each}[{label}]"].get((SIDE,), NONE) for each in DERIVED)
        )

    def denying(self, label: str) -> int:
        """The records for whose denial a clause is a reason."""
        if label not in self.reasons:
            return NONE
        return self.status(label, Status.MET if self.is_exclusion(label) else Status.NOT_MET)

    def supporting(self, label: str) -> int:
        """The records in which a clause stands in the way of no approval."""
        if label not in self.reasons:
            return ALL
        if not self.is_exclusion(label):
            return self.status(label, Status.MET)
        diagrams = self.path.diagrams
        against = (self.status(label, each) for each in (Status.MET, Status.CONFLICTING))
        return diagrams.without(diagrams.any_of(against))

    def all_support(self, *, but: Collection[str] = ()) -> int:
        """The records in which all these clauses but some stand in the way of no approval."""
        if len(but) == 1:
            return self.support_of_others[next(iter(but))]
        return self.path.diagrams.all_of(
            self.supporting(label) for label in self.reasons if label not in but
        )

    @cached_property
    def support_of_others(self) -> Mapping[str, int]:
        """For each clause the records in which all others stand in the way of no approval."""
        diagrams = self.path.diagrams
        supporting = [self.supporting(label) for label in self.reasons]
        rest = _of_the_others(supporting, diagrams.both, diagrams.all_of)
        return dict(zip(self.reasons, rest, strict=True))

    def root_met(self) -> int:
        """The records in which the root criterion is met: all criteria below it are."""
        return self.path.diagrams.all_of(
            self.supporting(label) for label in self.reasons if not self.is_exclusion(label)
        )

    @cached_property
    def approved(self) -> int:
        """The records that are approved."""
        return self.all_support()

    @cached_property
    def denied(self) -> int:
        """The records that are denied."""
        return self.path.diagrams.any_of(self.denying(label) for label in self.reasons)

    def determination(self, record: Mapping[str, str]) -> Determination:
        """The determination of one record, from the statuses of the clauses that can be reasons."""
        contains = self.path.diagrams.contains
        if any(contains(self.denying(label), record) for label in self.reasons):
            return Determination.NOT_MEDICALLY_NECESSARY
        if all(contains(self.supporting(label), record) for label in self.reasons):
            return Determination.MEDICALLY_NECESSARY
        return Determination.INSUFFICIENT_INFORMATION

    def outcome(self, determination: Determination) -> int:
        """The records with this determination, from the statuses of the clauses that can be
        reasons: the gates above them have large sets, which nothing needs."""
        if determination is Determination.MEDICALLY_NECESSARY:
            return self.approved
        if determination is Determination.NOT_MEDICALLY_NECESSARY:
            return self.denied
        return self.path.diagrams.without(self.path.diagrams.either(self.approved, self.denied))


def _of_the_others(
    sets: Sequence[int],
    both: Callable[[int, int], int],
    all_of: Callable[[Iterable[int]], int],
) -> list[int]:
    """For each set what all the others have in common, by halves: each half with all the other."""

    def of(some: Sequence[int], known: int) -> list[int]:
        if len(some) == 1:
            return [known]
        half = len(some) // 2
        one, other = some[:half], some[half:]
        return [
            *of(one, both(known, all_of(other))),
            *of(other, both(known, all_of(one))),
        ]

    return of(sets, ALL) if sets else []
