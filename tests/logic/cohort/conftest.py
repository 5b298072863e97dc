"""What holds for tests of cohorts: audits decide few lines again, since most tests make several."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clausewise.logic.cohort.audit.SAMPLE", 3)
