"""A therapeutic injection under L39455: after a positive diagnostic one, again after lasting
relief, and few enough sessions."""

from __future__ import annotations

from clausewise.logic.language.criteria import (
    L,
    all_of,
    any_of,
    gate,
    leaf,
    told_met,
    told_not_met,
)
from clausewise.logic.language.input_relations import (
    entry_date,
    injection,
    injection_purpose,
    line,
    parameter,
    record_complete,
    relief,
    relief_up_to,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.lcd_sij_injections.sessions import (
    purpose_told,
    write_limit,
    write_purpose,
)
from clausewise.logic.library import findings
from clausewise.logic.library.days import timely
from clausewise.logic.library.injections import write_open_relief
from clausewise.logic.library.reasons import lacks
from clausewise.logic.library.sides import bears, side_unknown

D, D2, E, E2, T, V, X = variables("D D2 E E2 T V X")

SECTION = Section("T", "Therapeutic injection")

gate(
    SECTION,
    "T",
    "a therapeutic injection is medically necessary when all of these hold",
    all_of("T.0", "T.1", "T.2", "T.3"),
    name="therapeutic injection",
)
write_purpose(SECTION, "T.0", "therapeutic")

is_relief_range = relation("is_relief_range", "entry", "the relief is a range")
too_little = relation(
    "too_little", "entry detail", "the relief is less than a positive one asks for", against=True
)
not_positive = relation("not_positive", "entry", "the entry is no positive one")
positive = relation("positive", "line", "a diagnostic injection was positive")
may_be_positive = relation("may_be_positive", "line", "an entry may be a positive one")
with leaf(
    SECTION,
    "T.1",
    "an earlier diagnostic injection was positive",
    name="positive diagnostic injection",
    question="Which diagnostic injection was given, and how much relief did it bring?",
):
    is_relief_range(E) <= relief_up_to(E, V)
    enough = parameter("minimum_diagnostic_relief", T)
    too_little(E, "relief") <= relief(E, V) & ~is_relief_range(E) & enough & (V < T)
    too_little(E, "range") <= relief_up_to(E, V) & enough & (V < T)
    not_positive(E) <= too_little(E, X)
    positive(L) <= (
        injection(E)
        & timely(E)
        & bears(L, E)
        & injection_purpose(E, "diagnostic")
        & relief(E, V)
        & enough
        & (V >= T)
    )
    for own in (
        injection(E) & timely(E) & bears(L, E) & ~not_positive(E),
        injection(E) & timely(E) & side_unknown(L, E) & ~not_positive(E),
    ):
        may_be_positive(L) <= own & injection_purpose(E, "diagnostic")
        may_be_positive(L) <= own & ~purpose_told(E)
    told_met(L, "T.1") <= positive(L)
    told_not_met(L, "T.1") <= record_complete("injections") & line(L) & ~may_be_positive(L)
    listed = injection(E) & timely(E) & bears(L, E)
    diagnostic = listed & injection_purpose(E, "diagnostic")
    write_open_relief("T.1", diagnostic, "minimum_diagnostic_relief")
    lacks("T.1", L, E, "purpose") <= listed & ~purpose_told(E)

gate(
    SECTION,
    "T.2",
    "the first therapeutic injection, or one after relief or better function for three months",
    any_of("T.2.a", "T.2.b", "T.2.c"),
    name="first, or after relief",
)
earlier_one = relation("earlier_one", "line entry", "an earlier therapeutic injection")
may_be_earlier = relation("may_be_earlier", "line", "an entry may be a therapeutic injection")
with leaf(
    SECTION,
    "T.2.a",
    "no therapeutic injection was given before",
    name="first therapeutic injection",
    question="Was a therapeutic injection given before? Is the list of injections complete?",
):
    earlier_one(L, E) <= (
        injection(E) & timely(E) & bears(L, E) & injection_purpose(E, "therapeutic")
    )
    may_be_earlier(L) <= earlier_one(L, E)
    may_be_earlier(L) <= injection(E) & timely(E) & bears(L, E) & ~purpose_told(E)
    may_be_earlier(L) <= injection(E) & timely(E) & side_unknown(L, E)
    told_met(L, "T.2.a") <= record_complete("injections") & line(L) & ~may_be_earlier(L)
    told_not_met(L, "T.2.a") <= earlier_one(L, E)

gate(
    SECTION,
    "T.2.b",
    "the last one brought at least 50 % relief for at least three months",
    all_of("T.2.b.1", "T.2.b.2"),
    name="relief for three months",
)
later_one = relation("later_one", "line entry", "a later therapeutic injection was given")
with leaf(
    SECTION,
    "T.2.b.1",
    "the last one brought at least 50 % relief",
    name="relief of the last one",
    question="How much relief did the last therapeutic injection bring, in percent?",
):
    later_one(L, E) <= (
        earlier_one(L, E) & earlier_one(L, E2) & entry_date(E, D) & entry_date(E2, D2) & (D2 > D)
    )
    last = earlier_one(L, E) & ~later_one(L, E)
    half = parameter("minimum_therapeutic_relief", T)
    told_met(L, "T.2.b.1") <= last & relief(E, V) & half & (V >= T)
    told_not_met(L, "T.2.b.1") <= last & relief(E, V) & ~is_relief_range(E) & half & (V < T)
    told_not_met(L, "T.2.b.1") <= last & relief_up_to(E, V) & half & (V < T)
    write_open_relief("T.2.b.1", last, "minimum_therapeutic_relief")
findings.present(
    SECTION,
    "T.2.b.2",
    "its relief lasted for at least three months",
    "relief_for_three_months",
)
findings.present(
    SECTION,
    "T.2.c",
    "function was better for at least three months after it",
    "function_improved_three_months",
)
write_limit(
    SECTION,
    "T.3",
    "at most four therapeutic sessions in 12 months, with the one asked for",
    "therapeutic",
)
