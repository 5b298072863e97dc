"""The symbolic record: every record of it is a case, which the ordinary engine decides alike."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest

from clausewise.facts.relations.from_case import case_facts
from clausewise.logic.analysis.space.record import SymbolicRecord
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.language.choices import choose
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.language.status import DERIVED
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.registry import policy_named
from clausewise.logic.program.program import program_of
from clausewise.logic.readings.conditional_model import Worlds

POLICIES = ("MM-1508", "CMM-611@2024-01-01", "CMM-611@2025-06-01", "L39455")
PATHS = [(name, path.root) for name in POLICIES for path in policy_named(name).paths]
RECORDS = 2000
"""How many records of each policy are decided by pyDatalog in the slow test."""


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
            kept = random.sample(space.parts, random.randrange(min(25, len(space.parts))))
            record = {**space.full(near), **{part.name: record[part.name] for part in kept}}
        found.append(record)
    return found


def other_readings(policy: Policy) -> dict[str, str]:
    """Each reading with its first alternative."""
    return {each.name: each.alternatives[0] for each in policy.readings}


def compare(
    policy: Policy, path: Path, readings: Mapping[str, str] | None, seed: int, number: int
) -> set[str]:
    """Compare records of the space with pyDatalog; the determinations that were seen."""
    space = SymbolicRecord(program_of(policy), path)
    labels = [label for label in space.asked.leaves if label in space.program.labels[path.root]]
    # Sets of gates are large; the determination and the leaves are compared.
    goals = [f"{status}[{label}]" for label in labels for status in DERIVED]
    plan = space.program.plan.without(frozenset(), "determination", *goals)
    worlds = Worlds(plan, space.diagrams, space.facts_with(choose(policy, readings)))
    outcomes = {
        str(row[1]): held for row, held in worlds["determination"].items() if row[0] == "left"
    }
    seen = set()
    random = Random(seed)
    for record in samples(space, outcomes["medically_necessary"], random, number):
        case = space.case(record)
        told, made = space.rows(record), case_facts(case)
        assert {name: len(rows) for name, rows in told.items()} == {
            name: len(rows) for name, rows in made.items() if name != "day_of_record"
        }
        line = decide_case(case, policy, readings=readings).by_side["left"]
        seen.add(str(line.determination))
        held = [name for name, each in outcomes.items() if space.diagrams.contains(each, record)]
        assert held == [line.determination], record
        for label in labels:
            # An exclusion that only another reading takes in has no status in the decision.
            status = line.statuses.get(label)
            if status is None:
                continue
            found = [
                each
                for each in DERIVED
                if space.diagrams.contains(worlds[f"{each}[{label}]"].get((line.side,), 0), record)
            ]
            assert found == ([] if status == "undocumented" else [status]), (label, record)
    return seen


@pytest.mark.parametrize(
    ("name", "root"), [("MM-1508", "D.I.A"), ("CMM-611@2025-06-01", "OF"), ("L39455", "J")]
)
def test_records_are_decided_alike(name: str, root: str) -> None:
    """Few records of the short paths; the slow test compares all paths."""
    policy = policy_named(name)
    (path,) = (path for path in policy.paths if path.root == root)
    assert len(compare(policy, path, None, 1508, 8)) == 3


@pytest.mark.slow
@pytest.mark.parametrize(("name", "root"), PATHS)
def test_two_thousand_records_are_decided_alike(name: str, root: str) -> None:
    """Half of them under the policy's own readings, half under the first other value of each."""
    policy = policy_named(name)
    (path,) = (path for path in policy.paths if path.root == root)
    number = RECORDS // len(policy.paths) // 2
    assert len(compare(policy, path, None, 26, number)) == 3
    assert compare(policy, path, other_readings(policy), 27, number)


def test_the_space_holds_values_on_either_side_of_what_clauses_ask() -> None:
    space = SymbolicRecord(program_of(POLICY), POLICY.paths[1])
    values = {part.name: list(part.values) for part in space.parts}
    assert {"4", "5", "6"} <= set(values["pain score"])
    assert {"49", "50", "51"} <= set(values["injection 1, relief"])
    assert {"180 days", "181 days", "ongoing"} <= set(values["physical therapy"])
    assert "first 151 of 181 days" in values["physical therapy"], "an exercise program may follow"
    assert "relief" in values["medication, outcome"], "a rule asks for it where others hand it on"
    test = values["Gaenslen's test positive"]
    for what in (
        "12 months ago",
        "a day more than 12 months ago",
        "side not stated",
        "of the other side",
        "in a document dated a day before it",
        "in a document received 15 days later",
    ):
        assert f"documented present, {what}" in test
    assert "documented present and documented absent" in test
    assert "documented present, and documented absent without its side" in test
    assert "documented present, a day later documented absent" in test
    assert not any("side not stated" in each for each in values["systemic joint disease"])
    assert {"4 to 6", "4 and 6"} <= set(values["pain score"])
    assert "49 to 51" in values["injection 1, relief"]
    assert "decided on the day of receipt" in values["dates of the request"]
    inability = values["active therapy not completed: increased pain, therapy"]
    assert "home exercise program" in inability
    assert sum(part.name.startswith("injection") for part in space.parts if not part.entry) == 4
    assert not any("no record states" in each for each in space.limits), "all is in the space"


def test_the_share_of_a_set_is_what_counting_finds() -> None:
    space = SymbolicRecord(program_of(POLICY), POLICY.paths[0])
    diagrams = space.diagrams
    first, second, *_ = (part.name for part in space.parts if set(part.values) == {"no", "yes"})
    one, other = diagrams.where(first, "yes"), diagrams.where(second, "no")
    assert diagrams.share(one) == 0.5
    assert diagrams.share(diagrams.both(one, other)) == 0.25
    assert diagrams.share(diagrams.either(one, other)) == 0.75
