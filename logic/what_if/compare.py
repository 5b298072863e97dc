"""What differs between two decisions: determinations, statuses, decisive clauses, choices.

Used for what-ifs (facts, parameters, readings), for the record as of an earlier day, and for
anything else that sets one decision beside another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clausewise.facts.case.editing import as_of, edited
from clausewise.facts.case.model import Case
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.logic.language.choices import Choices
from clausewise.logic.language.policy import Policy


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One line before and after: its determinations and the statuses that changed."""

    side: str
    before: str
    after: str
    statuses: Mapping[str, tuple[str, str]]
    decisive_before: tuple[str, ...]
    decisive_after: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether the determination changed."""
        return self.before != self.after


@dataclass(frozen=True)
class Difference:
    """Two decisions side by side; ``lines`` holds the lines that occur in both or in one."""

    before: Decision
    after: Decision
    lines: tuple[LineDifference, ...]
    late_entries: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether any determination changed."""
        return any(line.changed for line in self.lines)


def difference(before: Decision, after: Decision, late: tuple[str, ...] = ()) -> Difference:
    """The difference of two decisions; a line only one of them has is "absent" in the other."""
    sides = dict.fromkeys([*before.by_side, *after.by_side])
    lines = []
    for side in sides:
        old, new = before.by_side.get(side), after.by_side.get(side)
        old_statuses = dict(old.statuses) if old else {}
        new_statuses = dict(new.statuses) if new else {}
        labels = dict.fromkeys([*old_statuses, *new_statuses])
        lines.append(
            LineDifference(
                side,
                old.determination if old else "absent",
                new.determination if new else "absent",
                {
                    label: (old_statuses.get(label, "absent"), new_statuses.get(label, "absent"))
                    for label in labels
                    if old_statuses.get(label) != new_statuses.get(label)
                },
                old.decisive if old else (),
                new.decisive if new else (),
            )
        )
    return Difference(before, after, tuple(lines), late)


def split_settings(
    settings: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, str], dict[str, int]]:
    """Settings by kind: edits of the case, ``reading.NAME`` and ``parameter.NAME``."""
    edits: dict[str, Any] = {}
    readings: dict[str, str] = {}
    parameters: dict[str, int] = {}
    for name, value in settings.items():
        kind, _, rest = name.partition(".")
        if kind == "reading":
            readings[rest] = value
        elif kind == "parameter":
            parameters[rest] = value
        else:
            edits[name] = value
    return edits, readings, parameters


def what_if(
    case: Case,
    policy: Policy,
    settings: Mapping[str, Any],
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Difference:
    """The difference that settings make; the case given is not changed.

    ``settings`` maps places of the case (``measurements[0].value``), ``reading.NAME`` and
    ``parameter.NAME`` to values; ``readings`` and ``parameters`` hold for both decisions. Raises
    EditError, InputError or ChoiceError.
    """
    edits, new_readings, new_parameters = split_settings(settings)
    before = decide_case(case, policy, readings=readings, parameters=parameters)
    changed = edited(case, edits.items()) if edits else case
    after = decide_case(
        changed,
        policy,
        readings={**(readings or {}), **new_readings},
        parameters={**(parameters or {}), **new_parameters},
    )
    return difference(before, after)


def then_and_now(
    case: Case,
    policy: Policy,
    day: date,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Difference:
    """The decision on the file as the plan had it on ``day``, and on the file of today."""
    before = decide_case(as_of(case, day), policy, readings=readings, parameters=parameters)
    after = decide_case(case, policy, readings=readings, parameters=parameters)
    late = (key for key in before.not_counted if key not in after.not_counted)
    return difference(before, after, tuple(late))


def changed_choices(before: Choices, after: Choices) -> dict[str, tuple[Any, Any]]:
    """The readings and parameters that differ, as ``reading.NAME`` and ``parameter.NAME``."""
    found: dict[str, tuple[Any, Any]] = {}
    for kind, old, new in (
        ("reading", before.readings, after.readings),
        ("parameter", before.parameters, after.parameters),
    ):
        for name in old:
            if old[name] != new[name]:
                found[f"{kind}.{name}"] = (old[name], new[name])
    return found
