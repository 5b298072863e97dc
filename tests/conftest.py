"""What holds for every test.

Examples that hypothesis makes may take as long as they need. An audit decides one of its lines
once more with pyDatalog instead of 200, where a test does not say how many: that it does so is
tested in tests/logic/cohort/test_sample.py, and that SQL decides as pyDatalog does in
tests/logic/sql/test_translate.py. The quick tests (``-m "not slow"``) ask pyDatalog the same of the
same facts once a process.
"""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import settings

from clausewise.logic.program import program
from tests.support.asked_once import PoolAskedOnce

settings.register_profile("clausewise", deadline=None)
settings.load_profile("clausewise")


def pytest_configure(config: pytest.Config) -> None:
    """Before test modules load programs."""
    if config.getoption("markexpr") == "not slow":
        patch.object(program, "EnginePool", PoolAskedOnce).start()


@pytest.fixture
def asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that put faults into an evaluation: no answer from before the fault is used."""
    monkeypatch.setattr(PoolAskedOnce, "anew", True)


@pytest.fixture(autouse=True, scope="session")
def small_samples_of_audits() -> Iterator[None]:
    with patch("clausewise.logic.cohort.audit.SAMPLE", 1):
        yield
