"""What one fact, parameter or reading can touch: a picture of everything that depends on it.

This one is laid out by Graphviz itself, since here the arrows are the answer.
"""

from __future__ import annotations

import graphviz

from clausewise.logic.explain.clauses import label_in_words
from clausewise.logic.language.policy import Policy
from clausewise.logic.program.program import program_of
from clausewise.viz.graph import PolicyGraph, policy_graph
from clausewise.viz.picture.drawing import safe
from clausewise.viz.picture.looks import FONT, LOOKS
from clausewise.viz.picture.picture import Picture
from clausewise.viz.picture.words import readable, spelled

ITEM_FILL, ITEM_LINE = "#EDE7F6", "#5B3A8C"
ITEMS = ("fact", "parameter", "reading")
POLARITY = {"positive": ("solid", ""), "negative": ("dashed", "against"), "mixed": ("solid", "")}


def impact_picture(policy: Policy, name: str) -> Picture:
    """Everything that the named clause, fact, parameter or reading can affect, left to right.

    Raises ``viz.errors.UnknownNodeError`` for a name that the policy does not have.
    """
    graph = policy_graph(program_of(policy))
    node = graph.find(name)
    touched = graph.touches(node)
    drawing = graphviz.Digraph(
        "impact",
        graph_attr={"rankdir": "LR", "fontname": FONT, "ranksep": "0.45", "nodesep": "0.14"},
        node_attr={"fontname": FONT, "fontsize": "9", "shape": "box"},
        edge_attr={"fontname": FONT, "fontsize": "8", "color": "#5B6770", "arrowsize": "0.6"},
    )
    names = {each: f"n{number}" for number, each in enumerate((node, *touched))}
    for each, short in names.items():
        drawing.node(short, label=f"<{_label(graph, each)}>", **_look(graph, each, node))
    for above, below, data in graph.graph.subgraph(names).edges(data=True):
        style, word = POLARITY[data["polarity"]]
        drawing.edge(names[below], names[above], style=style, label=word)
    title = f"What can {_meant(graph, node)} affect?"
    drawing.attr(label=f"<<b>{safe(title)}</b>>", labelloc="t", fontsize="13")
    named = (_meant(graph, each) for each in touched)
    return Picture(str(drawing.source), title, f"It can affect: {', '.join(named) or 'nothing'}.")


def _meant(graph: PolicyGraph, node: str) -> str:
    """A node in a sentence: "the finding thigh thrust", "D.I.B.5 thigh thrust or compression"."""
    data = graph.graph.nodes[node]
    if data["node"] in ITEMS:
        return f"the {_kind(node)} {spelled(data['name'])}"
    if data["node"] == "definition":
        return str(data["paraphrase"])
    head, name = _head(graph, node), spelled(data["name"])
    return head if name in (head, data["label"]) or name in head else f"{head} {name}"


def _head(graph: PolicyGraph, node: str) -> str:
    """The label of a clause, of its part or of what decides on a path, without underscores."""
    policy = graph.program.policy
    label = label_in_words(policy, node) if node in policy.clauses else node
    return spelled(label.replace("/", " "))


def _kind(node: str) -> str:
    """What a fact, parameter or reading is: of a named fact what has the name, "finding"."""
    kind, _, name = node.partition(".")
    found = name.partition(".")[0] if kind == "fact" and "." in name else kind
    return {"kind": "therapy", "domain": "part of the record"}.get(found, found)


def _label(graph: PolicyGraph, node: str) -> str:
    data = graph.graph.nodes[node]
    if data["node"] in ITEMS:
        head = f"<b>{safe(readable(data['name']))}</b>"
        return f'{head}<br/><font point-size="8">{safe(_kind(node))}</font>'
    gate = f'<br/><font point-size="7.5">{safe(data["gate"])}</font>' if data["gate"] else ""
    if data["node"] == "definition":
        head, name = spelled(data["label"]), data["paraphrase"]
    else:
        head, name = _head(graph, node), readable(data["name"])
    words = (
        ""
        if name.casefold() in head.casefold() or data["name"] == node
        else f"<br/>{safe(name, 60)}"
    )
    return f"<b>{safe(head)}</b>{words}{gate}"


def _look(graph: PolicyGraph, node: str, start: str) -> dict[str, str]:
    data = graph.graph.nodes[node]
    head = _kind(node) if data["node"] in ITEMS else _head(graph, data["label"])
    tip = graphviz.escape(f"{head}: {spelled(data['paraphrase'])}")
    if node == start:
        colours = {"fillcolor": ITEM_FILL, "color": ITEM_LINE, "penwidth": "1.6"}
    elif data["node"] == "definition":
        colours = {"fillcolor": "#F4F4F2", "color": "#A3A79E"}
    else:
        look = LOOKS["plain"]
        colours = {"fillcolor": look.fill, "color": look.line}
    return {**colours, "style": "rounded,filled", "tooltip": tip, "id": f"touched-{node}"}
