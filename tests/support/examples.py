"""The example cases by name, also received on another day, and the program that decides them."""

from __future__ import annotations

from datetime import date
from functools import cache
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
    """The decision on an example case; ``choices`` as ``decide_case`` takes them.

    Without any, each example is decided once a process.
    """
    return decide_case(example(name), POLICY, **choices) if choices else _by_default(name)


@cache
def _by_default(name: str) -> Decision:
    return decide_case(example(name), POLICY)


def received_on(case: Case, day: date) -> Case:
    """The whole file received so many days earlier or later: its documents and decision as well."""
    moved = day - case.request.received

    def later(known: date | None) -> date | None:
        return None if known is None else known + moved

    request = case.request.model_copy(
        update={"received": day, "decided": later(case.request.decided)}
    )
    documents = tuple(
        each.model_copy(update={"received": later(each.received)}) for each in case.documents
    )
    return case.model_copy(update={"request": request, "documents": documents})
