"""What imaging studies say, before any clause asks (definitions of MM-1508 under labels of ours).

Enters what the record tells of studies; leaves which studies bear on a line (C.imaging) and what
they say of each condition that imaging has to rule out (C.rule_out): a study shows it, excludes it
or leaves it open. A study that shows it is cleared only by a later one of the same or a stronger
modality, or by one that says it revises; a study that excludes it is overridden by a later one that
does not. D.I.A.2, D.I.B.9 and D.II ask for them.
"""

from __future__ import annotations

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.criteria import (
    L,
)
from clausewise.logic.language.input_relations import (
    entry_date,
    entry_side,
    imaging,
    line,
    months_before,
    parameter,
    reading,
    revises,
    study_excludes,
    study_shows,
    undated,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.language.rules import Body, Literal
from clausewise.logic.mm_1508.entries import (
    anchor,
    counts,
    side_unknown,
    timely,
    usable,
)

A, D, D2, E, E2, G, K, K2, M, Q, S, V, W, X = variables("A D D2 E E2 G K K2 M Q S V W X")

study = relation("study", "line entry region", "a study of the region that bears on the line")
unsided_study = relation("unsided_study", "line entry region", "a study that may bear on the line")
aged = relation("aged", "entry", "the study is from before the look-back period", against=True)
recent = relation("recent", "entry", "the study is from within the look-back period, or later")
counted_study = relation("counted_study", "line entry region", "a study that counts for D.I.B.9")
possible_study = relation("possible_study", "line entry region", "a study that might count for it")
has_study = relation("has_study", "line region modality", "a study of this modality exists")
might_have_study = relation("might_have_study", "line region modality", "there might be one")
same_study = relation("same_study", "entry other", "both entries are of one study")
result_of = relation("result_of", "entry result value", "the entry reports this result")
revised_result = relation(
    "revised_result", "entry result", "an entry of the study says that it revises this result"
)
reports = relation("reports", "entry result value", "the study, all its entries together, reports")
reported = relation("reported", "entry result", "the study reports the result, either way")
reading_of = relation(
    "reading_of", "condition entry value", "the study shows, excludes or leaves open the condition"
)
concerns = relation("concerns", "condition result", "the result that revises it")
region_asked = relation("region_asked", "condition region", "studies of this region are asked")
asked_study = relation(
    "asked_study", "line condition entry", "a study that counts, of the region that is asked"
)
asked_modality = relation(
    "asked_modality", "condition region modality", "where and how the clause wants it looked for"
)
can_exclude = relation("can_exclude", "modality condition", "this modality can exclude it")
excludes_only = relation("excludes_only", "condition entry", "the study excludes it, and only that")
clears = relation("clears", "condition entry other", "a later study clears what the other one says")
cleared = relation(
    "cleared", "line condition entry", "a later study would clear what this one shows"
)
shown = relation("shown", "line condition entry", "the study shows it and none clears that")
left_open = relation("left_open", "line condition entry", "the study leaves it open, uncleared")
ever_open = relation("ever_open", "line condition", "some study leaves it open")
excluding = relation("excluding", "line condition entry", "the study excludes it")
overridden = relation(
    "overridden", "line condition entry", "a later study shows it, or leaves it open", against=True
)
is_shown = relation("is_shown", "line condition", "a study shows it and none clears that")
is_open = relation("is_open", "line condition", "a study leaves it open and none clears that")
opposed = relation(
    "opposed", "line condition", "a study shows or leaves open what another excludes"
)
ruled_out = relation(
    "ruled_out", "line condition", "a study excludes it, or was done where that is enough"
)
later_lumbar = relation("later_lumbar", "line entry", "a later study speaks of the compression")
compression_denied = relation(
    "compression_denied", "line", "the latest CT or MRI excludes compression that correlates"
)
unsided_adverse = relation(
    "unsided_adverse", "line condition", "a study that may bear on the line says otherwise"
)

CORRELATING = "neural_compression_correlates"
"""Neural compression that correlates with the symptoms, as D.II.A.4 and D.II.B.5 ask for it."""

CONDITIONS = (
    ("destructive_lesion", "sacroiliac_joint", "destructive_lesion"),
    ("inflammatory_arthropathy", "sacroiliac_joint", "inflammatory_arthropathy"),
    ("hip_osteoarthritis", "hip", "hip_osteoarthritis"),
    ("neural_compression", "lumbar_spine", "neural_compression"),
    ("other_degenerative_pain_source", "lumbar_spine", "other_degenerative_pain_source"),
    (CORRELATING, "lumbar_spine", "neural_compression"),
)
"""What imaging is asked about, in which region, and the result of a study that revises it."""

NAMED_MODALITIES = {
    "sacroiliac_joint": ("radiograph", "ct", "mri"),
    "hip": ("radiograph",),
    "lumbar_spine": ("ct", "mri"),
}
"""The modalities that the clauses name for each region."""

STUDIES = Section("C.imaging", "Definitions: imaging")

# --- which studies bear on a line -------------------------------------------------------------

with STUDIES.clause(
    "C.imaging",
    "a hip study counts on the line's side; a joint study unless it names the other side; the "
    "entries of one modality, region, side and date are one study",
    kind="definition",
    published=False,
):
    study(L, E, G) <= imaging(E, K, G) & timely(E) & counts(L, E)
    study(L, E, "sacroiliac_joint") <= (
        reading("unsided_joint_study", "both_joints")
        & imaging(E, K, "sacroiliac_joint")
        & timely(E)
        & line(L)
        & entry_side(E, "unstated")
    )
    unsided_study(L, E, G) <= imaging(E, K, G) & timely(E) & side_unknown(L, E)
    recent(E) <= (
        entry_date(E, D)
        & anchor(A)
        & parameter("imaging_look_back", M)
        & months_before(A, M, W)
        & (D >= W)
    )
    aged(E) <= (
        imaging(E, K, G)
        & entry_date(E, D)
        & anchor(A)
        & parameter("imaging_look_back", M)
        & months_before(A, M, W)
        & (D < W)
    )

    alike = imaging(E, K, G) & imaging(E2, K, G) & entry_side(E, S) & entry_side(E2, S)
    same_study(E, E2) <= alike & entry_date(E, D) & entry_date(E2, D) & timely(E2)
    same_study(E, E2) <= alike & undated(E) & undated(E2) & timely(E2)
    result_of(E, X, "yes") <= study_shows(E, X)
    result_of(E, X, "no") <= study_excludes(E, X)
    revised_result(E, X) <= revises(E2) & result_of(E2, X, V) & same_study(E, E2)
    reports(E, X, V) <= result_of(E2, X, V) & same_study(E, E2) & ~revised_result(E, X)
    reports(E, X, V) <= revises(E2) & result_of(E2, X, V) & same_study(E, E2)
    reported(E, X) <= reports(E, X, V)

# --- what they say of each condition ----------------------------------------------------------

with STUDIES.clause(
    "C.rule_out",
    "a study that shows a condition is cleared by a later one of the same or a stronger "
    "modality, or by one that revises it",
    kind="definition",
    published=False,
):
    none_stated = reading("imaging_recency", "none_stated")
    within = reading("imaging_recency", "within_6_months")
    counted_study(L, E, G) <= none_stated & study(L, E, G) & usable(E)
    counted_study(L, E, G) <= within & study(L, E, G) & recent(E)
    possible_study(L, E, G) <= none_stated & unsided_study(L, E, G) & usable(E)
    possible_study(L, E, G) <= unsided_study(L, E, G) & usable(E) & ~aged(E)
    possible_study(L, E, G) <= study(L, E, G) & usable(E) & undated(E)
    has_study(L, G, K) <= counted_study(L, E, G) & imaging(E, K, G)
    might_have_study(L, G, K) <= has_study(L, G, K)
    might_have_study(L, G, K) <= possible_study(L, E, G) & imaging(E, K, G)

    def write_qualified(
        condition: str,
        result: str,
        qualifier: str,
        shows: str,
        of: tuple[Literal, ...] = (),
        when: tuple[Literal, ...] = (),
    ) -> None:
        """What studies of this kind (``of``) show counts as the qualifier says; unless that is
        told, it is left open. Without ``when``, all that they show counts."""
        excludes = {"yes": "no", "no": "yes"}[shows]
        found = Body(of) & reports(E, result, "yes")
        qualified = Body(when) & found
        reading_of(condition, E, "shows") <= found & reports(E, qualifier, shows)
        reading_of(condition, E, "excludes") <= qualified & reports(E, qualifier, excludes)
        reading_of(condition, E, "open") <= qualified & ~reported(E, qualifier)

    lesion, arthropathy = "destructive_lesion", "inflammatory_arthropathy"
    addressed = "addressable_by_percutaneous_fusion"
    for condition, _, result in CONDITIONS:
        if condition != CORRELATING:
            reading_of(condition, E, "excludes") <= reports(E, result, "no")
    reading_of(lesion, E, "shows") <= (
        reading("arthropathy_qualifier", "arthropathy_only") & reports(E, lesion, "yes")
    )
    both = (reading("arthropathy_qualifier", "both"),)
    write_qualified(lesion, lesion, addressed, "no", when=both)
    write_qualified(arthropathy, arthropathy, addressed, "no")

    hip_reading = "hip_osteoarthritis_rule_out"
    any_oa, source_only = reading(hip_reading, "any"), reading(hip_reading, "as_pain_source")
    oa, source = "hip_osteoarthritis", "hip_osteoarthritis_pain_source"
    reading_of(oa, E, "shows") <= reports(E, source, "yes")
    reading_of(oa, E, "shows") <= any_oa & reports(E, oa, "yes")
    reading_of(oa, E, "excludes") <= source_only & reports(E, source, "no")
    reading_of(oa, E, "open") <= source_only & reports(E, oa, "yes") & ~reported(E, source)

    nerve = "neural_compression"
    reading_of(nerve, E, "shows") <= (
        reading("compression_rule_out", "any_compression") & reports(E, nerve, "yes")
    )
    as_source = (reading("compression_rule_out", "as_pain_source"),)
    write_qualified(nerve, nerve, CORRELATING, "yes", when=as_source)
    sectional = (imaging(E, K, "lumbar_spine"), K.is_not("radiograph"))
    reading_of(CORRELATING, E, "excludes") <= Body(sectional) & reports(E, nerve, "no")
    write_qualified(CORRELATING, nerve, CORRELATING, "yes", of=sectional)
    other = "other_degenerative_pain_source"
    reading_of(other, E, "shows") <= reports(E, other, "yes")

    excludes_only(X, E) <= (
        reading_of(X, E, "excludes") & ~reading_of(X, E, "shows") & ~reading_of(X, E, "open")
    )
    for condition, region, result in CONDITIONS:
        +concerns(condition, result)
        +region_asked(condition, region)
        if condition != CORRELATING:
            for modality in NAMED_MODALITIES[region]:
                +asked_modality(condition, region, modality)
        for modality in VOCABULARY.modalities:
            # A radiograph shows neither nerves nor discs well enough: the clause asks for CT or
            # MRI, so a radiograph can show a condition of the lumbar spine but not exclude it.
            if (region, modality) != ("lumbar_spine", "radiograph"):
                +can_exclude(modality, condition)
    later = excludes_only(X, E2) & imaging(E2, K2, G) & entry_date(E2, D2) & entry_date(E, D)
    clears(X, E2, E) <= imaging(E, K, G) & later & (D2 > D) & K2.is_not("radiograph")
    clears(X, E2, E) <= imaging(E, "radiograph", G) & later & (D2 > D) & can_exclude(K2, X)
    clears(X, E2, E) <= (
        imaging(E, K, G)
        & later
        & (D2 >= D)
        & can_exclude(K2, X)
        & E2.is_not(E)
        & concerns(X, Q)
        & revised_result(E2, Q)
    )
    # What a study of another region says of a condition is not what the clause asks for.
    asked_study(L, X, E) <= region_asked(X, G) & counted_study(L, E, G)
    # What a study says stands first: of most conditions few studies say anything.
    cleared(L, X, E) <= clears(X, E2, E) & asked_study(L, X, E2)
    shown(L, X, E) <= reading_of(X, E, "shows") & asked_study(L, X, E) & ~cleared(L, X, E)
    left_open(L, X, E) <= reading_of(X, E, "open") & asked_study(L, X, E) & ~cleared(L, X, E)
    ever_open(L, X) <= reading_of(X, E, "open") & asked_study(L, X, E)
    excluding(L, X, E) <= (
        reading_of(X, E, "excludes") & asked_study(L, X, E) & imaging(E, K, G) & can_exclude(K, X)
    )
    for value in ("shows", "open"):
        unsided_adverse(L, X) <= (
            reading_of(X, E, value)
            & region_asked(X, G)
            & possible_study(L, E, G)
            & ~cleared(L, X, E)
        )
    is_shown(L, X) <= shown(L, X, E)
    is_open(L, X) <= left_open(L, X, E)
    # Beside a study that shows the condition, one that excludes it counts unless it is older.
    overridden(L, X, E) <= (
        excluding(L, X, E) & entry_date(E, D) & shown(L, X, E2) & entry_date(E2, D2) & (D < D2)
    )
    opposed(L, X) <= is_shown(L, X) & excluding(L, X, E) & ~overridden(L, X, E)
    opposed(L, X) <= is_open(L, X) & excluding(L, X, E) & undated(E)
    opposed(L, X) <= (
        left_open(L, X, E2)
        & ~is_shown(L, X)
        & entry_date(E2, D2)
        & excluding(L, X, E)
        & entry_date(E, D)
        & (D >= D2)
    )
    ruled_out(L, X) <= excluding(L, X, E) & ~is_shown(L, X) & ~is_open(L, X)
    ruled_out(L, X) <= (
        reading("imaging_rule_out", "study_performed")
        & asked_modality(X, G, K)
        & has_study(L, G, K)
        & ~is_shown(L, X)
        & ~ever_open(L, X)
    )
    later_lumbar(L, E) <= (
        reading_of(CORRELATING, E2, V)
        & asked_study(L, CORRELATING, E2)
        & entry_date(E2, D2)
        & entry_date(E, D)
        & (D2 > D)
    )
    compression_denied(L) <= (
        reading_of(CORRELATING, E, "excludes")
        & asked_study(L, CORRELATING, E)
        & ~later_lumbar(L, E)
    )
