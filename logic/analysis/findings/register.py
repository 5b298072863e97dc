"""The register weighed: which records a reading or a parameter moves, in which direction, how far
the nearest one is from an approval, and how many they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clausewise.logic.analysis.findings.worlds import Outcomes, PathWorlds, Witness
from clausewise.logic.language.choices import LARGEST_NUMBER
from clausewise.logic.readings.decision_diagram import NONE, TooManyStepsError

STEPS = (1, 2, 3, 6, 12, 50)
"""How far a parameter is moved to find from where on something changes."""
MOST_STEPS = 4_000_000
"""Sets of records that may be worked out for one other value, of a reading or a parameter."""


@dataclass(frozen=True)
class Moved:
    """The records whose approval a choice takes away, or gives them; where there are none, the
    records that it denies, or denies no longer.

    ``share`` is their part of the records that fulfil all clauses which do not change. ``nearest``
    is the one among them that is nearest to the plainest approval.
    """

    share: float
    nearest: Witness


@dataclass(frozen=True)
class Weighed:
    """What another value of a reading or a parameter does: None where it moves no record.

    ``too_large`` where that is not known, because it takes more than MOST_STEPS; ``asked`` is False
    for a parameter that clauses ask for under other readings only.
    """

    name: str
    value: str
    stricter: Moved | None
    laxer: Moved | None
    too_large: bool = False
    asked: bool = True

    @property
    def direction(self) -> str:
        """stricter, laxer, both, none or not weighed."""
        if self.too_large:
            return "not weighed"
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

    Where none of the values tried moves any, the last one tried is told with direction "none". A
    parameter that is asked for under other readings only is told once, with its own value.
    """
    chosen_readings = worlds.choices.readings
    for parameter in worlds.policy.parameters:
        if not worlds.depends_on("parameter", parameter.name):
            continue
        resting = worlds.depends_on("parameter", parameter.name, chosen_readings)
        if resting.isdisjoint(f"{status}[{label}]" for label, status in worlds.statuses):
            yield Weighed(parameter.name, str(parameter.value), None, None, asked=False)
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
    for rest in worlds.default.support_of_others.values():
        worlds.diagrams.share(rest)  # known from here on, for all that is weighed
    try:
        with worlds.diagrams.passing(MOST_STEPS):
            return _compared(worlds, name, value, readings, parameters)
    except TooManyStepsError:
        return Weighed(name, value, None, None, too_large=True)


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
        within, held = worse(worlds, one, other, changed, rest)
        witness = worlds.witness(held, under=under)
        share = worlds.diagrams.share(held) / whole if within else 0.0
        return None if witness is None else Moved(share, witness)

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
) -> tuple[bool, int]:
    """The records whose approval the second choice takes away; without any, those that it denies
    and the first does not; and before them whether they are within ``rest``.

    ``changed`` are the clauses that differ, ``rest`` the records that fulfil all others. New
    denials outside ``rest`` are looked for only where there are none within. Denials and approvals
    together are not asked for: where a choice changes most clauses, that set is far larger than
    either.
    """
    diagrams = worlds.diagrams
    # What differs is small; it is put together before the large set of what does not.
    differs = diagrams.both(
        diagrams.all_of(one.supporting(label) for label in changed),
        diagrams.without(diagrams.all_of(other.supporting(label) for label in changed)),
    )
    lost = diagrams.both(rest, differs)
    if lost != NONE:
        return True, lost
    new = diagrams.both(
        diagrams.any_of(other.denying(label) for label in changed),
        diagrams.all_of(diagrams.without(one.denying(label)) for label in changed),
    )
    beside = diagrams.both(rest, new)
    if beside != NONE or new == NONE:
        return beside != NONE, beside
    others = (label for label in one.reasons if label not in changed)
    return False, diagrams.both(
        new, diagrams.all_of(diagrams.without(one.denying(label)) for label in others)
    )
