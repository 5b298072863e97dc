"""Imaging that excludes a condition, by studies of some regions that are recent enough."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack

from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    entry_date,
    imaging,
    line,
    months_before,
    parameter,
    record_complete,
    study_excludes,
    study_shows,
    undated,
)
from clausewise.logic.language.notation import ClauseOptions, Section, relation, variables
from clausewise.logic.library.days import anchor, timely
from clausewise.logic.library.reasons import lacks, silent, too_old
from clausewise.logic.library.sides import bears

A, D, E, K, M, W = variables("A D E K M W")

study_says = relation("study_says", "clause entry", "the study reports it", by_clause=0)
recent_study = relation("recent_study", "clause line entry", "a recent study", by_clause=0)
possible_study = relation("possible_study", "clause line", "a study may be recent", by_clause=0)


def excluded_by_imaging(
    section: Section,
    label: str,
    paraphrase: str,
    result: str,
    regions: Iterable[str],
    look_back: str,
    **options: Unpack[ClauseOptions],
) -> None:
    """Met when a study of the last ``look_back`` months excludes ``result``.

    Not met when such a study shows it, or when the record is complete for imaging and has none.
    """
    with leaf(section, label, paraphrase, **options):
        for region in regions:
            own = imaging(E, K, region) & timely(E) & bears(L, E)
            recent_study(label, L, E) <= (
                own
                & entry_date(E, D)
                & anchor(A)
                & parameter(look_back, M)
                & months_before(A, M, W)
                & (D >= W)
            )
            possible_study(label, L) <= own & undated(E)
        possible_study(label, L) <= recent_study(label, L, E)
        told_met(L, label) <= recent_study(label, L, E) & study_excludes(E, result)
        told_not_met(L, label) <= recent_study(label, L, E) & study_shows(E, result)
        told_not_met(L, label) <= (record_complete("imaging") & line(L) & ~possible_study(label, L))
        study_says(label, E) <= study_excludes(E, result)
        study_says(label, E) <= study_shows(E, result)
        for region in regions:
            listed = imaging(E, K, region) & timely(E) & bears(L, E)
            lacks(label, L, E, "date") <= listed & undated(E)
            silent(label, L, E) <= listed & ~study_says(label, E)
            began = anchor(A) & parameter(look_back, M) & months_before(A, M, W)
            too_old(label, L, E) <= listed & entry_date(E, D) & began & (D < W)
