"""The symbolic record: every record of it is a case, which the ordinary engine decides alike."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from clausewise.facts.relations.from_case import case_facts
from clausewise.logic.analysis.space.record import SymbolicRecord
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.language.choices import choose
from clausewise.logic.language.policy import Path
from clausewise.logic.language.status import DERIVED
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from clausewise.logic.readings.conditional_model import Worlds

READINGS = [None, {"therapy_duration": "continuous", "exclusion_scope": "presence"}]


def samples(
    space: SymbolicRecord, approved: int, random: Random, number: int
) -> list[dict[str, str]]:
    """Records of the space: every other one differs from an approval in a few variables only."""
    near = space.diagrams.nearest(approved, space.plainest)
    assert near is not None
    found = []
    for each in range(number):
        record = {part.name: random.choice(list(part.values)) for part in space.parts}
        if each % 2:
            kept = random.sample(space.parts, random.randrange(25))
            record = {**space.full(near), **{part.name: record[part.name] for part in kept}}
        found.append(record)
    return found


def compare(path: Path, readings: Mapping[str, str] | None, seed: int, number: int) -> set[str]:
    """Compare records of the space with pyDatalog; the determinations that were seen."""
    space = SymbolicRecord(program_of(POLICY), path)
    worlds = Worlds(space.program.plan, space.diagrams, space.facts_with(choose(POLICY, readings)))
    outcomes = {str(row[1]): held for row, held in worlds["determination"].items()}
    seen = set()
    random = Random(seed)
    for record in samples(space, outcomes["medically_necessary"], random, number):
        case = space.case(record)
        told, made = space.rows(record), case_facts(case).rows
        assert {name: len(rows) for name, rows in told.items()} == {
            name: len(rows) for name, rows in made.items() if name != "day_of_record"
        }
        (line,) = decide_case(case, POLICY, readings=readings).lines
        seen.add(str(line.determination))
        held = [name for name, each in outcomes.items() if space.diagrams.contains(each, record)]
        assert held == [line.determination], record
        for label, status in line.statuses.items():
            found = [
                each
                for each in DERIVED
                if space.diagrams.contains(worlds[f"{each}[{label}]"].get((line.side,), 0), record)
            ]
            assert found == ([] if status == "undocumented" else [status]), (label, record)
    return seen


def test_records_are_decided_alike() -> None:
    """The shorter path; the slow test compares both."""
    path = min(POLICY.paths, key=lambda path: len([*POLICY.labels_below(path.root)]))
    assert len(compare(path, None, 1508, 15)) == 3


@pytest.mark.slow
@pytest.mark.parametrize("readings", READINGS, ids=("default", "others"))
@pytest.mark.parametrize("path", POLICY.paths, ids=lambda path: path.root)
def test_two_thousand_records_are_decided_alike(
    path: Path, readings: Mapping[str, str] | None
) -> None:
    assert len(compare(path, readings, 26, 500)) == 3


def test_the_space_holds_values_on_either_side_of_what_clauses_ask() -> None:
    space = SymbolicRecord(program_of(POLICY), POLICY.paths[1])
    values = {part.name: list(part.values) for part in space.parts}
    assert {"4", "5", "6"} <= set(values["measurement sij pain score"])
    assert {"49", "50", "51"} <= set(values["injection 1, relief"])
    assert {"180 days", "181 days"} <= set(values["therapy physical therapy"])
    for when in ("12 months ago", "a day more than 12 months ago"):
        assert f"documented present, {when}" in values["finding gaenslen"]
    assert "documented present and documented absent" in values["finding gaenslen"]
    assert "documented present, side not stated" in values["finding gaenslen"]
    assert not any("side not stated" in each for each in values["finding systemic arthropathy"])
    assert sum(part.name.startswith("injection") for part in space.parts if not part.entry) == 4
    assert any("relief_up_to" in each for each in space.limits)


def test_the_share_of_a_set_is_what_counting_finds() -> None:
    space = SymbolicRecord(program_of(POLICY), POLICY.paths[0])
    diagrams = space.diagrams
    first, second, *_ = (part.name for part in space.parts if set(part.values) == {"no", "yes"})
    one, other = diagrams.where(first, "yes"), diagrams.where(second, "no")
    assert diagrams.share(one) == 0.5
    assert diagrams.share(diagrams.both(one, other)) == 0.25
    assert diagrams.share(diagrams.either(one, other)) == 0.75
