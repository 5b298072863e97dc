"""The latest value of a measure, compared with a number of the policy.

Of a range the lower end has to reach a least value, and the upper end to stay under it to be told
below. Undated values and values of one day all speak; they may contradict each other.
"""

from __future__ import annotations

from typing import Unpack

from clausewise.facts.case.values import nearest
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.faults import fault
from clausewise.logic.language.input_relations import (
    baseline_entry,
    entry_date,
    measured_up_to,
    measurement,
    parameter,
)
from clausewise.logic.language.notation import ClauseOptions, Section, relation, variables
from clausewise.logic.library.days import timely
from clausewise.logic.library.reasons import left_open
from clausewise.logic.library.sides import bears

D, D2, E, E2, M, N, T, V, W = variables("D D2 E E2 M N T V W")

measured = relation("measured", "line measure entry", "the entry tells a value of the measure")
earlier_value = relation(
    "earlier_value", "line measure entry", "a later value takes its place", against=True
)
is_range = relation("is_range", "entry", "the value is a range")
value_from = relation("value_from", "line measure value", "the latest value is at least this")
value_to = relation("value_to", "line measure value", "the latest value is at most this")

MEASURES = Section("library.measures", "Measures")

with MEASURES.clause(
    "library.measures", "the latest value of a measure", kind="definition", published=False
):
    measured(L, M, E) <= measurement(E, M, V) & timely(E) & bears(L, E) & baseline_entry(E)
    earlier_value(L, M, E) <= (
        measured(L, M, E) & measured(L, M, E2) & entry_date(E, D) & entry_date(E2, D2) & (D2 > D)
    )
    latest = measured(L, M, E) & ~earlier_value(L, M, E) & measurement(E, M, V)
    is_range(E) <= measured_up_to(E, W)
    value_from(L, M, V) <= latest
    value_to(L, M, V) <= latest & ~is_range(E)
    value_to(L, M, W) <= latest & measured_up_to(E, W)


def at_least_measured(
    section: Section,
    label: str,
    paraphrase: str,
    measure: str,
    minimum: str,
    **options: Unpack[ClauseOptions],
) -> None:
    """Met when the latest value is at least the parameter ``minimum``."""
    with leaf(section, label, paraphrase, **_named(measure, options)):
        _is_known(measure)
        least = parameter(minimum, T)
        told_met(L, label) <= value_from(L, measure, V) & least & (V >= T)
        told_not_met(L, label) <= value_to(L, measure, V) & least & (V < T)
        _write_open(label, measure, minimum, reaches=True)


def at_most_measured(
    section: Section,
    label: str,
    paraphrase: str,
    measure: str,
    maximum: str,
    **options: Unpack[ClauseOptions],
) -> None:
    """Met when the latest value is at most the parameter ``maximum``."""
    with leaf(section, label, paraphrase, **_named(measure, options)):
        _is_known(measure)
        most = parameter(maximum, T)
        told_met(L, label) <= value_to(L, measure, V) & most & (V <= T)
        told_not_met(L, label) <= value_from(L, measure, V) & most & (V > T)
        _write_open(label, measure, maximum, reaches=False)


def measured_between(
    section: Section,
    label: str,
    paraphrase: str,
    measure: str,
    minimum: str,
    under: str,
    **options: Unpack[ClauseOptions],
) -> None:
    """Met when the latest value is at least the parameter ``minimum`` and below ``under``."""
    with leaf(section, label, paraphrase, **_named(measure, options)):
        _is_known(measure)
        least, most = parameter(minimum, T), parameter(under, N)
        told_met(L, label) <= (
            value_from(L, measure, V) & least & (V >= T) & value_to(L, measure, W) & most & (W < N)
        )
        told_not_met(L, label) <= value_to(L, measure, V) & least & (V < T)
        told_not_met(L, label) <= value_from(L, measure, V) & most & (V >= N)
        for each in (minimum, under):
            _write_open(label, measure, each, reaches=True)


def _write_open(label: str, measure: str, number: str, reaches: bool) -> None:
    """That a range has the limit in it; ``reaches`` whether the limit itself is as asked from
    below, so that a range which ends on it leaves it open."""
    speaks, limit = measured(L, measure, E) & ~earlier_value(L, measure, E), parameter(number, T)
    value = speaks & measurement(E, measure, V) & measured_up_to(E, W) & limit
    if reaches:
        left_open(label, L, E, "value") <= value & (V < T) & (W >= T)
    else:
        left_open(label, L, E, "value") <= value & (V <= T) & (W > T)


def _is_known(measure: str) -> None:
    if measure not in VOCABULARY.measures:
        fault(f"{measure!r} is not a measure{nearest(measure, VOCABULARY.measures)}")


def _named(measure: str, options: ClauseOptions) -> ClauseOptions:
    """The options with a name and a question where the author gave none."""
    found = options.copy()
    if measure in VOCABULARY.measures:
        found.setdefault("name", VOCABULARY.measures[measure].short)
        found.setdefault("question", VOCABULARY.measures[measure].question)
    return found
