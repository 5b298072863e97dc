"""Whether a policy governs a request: its procedure, its plan, and the day of receipt.

``scope`` writes the whole section; a policy with a day of its own takes the clauses that it shares.
"""

from __future__ import annotations

from collections.abc import Iterable

from clausewise.logic.language.criteria import L, all_of, gate, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    line,
    plan,
    policy_effective,
    policy_plan,
    policy_until,
    procedure,
    received,
)
from clausewise.logic.language.notation import Section, variables
from clausewise.logic.language.rules import Body

D, E, P = variables("D E P")


def scope(procedures: Iterable[str], *, label: str = "scope") -> Section:
    """The clauses ``scope``, ``scope.procedure``, ``scope.plan`` and ``scope.in_force``."""
    section = Section(label, "Where the policy governs")
    parts = {name: f"{label}.{name}" for name in ("procedure", "plan", "in_force")}
    governs(section, label, parts.values())
    of_procedures(section, parts["procedure"], "the procedure is one of the policy's", procedures)
    of_plans(section, parts["plan"], "the member's plan is one of the policy's")
    own = parts["in_force"]
    with leaf(
        section,
        own,
        "the policy is in force on the day of receipt",
        kind="scope",
        published=False,
        name="in force",
    ):
        asked = line(L) & received(D) & policy_effective(E) & policy_until(P)
        told_met(L, own) <= asked & (D >= E) & (D < P)
        told_not_met(L, own) <= asked & (D < E)
        told_not_met(L, own) <= asked & (D >= P)
    return section


def governs(section: Section, label: str, parts: Iterable[str]) -> None:
    """The clause that the policy governs the request, when all parts are met."""
    gate(
        section,
        label,
        "the policy governs the request",
        all_of(*parts),
        kind="scope",
        published=False,
        name="policy governs",
    )


def of_procedures(section: Section, label: str, paraphrase: str, procedures: Iterable[str]) -> None:
    """The clause that the procedure asked for is one of these."""
    with leaf(section, label, paraphrase, kind="scope", published=False, name="procedure"):
        names = tuple(procedures)
        for name in names:
            told_met(L, label) <= line(L) & procedure(name)
        others = tuple(P.is_not(name) for name in names)
        told_not_met(L, label) <= Body((line(L), procedure(P), *others))


def of_plans(section: Section, label: str, paraphrase: str) -> None:
    """The clause that the member's plan is one that the policy is written for."""
    with leaf(section, label, paraphrase, kind="scope", published=False, name="plan"):
        told_met(L, label) <= line(L) & plan(P) & policy_plan(P)
        told_not_met(L, label) <= line(L) & plan(P) & ~policy_plan(P)
