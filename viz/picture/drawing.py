"""From a layout to DOT: every box a node at its place, every line an edge with its corners.

All text goes through one function, which takes control and direction characters out and escapes
what is left; node names are made here. No text reaches DOT in any other way.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import graphviz

from clausewise.facts.text import printable
from clausewise.viz.picture.boxes import BADGE, MARK, Box
from clausewise.viz.picture.layout import Elbow, Layout, Placed, Point
from clausewise.viz.picture.looks import (
    CLUSTERS,
    FONT,
    GATE_FILL,
    GATE_SHAPES,
    GATE_TEXT,
    LEGEND_WORDS,
    LOOKS,
    Look,
)
from clausewise.viz.picture.overlay import Overlay
from clausewise.viz.picture.words import Line, Words, height_of, height_of_line, width_of, wrapped

MARGIN, LEGEND, SIDES, LOWERED = 14.0, 20.0, 8.0, 4.0
"""Points: around the page, a row of the legend, beside the words in a box, and above them."""
COMMENT = "Places are given: draw with dot (layout=nop2 is set), or with neato -n2."


def safe(text: str, most: int = 400) -> str:
    """Text for a label: printable and escaped for Graphviz's HTML-like labels.

    No-break spaces stay, since they indent lines.
    """
    parts = (printable(part, most) if part.strip() else "" for part in text.split("\u00a0"))
    return "\u00a0".join(escape(part) for part in parts)


def dot_of(layout: Layout, overlay: Overlay, prefix: str = "", link: bool = False) -> str:
    """The picture as DOT text.

    ``prefix`` is put before every id of the drawing, so that several can stand on one page; with
    ``link`` each clause is a link to ``#proof-LABEL`` of that page.
    """
    return _Drawing(layout, overlay, prefix, link).source()


class _Drawing:
    def __init__(self, layout: Layout, overlay: Overlay, prefix: str, link: bool) -> None:
        self.layout, self.overlay = layout, overlay
        self.prefix, self.link = prefix, link
        self.names: dict[int, str] = {}
        room = layout.width
        self.title = wrapped([Words(overlay.title, 14.0, bold=True)], room)
        self.subtitle = wrapped([Words(overlay.subtitle, 9.0, colour="#3C4A55")], room)
        self.top = _high(self.title) + _high(self.subtitle) + 4
        boxes = [placed.box for placed in layout.boxes]
        looks = {each.shown.look for each in boxes}
        looks |= {spot.look for each in boxes for spot in each.spots}
        self.looks = [name for name in LEGEND_WORDS if name in looks]
        self.bottom = LEGEND * 1.5 if self.looks else 0.0
        self.graph = graphviz.Digraph(
            "policy",
            comment=COMMENT,
            graph_attr={
                "layout": "nop2",
                "pad": f"{MARGIN / 72:.3f}",
                "outputorder": "nodesfirst",
                "fontname": FONT,
                "bgcolor": "#FFFFFF",
            },
            node_attr={
                "fontname": FONT,
                "fontsize": "8",
                "shape": "box",
                "fixedsize": "true",
                "label": "",
            },
            edge_attr={"arrowhead": "none"},
        )

    def source(self) -> str:
        for number, area in enumerate(self.layout.areas):
            fill, line = CLUSTERS[area.kind]
            x, y, width, height = area.x, area.y, area.width, area.height
            self._node(
                f"area{number}",
                (x + width / 2, y + height / 2),
                (width, height),
                style="rounded,filled",
                fillcolor=fill,
                color=line,
                tooltip=graphviz.escape(area.title),
            )
            title = (Words(area.title, 9.5, bold=True, colour="#3C4A55"),)
            self._text(f"title{number}", (x + 24, y + 3), width - 33, [title])
        for number, placed in enumerate(self.layout.boxes):
            self._box(number, placed)
        # What is lit is painted last, over the other lines.
        for elbow in sorted(self.layout.elbows, key=_lit):
            self._elbow(elbow)
        self._heading()
        self._legend()
        low, high = -self.bottom, self.layout.height + self.top
        self.graph.graph_attr["bb"] = f"0,{low:.1f},{self.layout.width:.1f},{high:.1f}"
        return str(self.graph.source)

    def _heading(self) -> None:
        width = self.layout.width
        self._text("heading", (0, -self.top), width, self.title)
        self._text("subheading", (0, -self.top + _high(self.title)), width, self.subtitle)

    def _legend(self) -> None:
        """What the looks mean, below the picture, in as many rows as it takes."""
        x, y = 0.0, self.layout.height + LEGEND / 2
        for name in self.looks:
            look = LOOKS[name]
            words = Words(f"{look.mark} {LEGEND_WORDS[name]}", 8.0)
            width = width_of(words) + 16
            if x and x + width > self.layout.width:
                x, y = 0.0, y + LEGEND
                self.bottom += LEGEND
            self._node(
                f"legend_{name}",
                (x + width / 2, y + LEGEND / 2),
                (width, LEGEND - 5),
                label=f"<{_html(words, look.text)}>",
                **_outline(look),
            )
            x += width + 6

    def _box(self, number: int, placed: Placed) -> None:
        box, name = placed.box, f"n{number}"
        self.names[id(box)] = name
        look = LOOKS[box.shown.look]
        middle = (placed.x + box.width / 2, placed.y + box.height / 2)
        attributes = {
            "id": f"{self.prefix}clause-{box.label}",
            "tooltip": graphviz.escape(box.tip),
        }
        if self.link:
            attributes["href"] = f"#{self.prefix}proof-{box.label}"
        mark = look.mark if box.shown.word else ""
        self._node(
            name,
            middle,
            (box.width, box.height),
            label=f"<{_table(box, mark, look)}>",
            **_outline(look),
            **attributes,
        )
        self._spots(name, placed)
        if box.badge:
            faded = box.shown.look.startswith("aside")
            fill = "#6F7980" if faded else look.line if box.shown.word else GATE_FILL
            self._node(
                f"{name}_gate",
                (placed.x + box.width - BADGE / 2 - 5, placed.y + 10.5),
                (BADGE, 11.5),
                shape=GATE_SHAPES.get(box.gate, "box"),
                style="filled",
                fillcolor=fill,
                color=fill,
                label=f"<{_badge(box.badge)}>",
                tooltip=graphviz.escape(box.tip),
            )

    def _spots(self, name: str, placed: Placed) -> None:
        """Over the lines of unlabelled parts something without colour that can be pointed at."""
        box = placed.box
        heights = [height_of([line]) for line in box.lines]
        stretch = (box.height - 2 - LOWERED - sum(heights)) / (len(heights) + 1)
        for number, spot in enumerate(box.spots):
            above = sum(heights[: spot.first]) + spot.first * stretch
            own = sum(heights[spot.first : spot.first + spot.lines]) + spot.lines * stretch
            top = placed.y + 1 + LOWERED + stretch + above
            attributes = {"href": f"#{self.prefix}proof-{spot.label}"} if self.link else {}
            self._node(
                f"{name}_{number}",
                (placed.x + box.width / 2, top + own / 2),
                (box.width - 12, own),
                style="filled",
                fillcolor="#FFFFFF00",
                color="#FFFFFF00",
                id=f"{self.prefix}clause-{spot.label}",
                tooltip=graphviz.escape(spot.tip),
                **attributes,
            )

    def _elbow(self, elbow: Elbow) -> None:
        lit = _lit(elbow)
        look = LOOKS[elbow.below.shown.look]
        faded = elbow.below.shown.faded or elbow.below.shown.look.startswith("aside")
        colour = look.line if lit else "#B4BDC4" if faded else "#5B6770"
        self.graph.edge(
            self.names[id(elbow.above)],
            self.names[id(elbow.below)],
            pos=self._spline(elbow.points),
            color=colour,
            penwidth="2.4" if lit else "1",
            tooltip=graphviz.escape(f"{elbow.above.label} asks for {elbow.below.label}"),
        )

    def _text(
        self, name: str, corner: Point, width: float, lines: Sequence[Line], colour: str = "#1D262C"
    ) -> None:
        """Lines of text without a box; ``corner`` is the upper left one."""
        height = _high(lines)
        inside = "".join(f'{_line(line, colour)}<br align="left"/>' for line in lines)
        self._node(
            name,
            (corner[0] + width / 2, corner[1] + height / 2),
            (width, height),
            shape="plaintext",
            label=f'<<table border="0" cellborder="0" cellspacing="0" cellpadding="0" '
            f'fixedsize="true" width="{width:.0f}" height="{height:.0f}"><tr>'
            f'<td align="left" balign="left">{inside}</td></tr></table>>',
        )

    def _node(self, name: str, middle: Point, size: Point, **attributes: str) -> None:
        x, y = middle
        attributes.setdefault("shape", "box")
        self.graph.node(
            name,
            pos=f"{x:.1f},{self._up(y):.1f}",
            width=f"{size[0] / 72:.3f}",
            height=f"{size[1] / 72:.3f}",
            **attributes,
        )

    def _spline(self, points: tuple[Point, ...]) -> str:
        first, *rest = [f"{x:.1f},{self._up(y):.1f}" for x, y in points]
        text, before = [first], first
        for point in rest:
            text += [before, point, point]
            before = point
        return " ".join(text)

    def _up(self, y: float) -> float:
        """Graphviz counts upwards from the lower edge."""
        return self.layout.height - y


def _high(lines: Sequence[Line]) -> float:
    return height_of(lines) * 1.12


def _lit(elbow: Elbow) -> bool:
    return elbow.below.shown.lit


def _outline(look: Look) -> dict[str, str]:
    return {
        "style": f"rounded,filled,{look.style}",
        "fillcolor": look.fill,
        "color": look.line,
        "penwidth": f"{look.width}",
    }


def _table(box: Box, mark: str, look: Look) -> str:
    """A label as a table of fixed size: the mark, and a row for each line of words."""
    width = box.width - SIDES
    room = width - (MARK if mark else 0)
    rows = [f'<tr><td height="{_lowered(box):.0f}"></td></tr>']
    for number, line in enumerate(box.lines):
        row = (
            f'<td align="left" balign="left" width="{room:.0f}" height="{height_of_line(line)}">'
            f"{_line(line, look.text)}</td>"
        )
        if mark:
            shown = _html(Words(mark, 9.0, bold=True), look.text) if number == 0 else ""
            row = f'<td width="{MARK:.0f}">{shown}</td>{row}'
        rows.append(f"<tr>{row}</tr>")
    return (
        f'<table border="0" cellborder="0" cellspacing="0" cellpadding="0" fixedsize="true" '
        f'width="{width:.0f}" height="{box.height - 2:.0f}">{"".join(rows)}</table>'
    )


def _lowered(box: Box) -> float:
    """The space above the words of a box: Graphviz sets text a little high, large text more so."""
    return LOWERED + (1.0 if box.lines[0][0].size > 10 else 0.0)


def _badge(words: str) -> str:
    """The words of a badge, as low as they have to be to stand in its middle."""
    return (
        '<table border="0" cellborder="0" cellspacing="0" cellpadding="0">'
        f'<tr><td height="4"></td></tr><tr><td>{_html(Words(words, 7.0, bold=True), GATE_TEXT)}'
        "</td></tr></table>"
    )


def _line(line: Line, colour: str) -> str:
    return "".join(_html(words, colour) for words in line)


def _html(words: Words, colour: str) -> str:
    text = safe(words.text)
    if words.text.startswith(" "):
        # An SVG reader drops a plain blank at the beginning of a text, and its letters may be a
        # little wider than Graphviz thinks.
        text = f"\u00a0\u00a0\u00a0{text}"
    if words.bold:
        text = f"<b>{text}</b>"
    ground_is_dark = colour == "#FFFFFF"
    shown = colour if ground_is_dark or not words.colour else words.colour
    return f'<font point-size="{words.size:g}" color="{shown}">{text}</font>'
