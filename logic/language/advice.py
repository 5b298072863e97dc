"""What a policy says for its reviewers beside the determination: the data of its advisories.

It is read from ``advisories.toml`` of the policy's folder. Each row names when it applies, the
clauses, words or relation that it is about, and its sentence, in which ``{clauses}``, ``{names}``,
``{diagnosis}``, ``{age}`` and ``{years}`` stand for what was found, ``{is}`` for "are" where those
are several clauses. What is said under which conditions is in ``logic.decision.advisories``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clausewise.facts.encoding import NotUtf8Error, text_of
from clausewise.logic.language.faults import PolicyError

FILE = "advisories.toml"
Names = tuple[str, ...]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Advisory(_Row):
    code: str
    sentence: str


class DeniedOnlyBy(_Advisory):
    """A denial that rests on none but these clauses."""

    when: Literal["denied_only_by"]
    clauses: Names


class Younger(_Advisory):
    """The member is younger than so many years."""

    when: Literal["member_younger_than"]
    years: int


class StatedDiagnosis(_Advisory):
    """The request states a diagnosis that is what exclusions are about, and does not decide them.

    ``touches`` maps a diagnosis to the labels of the exclusions.
    """

    when: Literal["stated_diagnosis"]
    touches: Mapping[str, Names]


class AskedFor(_Advisory):
    """A path is requested for one of these purposes or, without any, for one of the diagnoses."""

    when: Literal["asked_for"]
    path: str
    purposes: Names = ()
    diagnoses: Names = ()


class MetButNotMet(_Advisory):
    """On a path some of the clauses ``met`` are met and all of ``not_met`` are not."""

    when: Literal["met_but_not_met"]
    path: str
    requires: Names = ()
    met: Names
    not_met: Names


class Yields(_Advisory):
    """An exclusion of a path is ruled out by a rule that asks for ``relation`` and not ``without``.

    ``requires`` are clauses that have to be met.
    """

    when: Literal["exclusion_yields"]
    path: str
    requires: Names = ()
    relation: str
    without: str = ""


class ReadForBothSides(_Row):
    """Under a reading, studies of a region need no side."""

    reading: str
    value: str
    region: str


AdvisoryRow = Annotated[
    DeniedOnlyBy | Younger | StatedDiagnosis | AskedFor | MetButNotMet | Yields,
    Field(discriminator="when"),
]


class Advice(_Row):
    """All rows of a policy.

    ``limited_by_a_period`` are the clauses that limit the age of what they rest on;
    ``sides_not_needed`` says under which reading studies need no side. The last two are a reading
    and its value under which entries count of any side, and under which undated ones never do.
    """

    advisory: tuple[AdvisoryRow, ...] = ()
    limited_by_a_period: Names = ()
    sides_not_needed: tuple[ReadForBothSides, ...] = ()
    any_side_counts_under: tuple[str, str] | None = None
    undated_never_counts_under: tuple[str, str] | None = None

    def sideless_regions(self, readings: Mapping[str, str]) -> frozenset[str]:
        """The regions of which studies need no side under these readings."""
        return frozenset(
            each.region for each in self.sides_not_needed if readings[each.reading] == each.value
        )


NO_ADVICE = Advice()


def read_advice(folder: Path) -> Advice:
    """The rows of ``advisories.toml`` in a policy's folder; raises PolicyError with each fault."""
    where = f"{folder.name}/{FILE}"
    try:
        return Advice.model_validate(tomllib.loads(text_of((folder / FILE).read_bytes())))
    except (OSError, NotUtf8Error, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"{where}: {error}") from error
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise PolicyError("\n".join(f"{where}: {fault}" for fault in faults)) from error
