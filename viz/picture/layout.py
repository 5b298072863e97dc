"""Where boxes stand on the page: an outline in columns, its lines as elbows on a spine.

The places are computed here and not by a layout program, so that boxes keep the document's order,
the same picture comes out of every renderer, and drawing again after a change takes milliseconds.
A tree from left to right was tried: it needs three columns for what stands in one, and its text
was half as large on the same page. Coordinates are points, y downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from clausewise.viz.picture.boxes import Box

COLUMN, INDENT, GAP, GUTTER, INSET, HEADING = 214.0, 16.0, 5.0, 12.0, 9.0, 18.0
"""Width of a column, indent of a part, between boxes, between columns, inside an area, and the
height of an area's title."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """A box and the place of its upper left corner."""

    box: Box
    x: float
    y: float

    @property
    def middle(self) -> float:
        return self.y + self.box.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.box.height

    @property
    def right(self) -> float:
        return self.x + self.box.width


@dataclass(frozen=True, slots=True)
class Elbow:
    """A line from a box to one it depends on; ``points`` are its corners."""

    above: Box
    below: Box
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """A titled ground behind boxes; ``kind`` is "if", "unless" or "given"."""

    kind: str
    title: str
    x: float
    y: float
    width: float
    height: float


@dataclass
class Layout:
    """Everything placed, and the size of the page."""

    boxes: list[Placed] = field(default_factory=list)
    elbows: list[Elbow] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)

    @property
    def width(self) -> float:
        edges = [placed.right for placed in self.boxes]
        return max(edges + [area.x + area.width for area in self.areas])

    @property
    def height(self) -> float:
        edges = [placed.bottom for placed in self.boxes]
        return max(edges + [area.y + area.height for area in self.areas])

    def put(self, box: Box, x: float, y: float) -> Placed:
        """Place one box alone."""
        placed = Placed(box, x, y)
        self.boxes.append(placed)
        return placed

    def outline(self, box: Box, x: float, y: float) -> float:
        """Place a box, and all below it under it and indented; gives the lower edge."""
        own = self.put(box, x, y)
        return self.place_below(own, box.children, x, own.bottom)

    def place_below(self, own: Placed, children: Sequence[Box], x: float, y: float) -> float:
        """Place boxes under ``own`` on a spine in the column that begins at x."""
        spine = x + INDENT / 2
        for child in children:
            y += GAP
            below = y + child.height / 2
            points = ((spine, own.bottom), (spine, below), (x + INDENT, below))
            self.elbows.append(Elbow(own.box, child, points))
            y = self.outline(child, x + INDENT, y)
        return y

    def drop(self, above: Placed, below: Placed) -> None:
        """A straight line down from one box to one below it."""
        x = below.x + INDENT / 2
        points = ((x, above.bottom), (x, below.y))
        self.elbows.append(Elbow(above.box, below.box, points))

    def around(self, above: Placed, below: Placed, start: float, edge: float) -> None:
        """A line from a box at x ``start``, down the gutter at x ``edge``, to the left of a box."""
        begin = above.bottom if start == edge else above.middle
        points = (
            (start, begin),
            (edge, begin),
            (edge, below.middle),
            (below.x, below.middle),
        )
        self.elbows.append(Elbow(above.box, below.box, points))


def height_of(box: Box) -> float:
    """How high the outline of a box is."""
    return box.height + sum(GAP + height_of(child) for child in box.children)


def halves(children: Sequence[Box], columns: int) -> list[Sequence[Box]]:
    """The children in so many columns, in order, the highest column as low as possible."""
    if columns < 2 or len(children) < 2:
        return [children]
    heights = [height_of(child) + GAP for child in children]
    cuts = range(1, len(children))
    cut = min(cuts, key=lambda place: max(sum(heights[:place]), sum(heights[place:])))
    return [children[:cut], *halves(children[cut:], columns - 1)]


def columns_width(columns: int) -> float:
    """The width of so many columns with the gutters between them."""
    return columns * COLUMN + (columns - 1) * GUTTER


@dataclass(frozen=True, slots=True)
class PathBoxes:
    """The boxes of one path: its question, its criteria, its exclusions and where it governs.

    ``columns`` is over how many columns the criteria go; ``beside`` puts the exclusions beside
    them, else they stand below.
    """

    question: Box
    criteria: Box
    exclusions: Box | None
    scope: Box | None
    columns: int
    beside: bool

    @property
    def below(self) -> tuple[Box, ...]:
        """Its criteria and, where it has any, its exclusions."""
        return (self.criteria, self.exclusions) if self.exclusions else (self.criteria,)

    @property
    def width(self) -> float:
        inner = columns_width(self.columns) + 2 * INSET
        aside = self.beside and (self.exclusions or self.scope)
        return inner + GUTTER + COLUMN + 2 * INSET if aside else inner


def place_path(layout: Layout, path: PathBoxes, x: float, y: float) -> tuple[Placed, float]:
    """Place one path below a bar with its question; gives that bar and the lower edge.

    IF its criteria, in columns, UNLESS its exclusions, beside them or below: both lie below the
    question, and the line of what decides can be followed from it.
    """
    question = layout.put(path.question, x, y)
    top = question.bottom + GUTTER
    left = x + INSET
    root = layout.put(path.criteria, left, top + HEADING)
    layout.drop(question, root)
    bottom = root.bottom
    for number, children in enumerate(halves(path.criteria.children, path.columns)):
        column = left + number * (COLUMN + GUTTER)
        bottom = max(bottom, layout.place_below(root, children, column, root.bottom))
    inner = columns_width(path.columns) + 2 * INSET
    area = Area("if", f"IF: criteria {root.box.label}", x, top, inner, bottom + INSET - top)
    layout.areas.append(area)
    if path.beside:
        side, high = x + inner + GUTTER, top
    else:
        side, high = x, bottom + INSET + GUTTER
    width = COLUMN + 2 * INSET if path.beside else inner
    low = bottom + INSET
    if path.exclusions is not None:
        barring = layout.put(path.exclusions, side + INSET, high + HEADING)
        if path.beside:
            layout.drop(question, barring)
        else:
            layout.around(question, barring, question.x, side - GUTTER / 2)
        below = path.exclusions.children
        low = layout.place_below(barring, below, barring.x, barring.bottom) + INSET
        title = f"UNLESS: exclusions {barring.box.label}"
        layout.areas.append(Area("unless", title, side, high, width, low - high))
        high = low + GUTTER
    if path.scope is not None:
        scope = layout.put(path.scope, side + INSET, high + HEADING)
        edge = side - GUTTER / 2
        layout.around(question, scope, edge if path.beside else question.x, edge)
        low = scope.bottom + INSET
        layout.areas.append(Area("given", "GIVEN: scope", side, high, width, low - high))
    return question, max(low, bottom + INSET)
