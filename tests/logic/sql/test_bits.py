"""Bits gathered in numbers: each has one of its own, and those of a query are in one number."""

from __future__ import annotations

from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausewise.logic.sql.bits import BITS, Shape, Word, gathered, words_of
from clausewise.logic.sql.query import all_lines

Sizes = list[tuple[bool, int]]
sizes = st.lists(st.tuples(st.booleans(), st.integers(1, 2 * BITS + 5)), min_size=1, max_size=8)


def shapes_of(kinds: Sizes) -> list[Shape]:
    """Queries of lines or of cases over a table of their own, each with so many constants."""
    found = []
    for number, (of_lines, size) in enumerate(kinds):
        line = 't0."line"' if of_lines else ""
        shape = Shape("t0.c", line, f"q{number} AS t0", (), ("t0.v",))
        shape.found.update({(str(each),): [f"b{number}_{each}"] for each in range(size)})
        found.append(shape)
    return found


@given(sizes)
def test_each_thing_has_a_bit_of_its_own(kinds: Sizes) -> None:
    words = words_of(shapes_of(kinds))
    assert sum(len(word.bits) for word in words) == sum(size for _, size in kinds)
    assert len({word.name for word in words}) == len(words)
    for word in words:
        assert sorted(word.bits.values()) == list(range(len(word.bits)))
        assert len(word.bits) <= BITS
        assert {bool(shape.line) for shape in word.shapes} == {word.of_lines}


@given(sizes)
def test_what_one_query_finds_is_in_one_number_if_that_has_room(kinds: Sizes) -> None:
    words = words_of(shapes_of(kinds))
    for number, (_, size) in enumerate(kinds):
        within = [word for word in words if any(_of(number, name) for name in word.bits)]
        assert len(within) == -(-size // BITS)


def _of(number: int, name: str) -> bool:
    return name.startswith(f"b{number}_")


@settings(max_examples=8)
@given(sizes, st.randoms(use_true_random=False))
def test_duckdb_finds_what_was_put_in(kinds: Sizes, random: Random) -> None:
    check_found(kinds, random)


@pytest.mark.slow
@settings(max_examples=100)
@given(sizes, st.randoms(use_true_random=False))
def test_duckdb_finds_what_was_put_in_many_times(kinds: Sizes, random: Random) -> None:
    check_found(kinds, random)


def check_found(kinds: Sizes, random: Random) -> None:
    """Two cases, the first with two lines; every constant holds at random for some of them."""
    choose = random.choice
    lines = [(0, "left"), (0, "right"), (1, "left")]
    expected: dict[tuple[int, str], set[str]] = {line: set() for line in lines}
    with duckdb.connect() as database:
        database.execute('CREATE TABLE line (c INTEGER, "line" VARCHAR)')
        database.executemany("INSERT INTO line VALUES ($1, $2)", [list(line) for line in lines])
        for number, (of_lines, size) in enumerate(kinds):
            database.execute(f'CREATE TABLE q{number} (c INTEGER, "line" VARCHAR, v INTEGER)')
            rows = [(*choose(lines), choose(range(size))) for _ in range(3)]
            database.executemany(f"INSERT INTO q{number} VALUES ($1, $2, $3)", rows)
            for case, side, value in rows:
                for line in lines:
                    if line == (case, side) or (line[0] == case and not of_lines):
                        expected[line].add(f"b{number}_{value}")
        for case, side in lines:
            if side == "right":
                expected[case, side].add("side")
        words = words_of(shapes_of(kinds))
        assert told(database, words) == expected


def told(database: duckdb.DuckDBPyConnection, words: list[Word]) -> dict[tuple[int, str], set[str]]:
    columns = ", ".join(["side", *(column for word in words for column in word.columns())])
    numbers = gathered(words, all_lines(), {"side": "l.\"line\" = 'right'"})
    found = database.execute(f"SELECT c, line, {columns} FROM ({numbers})")
    names = [each[0] for each in found.description[2:]]
    return {
        (case, line): {name for name, holds in zip(names, bits, strict=True) if holds}
        for case, line, *bits in found.fetchall()
    }
