"""Python as analysts expect it: what is given, collections, frames, errors, help."""

from __future__ import annotations

import copy
import json
import pickle
import pydoc
import sys
import traceback
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

import clausewise as cw
from clausewise.api import frames
from clausewise.facts.errors import MissingPackageError
from tests.support.pages import without_spans
from tests.support.places import BUNDLE_FOLDER, CASE_FOLDER, case_path
from tests.support.plain_yaml import read_yaml

PATH = case_path("pa-1003")


def test_a_case_is_loaded_from_a_path_a_mapping_and_json() -> None:
    data = read_yaml(PATH.read_text(encoding="utf-8"))
    case = cw.load(PATH)
    assert cw.load(data) == cw.load(json.dumps(data, default=str)) == case
    bundle = json.loads((BUNDLE_FOLDER / "pa-1003.json").read_text(encoding="utf-8"))
    assert cw.load(bundle) == cw.load(BUNDLE_FOLDER / "pa-1003.json")
    with pytest.raises(cw.InputError, match="the mapping: "):
        cw.load({"format": "clausewise-case/1"})


def test_functions_and_methods_give_the_same() -> None:
    case = cw.load(PATH)
    for name in ("why", "why_not", "missing", "flip", "when", "ask"):
        of_function, of_method = signature(getattr(cw, name)), signature(getattr(case, name))
        assert of_function.return_annotation == of_method.return_annotation
    by_function, by_method = cw.why_not(case), case.why_not()
    assert by_function.value == by_method.value
    assert str(by_function) == str(by_method)
    assert cw.decide(case) == case.decide()
    assert str(cw.ask(case, "relief(E, R)")) == str(case.ask("relief(E, R)"))


def test_cases_and_decisions_become_frames() -> None:
    cases = cw.load_all([str(CASE_FOLDER / "pa-100[135].yaml"), PATH])
    assert [case.case for case in cases] == ["PA-1001", "PA-1003", "PA-1005", "PA-1003"]
    assert list(cases.to_frame("polars")["injections"]) == [len(case.injections) for case in cases]
    decisions = cw.decide_all(cases[:3], readings={"block_relief": "any_occasion"})
    frame = decisions.to_frame("pandas")
    assert list(frame["case"]) == ["PA-1001", "PA-1003", "PA-1005", "PA-1005"]
    assert list(frame["D.I.B.7"])[:2] == ["met", "met"]
    arrow = decisions.to_arrow()
    assert arrow.column_names == list(frame.columns)
    assert arrow.num_rows == 4
    assert "<table>" in decisions._repr_html_()


def test_files_are_validated(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: clausewise-case/1\n", encoding="utf-8")
    found = cw.validate([PATH, bad])
    assert found[str(PATH)] is None
    assert isinstance(found[str(bad)], cw.InputError)
    assert cw.schema()["title"] == "clausewise-case/1"


def test_a_collection_of_cases_is_asked() -> None:
    cases = cw.load_all(CASE_FOLDER)
    table = cases.ask("relief(E, R) & (R < 50)")
    assert [row[0] for row in table] == ["PA-1003", "PA-1020"]
    assert all(cases[int(row[1])].case == row[0] for row in table)
    assert len(cw.ask(CASE_FOLDER, "relief(E, R) & (R < 50)")) == len(table) == 2


def test_the_answers_of_a_cohort_lead_to_their_cases() -> None:
    table = cw.ask(CASE_FOLDER, "relief(E, R) & (R < 50)")
    assert "✓ 30 < 50" in str(table.why(1))
    assert cw.load(table.address(1)).case == table.rows[1][0]
    assert "✗ by the query" in str(table.why_not())
    with pytest.raises(cw.QueryError, match="there is no answer 2; there are 2"):
        table.why(2)
    with pytest.raises(cw.QueryError, match="there is no case at pa-9\\.yaml"):
        table.why_not("pa-9.yaml")
    several = cw.ask([PATH, str(CASE_FOLDER / "pa-102*.yaml")], "relief(E, R) & (R < 50)")
    assert [several.address(number) for number in range(2)] == [
        str(PATH),
        str(CASE_FOLDER / "pa-1020.yaml"),
    ]
    own = cw.load(PATH).what_if({"reading.block_relief": "any_occasion"})
    with pytest.raises(cw.QueryError, match="has readings or parameters of its own"):
        cw.ask([own, PATH], "line(L)")


def test_a_table_has_rows_a_frame_and_proofs() -> None:
    table = cw.ask(PATH, "technical(L, E) & relief(E, R) & entry_date(E, D) & (R < 60)")
    assert table.columns == ("L", "E", "R", "D")
    (row,) = table
    assert [str(value) for value in row] == ["left", "injections[1]", "49", "2026-03-23"]
    assert table.to_frame("pandas").loc[0, "R"] == 49
    assert table.to_arrow().to_pylist()[0]["L"] == "left"
    assert "relief(I2, 49)" in str(table.why())
    assert "I2 diagnostic block, 2026-03-23" in without_spans(table._repr_html_())
    with pytest.raises(cw.QueryError, match="there is no answer 1"):
        table.why(1)
    nothing = cw.ask(PATH, "relieved(left, I2)")
    assert not nothing
    assert "by relieved/1" in str(nothing.why_not())


def test_text_of_a_case_is_no_markup() -> None:
    data = read_yaml(PATH.read_text(encoding="utf-8"))
    data["injections"][1]["id"] = "<img src=x onerror=alert(1)>"
    shown = cw.load(data).ask("relief(E, 49)")._repr_html_()
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_a_decision_that_no_policy_governs_keeps_its_notice() -> None:
    decision = cw.decide(case_path("pa-1018"))
    again = pickle.loads(pickle.dumps(decision))
    assert again == decision
    assert again.notice == decision.notice != ""


def test_lines_and_tables_are_copied_and_say_how_they_are_kept() -> None:
    line = cw.decide(case_path("pa-1003")).lines[0]
    table = cw.ask(case_path("pa-1003"), "relief(E, R)")
    for each, told in ((line, "with its decision"), (table, "pickle its rows")):
        assert copy.copy(each) is copy.deepcopy(each) is each
        with pytest.raises(TypeError, match=told):
            pickle.dumps(each)


def test_decisions_are_pickled_copied_and_compared() -> None:
    decision = cw.load(PATH).decide()
    assert pickle.loads(pickle.dumps(decision)) == decision
    assert copy.deepcopy(decision) == copy.copy(decision) == decision
    other = cw.decide(PATH, readings={"block_relief": "any_occasion"})
    assert other != decision
    assert pickle.loads(pickle.dumps(other)) == other
    case = cw.load(PATH)
    assert pickle.loads(pickle.dumps(case)) == copy.deepcopy(case) == case
    found = case.effect_of({"reading.block_relief": "any_occasion"})
    assert pickle.loads(pickle.dumps(found)) == copy.deepcopy(found) == found


def test_every_error_has_one_base_and_shows_itself_shortly() -> None:
    for call in (
        lambda: cw.load("nowhere.yaml"),
        lambda: cw.decide(PATH, readings={"x": "y"}),
        lambda: cw.ask(PATH, "releif(E)"),
        lambda: cw.ask("nowhere.ndjson", "line(L)"),
        lambda: cw.what_if(PATH, {"injections.I9.relief_percent": 3}),
        lambda: cw.policy("D.I.B.77"),
        lambda: cw.template("00000"),
        lambda: cw.graph(path="nothing"),
        lambda: cw.graph(clause="D.I.B.77"),
        lambda: cw.load(PATH).decide(policy="MM-9"),
        lambda: cw.load(PATH).ask("releif(E)"),
        lambda: cw.load(PATH).flip("aproved"),
        lambda: cw.load(PATH).as_of("yesterday"),
        lambda: cw.load(PATH).what_if({"nonsense": 1}),
        lambda: cw.load_all(PATH).ask("releif(E)"),
    ):
        with pytest.raises(cw.ClausewiseError) as caught:
            call()
        assert len(caught.value._render_traceback_()) == 1
        shown = traceback.format_exception(caught.value)
        assert sum(line.startswith("  File") for line in shown) <= 3


def test_help_of_every_function_fits_a_screen() -> None:
    for name in cw.__all__:
        public = getattr(cw, name)
        if callable(public) and not isinstance(public, type):
            assert pydoc.plain(pydoc.render_doc(public)).count("\n") < 60, name
    assert repr(cw.policy()) == (
        "<Policy MM-1508, Sacroiliac Joint Fusion, in force since 2026-06-01>"
    )


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(*names: str) -> Any:
        return lambda name: None if name in names else find_spec(name)

    columns = {"a": [1]}
    monkeypatch.setattr(frames, "find_spec", without("pandas", "polars"))
    for name in ("pandas", "polars"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(MissingPackageError, match="needs pandas or polars"):
        frames.to_frame(columns)
    monkeypatch.setitem(sys.modules, "narwhals", None)
    with pytest.raises(MissingPackageError, match=r"clausewise\[frames\]"):
        frames.to_frame(columns)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingPackageError, match=r"clausewise\[frames\]"):
        frames.to_arrow(columns)


def test_the_panel_names_the_extra_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "clausewise.viz.notebook.widget", raising=False)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(MissingPackageError, match=r"needs anywidget: .*clausewise\[notebook\]"):
        cw.load(PATH).explore()
