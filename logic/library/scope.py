"""Whether a policy governs a request: its procedure, its plan, and the day of receipt."""

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
from clausewise.logic.language.notation import Body, Section, variables

D, E, P = variables("D E P")


def scope(procedures: Iterable[str], *, label: str = "scope") -> Section:
    """The clauses ``scope``, ``scope.procedure``, ``scope.plan`` and ``scope.in_force``."""
    section = Section(label, "Where the policy governs")
    parts = {name: f"{label}.{name}" for name in ("procedure", "plan", "in_force")}
    gate(
        section,
        label,
        "the policy governs the request",
        all_of(*parts.values()),
        kind="scope",
        published=False,
        name="policy governs",
    )
    own = parts["procedure"]
    with leaf(
        section, own, "the procedure is one of the policy's", kind="scope", published=False
    ) as clause:
        clause.name = "procedure"
        names = tuple(procedures)
        for name in names:
            told_met(L, own) <= line(L) & procedure(name)
        others = tuple(P.is_not(name) for name in names)
        told_not_met(L, own) <= Body((line(L), procedure(P), *others))
    own = parts["plan"]
    with leaf(
        section, own, "the member's plan is one of the policy's", kind="scope", published=False
    ) as clause:
        clause.name = "plan"
        told_met(L, own) <= line(L) & plan(P) & policy_plan(P)
        told_not_met(L, own) <= line(L) & plan(P) & ~policy_plan(P)
    own = parts["in_force"]
    with leaf(
        section, own, "the policy is in force on the day of receipt", kind="scope", published=False
    ) as clause:
        clause.name = "in force"
        asked = line(L) & received(D) & policy_effective(E) & policy_until(P)
        told_met(L, own) <= asked & (D >= E) & (D < P)
        told_not_met(L, own) <= asked & (D < E)
        told_not_met(L, own) <= asked & (D >= P)
    return section
