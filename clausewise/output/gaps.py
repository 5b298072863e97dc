"""Why not: clauses in the way with their gaps, as lines of text and as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from clausewise.facts.text import printable
from clausewise.logic.decision.decide import Decision
from clausewise.logic.decision.evidence import describe, id_of, label_of_entry
from clausewise.logic.explain.gaps import CODES, Blocking, Gap
from clausewise.logic.explain.result import closing
from clausewise.logic.explain.sentences import Sentences
from clausewise.output.terminal import MARKS, OUTCOME_STYLES, STYLES, closing_lines, words

MOST_GAPS = 12
"""Gaps of entries of a clause that are shown to a person."""
Found = Mapping[str, Sequence[Blocking]]


def _counts(blocking: Sequence[Blocking]) -> dict[str, int]:
    """How many gaps there are of each code, in the order of the list of codes."""
    counted = Counter(gap.code for each in blocking for gap in each.gaps)
    return {code: counted[code] for code in CODES if counted[code]}


def why_not_lines(decision: Decision, found: Found) -> Iterator[Text]:
    """For each line the decisive clauses, below them the leaves in the way and their gaps."""
    yield Text(printable(decision.case.case, 60), "bold")
    for line in decision.lines:
        outcome = (words(line.determination), OUTCOME_STYLES[line.determination])
        yield Text.assemble(f"{line.side}: ", outcome)
        ground, sentences = "", Sentences(decision.policy, decision.choices, line)
        for each in found[line.side]:
            if each.ground != ground:
                ground = each.ground
                yield Text(f"  {ground}  {sentences.asks(ground)}", "bold")
            style = STYLES[each.status]
            yield Text.assemble("    ", (f"{MARKS[each.status]} {each.name}", style))
            of_entries = [gap for gap in each.gaps if gap.entry is not None]
            for gap in of_entries[:MOST_GAPS]:
                yield _gap(decision, gap)
            if (more := len(of_entries) - MOST_GAPS) > 0:
                yield Text(f"      and {more} more (--format json has all of them)", "dim")
            yield from (_gap(decision, gap) for gap in each.gaps if gap.entry is None)
        counts = _counts(found[line.side])
        if counts:
            yield Text(
                "  gaps: " + ", ".join(f"{count} {words(code)}" for code, count in counts.items())
            )
    yield from closing_lines(decision)


def _gap(decision: Decision, gap: Gap) -> Text:
    said = Text(f"      {words(gap.code)}: {printable(_with_entry(decision, gap))}")
    return said.append(f"  [{gap.rule}]", "dim") if gap.rule else said


def _with_entry(decision: Decision, gap: Gap) -> str:
    """The gap with the entry it concerns, which some texts name by themselves."""
    if gap.entry is None:
        return gap.text
    if gap.text == label_of_entry(decision.case, gap.entry):
        return gap.text
    entry = decision.entries[gap.entry]
    # What the reason says of the entry's own number is not said twice.
    what = describe(entry).replace(f", {gap.text.partition(';')[0]}", "")
    return f"{id_of(entry)} {what}: {gap.text}".lstrip()


def why_not_data(decision: Decision, found: Found) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "case": decision.case.case,
        "lines": [
            {
                "side": line.side,
                "determination": line.determination,
                "grounds": list(line.decisive),
                "blocking": [
                    {
                        "ground": each.ground,
                        "clause": each.label,
                        "name": each.name,
                        "status": each.status,
                        "gaps": [
                            {
                                "code": gap.code,
                                "entry": gap.entry,
                                "text": gap.text,
                                "rule": gap.rule,
                            }
                            for gap in each.gaps
                        ],
                    }
                    for each in found[line.side]
                ],
                "counts": _counts(found[line.side]),
            }
            for line in decision.lines
        ],
        **closing(decision),
    }
