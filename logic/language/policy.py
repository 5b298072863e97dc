"""What a policy consists of: identity, parameters, readings, paths and sections of clauses.

A policy's module makes one ``Policy``; everything else reads it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from clausewise.facts.vocabulary.words import VOCABULARY, Name
from clausewise.logic.language.advice import NO_ADVICE, Advice
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.notation import Clause, Section
from clausewise.logic.language.rules import Rule


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the policy: its name, value, unit, the clause it belongs to and what it is."""

    name: str
    value: int
    unit: str
    label: str
    meaning: str

    def with_value(self, value: int) -> str:
        """What the number is, with a value: "least relief after a block: 50 percent".

        A meaning that says what is counted needs no unit: "least number of positive tests: 3".
        """
        words = re.findall(r"\w+", self.meaning)
        counted = self.unit in words or "number" in words
        return f"{self.meaning}: {value}" + ("" if counted else f" {self.unit}")


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
    exclusions: tuple[str, ...] = ()
    further_exclusions: tuple[str, ...] = ()
    further_when: tuple[str, str] | None = None

    def all_exclusions(self, readings: Mapping[str, str]) -> tuple[str, ...]:
        """The exclusions that may bar the path under these readings."""
        if self.further_when is None or readings[self.further_when[0]] != self.further_when[1]:
            return self.exclusions
        return (*self.exclusions, *self.further_exclusions)


class Role(StrEnum):
    """What other parts ask the rules for beside statuses: days, and why entries do not count."""

    ANCHOR = "anchor"
    """The day that periods are counted back from: (day)."""
    CUT_OFF = "cut_off"
    """The day up to which evidence counts: (day)."""
    TIMELY = "timely"
    """The entry was known by the cut-off: (entry)."""
    AFTER_CUT_OFF = "after_cut_off"
    """The entry is later than the cut-off: (entry)."""
    NOT_RECEIVED = "not_received"
    """No document that the entry cites was received by the cut-off: (entry)."""
    AFTER_OPERATION = "after_operation"
    """The entry is not from before an operation that has taken place: (entry)."""
    IMPOSSIBLE_DATE = "impossible_date"
    """The entry is later than the documents that it cites: (entry)."""
    MAY_BE_RESULT = "may_be_result"
    """The entry may tell of the result of a procedure: (line, entry)."""
    SIDE_UNKNOWN = "side_unknown"
    """The entry lacks the side that its kind needs: (line, entry)."""
    ALIKE = "alike"
    """The kind of therapy belongs to the group: (kind, group)."""


@dataclass(frozen=True, eq=False)
class Policy:
    """A policy as it is in force on one day: a logic program, its numbers and its readings.

    ``effective`` is the first day of this version and ``until`` the first day after it (None: no
    end is known). ``static_facts`` are rows that hold in every case (vocabulary and policy
    identity), as (relation name, values). ``queries`` is the text of its named queries, as TOML;
    ``package`` is the package with the policy's data for people (``words.toml``), ``notice`` what
    they have to know beside each determination. ``roles`` names
    the relations of the rules that other parts ask for, ``scope`` is the label of the clause that
    tells whether the policy governs.
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
    queries: str = field(default="", repr=False)
    package: str = ""
    notice: str = ""
    roles: Mapping[Role, str] = field(default_factory=dict)
    advice: Advice = NO_ADVICE
    scope: str = "scope"

    def __repr__(self) -> str:
        return f"<Policy {self.number}, {self.title}, in force since {self.effective}>"

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

    def procedures_with(self, other: Policy) -> tuple[str, ...]:
        """The procedures that both policies have a path for, in the order of this one."""
        return tuple(path.procedure for path in self.paths if other.path_of(path.procedure))

    def labels_below(self, label: str) -> Iterator[str]:
        """``label`` and, for a gate, the labels of its parts, depth first in document order."""
        yield label
        clause = self.clauses[label]
        for part in (*clause.parts, *clause.further_parts):
            yield from self.labels_below(part)

    @cached_property
    def fingerprint(self) -> str:
        """A hash (16 hexadecimal digits) of all that decides: rules, numbers, readings, words.

        Two policies with the same fingerprint decide every case alike. Of the vocabulary it covers
        the words that the rules name.
        """
        digest = hashlib.sha256()
        lines = [self.number, *self.plans, self.effective.isoformat(), str(self.until)]
        lines += [f"{rule.identifier} {rule}" for rule in self.rules()]
        lines += [f"{each.name}={each.value} {each.unit} {each.label}" for each in self.parameters]
        lines += [f"{reading.name}={'|'.join(reading.choices)}" for reading in self.readings]
        lines += [repr(path) for path in self.paths]
        lines += [repr(fact) for fact in self.static_facts]
        lines += [_counted_as(word) for word in self._words()]
        digest.update("\n".join(lines).encode())
        return digest.hexdigest()[:16]

    def _words(self) -> Iterator[Name]:
        """The words of the vocabulary that the rules name, list by list."""
        named = {
            term
            for rule in self.rules()
            for atom in (rule.head, *(atom for atom, _ in rule.atoms()))
            for term in atom.terms
            if isinstance(term, str)
        }
        for words in VOCABULARY.lists():
            yield from (word for name, word in words.items() if name in named)


def _counted_as(word: Name) -> str:
    """What of a word bears on a decision: its name and how entries of it are counted."""
    codes = ",".join(str(code) for code in word.codes if code.system == "CPT")
    return (
        f"{word.name} {word.side_specific} {word.examination} {word.least} {word.most} "
        f"{word.unit} {codes}"
    )
