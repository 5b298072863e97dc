"""Why an event does not count, for those who ask: no clause of the policy rests on these rules.

A row names an entry and what it fails, contradicts or lacks. From the occasions, episodes and
studies of ``injections``, ``definitions`` and ``imaging`` follows what letters and reports tell
about entries that a clause does not count.
"""

from __future__ import annotations

from clausewise.logic.language.criteria import L
from clausewise.logic.language.input_relations import (
    entry_date,
    inability,
    measurement,
    parameter,
    reading,
    relief,
    therapy,
    therapy_start,
    therapy_start_unknown,
    undated,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.mm_1508 import conservative_therapy, percutaneous
from clausewise.logic.mm_1508 import definitions as therapies
from clausewise.logic.mm_1508.entries import bears, timely
from clausewise.logic.mm_1508.injections import (
    AGENTS,
    AIMS,
    BLOCK,
    TRIAL,
    affirmed,
    agent_known,
    as_told,
    member,
    negated,
    purpose_known,
    says,
    speaks_of,
    undated_occasion,
)
from clausewise.logic.mm_1508.open_fusion import JOINT, PATHOLOGY, inconclusive
from clausewise.logic.mm_1508.studies import (
    CONDITIONS,
    asked_study,
    clears,
    counted_study,
    excluding,
    left_open,
    reading_of,
    recent,
    reported,
    reports,
    study,
)

A, B, C, D, D2, E, E2, F, M, N, P, R, S, V, W, X = variables("A B C D D2 E E2 F M N P R S V W X")

SECTION = Section("C.reasons", "Definitions: why an event does not count")

# --- occasions --------------------------------------------------------------------------------

fails = relation("fails", "role line entry detail", "the occasion does not qualify", against=True)
contradicted = relation(
    "contradicted",
    "role line entry detail",
    "what is said of its day is contradictory",
    against=True,
)
entry_of = relation(
    "entry_of", "judged_by role line day entry", "an entry of the occasion, with all that may be"
)
relief_told = relation("relief_told", "line day", "the relief of the day is told")
relief_open = relation(
    "relief_open", "role line entry", "the relief leaves open whether it is enough", against=True
)
lacks = relation("lacks", "role line entry missing", "not documented", against=True)

with SECTION.clause(
    "C.reasons.occasions",
    "what an occasion fails, contradicts or lacks",
    kind="definition",
    published=False,
):
    entry_of(B, R, L, D, E) <= as_told(B, R, L, D) & member(B, R, L, D, E)
    for role, aim in ((BLOCK, "relieving"), (TRIAL, "failed")):
        found = entry_of(B, role, L, D, E)
        # No entry says that an injection has not the purpose in question.
        lacks(role, L, E, "purpose") <= found & ~affirmed(B, role, L, D, "purpose")
        for detail in AIMS[aim][1]:
            if detail == "purpose":
                continue
            yes, no = affirmed(B, role, L, D, detail), negated(B, role, L, D, detail)
            if detail in AGENTS:
                fails(role, L, E, detail) <= found & no
            else:
                contradicted(role, L, E, detail) <= found & yes & no
            if detail != "relief":
                lacks(role, L, E, detail) <= found & ~yes & ~no
            if detail not in (*AGENTS, "relief"):
                fails(role, L, E, detail) <= found & no & ~yes
        # One without a date is no occasion yet, and is judged by what it says itself.
        alone = undated_occasion(role, L, E)
        lacks(role, L, E, "date") <= alone
        for detail in AIMS[aim][1]:
            if detail == "purpose":
                lacks(role, L, E, detail) <= alone & ~purpose_known(E)
                continue
            lacks(role, L, E, detail) <= alone & ~speaks_of(E, detail)
            if detail in AGENTS:
                fails(role, L, E, detail) <= alone & agent_known(E) & ~says(E, detail, "yes")
            elif detail != "relief":
                fails(role, L, E, detail) <= alone & says(E, detail, "no")
    block = entry_of(B, BLOCK, L, D, E)
    without = block & ~affirmed(B, BLOCK, L, D, "relief")
    unclear = without & ~negated(B, BLOCK, L, D, "relief")
    relief_told(L, D) <= block & relief(E, V)
    lacks(BLOCK, L, E, "relief") <= block & ~relief_told(L, D)
    relief_open(BLOCK, L, E) <= unclear & relief_told(L, D)
    least = parameter("minimum_block_relief", M)
    fails(BLOCK, L, E, "relief") <= (
        without & relief(E, V) & negated(B, BLOCK, L, D, "relief") & least & (V < M)
    )
    told = undated_occasion(BLOCK, L, E) & relief(E, V) & ~says(E, "relief", "yes")
    fails(BLOCK, L, E, "relief") <= told & says(E, "relief", "no") & least & (V < M)
    relief_open(BLOCK, L, E) <= told & ~says(E, "relief", "no")

# --- episodes ---------------------------------------------------------------------------------

not_documented = relation("not_documented", "line entry missing", "not documented", against=True)
denied_detail = relation(
    "denied_detail", "line entry detail", "documented as not given", against=True
)
contradictory = relation(
    "contradictory", "line entry", "its entries contradict each other", against=True
)
_OUTCOMES = ("failed", "partial", "relief")
brought_relief = relation("brought_relief", "line entry", "it brought relief", against=True)
too_short = relation("too_short", "line entry", "the program is too short", against=True)
told_up_to = relation("told_up_to", "line entry day", "documented only up to", against=True)
out_of_period = relation("out_of_period", "line entry", "it lies outside the period", against=True)
other_reason = relation("other_reason", "line entry", "the reason does not qualify", against=True)
other_scope = relation(
    "other_scope", "line entry", "it does not concern active therapy, as that is read", against=True
)
out_of_window = relation("out_of_window", "line entry", "its date is not as asked", against=True)

with SECTION.clause(
    "C.reasons.episodes",
    "what an episode of therapy or an inability fails or lacks",
    kind="definition",
    published=False,
):
    program = therapies.course(L, E) & therapy(E, therapies.HEP) & ~therapies.excused(L, E)
    for detail in ("prescription", "follow_up"):
        yes, no = (therapies.says_of(L, E, detail, each) for each in ("yes", "no"))
        not_documented(L, E, detail) <= program & ~yes & ~no
        denied_detail(L, E, detail) <= no & ~yes & ~therapies.excused(L, E)
    for detail in ("use", "frequency", "duration"):
        not_documented(L, E, detail) <= (
            therapies.course(L, E) & therapy(E, "tens") & ~therapies.says_of(L, E, detail, "yes")
        )
    not_documented(L, E, "start") <= therapies.course(L, E) & therapy_start_unknown(E)
    not_documented(L, E, "end") <= (
        therapies.course(L, E)
        & ~therapies.has_ended(L, E)
        & ~therapies.is_ongoing(L, E)
        & ~therapies.has_plan(L, E)
    )
    contradictory(L, E) <= therapies.disputed_course(L, E)
    outcomes = {each: therapies.says_of(L, E, "outcome", each) for each in _OUTCOMES}
    brought_relief(L, E) <= (
        reading("conservative_failure", "inadequate_relief")
        & outcomes["relief"]
        & ~outcomes["failed"]
        & ~outcomes["partial"]
    )
    too_short(L, E) <= (
        program
        & ~therapies.long_enough("documented", L, E)
        & therapy_start(E, S)
        & therapies.last_day("documented", L, E, F)
        & therapies.needed_days(N)
    )
    told_up_to(L, E, F) <= (
        therapies.last_day("documented", L, E, F)
        & ~therapies.has_ended(L, E)
        & therapies.window_end(D)
        & (F < D)
    )
    ended = therapies.last_day("documented", L, E, F) & therapies.has_ended(L, E)
    out_of_period(L, E) <= ended & therapies.window_start(W) & (F < W)
    out_of_period(L, E) <= (
        therapies.course(L, E) & therapy_start(E, S) & therapies.window_end(D) & (S > D)
    )
    relevant = inability(E, P) & timely(E) & bears(L, E)
    other_reason(L, E) <= relevant & ~conservative_therapy.qualifying_reason(E)
    other_scope(L, E) <= relevant & ~conservative_therapy.in_scope(L, E)
    out_of_window(L, E) <= relevant & ~conservative_therapy.in_window(E)

# --- scores and studies -----------------------------------------------------------------------

undecided = relation(
    "undecided", "line entry", "the range leaves open whether it is enough", against=True
)
too_low = relation("too_low_score", "line entry", "it is too low", against=True)
cleared_study = relation(
    "cleared_study", "line condition entry", "a later study clears what it shows", against=True
)
left_open_later = relation(
    "left_open_later",
    "line condition entry",
    "a later study leaves open what it excludes",
    against=True,
)
silent = relation("silent", "line condition entry", "it does not report this", against=True)
not_enough = relation(
    "not_enough", "line condition entry", "what it shows leaves this open", against=True
)
silent_on_pathology = relation(
    "silent_on_pathology",
    "line result entry",
    "it does not report localized pathology",
    against=True,
)
denies_pathology = relation(
    "denies_pathology",
    "line result entry",
    "it shows none, and another study leaves that open",
    against=True,
)
age_not_known = relation("age_not_known", "line entry missing", "not documented", against=True)

with SECTION.clause(
    "C.reasons.results",
    "what a score or a study leaves open",
    kind="definition",
    published=False,
):
    undecided(L, E) <= (
        percutaneous.speaking_score(L, E) & ~percutaneous.high_enough(E) & ~percutaneous.too_low(E)
    )
    too_low(L, E) <= (
        percutaneous.scored(L, E)
        & ~percutaneous.range_of_score(E)
        & measurement(E, percutaneous.PAIN, V)
        & parameter("minimum_pain_score", M)
        & (V < M)
    )
    clearing = clears(X, E2, E) & asked_study(L, X, E2)
    for value in ("shows", "open"):
        cleared_study(L, X, E) <= reading_of(X, E, value) & clearing
    left_open_later(L, X, E) <= (
        excluding(L, X, E) & entry_date(E, D) & left_open(L, X, E2) & entry_date(E2, D2) & (D < D2)
    )
    for condition, region, _ in CONDITIONS:
        shows, excludes, left = (
            reading_of(condition, E, each) for each in ("shows", "excludes", "open")
        )
        unspoken = counted_study(L, E, region) & ~shows & ~excludes
        # Only another degenerative source is never left open.
        may_be_open = condition != "other_degenerative_pain_source"
        silent(L, condition, E) <= (unspoken & ~left if may_be_open else unspoken)
    not_enough(L, X, E) <= left_open(L, X, E)
    denied = reports(E, PATHOLOGY, "no") & ~reports(E, PATHOLOGY, "yes")
    denies_pathology(L, PATHOLOGY, E) <= study(L, E, JOINT) & recent(E) & denied & inconclusive(L)
    silent_on_pathology(L, PATHOLOGY, E) <= study(L, E, JOINT) & ~reported(E, PATHOLOGY)
    age_not_known(L, E, "date") <= study(L, E, JOINT) & undated(E)
