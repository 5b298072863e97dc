"""What a policy consists of: identity, parameters, readings, paths and sections of clauses.

A policy's module makes one ``Policy``; everything else reads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from clausewise.logic.language.notation import Clause, PolicyError, Rule, Section


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the policy: its name, value, unit, the clause it belongs to and what it is."""

    name: str
    value: int
    unit: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A place of the text that can be understood in more than one way.

    ``choices`` maps each value to what it means; the first one is the default. ``labels`` are the
    clauses that it concerns; ``spot`` says which words of the text leave it open.
    """

    name: str
    choices: Mapping[str, str]
    labels: tuple[str, ...]
    spot: str

    @property
    def default(self) -> str:
        return next(iter(self.choices))

    @property
    def alternatives(self) -> tuple[str, ...]:
        return tuple(self.choices)[1:]


@dataclass(frozen=True, slots=True)
class Path:
    """One way to an approval: the procedure, its root criterion and its exclusions.

    ``further_exclusions`` exclude only when ``further_when`` (reading, value) is chosen.
    """

    procedure: str
    name: str
    root: str
    exclusions: tuple[str, ...]
    further_exclusions: tuple[str, ...]
    further_when: tuple[str, str]


@dataclass(frozen=True, eq=False)
class Policy:
    """A policy as it is in force on one day: a logic program, its numbers and its readings.

    ``effective`` is the first day of this version and ``until`` the first day after it (None: no
    end is known). ``static_facts`` are rows that hold in every case (vocabulary and policy
    identity), as (relation name, values).
    """

    number: str
    title: str
    payer: str
    plans: tuple[str, ...]
    effective: date
    until: date | None
    source: str
    parameters: tuple[Parameter, ...]
    readings: tuple[Reading, ...]
    paths: tuple[Path, ...]
    sections: tuple[Section, ...]
    static_facts: tuple[tuple[str, tuple[str | int, ...]], ...] = field(default=())

    @property
    def plan(self) -> str:
        """The first plan that the policy is written for."""
        return self.plans[0]

    @property
    def version(self) -> str:
        """The policy and the day of this version, as ``--policy`` takes it."""
        return f"{self.number}@{self.effective.isoformat()}"

    @cached_property
    def clauses(self) -> dict[str, Clause]:
        """Every clause by its label, in the document's order; raises PolicyError on a repeat."""
        found: dict[str, Clause] = {}
        for section in self.sections:
            for clause in section.clauses:
                if clause.label in found:
                    raise PolicyError(f"{clause.label}: the clause is written twice")
                found[clause.label] = clause
        return found

    def rules(self) -> Iterator[Rule]:
        """Every rule of the policy, in the document's order."""
        for clause in self.clauses.values():
            yield from clause.rules

    @cached_property
    def parameter(self) -> dict[str, Parameter]:
        return {parameter.name: parameter for parameter in self.parameters}

    @cached_property
    def reading(self) -> dict[str, Reading]:
        return {reading.name: reading for reading in self.readings}

    @cached_property
    def default_parameters(self) -> dict[str, int]:
        return {parameter.name: parameter.value for parameter in self.parameters}

    @cached_property
    def default_readings(self) -> dict[str, str]:
        return {reading.name: reading.default for reading in self.readings}

    def path_of(self, procedure: str) -> Path | None:
        """The path of a procedure, or None when the policy does not govern it."""
        return next((path for path in self.paths if path.procedure == procedure), None)

    def labels_below(self, label: str) -> Iterator[str]:
        """``label`` and, for a gate, the labels of its parts, depth first in document order."""
        yield label
        clause = self.clauses[label]
        for part in (*clause.parts, *clause.further_parts):
            yield from self.labels_below(part)

    @cached_property
    def fingerprint(self) -> str:
        """A hash (16 hexadecimal digits) of all rules, numbers, readings and static facts.

        Two policies with the same fingerprint decide every case alike.
        """
        digest = hashlib.sha256()
        lines = [self.number, *self.plans, self.effective.isoformat()]
        lines += [f"{rule.identifier} {rule}" for rule in self.rules()]
        lines += [f"{parameter.name}={parameter.value}" for parameter in self.parameters]
        lines += [f"{reading.name}={'|'.join(reading.choices)}" for reading in self.readings]
        lines += [repr(fact) for fact in self.static_facts]
        digest.update("\n".join(lines).encode())
        return digest.hexdigest()[:16]
