"""What rules ask for: the numbers that would do."""

from __future__ import annotations

from clausewise.logic.program.demand import Asking, limits, nearest, numbers_that_do, span_of

SCORE = Asking("measurement", (None, "pain", None), 0, ((2, ">=", 5), (2, "<", 9)))


def test_each_threshold_of_a_number_is_a_limit() -> None:
    assert list(limits(SCORE, 2)) == [(True, 5), (False, 8)]
    assert span_of(limits(SCORE, 2)) == (5, 8)
    assert nearest(SCORE, 2) == 5
    assert nearest(SCORE, 1) is None


def test_the_numbers_that_do_lie_between_the_limits_that_the_own_number_keeps() -> None:
    assert numbers_that_do([SCORE], ("pain", 6)) == (5, 8)
    assert numbers_that_do([SCORE], ("pain", 9)) == (5, None)
    assert numbers_that_do([SCORE], ("function", 6)) == (None, None)
