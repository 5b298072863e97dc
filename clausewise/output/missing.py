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
    clauses = " ".join(need.clauses)
    if len(need.alternatives) == 1:
        yield Text(f"  {clauses}")
        for candidate in need.alternatives[0].candidates:
            yield from _item("    + ", candidate)
        return
    yield Text(f"  {clauses}: one of {len(need.alternatives)}")
    always = _in_all(need.alternatives)
    for candidate in always:
        yield from _item("    + ", candidate)
    for number, alternative in enumerate(need.alternatives[:MOST_SHOWN], 1):
        mark = f"    {number}) "
        for candidate in alternative.candidates:
            if candidate not in always:
                yield from _item(mark, candidate)
                mark = " " * (len(mark) - 2) + "+ "
    more = len(need.alternatives) - MOST_SHOWN
    if more > 0:
        yield Text(f"    and {more} more (--format json has all of them)", "dim")


def _in_all(alternatives: Sequence[MissingSet]) -> list[Candidate]:
    first, *others = alternatives
    return [each for each in first.candidates if all(each in other.candidates for other in others)]


def _item(mark: str, candidate: Candidate) -> Iterator[Text]:
    """What to send, the document that shows it, and by when that has to be dated."""
    yield Text.assemble((mark, "yellow"), printable(candidate.text))
    by = f", of {candidate.by} or earlier" if candidate.by else ""
    yield Text(f"{' ' * len(mark)}shown by {candidate.document}{by}", "dim")


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
