"""Why a line was decided so, in one sentence; what to send; and other readings, in words.

Enters: a line with the views of its clauses. Leaves: sentences; the terminal, reports and letters
all say these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from clausewise.facts.text import all_of
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.decisive import chains_below
from clausewise.logic.explain.clauses import (
    NOTHING_FOUND,
    ClauseView,
    EvidenceLine,
    label_in_words,
    together,
)
from clausewise.logic.explain.ledger import (
    AGAINST,
    CONTESTED,
    DOES_NOT_COUNT,
    FALLS_SHORT,
    SAME_EVENT,
    SUPERSEDED,
    SUPPORTS,
)
from clausewise.logic.explain.policy_words import SMALL
from clausewise.logic.explain.sentences import Sentences
from clausewise.logic.language.status import Status
from clausewise.logic.readings.conditional_model import ReadingSensitivity

MOST_REASONS = 3
"""Reasons that the one sentence names; the others are counted."""
MOST_EVIDENCE = 2
"""Entries that it names for a reason."""
DECIDED_ORDER = (AGAINST, SUPPORTS, FALLS_SHORT, CONTESTED, DOES_NOT_COUNT, SAME_EVENT, SUPERSEDED)
"""Which of them come first, where the clause is told by what is documented."""
OPEN_ORDER = (FALLS_SHORT, CONTESTED, DOES_NOT_COUNT, AGAINST, SUPPORTS, SAME_EVENT, SUPERSEDED)
"""Which of them come first, where it is left open."""
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


def clauses_in_the_way(line: LineDecision) -> tuple[str, ...]:
    """The clauses that have to be settled for an approval: of the criteria those that ALL gates
    lead to, and the exclusions that apply or are in conflict."""
    if line.path is None:
        return ()
    policy, statuses = line.program.policy, line.statuses
    found = [
        chain[-1]
        for chain in chains_below(policy, line.path.root)
        if statuses[chain[-1]] != Status.MET
    ]
    found += [
        label
        for label in line.exclusions
        if statuses[label] in (Status.MET, Status.CONFLICTING) and policy.clauses[label].published
    ]
    return tuple(dict.fromkeys(found))


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
    """What stands in the way at a clause, each part of it with the entries that show it."""
    view = _deciding(relevant(view))
    shown: list[str] = []
    if view.kind == "exclusion" and view.status == "met":
        return _with_evidence(view.paraphrase, _evidence_of([view], shown) or view.sentence)
    standing = [*_standing_in_the_way(view, lambda part: part.sentence or _conflict(part))]
    said = [
        _with_evidence(_conflict(each) or each.reason, _evidence_of([each], shown))
        for each in standing
        if each.sentence != NOTHING_FOUND and (each.sentence or each.status != "undocumented")
    ]
    if lacking := [each for each in standing if each.sentence == NOTHING_FOUND]:
        said.append(f"not documented in a record that is said to be complete: {_asked(lacking)}")
    if opened := [each for each in standing if not each.sentence and each.status == "undocumented"]:
        asked = [view] if view.whole and not said else opened
        evidence = _evidence_of(opened, shown)
        said.append(_with_evidence(f"not documented: {_asked(asked)}", evidence))
    return "; ".join(dict.fromkeys(filter(None, said))) or view.paraphrase


def _conflict(view: ClauseView) -> str:
    """What is said of a clause that the record speaks of both ways; else empty."""
    if view.status != "conflicting":
        return ""
    says = "contradicts itself on this" if told_both_ways(view) else "leaves this open"
    return f"the record {says}: {view.paraphrase}"


def _asked(views: Sequence[ClauseView]) -> str:
    return "; ".join(dict.fromkeys(each.paraphrase for each in views))


def _with_evidence(said: str, evidence: str) -> str:
    return f"{said} ({evidence})" if said and evidence else said or evidence


def _deciding(view: ClauseView) -> ClauseView:
    """A clause with only the parts that its status rests on: of one that is not met those that are
    not met, of an exclusion that applies those that apply, of others what stands in the way."""
    decided = view.status == ("met" if view.kind == "exclusion" else "not_met")
    alone = decided or (view.status == "conflicting" and view.gate != "ALL")
    parts = [
        _deciding(part)
        for part in view.parts
        if (part.status == view.status if alone else blocks(part))
    ]
    if not parts:
        return view
    return replace(view, parts=tuple(parts), whole=len(parts) == len(view.parts))


def _evidence_of(views: Sequence[ClauseView], shown: list[str]) -> str:
    """The entries that show it, those first that matter most; the one sentence has room for few
    of a clause, of which ``shown`` have been told."""
    leaves = [leaf for view in views for leaf in view.leaves() if blocks(leaf)]
    found = together([*telling_evidence(leaves)])
    if contested := [each for each in found if is_contested(each)]:
        found = tuple(contested)
    order = OPEN_ORDER if all(view.status == "undocumented" for view in views) else DECIDED_ORDER
    found = tuple(sorted(found, key=lambda each: order.index(each.place)))
    told: list[str] = []
    for each in found:
        if len(shown) < MOST_EVIDENCE and not (told and each.place in (SUPERSEDED, SAME_EVENT)):
            text = _shown(each)
            told += [text] if text not in shown else []
            shown += [text] if text not in shown else []
    return "; ".join(told)


def is_contested(each: EvidenceLine) -> bool:
    """Whether other entries contest what it says."""
    return any(note.startswith("contested") for note in each.notes)


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


def in_the_way(view: ClauseView) -> ClauseView:
    """A criterion with only the relevant parts that stand in the way, and none of a part that is
    met: of a CT or an MRI, one is enough."""
    view = relevant(view)
    parts = [in_the_way(part) for part in view.parts if blocks(part)]
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
    """Whether sources contradict each other on a clause; else one leaves open what it says.

    Of a course that several notes tell of each is for it and against it: they disagree on it.
    """
    return any(
        {"for", "against"} <= {each.mark for each in leaf.evidence}
        or any(map(is_contested, leaf.evidence))
        or [each.place == CONTESTED and _is_course(each) for each in leaf.evidence].count(True) > 1
        for leaf in view.leaves()
    )


def _is_course(each: EvidenceLine) -> bool:
    return each.key.startswith("therapies[")


def _standing_in_the_way(
    view: ClauseView,
    words: Callable[[ClauseView], str],
    as_one: Callable[[ClauseView], bool] = lambda view: view.told_as_one,
) -> Iterator[ClauseView]:
    """What has to be told apart."""
    if _is_told_by_parts(view, words, as_one):
        for part in view.parts:
            if blocks(part):
                yield from _standing_in_the_way(part, words, as_one)
    else:
        yield view


def _is_told_by_parts(
    view: ClauseView, words: Callable[[ClauseView], str], as_one: Callable[[ClauseView], bool]
) -> bool:
    """Whether a clause is told by its parts: one of an ALL gate of which some part is spoken of,
    and another gate where it has no such words of its own."""
    apart = view.gate == "ALL" and not as_one(view)
    return bool(view.parts) and (apart or not words(view))


def _to_show(view: ClauseView) -> Iterator[ClauseView]:
    """What documents are asked for at a clause, each with what to send."""
    return _standing_in_the_way(in_the_way(view), lambda part: part.send, _is_sent_as_one)


def _is_sent_as_one(view: ClauseView) -> bool:
    """Whether a document is asked for that shows all of a clause."""
    return bool(view.send) and _all_open(view)


def _all_open(view: ClauseView) -> bool:
    """Whether all of a clause is undocumented, so that what it asks for is asked for as a whole."""
    if view.status != "undocumented" or not view.whole:
        return False
    return view.gate != "ALL" or all(map(_all_open, view.parts))


def blocks(leaf: ClauseView) -> bool:
    """Whether the leaf stands in the way: a criterion unless met, an exclusion if not ruled out."""
    if leaf.kind == "exclusion":
        return leaf.status in ("met", "conflicting")
    return leaf.status != "met"


def telling_evidence(leaves: Sequence[ClauseView]) -> Iterator[EvidenceLine]:
    """The entries that stand in the way of each: those that speak against it, else those that do
    not count for it; where the record contradicts itself, all."""
    for leaf in leaves:
        # That the record is complete is why it is not only undocumented, and no evidence.
        evidence = [each for each in leaf.evidence if not each.states_completeness]
        against = "for" if leaf.kind == "exclusion" else "against"
        if leaf.status == "conflicting":
            yield from evidence
        elif any(each.mark == against for each in evidence):
            yield from (each for each in evidence if each.mark == against)
        else:
            yield from (each for each in evidence if each.mark == "uncounted")


def _shown(each: EvidenceLine) -> str:
    """An entry by its id where it has one, why it does not count, and where it was read."""
    text = each.text
    if each.name and each.notes and not each.stated:
        text = ", ".join(filter(None, (each.name, each.day)))
    if is_contested(each):
        text = f"{each.name} {each.text}".lstrip()
    told = list(each.notes[:MOST_NOTES])
    if len(each.notes) > MOST_NOTES:
        told.append(f"and {_number(len(each.notes) - MOST_NOTES)} more")
    notes = f": {', '.join(told)}" if told else ""
    source = re.sub(r'\s*"[^"]*"', "", each.source)
    return f"{text}{notes}" + (f" [{source}]" if source else "")


SETTLES = "a record that settles what is documented both ways"
SETTLES_OPEN = "a record that settles what the one at hand leaves open, such as the side"


def to_send(views: Sequence[ClauseView], *, completed: bool = True) -> Iterator[tuple[str, str]]:
    """What documents would show what is undocumented or contested, with the clause it is for;
    ``completed`` also names the entries that a note would complete."""
    for view in views:
        yield from _sent_for(in_the_way(view), view, completed)


def _sent_for(view: ClauseView, ground: ClauseView, completed: bool) -> Iterator[tuple[str, str]]:
    """The same for a part of a clause; of parts that are alternatives, one or the other."""
    label = ground.label if ground.published else view.label
    if _is_told_by_parts(view, lambda part: part.send, _is_sent_as_one):
        parts = [list(_sent_for(part, ground, completed)) for part in view.parts if blocks(part)]
        ways = list(dict.fromkeys(" and ".join(send for _, send in each) for each in parts if each))
        if view.gate == "ANY" and len(ways) > 1:
            yield label, ", or ".join(ways)
        else:
            yield from (each for part in parts for each in part)
    elif view.send or (view.status == "conflicting" and not view.parts):
        settles = SETTLES if told_both_ways(view) else SETTLES_OPEN
        yield label, (view.send or settles) + (_to_complete(view) if completed else "")
    elif view.status == "conflicting":
        yield label, SETTLES


def _to_complete(view: ClauseView) -> str:
    """The entries of which a note would be enough on what they do not say; a course is not enough
    of itself, for its days are counted."""
    found = {
        each.name or each.text: None
        for leaf in view.leaves()
        if leaf.status == "undocumented"
        for each in leaf.evidence
        if each.left_out and not _is_course(each)
    }
    if not found:
        return ""
    leave = "they leave" if len(found) > 1 else "it leaves"
    return f"; for {all_of(found)} a note on what {leave} out will do"


def rests_on_completeness(views: Sequence[ClauseView]) -> tuple[str, ...]:
    """The statements that the record is complete, where all that stands in the way does so only
    because of them; else none."""
    if not all(_is_open_otherwise(view) or _applies_by_it(view) for view in views):
        return ()
    found = (
        each.text
        for view in views
        for leaf in in_the_way(view).leaves()
        if blocks(leaf)
        for each in leaf.evidence
        if each.states_completeness
    )
    return tuple(dict.fromkeys(found))


def _applies_by_it(view: ClauseView) -> bool:
    """Whether an exclusion applies because the record is complete: on what would speak against
    it, such as an indication."""
    applying = [leaf for leaf in view.leaves() if leaf.status == "met"]
    return view.kind == "exclusion" and all(
        any(each.states_completeness for each in leaf.evidence) for leaf in applying
    )


def _is_open_otherwise(view: ClauseView) -> bool:
    """Whether documents would settle all that stands in the way, were the record not complete."""
    standing = list(_to_show(view))
    return any(each.send for each in standing) and all(
        each.send or each.status == "undocumented" for each in standing
    )


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


def criteria_in_words(line: LineDecision) -> str:
    """How many criteria of the path are met, and which are open beside the grounds."""
    if line.path is None:
        return ""
    policy, root = line.program.policy, line.path.root
    heads = policy.clauses[root].parts
    told = {below for label in grounds(line) for below in policy.labels_below(label)}
    met = sum(line.statuses[label] == Status.MET for label in heads)
    said = f"{met} of {len(heads)} criteria of {root} met"
    still_open = [
        label_in_words(policy, label)
        for label in heads
        if line.statuses[label] == Status.UNDOCUMENTED
        and not told & {label, *policy.labels_below(label)}
    ]
    if still_open:
        said += f"; {all_of(still_open)} {'is' if len(still_open) == 1 else 'are'} not documented"
    return said


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
