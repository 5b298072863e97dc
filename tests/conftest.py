"""What holds for every test.

Examples that hypothesis makes may take as long as they need. An audit decides three of its lines
once more with pyDatalog instead of 200, where a test does not say how many: that it does so is
tested in tests/logic/cohort/test_sample.py, and that SQL decides as pyDatalog does in
tests/logic/sql/test_translate.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("clausewise", deadline=None)
settings.load_profile("clausewise")


@pytest.fixture(autouse=True, scope="session")
def small_samples_of_audits() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clausewise.logic.cohort.audit.SAMPLE", 3)
        yield
