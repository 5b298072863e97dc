"""The ``graph`` command's answers: pictures and graph files by suffix, or lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from clausewise.cli.support import fail, write_new
from clausewise.viz.graph import PolicyGraph

if TYPE_CHECKING:
    from clausewise.viz.picture.picture import Picture

PICTURES = ("svg", "png", "pdf", "dot")
GRAPHS = ("graphml", "json")


def save(picture: Callable[[], Picture], graph: Callable[[], PolicyGraph], target: Path) -> None:
    """Write the picture, or for .graphml and .json the whole dependency graph, to a new file."""
    form = target.suffix.removeprefix(".").lower()
    if form not in (*PICTURES, *GRAPHS):
        fail(f"{target}: name a file that ends in .{', .'.join((*PICTURES, *GRAPHS))}")
    if form in PICTURES:
        write_new(target, picture().data(form))
    else:
        write_new(target, graph().graphml() if form == "graphml" else graph().json())


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
