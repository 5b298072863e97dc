"""Missing documentation as lines of text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from clausewise.facts.case.model import Case
from clausewise.facts.text import printable
from clausewise.logic.explain.result import DISCLAIMER
from clausewise.logic.what_if.candidates import Candidate
from clausewise.logic.what_if.missing import Missing
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
        yield Text("  nothing is missing")
        return
    if not each.alternatives:
        yield Text("  no documentation alone would make it medically necessary")
        return
    yield Text(f"  undetermined: {' '.join(each.clauses)}")
    always = each.in_any_case
    if always:
        yield Text("  needed in any case")
        for candidate in always:
            yield from _candidate(candidate)
    rests = [
        [candidate for candidate in alternative.candidates if candidate not in always]
        for alternative in each.alternatives
    ]
    if any(rests):
        yield Text(f"  and one of {len(rests)}" if always else f"  one of {len(rests)}")
        for number, rest in enumerate(rests[: len(each.shown)], 1):
            yield Text(f"  {number})")
            for candidate in rest:
                yield from _candidate(candidate)
        more = len(rests) - len(each.shown)
        if more:
            yield Text(f"  and {more} more (--format json has all of them)", "dim")


def _candidate(candidate: Candidate) -> Iterator[Text]:
    yield Text.assemble("    ", ("+ ", "yellow"), printable(candidate.text))
    yield Text(f"      → {printable(candidate.question)}", "dim")


def missing_data(case: Case, found: Sequence[Missing]) -> dict[str, Any]:
    """The alternatives as plain data; ``edits`` are places of the case file with values."""
    return {
        "case": case.case,
        "lines": [
            {
                "side": each.side,
                "determination": each.determination,
                "clauses": list(each.clauses),
                "alternatives": [
                    [
                        {
                            "text": candidate.text,
                            "question": candidate.question,
                            "edits": dict(candidate.edits),
                        }
                        for candidate in alternative.candidates
                    ]
                    for alternative in each.alternatives
                ],
            }
            for each in found
        ],
        "disclaimer": DISCLAIMER,
    }
