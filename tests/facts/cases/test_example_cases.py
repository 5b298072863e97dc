"""The example cases: valid, fictional, commented, and of every determination."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausewise.facts.case.model import Source
from clausewise.facts.case.validation import load_case
from clausewise.facts.case.warnings import case_warnings
from clausewise.facts.vocabulary.words import VOCABULARY
from tests.support.places import CASE_FILES


def test_there_are_at_least_fourteen() -> None:
    assert len(CASE_FILES) >= 14


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_an_example_is_valid_commented_and_says_that_it_is_fictional(path: Path) -> None:
    case = load_case(path)
    assert case.case.lower() == path.stem
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "Fictional" in text
    listed = {document.id for document in case.documents}
    for _, entry in case.entries():
        if isinstance(entry.source, Source):
            assert entry.source.document in listed
            assert entry.source.page is not None


def test_most_entries_cite_a_page() -> None:
    entries = [entry for path in CASE_FILES for _, entry in load_case(path).entries()]
    sourced = [entry for entry in entries if isinstance(entry.source, Source)]
    assert len(sourced) / len(entries) > 0.95


def test_only_odd_examples_warn() -> None:
    warned = {path.stem for path in CASE_FILES if case_warnings(load_case(path))}
    assert warned == {"pa-1008", "pa-1018"}


def test_both_paths_occur() -> None:
    procedures = {load_case(path).request.procedure for path in CASE_FILES}
    known = {VOCABULARY.procedure_of_code(each) or each for each in procedures}
    assert {"percutaneous_sij_fusion", "open_sij_fusion"} <= known
