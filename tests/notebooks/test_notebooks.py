"""Every notebook runs from top to bottom, and what is committed beside it is current."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.notebooks import (
    PICTURE,
    SOURCES,
    committed,
    essence,
    executed,
    picture,
    words_of,
)

SLOW = ("2", "3", "4", "5", "6")
"""Notebooks that take longer than a few seconds, by number."""


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(each, id=each.stem, marks=[pytest.mark.slow] * (each.stem[0] in SLOW))
        for each in SOURCES
    ],
)
def test_a_notebook_runs_and_its_committed_outputs_are_current(source: Path) -> None:
    assert essence(executed(source)) == essence(committed(source)), (
        "run `make notebooks` and commit what it writes"
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_what_shows_itself_is_shown_once(source: Path) -> None:
    for cell in committed(source)["cells"]:
        kinds = [output["output_type"] for output in cell.get("outputs", ())]
        assert kinds.count("execute_result") + kinds.count("display_data") <= 1


def test_the_panel_is_kept_as_its_last_picture() -> None:
    (second,) = (source for source in SOURCES if source.stem.startswith("2"))
    text = json.dumps(committed(second))
    assert "clausewise-last" in text
    assert "widget-view" not in text


def test_the_picture_of_the_readme_is_current() -> None:
    assert words_of(picture()) == words_of(PICTURE.read_text(encoding="utf-8"))


def test_the_notebooks_are_there() -> None:
    assert [path.stem[0] for path in SOURCES] == ["1", "2", "3", "4", "5", "6"]
