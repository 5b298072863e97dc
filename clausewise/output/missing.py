"""Missing documentation as lines of text and as plain data."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from rich.text import Text

from clausewise.facts.text import printable
from clausewise.logic.decision.decide import Decision
from clausewise.logic.explain.result import closing
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.missing import MOST_SHOWN, Missing, MissingSet, Need
from clausewise.logic.what_if.next_steps import approved_if
from clausewise.output.terminal import OUTCOME_STYLES, closing_lines, words


def missing_lines(decision: Decision, found: Sequence[Missing]) -> Iterator[Text]:
    """For each line what is needed in any case, then the alternatives for the rest."""
    yield Text(printable(decision.case.case, 60), "bold")
    for each in found:
        yield Text.assemble(
            f"{each.side}: ", (words(each.determination), OUTCOME_STYLES[each.determination])
        )
        yield from _line(each)
    yield from closing_lines(decision)


def _line(each: Missing) -> Iterator[Text]:
    if each.determination in ("medically_necessary", "not_governed"):
        yield Text("  Nothing is missing.")
        return
    if each.needs:
        yield Text("  Send, for an approval:")
    elif each.not_searched:
        yield Text("  Nothing that would be enough was found.")
    elif each.further:
        yield Text(f"  Nothing is missing. {printable(approved_if(each.further), 1000)}")
    else:
        yield Text("  No further records can change this; see flip.")
    for need in each.needs:
        yield from _need(need)
    for sentence in each.not_searched:
        yield Text(f"  Not searched: {printable(sentence)}.", "dim")


def _need(need: Need) -> Iterator[Text]:
    """What settles a clause: what to send, what of it stands in each alternative, and which
    document shows it."""
    several = len(need.alternatives) > 1
    count = f"one of {len(need.alternatives)}" if several else ""
    said = "; ".join(filter(None, (*need.send, count)))
    yield Text(f"  {' '.join(need.clauses)}" + (f": {printable(said)}" if said else ""))
    always = _in_all(need.alternatives)
    for candidate in always:
        yield _item("    + ", candidate)
    shown = need.alternatives[:MOST_SHOWN] if several else ()
    for number, alternative in enumerate(shown, 1):
        mark = f"    {number}) "
        for candidate in alternative.candidates:
            if candidate not in always:
                yield _item(mark, candidate)
                mark = " " * (len(mark) - 2) + "+ "
        following = shown[number : number + 1]
        documents = _documents(alternative, always)
        if documents and [_documents(each, always) for each in following] != [documents]:
            yield from (Text(f"      shown by {each}", "dim") for each in documents)
    more = len(need.alternatives) - MOST_SHOWN
    if more > 0:
        yield Text(f"    and {more} more (--format json has all of them)", "dim")
    of_all = _documents(MissingSet(tuple(always)), ())
    yield from (Text(f"      shown by {each}", "dim") for each in of_all)


def _in_all(alternatives: Sequence[MissingSet]) -> list[Candidate]:
    first, *others = alternatives
    return [each for each in first.candidates if all(each in other.candidates for other in others)]


def _item(mark: str, candidate: Candidate) -> Text:
    return Text.assemble((mark, "yellow"), printable(candidate.text))


def _documents(alternative: MissingSet, beside: Collection[Candidate]) -> list[str]:
    """The documents that show what stands in an alternative, and by when they have to be dated."""
    found = dict.fromkeys(
        f"{each.document}, of {each.by} or earlier" if each.by else each.document
        for each in alternative.candidates
        if each.document and each not in beside
    )
    return list(found)


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
