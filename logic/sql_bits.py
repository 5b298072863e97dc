"""What holds for a line gathered as bits of numbers: queries alike but for constants are one query.

A table of the constants stands beside each query, with the bit that each of them sets.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from logic.sql_queries import NAME_TYPE

BITS = 60
"""Atoms gathered in one number."""


@dataclass
class Shape:
    """Queries that are alike but for their constants; ``masks`` gives the bits of each."""

    case: str
    line: str
    tables: tuple[str, ...]
    conditions: tuple[str, ...]
    places: tuple[str, ...]
    masks: dict[tuple[str, ...], int] = field(default_factory=dict)


def _part(mask: int, word: int) -> str:
    """The bits of a mask that are kept in one of the numbers."""
    return f"CAST({mask >> BITS * word & (1 << BITS) - 1} AS BIGINT)"


def _named(value: str) -> str:
    """A constant in a table of constants, which would else be text and compared as text."""
    return f"CAST({value} AS {NAME_TYPE})" if value.startswith("'") else value


def shape_sql(shape: Shape, words: range) -> str:
    """One query for all constants of a shape; the constants stand in a table beside their bits."""
    line = f', {shape.line} AS "line"' if shape.line else ""
    wanted = ", ".join(f"k.m{word} AS m{word}" for word in words)
    names = [f"v{place}" for place in range(len(shape.places))] + [f"m{word}" for word in words]
    rows = ", ".join(
        f"({', '.join((*map(_named, values), *(_part(mask, word) for word in words)))})"
        for values, mask in shape.masks.items()
    )
    tables = (*shape.tables, f"(VALUES {rows}) AS k({', '.join(names)})")
    conditions = (
        *shape.conditions,
        *(f"{place} = k.v{number}" for number, place in enumerate(shape.places)),
    )
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {shape.case} AS c{line}, {wanted} FROM {', '.join(tables)}{where}"
