"""The example cases: valid, fictional, commented, and of every determination."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clausewise.facts.case.editing import as_of
from clausewise.facts.case.model import Source
from clausewise.facts.case.validation import load_case
from clausewise.facts.case.warnings import case_warnings
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.what_if.compare import then_and_now
from tests.support.examples import decided
from tests.support.places import CASE_FILES, case_path


def test_there_are_twenty_three() -> None:
    assert len(CASE_FILES) == 23


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_an_example_is_valid_commented_and_says_that_it_is_fictional(path: Path) -> None:
    case = load_case(path)
    assert case.case.lower() == path.stem
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "Fictional" in text
    listed = {document.id for document in case.documents}
    for _, entry in case.entries():
        for source in entry.sources:
            if isinstance(source, Source):
                assert source.document in listed
                assert source.page is not None


def test_most_entries_cite_a_page() -> None:
    entries = [entry for path in CASE_FILES for _, entry in load_case(path).entries()]
    sourced = [entry for entry in entries if isinstance(entry.source, Source)]
    assert len(sourced) / len(entries) > 0.95


def test_only_odd_examples_warn() -> None:
    warned = {path.stem for path in CASE_FILES if case_warnings(load_case(path))}
    assert warned == {"pa-1008", "pa-1017", "pa-1018", "pa-1023"}


def test_both_paths_occur() -> None:
    procedures = {load_case(path).request.procedure for path in CASE_FILES}
    known = {VOCABULARY.procedure_of_code(each) or each for each in procedures}
    assert {"percutaneous_sij_fusion", "open_sij_fusion"} <= known


APPROVED, DENIED = "medically_necessary", "not_medically_necessary"
PENDED, ELSEWHERE = "insufficient_information", "not_governed"
SHOWN: dict[str, list[tuple[str, list[str]]]] = {
    "pa-1001": [(APPROVED, [])],
    "pa-1002": [(PENDED, ["D.I.B.4.b", "D.I.B.8", "D.I.B.9.b"])],
    "pa-1003": [(DENIED, ["D.I.B.7"])],
    "pa-1004": [(DENIED, ["D.I.B.2", "D.I.B.6", "D.I.B.9.b"])],
    "pa-1005": [(APPROVED, []), (DENIED, ["D.I.B.5"])],
    "pa-1006": [(PENDED, ["D.I.B.6"])],
    "pa-1007": [(DENIED, ["D.II.B.1"])],
    "pa-1008": [(APPROVED, [])],
    "pa-1009": [(DENIED, ["D.I.B.4.a"])],
    "pa-1010": [(APPROVED, [])],
    "pa-1011": [(DENIED, ["D.II.A.0", "D.II.A.3"])],
    "pa-1012": [(DENIED, ["D.I.A.2"]), (DENIED, ["D.I.A.2"])],
    "pa-1013": [(PENDED, ["D.I.A.2"])],
    "pa-1014": [(ELSEWHERE, [])],
    "pa-1015": [(DENIED, ["D.I.B.8", "D.II.B.2"])],
    "pa-1016": [(DENIED, ["D.I.B.0", "D.II.B.4"])],
    "pa-1017": [(PENDED, ["D.I.B.6", "D.I.B.7"])],
    "pa-1018": [(ELSEWHERE, [])],
    "pa-1019": [(PENDED, ["D.I.B.7"])],
    "pa-1020": [(PENDED, ["D.I.B.7"])],
    "pa-1021": [(APPROVED, [])],
    "pa-1022": [(PENDED, ["D.I.B.4.a"])],
    "pa-1023": [(PENDED, ["D.II.B.4"])],
}


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_an_example_shows_what_its_comment_says(path: Path) -> None:
    lines = decided(path.stem).lines
    assert [(line.determination, list(line.decisive)) for line in lines] == SHOWN[path.stem]


def test_the_new_laws_are_shown_by_the_clauses_they_bear_on() -> None:
    statuses = {
        name: decided(name).lines[0].statuses
        for name in ("pa-1019", "pa-1020", "pa-1022", "pa-1023")
    }
    assert statuses["pa-1019"]["D.I.B.7"] == "undocumented"
    assert statuses["pa-1020"]["D.I.B.7"] == "conflicting"
    assert statuses["pa-1022"]["D.I.B.4.a"] == "undocumented"
    assert statuses["pa-1023"]["D.II.B.4"] == "conflicting"


def test_the_completed_request_was_pended_before() -> None:
    case = load_case(case_path("pa-1021"))
    (before,) = decide_case(as_of(case, date(2026, 7, 20)), POLICY).lines
    assert (before.determination, before.decisive) == (PENDED, ("D.I.B.9.b",))
    assert then_and_now(case, POLICY, date(2026, 7, 20)).late_entries == ("imaging[2]",)
