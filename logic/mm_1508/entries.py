"""Which entries of a record count for a service line, and which of them speaks.

The policy takes this for granted; the labels C.anchor, C.entries, C.sides and C.findings are ours.
From the facts of a case follow the days that matter (``anchor``, ``cut_off``), the entries that
count (``timely``, ``counts``) and what is documented of a finding (``told``). ``present_leaf`` and
``absent_leaf`` write the clauses of D.I that ask for one finding.
"""

from __future__ import annotations

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    baseline_entry,
    cited_document,
    cited_undated,
    day_of_record,
    decided,
    document_received,
    documented_absent,
    documented_present,
    entry_date,
    entry_side,
    finding,
    line,
    months_before,
    parameter,
    planned_service_date,
    radiates_to,
    reading,
    received,
    record_complete,
    revises,
    stated_diagnosis,
    therapy_start,
    therapy_start_unknown,
    undated,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.mm_1508.scope import planned

A, C, D, D2, E, E2, F, M, P, R, S, V, W = variables("A C D D2 E E2 F M P R S V W")

CRITERIA, EXCLUSIONS = "criteria", "exclusions"
"""What a finding is asked for: criteria follow the reading ``laterality``, exclusions do not."""

SECTION = Section("C", "Which entries count")

# --- days -------------------------------------------------------------------------------------

anchor = relation("anchor", "day", "the anchor date, from which periods are counted back")
arrival = relation("arrival", "day", "the request or a listed document was received")
later_arrival = relation("later_arrival", "day", "something was received later")
decision_stated = relation("decision_stated", "", "the day of the decision is stated")
cut_off = relation("cut_off", "day", "the day up to which evidence counts")
operated = relation("operated", "day", "the service date, which is not after the cut-off")

with SECTION.clause(
    "C.anchor",
    "periods are counted back from the day of receipt; evidence counts up to the cut-off: the day "
    "of the decision, or the last day on which something was received",
    kind="definition",
):
    anchor(D) <= reading("look_back_anchor", "received") & received(D)
    anchor(D) <= reading("look_back_anchor", "planned_service_date") & planned_service_date(D)
    anchor(D) <= received(D) & ~planned()
    arrival(D) <= received(D)
    arrival(D) <= document_received(D)
    later_arrival(D) <= arrival(D) & arrival(D2) & (D2 > D)
    decision_stated() <= decided(D)
    cut_off(D) <= reading("evidence_cutoff", "received") & received(D)
    cut_off(D) <= reading("evidence_cutoff", "file") & decided(D)
    cut_off(D) <= (
        reading("evidence_cutoff", "file") & ~decision_stated() & arrival(D) & ~later_arrival(D)
    )
    operated(D) <= planned_service_date(D) & cut_off(C) & (D <= C)

dated = relation("dated", "entry day", "the day of an entry; of a therapy its first day")
no_limit = relation("no_limit", "entry", "a source of it that was received has no date")
document_day = relation("document_day", "entry day", "the date of a document it cites, received")
later_document = relation("later_document", "entry day", "it cites a later document")
told_until = relation("told_until", "entry day", "the last day that its documents can know of")
arrived = relation("arrived", "entry", "a source of the entry was received by the cut-off")
vouched = relation("vouched", "entry day", "a source of the entry may know of this day")
not_received = relation("not_received", "entry", "it was not received by the cut-off", against=True)
after_cut_off = relation("after_cut_off", "entry", "it is later than the cut-off", against=True)
after_operation = relation(
    "after_operation", "entry", "it is not from before the operation", against=True
)
impossible_date = relation(
    "impossible_date", "entry", "it is later than the documents it cites", against=True
)
counted_day = relation("counted_day", "day", "entries of this day count")
operated_before = relation("operated_before", "day", "the operation was before, or on this day")
timely = relation("timely", "entry", "the entry was known by the cut-off")
usable = relation("usable", "entry", "the entry is timely, and dated if the reading wants that")

with SECTION.clause(
    "C.entries",
    "an entry counts when it was known by the cut-off, is from before an operation that has taken "
    "place, and is not later than the documents it cites",
    kind="definition",
    published=False,
):
    dated(E, D) <= entry_date(E, D)
    dated(E, D) <= therapy_start(E, D)
    no_limit(E) <= cited_undated(E, R) & cut_off(C) & (R <= C)
    document_day(E, D) <= cited_document(E, R, D) & cut_off(C) & (R <= C)
    later_document(E, D) <= document_day(E, D) & document_day(E, D2) & (D2 > D)
    told_until(E, D) <= document_day(E, D) & ~later_document(E, D) & ~no_limit(E)
    arrived(E) <= no_limit(E)
    arrived(E) <= document_day(E, D)
    # A source without a date may know of any day.
    vouched(E, D) <= dated(E, D) & no_limit(E)
    vouched(E, D) <= dated(E, D) & document_day(E, P) & (D <= P)
    operated_before(D) <= operated(P) & day_of_record(D) & (P <= D)
    counted_day(D) <= day_of_record(D) & cut_off(C) & (D <= C) & ~operated_before(D)
    # pyDatalog tries the last rule first and stops when it holds; most entries have a date.
    timely(E) <= therapy_start_unknown(E) & arrived(E)
    timely(E) <= undated(E) & arrived(E)
    timely(E) <= vouched(E, D) & counted_day(D)
    usable(E) <= reading("undated_entries", "count") & timely(E)
    usable(E) <= reading("undated_entries", "never") & timely(E) & dated(E, D)

    # Why an entry is not timely: one of these holds of it, and of no timely one.
    not_received(E) <= entry_side(E, S) & ~arrived(E)
    after_cut_off(E) <= dated(E, D) & cut_off(C) & (D > C)
    after_operation(E) <= dated(E, D) & operated_before(D)
    impossible_date(E) <= arrived(E) & dated(E, D) & ~vouched(E, D)

# --- sides ------------------------------------------------------------------------------------

side_counts = relation("side_counts", "line side", "entries of this side bear on the line")
bears = relation("bears", "line entry", "the entry speaks about the line's side")
counts = relation("counts", "line entry", "the entry bears on the line, as sides are read")
side_unknown = relation(
    "side_unknown", "line entry", "it lacks the side that its kind needs", against=True
)
any_diagnosis = relation("any_diagnosis", "", "the request states a diagnosis")

with SECTION.clause(
    "C.sides",
    "an entry bears on a line when its side is the line's, or both, or when its kind has none; one "
    "that lacks its side supports no line",
    kind="definition",
    published=False,
):
    side_counts(L, "not_side_specific") <= line(L)
    side_counts(L, "bilateral") <= line(L)
    side_counts(L, L) <= line(L)
    bears(L, E) <= entry_side(E, S) & side_counts(L, S)
    counts(L, E) <= bears(L, E)
    counts(L, E) <= reading("laterality", "any_side") & line(L) & entry_side(E, S)
    side_unknown(L, E) <= (reading("laterality", "same_side") & line(L) & entry_side(E, "unstated"))
    any_diagnosis() <= stated_diagnosis(D)

# --- findings: which entry speaks -------------------------------------------------------------

EXAMINATIONS = (
    "pain_radiating",
    "pain_caudal_to_l5",
    "pain_over_posterior_sij",
    "pain_consistent_with_sij",
    "posterior_sij_tenderness",
    "similar_tenderness_elsewhere",
    "other_obvious_pain_source",
    "thigh_thrust",
    "compression",
    "gaenslen",
    "distraction",
    "patrick",
)
"""The examination findings of D.I.B; whatever else the clauses ask for is a standing diagnosis,
history or intent."""

examination = relation("examination", "finding", "an examination finding")
old = relation("old", "entry", "the examination is older than the reading allows", against=True)
age_unknown = relation("age_unknown", "entry", "the examination may be older than allowed")
speaks = relation("speaks", "entry finding", "the entry counts for the finding")
may_speak = relation("may_speak", "entry finding", "it counts for it, if it is not too old")
bearing = relation("bearing", "use line finding entry", "the entry speaks of the finding")
uncertain = relation("uncertain", "use line finding entry", "the entry may speak of the finding")
superseded = relation(
    "superseded", "use line finding entry", "a later entry takes its place", against=True
)
replaces = relation("replaces", "entry finding", "it takes the place of older entries of it")
radiates_far = relation("radiates_far", "entry", "the pain radiates below the knee")
near_only = relation("near_only", "entry", "the pain radiates no further than the thigh")
finding_says = relation("finding_says", "entry value", "what the entry says of its finding")
told = relation("told", "use line finding value", "the record says so of the finding")
doubted = relation("doubted", "use line finding value", "an entry that may bear on it says so")
mentioned = relation("mentioned", "use line finding", "the record speaks of the finding")

with SECTION.clause(
    "C.findings",
    "of an examination the latest entries speak, and undated ones; standing diagnoses are only "
    "undone by a later entry that says it revises",
    kind="definition",
    published=False,
):
    for name in EXAMINATIONS:
        +examination(name)
    recent_only = reading("examination_age", "within_12_months")
    old(E) <= (
        recent_only
        & entry_date(E, D)
        & anchor(A)
        & parameter("examination_look_back", M)
        & months_before(A, M, W)
        & (D < W)
    )
    age_unknown(E) <= recent_only & undated(E)
    examined = finding(E, F) & examination(F) & usable(E) & baseline_entry(E)
    speaks(E, F) <= finding(E, F) & usable(E) & ~examination(F)
    speaks(E, F) <= reading("examination_age", "none_stated") & examined
    speaks(E, F) <= recent_only & examined & ~old(E) & ~age_unknown(E)
    may_speak(E, F) <= age_unknown(E) & examined
    bearing(CRITERIA, L, F, E) <= speaks(E, F) & counts(L, E)
    bearing(EXCLUSIONS, L, F, E) <= speaks(E, F) & bears(L, E)
    uncertain(CRITERIA, L, F, E) <= may_speak(E, F) & counts(L, E)
    uncertain(CRITERIA, L, F, E) <= side_unknown(L, E) & may_speak(E, F)
    uncertain(CRITERIA, L, F, E) <= side_unknown(L, E) & speaks(E, F)
    # No exclusion asks for an examination, so that here only the side can be uncertain.
    uncertain(EXCLUSIONS, L, F, E) <= line(L) & entry_side(E, "unstated") & speaks(E, F)
    replaces(E, F) <= finding(E, F) & revises(E)
    replaces(E, F) <= finding(E, F) & examination(F)
    superseded(R, L, F, E) <= (
        finding(E, F)
        & entry_date(E, D)
        & bearing(R, L, F, E2)
        & entry_date(E2, D2)
        & (D2 > D)
        & replaces(E2, F)
    )
    radiates_far(E) <= radiates_to(E, "below_knee")
    near_only(E) <= reading("radiating", "below_knee") & radiates_to(E, P) & ~radiates_far(E)
    finding_says(E, "absent") <= near_only(E)
    finding_says(E, "absent") <= documented_absent(E)
    finding_says(E, "present") <= documented_present(E) & ~near_only(E)
    told(R, L, F, V) <= bearing(R, L, F, E) & ~superseded(R, L, F, E) & finding_says(E, V)
    doubted(R, L, F, V) <= uncertain(R, L, F, E) & ~superseded(R, L, F, E) & finding_says(E, V)
    mentioned(R, L, F) <= told(R, L, F, V)
    mentioned(R, L, F) <= uncertain(R, L, F, E) & finding_says(E, "present")


def may_be_doubted(name: str) -> bool:
    """Whether an entry about the finding may lack what decides whether it counts: its side, or as
    an examination its date."""
    asked = VOCABULARY.findings[name]
    return asked.side_specific or asked.examination


def present_leaf(
    section: Section, label: str, paraphrase: str, name: str, *, published: bool = True
) -> None:
    """Met when the finding is documented present.

    Not met when it is documented absent, or when the record is complete for findings and is silent.
    """
    with leaf(
        section,
        label,
        paraphrase,
        published=published,
        name=name.replace("_", " "),
        question=VOCABULARY.findings[name].question,
    ):
        present, absent = told(CRITERIA, L, name, "present"), told(CRITERIA, L, name, "absent")
        told_met(L, label) <= present
        told_not_met(L, label) <= absent
        if may_be_doubted(name):
            told_not_met(L, label) <= doubted(CRITERIA, L, name, "absent") & present
        told_not_met(L, label) <= (
            record_complete("findings") & line(L) & ~mentioned(CRITERIA, L, name)
        )


def absent_leaf(
    section: Section,
    label: str,
    paraphrase: str,
    name: str,
    *,
    published: bool = True,
    short: str = "",
) -> None:
    """Met only when the finding is documented absent; silence says nothing, even if complete."""
    with leaf(
        section,
        label,
        paraphrase,
        published=published,
        name=short or "no " + name.replace("_", " "),
        question=VOCABULARY.findings[name].question,
    ):
        write_absence(label, name)


def write_absence(label: str, name: str) -> None:
    """The rules of a clause that asks for a finding to be documented absent."""
    present, absent = told(CRITERIA, L, name, "present"), told(CRITERIA, L, name, "absent")
    told_met(L, label) <= absent
    told_not_met(L, label) <= present
    if may_be_doubted(name):
        told_not_met(L, label) <= doubted(CRITERIA, L, name, "present") & absent
