"""What documentation is missing: abduction over the loaded clauses.

What could be documented (``logic.what_if.candidates``) is put beside the record, each part
under a condition of its own, and the clauses are evaluated once for every combination. The
smallest combinations that make the line medically necessary are read off; each is verified by
deciding the case with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clausewise.facts.case.editing import edited, plain_data
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.relations.from_case import case_facts
from clausewise.facts.schema import EntryKey, Value
from clausewise.logic.decision.decide import Decision, LineDecision, decide_case, determination_of
from clausewise.logic.language.notation import Row
from clausewise.logic.readings.conditional_model import Worlds
from clausewise.logic.readings.decision_diagram import ALL, NONE, Diagrams
from clausewise.logic.what_if.candidates import Candidate, possible_documentation

MOST_SETS = 1000
"""How many alternatives are looked for, smallest first; a record without an entry has a hundred."""
MOST_ASKED = 20
"""Sets that pyDatalog itself is asked about; the derivations decide every one."""
MOST_SHOWN = 12
"""Alternatives that are shown to a person; data hold all."""


@dataclass(frozen=True, slots=True)
class MissingSet:
    """Documentation that together would make the line medically necessary; verified."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class Missing:
    """The alternatives for one line; ``clauses`` are the undetermined clauses that decide."""

    side: str
    determination: str
    clauses: tuple[str, ...]
    alternatives: tuple[MissingSet, ...]

    @property
    def shown(self) -> tuple[MissingSet, ...]:
        """The first alternatives, as many as a person will read."""
        return self.alternatives[:MOST_SHOWN]

    @property
    def in_any_case(self) -> tuple[Candidate, ...]:
        """What stands in every alternative that was found."""
        if not self.alternatives:
            return ()
        first, *others = self.alternatives
        return tuple(
            each for each in first.candidates if all(each in other.candidates for other in others)
        )


def missing(decision: Decision, line: LineDecision, most: int = MOST_SETS) -> Missing:
    """The smallest sets of documentation that would make the line medically necessary.

    All of them, so that what stands in each is needed in any case. Each is verified by deciding
    the case with it, the first by pyDatalog too. Empty for a line that is approved or not governed.
    For a denial there may be none: what is told not met is not undone by adding documents.
    """
    if line.path is None or line.determination in ("medically_necessary", "not_governed"):
        return Missing(line.side, line.determination, line.decisive, ())
    candidates = {each.name: each for each in possible_documentation(decision, line)}
    diagrams, worlds = possible_worlds(decision, line, candidates)
    approved = worlds["determination"].get((line.side, "medically_necessary"), NONE)
    sets = [
        tuple(each for each in candidates.values() if each.name in found)
        for found in diagrams.smallest_sets(approved, most * 8)
    ]
    alternatives = [MissingSet(chosen) for chosen in sets if in_order(chosen)][:most]
    for number, each in enumerate(alternatives):
        outcome = determination_with(
            decision, line.side, each.candidates, by_pydatalog=number < MOST_ASKED
        )
        if outcome != "medically_necessary":
            names = [candidate.name for candidate in each.candidates]
            raise RuntimeError(f"abduction and decision differ on {names}")
    return Missing(line.side, line.determination, line.decisive, tuple(alternatives))


def determination_with(
    decision: Decision, side: str, candidates: Iterable[Candidate], *, by_pydatalog: bool = True
) -> str:
    """The determination of the side when the case with these candidates is decided again.

    By the derivations alone where pyDatalog need not answer as well.
    """
    edits = [edit for candidate in candidates for edit in candidate.edits.items()]
    changed = edited(decision.case, edits)
    return determination_of(
        changed, decision.policy, decision.choices, side, by_pydatalog=by_pydatalog
    )


def decided_with(decision: Decision, edits: Iterable[tuple[str, Any]]) -> Decision:
    """The decision of the case with these edits made, under the same choices."""
    return decide_case(
        edited(decision.case, edits),
        decision.policy,
        readings=decision.choices.readings,
        parameters=decision.choices.parameters,
    )


def in_order(chosen: Collection[Candidate]) -> bool:
    """Whether of candidates alike the first ones are chosen, so that one order stands for all."""
    names = {each.name for each in chosen}
    return all(each.after is None or each.after in names for each in chosen)


def possible_worlds(
    decision: Decision, line: LineDecision, candidates: Mapping[str, Candidate]
) -> tuple[Diagrams, Worlds]:
    """The rules evaluated for every combination of the candidates at once."""
    diagrams = Diagrams(dict.fromkeys(candidates, ("as it is", "changed")))
    facts = _conditional_facts(decision, diagrams, candidates)
    return diagrams, Worlds(line.program.plan, diagrams, facts)


def _conditional_facts(
    decision: Decision, diagrams: Diagrams, candidates: Mapping[str, Candidate]
) -> dict[str, dict[Row, int]]:
    """The facts of the case, and those that each candidate would add or take away."""
    facts = {key: dict.fromkeys(rows, ALL) for key, rows in decision.rows.items()}
    data = plain_data(decision.case)
    base = case_facts(decision.case).rows
    added: list[tuple[Value, str]] = []
    for candidate in candidates.values():
        condition = diagrams.where(candidate.name, "changed")
        (place, value), *others = candidate.edits.items()
        if place.endswith("+") and not others:
            entries = data.setdefault(place.removesuffix("+"), [])
            added_key = EntryKey(f"{place.removesuffix('+')}[{len(entries)}]")
            added.append((added_key, candidate.name))
            entries.append(value)
            alone = case_facts(edited(decision.case, candidate.edits.items())).rows
            for row in set(alone.get("day_of_record", ())) - set(base.get("day_of_record", ())):
                days = facts.setdefault("day_of_record", {})
                days[row] = diagrams.either(days.get(row, NONE), condition)
            continue
        if value is None and place in decision.entries:
            # Withdrawing an entry moves the positions of those behind it, so it goes by its key.
            for rows in facts.values():
                for row in rows:
                    if row and row[0] == place:
                        rows[row] = diagrams.both(rows[row], diagrams.without(condition))
            continue
        changed = case_facts(edited(decision.case, candidate.edits.items())).rows
        for key in {*base, *changed}:
            old, new = set(base.get(key, ())), set(changed.get(key, ()))
            for row in new - old:
                rows = facts.setdefault(key, {})
                rows[row] = diagrams.either(rows.get(row, NONE), condition)
            for row in old - new:
                rows = facts[key]
                rows[row] = diagrams.both(rows[row], diagrams.without(condition))
    owner = dict(added)
    for key, rows_found in case_facts(case_from_data(data)).rows.items():
        for row in rows_found:
            if row and row[0] in owner:
                condition = diagrams.where(owner[row[0]], "changed")
                facts.setdefault(key, {})[row] = condition
    return facts
