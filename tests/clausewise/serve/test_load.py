"""Several clients at once get their answers; the benchmark asks for longer."""

from __future__ import annotations

import pytest

from benchmarks.serve import load


@pytest.mark.slow
def test_clients_at_once_get_their_answers_without_an_error() -> None:
    found = load(clients=3, seconds=0)
    assert found.errors == []
    assert len(found.seconds) >= 3
    assert "0 errors" in str(found)
