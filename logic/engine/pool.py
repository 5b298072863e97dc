"""Engines of one program, lent to one caller at a time, so that threads never share one."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from clausewise.logic.engine.pydatalog import Engine
from clausewise.logic.language.notation import Atom, Relation, Rule


class EnginePool:
    """The idle engines of a program; one more is made when none is idle.

    pyDatalog's compiled fact store is not collected with its Logic, so engines are kept and used
    again, not thrown away.
    """

    def __init__(
        self, rules: Iterable[Rule], relations: Iterable[Relation], asked: Iterable[Atom] = ()
    ) -> None:
        self._rules = tuple(rules)
        self._relations = tuple(relations)
        self._asked = tuple(asked)
        self._idle: list[Engine] = []
        self._lock = threading.Lock()

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """An engine for the block; no other caller has it meanwhile."""
        with self._lock:
            lent = self._idle.pop() if self._idle else None
        if lent is None:
            lent = Engine(self._rules, self._relations, self._asked)
        try:
            yield lent
        finally:
            if lent.usable:
                with self._lock:
                    self._idle.append(lent)
