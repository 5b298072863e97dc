"""The rules evaluated for every combination of some changes of a case at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from clausewise.facts.case.editing import edited, plain_data
from clausewise.facts.case.model import MOST_WITH_OTHERS
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.columns import EntryKey, Row, Value
from clausewise.facts.relations.from_case import case_facts
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.readings.conditional_model import Worlds
from clausewise.logic.readings.decision_diagram import ALL, NONE, Diagrams
from clausewise.logic.what_if.candidate import Candidate

MOST_STEPS = 150_000
"""Steps that one question to the diagrams may take: about a second, and 100 MB."""
MOST_VARIABLES = 200
"""Changes that are looked at in combination; each may nest the evaluation one deeper."""


def most_variables(decision: Decision) -> int:
    """How many changes are looked at in combination: fewer of a long record, of which the facts of
    each changed case take longer."""
    return max(20, min(MOST_VARIABLES, 100_000 // max(1, len(decision.entries))))


def in_order(chosen: Collection[Candidate]) -> bool:
    """Whether of candidates alike the first ones are chosen, so that one order stands for all."""
    names = {each.name for each in chosen}
    return all(each.after is None or each.after in names for each in chosen)


def possible_worlds(
    decision: Decision,
    line: LineDecision,
    candidates: Mapping[str, Candidate],
    most: int = MOST_STEPS,
) -> tuple[Diagrams, Worlds]:
    """The rules evaluated for every combination of the candidates.

    What is asked of them raises TooManyStepsError (of ``logic.readings.decision_diagram``) after
    ``most`` steps.
    """
    diagrams = Diagrams(dict.fromkeys(candidates, ("as it is", "changed")), most)
    facts = _conditional_facts(decision, diagrams, candidates)
    varying = [key for key, rows in facts.items() if any(each != ALL for each in rows.values())]
    return diagrams, Worlds(line.program.plan, diagrams, facts, line.model, varying)


def _conditional_facts(
    decision: Decision, diagrams: Diagrams, candidates: Mapping[str, Candidate]
) -> dict[str, dict[Row, int]]:
    """The facts of the case, and those that each candidate would add or take away."""
    facts = {key: dict.fromkeys(rows, ALL) for key, rows in decision.rows.items()}
    data = plain_data(decision.case)
    base = case_facts(decision.case)
    added: dict[Value, str] = {}
    withdrawn: dict[Value, int] = {}
    for candidate in candidates.values():
        condition = diagrams.where(candidate.name, "changed")
        (place, value), *others = candidate.edits.items()
        if place.endswith("+") and not others:
            added[_added(data, place.removesuffix("+"), value)] = candidate.name
            alone = case_facts(edited(decision.case, candidate.edits.items()))
            for row in set(alone.get("day_of_record", ())) - set(base.get("day_of_record", ())):
                days = facts.setdefault("day_of_record", {})
                days[row] = diagrams.either(days.get(row, NONE), condition)
            continue
        if value is None and place in decision.entries:
            # Withdrawing an entry moves the positions of those behind it, so it goes by its key.
            withdrawn[place] = diagrams.without(condition)
            continue
        changed = case_facts(edited(decision.case, candidate.edits.items()))
        for key in {**base, **changed}:
            old, new = dict.fromkeys(base.get(key, ())), dict.fromkeys(changed.get(key, ()))
            for row in new:
                if row not in old:
                    rows = facts.setdefault(key, {})
                    rows[row] = diagrams.either(rows.get(row, NONE), condition)
            for row in old:
                if row not in new:
                    facts[key][row] = diagrams.both(facts[key][row], diagrams.without(condition))
    if withdrawn:
        for rows in facts.values():
            for row in rows:
                if row and row[0] in withdrawn:
                    rows[row] = diagrams.both(rows[row], withdrawn[row[0]])
    for key, rows_found in case_facts(case_from_data(data, most=MOST_WITH_OTHERS)).items():
        for row in rows_found:
            if row and row[0] in added:
                condition = diagrams.where(added[row[0]], "changed")
                facts.setdefault(key, {})[row] = condition
    return facts


def _added(data: dict[str, Any], name: str, value: Any) -> EntryKey:
    """The key of an entry that is put at the end of a list of the case file."""
    entries = data.setdefault(name, [])
    entries.append(value)
    return EntryKey(f"{name}[{len(entries) - 1}]")
