"""A policy with all its versions: what it says of itself, and its rules and numbers by date.

What enters is what an author writes: ``policy.toml`` (``About``), ``parameters.toml``
(``DatedParameter``) and sections whose clauses may be in force from or until a day. What leaves is,
for a day, the plain ``Policy`` of the version in force then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from clausewise.facts.columns import LATEST
from clausewise.logic.language.advice import NO_ADVICE, Advice
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.notation import Clause, Section
from clausewise.logic.language.policy import Parameter, Path, Policy, Reading, Role
from clausewise.logic.language.well_formed import evaluation_order

NEVER = LATEST + timedelta(days=1)
"""The end of a version that has none: a day that no case can name."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a policy: its first day in force, and the first day after it if one is known."""

    first: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.first <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class About:
    """What a policy says of itself.

    ``plans`` are the plans that it is written for, by name, with what each is called for people;
    ``source`` says where its clauses were read; ``versions`` stand in the order of their days;
    ``notice`` stands beside every determination.
    """

    number: str
    payer: str
    title: str
    plans: Mapping[str, str]
    procedures: tuple[str, ...]
    source: str
    versions: tuple[Version, ...]
    notice: str = ""

    def version_on(self, day: date) -> Version | None:
        """The version in force on a day, or None."""
        return next((each for each in self.versions if each.holds_on(day)), None)

    def nearest_version(self, day: date) -> Version:
        """The version in force on a day; where none is, the first one or the last one before."""
        before = [each for each in self.versions if each.first <= day]
        return before[-1] if before else self.versions[0]


@dataclass(frozen=True)
class DatedParameter:
    """A number of a policy: ``values`` maps the first day of each value to the value."""

    name: str
    values: Mapping[date, int]
    unit: str
    label: str
    meaning: str

    def on(self, day: date) -> Parameter | None:
        """The parameter with its value on a day; None before the first one."""
        begun = [first for first in self.values if first <= day]
        if not begun:
            return None
        return Parameter(self.name, self.values[max(begun)], self.unit, self.label, self.meaning)


@dataclass(frozen=True, eq=False)
class DatedPolicy:
    """A policy with all its versions. ``at`` gives the one of a day.

    Of the sections of the ``library`` only the rules are kept that the others or the roles reach.
    ``static_facts`` are rows beside those of the policy's identity that hold in every case;
    ``roles``, ``advice``, ``queries`` and ``package`` are as in ``Policy``.
    """

    about: About
    parameters: tuple[DatedParameter, ...]
    readings: tuple[Reading, ...]
    paths: tuple[Path, ...]
    sections: tuple[Section, ...]
    static_facts: tuple[tuple[str, tuple[str | int, ...]], ...] = field(default=())
    library: tuple[Section, ...] = ()
    roles: Mapping[Role, str] = field(default_factory=dict)
    advice: Advice = NO_ADVICE
    queries: str = ""
    package: str = ""

    def at(self, day: date) -> Policy:
        """The policy as it is in force on a day; raises PolicyError when no version is."""
        version = self.about.version_on(day)
        if version is None:
            raise PolicyError(f"{self.about.number}: no version is in force on {day}")
        return self._folded[version]

    @cached_property
    def labels(self) -> frozenset[str]:
        """The labels of the clauses of all versions."""
        return frozenset(each.label for section in self.sections for each in section.clauses)

    @cached_property
    def _folded(self) -> Mapping[Version, Policy]:
        if faults := list(self.faults()):
            raise PolicyError("\n".join(faults))
        return {version: self.fold(version) for version in self.about.versions}

    def fold(self, version: Version) -> Policy:
        """The policy of a version as it is written, with the faults that it may have."""
        about, day = self.about, version.first
        parameters = (each.on(day) for each in self.parameters if self._has(each, day))
        sections = [_in_force(section, day) for section in self.sections]
        return Policy(
            number=about.number,
            title=about.title,
            payer=about.payer,
            plans=tuple(about.plans),
            effective=day,
            until=version.until,
            source=about.source,
            parameters=tuple(each for each in parameters if each is not None),
            readings=self.readings,
            paths=self.paths,
            sections=(*reached(self.library, sections, self.roles.values()), *sections),
            static_facts=(
                *(("policy_plan", (plan,)) for plan in about.plans),
                ("policy_effective", (day.toordinal(),)),
                ("policy_until", ((version.until or NEVER).toordinal(),)),
                *self.static_facts,
            ),
            roles=self.roles,
            advice=self.advice,
            queries=self.queries,
            package=self.package,
            notice=about.notice,
        )

    def _has(self, parameter: DatedParameter, day: date) -> bool:
        """Whether the version of a day has a number: not before or after the number's clause."""
        own = [
            clause
            for section in self.sections
            for clause in section.clauses
            if clause.label == parameter.label
        ]
        return not own or any(clause.in_force(day) for clause in own)

    def faults(self) -> Iterator[str]:
        """A sentence for each day that lies between two versions or that no version begins on.

        Versions have to follow each other without a gap and without an overlap; a clause and a
        value of a parameter begin and end where a version does. A number has a value as long as
        its clause is in force.
        """
        number, versions = self.about.number, self.about.versions
        if not versions:
            yield f"{number}: it has no version"
            return
        for before, after in pairwise(versions):
            if before.until is None or before.until != after.first:
                end = "open" if before.until is None else str(before.until)
                yield (
                    f"{number}: the version of {before.first} ends {end}, the next one begins "
                    f"on {after.first}; one has to follow the other"
                )
        if versions[-1].until is not None and versions[-1].until <= versions[-1].first:
            yield f"{number}: the version of {versions[-1].first} ends before it begins"
        firsts = {each.first for each in versions}
        for parameter in self.parameters:
            begins = min((first for first in firsts if self._has(parameter, first)), default=None)
            if begins is not None and parameter.on(begins) is None:
                yield (
                    f"{parameter.label}: {parameter.name} has no value on {begins}, the first day "
                    "of its clause"
                )
            for first in parameter.values:
                if first not in firsts and first > versions[0].first:
                    yield f"{parameter.label}: {parameter.name} changes on {first}, no version does"
        for section in self.sections:
            for clause in section.clauses:
                for day in (clause.since, clause.until):
                    if day is not None and day not in firsts and day != versions[-1].until:
                        yield f"{clause.label}: no version begins or ends on {day}"
        yield from self._clause_faults()

    def _clause_faults(self) -> Iterator[str]:
        """Clauses of one label in force on the same day, and ids that are used twice; each once."""
        told: set[str] = set()
        for version in self.about.versions:
            day = version.first
            in_force = [
                clause
                for section in self.sections
                for clause in section.clauses
                if clause.in_force(day)
            ]
            for what, names in (
                ("label", Counter(clause.label for clause in in_force)),
                ("id", Counter(clause.id for clause in in_force)),
            ):
                for name, times in names.items():
                    if times > 1 and name not in told:
                        told.add(name)
                        yield f"{name}: {times} clauses have this {what} on {day}"


def reached(
    library: Iterable[Section], sections: Iterable[Section], names: Iterable[str]
) -> Iterator[Section]:
    """The library's sections with the rules that the sections, or relations of these names, need.

    Rules are numbered anew, so that a policy's own are not changed by what it leaves out.
    """
    listed = list(library)
    rules = [rule for section in listed for clause in section.clauses for rule in clause.rules]
    asked = [
        atom.key
        for section in sections
        for clause in section.clauses
        for rule in clause.rules
        for atom, _ in rule.atoms()
    ]
    needed = set(evaluation_order(rules, [*asked, *names]))
    for section in listed:
        kept = Section(section.label, section.title)
        for clause in section.clauses:
            own = [rule for rule in clause.rules if rule.head.key in needed]
            if own:
                numbered = [
                    replace(rule, identifier=f"{clause.label}/{number}")
                    for number, rule in enumerate(own, 1)
                ]
                kept.clauses.append(replace(clause, rules=numbered))
        if kept.clauses:
            yield kept


def _in_force(section: Section, day: date) -> Section:
    clauses: list[Clause] = [each for each in section.clauses if each.in_force(day)]
    return (
        section
        if len(clauses) == len(section.clauses)
        else Section(section.label, section.title, clauses)
    )
