"""Missing documentation as lines of text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from clausewise.facts.case.model import Case
from clausewise.facts.text import printable
from clausewise.logic.explain.result import DISCLAIMER
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.missing import MOST_SHOWN, Missing, MissingSet, Need
from clausewise.output.terminal import OUTCOME_STYLES, words


def missing_lines(case: Case, found: Sequence[Missing]) -> Iterator[Text]:
    """For each line what is needed in any case, then the alternatives for the rest."""
    yield Text(printable(case.case, 60), "bold")
    for each in found:
        yield Text.assemble(
            f"{each.side}: ", (words(each.determination), OUTCOME_STYLES[each.determination])
        )
        yield from _line(each)
    yield Text()
    yield Text(DISCLAIMER, "dim")


def _line(each: Missing) -> Iterator[Text]:
    if each.determination in ("medically_necessary", "not_governed"):
        yield Text("  Nothing is missing.")
        return
    if each.needs:
        yield Text("  Send, for an approval:")
    elif each.not_searched:
        yield Text("  Nothing that would be enough was found.")
    else:
        yield Text("  No further records can change this; see flip.")
    for need in each.needs:
        yield from _need(need)
    for sentence in each.not_searched:
        yield Text(f"  Not searched: {printable(sentence)}.", "dim")


def _need(need: Need) -> Iterator[Text]:
    """What settles a clause: what stands in each alternative, then the alternatives."""
    several = len(need.alternatives) > 1
    count = f": one of {len(need.alternatives)}" if several else ""
    yield Text(f"  {' '.join(need.clauses)}{count}")
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
    more = len(need.alternatives) - MOST_SHOWN
    if more > 0:
        yield Text(f"    and {more} more (--format json has all of them)", "dim")
    yield from _documents(need)


def _in_all(alternatives: Sequence[MissingSet]) -> list[Candidate]:
    first, *others = alternatives
    return [each for each in first.candidates if all(each in other.candidates for other in others)]


def _item(mark: str, candidate: Candidate) -> Text:
    return Text.assemble((mark, "yellow"), printable(candidate.text))


def _documents(need: Need) -> Iterator[Text]:
    """The documents that show what is needed, and by when they have to be dated."""
    candidates = [each for one in need.alternatives for each in one.candidates]
    documents = dict.fromkeys((each.document, each.by) for each in candidates if each.document)
    for document, by in documents:
        dated = f", of {by} or earlier" if by else ""
        yield Text(f"      shown by {document}{dated}", "dim")


def missing_data(case: Case, found: Sequence[Missing]) -> dict[str, Any]:
    """What is missing as plain data; ``edits`` are places of the case file with values.

    One alternative of each of ``needs`` together is enough; ``alternatives`` are these
    combinations, written out.
    """
    return {
        "case": case.case,
        "lines": [
            {
                "side": each.side,
                "determination": each.determination,
                "clauses": list(each.clauses),
                "needs": [
                    {
                        "clauses": list(need.clauses),
                        "one_of": [_set_data(one) for one in need.alternatives],
                    }
                    for need in each.needs
                ],
                "not_searched": list(each.not_searched),
                "alternatives": [_set_data(one) for one in each.alternatives],
            }
            for each in found
        ],
        "disclaimer": DISCLAIMER,
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
