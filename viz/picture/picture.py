"""Pictures of the policy and of cases: what to draw, as DOT, SVG, PNG or PDF.

A picture shows itself in a notebook; ``save`` writes the format that the file's name asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path as FilePath

from clausewise.facts.new_files import write_file
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.explain.because import grounds
from clausewise.logic.language.choices import Choices, choose
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.program.program import Program, program_of
from clausewise.logic.what_if.compare import Difference
from clausewise.viz.errors import PictureError
from clausewise.viz.picture.boxes import Box, Boxes
from clausewise.viz.picture.drawing import dot_of
from clausewise.viz.picture.layout import (
    COLUMN,
    GUTTER,
    INDENT,
    Layout,
    PathBoxes,
    columns_width,
    height_of,
    place_path,
)
from clausewise.viz.picture.looks import LOOKS, PLAIN_MARKS
from clausewise.viz.picture.overlay import Overlay, compared, marked, nothing, standing, with_values
from clausewise.viz.picture.render import rendered
from clausewise.viz.picture.svg import clean

TALL = 600.0
"""Criteria that would go further down than this, in points, are drawn in two columns."""


@dataclass(frozen=True)
class Picture:
    """A drawing: its DOT source, a title, and for who cannot see it a description and an outline.

    The outline has a line of text for each box, indented as the boxes depend on each other.
    """

    dot: str = field(repr=False)
    title: str
    description: str = field(repr=False)
    outline: tuple[str, ...] = field(repr=False, default=())

    @cached_property
    def svg(self) -> str:
        """The picture as SVG with titles, descriptions and ids.

        Raises ``viz.errors.RenderError`` when no Graphviz runs.
        """
        return clean(rendered(self.dot, "svg"), self.title, self.description)

    def _repr_svg_(self) -> str:
        return self.svg

    def data(self, kind: str) -> bytes:
        """The picture in a format: "svg", "png", "pdf" or "dot".

        Raises ``viz.errors.RenderError`` for a format that the renderer at hand does not write.
        """
        if kind == "dot":
            return self.dot.encode("utf-8")
        if kind == "svg":
            return self.svg.encode("utf-8")
        return rendered(self.dot.translate(PLAIN_MARKS), kind)

    def save(self, path: str | FilePath) -> None:
        """Write the picture to a file; its suffix says the format."""
        target = FilePath(path)
        write_file(target, self.data(target.suffix.removeprefix(".").lower()))


def policy_picture(
    policy: Policy,
    *,
    path: Path | None = None,
    facts: bool = False,
    choices: Choices | None = None,
) -> Picture:
    """What the policy asks: all of it on one page, or one path with all its parts."""
    program = program_of(policy)
    paths = policy.paths if path is None else (path,)
    name = policy.title if path is None else path.name
    title = f"{policy.number} {name}: what the policy asks"
    overlay = nothing(policy, choices or choose(policy, None, None), title)
    return _picture(program, overlay, paths, facts=facts, depth=1 if path is None else 9)


def clause_picture(
    policy: Policy,
    label: str,
    *,
    overlay: Overlay | None = None,
    facts: bool = True,
) -> Picture:
    """One clause alone with its parts, as the policy has it or with a case laid over it.

    Raises KeyError for a label that the policy does not have.
    """
    program = program_of(policy)
    clause = policy.clauses[label]
    shown = overlay or nothing(policy, choose(policy, None, None), "")
    title = marked(policy, shown.choices, f"{label}: {clause.name.replace('_', ' ')}")
    boxes = Boxes(program, replace(shown, title=title), facts=facts)
    layout = Layout()
    box = boxes.clause(label, 2 * COLUMN, INDENT)
    layout.outline(box, 0.0, 0.0)
    dot = dot_of(layout, boxes.overlay)
    return Picture(dot, title, _described(layout, boxes.overlay), tuple(outlined(box, 0)))


def case_picture(
    decision: Decision,
    line: LineDecision,
    *,
    why: bool = False,
    facts: bool = False,
    prefix: str = "",
    link: bool = False,
) -> Picture:
    """Where a line stands, or with ``why`` what its determination rests on.

    Raises ``viz.errors.PictureError`` when no path of the policy has the procedure.
    """
    overlay = with_values(standing(decision, line, why=why), decision, line)
    _path(line, decision.notice)
    return line_picture(line, overlay, facts=facts, prefix=prefix, link=link)


def reasons_picture(decision: Decision, line: LineDecision) -> Picture:
    """Only the reasons of a line: its determination, and below it the clauses that decided.

    Raises ``viz.errors.PictureError`` when no path of the policy has the procedure.
    """
    path = _path(line, decision.notice)
    overlay = with_values(standing(decision, line, why=True), decision, line, beside=True)
    boxes = Boxes(line.program, overlay)
    labels = grounds(line) or (path.root,)
    reasons = tuple(_telling(boxes.clause(label, 2 * COLUMN - INDENT, INDENT)) for label in labels)
    question = replace(boxes.question(path, 2 * COLUMN), children=reasons)
    layout = Layout()
    layout.outline(question, 0.0, 0.0)
    outline = tuple(outlined(question, 0))
    return Picture(dot_of(layout, overlay), overlay.title, _described(layout, overlay), outline)


def _telling(box: Box) -> Box:
    """The box without what lies below a part that does not decide."""
    lit = any(below.shown.lit for below in box.walk())
    return replace(box, children=tuple(map(_telling, box.children)) if lit else ())


def line_picture(
    line: LineDecision,
    overlay: Overlay,
    *,
    facts: bool = False,
    prefix: str = "",
    link: bool = False,
) -> Picture:
    """The path of a line with an overlay; raises PictureError when it has no path."""
    return _picture(line.program, overlay, (_path(line),), facts=facts, prefix=prefix, link=link)


def difference_picture(found: Difference, side: str, title: str = "") -> Picture:
    """What differs between two decisions on the line of a side.

    Raises PictureError when the line is not in both or has no path.
    """
    before, after = line_of(found.before, side), line_of(found.after, side)
    overlay = compared(found.before, before, found.after, after, title)
    overlay = with_values(overlay, found.after, after)
    return line_picture(after, overlay)


def line_of(decision: Decision, side: str | None) -> LineDecision:
    """The line of a side, or without one the first; raises PictureError when there is none."""
    if side is None:
        return decision.lines[0]
    if side not in decision.by_side:
        raise PictureError(f"the case has no line {side!r}, only {', '.join(decision.by_side)}")
    return decision.by_side[side]


def _path(line: LineDecision, notice: str = "") -> Path:
    if line.path is None:
        raise PictureError(
            "the policy has no criteria for this procedure, so there is no picture"
            + (f"; {notice}" if notice else "")
        )
    return line.path


def _picture(
    program: Program,
    overlay: Overlay,
    paths: Sequence[Path],
    *,
    facts: bool = False,
    depth: int = 9,
    prefix: str = "",
    link: bool = False,
) -> Picture:
    boxes = Boxes(program, overlay, facts=facts, depth=depth)
    layout, x = Layout(), 0.0
    outline: list[str] = []
    # The path with the most criteria comes first and carries where the policy governs.
    ordered = sorted(paths, key=lambda each: -len(program.criteria(each)))
    for number, path in enumerate(ordered):
        placed = path_boxes(boxes, path, first=number == 0, alone=len(paths) == 1)
        place_path(layout, placed, x, 0.0)
        x += placed.width + GUTTER
        outline += outlined(placed.question, 0)
        outline += [line for box in placed.below for line in outlined(box, 1)]
    dot = dot_of(layout, overlay, prefix, link)
    return Picture(dot, overlay.title, _described(layout, overlay), tuple(outline))


def path_boxes(boxes: Boxes, path: Path, *, first: bool, alone: bool) -> PathBoxes:
    """The boxes of one path; the ``first`` carries where the policy governs, and ``alone`` it has
    its exclusions beside it."""
    one_column = boxes.clause(path.root, COLUMN, INDENT)
    columns = 2 if len(one_column.children) > 1 and height_of(one_column) > TALL else 1
    beside = alone or columns > 1
    placed = PathBoxes(
        question=boxes.question(path, COLUMN),
        criteria=boxes.clause(path.root, COLUMN, INDENT, own=columns_width(columns)),
        exclusions=boxes.exclusions(path, COLUMN, INDENT),
        scope=boxes.clause(boxes.policy.scope, COLUMN) if first else None,
        columns=columns,
        beside=beside,
    )
    return replace(placed, question=boxes.question(path, placed.width))


def outlined(box: Box, depth: int) -> Iterator[str]:
    """The box and all below it as lines of text."""
    mark = LOOKS[box.shown.look].mark if box.shown.word else ""
    first, *rest = (
        "".join(words.text for words in line).replace("\u00a0", " ") for line in box.lines
    )
    badge = f"  [{box.badge}]" if box.badge else ""
    yield "  " * depth + f"{mark} {first}{badge}".strip()
    for line in rest:
        yield "  " * depth + f"    {line}"
    for child in box.children:
        yield from outlined(child, depth + 1)


def _described(layout: Layout, overlay: Overlay) -> str:
    """The picture in words: what is lit, or what it consists of."""
    lit = [placed.box for placed in layout.boxes if placed.box.shown.lit]
    if not lit:
        return f"{overlay.subtitle}. {len(layout.boxes)} clauses and gates."
    said = ", ".join(f"{box.label} {box.shown.word}" for box in lit)
    return f"{overlay.subtitle}. Decided by: {said}."
