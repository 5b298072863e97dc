"""The typed case: what a case file of format ``clausewise-case/1`` holds once it is valid.

Frozen pydantic models; unknown keys and wrong types are errors. A name that is not in the
vocabulary is an error that tells the nearest known name. Reading files is the matter of
``facts.case.syntax``.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from clausewise.facts.case.origin import Origin
from clausewise.facts.schema import EARLIEST, LATEST, EntryKey
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.facts.vocabulary.words import VOCABULARY, Name

FORMAT = "clausewise-case/1"
MOST_ENTRIES = 1000
MOST_CHARACTERS = 4000
MOST_SOURCES = 20
MOST_DECIMALS = 30
"""Decimals of a number; more would be rounded in the columns of a cohort."""


def _fault(sentence: str, expected: str) -> PydanticCustomError:
    """An error in our own words; ``expected`` goes into the report as it stands."""
    return PydanticCustomError(
        "clausewise", "{sentence}", {"sentence": sentence, "wants": expected}
    )


def show(value: object) -> str:
    """A value from a file as it may stand in an error message: short, quoted, one line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def nearest(value: str, known: Iterable[str]) -> str:
    """A hint with the nearest known name, or nothing when none is near."""
    close = difflib.get_close_matches(value[:80], list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def _name_in(names: Mapping[str, Name], what: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if isinstance(value, str) and value in names:
            return value
        hint = nearest(value, names) if isinstance(value, str) else ""
        wanted = ", ".join(names) if len(names) <= 12 else f"one of the {len(names)} names"
        raise _fault(f"{show(value)} is not a known {what}{hint}", f"{what}: {wanted}")

    return check


def _day(value: object) -> date:
    if isinstance(value, date) and type(value) is date:
        day = value
    else:
        if not isinstance(value, str) or len(value) != 10:
            raise _fault(f"{show(value)} is not a date", "a date such as 2026-07-15")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise _fault(f"{show(value)} is not a date", "a date such as 2026-07-15") from None
        if value != day.isoformat():
            raise _fault(f"{show(value)} is not a date", "a date such as 2026-07-15")
    if not EARLIEST <= day <= LATEST:
        raise _fault(f"{day} lies outside the calendar", f"a date from {EARLIEST} to {LATEST}")
    return day


def _text(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise _fault(f"{show(value)} is not text", "text (put it in quotes)")
    if not value or value.isspace():
        raise _fault("the text is empty", "text, or leave the key out")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            # JSON can spell half a pair of surrogates, which no file and no terminal can show.
            raise _fault(
                f"{show(value)} contains an unpaired surrogate", "whole characters"
            ) from None
    if len(value) > MOST_CHARACTERS:
        raise _fault(f"the text has {len(value)} characters", f"at most {MOST_CHARACTERS}")
    return value


def exact_number(value: object) -> int | Decimal:
    """A number from a file without loss: 49.9999999 stays under 50. Raises for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise _fault(f"{show(value)} is not a number", "a number")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _fault(f"{show(value)} is not a number", "a number")
        value = repr(value)
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise _fault(f"{show(value)} is not a number", "a number") from None
    if not number.is_finite():
        raise _fault(f"{show(value)} is not a number", "a number")
    if abs(number) > 1000:
        raise _fault(f"{show(value)} is out of range", "a number of ordinary size")
    if int(number.as_tuple().exponent) < -MOST_DECIMALS:
        raise _fault(f"{show(value)} has too many decimals", f"at most {MOST_DECIMALS} decimals")
    return int(number) if number == number.to_integral_value() else number


def _number_between(value: object, least: int, most: int, unit: str) -> int | Decimal:
    number = exact_number(value)
    if not least <= number <= most:
        raise _fault(f"{show(value)} is out of range", f"{unit} from {least} to {most}")
    return number


Amount = int | Decimal | tuple[int | Decimal, int | Decimal]
"""A number, or a range of numbers with both ends."""


def _amount(value: object, number: Callable[[object], int | Decimal]) -> Amount:
    if isinstance(value, (list, tuple)):
        if len(value) != 2:
            raise _fault(f"{show(value)} is not a range", "two numbers such as [4, 6]")
        low, high = number(value[0]), number(value[1])
        if low > high:
            raise _fault(f"{show(value)} runs backwards", "a range from low to high")
        return low if low == high else (low, high)
    return number(value)


def _percent(value: object) -> int | Decimal:
    return _number_between(value, 0, 100, "percent")


def _relief(value: object) -> Amount:
    return _amount(value, _percent)


def _page(value: object) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000:
        return value
    return _text(value)


def _years(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 130:
        raise _fault(f"{show(value)} is not an age", "whole years from 0 to 130")
    return value


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise _fault(f"{show(value)} is neither true nor false", "true or false")
    return value


def _only_true(value: object) -> bool:
    if value is not True:
        raise _fault(f"{show(value)} says nothing", "true, or leave the key out")
    return True


def _one_of(*choices: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if isinstance(value, str) and value in choices:
            return value
        hint = nearest(value, choices) if isinstance(value, str) else ""
        raise _fault(f"{show(value)} is not allowed here{hint}", " or ".join(choices))

    return check


class Unread:
    """Marks text that no fact is made of: which text it is changes nothing that is decided.

    It may name another part of the case (an id), which has to be there.
    """


Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, BeforeValidator(_text)]
Remark = Annotated[str, BeforeValidator(_text), Unread()]
YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Marked = Annotated[bool, BeforeValidator(_only_true)]
Side = Annotated[str, BeforeValidator(_one_of("left", "right", "bilateral"))]
Context = Annotated[str, BeforeValidator(_one_of("baseline", "post_injection", "post_operative"))]


PLACES = ("buttock", "groin", "thigh", "below_knee")
"""Where pain may radiate to."""


def _listed(value: object) -> object:
    """One name stands for a list of one."""
    return (value,) if isinstance(value, str) else value


def _vocabulary(names: Mapping[str, Name], what: str) -> Any:
    return BeforeValidator(_name_in(names, what))


class _Model(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True
    )


class Source(_Model):
    """Where an entry was read: a listed document, its page and a quote."""

    document: Remark | None = None
    page: Annotated[int | str, BeforeValidator(_page), Unread()] | None = None
    quote: Remark | None = None


def _source(value: object) -> object:
    return value if isinstance(value, (dict, Source, Mapping)) else _text(value)


def _sources(value: object) -> object:
    """One source, or a list of them where an event is told by several documents."""
    if not isinstance(value, (list, tuple)):
        return value
    if not 1 <= len(value) <= MOST_SOURCES:
        raise _fault(f"{len(value)} sources are listed", f"one to {MOST_SOURCES} sources")
    return tuple(value)


OneSource = Annotated[Source | str, BeforeValidator(_source), Unread()]
AnySource = Annotated[OneSource | tuple[OneSource, ...], BeforeValidator(_sources), Unread()]


class Document(_Model):
    """A document of the record. ``received`` is the day the plan got it."""

    id: Remark
    title: Remark | None = None
    author: Remark | None = None
    date: Day | None = None
    received: Day | None = None


class Entry(_Model):
    """What entries have in common."""

    source: AnySource | None = None

    @property
    def sources(self) -> tuple[Source | str, ...]:
        """Where the entry was read, each source once; none when it cites nothing."""
        if self.source is None:
            return ()
        return self.source if isinstance(self.source, tuple) else (self.source,)


class Finding(Entry):
    """A finding documented present or documented absent."""

    finding: Annotated[str, _vocabulary(VOCABULARY.findings, "finding")]
    present: YesNo
    side: Side | None = None
    date: Day | None = None
    context: Context | None = None
    revises: YesNo = False
    radiates_to: Annotated[
        tuple[Annotated[str, BeforeValidator(_one_of(*PLACES))], ...], BeforeValidator(_listed)
    ] = Field(default=(), max_length=len(PLACES), strict=False)

    @model_validator(mode="after")
    def _radiating(self) -> Self:
        if self.radiates_to and (self.finding != "pain_radiating" or not self.present):
            raise _fault("radiates_to does not belong here", "it on pain_radiating, present: true")
        return self


class Measurement(Entry):
    """A measured value; the vocabulary says which values its measure can have."""

    measure: Annotated[str, _vocabulary(VOCABULARY.measures, "measure")]
    value: Amount
    side: Side | None = None
    date: Day | None = None
    context: Context | None = None
    revises: YesNo = False

    @field_validator("value", mode="before")
    @classmethod
    def _of_the_measure(cls, value: object, info: ValidationInfo) -> Amount:
        if "measure" not in info.data:  # a fault of its own
            return _amount(value, exact_number)
        measure = VOCABULARY.measures[info.data["measure"]]

        def number(each: object) -> int | Decimal:
            return _number_between(each, measure.least, measure.most, measure.unit)

        return _amount(value, number)


class Therapy(Entry):
    """An episode of conservative therapy."""

    model_config = ConfigDict(populate_by_name=True)

    id: Remark | None = None
    kind: Annotated[str, _vocabulary(VOCABULARY.therapies, "therapy")]
    side: Side | None = None
    start: Day | None = None
    end: Day | None = None
    ongoing: YesNo = False
    completed: YesNo | None = None
    prescription: YesNo | None = None
    follow_up: YesNo | None = None
    use: Remark | None = None
    frequency: Remark | None = None
    duration: Remark | None = None
    region: Annotated[str, BeforeValidator(_one_of("sij_low_back", "other"))] = Field(
        default="sij_low_back", alias="for"
    )
    outcome: Annotated[str, BeforeValidator(_one_of("failed", "partial", "relief"))] | None = None
    revises: YesNo = False

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise _fault(f"the end {self.end} lies before the start {self.start}", "a later end")
        if self.ongoing and self.end:
            raise _fault("an ongoing therapy has no end", "either ongoing: true or an end")
        if self.ongoing and self.completed:
            raise _fault("an ongoing therapy is not completed", "either ongoing or completed")
        if self.kind != "home_exercise_program" and (
            self.prescription is not None or self.follow_up is not None
        ):
            raise _fault(
                f"prescription and follow_up do not belong to {self.kind}",
                "them on a home_exercise_program only",
            )
        if self.kind != "tens" and (self.use or self.frequency or self.duration):
            raise _fault(
                f"use, frequency and duration do not belong to {self.kind}", "them on tens only"
            )
        return self


class TherapyInability(Entry):
    """Active conservative therapy could not be completed. ``therapy`` names the episode's id."""

    reason: Annotated[str, _vocabulary(VOCABULARY.inability_reasons, "reason of inability")]
    therapy: Remark | None = None
    side: Side | None = None
    date: Day | None = None


class Injection(Entry):
    """An injection. ``relief_percent`` is a percentage or a range of them."""

    id: Remark | None = None
    purposes: tuple[
        Annotated[str, _vocabulary(VOCABULARY.injection_purposes, "injection purpose")], ...
    ] = Field(default=(), max_length=10, strict=False)
    date: Day | None = None
    side: Side | None = None
    intra_articular: YesNo | None = None
    image_guided: YesNo | None = None
    contrast: YesNo | None = None
    agents: tuple[Annotated[str, _vocabulary(VOCABULARY.agents, "agent")], ...] = Field(
        default=(), max_length=10, strict=False
    )
    relief_percent: Annotated[Amount, BeforeValidator(_relief)] | None = None
    relief_lasted_expected: YesNo | None = None
    outcome: Annotated[str, BeforeValidator(_one_of("failed", "relief"))] | None = None
    revises: YesNo = False


class ImagingStudy(Entry):
    """An imaging study; of its results, true shows the condition and false excludes it."""

    id: Remark | None = None
    modality: Annotated[str, _vocabulary(VOCABULARY.modalities, "modality")]
    region: Annotated[str, _vocabulary(VOCABULARY.regions, "region")]
    side: Side | None = None
    date: Day | None = None
    results: dict[
        Annotated[str, _vocabulary(VOCABULARY.imaging_results, "imaging result")], YesNo
    ] = Field(default_factory=dict)
    revises: YesNo = False


class Request(_Model):
    """What is asked for, for which side, when and under which plan.

    ``purpose`` may state several; evidence counts up to the day ``decided``, where it is stated.
    """

    procedure: Text
    side: Side
    received: Day
    planned_service_date: Day | None = None
    decided: Day | None = None
    plan: Text = "arkansas_passe"
    purpose: Annotated[
        tuple[Annotated[str, _vocabulary(VOCABULARY.purposes, "purpose")], ...],
        BeforeValidator(_listed),
    ] = Field(default=(), max_length=10, strict=False)
    diagnoses: tuple[Annotated[str, _vocabulary(VOCABULARY.diagnoses, "diagnosis")], ...] = Field(
        default=(), max_length=50, strict=False
    )


class Member(_Model):
    """The member, as far as advisories need it. ``age`` in whole years at receipt."""

    age: Annotated[int, BeforeValidator(_years)] | None = None


class Review(_Model):
    """What a person decided."""

    reviewer: Remark | None = None
    license: Remark | None = None
    role: Remark | None = None
    signed: Day | None = None
    determination: (
        Annotated[
            str,
            BeforeValidator(
                _one_of(
                    Determination.MEDICALLY_NECESSARY,
                    Determination.NOT_MEDICALLY_NECESSARY,
                    Determination.INSUFFICIENT_INFORMATION,
                    Determination.NOT_GOVERNED,
                )
            ),
        ]
        | None
    ) = None


def _many() -> Any:
    return Field(default=(), max_length=MOST_ENTRIES, strict=False)


class Case(_Model):
    """One request with its record. Absent entries are undocumented, never negative."""

    format: Literal["clausewise-case/1"]
    case: Remark
    request: Request
    member: Member | None = None
    review: Review | None = None
    documents: tuple[Document, ...] = _many()
    findings: tuple[Finding, ...] = _many()
    measurements: tuple[Measurement, ...] = _many()
    therapies: tuple[Therapy, ...] = _many()
    therapy_inability: tuple[TherapyInability, ...] = _many()
    injections: tuple[Injection, ...] = _many()
    imaging: tuple[ImagingStudy, ...] = _many()
    record_complete: tuple[
        Annotated[str, _vocabulary(VOCABULARY.domains, "domain of the record")], ...
    ] = Field(default=(), max_length=20, strict=False)

    _origin: Origin | None = PrivateAttr(default=None)

    @property
    def origin(self) -> Origin | None:
        """Where the case was read from, if it was no case file."""
        return self._origin

    def from_origin(self, origin: Origin | None) -> Self:
        """The same case with its origin."""
        case = self.model_copy()
        case._origin = origin
        return case

    @property
    def sides(self) -> tuple[str, ...]:
        """The service lines of the request: one side, or left and right."""
        return ("left", "right") if self.request.side == "bilateral" else (self.request.side,)

    def entries(self) -> Iterator[tuple[EntryKey, Entry]]:
        """Every entry of the record with its key, such as ``findings[0]``."""
        for name in ENTRY_LISTS:
            for number, entry in enumerate(getattr(self, name)):
                yield EntryKey(f"{name}[{number}]"), entry

    def entry(self, key: str) -> Entry:
        """The entry of this key; raises KeyError."""
        for own, entry in self.entries():
            if own == key:
                return entry
        raise KeyError(key)


ENTRY_LISTS = (
    "findings",
    "measurements",
    "therapies",
    "therapy_inability",
    "injections",
    "imaging",
)
"""The lists of a case whose members are entries of the record."""
