"""Section C of MM-1508: conservative therapy, its kinds, and how many days of it count.

In the order of the text: active therapy with the home exercise program (HEP), inactive therapy with
TENS; then, with labels of ours, the days that an episode covers (C.episodes) and how episodes are
joined (C.runs). The entries of one kind with the same first day are one episode, of which they tell
together. Days are counted on three bases: "documented", "contested" (if what is told both ways is
taken as told in favor) and "possible" (with all that is unknown). From the facts of the therapies
follows ``covered_days``, which D.I.B.4 compares with ``required_days``.
"""

from __future__ import annotations

from clausewise.logic.language.criteria import L
from clausewise.logic.language.input_relations import (
    exercise_follow_up,
    exercise_prescription,
    inability,
    inability_therapy,
    line,
    months_before,
    parameter,
    reading,
    revises,
    shortest_months,
    tens_detail,
    therapy,
    therapy_completed,
    therapy_end,
    therapy_for_joint,
    therapy_ongoing,
    therapy_outcome,
    therapy_start,
    therapy_start_unknown,
)
from clausewise.logic.language.notation import Section, count, relation, total, variables
from clausewise.logic.mm_1508 import entries
from clausewise.logic.mm_1508.entries import anchor, bears, cut_off, operated, timely, told_until

A, B, C, D, D2, E, E2, F, F2, G, K, M, N, P, Q, R, S, S2, V, W = variables(
    "A B C D D2 E E2 F F2 G K M N P Q R S S2 V W"
)

SECTION = Section("C", "Definitions")
SECTION.include(entries.SECTION)

# --- active therapies -------------------------------------------------------------------------

HEP = "home_exercise_program"

therapy_group = relation("therapy_group", "kind group", "the therapy is active or inactive")
course = relation("course", "line entry", "an episode for the joint that bears on the line")
same_episode = relation("same_episode", "line entry other", "both entries are of one episode")
detail_of = relation("detail_of", "entry detail answer", "what the entry says of a detail")
revised_course = relation(
    "revised_course", "line entry detail", "an entry of the episode says that it revises this"
)
says_of = relation("says_of", "line entry detail answer", "what the episode's entries say together")
disqualified = relation("disqualified", "line entry", "the episode cannot count")
disputed_course = relation("disputed_course", "line entry", "its entries contradict each other")
incomplete = relation("incomplete", "line entry", "something that it needs is not documented")
qualified = relation("qualified", "basis line entry", "the episode counts, on this basis")
excused = relation("excused", "line entry", "an exercise program excused by inability")
needed_days = relation("needed_days", "days", "the least length of an exercise program")
long_enough = relation("long_enough", "basis line entry", "the program is long enough")

with SECTION.clause(
    "C.active",
    "active conservative therapy: physical or occupational therapy, a supervised home exercise "
    "program, chiropractic care",
    kind="definition",
):
    +therapy_group("physical_therapy", "active")
    +therapy_group("occupational_therapy", "active")
    +therapy_group(HEP, "active")
    +therapy_group("chiropractic", "active")

first_day = relation("first_day", "entry day", "its first day that counts")
last_day = relation("last_day", "basis line entry day", "a last day of the episode")

with SECTION.clause(
    "C.HEP",
    "a home exercise program counts when 6 weeks of it are documented, with a prescription or plan "
    "and a follow-up after these weeks",
    kind="definition",
):
    program = course(L, E) & therapy(E, HEP)
    excused(L, E) <= (
        reading("hep_inability", "counts_as_episode")
        & same_episode(L, E, E2)
        & inability_therapy(Q, E2)
        & inability(Q, "increased_pain")
        & timely(Q)
        & bears(L, Q)
    )
    excused(L, E) <= (
        reading("hep_inability", "counts_as_episode")
        & same_episode(L, E, E2)
        & inability_therapy(Q, E2)
        & inability(Q, "physical_inability")
        & timely(Q)
        & bears(L, Q)
    )
    needed_days(N) <= (
        reading("exercise_weeks", "forty_two_days") & parameter("minimum_exercise_program_days", N)
    )
    needed_days(N) <= (
        reading("exercise_weeks", "into_the_sixth_week") & parameter("days_into_the_sixth_week", N)
    )
    for basis in ("documented", "contested", "possible"):
        long_enough(basis, L, E) <= (
            therapy_start(E, S) & last_day(basis, L, E, F) & needed_days(N) & (F - S + 1 >= N)
        )
    long_enough("possible", L, E) <= course(L, E) & therapy_start_unknown(E)
    detail_of(E, "prescription", A) <= exercise_prescription(E, A)
    detail_of(E, "follow_up", A) <= exercise_follow_up(E, A)
    detail_of(E, "completed", A) <= therapy_completed(E, A)
    disqualified(L, E) <= program & ~excused(L, E) & ~long_enough("possible", L, E)
    disputed_course(L, E) <= (
        program & ~excused(L, E) & ~long_enough("documented", L, E) & long_enough("contested", L, E)
    )
    incomplete(L, E) <= program & ~excused(L, E) & ~long_enough("documented", L, E)
    for detail in ("prescription", "follow_up"):
        yes, no = says_of(L, E, detail, "yes"), says_of(L, E, detail, "no")
        disqualified(L, E) <= no & ~yes & ~excused(L, E)
        disputed_course(L, E) <= no & yes & ~excused(L, E)
        incomplete(L, E) <= program & ~excused(L, E) & ~yes
    yes, no = says_of(L, E, "completed", "yes"), says_of(L, E, "completed", "no")
    disqualified(L, E) <= therapy(E, HEP) & no & ~yes & ~excused(L, E)
    disputed_course(L, E) <= therapy(E, HEP) & no & yes & ~excused(L, E)

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
    for detail in ("use", "frequency", "duration"):
        detail_of(E, detail, "yes") <= tens_detail(E, detail)
        incomplete(L, E) <= course(L, E) & therapy(E, "tens") & ~says_of(L, E, detail, "yes")
    # Without a start date no day of any therapy is documented (C.episodes).

# --- days of therapy --------------------------------------------------------------------------

window_start = relation("window_start", "day", "the first day on which therapy counts")
required_days = relation("required_days", "group days", "the days that make up the minimum")
known_limit = relation("known_limit", "entry day", "the entry knows of no day after this one")
earlier_limit = relation("earlier_limit", "entry day", "an earlier day limits what it knows")
known_until = relation("known_until", "entry day", "the last day that the entry can know of")
ongoing_limit = relation("ongoing_limit", "entry day", "'ongoing' covers no day after this one")
earlier_ongoing = relation("earlier_ongoing", "entry day", "an earlier day limits 'ongoing'")
speaks_of_end = relation("speaks_of_end", "entry", "the entry says when the episode ended, or not")
revised_end = relation("revised_end", "line entry", "an entry of the episode revises its end")
end_from = relation("end_from", "line entry other", "the other entry is heard on the end")
ended = relation("ended", "line entry day", "the episode is documented to have ended on this day")
went_on = relation("went_on", "line entry day", "the episode went on at least up to this day")
given_end = relation("given_end", "line entry day", "an end of the episode, past or planned")
is_ongoing = relation("is_ongoing", "line entry", "the episode is documented as ongoing")
has_ended = relation("has_ended", "line entry", "the end of the episode is documented")
has_plan = relation("has_plan", "line entry", "an end is planned, and nothing else is known of it")
earlier_end = relation("earlier_end", "line entry day", "an earlier end is documented")
has_told_until = relation("has_told_until", "entry", "the documents it cites are all dated")
latest_day = relation("latest_day", "day", "no therapy counts after this day")
earlier_latest = relation("earlier_latest", "day", "an earlier day ends the period")
window_end = relation("window_end", "day", "the last day on which therapy counts")
before_operation = relation("before_operation", "day", "the last day before the operation")
within = relation("within", "basis line entry day", "a last day, clipped to the window")
span = relation("span", "line basis group first last", "days of one episode in the window")

with SECTION.clause(
    "C.episodes",
    "the entries of one kind with the same first day are one episode; it covers the days of the "
    "look-back period up to its end, or as far as its documents can know",
    kind="definition",
    published=False,
):
    course(L, E) <= therapy_for_joint(E) & timely(E) & bears(L, E)
    same_episode(L, E, E) <= course(L, E)
    same_episode(L, E, E2) <= (
        course(L, E)
        & therapy(E, K)
        & therapy_start(E, S)
        & therapy_start(E2, S)
        & therapy(E2, K)
        & course(L, E2)
    )
    detail_of(E, "outcome", V) <= therapy_outcome(E, V)
    revised_course(L, E, D) <= same_episode(L, E, E2) & revises(E2) & detail_of(E2, D, V)
    says_of(L, E, D, V) <= (same_episode(L, E, E2) & detail_of(E2, D, V) & ~revised_course(L, E, D))
    says_of(L, E, D, V) <= same_episode(L, E, E2) & detail_of(E2, D, V) & revises(E2)

    relieved = reading("conservative_failure", "inadequate_relief") & says_of(
        L, E, "outcome", "relief"
    )
    failed, partly = says_of(L, E, "outcome", "failed"), says_of(L, E, "outcome", "partial")
    disqualified(L, E) <= relieved & ~failed & ~partly
    disputed_course(L, E) <= relieved & failed
    disputed_course(L, E) <= relieved & partly
    qualified("documented", L, E) <= (
        course(L, E) & ~disqualified(L, E) & ~disputed_course(L, E) & ~incomplete(L, E)
    )
    qualified("contested", L, E) <= course(L, E) & ~disqualified(L, E) & ~incomplete(L, E)
    qualified("contested", L, E) <= disputed_course(L, E) & ~disqualified(L, E)
    qualified("possible", L, E) <= course(L, E) & ~disqualified(L, E)

    window_start(W) <= anchor(A) & parameter("therapy_look_back", M) & months_before(A, M, W)
    for group, months in (
        ("active", "minimum_active_therapy_months"),
        ("inactive", "minimum_inactive_therapy_months"),
    ):
        required_days(group, N) <= (
            reading("month_length", "shortest_calendar")
            & parameter(months, M)
            & shortest_months(M, N)
        )
        required_days(group, N) <= (
            reading("month_length", "before_receipt")
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

    has_told_until(E) <= told_until(E, D)
    before_operation(D) <= operated(P) & D.is_(P - 1)
    known_limit(E, D) <= therapy(E, K) & cut_off(D)
    known_limit(E, D) <= therapy(E, K) & before_operation(D)
    known_limit(E, D) <= told_until(E, D)
    earlier_limit(E, D) <= known_limit(E, D) & known_limit(E, D2) & (D2 < D)
    known_until(E, D) <= known_limit(E, D) & ~earlier_limit(E, D)
    ongoing_limit(E, D) <= (
        reading("ongoing_until", "document") & therapy_ongoing(E) & told_until(E, D)
    )
    ongoing_limit(E, D) <= therapy_ongoing(E) & ~has_told_until(E) & anchor(D)
    ongoing_limit(E, D) <= reading("ongoing_until", "receipt") & therapy_ongoing(E) & anchor(D)
    ongoing_limit(E, D) <= therapy_ongoing(E) & before_operation(D)
    earlier_ongoing(E, D) <= ongoing_limit(E, D) & ongoing_limit(E, D2) & (D2 < D)

    speaks_of_end(E) <= therapy_end(E, F)
    speaks_of_end(E) <= therapy_ongoing(E)
    revised_end(L, E) <= same_episode(L, E, E2) & revises(E2) & speaks_of_end(E2)
    end_from(L, E, E2) <= same_episode(L, E, E2) & ~revised_end(L, E)
    end_from(L, E, E2) <= same_episode(L, E, E2) & revises(E2)
    ended(L, E, F) <= end_from(L, E, E2) & therapy_end(E2, F) & known_until(E2, D) & (F <= D)
    given_end(L, E, F) <= end_from(L, E, E2) & therapy_end(E2, F)
    went_on(L, E, D) <= end_from(L, E, E2) & therapy_end(E2, F) & known_until(E2, D) & (F > D)
    went_on(L, E, D) <= end_from(L, E, E2) & ongoing_limit(E2, D) & ~earlier_ongoing(E2, D)
    is_ongoing(L, E) <= end_from(L, E, E2) & therapy_ongoing(E2)
    has_ended(L, E) <= ended(L, E, F)
    has_plan(L, E) <= given_end(L, E, F) & ~is_ongoing(L, E) & ~has_ended(L, E)
    earlier_end(L, E, F) <= ended(L, E, F) & ended(L, E, F2) & (F2 < F)
    last_day("documented", L, E, F) <= ended(L, E, F) & ~earlier_end(L, E, F)
    last_day("documented", L, E, F) <= went_on(L, E, F) & ~has_ended(L, E)
    for basis in ("contested", "possible"):
        last_day(basis, L, E, F) <= ended(L, E, F)
        last_day(basis, L, E, F) <= went_on(L, E, F)
    last_day("possible", L, E, F) <= has_plan(L, E) & given_end(L, E, F)
    last_day("possible", L, E, A) <= (course(L, E) & ~has_plan(L, E) & ~has_ended(L, E) & anchor(A))

    first_day(E, S) <= therapy_start(E, S) & window_start(W) & (S >= W)
    first_day(E, W) <= therapy_start(E, S) & window_start(W) & (S < W)
    latest_day(A) <= anchor(A)
    latest_day(D) <= before_operation(D)
    earlier_latest(D) <= latest_day(D) & latest_day(D2) & (D2 < D)
    window_end(D) <= latest_day(D) & ~earlier_latest(D)
    within(R, L, E, F) <= last_day(R, L, E, F) & window_end(D) & (F <= D)
    within(R, L, E, D) <= last_day(R, L, E, F) & window_end(D) & (F > D)
    span(L, R, G, S, F) <= (
        qualified(R, L, E)
        & therapy(E, K)
        & therapy_group(K, G)
        & first_day(E, S)
        & within(R, L, E, F)
        & (S <= F)
    )
    span(L, "possible", G, W, F) <= (
        therapy_start_unknown(E)
        & therapy(E, K)
        & therapy_group(K, G)
        & qualified("possible", L, E)
        & window_start(W)
        & within("possible", L, E, F)
        & (W <= F)
    )

preceded = relation("preceded", "line basis group first", "an earlier span reaches this day")
followed = relation("followed", "line basis group last", "a later span goes on after this day")
run_first = relation("run_first", "line basis group first", "a run of covered days begins")
run_last = relation("run_last", "line basis group last", "a run of covered days ends")
covered_days = relation("covered_days", "line basis group days", "all days covered in the window")

with SECTION.clause(
    "C.runs",
    "overlapping and adjoining episodes are joined to runs, so that no day counts twice",
    kind="definition",
    published=False,
):
    preceded(L, R, G, S) <= (span(L, R, G, S, F) & span(L, R, G, S2, F2) & (S2 < S) & (F2 + 1 >= S))
    followed(L, R, G, F) <= (span(L, R, G, S, F) & span(L, R, G, S2, F2) & (F2 > F) & (S2 <= F + 1))
    run_first(L, R, G, S) <= span(L, R, G, S, F) & ~preceded(L, R, G, S)
    run_last(L, R, G, F) <= span(L, R, G, S, F) & ~followed(L, R, G, F)
    # Each run has one first and one last day and counts both, so the days of all runs together
    # are the sum of the last days, less the sum of the first days, plus the number of runs.
    for basis in ("documented", "contested", "possible"):
        for group in ("active", "inactive"):
            covered_days(L, basis, group, N) <= (
                line(L)
                & total(A, F, run_last(L, basis, group, F))
                & total(B, S, run_first(L, basis, group, S))
                & count(C, run_first(L, basis, group, D))
                & N.is_(A - B + C)
            )
