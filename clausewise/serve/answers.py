"""What the service answers, as types that OpenAPI describes: the JSON of the commands.

Each is read from the data that the command of its name prints with ``--format json``. A key that
the types do not name is answered all the same; the tests find it, so that the description keeps up.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from typing_extensions import TypeAliasType

from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.language.status import Status

Exact = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""A number of a question, with all its digits."""
Value = TypeAliasType(
    "Value", "str | int | Exact | float | bool | list[Value] | dict[str, Value] | None"
)
"""A value of a case file, as JSON has it."""
Edits = Annotated[dict[str, Value], Field(description="Places of the case file with their values.")]
Before = Determination | Literal["absent"]
"""A determination, or that the line is not in one of the two that are compared."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="allow")


class _Told(_Answer):
    """What every answer about a case has."""

    what_if: str = Field("", description="Said where the answer is not about the case as it is.")
    case: str
    notice: str = Field("", description="Said where the policy is not that of the request.")
    disclaimer: str


class PolicyName(_Answer):
    """The policy that decided, with the fingerprint of its rules."""

    number: str
    effective: str
    fingerprint: str


class Advice(_Answer):
    """What a reviewer should know beside the determination."""

    code: str
    sentence: str


class OtherReading(_Answer):
    """Another reading of the text, and what it would lead to."""

    determination: Determination
    readings: dict[str, str]


class Premise(_Answer):
    """A literal of a rule, as text, and the steps that show it."""

    text: str
    steps: list[int] = []


class Because(_Answer):
    """A rule that shows a step, with the values of its variables."""

    rule: str
    binding: dict[str, str | int | float | None]
    premises: list[Premise] = []


class Attempt(_Answer):
    """A rule that does not show a step: what of it was found, and what is lacking."""

    rule: str
    binding: dict[str, str | int | float | None]
    found: list[Premise] = []
    lacking: list[Premise] = []


class Cited(_Answer):
    """A place in a document."""

    document: str | None = None
    page: int | str | None = None
    quote: str | None = None


class Given(_Answer):
    """Where a fact comes from: a place of the case, a choice, or what is given with the policy."""

    path: str = ""
    id: str = ""
    choice: str = ""
    given: str = ""
    source: Cited | list[Cited | str] | str | None = None


class Step(_Answer):
    """A step of a proof: an atom that holds by a rule or a fact, or that no rule shows."""

    step: int
    atom: str
    holds: bool
    relation: str
    row: list[str | int | float | None]
    because: list[Because] = []
    fact: Given | None = None
    attempts: list[Attempt] = []
    beyond: Annotated[str, Field(description="What of the question was not followed further.")] = ""


class Proof(_Answer):
    """The steps of a proof; ``goal`` is that of the determination."""

    goal: int
    clauses: dict[str, list[int]]
    steps: list[Step]


class Account(_Answer):
    """What one entry of the record is used for, or why it does not count."""

    kind: str
    key: str
    name: str
    text: str
    place: str
    clause: str | None
    weight: str | None
    reasons: list[str]
    rule: str | None
    lacks: str | None
    also: list[str]
    source: str


class DecidedLine(_Answer):
    """The determination of a service line with its statuses and its proof."""

    procedure: str
    side: str
    anchor: Annotated[str, Field(description="The day that periods are counted back from.")]
    determination: Determination
    criteria: dict[str, Status]
    exclusions: dict[str, str]
    decisive: list[str]
    possible: Annotated[
        list[Determination], Field(description="What further documentation could still lead to.")
    ]
    irrelevant: list[str]
    reading_sensitive: bool
    rests_on_readings: list[str]
    other_readings: list[OtherReading]
    advisories: list[Advice]
    proof: Proof
    status: str = ""
    ledger: list[Account] = []


class Result(_Told):
    """The result with all proofs."""

    policy: PolicyName
    lines: list[DecidedLine]
    warnings: list[str]


class Explained(Result):
    """The result with the ledger of each line, and the explanation as text."""

    text: str


class Gap(_Answer):
    """Why a clause is not met: a code from a closed list, and the entry concerned."""

    code: str
    entry: str | None
    text: str
    rule: str | None


class BlockingClause(_Answer):
    """A clause in the way of an approval, with its gaps."""

    ground: str
    clause: str
    name: str
    status: Status
    gaps: list[Gap]


class BlockedLine(_Answer):
    """What stands in the way of an approval of a line."""

    side: str
    determination: Determination
    grounds: list[str]
    blocking: list[BlockingClause]
    counts: dict[str, int]


class WhyNot(_Told):
    """For each line every clause in the way of an approval."""

    lines: list[BlockedLine]
    text: str


class Evidence(_Answer):
    """A statement that would count, the question that asks for it, and what would document it."""

    text: str
    question: str
    document: str
    dated_by: str | None
    edits: Edits


class Need(_Answer):
    """What settles some clauses: any one of the alternatives."""

    clauses: list[str]
    send: Annotated[list[str], Field(description="What to send, where the clauses say it.")]
    one_of: list[list[Evidence]]


class LackingLine(_Answer):
    """The least documentation that would approve a line: one alternative of each need."""

    side: str
    determination: Determination
    clauses: list[str]
    needs: list[Need]
    not_searched: list[str]
    further: Annotated[list[str], Field(description="What a record would say that is approved.")]
    alternatives: list[list[Evidence]]


class Missing(_Told):
    """For each line the least documentation that would approve it."""

    lines: list[LackingLine]
    text: str


class Dependence(_Answer):
    """An entry whose withdrawal alone would end an approval."""

    entry: str | None
    text: str
    determination: Determination
    sources: list[str]


class Change(_Answer):
    """A change of one fact; ``kind`` says whether it can be made at all."""

    text: str
    kind: str
    entry: str | None
    edits: Edits


class ChangeSet(_Answer):
    """Changes that together lead to a determination."""

    determination: Determination
    changes: list[Change]


class FlippedLine(_Answer):
    """The smallest sets of changes of a line."""

    side: str
    determination: Determination
    depends_on: list[Dependence]
    size_searched: int
    not_searched: list[str]
    sets: list[ChangeSet]


class Flipped(_Told):
    """For each line the smallest changes that would change its determination."""

    lines: list[FlippedLine]
    text: str


class Pair(_Answer):
    """What something was, and is."""

    before: Value
    after: Value


class ChangedLine(_Answer):
    """A line in two decisions."""

    side: str
    before: Before
    after: Before
    changed: bool
    decisive_before: list[str]
    decisive_after: list[str]
    statuses: dict[str, Pair]


class Differing(_Told):
    """What differs between two decisions."""

    choices: dict[str, Pair]
    received_later: list[str]
    lines: list[ChangedLine]
    text: str


class Failure(BaseModel):
    """What is wrong with a question, in a sentence."""

    error: str
