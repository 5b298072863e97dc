"""The example cases by name, and the program that decides them."""

from __future__ import annotations

from typing import Any

from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import load_case
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.places import case_path

PROGRAM = program_of(POLICY)


def example(name: str) -> Case:
    """An example case, "pa-1003"."""
    return load_case(case_path(name))


def decided(name: str, **choices: Any) -> Decision:
    """The decision on an example case; ``choices`` as ``decide_case`` takes them."""
    return decide_case(example(name), POLICY, **choices)
