"""The fields of a case file as the items of a form: what each is called, asks and can hold.

A form's items are named by their place in a case file: ``request.side``, ``injections.contrast``;
of findings, measurements and therapies each kind has a group of its own, ``findings.gaenslen``,
with items such as ``findings.gaenslen.present``. Which of them a procedure needs is not said here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clausewise.facts.vocabulary.installed import known_plans
from clausewise.facts.vocabulary.words import VOCABULARY, Name

SIDES = {"left": "left", "right": "right", "bilateral": "both sides"}
CONTEXTS = {
    "baseline": "at rest, not as the result of a procedure",
    "post_injection": "after an injection",
    "post_operative": "after an operation",
}
PLACES = {
    "buttock": "the buttock",
    "groin": "the groin",
    "thigh": "the thigh",
    "below_knee": "below the knee",
}
THERAPY_REGIONS = {"sij_low_back": "sacroiliac joint or low back", "other": "another part"}
THERAPY_OUTCOMES = {"failed": "failed", "partial": "partial relief", "relief": "relief"}
INJECTION_OUTCOMES = {"failed": "failed", "relief": "relief"}
DETERMINATIONS = {
    "medically_necessary": "medically necessary",
    "not_medically_necessary": "not medically necessary",
    "insufficient_information": "insufficient information",
    "not_governed": "not governed",
}
GOVERNED_PLANS = known_plans()


@dataclass(frozen=True, slots=True)
class FormField:
    """One item: its key in a case file, the type of its answer, its question and its choices.

    ``kind`` is a FHIR item type: boolean, date, decimal, integer, string or choice. ``open``
    choices take other text too. ``many`` items may be answered several times.
    """

    name: str
    kind: str
    question: str
    options: Mapping[str, str] = field(default_factory=dict)
    many: bool = False
    required: bool = False
    open: bool = False


def _choices(names: Mapping[str, Name]) -> dict[str, str]:
    return {name: entry.meaning for name, entry in names.items()}


_SIDE = FormField("side", "choice", "On which side?", SIDES)
_DATE = FormField("date", "date", "When was it documented?")
_ID = FormField("id", "string", "A name for this entry, if others refer to it")
_CONTEXT = FormField("context", "choice", "Under which circumstances?", CONTEXTS)
_REVISES = FormField("revises", "boolean", "Does it expressly revise what was documented earlier?")

SOURCE_FIELDS = (
    FormField("document", "string", "In which document does it stand (its name below)?"),
    FormField("page", "string", "On which page?"),
    FormField("quote", "string", "In which words?"),
    FormField("text", "string", "Where does it stand, if in none of the documents below?"),
)

REQUEST_FIELDS = (
    FormField(
        "procedure",
        "choice",
        "Which procedure is asked for?",
        _choices(VOCABULARY.procedures),
        required=True,
        open=True,
    ),
    FormField("side", "choice", "On which side?", SIDES, required=True),
    FormField("received", "date", "On which day was the request received?", required=True),
    FormField("planned_service_date", "date", "For which day is it planned?"),
    FormField("decided", "date", "Up to which day does evidence count, if not that of receipt?"),
    FormField("plan", "choice", "Under which plan?", GOVERNED_PLANS, open=True),
    FormField(
        "purpose",
        "choice",
        "What is the procedure for?",
        _choices(VOCABULARY.purposes),
        many=True,
    ),
    FormField(
        "diagnoses",
        "choice",
        "Which diagnoses are stated?",
        _choices(VOCABULARY.diagnoses),
        many=True,
    ),
)
MEMBER_FIELDS = (FormField("age", "integer", "How old is the member, in whole years?"),)
REVIEW_FIELDS = (
    FormField("reviewer", "string", "Who reviewed the request?"),
    FormField("license", "string", "Under which license?"),
    FormField("role", "string", "In which role (such as physician)?"),
    FormField("signed", "date", "When was it signed?"),
    FormField("determination", "choice", "What was determined?", DETERMINATIONS),
)
DOCUMENT_FIELDS = (
    FormField("id", "string", "A short name for the document", required=True),
    FormField("title", "string", "What is it?"),
    FormField("author", "string", "Who wrote it?"),
    FormField("date", "date", "When was it written?"),
    FormField("received", "date", "When did the plan receive it?"),
)

ENTRY_FIELDS: Mapping[str, tuple[FormField, ...]] = {
    "findings": (
        FormField("present", "boolean", "Is it documented as present?", required=True),
        _SIDE,
        _DATE,
        FormField("radiates_to", "choice", "Where does it radiate to?", PLACES, many=True),
        _CONTEXT,
        _REVISES,
    ),
    "measurements": (
        FormField("value", "decimal", "How many points, from 0 to 10?", required=True),
        FormField("value_high", "decimal", "If a range: up to how many points?"),
        _SIDE,
        _DATE,
        _CONTEXT,
        _REVISES,
    ),
    "therapies": (
        _ID,
        _SIDE,
        FormField("start", "date", "When did it begin?"),
        FormField("end", "date", "When did it end?"),
        FormField("ongoing", "boolean", "Does it go on?"),
        FormField("completed", "boolean", "Was it completed?"),
        FormField("prescription", "boolean", "Was it prescribed, with a plan?"),
        FormField("follow_up", "boolean", "Was there a follow-up after it?"),
        FormField("use", "string", "What was it used for?"),
        FormField("frequency", "string", "How often was it used?"),
        FormField("duration", "string", "For how long each time?"),
        FormField("for", "choice", "For which part of the body?", THERAPY_REGIONS),
        FormField("outcome", "choice", "With what outcome?", THERAPY_OUTCOMES),
        _REVISES,
    ),
    "therapy_inability": (
        FormField(
            "reason",
            "choice",
            "Why could active therapy not be completed?",
            _choices(VOCABULARY.inability_reasons),
            required=True,
        ),
        FormField("therapy", "string", "Which therapy (its name above)?"),
        _SIDE,
        _DATE,
    ),
    "injections": (
        _ID,
        FormField(
            "purposes",
            "choice",
            "What was it for?",
            _choices(VOCABULARY.injection_purposes),
            many=True,
        ),
        FormField("date", "date", "When was it given?"),
        _SIDE,
        FormField("intra_articular", "boolean", "Was it given into the joint?"),
        FormField("image_guided", "boolean", "Was it guided by imaging?"),
        FormField("contrast", "boolean", "Was its place shown with contrast?"),
        FormField("agents", "choice", "What was given?", _choices(VOCABULARY.agents), many=True),
        FormField("relief_percent", "decimal", "How much relief did it bring, in percent?"),
        FormField("relief_percent_high", "decimal", "If a range: up to how many percent?"),
        FormField(
            "relief_lasted_expected",
            "boolean",
            "Did the relief last as long as the agent is expected to act?",
        ),
        FormField("outcome", "choice", "With what outcome?", INJECTION_OUTCOMES),
        _REVISES,
    ),
    "imaging": (
        _ID,
        FormField(
            "modality",
            "choice",
            "Which kind of study?",
            _choices(VOCABULARY.modalities),
            required=True,
        ),
        FormField(
            "region",
            "choice",
            "Of which part of the body?",
            _choices(VOCABULARY.regions),
            required=True,
        ),
        _SIDE,
        FormField("date", "date", "When was it done?"),
        _REVISES,
    ),
    "visits": (
        FormField(
            "visit",
            "choice",
            "Which course was the session of?",
            _choices(VOCABULARY.visits),
            required=True,
        ),
        FormField("date", "date", "When was it?"),
        _REVISES,
    ),
}
"""The items of an entry of each list. An imaging study's results stand beside them."""

KIND_OF = {"findings": "finding", "measurements": "measure", "therapies": "kind"}
"""Lists of which each kind of entry has a group of its own, and the key that holds the kind."""

NAMES_OF: Mapping[str, Mapping[str, Name]] = {
    "findings": VOCABULARY.findings,
    "measurements": VOCABULARY.measures,
    "therapies": VOCABULARY.therapies,
}

RANGES = {"value_high": "value", "relief_percent_high": "relief_percent"}
"""Items that hold the upper bound of a range, and the item of its lower bound."""

ONLY_FOR = {
    "radiates_to": ("pain_radiating",),
    "completed": ("home_exercise_program",),
    "prescription": ("home_exercise_program",),
    "follow_up": ("home_exercise_program",),
    "use": ("tens",),
    "frequency": ("tens",),
    "duration": ("tens",),
}
"""Items of a finding or a therapy that belong to some kinds only."""

QUESTIONNAIRE_BASE = "https://clausewise.example/fhir/Questionnaire/"
"""What the address of every form of ours begins with."""
