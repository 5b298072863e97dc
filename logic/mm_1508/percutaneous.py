"""Section D.I.B of MM-1508: when percutaneous sacroiliac joint fusion is medically necessary.

Clause by clause in the document's order: D.I.B.0 to 3, 5, 6 and 8 stand here; D.I.B.4 stands in
``conservative_therapy``, D.I.B.7 and 10 in ``injections`` and D.I.B.9 in ``imaging``, and are
included at their place. From the request, findings, pain scores, therapies, injections and studies
follows the status of D.I.B.
"""

from __future__ import annotations

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.criteria import (
    L,
    all_of,
    any_of,
    at_least,
    gate,
    leaf,
    told_met,
    told_not_met,
)
from clausewise.logic.language.input_relations import (
    baseline_entry,
    entry_date,
    injection,
    line,
    measured_up_to,
    measurement,
    months_before,
    parameter,
    procedure_code,
    purpose,
    reading,
    record_complete,
    revises,
    stated_baseline,
    stated_diagnosis,
    undated,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.mm_1508.conservative_therapy import CONSERVATIVE_THERAPY
from clausewise.logic.mm_1508.entries import (
    CRITERIA,
    absent_leaf,
    age_unknown,
    anchor,
    counts,
    old,
    present_leaf,
    side_unknown,
    timely,
    told,
    usable,
    write_absence,
)
from clausewise.logic.mm_1508.imaging import IMAGING
from clausewise.logic.mm_1508.injections import DIAGNOSTIC_BLOCKS, THERAPEUTIC_INJECTIONS

A, D, D2, E, E2, M, S, T, V, W = variables("A D D2 E E2 M S T V W")

SECTION = Section("D.I.B", "Percutaneous sacroiliac joint fusion or stabilization")

gate(
    SECTION,
    "D.I.B",
    "percutaneous fusion for chronic back pain is medically necessary when all of these hold",
    all_of(*(f"D.I.B.{number}" for number in range(11))),
    name="percutaneous fusion",
)

# --- D.I.B.0 ----------------------------------------------------------------------------------

OTHER_PURPOSES = (
    "trauma_fixation",
    "tumor_management",
    "infection_treatment",
    "deformity_correction",
)
CHRONIC_PAIN = (
    "chronic_sij_pain",
    "sacroiliac_joint_syndrome",
    "degenerative_sacroiliac_joint",
    "mechanical_low_back_syndrome",
)
other_purpose = relation("other_purpose", "", "a purpose is stated that only D.I.A outlines")
covered_diagnosis = relation("covered_diagnosis", "", "a chronic sacroiliac pain is diagnosed")
for_chronic_pain = relation("for_chronic_pain", "", "the procedure is meant for chronic pain")
device_not_covered = relation("device_not_covered", "", "the device is read as not covered")

with leaf(
    SECTION,
    "D.I.B.0",
    "the procedure is meant to treat chronic back or sacroiliac joint pain",
    name="for chronic pain",
    question="What is the procedure for: chronic back or joint pain, or another purpose?",
):
    for name in OTHER_PURPOSES:
        other_purpose() <= purpose(name)
    for name in CHRONIC_PAIN:
        covered_diagnosis() <= stated_diagnosis(name)
    for_chronic_pain() <= purpose("chronic_pain")
    for_chronic_pain() <= covered_diagnosis() & ~other_purpose()
    device_not_covered() <= reading("device_scope", "transfixing_only") & procedure_code("27278")
    told_met(L, "D.I.B.0") <= line(L) & for_chronic_pain() & ~device_not_covered()
    told_not_met(L, "D.I.B.0") <= line(L) & other_purpose() & ~for_chronic_pain()
    told_not_met(L, "D.I.B.0") <= line(L) & device_not_covered()

# --- D.I.B.1 ----------------------------------------------------------------------------------

gate(
    SECTION,
    "D.I.B.1",
    "pain that does not radiate, lies below L5 over the posterior joint and fits joint pain",
    all_of(
        "D.I.B.1.non_radiating",
        "D.I.B.1.caudal_to_l5",
        "D.I.B.1.posterior",
        "D.I.B.1.consistent",
    ),
    name="pain pattern",
)
absent_leaf(
    SECTION,
    "D.I.B.1.non_radiating",
    "the pain does not radiate",
    "pain_radiating",
    published=False,
    short="pain not radiating",
)
present_leaf(
    SECTION,
    "D.I.B.1.caudal_to_l5",
    "the pain lies below L5",
    "pain_caudal_to_l5",
    published=False,
)
present_leaf(
    SECTION,
    "D.I.B.1.posterior",
    "the pain is localized over the posterior joint",
    "pain_over_posterior_sij",
    published=False,
)
present_leaf(
    SECTION,
    "D.I.B.1.consistent",
    "the pain is consistent with joint pain",
    "pain_consistent_with_sij",
    published=False,
)

# --- D.I.B.2 ----------------------------------------------------------------------------------

PAIN = "sij_pain_score"
injection_day = relation("injection_day", "line day", "a day with an injection that may bear on it")
after_injection = relation(
    "after_injection",
    "line entry",
    "a score of the day of an injection may be its result, unless it is stated as a baseline",
    against=True,
)
may_be_scored = relation("may_be_scored", "line entry", "a pain score that bears on it, or may")
scored = relation("scored", "line entry", "a pain score that counts for the line")
unsided_score = relation("unsided_score", "line entry", "a pain score that may count for it")
range_of_score = relation("range_of_score", "entry", "the score is a range")
high_enough = relation("high_enough", "entry", "the score, at its least, is high enough")
too_low = relation("too_low", "entry", "the score, at its most, is too low")
score_superseded = relation(
    "score_superseded", "line entry", "a later pain score takes its place", against=True
)
speaking_score = relation("speaking_score", "line entry", "a pain score that speaks")
sufficient_score = relation("sufficient_score", "line day", "a score of the day is high enough")
possible_score = relation("possible_score", "line day", "a score of the day may be high enough")
score_later_or_same = relation(
    "score_later_or_same", "line entry", "a score of the line is not older than this one"
)
undated_suffices = relation(
    "undated_suffices", "line", "a score of the line without a date is high enough"
)
sufficient_from = relation(
    "sufficient_from", "line entry", "a score of the line that is not older is high enough"
)
possible_recent = relation("possible_recent", "line", "a recent score may be high enough")
any_possible_score = relation(
    "any_possible_score", "line", "a score speaks, or one that does not may be high enough"
)
recent_score = relation("recent_score", "entry", "the score is of the look-back period, or later")

latest = reading("pain_score_choice", "latest")
highest = reading("pain_score_choice", "highest_in_6_months")

with SECTION.clause(
    "C.scores",
    "the latest pain scores speak; one of the day of an injection may be its result",
    kind="definition",
    published=False,
):
    score = measurement(E, PAIN, S)
    injection_day(L, D) <= injection(E) & timely(E) & counts(L, E) & entry_date(E, D)
    injection_day(L, D) <= injection(E) & timely(E) & side_unknown(L, E) & entry_date(E, D)
    eligible = score & baseline_entry(E) & usable(E)
    may_be_scored(L, E) <= eligible & counts(L, E) & ~old(E)
    may_be_scored(L, E) <= side_unknown(L, E) & eligible & ~old(E)
    after_injection(L, E) <= (
        may_be_scored(L, E) & ~stated_baseline(E) & entry_date(E, D) & injection_day(L, D)
    )
    of_line = may_be_scored(L, E) & counts(L, E)
    scored(L, E) <= of_line & ~age_unknown(E) & ~after_injection(L, E)
    unsided_score(L, E) <= may_be_scored(L, E) & age_unknown(E)
    unsided_score(L, E) <= may_be_scored(L, E) & side_unknown(L, E) & ~after_injection(L, E)
    range_of_score(E) <= measured_up_to(E, S)
    high_enough(E) <= score & parameter("minimum_pain_score", T) & (S >= T)
    too_low(E) <= score & ~range_of_score(E) & parameter("minimum_pain_score", T) & (S < T)
    too_low(E) <= measured_up_to(E, S) & parameter("minimum_pain_score", T) & (S < T)
    recent_score(E) <= (
        entry_date(E, D)
        & anchor(A)
        & parameter("pain_score_look_back", M)
        & months_before(A, M, W)
        & (D >= W)
    )
    score_superseded(L, E) <= (
        latest & scored(L, E) & entry_date(E, D) & scored(L, E2) & entry_date(E2, D2) & (D2 > D)
    )
    score_superseded(L, E) <= (
        scored(L, E)
        & entry_date(E, D)
        & scored(L, E2)
        & revises(E2)
        & entry_date(E2, D2)
        & (D2 > D)
    )
    speaking_score(L, E) <= latest & scored(L, E) & ~score_superseded(L, E)
    speaking_score(L, E) <= (highest & scored(L, E) & recent_score(E) & ~score_superseded(L, E))

with leaf(
    SECTION,
    "D.I.B.2",
    "a joint pain score of at least 5",
    name="pain score",
    question="What is the sacroiliac joint pain score on a scale from 0 to 10, and of which date?",
):
    # Of the scores of one day the highest counts; under the other reading, of all that speak.
    sufficient_score(L, D) <= speaking_score(L, E) & high_enough(E) & entry_date(E, D)
    possible_score(L, D) <= speaking_score(L, E) & ~too_low(E) & entry_date(E, D)
    told_met(L, "D.I.B.2") <= speaking_score(L, E) & high_enough(E)
    told_not_met(L, "D.I.B.2") <= speaking_score(L, E) & undated(E) & too_low(E)
    told_not_met(L, "D.I.B.2") <= (
        latest & speaking_score(L, E) & entry_date(E, D) & ~possible_score(L, D)
    )
    possible_recent(L) <= speaking_score(L, E) & ~too_low(E)
    told_not_met(L, "D.I.B.2") <= highest & speaking_score(L, E) & ~possible_recent(L)
    # A score without a side says nothing for the line, but leaves open what it would contradict.
    score_later_or_same(L, E) <= (entry_date(E, D) & scored(L, E2) & entry_date(E2, D2) & (D2 >= D))
    undated_suffices(L) <= scored(L, E) & undated(E) & high_enough(E)
    contesting = latest & told_met(L, "D.I.B.2") & unsided_score(L, E) & ~score_later_or_same(L, E)
    told_not_met(L, "D.I.B.2") <= contesting & too_low(E)
    told_not_met(L, "D.I.B.2") <= (
        contesting & ~high_enough(E) & entry_date(E, D) & ~undated_suffices(L)
    )
    sufficient_from(L, E) <= entry_date(E, D) & sufficient_score(L, D2) & (D2 >= D)
    told_not_met(L, "D.I.B.2") <= (
        highest
        & told_met(L, "D.I.B.2")
        & unsided_score(L, E)
        & ~high_enough(E)
        & revises(E)
        & entry_date(E, D)
        & ~sufficient_from(L, E)
    )
    any_possible_score(L) <= speaking_score(L, E)
    any_possible_score(L) <= scored(L, E) & undated(E) & ~too_low(E)
    any_possible_score(L) <= unsided_score(L, E) & ~too_low(E)
    any_possible_score(L) <= after_injection(L, E) & ~too_low(E)
    told_not_met(L, "D.I.B.2") <= (
        record_complete("measurements") & line(L) & ~any_possible_score(L)
    )

# --- D.I.B.3 ----------------------------------------------------------------------------------

gate(
    SECTION,
    "D.I.B.3",
    "localized tenderness over the posterior joint, none as severe elsewhere, and no other obvious "
    "source of the pain",
    all_of("D.I.B.3.tenderness", "D.I.B.3.nowhere_else", "D.I.B.3.no_other_source"),
    name="tenderness",
)
present_leaf(
    SECTION,
    "D.I.B.3.tenderness",
    "the posterior joint is tender when pressed",
    "posterior_sij_tenderness",
    published=False,
)
absent_leaf(
    SECTION,
    "D.I.B.3.nowhere_else",
    "no other place is tender to a similar degree",
    "similar_tenderness_elsewhere",
    published=False,
)
with leaf(
    SECTION,
    "D.I.B.3.no_other_source",
    "no other obvious source of the pain",
    published=False,
    name="no other obvious pain source",
    question=VOCABULARY.findings["other_obvious_pain_source"].question,
):
    write_absence("D.I.B.3.no_other_source", "other_obvious_pain_source")
    # "No other obvious source" and "another more likely source" contradict each other.
    told_not_met(L, "D.I.B.3.no_other_source") <= (
        told(CRITERIA, L, "other_obvious_pain_source", "absent")
        & told(CRITERIA, L, "other_more_likely_pain_source", "present")
    )

# --- D.I.B.4 ----------------------------------------------------------------------------------

SECTION.include(CONSERVATIVE_THERAPY)  # in conservative_therapy.py

# --- D.I.B.5 and D.I.B.6 ----------------------------------------------------------------------

gate(
    SECTION,
    "D.I.B.5",
    "thigh thrust or compression test positive",
    any_of("D.I.B.5.thigh_thrust", "D.I.B.5.compression"),
    name="thigh thrust or compression",
)
present_leaf(
    SECTION, "D.I.B.5.thigh_thrust", "thigh thrust test positive", "thigh_thrust", published=False
)
present_leaf(
    SECTION, "D.I.B.5.compression", "compression test positive", "compression", published=False
)

at_least(
    SECTION,
    "D.I.B.6",
    "at least two of the provocative tests Gaenslen, distraction, Patrick positive",
    "minimum_provocative_tests",
    ("D.I.B.6.a", "D.I.B.6.b", "D.I.B.6.c"),
    further=(
        ("provocative_pool", "all_five"),
        ("D.I.B.5.thigh_thrust", "D.I.B.5.compression"),
    ),
    name="provocative tests",
)
present_leaf(SECTION, "D.I.B.6.a", "Gaenslen's test positive", "gaenslen")
present_leaf(SECTION, "D.I.B.6.b", "distraction test positive", "distraction")
present_leaf(SECTION, "D.I.B.6.c", "Patrick's (FABER) test positive", "patrick")

# --- D.I.B.7 ----------------------------------------------------------------------------------

SECTION.include(DIAGNOSTIC_BLOCKS)  # in injections.py

# --- D.I.B.8 ----------------------------------------------------------------------------------

PRIMARY = "generalized_pain_primary_cause"
BEHAVIOR, DISORDER = "generalized_pain_behavior", "generalized_pain_disorder"
denied = relation("denied", "line finding", "documented absent, and nothing says otherwise")
disputed_finding = relation("disputed_finding", "line finding", "documented absent and present")
primary_spoken = relation("primary_spoken", "line", "the record speaks of the primary cause")
absence_disputed = relation("absence_disputed", "line", "that both are absent is contradicted")

with leaf(
    SECTION,
    "D.I.B.8",
    "a generalized pain behavior or disorder is ruled out as the primary cause",
    name="generalized pain ruled out",
    question=VOCABULARY.findings[PRIMARY].question,
):
    for name in (BEHAVIOR, DISORDER):
        present, absent = told(CRITERIA, L, name, "present"), told(CRITERIA, L, name, "absent")
        denied(L, name) <= absent & ~present
        disputed_finding(L, name) <= absent & present
    primary_spoken(L) <= told(CRITERIA, L, PRIMARY, V)
    absence_disputed(L) <= disputed_finding(L, BEHAVIOR) & disputed_finding(L, DISORDER)
    for name, other in ((BEHAVIOR, DISORDER), (DISORDER, BEHAVIOR)):
        absence_disputed(L) <= (disputed_finding(L, name) & ~told(CRITERIA, L, other, "present"))
    write_absence("D.I.B.8", PRIMARY)
    told_met(L, "D.I.B.8") <= denied(L, BEHAVIOR) & denied(L, DISORDER)
    told_met(L, "D.I.B.8") <= absence_disputed(L) & ~primary_spoken(L)
    told_not_met(L, "D.I.B.8") <= absence_disputed(L) & ~primary_spoken(L)

# --- D.I.B.9 ----------------------------------------------------------------------------------

SECTION.include(IMAGING)  # in imaging.py

# --- D.I.B.10 ---------------------------------------------------------------------------------

SECTION.include(THERAPEUTIC_INJECTIONS)  # in injections.py
