"""What would have to be documented, or not, for one leaf clause to have a wanted status.

The least change is found by evaluating the rules for all changes at once, as
``logic.what_if.flip`` does for determinations; it is verified by deciding the changed case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.explain.clauses import Explainer
from clausewise.logic.language.status import DERIVED
from clausewise.logic.program.dependencies import cone, uses
from clausewise.logic.readings.decision_diagram import ALL, NONE
from clausewise.logic.what_if.asked_entries import latest_days
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.candidates import documentation_for
from clausewise.logic.what_if.edits import WITHDRAWN, changes_of_entry, changes_of_numbers
from clausewise.logic.what_if.fields import NUMBERS
from clausewise.logic.what_if.missing import decided_with
from clausewise.logic.what_if.worlds import in_order, possible_worlds

LARGEST = 6
"""Changes in one step: two blocks with all their details need no more."""
MOST_SETS = 100
"""Sets looked at: of entries alike only one order is used, and the others are passed over."""
CYCLE = ("met", "not_met", "undocumented")
"""The order in which a leaf is turned."""


Edits: TypeAlias = tuple[tuple[str, Any], ...]
"""Places of the case file with values, in order."""


@dataclass(frozen=True)
class LeafChange:
    """Edits that give a leaf a status, and the decision of the case with them made."""

    status: str
    edits: Edits
    decision: Decision


def change_leaf(
    decision: Decision, line: LineDecision, label: str, status: str
) -> LeafChange | None:
    """The fewest edits of the case that give the leaf the status; None when there are none.

    ``status`` is "met", "not_met" or "undocumented". Entries that speak about the leaf are turned
    or withdrawn, and what the leaf could use is added. Raises KeyError for an unknown label.
    """
    candidates = {each.name: each for each in _candidates(decision, line, label, status)}
    diagrams, worlds = possible_worlds(decision, line, candidates)
    nodes: dict[str, int] = {
        each: worlds[f"{each}[{label}]"].get((line.side,), NONE) for each in DERIVED
    }
    wanted = nodes.get(status, NONE)
    if status == "undocumented":
        wanted = ALL
        for node in nodes.values():
            wanted = diagrams.both(wanted, diagrams.without(node))
    sets = [
        [each for name, each in candidates.items() if name in names]
        for names in diagrams.smallest_sets(wanted, MOST_SETS, LARGEST)
    ]
    for chosen in sorted(sets, key=_size):
        if not in_order(chosen):
            continue
        edits = tuple(edit for each in chosen for edit in each.edits.items())
        places = [place for place, _ in edits if not place.endswith("+")]
        if len(set(places)) < len(places):
            continue  # two values for one place
        changed = decided_with(decision, edits)
        if changed.by_side[line.side].statuses.get(label) == status:
            return LeafChange(status, edits, changed)
    return None


def next_change(decision: Decision, line: LineDecision, label: str) -> LeafChange | None:
    """The change to the next status in the cycle that can be reached; None when there is none."""
    status = line.statuses[label]
    place = CYCLE.index(status) if status in CYCLE else -1
    for step in range(1, len(CYCLE)):
        wanted = CYCLE[(place + step) % len(CYCLE)]
        found = change_leaf(decision, line, label, wanted)
        if found is not None:
            return found
    return None


def _candidates(
    decision: Decision, line: LineDecision, label: str, status: str
) -> Iterator[Candidate]:
    """Changes of the entries that speak about the leaf, and additions that it could use."""
    for evidence in Explainer(decision, line).view(label).evidence:
        if evidence.key not in decision.entries:
            continue  # what the request states is changed below
        for change in changes_of_entry(
            decision, line, evidence.key, decision.entries[evidence.key]
        ):
            if status != "undocumented" or change.kind == WITHDRAWN:
                yield change.candidate
    for change in changes_of_numbers(decision):
        yield change.candidate
    for place in (NUMBERS[name] for name in NUMBERS if decision.rows.get(name)):
        yield Candidate(f"{place} not stated", "", "", {place: None})
    if status != "undocumented":
        yield from documentation_for(decision, line, [label], status=status)
        yield from _studies(decision, line, label)
    yield from _of_the_request(decision, line, label)


def _studies(decision: Decision, line: LineDecision, label: str) -> Iterator[Candidate]:
    """A study of the region and modality that the leaf asks for, with nothing read off it."""
    day = latest_days(decision)[0].isoformat()
    for rule in cone(line.program, label):
        for atom, _ in rule.atoms():
            asked = dict(zip(atom.columns, atom.arguments, strict=True))
            region, modality = asked.get("region"), asked.get("modality")
            if isinstance(region, str) and isinstance(modality, str):
                entry = {"modality": modality, "region": region, "date": day}
                if VOCABULARY.regions[region].side_specific:
                    entry["side"] = line.side
                yield Candidate(f"study {modality} {region}", "", "", {"imaging+": entry})


def _of_the_request(decision: Decision, line: LineDecision, label: str) -> Iterator[Candidate]:
    """The stated purpose and diagnoses, and which parts of the record are said to be complete."""
    used = uses(line.program, label)
    case = decision.case
    if "purpose" in used.relations:
        for purposes in (*((name,) for name in VOCABULARY.purposes), ()):
            if purposes != case.request.purpose:
                name = " and ".join(purposes) or "none"
                yield Candidate(f"purpose {name}", "", "", {"request.purpose": list(purposes)})
    stated = case.request.diagnoses
    for name in used.names.get("diagnosis", ()):
        if name not in stated:
            yield Candidate(f"diagnosis {name}", "", "", {"request.diagnoses": [*stated, name]})
    left = [name for name in stated if name not in used.names.get("diagnosis", ())]
    if len(left) < len(stated):
        yield Candidate("diagnosis none", "", "", {"request.diagnoses": left or None})
    for domain in used.names.get("domain", ()):
        others = [name for name in case.record_complete if name != domain]
        said = others if domain in case.record_complete else [*others, domain]
        yield Candidate(f"complete {domain}", "", "", {"record_complete": said or None})


def _size(chosen: list[Candidate]) -> tuple[int, int]:
    """Fewer changes first, and of as many those that change what is there before new entries."""
    return len(chosen), sum(place.endswith("+") for each in chosen for place in each.edits)
