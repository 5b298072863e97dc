"""The symbolic record of a path: its facts with the records in which they hold, and its records.

A record is a value for each variable. Each is an ordinary case, made by ``case``, that the ordinary
engine decides. What the space leaves fixed is said by ``limits``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property

from clausewise.facts.case.model import Case
from clausewise.facts.case.syntax import InputError
from clausewise.facts.relations.from_case import case_facts, days_of_record
from clausewise.facts.relations.to_case import case_of_rows
from clausewise.facts.schema import OF_CASES, Row
from clausewise.logic.analysis.space.asked import Asked
from clausewise.logic.analysis.space.parts import ABSENT, SIDE, Fact, Part, parts_of
from clausewise.logic.decision.decide import facts_under
from clausewise.logic.language.choices import Choices
from clausewise.logic.language.policy import Path
from clausewise.logic.program.program import Program
from clausewise.logic.readings.decision_diagram import ALL, NONE, Diagrams

Record = Mapping[str, str]
"""A value for each variable; those that are not named have their first value."""


def usual_receipt(program: Program) -> date:
    """A day of receipt on which the policy is in force, with whole periods of it behind."""
    return program.policy.effective + timedelta(days=136)


class SymbolicRecord:
    """All records of a path that differ in what its clauses ask for.

    ``parts`` are its variables, ``diagrams`` the sets of records over them. It is made from
    ``parts`` where these are given, those of two policies together.
    """

    def __init__(
        self,
        program: Program,
        path: Path,
        received: date | None = None,
        parts: tuple[Part, ...] | None = None,
    ) -> None:
        self.program, self.path = program, path
        self.asked = Asked(program, path, received or usual_receipt(program))
        parts = parts if parts is not None else parts_of(self.asked)
        entries = {part.name: part for part in parts}
        self.parts = tuple(self._possible(part, entries) for part in parts)
        self.part = {part.name: part for part in self.parts}
        self.diagrams = Diagrams({part.name: tuple(part.values) for part in self.parts})

    @cached_property
    def request(self) -> tuple[Fact, ...]:
        """What every record states: one governed line of the path's procedure."""
        policy = self.program.policy
        return (
            ("line", (SIDE,)),
            ("procedure", (self.path.procedure,)),
            ("plan", (policy.plan,)),
            ("received", (self.asked.received.toordinal(),)),
        )

    @property
    def size(self) -> int:
        """How many records there are."""
        found = 1
        for part in self.parts:
            found *= len(part.values)
        return found

    @cached_property
    def limits(self) -> tuple[str, ...]:
        """What all records of the space have in common, and what they never state."""
        numbered = [part for part in self.parts if part.name.split()[-1].isdigit() and part.twin]
        held = set(self.facts)
        unsaid = sorted(
            name
            for name in self.asked.relations
            if name in OF_CASES and name not in held and name != "line"
        )
        return (
            f"one service line, {SIDE}, governed by the policy, received on {self.asked.received}",
            "each entry of one name at most once, or twice on one day where it contradicts itself; "
            f"at most {len(numbered)} entries that have no name, each on a day of its own; nothing "
            "is superseded by a later entry of its name",
            "an entry has at most one thing unusual: no side, no date, a day at the edge of a "
            "window or after receipt, a flag; no entry is of the other side",
            "numbers are one below, at and one above each parameter, whole and no ranges; episodes "
            "end on the day of receipt and are as long as a period of the policy, or a day shorter",
            "no record states: " + (", ".join(unsaid) or "all that is asked for is stated by some"),
        )

    @cached_property
    def facts(self) -> dict[str, dict[Row, int]]:
        """The facts of a case by relation, each with the records in which it holds."""
        found: dict[str, dict[Row, int]] = {}
        diagrams = self.diagrams

        def hold(facts: Iterable[Fact], held: int) -> None:
            for name, row in facts:
                rows = found.setdefault(name, {})
                rows[row] = diagrams.either(rows.get(row, NONE), held)

        hold(self.request, ALL)
        for part in self.parts:
            for value, facts in part.values.items():
                where = diagrams.where(part.name, value)
                hold(
                    facts, diagrams.both(where, self._among(part.entry, part.within.get(value, ())))
                )
                if part.entry and value in part.twin:
                    twins = self.part[part.entry].twin
                    for form, entry in twins.items():
                        if form not in part.within[value]:
                            continue
                        both = diagrams.both(where, diagrams.where(part.entry, form))
                        hold(entry, both)
                        hold(part.twin[value], both)
        days = days_of_record({name: tuple(rows) for name, rows in found.items()})
        for name, rows in days.items():
            for row in rows:
                dated = (
                    held
                    for relation in ("entry_date", "therapy_start")
                    for (_, day), held in found.get(relation, {}).items()
                    if day == row[0]
                )
                found.setdefault(name, {})[row] = diagrams.any_of(dated)
        return found

    def _among(self, name: str, values: Iterable[str]) -> int:
        """The records in which a variable has one of these values; all without a variable."""
        if not name:
            return ALL
        return self.diagrams.any_of(self.diagrams.where(name, value) for value in values)

    def facts_with(self, choices: Choices) -> dict[str, dict[Row, int]]:
        """The facts with those of choices, calendar and policy."""
        rows = {name: tuple(found) for name, found in self.facts.items()}
        every = facts_under(rows, self.program.policy, choices)
        return {
            name: self.facts.get(name) or dict.fromkeys(found, ALL) for name, found in every.items()
        }

    def full(self, record: Record) -> dict[str, str]:
        """The record with the first value for each variable that it does not name."""
        return {part.name: record.get(part.name) or next(iter(part.values)) for part in self.parts}

    @cached_property
    def plainest(self) -> dict[str, str]:
        """The record that states nothing but the request."""
        return self.full({})

    def rows(self, record: Record) -> dict[str, tuple[Row, ...]]:
        """The facts of one record."""
        chosen = self.full(record)
        facts = list(self.request)
        for part in self.parts:
            value = chosen[part.name]
            form = chosen.get(part.entry, "")
            if part.entry and form not in part.within[value]:
                continue
            facts += part.values[value]
            if part.entry and value in part.twin and form in self.part[part.entry].twin:
                facts += [*self.part[part.entry].twin[form], *part.twin[value]]
        return by_relation(facts)

    def case(self, record: Record, name: str = "a record") -> Case:
        """The record as a case; its entries came with the request and cite nothing."""
        rows = {key: found for key, found in self.rows(record).items() if key != "cited_undated"}
        return case_of_rows(name, rows, name)

    def _possible(self, part: Part, entries: Mapping[str, Part]) -> Part:
        """A detail without the values of its entry beside which a case file cannot state it."""
        if not part.entry:
            return part
        entry = entries[part.entry]

        def possible(value: str, form: str) -> bool:
            facts, twin = part.values[value], part.twin.get(value, ())
            return (not facts or self._is_case((*entry.values[form], *facts))) and (
                not twin or form not in entry.twin or self._is_case((*entry.twin[form], *twin))
            )

        within = {
            value: frozenset(
                form for form in entry.values if form != ABSENT and possible(value, form)
            )
            for value in part.values
        }
        return replace(part, within=within)

    def _is_case(self, facts: Iterable[Fact]) -> bool:
        """Whether a case file can state these facts of one entry, and states no others by them."""
        rows = by_relation((*self.request, *facts))
        try:
            made = case_facts(case_of_rows("one entry", rows, "the space")).rows
        except InputError:
            return False
        return {name: len(found) for name, found in rows.items()} == {
            name: len(found) for name, found in made.items() if name != "day_of_record"
        }


def by_relation(facts: Iterable[Fact]) -> dict[str, tuple[Row, ...]]:
    """Facts as rows by relation, each once."""
    found: dict[str, dict[Row, None]] = {}
    for name, row in facts:
        found.setdefault(name, {})[row] = None
    return {name: tuple(rows) for name, rows in found.items()}
