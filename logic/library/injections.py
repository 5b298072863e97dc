"""Diagnostic blocks: so many days with an injection that brought enough relief for long enough.

Injections of one day are one occasion. What one entry of a day denies contests the day, which then
counts for neither side.
"""

from __future__ import annotations

from typing import Unpack

from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    contrast_enhanced,
    entry_date,
    injection,
    injection_outcome,
    injection_purpose,
    line,
    parameter,
    record_complete,
    relief,
    relief_lasted,
    relief_up_to,
    undated,
)
from clausewise.logic.language.notation import (
    ClauseOptions,
    Section,
    count,
    relation,
    variables,
)
from clausewise.logic.language.rules import Body
from clausewise.logic.library.days import timely
from clausewise.logic.library.reasons import helped, lacks, left_open
from clausewise.logic.library.sides import bears, side_unknown

A, D, E, M, N, P, T, V, X = variables("A D E M N P T V X")

stated_purpose = relation("stated_purpose", "clause entry", "it states a purpose", by_clause=0)
is_range_of = relation("is_range_of", "clause entry", "the relief is a range", by_clause=0)
falls_short = relation(
    "falls_short", "clause entry detail", "it is no such block", by_clause=0, against=True
)
no_block = relation("no_block", "clause entry", "some detail makes it no such block", by_clause=0)
speaks_of = relation("speaks_of", "clause entry detail", "it speaks of this", by_clause=0)
short_day = relation("short_day", "clause line day", "an entry of the day denies it", by_clause=0)
block_day = relation("block_day", "clause line day", "a block that counts", by_clause=0)
possible_block = relation(
    "possible_block", "clause line entry", "it may be a block that counts", by_clause=0
)


def diagnostic_blocks(
    section: Section,
    label: str,
    paraphrase: str,
    minimum: str,
    least_relief: str,
    **options: Unpack[ClauseOptions],
) -> None:
    """Met by blocks with contrast on ``minimum`` days, each with ``least_relief`` percent relief
    for as long as expected.

    Not met when the record is complete for injections and fewer can be such blocks.
    """
    with leaf(section, label, paraphrase, **options):
        needed, number = parameter(least_relief, T), line(L) & parameter(minimum, M)
        stated_purpose(label, E) <= injection_purpose(E, P)
        is_range_of(label, E) <= relief_up_to(E, V)
        falls_short(label, E, "contrast") <= contrast_enhanced(E, "no")
        falls_short(label, E, "lasted") <= relief_lasted(E, "no")
        little = ~is_range_of(label, E) & needed & (V < T)
        falls_short(label, E, "relief") <= relief(E, V) & little
        falls_short(label, E, "range") <= relief_up_to(E, V) & needed & (V < T)
        no_block(label, E) <= falls_short(label, E, X)
        no_block(label, E) <= stated_purpose(label, E) & ~injection_purpose(E, "diagnostic")
        own = injection(E) & timely(E) & bears(L, E)
        short_day(label, L, D) <= own & no_block(label, E) & entry_date(E, D)
        block_day(label, L, D) <= (
            own
            & injection_purpose(E, "diagnostic")
            & contrast_enhanced(E, "yes")
            & relief_lasted(E, "yes")
            & relief(E, V)
            & needed
            & (V >= T)
            & entry_date(E, D)
            & ~short_day(label, L, D)
        )
        possible_block(label, L, E) <= own & ~no_block(label, E)
        possible_block(label, L, E) <= (
            injection(E) & timely(E) & side_unknown(L, E) & ~no_block(label, E)
        )
        told_met(L, label) <= number & count(N, block_day(label, L, D)) & (N >= M)
        told_not_met(L, label) <= (
            record_complete("injections") & number & count(N, possible_block(label, L, E)) & (N < M)
        )
        block = own & injection_purpose(E, "diagnostic")
        speaks_of(label, E, "contrast") <= contrast_enhanced(E, A)
        speaks_of(label, E, "lasted") <= relief_lasted(E, A)
        for detail in ("contrast", "lasted"):
            lacks(label, L, E, detail) <= block & ~speaks_of(label, E, detail)
        write_open_relief(label, block, least_relief)
        lacks(label, L, E, "purpose") <= own & ~stated_purpose(label, E)
        lacks(label, L, E, "date") <= block & undated(E)


def write_open_relief(label: str, own: Body, least: str) -> None:
    """That an injection (``own``) does not tell its relief, or a range with ``least`` in it."""
    speaks_of(label, E, "relief") <= relief(E, V)
    lacks(label, L, E, "relief") <= own & ~speaks_of(label, E, "relief")
    limit = parameter(least, T)
    left_open(label, L, E, "relief") <= (
        own & relief(E, V) & limit & (V < T) & relief_up_to(E, M) & (M >= T)
    )


def therapeutic_injection(
    section: Section, label: str, paraphrase: str, **options: Unpack[ClauseOptions]
) -> None:
    """Met by a therapeutic injection that failed; not met by a complete record without one."""
    with leaf(section, label, paraphrase, **options):
        own = injection(E) & timely(E) & bears(L, E)
        possible_block(label, L, E) <= own & injection_purpose(E, "therapeutic")
        stated_purpose(label, E) <= injection_purpose(E, P)
        possible_block(label, L, E) <= own & ~stated_purpose(label, E)
        possible_block(label, L, E) <= injection(E) & timely(E) & side_unknown(L, E)
        told_met(L, label) <= (
            own & injection_purpose(E, "therapeutic") & injection_outcome(E, "failed")
        )
        told_not_met(L, label) <= (
            record_complete("injections")
            & line(L)
            & count(N, possible_block(label, L, E))
            & (N < 1)
        )
        tried = own & injection_purpose(E, "therapeutic")
        speaks_of(label, E, "outcome") <= injection_outcome(E, V)
        lacks(label, L, E, "outcome") <= tried & ~speaks_of(label, E, "outcome")
        lacks(label, L, E, "purpose") <= own & ~stated_purpose(label, E)
        helped(label, E, "relief") <= injection_outcome(E, "relief") & tried
