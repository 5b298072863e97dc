"""The numbers of MM-1508: every threshold and period that the clauses compare with.

A rule contains no such number but asks for the fact ``parameter(name, value)``, which a what-if
changes.
"""

from __future__ import annotations

from clausewise.logic.language.policy import Parameter

PARAMETERS = (
    Parameter("minimum_pain_score", 5, "points of 10", "D.I.B.2", "least pain score"),
    Parameter(
        "minimum_active_therapy_months", 6, "months", "D.I.B.4.a", "least active conservative care"
    ),
    Parameter(
        "minimum_inactive_therapy_months",
        6,
        "months",
        "D.I.B.4.b",
        "least inactive conservative care",
    ),
    Parameter("therapy_look_back", 12, "months", "D.I.B.4", "period in which therapy counts"),
    Parameter(
        "minimum_exercise_program_days", 42, "days", "C.HEP", "least length of an exercise program"
    ),
    Parameter(
        "days_in_a_30_day_month", 30, "days", "D.I.B.4", "month length under reading 30_days"
    ),
    Parameter("minimum_provocative_tests", 2, "tests", "D.I.B.6", "least number of positive tests"),
    Parameter("minimum_blocks", 2, "occasions", "D.I.B.7", "least number of diagnostic blocks"),
    Parameter("minimum_block_relief", 50, "percent", "D.I.B.7", "least relief after a block"),
    Parameter(
        "minimum_therapeutic_injections",
        2,
        "injections",
        "D.I.B.10",
        "least number of failed therapeutic injections",
    ),
    Parameter(
        "imaging_look_back",
        6,
        "months",
        "D.I.A.2",
        "period in which imaging is recent (D.I.B.9 only under reading within_6_months)",
    ),
    Parameter(
        "pain_score_look_back",
        6,
        "months",
        "D.I.B.2",
        "period of the highest score under reading highest_in_6_months",
    ),
    Parameter(
        "examination_look_back",
        12,
        "months",
        "D.I.B.1",
        "age of an examination under reading within_12_months",
    ),
)
