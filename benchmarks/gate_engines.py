"""The gates alone, evaluated by DuckDB, polars and the zen rules engine on the same lines.

Run with ``python -m benchmarks.gate_engines`` where the extra ``bench`` is installed. The last
statement of the SQL translator makes every status of every clause from the bits of the leaves; it
is read by sqlglot and written for the other two, so nothing of the policy stands here.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp, parse_one

from benchmarks.cohort import some_cases, write_relations
from benchmarks.speed import best
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.cohort.tables import read_relations
from clausewise.logic.language.choices import choose
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from clausewise.logic.sql.translate import Script

if TYPE_CHECKING:
    import polars

Layer = dict[str, exp.Expression]
LINES = 20_000
ONE_BY_ONE = 300
"""Lines that the zen engine is given, one after the other as it is made for."""
INFIX = {exp.And: "and", exp.Or: "or", exp.GT: ">", exp.GTE: ">=", exp.Add: "+", exp.NEQ: "!="}


def layers_of(made: Script) -> list[Layer]:
    """The expressions of the statement ``determinations`` by column, those over bare bits first."""
    select = parse_one(made.statements[-1], read="duckdb").expression
    found: list[Layer] = []
    while True:
        found.insert(
            0,
            {
                each.alias: each.this
                for each in select.expressions
                if isinstance(each, exp.Alias) and not isinstance(each.this, exp.Column)
            },
        )
        source = select.args["from_"].this
        if not isinstance(source, exp.Subquery):
            return found
        select = source.this


def inputs_of(layers: list[Layer]) -> list[str]:
    """The columns that these layers use and do not make themselves, in the order of their use.

    Most are bits taken from a number; some leaves are columns of their own from the beginning.
    """
    made = {name for layer in layers for name in layer}
    trees = [tree for layer in layers for tree in layer.values()]
    used = dict.fromkeys(column.name for tree in trees for column in tree.find_all(exp.Column))
    return [name for name in used if name not in made]


class ForPolars:
    """Writes an expression for polars."""

    def __call__(self, tree: exp.Expression) -> polars.Expr:
        import polars as pl

        if isinstance(tree, exp.Column):
            return pl.col(tree.name)
        if isinstance(tree, exp.Literal):
            return pl.lit(tree.this if tree.is_string else int(tree.this))
        if isinstance(tree, exp.Boolean):
            return pl.lit(tree.this)
        if isinstance(tree, exp.Cast):
            inside = self(tree.this)
            return inside if isinstance(tree.this, exp.Literal) else inside.cast(pl.Int64)
        if isinstance(tree, exp.Paren):
            return self(tree.this)
        if isinstance(tree, exp.Not):
            return ~self(tree.this)
        if isinstance(tree, exp.Case):
            found = self(tree.args["default"]) if tree.args.get("default") else pl.lit(None)
            for branch in reversed(tree.args["ifs"]):
                found = pl.when(self(branch.this)).then(self(branch.args["true"])).otherwise(found)
            return found
        left, right = self(tree.this), self(tree.expression)
        operators: dict[type, Callable[[], polars.Expr]] = {
            exp.And: lambda: left & right,
            exp.Or: lambda: left | right,
            exp.BitwiseAnd: lambda: left & right,
            exp.NEQ: lambda: left != right,
            exp.GT: lambda: left > right,
            exp.GTE: lambda: left >= right,
            exp.Add: lambda: left + right,
        }
        return operators[type(tree)]()


class ForZen:
    """Writes an expression in zen's language; columns go by numbers."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def name(self, column: str) -> str:
        return self.names.setdefault(column, f"v{len(self.names)}")

    def __call__(self, tree: exp.Expression) -> str:
        if isinstance(tree, exp.Column):
            return self.name(tree.name)
        if isinstance(tree, exp.Literal):
            return json.dumps(tree.this) if tree.is_string else str(tree.this)
        if isinstance(tree, exp.Boolean):
            return str(tree.this).lower()
        if isinstance(tree, exp.Cast):
            inside = self(tree.this)
            return inside if isinstance(tree.this, exp.Literal) else f"(({inside}) ? 1 : 0)"
        if isinstance(tree, exp.Paren):
            return f"({self(tree.this)})"
        if isinstance(tree, exp.Not):
            return f"not ({self(tree.this)})"
        if isinstance(tree, exp.Case):
            found = self(tree.args["default"]) if tree.args.get("default") else "null"
            for branch in reversed(tree.args["ifs"]):
                found = f"({self(branch.this)} ? {self(branch.args['true'])} : {found})"
            return found
        return f"({self(tree.this)} {INFIX[type(tree)]} {self(tree.expression)})"


def zen_graph(layers: list[Layer], writer: ForZen) -> str:
    """A decision graph of zen: a node of expressions for each layer above the bits."""
    nodes: list[dict[str, Any]] = [{"id": "0", "type": "inputNode", "name": "bits"}]
    for number, layer in enumerate(layers, 1):
        expressions = [
            {"id": f"{number}.{place}", "key": writer.name(column), "value": writer(tree)}
            for place, (column, tree) in enumerate(layer.items())
        ]
        last = number == len(layers)
        content = {"expressions": expressions, "passThrough": not last}
        nodes.append(
            {
                "id": str(number),
                "type": "expressionNode",
                "name": f"layer {number}",
                "content": content,
            }
        )
    nodes.append({"id": "end", "type": "outputNode", "name": "statuses"})
    ids = [str(node["id"]) for node in nodes]
    edges = [
        {"id": f"e{place}", "sourceId": first, "targetId": second, "type": "edge"}
        for place, (first, second) in enumerate(pairwise(ids))
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def main(lines: int = LINES) -> None:
    """Compare the three on the same lines and print what each takes."""
    import polars as pl
    from zen import ZenEngine

    store = CohortStore(program_of(POLICY))
    with tempfile.TemporaryDirectory() as folder:
        relations = Path(folder) / "relations"
        write_relations(some_cases(), lines, relations)
        assert list(read_relations(store, relations)) == [[]]
    made = store.decide(choose(POLICY))
    database = store.database
    for statement in ("DROP TABLE determinations", *made.statements[:-1]):
        database.execute(statement)
    bits, *layers = layers_of(made)
    wanted = list(layers[-1])

    def by_duckdb() -> None:
        database.execute("DROP TABLE IF EXISTS determinations")
        database.execute(made.statements[-1])

    gathered = database.execute("SELECT * FROM gathered ORDER BY c, line")
    columns = [each[0] for each in gathered.description or ()]
    frame = pl.DataFrame(gathered.fetchall(), schema=columns, orient="row")
    for_polars = ForPolars()
    plan = frame.lazy()
    for layer in (bits, *layers):
        plan = plan.with_columns(**{name: for_polars(tree) for name, tree in layer.items()})
    by_polars = plan.select(wanted).collect

    for_zen = ForZen()
    graph = zen_graph(layers, for_zen)
    decision = ZenEngine().create_decision(graph)
    given = [
        {for_zen.name(name): row[name] for name in inputs_of(layers)}
        for row in frame.lazy()
        .with_columns(**{name: for_polars(tree) for name, tree in bits.items()})
        .head(ONE_BY_ONE)
        .collect()
        .to_dicts()
    ]

    def by_zen() -> list[dict[str, Any]]:
        return [decision.evaluate(each)["result"] for each in given]

    by_duckdb()
    listed = ", ".join(f'"{name}"' for name in wanted)
    expected = database.execute(f"SELECT {listed} FROM determinations ORDER BY c, line").fetchall()
    in_zen = [tuple(found[for_zen.name(name)] for name in wanted) for found in by_zen()]
    print(f"{len(expected):,} lines, {len(wanted)} columns, from the bits of their leaves")
    for name, found in (("polars", by_polars().rows()), ("zen-engine", in_zen)):
        different = sum(ours != theirs for ours, theirs in zip(found, expected, strict=False))
        print(f"{name} differs in {different} of {len(found):,} lines")
    for name, action, number in (
        ("DuckDB", by_duckdb, len(expected)),
        ("polars", by_polars, len(expected)),
        ("zen-engine, one by one", by_zen, len(given)),
    ):
        print(f"{name:24} {best(action, 5) / number * 1000:10.2f} microseconds a line")


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
