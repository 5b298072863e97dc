"""Section C of MM-1508 and what the clauses share: dates, sides, which entry speaks, therapy days.

The labels below "C" are ours where the policy has none: C.anchor, C.entries, C.findings, C.runs.
"""

from __future__ import annotations

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.criteria import L
from clausewise.logic.language.input_relations import (
    baseline_entry,
    day_of_record,
    entry_date,
    entry_side,
    exercise_follow_up,
    exercise_prescription,
    finding,
    inability,
    inability_therapy,
    line,
    months_before,
    parameter,
    planned_service_date,
    reading,
    received,
    revises,
    stated_diagnosis,
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
    undated,
)
from clausewise.logic.language.notation import (
    Body,
    Relation,
    Section,
    Variable,
    count,
    relation,
    total,
)
from clausewise.logic.mm_1508.scope import planned

A, B, C, D, E, F, G, K, M, N, P, Q, R, S, T, W = (Variable(name) for name in "ABCDEFGKMNPQRSTW")
F2, S2, D2, E2 = (Variable(name) for name in ("F2", "S2", "D2", "E2"))

SECTION = Section("C", "Definitions")

# --- days and sides ---------------------------------------------------------------------------

anchor = relation("anchor", "day", "the anchor date, from which periods are counted back")
counted_day = relation("counted_day", "day", "the day is not later than the anchor date")
side_counts = relation("side_counts", "line side", "entries of this side count for the line")
timely = relation("timely", "entry", "the entry is undated or not later than the anchor date")
counts = relation("counts", "line entry", "the entry is timely and speaks about the line's side")
any_diagnosis = relation("any_diagnosis", "", "the request states a diagnosis")

with SECTION.clause(
    "C.anchor", "periods are counted back from the day of receipt", kind="definition"
):
    anchor(D) <= reading("look_back_anchor", "received") & received(D)
    anchor(D) <= reading("look_back_anchor", "planned_service_date") & planned_service_date(D)
    anchor(D) <= received(D) & ~planned()

with SECTION.clause(
    "C.entries",
    "an entry counts when it is not later than the anchor date and, where its kind has sides, on "
    "the line's side",
    kind="definition",
    published=False,
):
    counted_day(D) <= day_of_record(D) & anchor(A) & (D <= A)
    # Of the rules for one entry pyDatalog tries the last one first and stops when it holds; most
    # entries have a date.
    timely(E) <= undated(E)
    timely(E) <= entry_date(E, D) & counted_day(D)
    side_counts(L, "not_side_specific") <= line(L)
    side_counts(L, "bilateral") <= line(L)
    side_counts(L, L) <= line(L)
    for side in ("left", "right", "unstated"):
        side_counts(L, side) <= reading("laterality", "any_side") & line(L)
    counts(L, E) <= undated(E) & entry_side(E, S) & side_counts(L, S)
    counts(L, E) <= entry_side(E, S) & side_counts(L, S) & entry_date(E, D) & counted_day(D)
    any_diagnosis() <= stated_diagnosis(D)

# --- findings: which entry speaks -------------------------------------------------------------

baseline = relation("baseline", "line entry", "an examination from before any procedure, counted")
outdated = relation(
    "outdated", "line finding entry", "a later examination takes its place", against=True
)
revised = relation(
    "revised", "line finding entry", "a later entry explicitly revises it", against=True
)

with SECTION.clause(
    "C.findings",
    "of an examination the latest entry speaks; a standing diagnosis is only undone by an entry "
    "that says it revises",
    kind="definition",
    published=False,
):
    baseline(L, E) <= (reading("examination_age", "none_stated") & baseline_entry(E) & counts(L, E))
    baseline(L, E) <= (
        reading("examination_age", "within_12_months")
        & baseline_entry(E)
        & counts(L, E)
        & entry_date(E, D)
        & anchor(A)
        & parameter("examination_look_back", M)
        & months_before(A, M, S)
        & (D >= S)
    )
    outdated(L, F, E) <= (
        finding(E, F)
        & finding(E2, F)
        & E2.is_not(E)
        & entry_date(E, D)
        & baseline(L, E2)
        & entry_date(E2, D2)
        & (D2 > D)
    )
    outdated(L, F, E) <= (
        undated(E) & finding(E, F) & finding(E2, F) & baseline(L, E2) & entry_date(E2, D2)
    )
    revised(L, F, E) <= (
        revises(E2)
        & finding(E2, F)
        & counts(L, E2)
        & entry_date(E2, D2)
        & finding(E, F)
        & entry_date(E, D)
        & (D2 > D)
    )
    revised(L, F, E) <= (
        revises(E2)
        & finding(E2, F)
        & counts(L, E2)
        & entry_date(E2, D2)
        & finding(E, F)
        & undated(E)
    )


def documented(name: str, answer: Relation) -> Body:
    """The finding is documented, with this answer, by an entry that speaks for it.

    ``answer`` is documented_present or documented_absent.
    """
    said = finding(E, name) & answer(E)
    if VOCABULARY.findings[name].examination:
        return said & baseline(L, E) & ~outdated(L, name, E)
    return said & counts(L, E) & ~revised(L, name, E)


def mentioned_by(name: str) -> Body:
    """Some entry speaks for the finding, whatever it says."""
    if VOCABULARY.findings[name].examination:
        return finding(E, name) & baseline(L, E)
    return finding(E, name) & counts(L, E)


# --- conservative therapy ---------------------------------------------------------------------

therapy_group = relation("therapy_group", "kind group", "the therapy is active or inactive")
window_start = relation("window_start", "day", "the first day on which therapy counts")
required_days = relation("required_days", "group days", "the days that make up the minimum")
first_day = relation("first_day", "basis entry day", "the first day of the episode that counts")
last_day = relation("last_day", "basis entry day", "the last day of the episode that counts")
disqualified = relation("disqualified", "entry", "the episode can never count", against=True)
excused = relation("excused", "entry", "an exercise program excused by inability")
qualified = relation("qualified", "basis entry", "the episode counts, or might count")
no_relief_needed = relation("no_relief_needed", "entry", "the episode counts whatever it brought")
first_edge = relation("first_edge", "day", "a run of covered days may begin here")
last_edge = relation("last_edge", "day", "a run of covered days may end here")
span = relation("span", "basis group first last", "days covered by one episode in the window")
preceded = relation("preceded", "basis group first", "an earlier span reaches this day")
followed = relation("followed", "basis group last", "a later span goes on after this day")
run_first = relation("run_first", "basis group first", "a run of covered days begins")
run_last = relation("run_last", "basis group last", "a run of covered days ends")
covered_days = relation("covered_days", "basis group days", "all days covered in the window")

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
    disqualified(E) <= therapy(E, HEP) & therapy_start(E, S) & therapy_end(E, F) & parameter(
        "minimum_exercise_program_days", M
    ) & (F - S + 1 < M)
    disqualified(E) <= exercise_prescription(E, "no")
    disqualified(E) <= exercise_follow_up(E, "no")
    excused(E) <= reading("hep_inability", "counts_as_episode") & therapy(
        E, HEP
    ) & inability_therapy(Q, E) & inability(Q, "increased_pain") & timely(Q)
    excused(E) <= reading("hep_inability", "counts_as_episode") & therapy(
        E, HEP
    ) & inability_therapy(Q, E) & inability(Q, "physical_inability") & timely(Q)
    qualified("documented", E) <= excused(E)
    qualified("possible", E) <= excused(E)

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
        required_days(group, N) <= reading("month_length", "calendar") & anchor(A) & parameter(
            months, M
        ) & months_before(A, M, S) & N.is_(A - S)
        required_days(group, N) <= reading("month_length", "30_days") & parameter(
            months, M
        ) & parameter("days_in_a_30_day_month", D) & N.is_(M * D)
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
