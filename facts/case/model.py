"""The typed case: what a case file of format ``clausewise-case/1`` holds once it is valid.

Frozen pydantic models; unknown keys and wrong types are errors. A name that is not in the
vocabulary is an error that tells the nearest known name. Reading files is the matter of
``facts.case.syntax``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PrivateAttr,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)

from clausewise.facts.case.origin import Origin
from clausewise.facts.case.requested import check_as_listed
from clausewise.facts.case.values import (
    Amount,
    Context,
    Day,
    Page,
    Relief,
    Remark,
    Side,
    Text,
    Unread,
    Years,
    YesNo,
    amount_of,
    checked_text,
    exact_number,
    fault,
    listed,
    number_between,
    one_of,
    vocabulary_name,
)
from clausewise.facts.columns import EntryKey
from clausewise.facts.schema import KNOWN_PLANS, UNSTATED_SIDE
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.facts.vocabulary.words import VOCABULARY

FORMAT = "clausewise-case/1"
MOST_ENTRIES = 1000
MOST_IN_ALL = 2000
"""Entries of a kind, and of all kinds together; no real record comes near."""
MOST_WITH_OTHERS = MOST_ENTRIES + 100
"""Entries of a kind in a record with those that it might have besides, as ``missing`` asks."""
MOST_SOURCES = 20


class _Model(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True
    )


class Source(_Model):
    """Where an entry was read: a listed document, its page and a quote."""

    document: Remark | None = None
    page: Page | None = None
    quote: Remark | None = None


def _sources(value: object) -> object:
    """One source, or a list of them where an event is told by several documents."""
    if isinstance(value, (list, tuple)) and not 1 <= len(value) <= MOST_SOURCES:
        raise fault(f"{len(value)} sources are listed", f"one to {MOST_SOURCES} sources")
    return tuple(value) if isinstance(value, list) else value


def _form_of(source: object) -> str:
    if isinstance(source, tuple):
        return "<several>"
    return "<document>" if isinstance(source, (Mapping, Source)) else "<text>"


_AsText = Annotated[str, BeforeValidator(checked_text), Unread(), Tag("<text>")]
_AsDocument = Annotated[Source, Unread(), Tag("<document>")]
OneSource = Annotated[_AsText | _AsDocument, Discriminator(_form_of)]
_Several = Annotated[tuple[OneSource, ...], Tag("<several>")]
AnySource = Annotated[
    _AsText | _AsDocument | _Several, Discriminator(_form_of), BeforeValidator(_sources)
]


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

    finding: Annotated[str, vocabulary_name(VOCABULARY.findings, "finding")]
    present: YesNo
    side: Side | None = None
    date: Day | None = None
    context: Context | None = None
    revises: YesNo = False
    radiates_to: Annotated[
        tuple[Annotated[str, vocabulary_name(VOCABULARY.radiation_places, "place")], ...],
        BeforeValidator(listed),
    ] = Field(default=(), max_length=10, strict=False)

    @model_validator(mode="after")
    def _radiating(self) -> Self:
        if self.radiates_to and (self.finding != "pain_radiating" or not self.present):
            raise fault("radiates_to does not belong here", "it on pain_radiating, present: true")
        return self


class Measurement(Entry):
    """A measured value; the vocabulary says which values its measure can have."""

    measure: Annotated[str, vocabulary_name(VOCABULARY.measures, "measure")]
    value: Amount
    side: Side | None = None
    date: Day | None = None
    context: Context | None = None
    revises: YesNo = False

    @field_validator("value", mode="before")
    @classmethod
    def _of_the_measure(cls, value: object, info: ValidationInfo) -> Amount:
        if "measure" not in info.data:  # a fault of its own
            return amount_of(value, exact_number)
        measure = VOCABULARY.measures[info.data["measure"]]

        def number(each: object) -> int | Decimal:
            return number_between(each, measure.least, measure.most, measure.unit)

        return amount_of(value, number)


class Therapy(Entry):
    """An episode of conservative therapy."""

    id: Remark | None = None
    kind: Annotated[str, vocabulary_name(VOCABULARY.therapies, "therapy")]
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
    region: Annotated[str, BeforeValidator(one_of("sij_low_back", "other"))] = Field(
        default="sij_low_back", alias="for"
    )
    outcome: Annotated[str, BeforeValidator(one_of("failed", "partial", "relief"))] | None = None
    revises: YesNo = False

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise fault(f"the end {self.end} lies before the start {self.start}", "a later end")
        if self.ongoing and self.end:
            raise fault("an ongoing therapy has no end", "either ongoing: true or an end")
        if self.ongoing and self.completed:
            raise fault("an ongoing therapy is not completed", "either ongoing or completed")
        if self.kind != "home_exercise_program" and (
            self.prescription is not None or self.follow_up is not None
        ):
            raise fault(
                f"prescription and follow_up do not belong to {self.kind}",
                "them on a home_exercise_program only",
            )
        if self.kind != "tens" and (self.use or self.frequency or self.duration):
            raise fault(
                f"use, frequency and duration do not belong to {self.kind}", "them on tens only"
            )
        return self


class TherapyInability(Entry):
    """Active conservative therapy could not be completed. ``therapy`` names the episode's id."""

    reason: Annotated[str, vocabulary_name(VOCABULARY.inability_reasons, "reason of inability")]
    therapy: Remark | None = None
    side: Side | None = None
    date: Day | None = None


class Injection(Entry):
    """An injection. ``relief_percent`` is a percentage or a range of them."""

    id: Remark | None = None
    purposes: tuple[
        Annotated[str, vocabulary_name(VOCABULARY.injection_purposes, "injection purpose")], ...
    ] = Field(default=(), max_length=10, strict=False)
    date: Day | None = None
    side: Side | None = None
    intra_articular: YesNo | None = None
    image_guided: YesNo | None = None
    contrast: YesNo | None = None
    agents: tuple[Annotated[str, vocabulary_name(VOCABULARY.agents, "agent")], ...] = Field(
        default=(), max_length=10, strict=False
    )
    relief_percent: Relief | None = None
    relief_lasted_expected: YesNo | None = None
    outcome: Annotated[str, BeforeValidator(one_of("failed", "relief"))] | None = None
    revises: YesNo = False


class ImagingStudy(Entry):
    """An imaging study; of its results, true shows the condition and false excludes it."""

    id: Remark | None = None
    modality: Annotated[str, vocabulary_name(VOCABULARY.modalities, "modality")]
    region: Annotated[str, vocabulary_name(VOCABULARY.regions, "region")]
    side: Side | None = None
    date: Day | None = None
    results: dict[
        Annotated[str, vocabulary_name(VOCABULARY.imaging_results, "imaging result")], YesNo
    ] = Field(default_factory=dict)
    revises: YesNo = False


class Visit(Entry):
    """A session of a course of dated sessions."""

    visit: Annotated[str, vocabulary_name(VOCABULARY.visits, "visit")]
    date: Day | None = None
    revises: YesNo = False


class Request(_Model):
    """What is asked for, for which side, when and under which plan.

    ``side`` is None only for a procedure that has no side or is not governed; ``purpose`` may state
    several; evidence counts up to the day ``decided``, where it is stated.
    """

    procedure: Text
    side: Side | None = None
    received: Day
    planned_service_date: Day | None = None
    decided: Day | None = None
    plan: Text = VOCABULARY.default_plan
    purpose: Annotated[
        tuple[Annotated[str, vocabulary_name(VOCABULARY.purposes, "purpose")], ...],
        BeforeValidator(listed),
    ] = Field(default=(), max_length=10, strict=False)
    diagnoses: tuple[Annotated[str, vocabulary_name(VOCABULARY.diagnoses, "diagnosis")], ...] = (
        Field(default=(), max_length=50, strict=False)
    )

    @field_validator("procedure")
    @classmethod
    def _as_listed(cls, procedure: str) -> str:
        return check_as_listed(procedure, "procedure", VOCABULARY.procedures_and_codes())

    @field_validator("plan")
    @classmethod
    def _plan_as_listed(cls, plan: str) -> str:
        return check_as_listed(plan, "plan", sorted(KNOWN_PLANS))


class Member(_Model):
    """The member; ``age`` in whole years at receipt."""

    age: Years | None = None


class Review(_Model):
    """What a person decided."""

    reviewer: Remark | None = None
    license: Remark | None = None
    role: Remark | None = None
    signed: Day | None = None
    determination: Annotated[str, BeforeValidator(one_of(*Determination))] | None = None


ENTRY_LISTS = (
    "findings",
    "measurements",
    "therapies",
    "therapy_inability",
    "injections",
    "imaging",
    "visits",
)
"""The lists of a case whose members are entries of the record."""


def _not_too_many(value: object, info: ValidationInfo) -> object:
    most = (info.context or {}).get("most", MOST_ENTRIES)
    if isinstance(value, (list, tuple)) and len(value) > most:
        raise fault(f"{len(value)} members", f"at most {most}")
    return value


def _many() -> Any:
    return Field(default=(), strict=False, json_schema_extra={"maxItems": MOST_ENTRIES})


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
    visits: tuple[Visit, ...] = _many()
    record_complete: tuple[
        Annotated[str, vocabulary_name(VOCABULARY.domains, "domain of the record")], ...
    ] = Field(default=(), max_length=20, strict=False)

    @model_validator(mode="after")
    def _not_too_long(self, info: ValidationInfo) -> Self:
        more = (info.context or {}).get("most", MOST_ENTRIES) - MOST_ENTRIES
        entries = sum(len(getattr(self, name)) for name in ENTRY_LISTS)
        if entries > MOST_IN_ALL + more:
            raise fault(f"{entries} entries in all", f"at most {MOST_IN_ALL}")
        return self

    _bounded = field_validator("documents", *ENTRY_LISTS, mode="before")(_not_too_many)
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
        """The service lines of the request: one side, left and right, or UNSTATED_SIDE."""
        if self.request.side == "bilateral":
            return ("left", "right")
        return (self.request.side or UNSTATED_SIDE,)

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
