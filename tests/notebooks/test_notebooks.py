"""Every notebook runs from top to bottom, and what is committed beside it is current."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.notebooks import SOURCES, committed, essence, executed


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_runs_and_its_committed_outputs_are_current(source: Path) -> None:
    assert essence(executed(source)) == essence(committed(source)), (
        "run `make notebooks` and commit what it writes"
    )


def test_the_notebooks_are_there() -> None:
    assert [path.stem[0] for path in SOURCES] == ["1", "2", "3"]
