"""What would change a determination, in sentences: what to send, or what would have been enough.

Enters: a line with the views of its grounds. Leaves: sentences; the terminal, reports and letters
all say these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clausewise.facts.text import told_as_one
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.explain.because import (
    clauses_in_the_way,
    grounds,
    in_the_way,
    rests_on_completeness,
    to_send,
)
from clausewise.logic.explain.clauses import ClauseView, Explainer
from clausewise.logic.readings.completions import certainty
from clausewise.logic.what_if.further import MOST_TOLD, further_records, kept_out

NO_FURTHER = "No further records can change this"
NO_SINGLE = "No single further record can change this"
MOST_BESIDES = 4
"""Documents beside what denies that a sentence names."""


def next_steps(
    decision: Decision,
    line: LineDecision,
    views: Sequence[ClauseView],
    further: Sequence[str] | None = None,
) -> Iterator[str]:
    """What would change the determination; nothing for an approval, and where nothing governs.

    A denial that rests on a complete record is changed by no further record of what is complete:
    what would have been enough is named for the case that the record is not complete after all.
    ``further`` are the single records that would approve a denial, where they are known already.
    """
    if line.determination in ("medically_necessary", "not_governed"):
        return
    wanted = _wanted(views)
    if line.determination == "insufficient_information":
        if not wanted or "medically_necessary" not in certainty(decision, line).possible:
            yield f"{NO_FURTHER}."
        else:
            yield from (f"Send {each}." for each in wanted)
    elif complete := rests_on_completeness(views):
        yield f"{NO_FURTHER}: {told_as_one(complete)}."
        decided = grounds(line)
        others = [each for each in clauses_in_the_way(line) if each not in decided]
        wanted += _wanted_beside(decision, line, others)
        yield f"If it is not complete after all: {'; '.join(wanted)}."
    elif enough := further_records(decision, line) if further is None else further:
        yield approved_if(enough)
    else:
        alone = NO_FURTHER if _rests_on_one_leaf(line, views) else NO_SINGLE
        complete, enough = kept_out(decision, line)
        yield f"{alone}: {told_as_one(complete)}." if enough else f"{alone}."
        besides = _wanted_beside(decision, line, clauses_in_the_way(line))
        if enough:
            yield f"If it is not complete after all: {_lower(approved_if(enough))}"
        elif besides and not any(map(_rests_on_the_request, views)):
            yield _needed_besides(besides)


def _wanted(views: Sequence[ClauseView]) -> list[str]:
    """What to send for these clauses, each with its clause."""
    return [f"{send} ({label})" for label, send in dict.fromkeys(to_send(views))]


def _wanted_beside(decision: Decision, line: LineDecision, labels: Iterable[str]) -> list[str]:
    """What to send for clauses that are open beside those that deny."""
    explainer = Explainer(decision, line, in_any_case=True)
    return _wanted([explainer.view(each) for each in labels])


def _rests_on_the_request(view: ClauseView) -> bool:
    """Whether an exclusion applies by what is asked for alone, which no record changes."""
    applying = (leaf for leaf in view.leaves() if leaf.status == "met")
    return view.kind == "exclusion" and all(
        each.stated for leaf in applying for each in leaf.evidence
    )


def _needed_besides(besides: Sequence[str]) -> str:
    """What an approval would need beside what denies; of much, how much it is."""
    if len(besides) > MOST_BESIDES:
        return (
            f"An approval would need {len(besides)} more documents besides; why-not tells what is "
            "open."
        )
    return f"An approval would need besides: {'; '.join(besides)}."


def _rests_on_one_leaf(line: LineDecision, views: Sequence[ClauseView]) -> bool:
    """Whether one question alone stands in the way: then more records than one do no more."""
    leaves = [leaf for view in views for leaf in in_the_way(view).leaves()]
    return len(clauses_in_the_way(line)) == 1 and len(leaves) == 1


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def approved_if(enough: Sequence[str]) -> str:
    """The sentence on single further records that would have been enough."""
    one_of = " one of these" if len(enough) > 1 else ""
    if len(enough) >= MOST_TOLD:
        one_of = f" for example{one_of}"
    return f"Approved if the record held{one_of}: {'; '.join(enough)}."
