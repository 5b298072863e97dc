"""Random queries: joined atoms of every relation, with comparisons, negations and counts."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from clausewise.facts.columns import Column, Type
from clausewise.logic.asking.dictionary import Dictionary, KnownRelation

_ENTRIES = (Type.ENTRY, Type.REFERENCE)
_NAMES = (Type.NAME, Type.LINE)
_NUMBERS = (Type.COUNT, Type.WHOLE, Type.NUMBER)


def random_query(dictionary: Dictionary, seed: int) -> str:
    """A query that can be asked, of a seed always the same."""
    return " & ".join(_Drawn(dictionary, Random(seed)).literals())


class _Drawn:
    def __init__(self, dictionary: Dictionary, random: Random) -> None:
        self.dictionary = dictionary
        self.random = random
        self.variables: dict[str, Column] = {}

    def literals(self) -> Iterator[str]:
        number = self.random.choice((1, 2, 2, 3))
        for place in range(number):
            yield self._atom(joined=place > 0)
        yield from self._compared()
        if self.random.random() < 0.4:
            yield f"~{self._atom(joined=True, bound=True)}"
        if self.random.random() < 0.2:
            least = self.random.randrange(3)
            yield f"count(N, {self._atom(joined=True, bound=True)}) & (N >= {least})"

    def _relation(self) -> KnownRelation:
        entries = [each for each in self.dictionary.entries.values() if each.columns]
        return self.random.choice(entries)

    def _atom(self, *, joined: bool, bound: bool = False) -> str:
        """An atom, ``joined`` to what is there where that can be; ``bound`` has ``_`` elsewhere."""
        entry = self._relation()
        for _ in range(20):
            if not joined or any(self._known(column) for column in entry.columns):
                break
            entry = self._relation()
        terms = [
            self._term(entry, place, column, bound=bound)
            for place, column in enumerate(entry.columns)
        ]
        return f"{entry.name}({', '.join(terms)})"

    def _known(self, column: Column) -> list[str]:
        kinds = _ENTRIES if column.type in _ENTRIES else (column.type,)
        return [
            name
            for name, held in self.variables.items()
            if held.type in kinds
            and (held.domain is None or column.domain is None or held.domain & column.domain)
        ]

    def _term(self, entry: KnownRelation, place: int, column: Column, *, bound: bool) -> str:
        random = self.random
        if entry.name in ("reading", "parameter") and place == 0:
            policy = self.dictionary.program.policy
            names = policy.reading if entry.name == "reading" else policy.parameter
            return f'"{random.choice(list(names))}"'
        if place == entry.relation.by_clause and random.random() < 0.9:
            labels = [
                label
                for label in self.dictionary.program.policy.clauses
                if f"{entry.name}[{label}]" in self.dictionary.program.plan.plans
            ]
            return f'"{random.choice(labels or list(self.dictionary.labels))}"'
        if place == entry.relation.by_clause:
            return "_" if bound else self._new(column)
        domain = sorted(column.domain or ())
        if column.type in _NAMES and domain and random.random() < 0.3:
            return f'"{random.choice(domain)}"'
        known = self._known(column)
        if known and random.random() < 0.8:
            return random.choice(known)
        return "_" if bound or random.random() < 0.2 else self._new(column)

    def _new(self, column: Column) -> str:
        name = f"V{len(self.variables)}"
        self.variables[name] = column
        return name

    def _compared(self) -> Iterator[str]:
        random = self.random
        kinds = {name: column.type for name, column in self.variables.items()}
        for name, kind in kinds.items():
            if random.random() > 0.3:
                continue
            others = [
                other
                for other, its in kinds.items()
                if other != name and (its is kind or {its, kind} <= set(_NUMBERS))
            ]
            if kind in _NUMBERS:
                value = random.choice([str(random.randrange(100)), "49.5", *others])
                yield f"({name} {random.choice(('<', '<=', '>', '>=', '!='))} {value})"
            elif kind is Type.DAY:
                value = random.choice(['"2026-03-23"', '"2026-06-01"', *others])
                yield f"({name} {random.choice(('<', '>='))} {value})"
            elif others:
                yield f"({name} {random.choice(('==', '!='))} {random.choice(others)})"
