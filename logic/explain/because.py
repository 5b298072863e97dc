"""Why a line was decided so, in one sentence; what to send; and other readings, in words.

Enters: a line with the views of its clauses. Leaves: sentences; the terminal, reports and letters
all say these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.explain.clauses import NOTHING_FOUND, ClauseView, EvidenceLine
from clausewise.logic.explain.policy_words import SMALL
from clausewise.logic.explain.sentences import Sentences
from clausewise.logic.language.status import Status
from clausewise.logic.readings.conditional_model import ReadingSensitivity

MOST_REASONS = 3
"""Reasons that the one sentence names; the others are counted."""
MOST_EVIDENCE = 2
"""Entries that it names for a reason."""
MOST_NOTES = 3
"""Reasons why such an entry does not count that it names."""
DECIDED = {
    "medically_necessary": "Approved",
    "not_medically_necessary": "Denied",
    "insufficient_information": "Not decided yet",
    "not_governed": "Not governed",
}
WOULD_BE = {
    "medically_necessary": "approved",
    "not_medically_necessary": "denied",
    "insufficient_information": "left open for more information",
    "not_governed": "outside the policy",
}


def grounds(line: LineDecision) -> tuple[str, ...]:
    """The clauses that a line is explained by: the decisive ones, or those of the scope unmet."""
    return line.unmet_scope if line.determination == "not_governed" else line.decisive


def headline(line: LineDecision, views: Sequence[ClauseView]) -> str:
    """Why the line was decided so, in one sentence; ``views`` are those of its grounds."""
    decided = DECIDED[line.determination]
    if not views:
        root = line.path.root if line.path is not None else ""
        return f"{decided}: every criterion of {root} is met and no exclusion applies."
    shown = [relevant(view) for view in views[:MOST_REASONS]]
    said = [_labelled(view, alone=len(views) == 1) for view in shown]
    more = len(views) - len(said)
    if more:
        said.append(f"and {_number(more)} more")
    number = "one reason" if len(views) == 1 else f"{_number(len(views))} reasons"
    return f"{decided} for {number}: {'; '.join(said)}."


def _labelled(view: ClauseView, *, alone: bool) -> str:
    return reason_of(view) if alone or not view.published else f"{view.label} {reason_of(view)}"


def _number(number: int) -> str:
    return SMALL[number] if number < len(SMALL) else str(number)


def reason_of(view: ClauseView) -> str:
    """What stands in the way at a clause, with the entries that show it."""
    view = _in_the_way(view)
    blocking = [leaf for leaf in view.leaves() if blocks(leaf)] or [view]
    standing = [*_standing_in_the_way(view, lambda part: part.sentence)]
    said = [each.reason for each in standing if each.sentence not in ("", NOTHING_FOUND)]
    lacking = [each.paraphrase for each in standing if each.sentence == NOTHING_FOUND]
    if lacking:
        told = "; ".join(dict.fromkeys(lacking))
        said.append(f"not documented in a record that is said to be complete: {told}")
    short = "; ".join(dict.fromkeys(said))
    shown = [_shown(each) for each in telling_evidence(blocking)]
    evidence = "; ".join(dict.fromkeys(shown[:MOST_EVIDENCE]))
    if view.kind == "exclusion" and view.status == "met":
        return f"{view.paraphrase} ({evidence})" if evidence else view.paraphrase
    if view.status == "conflicting":
        says = "contradicts itself on this" if told_both_ways(view) else "leaves this open"
        return f"the record {says}: {view.paraphrase} ({evidence})"
    if short and evidence:
        return f"{short} ({evidence})"
    asked = view if view.published or len(standing) != 1 else standing[0]
    return short or evidence or f"not documented: {asked.paraphrase}"


def relevant(view: ClauseView) -> ClauseView:
    """A clause without the alternatives that the request itself rules out, such as a therapeutic
    injection where it states another purpose.

    Where one alternative is left of a clause that the policy does not label, that one is given.
    """
    parts = [relevant(part) for part in view.parts]
    if view.kind == "exclusion" or not parts or view.status == "met":
        return view
    if view.gate == "ANY":
        parts = [part for part in parts if not _ruled_out_by_request(part)] or parts
        if len(parts) == 1 and not view.published:
            return parts[0]
    return replace(view, parts=tuple(parts))


def _in_the_way(view: ClauseView) -> ClauseView:
    """A criterion with only the relevant parts that stand in the way."""
    view = relevant(view)
    parts = [_in_the_way(part) for part in view.parts if blocks(part)]
    if not parts or view.kind == "exclusion":
        return view
    return replace(view, parts=tuple(parts), whole=len(parts) == len(view.parts))


def _ruled_out_by_request(view: ClauseView) -> bool:
    """Whether the clause is not met because of what the request states, whatever else is so."""
    if view.parts:
        decide = all if view.gate == "ANY" else any
        return view.gate in ("ALL", "ANY") and decide(map(_ruled_out_by_request, view.parts))
    return view.status == "not_met" and any(
        each.mark == "against" and each.stated and not each.states_completeness
        for each in view.evidence
    )


def told_both_ways(view: ClauseView) -> bool:
    """Whether sources contradict each other on a clause; else one leaves open what it says."""
    return any(
        {"for", "against"} <= {each.mark for each in leaf.evidence}
        or any(note.startswith("contested") for each in leaf.evidence for note in each.notes)
        for leaf in view.leaves()
    )


def _standing_in_the_way(
    view: ClauseView, words: Callable[[ClauseView], str]
) -> Iterator[ClauseView]:
    """What has to be told apart: each part of an ALL gate of which some part is spoken of, and
    another gate as one where it has such words of its own."""
    apart = view.gate == "ALL" and not view.told_as_one
    if view.parts and (apart or not words(view)):
        for part in view.parts:
            if blocks(part):
                yield from _standing_in_the_way(part, words)
    else:
        yield view


def _to_show(view: ClauseView) -> Iterator[ClauseView]:
    """What documents are asked for at a clause, each with what to send."""
    return _standing_in_the_way(_in_the_way(view), lambda part: part.send)


def blocks(leaf: ClauseView) -> bool:
    """Whether the leaf stands in the way: a criterion unless met, an exclusion if not ruled out."""
    if leaf.kind == "exclusion":
        return leaf.status in ("met", "conflicting")
    return leaf.status != "met"


def telling_evidence(leaves: Sequence[ClauseView]) -> Iterator[EvidenceLine]:
    """The entries that stand in the way: they speak against, or fall short."""
    for leaf in leaves:
        for each in leaf.evidence:
            if each.states_completeness:
                continue  # why it is not only undocumented, and no evidence of its own
            wanted = each.mark == ("for" if leaf.kind == "exclusion" else "against")
            if wanted or leaf.status == "conflicting" or each.mark == "uncounted":
                yield each


def _shown(each: EvidenceLine) -> str:
    """An entry by its id where it has one, why it does not count, and where it was read."""
    text = each.text
    if each.name and each.notes:
        text = ", ".join(filter(None, (each.name, each.day)))
    told = list(each.notes[:MOST_NOTES])
    if len(each.notes) > MOST_NOTES:
        told.append(f"and {_number(len(each.notes) - MOST_NOTES)} more")
    notes = f": {', '.join(told)}" if told else ""
    source = re.sub(r'\s*"[^"]*"', "", each.source)
    return f"{text}{notes}" + (f" [{source}]" if source else "")


SETTLES = "a record that settles what is documented both ways"
SETTLES_OPEN = "a record that settles what the one at hand leaves open, such as the side"


def to_send(views: Sequence[ClauseView]) -> Iterator[tuple[str, str]]:
    """What documents would show what is undocumented or contested, with the clause it is for."""
    for view in views:
        for each in _to_show(view):
            contested = each.status == "conflicting" and not each.parts
            if each.send or contested:
                settles = SETTLES if told_both_ways(each) else SETTLES_OPEN
                label = view.label if view.published else each.label
                yield label, each.send or settles
            elif each.status == "conflicting":
                yield from ((view.label, SETTLES) for leaf in each.leaves() if blocks(leaf))


def rests_on_completeness(views: Sequence[ClauseView]) -> tuple[str, ...]:
    """The statements that the record is complete, where all that stands in the way does so only
    because of them; else none."""
    if not all(_is_open_otherwise(view) for view in views):
        return ()
    found = (
        each.text
        for view in views
        for leaf in _in_the_way(view).leaves()
        if blocks(leaf)
        for each in leaf.evidence
        if each.states_completeness
    )
    return tuple(dict.fromkeys(found))


def _is_open_otherwise(view: ClauseView) -> bool:
    """Whether documents would settle all that stands in the way, were the record not complete."""
    standing = list(_to_show(view))
    return bool(standing) and all(each.send for each in standing)


def other_readings(
    decision: Decision, line: LineDecision, sensitivity: ReadingSensitivity
) -> Iterator[str]:
    """What another reading of the text would make of the line, a sentence each."""
    sentences = Sentences(decision.policy, decision.choices, line)
    for other in sensitivity.alternatives(line.side):
        names = ", ".join(other.readings)
        word = "reading" if len(other.readings) == 1 else "readings"
        yield (
            f"It would be {WOULD_BE[other.determination]} if {sentences.would(other.readings)} "
            f"({word} {names})."
        )


def exclusions_in_words(statuses: list[Status]) -> str:
    """How many exclusions apply, are contested and are not documented."""

    def number(status: str) -> str:
        count = statuses.count(Status(status))
        return f"{count} {'is' if count == 1 else 'are'}"

    applying = statuses.count(Status.MET)
    said = ["no exclusion applies"]
    if applying:
        said = [f"{applying} {'exclusion applies' if applying == 1 else 'exclusions apply'}"]
    if Status.CONFLICTING in statuses:
        said.append(f"{number('conflicting')} in conflict")
    if Status.UNDOCUMENTED in statuses:
        said.append(f"{number('undocumented')} not documented")
    return "; ".join(said)
