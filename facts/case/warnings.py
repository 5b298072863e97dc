"""What is odd in a valid case, whatever the policy: unknown names, and what has no effect.

So that nothing is dropped in silence. Every warning names its place in the file. Which entries do
not count for the sake of their days is for the rules to say (``logic.decision.decide``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from clausewise.facts.case.model import (
    Case,
    Entry,
    Finding,
    ImagingStudy,
    Injection,
    Measurement,
    Therapy,
)
from clausewise.facts.case.origin import grouped
from clausewise.facts.case.requested import hint
from clausewise.facts.case.values import show
from clausewise.facts.schema import KNOWN_PLANS, REGIONS_WITHOUT_SIDES
from clausewise.facts.text import in_words
from clausewise.facts.vocabulary.words import VOCABULARY

NO_SIDE = "its kind needs a side; without one it supports no line"
"""What a warning says of an entry that states no side."""


def case_warnings(case: Case) -> tuple[str, ...]:
    """The warnings of a valid case, those of its request first."""
    remarks = grouped(case.origin.remarks) if case.origin is not None else ()
    return (*_of_the_request(case), *_of_the_entries(case), *remarks)


def _of_the_request(case: Case) -> Iterator[str]:
    request = case.request
    if VOCABULARY.procedure_named(request.procedure) is None:
        if re.fullmatch(r"[0-9]{5}", request.procedure):
            yield f"request.procedure: CPT {request.procedure} is not governed"
        else:
            near = hint(request.procedure, VOCABULARY.procedures_and_codes(), shared=2)
            yield f"request.procedure: {show(request.procedure)} is not governed{near}"
    if request.plan not in KNOWN_PLANS:
        yield f"request.plan: {show(request.plan)} is not governed{hint(request.plan, KNOWN_PLANS)}"
    if request.decided is not None and request.decided < request.received:
        yield (
            f"request.decided: {request.decided} lies before the receipt of the request on "
            f"{request.received}"
        )
    name = VOCABULARY.procedure_named(request.procedure)
    if request.side is None and (name is None or VOCABULARY.procedures[name].side_specific):
        yield "request.side: no side is stated"


def _of_the_entries(case: Case) -> Iterator[str]:
    for key, entry in case.entries():
        if needs_side(entry) and getattr(entry, "side", None) is None:
            yield f"{key}: {NO_SIDE}"
        if isinstance(entry, Finding):
            if entry.revises and VOCABULARY.findings[entry.finding].examination:
                yield f"{key}: the latest examination speaks anyway; revises has no effect"
        elif isinstance(entry, ImagingStudy):
            if entry.side is not None and entry.region in REGIONS_WITHOUT_SIDES:
                yield f"{key}: the {in_words(entry.region)} has no sides; its side is not used"
            for name in entry.results:
                region = VOCABULARY.imaging_results[name].region
                if region not in ("", entry.region):
                    place = f"{key}.results.{name}"
                    yield f"{place}: only a study of the {in_words(region)} is asked about it"
        elif isinstance(entry, Therapy):
            yield from _of_a_therapy(key, entry)
        elif isinstance(entry, Injection) and entry.relief_percent is not None:
            yield from _of_relief(f"{key}.relief_percent", entry.relief_percent)


def _of_a_therapy(key: str, entry: Therapy) -> Iterator[str]:
    if entry.completed is not None and entry.kind != "home_exercise_program":
        yield f"{key}: no clause asks whether {entry.kind} was completed"


def _of_relief(place: str, relief: object) -> Iterator[str]:
    """A share such as 0.8 is a number of percent too, and seldom what is meant."""
    numbers = relief if isinstance(relief, tuple) else (relief,)
    if any(isinstance(each, Decimal) and 0 < each < 1 for each in numbers):
        yield f"{place}: it is read as less than one percent; 80 percent is written as 80"


def needs_side(entry: Entry) -> bool:
    """Whether an entry of this kind counts only for the side that it states."""
    if isinstance(entry, Finding):
        return VOCABULARY.findings[entry.finding].side_specific
    if isinstance(entry, Measurement):
        return VOCABULARY.measures[entry.measure].side_specific
    if isinstance(entry, ImagingStudy):
        return VOCABULARY.regions[entry.region].side_specific
    return isinstance(entry, Injection)
