"""What a policy never looks at: facts that a case may state and that no clause rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clausewise.facts.columns import Kind, Type
from clausewise.facts.schema import OF_CASES
from clausewise.logic.analysis.space.asked import Asked


@dataclass(frozen=True)
class Unread:
    """Relations that no clause asks for, and names that no clause asks for, by column.

    ``names`` has the relation of entries or of the request and its column. ``alike`` are the
    relations and columns of which clauses take any name and tell none from another.
    """

    relations: tuple[str, ...]
    names: tuple[tuple[str, str, tuple[str, ...]], ...]
    alike: tuple[tuple[str, str], ...]


def unread(asked: Iterable[Asked]) -> Unread:
    """What none of these paths asks for."""
    paths = tuple(asked)
    read = {name for each in paths for name in each.relations}
    names, alike = [], []
    for name, schema in OF_CASES.items():
        if name not in read or schema.kind is Kind.DETAIL or schema.required:
            continue
        readers = [path for path in paths if name in path.relations]
        for column in schema.columns:
            if column.type is not Type.NAME or not column.domain:
                continue
            if any(path.takes_any(name, column.name) for path in readers):
                if not any(path.named_in(name, column.name) for path in readers):
                    alike.append((name, column.name))
                continue
            used = {each for path in readers for each in path.named_in(name, column.name)}
            left = tuple(sorted(column.domain - used))
            if left:
                names.append((name, column.name, left))
    unasked = tuple(name for name in OF_CASES if name not in read)
    return Unread(unasked, tuple(names), tuple(alike))
