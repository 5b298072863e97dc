"""Sections A and G of MM-1508: the procedure, the plan and the day on which the policy is in force.

From the facts of the request follows whether the policy governs a service line. When one of the
three clauses is not met, its determination is ``not_governed``.
"""

from __future__ import annotations

from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    line,
    planned_service_date,
    policy_effective,
    reading,
    received,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.library.scope import governs, of_plans, of_procedures

D, E = variables("D E")

SECTION = Section("scope", "Where the policy governs")

planned = relation("planned", "", "a planned service date is given")
version_day = relation("version_day", "day", "the day on which the policy has to be in force")

governs(SECTION, "scope", ("scope.procedure", "scope.plan", "scope.in_force"))
of_procedures(
    SECTION,
    "scope.procedure",
    "the procedure is open or percutaneous fusion of the sacroiliac joint",
    ("open_sij_fusion", "percutaneous_sij_fusion"),
)
of_plans(SECTION, "scope.plan", "the member's plan is the one that the policy is written for")

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
