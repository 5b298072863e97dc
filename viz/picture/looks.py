"""How a status looks: colours that can be told apart without red-green vision, a mark, and a word.

Pale fills alone become alike without red-green vision, so the looks differ in lightness, line style
and mark as well. Text has a contrast of at least 4.5 to 1 on its ground.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """Fill, line and text colours (#rrggbb), the line's style and width (points), and a mark."""

    fill: str
    line: str
    text: str
    mark: str = ""
    style: str = "solid"
    width: float = 1.0


LOOKS = {
    "plain": Look("#FFFFFF", "#5B6770", "#1D262C"),
    "good": Look("#D8EFEA", "#00695C", "#003D36", "✓", width=1.2),
    "bad": Look("#B3261E", "#7A120C", "#FFFFFF", "✗", width=2.2),
    "open": Look("#FFF4CC", "#8A6100", "#4D3700", "?", "dashed", 1.5),
    "conflict": Look("#EBDDF5", "#6A2C91", "#3F1259", "≠", "dotted", 2.2),
    "changed": Look("#D6E8FA", "#0B57A4", "#06305B", "►", width=2.2),
    "new": Look("#D8EFEA", "#00695C", "#003D36", "+", width=2.2),
    "gone": Look("#F3E3D3", "#8A4B00", "#4D2A00", "−", "dashed", 2.2),
    "aside": Look("#FFFFFF", "#9AA5AD", "#5F6971", "✗"),
    "aside_good": Look("#FFFFFF", "#9AA5AD", "#5F6971", "✓"),
    "aside_open": Look("#FFFFFF", "#9AA5AD", "#5F6971", "?", "dashed"),
    "aside_conflict": Look("#FFFFFF", "#9AA5AD", "#5F6971", "≠", "dotted"),
    "aside_none": Look("#FFFFFF", "#9AA5AD", "#5F6971", "–"),
}
"""The looks by name. "aside" is what does not matter to the determination."""

LEGEND_WORDS = {
    "good": "met, or exclusion ruled out",
    "bad": "not met, or exclusion applies",
    "open": "not documented, or not decided",
    "conflict": "record contradicts itself",
    "changed": "changed",
    "new": "new in the second policy",
    "gone": "gone from the first policy",
    "aside": "not met, does not decide",
    "aside_good": "met, does not decide",
    "aside_open": "not documented, does not decide",
    "aside_conflict": "contradicted, does not decide",
    "aside_none": "not governed by the policy",
}
"""What each look means; the legend names those that a picture has."""
PLAIN_MARKS = str.maketrans("✓✗", "√×")
"""For what draws letters itself, from fonts that have no others."""
GATE_SHAPES = {"ALL": "box", "ANY": "ellipse", "AT LEAST": "hexagon", "NONE": "octagon"}
"""The outline of a gate's badge, which also says in words what the gate asks."""
GATE_FILL, GATE_TEXT = "#46525B", "#FFFFFF"
CLUSTERS = {
    "if": ("#F1F6FB", "#7F9BB8"),
    "unless": ("#FBF1EF", "#C58F87"),
    "given": ("#F4F4F2", "#A3A79E"),
}
"""Fill and line of the areas of criteria, of exclusions, and of where the policy governs."""
FONT = "Arial"
