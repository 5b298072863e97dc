"""Which entries of a record count for a service line, and which of them speaks.

The policy takes this for granted; the labels C.anchor, C.entries and C.findings are ours. From the
facts of a case follow the anchor date, the entries that count (``counts``) and what is documented
of a finding (``present``, ``absent``). ``present_leaf`` and ``absent_leaf`` write the clauses of
D.I and D.II that ask for one finding.
"""

from __future__ import annotations

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    baseline_entry,
    day_of_record,
    documented_absent,
    documented_present,
    entry_date,
    entry_side,
    finding,
    line,
    months_before,
    parameter,
    planned_service_date,
    reading,
    received,
    record_complete,
    revises,
    stated_diagnosis,
    undated,
)
from clausewise.logic.language.notation import (
    Body,
    Relation,
    Section,
    relation,
    variables,
)
from clausewise.logic.mm_1508.scope import planned

A, D, D2, E, E2, F, M, S = variables("A D D2 E E2 F M S")

SECTION = Section("C", "Which entries count")

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
mentioned = relation("mentioned", "line clause", "some entry speaks for the finding", by_clause=1)

with SECTION.clause(
    "C.findings",
    "of an examination the latest entry speaks; a standing diagnosis is only undone by an entry "
    "that says it revises",
    kind="definition",
    published=False,
):
    baseline(L, E) <= reading("examination_age", "none_stated") & baseline_entry(E) & counts(L, E)
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


def present(name: str) -> Body:
    """The finding is documented present."""
    return documented(name, documented_present)


def absent(name: str) -> Body:
    """The finding is documented absent."""
    return documented(name, documented_absent)


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
        told_met(L, label) <= present(name)
        told_not_met(L, label) <= absent(name)
        mentioned(L, label) <= mentioned_by(name)
        told_not_met(L, label) <= record_complete("findings") & line(L) & ~mentioned(L, label)


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
        told_met(L, label) <= absent(name)
        told_not_met(L, label) <= present(name)
