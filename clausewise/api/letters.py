"""Letters about a case, as ``why`` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, overload

from clausewise.api.case import Case
from clausewise.api.loading import Given
from clausewise.facts.errors import UnknownNameError
from clausewise.logic.decision.decide import Decision as PlainDecision
from clausewise.logic.language.policy import Policy
from clausewise.output.letter import AUDIENCES
from clausewise.output.letter_files import FORMATS

Audience = Literal["clinician", "member"]


@overload
def letter(
    case: Given | PlainDecision,
    audience: Audience = ...,
    *,
    form: Literal["markdown", "html"] = ...,
    what_if: bool = ...,
    readings: Mapping[str, str] | None = ...,
    parameters: Mapping[str, int] | None = ...,
    policy: Policy | str | None = ...,
) -> str: ...


@overload
def letter(
    case: Given | PlainDecision,
    audience: Audience = ...,
    *,
    form: Literal["docx"],
    what_if: bool = ...,
    readings: Mapping[str, str] | None = ...,
    parameters: Mapping[str, int] | None = ...,
    policy: Policy | str | None = ...,
) -> bytes: ...


def letter(
    case: Given | PlainDecision,
    audience: Audience = "clinician",
    *,
    form: Literal["markdown", "html", "docx"] = "markdown",
    what_if: bool = False,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> str | bytes:
    """The letters about the lines of a case, or of a decision, to a clinician or to the member.

    Text for "markdown" and "html", the bytes of the file for "docx" (extra ``letters``). Under
    other readings or parameters than the policy's own raises WhatIfError unless ``what_if`` allows
    it; the letter then says so first. Raises UnknownNameError for another audience or form, and
    LetterError when python-docx is not installed.
    """
    for what, name, known in (("audience", audience, AUDIENCES), ("form", form, FORMATS)):
        if name not in known:
            raise UnknownNameError(f"{name!r} is no {what} of a letter; {', '.join(known)}")
    if isinstance(case, PlainDecision):
        decision = case
    else:
        decision = Case.of(case, readings, parameters, policy).decide()
    _, write = FORMATS[form]
    return write(decision, audience, what_if=what_if)
