"""The relations that hold a case as facts, each described once: what its columns hold, of what it
may speak, what is unique in it, and what a row says.

Everything else that has to know a column is derived from here: the input relations of the rules
and what their variables hold, the tables and files of cohorts with all their checks, and the
documentation.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.facts.columns import MOST_YEARS, Column, Kind, RelationSchema, Type
from clausewise.facts.vocabulary.installed import known_plans
from clausewise.facts.vocabulary.words import VOCABULARY, Name

KNOWN_PLANS = frozenset(known_plans())
"""The plans of the installed policies."""
OTHER_PLAN = "other"
"""Stands for every plan that is not known."""
UNSTATED_SIDE = "unstated"
"""The side of a service line of which the request states none, and of entries that lack theirs."""

# --- columns ----------------------------------------------------------------------------------


def _names(name: str, words: Mapping[str, Name]) -> Column:
    """A column of names of the vocabulary."""
    return Column(name, Type.NAME, frozenset(words))


def _one_of(name: str, *names: str) -> Column:
    return Column(name, Type.NAME, frozenset(names))


_LINE = Column("line", Type.LINE, frozenset({"left", "right", UNSTATED_SIDE}))
_ENTRY = Column("entry", Type.ENTRY)
_DAY = Column("day", Type.DAY)
_ANSWER = _one_of("answer", "yes", "no")
_CODES = (code.code for name in VOCABULARY.procedures.values() for code in name.codes)
_PLAN = _one_of("plan", *KNOWN_PLANS, OTHER_PLAN)

# --- relations --------------------------------------------------------------------------------


def _request(name: str, column: Column, meaning: str, *, required: bool = False) -> RelationSchema:
    """Said once of a case."""
    return RelationSchema(name, (column,), meaning, Kind.REQUEST, (), required)


def _requests(name: str, column: Column, meaning: str, *, required: bool = False) -> RelationSchema:
    """Said of a case for several values."""
    return RelationSchema(name, (column,), meaning, Kind.REQUEST, (column.name,), required)


def _entry(name: str, *columns: Column, meaning: str) -> RelationSchema:
    return RelationSchema(name, (_ENTRY, *columns), meaning, Kind.ENTRY, ("entry",))


def _detail(
    name: str, of: tuple[str, ...], *columns: Column, meaning: str, only: str = ""
) -> RelationSchema:
    """Said of an entry at most once."""
    columns = (_ENTRY, *columns)
    return RelationSchema(name, columns, meaning, Kind.DETAIL, ("entry",), of=of, only=only)


def _details(
    name: str, of: tuple[str, ...], column: Column, meaning: str, *, only: str = ""
) -> RelationSchema:
    """Said of an entry for several values."""
    key = ("entry", column.name)
    return RelationSchema(name, (_ENTRY, column), meaning, Kind.DETAIL, key, of=of, only=only)


_FINDING, _MEASUREMENT, _THERAPY = ("finding",), ("measurement",), ("therapy",)
_INABILITY, _INJECTION, _IMAGING = ("inability",), ("injection",), ("imaging",)
_EXAMINED = (*_FINDING, *_MEASUREMENT)
_VISIT = ("visit",)
_DATED = (*_EXAMINED, *_INABILITY, *_INJECTION, *_IMAGING, *_VISIT)
_EVERY = (*_DATED, *_THERAPY)

_RELATIONS = (
    _requests("line", _LINE, "the request has a service line on this side", required=True),
    _request(
        "procedure",
        _one_of("procedure", *VOCABULARY.procedures, "other"),
        "the procedure asked for",
        required=True,
    ),
    _request(
        "procedure_code", _one_of("code", *_CODES), "the procedure was named by this CPT code"
    ),
    _request("received", _DAY, "the day the request was received", required=True),
    _request("planned_service_date", _DAY, "the day the service is planned for"),
    _request("decided", _DAY, "the day up to which evidence counts, as the request states it"),
    _requests("document_received", _DAY, "a listed document was received on this day"),
    _request("plan", _PLAN, "the plan of the member", required=True),
    _request(
        "member_age",
        Column("age", Type.NUMBER, least=0, most=MOST_YEARS, whole=True),
        "the age of the member in whole years",
    ),
    _requests(
        "purpose", _names("purpose", VOCABULARY.purposes), "the stated purpose of the procedure"
    ),
    _requests(
        "stated_diagnosis",
        _names("diagnosis", VOCABULARY.diagnoses),
        "a diagnosis stated in the request",
    ),
    _requests(
        "record_complete",
        _names("domain", VOCABULARY.domains),
        "the record is said to be complete for the domain",
    ),
    _entry(
        "finding",
        _names("finding", VOCABULARY.findings),
        meaning="an entry that speaks of a finding",
    ),
    _detail("documented_present", _FINDING, meaning="the entry documents its finding as present"),
    _detail("documented_absent", _FINDING, meaning="the entry documents its finding as absent"),
    _entry(
        "measurement",
        _names("measure", VOCABULARY.measures),
        Column("value", Type.NUMBER),
        meaning="a documented value of a measure, such as a pain score",
    ),
    _detail(
        "measured_up_to",
        _MEASUREMENT,
        Column("value", Type.NUMBER),
        meaning="the value is a range, up to this one",
    ),
    _details(
        "radiates_to",
        _FINDING,
        _names("place", VOCABULARY.radiation_places),
        "the pain radiates to this place",
        only="pain_radiating",
    ),
    _entry(
        "therapy",
        _names("kind", VOCABULARY.therapies),
        meaning="a documented episode of conservative therapy",
    ),
    _detail("therapy_for_joint", _THERAPY, meaning="the episode is for the joint or the low back"),
    _detail("therapy_start", _THERAPY, _DAY, meaning="the first day of the episode"),
    _detail("therapy_start_unknown", _THERAPY, meaning="the episode has no documented start"),
    _detail("therapy_end", _THERAPY, _DAY, meaning="the last day of the episode"),
    _detail("therapy_end_unknown", _THERAPY, meaning="neither an end nor 'ongoing' is documented"),
    _detail("therapy_ongoing", _THERAPY, meaning="the episode is documented as ongoing"),
    _detail(
        "therapy_completed",
        _THERAPY,
        _ANSWER,
        meaning="whether the episode was completed: yes, no",
    ),
    _detail(
        "therapy_outcome",
        _THERAPY,
        _one_of("outcome", "failed", "partial", "relief"),
        meaning="the outcome: failed, partial, relief",
    ),
    _detail(
        "exercise_prescription",
        _THERAPY,
        _ANSWER,
        meaning="a prescription or plan exists: yes, no",
        only="home_exercise_program",
    ),
    _detail(
        "exercise_follow_up",
        _THERAPY,
        _ANSWER,
        meaning="a follow-up after completion: yes, no",
        only="home_exercise_program",
    ),
    _details(
        "tens_detail",
        _THERAPY,
        _one_of("detail", "use", "frequency", "duration"),
        "use, frequency or duration is documented",
        only="tens",
    ),
    _entry(
        "inability",
        _names("reason", VOCABULARY.inability_reasons),
        meaning="active therapy could not be completed, and why",
    ),
    _detail(
        "inability_therapy",
        _INABILITY,
        Column("therapy", Type.REFERENCE, frozenset(_THERAPY)),
        meaning="the episode that could not be completed",
    ),
    _entry("injection", meaning="a documented injection"),
    _details(
        "injection_purpose",
        _INJECTION,
        _names("purpose", VOCABULARY.injection_purposes),
        "a purpose: diagnostic, therapeutic",
    ),
    _details(
        "injection_agent",
        _INJECTION,
        _names("agent", VOCABULARY.agents),
        "an agent that was injected",
    ),
    _detail("intra_articular", _INJECTION, _ANSWER, meaning="given into the joint: yes, no"),
    _detail("image_guided", _INJECTION, _ANSWER, meaning="given under image guidance: yes, no"),
    _detail("contrast_enhanced", _INJECTION, _ANSWER, meaning="contrast was used: yes, no"),
    _detail(
        "relief",
        _INJECTION,
        Column("percent", Type.NUMBER, least=0, most=100),
        meaning="pain relief in percent; of a range the lower bound",
    ),
    _detail(
        "relief_up_to",
        _INJECTION,
        Column("percent", Type.NUMBER, least=0, most=100),
        meaning="the relief is a range, up to this percentage",
    ),
    _detail("relief_lasted", _INJECTION, _ANSWER, meaning="relief lasted as expected: yes, no"),
    _detail(
        "injection_outcome",
        _INJECTION,
        _one_of("outcome", "failed", "relief"),
        meaning="the outcome: failed, relief",
    ),
    _entry(
        "imaging",
        _names("modality", VOCABULARY.modalities),
        _names("region", VOCABULARY.regions),
        meaning="a documented imaging study",
    ),
    _entry(
        "visit",
        _names("visit", VOCABULARY.visits),
        meaning="a documented session of a course",
    ),
    _details(
        "study_shows",
        _IMAGING,
        _names("result", VOCABULARY.imaging_results),
        "the study shows this",
    ),
    _details(
        "study_excludes",
        _IMAGING,
        _names("result", VOCABULARY.imaging_results),
        "the study excludes this",
    ),
    _detail(
        "entry_side",
        _EVERY,
        _one_of("side", "left", "right", "bilateral", UNSTATED_SIDE, "not_side_specific"),
        meaning="left, right, bilateral, unstated, or not_side_specific for kinds without a side",
    ),
    _detail("entry_date", _DATED, _DAY, meaning="the day of an entry"),
    _detail("undated", _DATED, meaning="the entry states no date"),
    RelationSchema(
        "day_of_record",
        (_DAY,),
        "some entry of the record has this date",
        Kind.DERIVED,
        ("day",),
    ),
    _detail("baseline_entry", _EXAMINED, meaning="the entry is not the result of a procedure"),
    _detail("stated_baseline", _EXAMINED, meaning="the entry says that it is a baseline"),
    RelationSchema(
        "cited_document",
        (_ENTRY, Column("received", Type.DAY), _DAY),
        "the entry cites a document that was received on the one day and is dated the other",
        Kind.DETAIL,
        ("entry", "received", "day"),
        of=_EVERY,
    ),
    _details(
        "cited_undated",
        _EVERY,
        Column("received", Type.DAY),
        "the entry cites a source without a date, or none, and was received on this day",
    ),
    _detail(
        "revises",
        (*_EXAMINED, *_THERAPY, *_INJECTION, *_IMAGING, *_VISIT),
        meaning="the entry says that it revises earlier ones",
    ),
    RelationSchema(
        "parameter",
        (Column("name", Type.NAME), Column("value", Type.WHOLE)),
        "a number of the policy",
        Kind.CHOICE,
        ("name",),
    ),
    RelationSchema(
        "reading",
        (Column("name", Type.NAME), Column("value", Type.NAME)),
        "a chosen way of reading the text",
        Kind.CHOICE,
        ("name",),
    ),
    RelationSchema(
        "months_before",
        (_DAY, Column("months", Type.COUNT), Column("earlier", Type.DAY)),
        "the day so many calendar months before",
        Kind.CALENDAR,
        ("day", "months"),
    ),
    RelationSchema(
        "shortest_months",
        (Column("months", Type.COUNT), Column("days", Type.COUNT)),
        "the fewest days that so many calendar months in a row have",
        Kind.CALENDAR,
        ("months",),
    ),
    RelationSchema(
        "policy_effective",
        (_DAY,),
        "the first day the policy is in force",
        Kind.POLICY,
        (),
    ),
    RelationSchema(
        "policy_until",
        (_DAY,),
        "the first day the policy is no longer in force; 2200-01-01 where no end is known",
        Kind.POLICY,
        (),
    ),
    RelationSchema("policy_plan", (_PLAN,), "the plan the policy is written for", Kind.POLICY, ()),
)

SCHEMA: Mapping[str, RelationSchema] = {schema.name: schema for schema in _RELATIONS}
"""Every relation of facts by its name."""

OF_CASES: Mapping[str, RelationSchema] = {
    name: schema
    for name, schema in SCHEMA.items()
    if schema.kind in (Kind.REQUEST, Kind.ENTRY, Kind.DETAIL)
}
"""The relations that a case is told by; all others follow from these or from the policy."""

EXACTLY_ONE: tuple[tuple[str, ...], ...] = (
    ("documented_present", "documented_absent"),
    ("therapy_start", "therapy_start_unknown"),
    ("therapy_end", "therapy_end_unknown", "therapy_ongoing"),
    ("entry_date", "undated"),
    ("entry_side",),
)
"""Relations that together have exactly one row for each entry that they may speak of."""

AT_LEAST_ONE: tuple[tuple[str, ...], ...] = (("cited_document", "cited_undated"),)
"""Relations that together have a row, or several, for each entry that they may speak of."""


def _with_sides(words: Mapping[str, Name]) -> frozenset[str]:
    return frozenset(name for name, each in words.items() if each.side_specific)


REGIONS_WITHOUT_SIDES = frozenset({"lumbar_spine"})
"""Regions of imaging that have no sides."""

SIDED: Mapping[str, tuple[str, frozenset[str]]] = {
    "finding": (
        "finding",
        _with_sides(VOCABULARY.findings),
    ),
    "measurement": (
        "measure",
        _with_sides(VOCABULARY.measures),
    ),
    "imaging": ("region", frozenset(VOCABULARY.regions) - REGIONS_WITHOUT_SIDES),
}
"""Entries that need a side, by what their column names; injections always need one, others never.
A side that is stated is respected for every kind, also where none is needed."""

SIDELESS: Mapping[str, tuple[str, frozenset[str]]] = {
    "imaging": ("region", REGIONS_WITHOUT_SIDES),
    "visit": ("visit", frozenset(VOCABULARY.visits)),
}
"""Entries that cannot have a side, by what their column names."""

RANGES: Mapping[str, str] = {"measured_up_to": "measurement", "relief_up_to": "relief"}
"""Relations that make a range of a value, with the relation of its lower end."""

OPPOSITES: Mapping[str, str] = {
    "documented_present": "documented_absent",
    "documented_absent": "documented_present",
    "study_shows": "study_excludes",
    "study_excludes": "study_shows",
}
"""Relations of which an entry documents one or the other, or neither."""
