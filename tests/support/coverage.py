"""What random cases reach: rules that derive something, and the statuses of every clause.

Run with ``make coverage``; a number tries that many cases instead of 20,000.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import base_facts
from clausewise.logic.derivation.model import Model
from clausewise.logic.language.choices import choose
from clausewise.logic.language.criteria import conflicting, met, not_met
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.generator import any_case
from tests.support.sweep import every_mutant, explained
from tests.support.trials import Trial, random_choices

STATUSES = (met, not_met, conflicting)


@dataclass
class Coverage:
    """The rules that had an instance, and the statuses (label, status) that occurred."""

    cases: int = 0
    rules: set[str] = field(default_factory=set)
    statuses: set[tuple[str, str]] = field(default_factory=set)

    def unused_rules(self) -> list[str]:
        """The rules that no case used although one could, in the policy's order."""
        never = {
            mutant.original.identifier
            for mutant in every_mutant()
            if mutant.changed is None and explained(mutant)
        }
        return [
            rule.identifier
            for rule in program_of(POLICY).rules
            if rule.identifier not in self.rules | never
        ]

    def missing_statuses(self) -> list[str]:
        """The statuses of clauses that did not occur, as "label status"."""
        names = (*(relation.name for relation in STATUSES), "undocumented")
        return [
            f"{label} {name}"
            for label in all_labels()
            for name in names
            if (label, name) not in self.statuses
        ]


def all_labels() -> list[str]:
    """Every label with a status, in the policy's order."""
    found = {label for each in program_of(POLICY).labels.values() for label in each}
    return [label for label in POLICY.clauses if label in found]


def random_trials(seeds: Iterable[int]) -> Iterable[Trial]:
    """The random cases of these seeds, as SQL and pyDatalog are compared on, with choices."""
    for seed in seeds:
        readings, numbers = random_choices(seed, 0.5)
        yield any_case(seed), readings, numbers


def coverage_of(trials: Iterable[Trial]) -> Coverage:
    """What these cases reach together."""
    found = Coverage()
    program = program_of(POLICY)
    labels = all_labels()
    for data, readings, numbers in trials:
        found.cases += 1
        case = case_from_data(data)
        model = Model(program.plan, base_facts(case, POLICY, choose(POLICY, readings, numbers)))
        for key in program.plan.order:
            for derived in model.rows[key].values():
                found.rules.update(instance.rule.identifier for instance in derived)
        for label in labels:
            known = 0
            for relation in STATUSES:
                rows = model.rows[relation(case.sides[0], label).key]
                known += len(rows)
                if rows:
                    found.statuses.add((label, relation.name))
            if known < len(case.sides):
                found.statuses.add((label, "undocumented"))
    return found


def main(cases: int = 20_000) -> None:
    """Print how much these random cases reach, and what they do not."""
    found = coverage_of(random_trials(range(cases)))
    every = len(program_of(POLICY).rules)
    unused, missing = found.unused_rules(), found.missing_statuses()
    print(f"{found.cases} cases used {len(found.rules)} of {every} rules")
    print(f"{every - len(found.rules) - len(unused)} others can derive nothing (explained mutants)")
    print(f"not reached: {', '.join(unused) or 'none'}")
    print(f"{len(found.statuses)} of {4 * len(all_labels())} statuses of clauses occurred; not:")
    for status in missing:
        print(f"  {status}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
