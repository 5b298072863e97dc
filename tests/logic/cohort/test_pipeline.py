"""Parts side by side: taken over in their order, broken off after an error, threads given back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import duckdb
import pytest

from clausewise.logic.cohort.pipeline import SideBySide
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of

LONG = "SELECT sum(hash(range)) FROM range(4000000000)"
"""A query that takes much longer than a test may wait."""


@pytest.fixture
def store() -> CohortStore:
    made = CohortStore(program_of(POLICY))
    made.use_threads(2)
    return made


def numbered(part: CohortStore, number: int) -> None:
    part.database.execute("INSERT INTO procedure (c) VALUES ($1)", [number])


def number_of(part: CohortStore) -> int:
    ((number,),) = part.rows("SELECT c FROM procedure")
    return int(number)


def nothing(_: CohortStore) -> None:
    pass


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_parts_are_taken_over_in_their_order_and_see_only_their_own_rows(
    store: CohortStore, threads: int
) -> None:
    store.use_threads(threads)
    taken: list[int] = []
    many = 9

    def work(part: CohortStore) -> None:
        time.sleep(0.02 * ((many - number_of(part)) % 3))  # later ones are often done before

    with SideBySide(store, work, lambda part: taken.append(number_of(part))) as parts:
        for number in range(many):
            part = parts.free()
            assert part.rows("SELECT c FROM procedure") == []
            numbered(part, number)
            parts.decide(part)
    assert taken == list(range(many))
    assert store.threads() == threads
    assert store.rows("SELECT c FROM procedure") == []


def test_two_parts_are_decided_at_the_same_time_while_a_third_is_filled(store: CohortStore) -> None:
    together = threading.Barrier(2, timeout=20)

    def work(_: CohortStore) -> None:
        together.wait()  # breaks when the other one is not decided meanwhile

    with SideBySide(store, work, nothing) as parts:
        parts.decide(parts.free())
        second = parts.free()
        parts.decide(second)
        third = parts.free()
        numbered(third, 3)
        assert number_of(third) == 3


def test_duckdb_helps_with_the_threads_that_no_part_has(store: CohortStore) -> None:
    store.use_threads(4)
    go_on = threading.Event()
    with SideBySide(store, lambda _: assert_set(go_on), nothing) as parts:
        first = parts.free()
        assert store.threads() == 4
        parts.decide(first)
        parts.decide(parts.free())
        parts.free()
        assert store.threads() == 2
        go_on.set()
    assert store.threads() == 4


def assert_set(event: threading.Event) -> None:
    assert event.wait(20)


def test_an_error_of_the_work_is_told_and_ends_the_others(store: CohortStore) -> None:
    ended: list[str] = []

    def work(part: CohortStore) -> None:
        if number_of(part) == 0:
            time.sleep(0.5)
            raise ValueError("cannot decide")
        ended.append(broken_off(part))

    def run() -> None:
        with SideBySide(store, work, nothing) as parts:
            for number in range(5):
                part = parts.free()
                numbered(part, number)
                parts.decide(part)

    with pytest.raises(ValueError, match="cannot decide"):
        run()
    assert ended
    assert set(ended) == {"broken off"}
    assert store.threads() == 2


def test_an_error_of_the_caller_breaks_the_work_off(store: CohortStore) -> None:
    ended: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        interrupted(store, lambda part: ended.append(broken_off(part)))
    assert ended == ["broken off"]
    assert store.threads() == 2


def interrupted(store: CohortStore, work: Callable[[CohortStore], None]) -> None:
    with SideBySide(store, work, nothing) as parts:
        parts.decide(parts.free())
        time.sleep(0.5)
        raise KeyboardInterrupt


def broken_off(part: CohortStore) -> str:
    try:
        part.rows(LONG)
    except duckdb.InterruptException:
        return "broken off"
    return "went on to its end"
