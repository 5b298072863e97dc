"""Facts for small programs over a graph: edges, weights and marks of nodes."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from clausewise.facts.columns import Row
from clausewise.logic.language.notation import relation

edge = relation("edge", "from to", "an edge", is_input=True)
weight = relation("weight", "node grams", "a weight", is_input=True)
marked = relation("marked", "node", "a mark", is_input=True)
GIVEN = (edge, weight, marked)

HOSTILE = "a') or 1 #\n\\"
"""The name of a node that is more than data to whoever evaluates it."""


def graphs(nodes: Sequence[str], grams: range) -> st.SearchStrategy[dict[str, list[Row]]]:
    """The facts of any graph of these nodes, by relation; each row once, in any order."""
    node = st.sampled_from(nodes)
    columns = {
        edge.name: (node, node),
        weight.name: (node, st.integers(grams.start, grams.stop - 1)),
        marked.name: (node,),
    }
    return st.fixed_dictionaries(
        {name: st.lists(st.tuples(*kinds), unique=True) for name, kinds in columns.items()}
    )
