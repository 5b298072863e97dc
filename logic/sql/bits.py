"""Conditions of a line as bits of numbers: queries that differ in constants only are merged.

A table of the constants stands beside each query, with the bits that each of them sets. All bits
of a query are in one number, so that its rows are added up once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from clausewise.logic.sql.query import NAME_TYPE, Query

BITS = 60
"""What is gathered in one number."""


@dataclass
class Shape:
    """Queries that are alike but for their constants; ``found`` names what each of them finds.

    ``line`` is the expression for the line, "" when it holds for all lines of a case.
    """

    case: str
    line: str
    source: str
    conditions: tuple[str, ...]
    places: tuple[str, ...]
    found: dict[tuple[str, ...], list[str]] = field(default_factory=dict)


@dataclass
class Word:
    """Shapes whose bits are kept in the number of this name; a bit by the name of what it says."""

    name: str
    shapes: list[Shape] = field(default_factory=list)
    bits: dict[str, int] = field(default_factory=dict)

    def add(self, shape: Shape) -> None:
        """Give each thing that the shape finds a bit."""
        self.shapes.append(shape)
        for names in shape.found.values():
            self.bits.update({name: len(self.bits) + each for each, name in enumerate(names)})

    @property
    def of_lines(self) -> bool:
        """Whether the bits are of single lines, not of all lines of a case."""
        return bool(self.shapes[0].line)

    def sql(self) -> str:
        """A query for the number of each line, or of each case, of which anything is found."""
        rows = " UNION ALL ".join(self._rows_of(shape) for shape in self.shapes)
        keys = 'c, "line"' if self.of_lines else "c"
        return f"SELECT {keys}, bit_or(m) AS {self.name} FROM ({rows}) AS u GROUP BY {keys}"

    def columns(self) -> Iterator[str]:
        """A column for each bit."""
        for name, bit in self.bits.items():
            yield f"(({self.name} & {1 << bit}) <> 0) AS {name}"

    def _rows_of(self, shape: Shape) -> str:
        """One query for all constants of a shape, which stand in a table beside their bits."""
        line = f', {shape.line} AS "line"' if shape.line else ""
        constants = [f"v{place}" for place in range(len(shape.places))]
        rows = ", ".join(
            f"({', '.join((*map(_named, values), self._mask(names)))})"
            for values, names in shape.found.items()
        )
        source = f"{shape.source}, (VALUES {rows}) AS k({', '.join((*constants, 'm'))})"
        conditions = (
            *shape.conditions,
            *(f"{place} = k.{name}" for name, place in zip(constants, shape.places, strict=True)),
        )
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {shape.case} AS c{line}, k.m AS m FROM {source}{where}"

    def _mask(self, names: Iterable[str]) -> str:
        return f"CAST({sum(1 << self.bits[name] for name in names)} AS BIGINT)"


def words_of(shapes: Iterable[Shape]) -> list[Word]:
    """The shapes shared out over as few numbers as find room; those of lines and of cases apart."""
    words: list[Word] = []
    parts = (part for shape in shapes for part in _split(shape))
    for shape in sorted(parts, key=_size, reverse=True):
        fitting = (
            word
            for word in words
            if word.of_lines == bool(shape.line) and len(word.bits) + _size(shape) <= BITS
        )
        word = next(fitting, None)
        if word is None:
            word = Word(f"m{len(words)}")
            words.append(word)
        word.add(shape)
    return words


def _size(shape: Shape) -> int:
    return sum(len(names) for names in shape.found.values())


def _split(shape: Shape) -> Iterator[Shape]:
    """The shape, in several if it finds more than one number has bits for."""
    rows = [(values, name) for values, names in shape.found.items() for name in names]
    for start in range(0, len(rows), BITS):
        own = Shape(shape.case, shape.line, shape.source, shape.conditions, shape.places)
        for values, name in rows[start : start + BITS]:
            own.found.setdefault(values, []).append(name)
        yield own


def _named(value: str) -> str:
    """A constant in a table of constants, which would else be text and compared as text."""
    return f"CAST({value} AS {NAME_TYPE})" if value.startswith("'") else value


def gathered(words: Sequence[Word], lines: Query, conditions: Mapping[str, str]) -> str:
    """A query for the numbers of every line, and for conditions over ``lines``, each by its name.

    ``lines`` is the table of lines, as ``l``, with the totals that the conditions use.
    """
    joined = []
    for word in words:
        own = f"n{word.name}"
        line = f' AND {own}."line" = l."line"' if word.of_lines else ""
        joined.append(f" LEFT JOIN ({word.sql()}) AS {own} ON {own}.c = l.c{line}")
    columns = [f"coalesce({word.name}, 0) AS {word.name}" for word in words]
    columns += [f"({condition}) AS {name}" for name, condition in conditions.items()]
    picked = ", ".join(('l.c AS c, l."line" AS line', *columns))
    return f"SELECT {picked} FROM {lines.source()}{''.join(joined)}"
