"""The dependency graph as lines of text: a picture's outline, and what depends on what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from clausewise.viz.graph import PolicyGraph

if TYPE_CHECKING:
    from clausewise.viz.picture.picture import Picture


def outline_lines(picture: Picture) -> Iterator[Text]:
    """The picture as an indented outline."""
    yield Text(picture.title, "bold")
    for line in picture.outline:
        yield Text(line)


def touched_lines(graph: PolicyGraph, name: str) -> Iterator[Text]:
    """What a change of the named thing can affect."""
    node = graph.find(name)
    yield Text(f"{node} can affect", "bold")
    yield from _nodes(graph, graph.touches(node))


def depended_lines(graph: PolicyGraph, name: str) -> Iterator[Text]:
    """What the named clause rests on."""
    node = graph.find(name)
    yield Text(f"{node} rests on", "bold")
    yield from _nodes(graph, graph.depends_on(node))


def _nodes(graph: PolicyGraph, nodes: tuple[str, ...]) -> Iterator[Text]:
    if not nodes:
        yield Text("  nothing")
    for node in nodes:
        yield Text.assemble(f"  {node}", (f"  {graph.graph.nodes[node]['paraphrase']}", "dim"))
