"""Missing documentation as lines of text and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from rich.text import Text

from clausewise.facts.text import printable
from clausewise.logic.decision.decide import Decision
from clausewise.logic.decision.evidence import on_side
from clausewise.logic.explain.because import grounds
from clausewise.logic.explain.clauses import Explainer
from clausewise.logic.explain.policy_words import SMALL
from clausewise.logic.explain.result import closing
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.missing import MOST_SHOWN, Missing, MissingSet, Need, documents
from clausewise.logic.what_if.next_steps import next_steps
from clausewise.output.terminal import OUTCOME_STYLES, closing_lines, words

OPEN = ("not_medically_necessary", "insufficient_information")
MOST_LETTERS = 4000
"""Letters of one thing to send that are shown, far more than one has."""


def missing_lines(decision: Decision, found: Sequence[Missing]) -> Iterator[Text]:
    """For each line what is needed in any case, then the alternatives for the rest."""
    yield Text(printable(decision.case.case, 60), "bold")
    for each in found:
        yield Text.assemble(
            on_side(each.side), (words(each.determination), OUTCOME_STYLES[each.determination])
        )
        yield from _line(each)
        if each.determination in OPEN and not each.needs and not each.not_searched:
            yield from _steps(decision, each)
    yield from closing_lines(decision)


def _line(each: Missing) -> Iterator[Text]:
    if each.determination == "medically_necessary":
        yield Text("  Nothing is missing.")
        return
    if each.determination == "not_governed":
        yield Text("  No record can change this: the policy does not govern the request.")
        return
    if each.needs:
        yield Text("  Send, for an approval:")
    elif each.not_searched:
        yield Text("  Nothing that would be enough was found.")
    for need in each.needs:
        yield from _need(need)
    for sentence in each.not_searched:
        yield Text(f"  Not searched: {printable(sentence)}.", "dim")


def _steps(decision: Decision, each: Missing) -> Iterator[Text]:
    """What would change a determination for which nothing is missing."""
    line = decision.by_side[each.side]
    explainer = Explainer(decision, line)
    views = [explainer.view(label) for label in grounds(line)]
    if each.further:
        yield Text("  Nothing is missing: what is documented decides.")
    for step in next_steps(decision, line, views, each.further):
        yield Text(f"  {printable(step, MOST_LETTERS)}")


def _need(need: Need) -> Iterator[Text]:
    """What settles clauses: what to send, what of it stands in each alternative, and which
    document shows it."""
    said = "; ".join(need.send)
    yield Text(
        f"  {' '.join(need.labels)}" + (f": {printable(said, MOST_LETTERS)}" if said else "")
    )
    for candidate in need.in_all:
        yield _item("    + ", candidate)
    beside = "    and " if need.in_all else "    "
    if number_of := need.number_of:
        number, among = number_of
        yield Text(f"{beside}{SMALL[number]} of these:")
        yield from (_item("    – ", candidate) for candidate in among)
        yield from _shown_by((*need.in_all, *among))
        return
    shown = need.ways[:MOST_SHOWN]
    if shown:
        yield Text(f"{beside}one of these:")
    if need.in_all and documents(need.in_all) != documents(chain(*shown)):
        yield from _shown_by(need.in_all)
    for number, way in enumerate(shown, 1):
        mark = f"    {number}) "
        for candidate in way:
            yield _item(mark, candidate)
            mark = " " * (len(mark) - 2) + "+ "
        following = shown[number : number + 1]
        if [documents(each) for each in following] != [documents(way)]:
            yield from _shown_by(way)
    if (more := len(need.ways) - MOST_SHOWN) > 0:
        yield Text(f"    and {more} more (--format json has all of them)", "dim")


def _item(mark: str, candidate: Candidate) -> Text:
    return Text.assemble((mark, "yellow"), printable(candidate.text, MOST_LETTERS))


def _shown_by(candidates: Iterable[Candidate]) -> Iterator[Text]:
    return (Text(f"      shown by {each}", "dim") for each in documents(candidates))


def missing_data(decision: Decision, found: Sequence[Missing]) -> dict[str, Any]:
    """What is missing as plain data; ``edits`` are places of the case file with values.

    One alternative of each of ``needs`` together is enough; ``alternatives`` are these
    combinations, written out.
    """
    return {
        "case": decision.case.case,
        "lines": [
            {
                "side": each.side,
                "determination": each.determination,
                "clauses": list(each.clauses),
                "needs": [
                    {
                        "clauses": list(need.clauses),
                        "send": list(need.send),
                        "one_of": [_set_data(one) for one in need.alternatives],
                    }
                    for need in each.needs
                ],
                "not_searched": list(each.not_searched),
                "further": list(each.further),
                "alternatives": [_set_data(one) for one in each.alternatives],
            }
            for each in found
        ],
        **closing(decision),
    }


def _set_data(alternative: MissingSet) -> list[dict[str, Any]]:
    return [
        {
            "text": candidate.text,
            "question": candidate.question,
            "document": candidate.document,
            "dated_by": candidate.by or None,
            "edits": dict(candidate.edits),
        }
        for candidate in alternative.candidates
    ]
