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
from clausewise.facts.case.problems import InputError
from clausewise.facts.columns import Row
from clausewise.facts.relations.from_case import case_facts, days_of_record
from clausewise.facts.relations.to_case import case_of_rows
from clausewise.facts.schema import OF_CASES, SCHEMA
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.analysis.space.asked import Asked
from clausewise.logic.analysis.space.entries import parts_of
from clausewise.logic.analysis.space.parts import ABSENT, DATES, SIDE, Fact, Part
from clausewise.logic.decision.decide import facts_under
from clausewise.logic.language.choices import Choices
from clausewise.logic.language.policy import Path
from clausewise.logic.program.program import Program
from clausewise.logic.readings.decision_diagram import ALL, NONE, Diagrams

Record = Mapping[str, str]
"""A value for each variable; those that are not named have their first value."""
MOST_STEPS = 10_000_000
"""Sets of records that may be worked out for a path."""


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
        self._known: dict[tuple[tuple[str, ...], ...], bool] = {}
        entries = {part.name: part for part in parts}
        self.parts = tuple(self._possible(part, entries) for part in parts)
        self.part = {part.name: part for part in self.parts}
        self.diagrams = Diagrams({part.name: tuple(part.values) for part in self.parts}, MOST_STEPS)

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
            if name in OF_CASES
            and name not in held
            and (not SCHEMA[name].of or self.asked.relations.intersection(SCHEMA[name].of))
        )
        _, *other = self.part[DATES].values if DATES in self.part else ("",)
        dates = ", or ".join(other)
        unsaid_words = "; ".join(SCHEMA[name].meaning for name in unsaid)
        sided = VOCABULARY.procedures[self.path.procedure].side_specific
        on_side, side = (f", {SIDE},", "its side, ") if sided else ("", "")
        return (
            f"one service line{on_side} governed by the policy, received on {self.asked.received}",
            *((f"of its other dates the request states one: {dates}",) if dates else ()),
            "each entry of one name at most once, or twice where the two contradict each other or "
            "the later one speaks"
            + (
                f"; at most {len(numbered)} entries that have no name, each on a day of its own"
                if numbered
                else ""
            ),
            f"an entry has at most one thing unusual: {side}its date, its document, or what is "
            "said of the entry itself; of entries without a name, and of studies of one region, "
            f"only the first has another date, {'side ' if sided else ''}or document",
            "numbers are one below, at and one above each parameter, or a range of these; episodes "
            "of therapy are as long as a period of the policy, a day shorter, or a part of it",
            "where clauses take an entry whatever its name is, two names stand for all; of several "
            "therapies that clauses treat alike one may be the first part of an episode",
            *((f"no record states that {unsaid_words}",) if unsaid else ()),
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
                hold(facts, self._is_there(part.name, value))
                if part.entry and value in part.twin:
                    own = self._means(part, value)
                    for form, entry in self.part[part.entry].twin.items():
                        if form in part.within[value]:
                            both = diagrams.both(own, self._is_there(part.entry, form))
                            hold((*entry, *part.twin[value]), both)
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

    def _means(self, part: Part, value: str) -> int:
        """The records in which a variable has a value, beside what the value needs."""
        held = self.diagrams.where(part.name, value)
        if value in part.needs:
            held = self.diagrams.both(held, self._among(*part.needs[value]))
        return held

    def _is_there(self, name: str, value: str) -> int:
        """The records in which the facts of a value of a variable hold."""
        part = self.part[name]
        held = self._means(part, value)
        if part.entry:
            held = self.diagrams.both(held, self._among(part.entry, part.within[value]))
        return held

    def _among(self, name: str, values: Iterable[str]) -> int:
        """The records in which the facts of one of these values of a variable hold."""
        return self.diagrams.any_of(self._is_there(name, value) for value in values)

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

        def means(part: Part, value: str) -> bool:
            if value not in part.needs:
                return True
            name, values = part.needs[value]
            return chosen[name] in values and is_there(self.part[name])

        def is_there(part: Part) -> bool:
            value = chosen[part.name]
            if not means(part, value):
                return False
            if not part.entry:
                return True
            return chosen[part.entry] in part.within[value] and is_there(self.part[part.entry])

        facts = list(self.request)
        for part in filter(is_there, self.parts):
            value = chosen[part.name]
            facts += part.values[value]
            second = self.part[part.entry].twin if part.entry and value in part.twin else {}
            if chosen.get(part.entry) in second:
                facts += [*second[chosen[part.entry]], *part.twin[value]]
        return by_relation(facts)

    def case(self, record: Record, name: str = "a record") -> Case:
        """The record as a case; entries that came with the request cite no document of no date."""
        rows = self.rows(record)
        received = self.asked.received.toordinal()
        rows["cited_undated"] = tuple(
            row for row in rows.get("cited_undated", ()) if row[1] != received
        )
        return case_of_rows(name, rows, name)

    def _possible(self, part: Part, entries: Mapping[str, Part]) -> Part:
        """A detail without the values of its entry beside which a case file cannot state it."""
        if not part.entry:
            return part
        entry = entries[part.entry]

        def possible(value: str, form: str) -> bool:
            facts, twin = part.values[value], part.twin.get(value, ())
            beside: tuple[Fact, ...] = ()
            if value in part.needs:
                name, needed = part.needs[value]
                beside = entries[name].values[next(iter(sorted(needed)))]
            return (not facts or self._is_case((*beside, *entry.values[form], *facts))) and (
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
        facts = tuple(facts)
        # Days, numbers and keys of entries make no difference.
        kind = tuple((name, *(value for value in row if type(value) is str)) for name, row in facts)
        if kind not in self._known:
            self._known[kind] = self._makes_a_case(facts)
        return self._known[kind]

    def _makes_a_case(self, facts: Iterable[Fact]) -> bool:
        rows = by_relation((*self.request, *facts))
        try:
            made = case_facts(case_of_rows("one entry", rows, "the space"))
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
