"""pyDatalog's answers of the quick tests: the same facts are asked the same once a process.

The quick tests decide the example cases hundreds of times, each time with the same answers, and
most of the time goes into these. Everything around them is done anew: the facts, the derivations,
and the comparison of the two evaluations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import cast

from clausewise.facts.columns import Row
from clausewise.logic.engine.pydatalog import Engine, EnginePool
from clausewise.logic.language.rules import Atom, Relation, Rule

Answers = dict[object, list[list[Row]]]
MOST = 500
"""How many answers a pool keeps, so that long runs of random cases stay small."""


class PoolAskedOnce(EnginePool):
    """A pool whose engines share their answers."""

    anew = False
    """Whether answers are neither used nor kept, for tests that put faults into evaluations."""

    def __init__(self, rules: Iterable[Rule], relations: Iterable[Relation]) -> None:
        super().__init__(rules, relations)
        self._answers: Answers = {}

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        with super().engine() as engine:
            yield engine if self.anew else cast(Engine, _AskedOnce(engine, self._answers))


class _AskedOnce:
    """An engine of a pool, which is given facts only where it has to be asked."""

    def __init__(self, engine: Engine, answers: Answers) -> None:
        self._engine = engine
        self._answers = answers
        self._rows: Mapping[str, Iterable[Row]] = {}
        self.loaded_rules = engine.loaded_rules

    @contextmanager
    def facts(self, rows: Mapping[str, Iterable[Row]]) -> Iterator[None]:
        self._rows = rows
        yield

    def ask(self, atoms: Sequence[Atom]) -> list[list[Row]]:
        # A number of another type that is equal, True or 1.0 for 1, has facts of its own.
        facts = tuple((name, tuple(rows)) for name, rows in self._rows.items())
        types = tuple(type(value) for _, rows in facts for row in rows for value in row)
        key = (facts, types, tuple(atoms))
        if key not in self._answers:
            with self._engine.facts(self._rows):
                found = self._engine.ask(atoms)
            if len(self._answers) >= MOST:
                self._answers.clear()
            self._answers[key] = found
        return [list(rows) for rows in self._answers[key]]
