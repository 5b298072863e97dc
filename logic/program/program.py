"""A policy made ready to decide: loaded into pyDatalog, read back, checked, and planned.

A program is shared by all threads; each caller borrows an engine from its pool.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, cached_property

from clausewise.logic.derivation.model import DerivationPlan
from clausewise.logic.engine.collector import collector_paused
from clausewise.logic.engine.pydatalog import EnginePool
from clausewise.logic.language.determination_rules import labels_of_path
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.input_relations import INPUT_RELATIONS
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.language.rules import Rule
from clausewise.logic.language.status import DERIVED
from clausewise.logic.language.well_formed import check_program


def goals_of(policy: Policy, rules: Iterable[Rule]) -> tuple[str, ...]:
    """The keys that are asked for: the determination, each status of each clause, and what speaks
    against single entries."""
    labels = dict.fromkeys(
        label
        for path in policy.paths
        for label in labels_of_path(path, policy.clauses, policy.scope)
    )
    statuses = [f"{status}[{label}]" for label in labels for status in DERIVED]
    against = dict.fromkeys(rule.head.key for rule in rules if rule.head.relation.against)
    return ("determination", *statuses, *against)


def roles_of(policy: Policy, rules: Iterable[Rule]) -> tuple[str, ...]:
    """The relations that have a role and that rules define: they are asked for too."""
    defined = {rule.head.key for rule in rules}
    return tuple(name for name in policy.roles.values() if name in defined)


def check_rules(policy: Policy, rules: tuple[Rule, ...]) -> None:
    """Check the rules of a policy as a program, without loading them; raises ProgramError."""
    registers: Mapping[str, Mapping[str, frozenset[str] | None]] = {
        "reading": {name: frozenset(each.choices) for name, each in policy.reading.items()},
        "parameter": dict.fromkeys(policy.parameter),
    }
    goals = (*goals_of(policy, rules), *roles_of(policy, rules))
    check_program(rules, policy.clauses, registers, goals)


class Program:
    """A checked policy with its engines and its plan for derivations.

    Raises ``logic.language.well_formed.ProgramError`` when the loaded clauses break a rule of
    well-formedness.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        written = tuple(policy.rules())
        self._check_shape(written)
        self.pool = EnginePool(written, tuple(INPUT_RELATIONS.values()))
        with self.pool.engine() as engine:
            self.rules: tuple[Rule, ...] = engine.loaded_rules()
        self.goals = goals_of(self.policy, self.rules)
        self.check(self.rules)
        self.plan = DerivationPlan(self.rules, (*self.goals, *roles_of(self.policy, self.rules)))

    def check(self, rules: Iterable[Rule]) -> None:
        """Check ``rules`` as a program of this policy; raises ProgramError."""
        check_rules(self.policy, tuple(rules))

    def _check_shape(self, rules: tuple[Rule, ...]) -> None:
        """What loading itself needs: facts and rules do not share relations."""
        for rule in rules:
            if rule.head.relation.is_input:
                raise PolicyError(f"{rule.identifier}: facts are not defined by rules")

    @cached_property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """The labels of each path, by root, in the document's order."""
        return {
            path.root: labels_of_path(path, self.policy.clauses, self.policy.scope)
            for path in self.policy.paths
        }

    @cached_property
    def scope(self) -> tuple[str, ...]:
        """The labels that tell whether the policy governs at all."""
        return tuple(self.policy.labels_below(self.policy.scope))

    @cache  # noqa: B019 - a program lives as long as the process
    def criteria(self, path: Path) -> tuple[str, ...]:
        """The labels of the path's criteria."""
        return tuple(
            label
            for label in self.labels[path.root]
            if self.policy.clauses[label].kind == "criterion"
        )

    def exclusions(self, path: Path, readings: Mapping[str, str]) -> tuple[str, ...]:
        """The labels of the exclusions that may bar the path under these readings."""
        return self._exclusions(path, path.all_exclusions(readings))

    @cache  # noqa: B019 - a program lives as long as the process
    def _exclusions(self, path: Path, roots: tuple[str, ...]) -> tuple[str, ...]:
        wanted = {label for root in roots for label in self.policy.labels_below(root)}
        return tuple(label for label in self.labels[path.root] if label in wanted)


@cache
@collector_paused()
def program_of(policy: Policy) -> Program:
    """The program of a policy, made once a process."""
    return Program(policy)
