"""The register weighed: which records a reading or a parameter moves, in which direction, how far
the nearest one is from an approval, and how many they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clausewise.logic.analysis.findings.worlds import Outcomes, PathWorlds, Witness
from clausewise.logic.language.choices import LARGEST_NUMBER
from clausewise.logic.readings.decision_diagram import ALL, NONE

STEPS = (1, 2, 3, 6, 12, 50)
"""How far a parameter is moved to find from where on something changes."""


@dataclass(frozen=True)
class Moved:
    """The records that are decided otherwise in one direction.

    ``share`` is their part of the records that fulfil all clauses which do not change. ``nearest``
    is the one among them that is nearest to the plainest approval.
    """

    share: float
    nearest: Witness


@dataclass(frozen=True)
class Weighed:
    """What another value of a reading or a parameter does: None where it moves no record."""

    name: str
    value: str
    stricter: Moved | None
    laxer: Moved | None

    @property
    def direction(self) -> str:
        """stricter, laxer, both or none."""
        if self.stricter is not None:
            return "both" if self.laxer is not None else "stricter"
        return "laxer" if self.laxer is not None else "none"


def readings_weighed(worlds: PathWorlds) -> Iterator[Weighed]:
    """Each alternative of each reading that the path rests on, by itself, in the register's
    order."""
    for reading in worlds.policy.readings:
        if not worlds.depends_on("reading", reading.name):
            continue
        for value in reading.alternatives:
            yield _weighed(worlds, reading.name, value, readings={reading.name: value})


def parameters_weighed(worlds: PathWorlds) -> Iterator[Weighed]:
    """Each parameter that the path rests on, below and above its value: the nearest value that
    moves a record.

    Where none of the values tried moves any, the last one tried is told with direction "none".
    """
    for parameter in worlds.policy.parameters:
        if not worlds.depends_on("parameter", parameter.name):
            continue
        for sign in (-1, 1):
            found: Weighed | None = None
            for step in STEPS:
                value = parameter.value + sign * step
                if not 0 <= value <= LARGEST_NUMBER:
                    break
                chosen = {parameter.name: value}
                found = _weighed(worlds, parameter.name, str(value), parameters=chosen)
                if found.direction != "none":
                    break
            if found is not None:
                yield found


def _weighed(
    worlds: PathWorlds,
    name: str,
    value: str,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Weighed:
    with worlds.diagrams.passing():
        return _compared(worlds, name, value, readings, parameters)


def _compared(
    worlds: PathWorlds,
    name: str,
    value: str,
    readings: Mapping[str, str] | None,
    parameters: Mapping[str, int] | None,
) -> Weighed:
    under = worlds.under(readings=readings, parameters=parameters)
    changed = changed_reasons(worlds.default, under)
    if not changed:
        return Weighed(name, value, None, None)
    rest = worlds.default.all_support(but=changed)
    whole = worlds.diagrams.share(rest)

    def told(one: Outcomes, other: Outcomes) -> Moved | None:
        held = worse(worlds, one, other, changed, rest)
        witness = worlds.witness(held, under=under)
        share = worlds.diagrams.share(worlds.diagrams.both(held, rest))
        return None if witness is None else Moved(share / whole if whole else 0.0, witness)

    return Weighed(name, value, told(worlds.default, under), told(under, worlds.default))


def changed_reasons(one: Outcomes, other: Outcomes) -> tuple[str, ...]:
    """The clauses that deny or support other records under one choice than under the other."""
    labels = dict.fromkeys((*one.reasons, *other.reasons))
    return tuple(
        label
        for label in labels
        if one.denying(label) != other.denying(label)
        or one.supporting(label) != other.supporting(label)
    )


def worse(
    worlds: PathWorlds, one: Outcomes, other: Outcomes, changed: Sequence[str], rest: int
) -> int:
    """The records that the second choice decides worse for the member than the first does.

    ``changed`` are the clauses that differ, ``rest`` the records that fulfil all others. Approvals
    that are lost are among these; so are denials that are new, unless the record fulfils not all
    others. Those are looked for only where there are none of the former.
    """
    diagrams = worlds.diagrams

    def of(outcomes: Outcomes) -> tuple[int, int]:
        supported, denied = ALL, NONE
        for label in changed:
            supported = diagrams.both(supported, outcomes.supporting(label))
            denied = diagrams.either(denied, outcomes.denying(label))
        return supported, denied

    (supported, denied), (still, now_denied) = of(one), of(other)
    lost = diagrams.both(supported, diagrams.without(still))
    new = diagrams.both(now_denied, diagrams.without(denied))
    found = diagrams.both(rest, diagrams.either(lost, new))
    if found != NONE or new == NONE:
        return found
    for label in one.reasons:
        if label not in changed:
            new = diagrams.both(new, diagrams.without(one.denying(label)))
    return new
