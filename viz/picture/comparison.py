"""Two policies side by side as a picture: what is new, gone or changed is marked in both.

Each procedure that one of them has is drawn twice, as the first policy has it and as the second has
it; where a policy has it not, what that policy governs is drawn. With who moves, each clause says
how many of these lines it decides; a case is laid over both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from clausewise.facts.text import in_words, printable
from clausewise.logic.decision.decide import Decision, LineDecision, status_word
from clausewise.logic.decision.evidence import on_side
from clausewise.logic.language.choices import choose
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.program.program import program_of
from clausewise.logic.what_if.policies import Moves, PolicyComparison, governing_sentence
from clausewise.viz.picture.boxes import Box, Boxes
from clausewise.viz.picture.drawing import dot_of
from clausewise.viz.picture.layout import COLUMN, GUTTER, Layout, PathBoxes, place_path
from clausewise.viz.picture.overlay import Overlay, Shown, standing, with_values
from clausewise.viz.picture.picture import Picture, outlined, path_boxes

APART = 3 * GUTTER
"""Points between what one policy has and what the other has, and between procedures."""
Side = tuple[Policy, Overlay, Path | None]
"""What stands on one side: a policy, what is laid over it, and its path, if it has one."""


def comparison_picture(found: PolicyComparison, moves: Moves | None = None) -> Picture:
    """Both policies, the first on the left, one procedure below the other.

    With ``moves`` each clause says how many of the lines that move it decides, and to what they
    move.
    """
    one, other = found.first, found.second
    procedures = dict.fromkeys(path.procedure for path in (*one.paths, *other.paths))
    title = f"{one.version} (left) and {other.version} (right)"
    subtitle, first, second = _subtitle(found), _of_first(found), _of_second(found)
    if moves is not None:
        subtitle = "; ".join((subtitle, *_who_moves(moves)))
        first = _with_moves(first, moves, "decisive_before")
        second = _with_moves(second, moves, "decisive_after")
    left = Overlay(choose(one), title, clauses=first)
    right = Overlay(choose(other), title, clauses=second)
    rows = [
        ((one, left, one.path_of(each)), (other, right, other.path_of(each))) for each in procedures
    ]
    return _drawn(rows, Overlay(left.choices, title, subtitle))


def case_comparison_picture(found: PolicyComparison, before: Decision, after: Decision) -> Picture:
    """How the lines of a case stand under both policies, the first on the left.

    ``before`` and ``after`` are its decisions under each. On the right it is marked what both
    policies ask for and what stands otherwise under the second.
    """
    title = (
        f"Case {printable(after.case.case, 40)}: {found.first.version} (left) and "
        f"{found.second.version} (right)"
    )
    rows = []
    for old, new in zip(before.lines, after.lines, strict=True):
        left = with_values(standing(before, old), before, old)
        right = with_values(standing(after, new), after, new)
        marked = {**right.clauses, **dict(_otherwise(found, old, new, right))}
        right = replace(right, clauses=marked)
        if old.determination != new.determination:
            word = " → ".join(in_words(each.determination) for each in (old, new))
            right = replace(right, outcome=Shown("changed", word, lit=True))
        rows.append(((found.first, left, old.path), (found.second, right, new.path)))
    moving = "; ".join(
        f"{on_side(new.side)}{in_words(old.determination)}, under the second policy "
        f"{in_words(new.determination)}"
        for old, new in zip(before.lines, after.lines, strict=True)
    )
    said = f"{moving}. No answer to a request: {governing_sentence(found.first, found.second)}"
    return _drawn(rows, Overlay(after.choices, title, said))


def _drawn(rows: Sequence[tuple[Side, Side]], shown: Overlay) -> Picture:
    """Rows of two sides, below a title and above a legend."""
    layout, outline, y = Layout(), [], 0.0
    boxes = [[_boxes(*side) for side in row] for row in rows]
    beside = max(left.width for left, _ in boxes) + APART
    for row, placed in zip(rows, boxes, strict=True):
        low = y
        for (policy, _, _), found, x in zip(row, placed, (0.0, beside), strict=True):
            outline.append(policy.version)
            if isinstance(found, PathBoxes):
                _, bottom = place_path(layout, found, x, y)
                parts: tuple[Box, ...] = (found.question, *found.below)
            else:
                bottom, parts = layout.outline(found, x, y), (found,)
            outline += [line for box in parts for line in outlined(box, 1)]
            low = max(low, bottom)
        y = low + APART
    described = f"{shown.title}. {shown.subtitle}"
    return Picture(dot_of(layout, shown), shown.title, described, tuple(outline))


def _boxes(policy: Policy, overlay: Overlay, path: Path | None) -> PathBoxes | Box:
    """The boxes of a path, or where there is none the box of what the policy governs."""
    boxes = Boxes(program_of(policy), overlay)
    if path is None:
        return boxes.clause(policy.scope, COLUMN)
    return path_boxes(boxes, path, first=False, alone=False)


def _subtitle(found: PolicyComparison) -> str:
    return (
        f"clauses: {len(found.gone)} gone, {len(found.new)} new, {len(found.changed)} changed, "
        f"{len(found.same)} the same"
    )


def _who_moves(moves: Moves) -> Iterator[str]:
    """How many lines move, and from what to what."""
    yield f"{moves.moving} of {moves.lines} lines move"
    for row in moves.from_to:
        yield f"{_turn(row)}: {row['lines']}"


def _turn(row: Mapping[str, object]) -> str:
    return f"{in_words(str(row['from']))} → {in_words(str(row['to']))}"


def _with_moves(shown: Mapping[str, Shown], moves: Moves, which: str) -> dict[str, Shown]:
    """Each clause that decides lines that move, with how many of them and where they go."""
    counted: dict[str, Counter[str]] = {}
    for row in moves.because:
        for label in row[which]:
            counted.setdefault(label, Counter())[_turn(row)] += row["lines"]
    found = dict(shown)
    for label, turns in counted.items():
        own = found.get(label, Shown())
        notes = tuple(f"decides {n} that move: {turn}" for turn, n in turns.most_common())
        found[label] = replace(own, notes=(*own.notes, *notes))
    return found


def _otherwise(
    found: PolicyComparison, old: LineDecision, new: LineDecision, right: Overlay
) -> Iterator[tuple[str, Shown]]:
    """The clauses of both policies that stand otherwise under the second."""
    pairs = [(each.first, each.second) for each in found.changed]
    pairs += [(each, each) for each in found.same]
    for first, second in pairs:
        was, now = old.statuses.get(first.label), new.statuses.get(second.label)
        if was and now and was != now:
            word = f"{status_word(first, was)} → {status_word(second, now)}"
            yield second.label, Shown("changed", word, True, notes=right.of(second.label).notes)


def _of_first(found: PolicyComparison) -> dict[str, Shown]:
    """How clauses of the first policy are marked; one that changed names its counterpart."""
    changed = {
        each.first.label: Shown(
            "changed",
            "changed",
            lit=True,
            notes=() if each.first.label == each.second.label else (f"is {each.second.label}",),
        )
        for each in found.changed
    }
    gone = {each.label: Shown("gone", "gone", lit=True) for each in found.gone}
    return {**changed, **gone}


def _of_second(found: PolicyComparison) -> dict[str, Shown]:
    """How clauses of the second policy are marked; one that changed says what of it did, its
    wording aside."""
    changed = {
        each.second.label: Shown(
            "changed",
            "changed",
            lit=True,
            notes=tuple(what for what in each.what if not what.startswith("text:")),
        )
        for each in found.changed
    }
    new = {each.label: Shown("new", "new", lit=True) for each in found.new}
    return {**changed, **new}
