"""Why not: clauses in the way with their gaps, as lines of text and as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.text import Text

from clausewise.facts.text import printable
from clausewise.logic.decision.decide import Decision
from clausewise.logic.decision.evidence import describe, id_of, label_of_entry, on_side
from clausewise.logic.explain.because import grounds
from clausewise.logic.explain.gaps import CODES, NOT_FOUND, Blocking, Gap
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
    """For each line the clauses that decide, below them what is in the way, with code and rule."""
    yield Text(printable(decision.case.case, 60), "bold")
    for line in decision.lines:
        outcome = (words(line.determination), OUTCOME_STYLES[line.determination])
        yield Text.assemble(on_side(line.side), outcome)
        sentences = Sentences(decision.policy, decision.choices, line)
        if not found[line.side]:
            yield Text("  Nothing is in the way of an approval.")
        decided, told_decided = grounds(line), False
        for ground, each_leaf in groupby(found[line.side], lambda each: each.ground):
            leaves = list(each_leaf)
            if told_decided and ground not in decided:
                yield Text("  Also to be settled for an approval:")
            told_decided = ground in decided
            label = f"{ground}  " if decision.policy.clauses[ground].published else ""
            yield Text(f"  {label}{sentences.asks(ground)}", "bold")
            if len(leaves) > 1 and all(map(_is_silent, leaves)):
                said = Text.assemble("    ", (f"{MARKS['undocumented']} ", STYLES["undocumented"]))
                said.append("nothing of this is documented")
                yield said.append(f"  [{len(leaves)} {words(NOT_FOUND)}]", "dim")
                continue
            for each in leaves:
                yield from _blocking(decision, each, sentences.asks(each.label))
        counts = _counts(found[line.side])
        if counts:
            yield Text(
                "  gaps: " + ", ".join(f"{count} {words(code)}" for code, count in counts.items())
            )
    yield from closing_lines(decision)


def _is_silent(leaf: Blocking) -> bool:
    """Whether the record has nothing on a leaf."""
    return leaf.status == "undocumented" and all(
        gap.code == NOT_FOUND and gap.entry is None for gap in leaf.gaps
    )


def _blocking(decision: Decision, each: Blocking, asks: str) -> Iterator[Text]:
    """What is in the way at a leaf: in one line, or below what the leaf asks for."""
    mark, style = MARKS[each.status], STYLES[each.status]
    if decision.policy.clauses[each.label].kind == "exclusion" and each.status == "met":
        mark, style = MARKS["not_met"], STYLES["not_met"]
    of_entries = [gap for gap in each.gaps if gap.entry is not None]
    others = [gap for gap in each.gaps if gap.entry is None]
    shown = [*of_entries[:MOST_GAPS], *others]
    more = len(of_entries) - MOST_GAPS
    indent = "    "
    if each.label != each.ground:
        if len(each.gaps) == 1:
            said = _said(decision, shown[0], asks)
            lead = f"{mark} " if said.startswith(asks) else f"{mark} {asks}: "
            yield _gap(Text.assemble(indent, (lead, style), said), shown[0])
            return
        yield Text.assemble(indent, (f"{mark} {asks}", style))
        indent += "  "
    for gap in shown:
        said = _said(decision, gap, asks)
        yield _gap(Text.assemble(indent, (f"{mark} ", style), said), gap)
    if more > 0:
        yield Text(f"{indent}and {more} more (--format json has all of them)", "dim")


def _gap(said: Text, gap: Gap) -> Text:
    """What is said of a gap, with its code and the rule that came closest."""
    rule = f", rule {gap.rule}" if gap.rule else ""
    return said.append(f"  [{words(gap.code)}{rule}]", "dim")


def _said(decision: Decision, gap: Gap, asks: str) -> str:
    """What is said of a gap; a leaf that nothing speaks of has what it asks for in it as well."""
    return printable(_with_entry(decision, gap)).removesuffix(f": {asks}")


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
                "grounds": list(grounds(line)),
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
