"""What would change a determination, as lines of text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.text import Text

from clausewise.facts.case.model import Case
from clausewise.facts.text import printable
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import on_side
from clausewise.logic.explain.result import closing
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.edits import FROM_RECORD, NOT_CHANGEABLE, WITHDRAWN, WITHOUT, Change
from clausewise.logic.what_if.factored import alike_together
from clausewise.logic.what_if.flip import FlipSet, FlipSets, entry_sources
from clausewise.logic.what_if.further import lists_of
from clausewise.output.terminal import OUTCOME_STYLES, closing_lines, words

MOST_SHOWN = 20
LARGEST_SIZE = 4
"""The largest sets that the command looks for."""
WITHDRAWN_ALL = "if they were withdrawn"
KIND_STYLES = {NOT_CHANGEABLE: "dim"}


def flip_lines(
    decision: Decision,
    found: Mapping[str, FlipSets],
    necessary: Mapping[str, Sequence[FlipSet]],
) -> Iterator[Text]:
    """For each line the entries it depends on, then the smallest sets of changes."""
    case = decision.case
    yield Text(printable(case.case, 60), "bold")
    for line in decision.lines:
        outcome = (words(line.determination), OUTCOME_STYLES[line.determination])
        yield Text.assemble(on_side(line.side), outcome)
        yield from _necessary(case, necessary[line.side])
        yield from _searched(line, found[line.side])
        # What an approval depends on has been told.
        further = [each for each in found[line.side] if each not in necessary[line.side]]
        useful = [each for each in further if not _is_idle(each, further)]
        sets = sorted(_alike_together(useful), key=_cannot_be_had)
        more = len(sets) - MOST_SHOWN
        for number, (common, others) in enumerate(_factored(sets[:MOST_SHOWN]), 1):
            to = others[0].determination
            yield Text.assemble(f"  {number}) → ", (words(to), OUTCOME_STYLES[to]))
            if common:
                yield from _set(case, FlipSet(common, to), "    ")
                yield Text("    and one of these:")
            for each in others:
                yield from _set(case, each, "    – " if common else "    ")
        if more > 0:
            yield Text(f"  and {more} more (--format json has all of them)", "dim")
        if idle := len(further) - len(useful):
            what = "One set is" if idle == 1 else f"{idle} sets are"
            yield Text(
                f"  {what} left out that would also take what is not changeable "
                "(--format json has all).",
                "dim",
            )
    yield from closing_lines(decision)


def _cannot_be_had(found: FlipSet) -> bool:
    """Whether some of its changes can never be."""
    return any(each.kind == NOT_CHANGEABLE for each in found.changes)


def _is_idle(found: FlipSet, others: Sequence[FlipSet]) -> bool:
    """Whether a set asks for something beside what is not changeable, while another set leads
    there without: nobody could use it."""
    return (
        len(found.changes) > 1
        and _cannot_be_had(found)
        and any(
            each.determination == found.determination and not _cannot_be_had(each)
            for each in others
        )
    )


def _alike_together(sets: Sequence[FlipSet]) -> list[FlipSet]:
    """The sets in order, those that differ only in what would do as well as one."""
    found: dict[tuple[object, ...], list[FlipSet]] = {}
    for each in sets:
        kinds = (each.determination, *(change.kind for change in each.changes))
        found.setdefault(kinds, []).append(each)
    told = []
    for several in found.values():
        first_of = {_candidates(each): each for each in reversed(several)}
        for way in alike_together(map(_candidates, several)):
            changes = zip(first_of[way].changes, way, strict=True)
            joined = tuple(replace(change, candidate=candidate) for change, candidate in changes)
            told.append(FlipSet(joined, first_of[way].determination))
    return told


def _candidates(found: FlipSet) -> tuple[Candidate, ...]:
    return tuple(each.candidate for each in found.changes)


def _factored(
    sets: Sequence[FlipSet],
) -> Iterator[tuple[tuple[Change, ...], tuple[FlipSet, ...]]]:
    """The sets in order, those that share changes as one: what they share, and what is left of
    each; a set that shares nothing stands alone."""
    left = list(sets)
    while left:
        first, *others = left
        alike = [each for each in others if each.determination == first.determination]
        shared = [
            [each for each in alike if change in each.changes and len(each.changes) > 1]
            for change in (first.changes if len(first.changes) > 1 else ())
        ]
        several = [first, *max(shared, key=len, default=[])]
        left = [each for each in left if each not in several]
        common = tuple(
            change
            for change in (first.changes if len(several) > 1 else ())
            if all(change in each.changes for each in several)
        )
        yield (
            common,
            tuple(
                FlipSet(tuple(c for c in each.changes if c not in common), each.determination)
                for each in several
            ),
        )


def _set(case: Case, found: FlipSet, lead: str) -> Iterator[Text]:
    """The changes of a set below each other and the documents they stand in, behind ``lead``."""
    indent = " " * len(lead)
    changes = sorted(found.changes, key=lambda each: each.kind == NOT_CHANGEABLE)
    for number, said in enumerate(_changes(case, changes)):
        yield Text(indent if number else lead).append_text(said)
    for source in entry_sources(case, found):
        yield Text(f"{indent}  [{printable(source)}]", "dim")


def _changes(case: Case, changes: Sequence[Change]) -> Iterator[Text]:
    """The changes of a set, entries that are left out together in one line."""
    left_out = [each for each in changes if each.kind == WITHDRAWN]
    if len(left_out) > 1:
        *first, last = (printable(each.text.removeprefix(WITHOUT)) for each in left_out)
        yield Text(f"without the entries {'; '.join(first)} and {last}  ({WITHDRAWN_ALL})")
    for change in changes:
        if change not in left_out or len(left_out) == 1:
            said = f"{printable(change.text)}  ({_kind(case, change)})"
            yield Text(said, KIND_STYLES.get(change.kind, ""))


def _kind(case: Case, change: Change) -> str:
    """The kind of a change; what a record that is said to be complete does not hold can be had from
    it only where that is not so."""
    name = next(iter(change.candidate.edits)).partition("+")[0]
    held = {each for domain in case.record_complete for each in lists_of(domain)}
    if change.kind == FROM_RECORD and name in held:
        return f"{change.kind}, if it is not complete after all"
    return change.kind


def _searched(line: LineDecision, found: FlipSets) -> Iterator[Text]:
    """Which size was looked for where nothing was found, what to try next, what was left out."""
    changes = "change" if found.size == 1 else "changes"
    if not found and line.determination == "not_governed":
        yield Text("  No change of the record leads there: the policy does not govern the request.")
    elif not found and line.determination == found.to:
        yield Text("  It is so already.")
    elif not found:
        yield Text(f"  No set of at most {found.size} {changes} leads there.")
        larger = f"--size {found.size + 1} looks for larger sets"
        steps = [larger] if found.size < LARGEST_SIZE else []
        if line.determination == "insufficient_information":
            steps.append("missing tells which documents are enough")
        if steps:
            yield Text(f"  To try next: {', and '.join(steps)}.", "dim")
    for sentence in found.not_searched:
        yield Text(f"  Not searched: {printable(sentence)}.", "dim")


def necessary_lines(
    decision: Decision, necessary: Mapping[str, Sequence[FlipSet]]
) -> Iterator[Text]:
    """For each line the entries that its approval depends on."""
    yield Text(printable(decision.case.case, 60), "bold")
    for line in decision.lines:
        outcome = (words(line.determination), OUTCOME_STYLES[line.determination])
        yield Text.assemble(on_side(line.side), outcome)
        yield from _necessary(decision.case, necessary[line.side])
        if not necessary[line.side]:
            yield Text("  depends on no single entry")


def _necessary(case: Case, found: Sequence[FlipSet]) -> Iterator[Text]:
    """The entries that an approval depends on, together those that lead to the same."""
    for outcome in dict.fromkeys(each.determination for each in found):
        yield Text(f"  It depends on each of these; without one it is {words(outcome)}:")
        for each in found:
            if each.determination == outcome:
                said = Text(f"    {printable(each.changes[0].text.removeprefix(WITHOUT))}")
                for source in entry_sources(case, each):
                    said.append(f"  [{printable(source)}]", "dim")
                yield said


def flip_data(
    decision: Decision,
    found: Mapping[str, FlipSets],
    necessary: Mapping[str, Sequence[FlipSet]],
) -> dict[str, Any]:
    """The sets of changes as plain data."""
    return {
        "case": decision.case.case,
        "lines": [
            {
                **_dependence(decision.case, line, necessary[line.side]),
                "size_searched": found[line.side].size,
                "not_searched": list(found[line.side].not_searched),
                "sets": [
                    {
                        "determination": each.determination,
                        "changes": [
                            {
                                "text": change.text,
                                "kind": change.kind,
                                "entry": change.entry,
                                "edits": dict(change.candidate.edits),
                            }
                            for change in each.changes
                        ],
                    }
                    for each in found[line.side]
                ],
            }
            for line in decision.lines
        ],
        **closing(decision),
    }


def necessary_data(
    decision: Decision, necessary: Mapping[str, Sequence[FlipSet]]
) -> dict[str, Any]:
    """The entries that an approval depends on as plain data."""
    return {
        "case": decision.case.case,
        "lines": [
            _dependence(decision.case, line, necessary[line.side]) for line in decision.lines
        ],
        **closing(decision),
    }


def _dependence(case: Case, line: LineDecision, found: Sequence[FlipSet]) -> dict[str, Any]:
    """A line with the entries that its approval depends on."""
    return {
        "side": line.side,
        "determination": line.determination,
        "depends_on": [
            {
                "entry": each.changes[0].entry,
                "text": each.changes[0].text,
                "determination": each.determination,
                "sources": list(entry_sources(case, each)),
            }
            for each in found
        ],
    }
