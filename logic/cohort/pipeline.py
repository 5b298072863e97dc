"""Parts of a cohort filled and decided at the same time, and taken over in their order.

DuckDB gives a statement threads by the number of its rows, and most tables of a part have too few
to keep every processor at work. So while a part is decided the next one is read, and decided too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType

from clausewise.logic.cohort.store import CohortStore

MOST_DECIDED = 2
"""Parts that are decided at the same time, on as many processors or fewer; one more is read."""
AGAIN = 0.1
"""Seconds after which work is told once more to break off: between two queries it does not hear."""


class SideBySide:
    """Stores for the parts of a cohort: ``free()`` gives an empty one, ``decide(part)`` takes it.

    ``work`` decides a part in a thread of its own; ``take`` then has to move what was found out of
    the part, in the thread of the caller and in the order of the calls of ``decide``. On leaving
    the context all parts are taken over; after an error their work is broken off instead.
    """

    def __init__(
        self,
        store: CohortStore,
        work: Callable[[CohortStore], None],
        take: Callable[[CohortStore], None],
    ) -> None:
        self._store = store
        self._work = work
        self._take = take
        self._threads = store.threads()
        decided = min(self._threads, MOST_DECIDED)
        self._free = [store.beside(f"part {number}") for number in range(decided + 1)]
        self._decided: deque[tuple[CohortStore, Future[None]]] = deque()
        self._pool = ThreadPoolExecutor(decided)

    def __enter__(self) -> SideBySide:
        return self

    def __exit__(
        self, error: type[BaseException] | None, _: object, __: TracebackType | None
    ) -> None:
        try:
            while self._decided and error is None:
                self._take_over()
        finally:
            for part, found in self._decided:
                while wait([found], AGAIN).not_done:
                    part.database.interrupt()
            self._pool.shutdown()
            self._store.use_threads(self._threads)

    def free(self) -> CohortStore:
        """An empty store, as soon as there is one."""
        if not self._free:
            self._take_over()
        self._share(len(self._decided) + 1)
        return self._free.pop()

    def decide(self, part: CohortStore) -> None:
        """Decide a part that is filled."""
        self._decided.append((part, self._pool.submit(self._work, part)))

    def _take_over(self) -> None:
        part, found = self._decided.popleft()
        self._share(len(self._decided) + 1)
        found.result()
        self._take(part)
        part.forget()
        self._free.append(part)

    def _share(self, busy: int) -> None:
        """Let DuckDB help with the threads that are not busy with a part of their own."""
        self._store.use_threads(max(1, self._threads - busy + 1))
