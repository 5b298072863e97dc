"""Events that a record has more than one entry about: taken for one, they may have been two."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.facts.case.model import ImagingStudy, Injection, Therapy, TherapyInability
from clausewise.facts.schema import REGIONS_WITHOUT_SIDES
from clausewise.logic.decision.decide import Decision, LineDecision, rows_for
from clausewise.logic.language.policy import Role

Event = tuple[object, ...]


def duplicates(decision: Decision, line: LineDecision) -> Iterator[tuple[str, ...]]:
    """The entries of each event that has several, as far as they count for the line.

    Injections of one day and purpose, therapies of one kind and start, inability to complete one
    therapy for one reason of one date, studies of one modality, region, side and date.
    """
    timely = {str(key) for (key,) in rows_for(line.program, line.model, Role.TIMELY)}
    found: dict[Event, list[str]] = {}
    for key, entry in decision.entries.items():
        side = getattr(entry, "side", None)
        if key not in timely or side not in (None, "bilateral", line.side):
            continue
        events: list[Event] = []
        match entry:
            case Injection(date=day, purposes=purposes) if day is not None:
                events = [
                    ("injection", purpose, day)
                    for purpose in dict.fromkeys(purposes or ("diagnostic", "therapeutic"))
                ]
            case Therapy(start=start, kind=kind) if start is not None:
                events = [("therapy", kind, entry.region, start)]
            case TherapyInability(date=day, therapy=therapy, reason=why) if day is not None:
                events = [("inability", therapy, why, day)]
            case ImagingStudy(date=day, modality=modality, region=region) if day is not None:
                of_side = None if region in REGIONS_WITHOUT_SIDES else side
                events = [("study", modality, region, of_side, day)]
        for event in events:
            found.setdefault(event, []).append(key)
    yield from dict.fromkeys(tuple(keys) for keys in found.values() if len(keys) > 1)
