"""Sections A and G of MM-1508: the procedure, the plan and the day on which the policy is in force.

From the facts of the request follows whether the policy governs a service line. When one of the
three clauses is not met, its determination is ``not_governed``.
"""

from __future__ import annotations

from clausewise.logic.language.criteria import L, all_of, gate, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    line,
    plan,
    planned_service_date,
    policy_effective,
    policy_plan,
    procedure,
    reading,
    received,
)
from clausewise.logic.language.notation import Section, relation, variables

D, E, P, Q = variables("D E P Q")

SECTION = Section("scope", "Where the policy governs")

planned = relation("planned", "", "a planned service date is given")
version_day = relation("version_day", "day", "the day on which the policy has to be in force")

gate(
    SECTION,
    "scope",
    "the policy governs the request",
    all_of("scope.procedure", "scope.plan", "scope.in_force"),
    kind="scope",
    published=False,
    name="policy governs",
)

with leaf(
    SECTION,
    "scope.procedure",
    "the procedure is open or percutaneous sacroiliac joint fusion",
    kind="scope",
    published=False,
    name="procedure",
):
    told_met(L, "scope.procedure") <= line(L) & procedure("open_sij_fusion")
    told_met(L, "scope.procedure") <= line(L) & procedure("percutaneous_sij_fusion")
    told_not_met(L, "scope.procedure") <= (
        line(L) & procedure(P) & P.is_not("open_sij_fusion") & P.is_not("percutaneous_sij_fusion")
    )

with leaf(
    SECTION,
    "scope.plan",
    "the member's plan is the one the policy is written for",
    kind="scope",
    published=False,
    name="plan",
):
    told_met(L, "scope.plan") <= line(L) & plan(P) & policy_plan(P)
    told_not_met(L, "scope.plan") <= line(L) & plan(P) & policy_plan(Q) & P.is_not(Q)

with leaf(
    SECTION,
    "scope.in_force",
    "the policy is in force on the deciding day",
    kind="scope",
    published=False,
    name="in force",
):
    planned() <= planned_service_date(D)
    version_day(D) <= reading("version_in_force", "received") & received(D)
    version_day(D) <= reading("version_in_force", "planned_service_date") & planned_service_date(D)
    version_day(D) <= received(D) & ~planned()
    told_met(L, "scope.in_force") <= line(L) & version_day(D) & policy_effective(E) & (D >= E)
    told_not_met(L, "scope.in_force") <= line(L) & version_day(D) & policy_effective(E) & (D < E)
