"""The choices under which a case is decided: a value for every parameter and every reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clausewise.facts.case.values import nearest
from clausewise.facts.errors import ClausewiseError
from clausewise.logic.language.policy import Policy

LARGEST_NUMBER = 1200
"""The largest value of a parameter: a hundred years in months."""


class ChoiceError(ClausewiseError, ValueError):
    """A parameter or reading is not known, or its value is not possible."""


@dataclass(frozen=True, slots=True)
class Choices:
    """All parameters (name to whole number) and all readings (name to value) of one decision."""

    parameters: Mapping[str, int] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)


def what_if_of(policy: Policy, choices: Choices) -> str:
    """That these choices are not the policy's own, in a sentence; empty when they are.

    It stands first in everything that is made of a determination under such choices.
    """
    said = [
        f"{name} read as {value}"
        for name, value in choices.readings.items()
        if value != policy.default_readings[name]
    ]
    said += [
        f"{name} {value} instead of {policy.default_parameters[name]}"
        for name, value in choices.parameters.items()
        if value != policy.default_parameters[name]
    ]
    return f"What if: {'; '.join(said)}" if said else ""


class WhatIfError(ClausewiseError):
    """An answer is asked for that would leave as the plan's own, under other choices than its."""


def check_answer(what_if: str, what: str, *, allowed: bool) -> None:
    """Raise WhatIfError when ``what`` is an answer under a what-if that was not asked for as one.

    ``what_if`` is what ``what_if_of`` gives.
    """
    if what_if and not allowed:
        raise WhatIfError(
            f"{what} is an answer to the request, and this determination is not made under the "
            f"policy's own readings and parameters ({what_if}); ask for it with what_if "
            "(--what-if), which marks it"
        )


def choose(
    policy: Policy,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Choices:
    """The policy's choices with these readings and parameters changed.

    Raises ChoiceError for a name the policy does not have, with the nearest one it has, and for a
    value that is not possible: readings have listed values, parameters are whole numbers from 0.
    """
    chosen_readings = dict(policy.default_readings)
    for name, value in (readings or {}).items():
        if name not in policy.reading:
            raise ChoiceError(
                f"{name!r} is not a reading of {policy.number}{nearest(name, policy.reading)}"
            )
        allowed = policy.reading[name].choices
        if value not in allowed:
            hint = nearest(value, allowed) if isinstance(value, str) else ""
            raise ChoiceError(
                f"{value!r} is not a value of reading {name}{hint}; expected {' or '.join(allowed)}"
            )
        chosen_readings[name] = value
    chosen_parameters = dict(policy.default_parameters)
    for name, number in (parameters or {}).items():
        if name not in policy.parameter:
            raise ChoiceError(
                f"{name!r} is not a parameter of {policy.number}{nearest(name, policy.parameter)}"
            )
        whole = isinstance(number, int) and not isinstance(number, bool)
        if not whole or not 0 <= number <= LARGEST_NUMBER:
            raise ChoiceError(
                f"{number!r} is not a value of parameter {name}; expected a whole number "
                f"from 0 to {LARGEST_NUMBER} ({policy.parameter[name].unit})"
            )
        chosen_parameters[name] = number
    return Choices(chosen_parameters, chosen_readings)
