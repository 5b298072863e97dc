"""Two policies side by side as a picture: what is new, gone or changed is marked in both.

Each procedure that both have is drawn twice, as the first policy has it and as the second has it.
"""

from __future__ import annotations

from clausewise.logic.language.choices import choose
from clausewise.logic.language.policy import Policy
from clausewise.logic.program.program import program_of
from clausewise.logic.what_if.policies import PolicyComparison
from clausewise.viz.errors import PictureError
from clausewise.viz.picture.boxes import Boxes
from clausewise.viz.picture.drawing import dot_of
from clausewise.viz.picture.layout import GUTTER, Layout, place_path
from clausewise.viz.picture.overlay import Overlay, Shown
from clausewise.viz.picture.picture import Picture, outlined, path_boxes

APART = 3 * GUTTER
"""Points between what one policy has and what the other has, and between procedures."""
LEGEND = ("gone", "new", "changed")


def comparison_picture(found: PolicyComparison) -> Picture:
    """Both policies, the first on the left, one procedure below the other.

    Raises PictureError when they have no procedure in common.
    """
    one, other = found.first, found.second
    procedures = one.procedures_with(other)
    if not procedures:
        raise PictureError(
            f"{one.number} and {other.number} have no procedure in common, so there is no picture"
        )
    title = f"{one.version} (left) and {other.version} (right)"
    left = Overlay(choose(one), title, clauses=_of_first(found))
    right = Overlay(choose(other), title, clauses=_of_second(found))
    layout, outline, y = Layout(), [], 0.0
    for procedure in procedures:
        x, low = 0.0, y
        for policy, overlay in ((one, left), (other, right)):
            bar, bottom = _place(layout, policy, overlay, procedure, x, y)
            outline += [f"{policy.version}", *bar]
            x, low = layout.width + APART, max(low, bottom)
        y = low + APART
    shown = Overlay(left.choices, title, _subtitle(found), legend=LEGEND)
    described = f"{title}. {_subtitle(found)}"
    return Picture(dot_of(layout, shown), title, described, tuple(outline))


def _place(
    layout: Layout, policy: Policy, overlay: Overlay, procedure: str, x: float, y: float
) -> tuple[list[str], float]:
    """Place the path of a procedure; gives its outline and its lower edge."""
    path = policy.path_of(procedure)
    assert path is not None  # it is a procedure of both
    placed = path_boxes(Boxes(program_of(policy), overlay), path, first=False, alone=False)
    _, low = place_path(layout, placed, x, y)
    boxes = (placed.question, placed.criteria, placed.exclusions)
    return [line for box in boxes for line in outlined(box, 1)], low


def _subtitle(found: PolicyComparison) -> str:
    return (
        f"clauses: {len(found.gone)} gone, {len(found.new)} new, {len(found.changed)} changed, "
        f"{len(found.same)} the same"
    )


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
