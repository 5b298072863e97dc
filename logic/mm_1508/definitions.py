"""Section C of MM-1508: conservative therapy, its kinds, and how many days of it count.

In the order of the text: active therapy with the home exercise program (HEP), inactive therapy with
TENS; then, with labels of ours, the days that an episode covers (C.episodes) and how episodes are
joined (C.runs). From the facts of the therapies follows ``covered_days``, which D.I.B.4 compares
with ``required_days``.
"""

from __future__ import annotations

from clausewise.logic.language.input_relations import (
    exercise_follow_up,
    exercise_prescription,
    inability,
    inability_therapy,
    months_before,
    parameter,
    reading,
    tens_detail,
    therapy,
    therapy_completed,
    therapy_end,
    therapy_end_unknown,
    therapy_for_joint,
    therapy_ongoing,
    therapy_outcome,
    therapy_start,
    therapy_start_unknown,
)
from clausewise.logic.language.notation import (
    Section,
    count,
    relation,
    total,
    variables,
)
from clausewise.logic.mm_1508 import entries
from clausewise.logic.mm_1508.entries import anchor, timely

A, B, C, D, E, F, F2, G, K, M, N, Q, R, S, S2, W = variables("A B C D E F F2 G K M N Q R S S2 W")

SECTION = Section("C", "Definitions")
SECTION.include(entries.SECTION)

# --- active therapies -------------------------------------------------------------------------

therapy_group = relation("therapy_group", "kind group", "the therapy is active or inactive")
qualified = relation("qualified", "basis entry", "the episode counts, or might count")
disqualified = relation("disqualified", "entry", "the episode can never count", against=True)
excused = relation("excused", "entry", "an exercise program excused by inability")

with SECTION.clause(
    "C.active",
    "active conservative therapy: physical or occupational therapy, a supervised home exercise "
    "program, chiropractic care",
    kind="definition",
):
    +therapy_group("physical_therapy", "active")
    +therapy_group("occupational_therapy", "active")
    +therapy_group("home_exercise_program", "active")
    +therapy_group("chiropractic", "active")

with SECTION.clause(
    "C.HEP",
    "a home exercise program counts when it is completed, lasted 6 weeks, and has a prescription "
    "or plan and a follow-up after completion",
    kind="definition",
):
    HEP = "home_exercise_program"
    qualified("documented", E) <= (
        therapy_start(E, S)
        & therapy_end(E, F)
        & exercise_prescription(E, "yes")
        & exercise_follow_up(E, "yes")
        & ~disqualified(E)
    )
    qualified("possible", E) <= therapy(E, HEP) & ~disqualified(E)
    disqualified(E) <= therapy(E, HEP) & therapy_ongoing(E)
    disqualified(E) <= therapy(E, HEP) & therapy_completed(E, "no")
    disqualified(E) <= therapy(E, HEP) & therapy_end(E, F) & anchor(A) & (F > A)
    disqualified(E) <= (
        therapy(E, HEP)
        & therapy_start(E, S)
        & therapy_end(E, F)
        & parameter("minimum_exercise_program_days", M)
        & (F - S + 1 < M)
    )
    disqualified(E) <= exercise_prescription(E, "no")
    disqualified(E) <= exercise_follow_up(E, "no")
    excused(E) <= (
        reading("hep_inability", "counts_as_episode")
        & therapy(E, HEP)
        & inability_therapy(Q, E)
        & inability(Q, "increased_pain")
        & timely(Q)
    )
    excused(E) <= (
        reading("hep_inability", "counts_as_episode")
        & therapy(E, HEP)
        & inability_therapy(Q, E)
        & inability(Q, "physical_inability")
        & timely(Q)
    )
    qualified("documented", E) <= excused(E)
    qualified("possible", E) <= excused(E)

# --- inactive therapies -----------------------------------------------------------------------

with SECTION.clause(
    "C.inactive",
    "inactive conservative therapy: rest, ice, heat, medical devices, TENS, medication",
    kind="definition",
):
    +therapy_group("rest", "inactive")
    +therapy_group("ice", "inactive")
    +therapy_group("heat", "inactive")
    +therapy_group("medical_device", "inactive")
    +therapy_group("tens", "inactive")
    +therapy_group("pharmacotherapy", "inactive")

with SECTION.clause(
    "C.TENS",
    "TENS counts when its use, frequency, duration and start date are all documented",
    kind="definition",
):
    qualified("documented", E) <= (
        tens_detail(E, "use")
        & tens_detail(E, "frequency")
        & tens_detail(E, "duration")
        & therapy_start(E, S)
    )

# --- days of therapy --------------------------------------------------------------------------

window_start = relation("window_start", "day", "the first day on which therapy counts")
required_days = relation("required_days", "group days", "the days that make up the minimum")
first_day = relation("first_day", "basis entry day", "the first day of the episode that counts")
last_day = relation("last_day", "basis entry day", "the last day of the episode that counts")
no_relief_needed = relation("no_relief_needed", "entry", "the episode counts whatever it brought")
span = relation("span", "basis group first last", "days covered by one episode in the window")

with SECTION.clause(
    "C.episodes",
    "every other episode counts with the days it covers within the look-back period",
    kind="definition",
    published=False,
):
    qualified("documented", E) <= (
        therapy(E, K) & K.is_not("home_exercise_program") & K.is_not("tens")
    )
    qualified("possible", E) <= therapy(E, K) & K.is_not("home_exercise_program")
    window_start(W) <= anchor(A) & parameter("therapy_look_back", M) & months_before(A, M, W)
    for group, months in (
        ("active", "minimum_active_therapy_months"),
        ("inactive", "minimum_inactive_therapy_months"),
    ):
        required_days(group, N) <= (
            reading("month_length", "calendar")
            & anchor(A)
            & parameter(months, M)
            & months_before(A, M, S)
            & N.is_(A - S)
        )
        required_days(group, N) <= (
            reading("month_length", "30_days")
            & parameter(months, M)
            & parameter("days_in_a_30_day_month", D)
            & N.is_(M * D)
        )
    for basis in ("documented", "possible"):
        first_day(basis, E, S) <= therapy_start(E, S) & window_start(W) & (S >= W)
        first_day(basis, E, W) <= therapy_start(E, S) & window_start(W) & (S < W)
        last_day(basis, E, F) <= therapy_end(E, F) & anchor(A) & (F <= A)
        last_day(basis, E, A) <= therapy_end(E, F) & anchor(A) & (F > A)
        last_day(basis, E, A) <= therapy_ongoing(E) & anchor(A)
    first_day("possible", E, W) <= therapy_start_unknown(E) & window_start(W)
    last_day("possible", E, A) <= therapy_end_unknown(E) & anchor(A)
    no_relief_needed(E) <= reading("conservative_failure", "duration_evidences") & therapy(E, K)
    no_relief_needed(E) <= therapy(E, K) & ~therapy_outcome(E, "relief")
    span(R, G, S, F) <= (
        therapy(E, K)
        & therapy_group(K, G)
        & therapy_for_joint(E)
        & no_relief_needed(E)
        & qualified(R, E)
        & first_day(R, E, S)
        & last_day(R, E, F)
        & (S <= F)
    )

first_edge = relation("first_edge", "day", "a run of covered days may begin here")
last_edge = relation("last_edge", "day", "a run of covered days may end here")
preceded = relation("preceded", "basis group first", "an earlier span reaches this day")
followed = relation("followed", "basis group last", "a later span goes on after this day")
run_first = relation("run_first", "basis group first", "a run of covered days begins")
run_last = relation("run_last", "basis group last", "a run of covered days ends")
covered_days = relation("covered_days", "basis group days", "all days covered in the window")

with SECTION.clause(
    "C.runs",
    "overlapping and adjoining episodes are joined to runs, so that no day counts twice",
    kind="definition",
    published=False,
):
    # The edges are cheap to look up and let a rule be asked for one day; without them pyDatalog
    # would derive all spans anew for each day.
    first_edge(S) <= therapy_start(E, S)
    first_edge(S) <= window_start(S)
    last_edge(F) <= therapy_end(E, F)
    preceded(R, G, S) <= first_edge(S) & span(R, G, S2, F2) & (S2 < S) & (F2 + 1 >= S)
    followed(R, G, F) <= last_edge(F) & span(R, G, S2, F2) & (F2 > F) & (S2 <= F + 1)
    run_first(R, G, S) <= span(R, G, S, F) & ~preceded(R, G, S)
    run_last(R, G, F) <= span(R, G, S, F) & ~followed(R, G, F)
    # Each run has one first and one last day and counts both, so the days of all runs together
    # are the sum of the last days, less the sum of the first days, plus the number of runs.
    for basis in ("documented", "possible"):
        for group in ("active", "inactive"):
            covered_days(basis, group, N) <= (
                total(A, F, run_last(basis, group, F))
                & total(B, S, run_first(basis, group, S))
                & count(C, run_first(basis, group, D))
                & N.is_(A - B + C)
            )
