"""Cases, decisions and differences in a notebook: they show themselves and are never changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import clausewise as cw
from clausewise.api.results import Answer
from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import Case as Record
from tests.support.examples import example
from tests.support.pages import without_spans
from tests.support.places import case_path


@pytest.fixture
def case() -> cw.Case:
    return cw.load(case_path("pa-1003"))


def test_a_loaded_case_is_the_same_record(case: cw.Case) -> None:
    record = example("pa-1003")
    assert isinstance(case, Record)
    assert plain_data(case) == plain_data(record)
    assert cw.result(cw.decide(case)) == cw.result(cw.decide(case_path("pa-1003")))


def test_a_case_a_decision_and_a_difference_show_themselves(case: cw.Case) -> None:
    assert "diagnostic block, 49 % relief" in without_spans(case._repr_html_())
    decision = case.decide()
    assert decision.determination == "not_medically_necessary"
    assert "NOT MEDICALLY NECESSARY" in decision._repr_html_()
    assert decision.graph(why=True)._repr_svg_().startswith("<svg")
    found = case.compare(case.what_if({"reading.block_relief": "any_occasion"}))
    assert "each_occasion → any_occasion" in found._repr_html_()
    assert "→ MEDICALLY NECESSARY" in " ".join(found.graph().outline)
    for shown in (case, decision, found):
        assert "PA-1003" in repr(shown)
        assert len(repr(shown)) < 120


def test_a_what_if_is_a_new_case_that_remembers_its_choices(case: cw.Case) -> None:
    before = plain_data(case)
    changed = case.what_if({"injections.I2.relief_percent": 50, "parameter.minimum_pain_score": 9})
    assert plain_data(case) == before
    assert case.choices == ({}, {})
    assert changed.choices == ({}, {"minimum_pain_score": 9})
    assert changed.decide().lines[0].decisive == ("D.I.B.2",)
    # Functions honour the choices of the case, and what is given to them comes on top.
    assert cw.decide(changed).lines[0].decisive == ("D.I.B.2",)
    assert cw.decide(changed, parameters={"minimum_pain_score": 5}).determination == (
        "medically_necessary"
    )
    again = changed.what_if({"reading.block_relief": "any_occasion"})
    assert again.choices == ({"block_relief": "any_occasion"}, {"minimum_pain_score": 9})


def test_answers_print_as_text_and_show_colours(case: cw.Case) -> None:
    answers: dict[str, Answer[Any]] = {
        "why": case.why(),
        "why not": case.why_not(),
        "missing": case.missing(),
        "flip": case.flip(size=1),
        "depends on": case.depends_on(),
        "when": case.when(days=30),
    }
    for name, answer in answers.items():
        assert "PA-1003" in str(answer), name
        assert answer._repr_html_().startswith("<pre"), name
        assert repr(answer) == str(answer)
        assert answer.data()["case"] == "PA-1003", name
    assert answers["missing"] == case.missing()
    assert "D.I.B.7" in str(answers["why not"])
    assert "1 of 2 required blocks qualifies" in str(answers["why"])
    assert "color: #" in answers["why"]._repr_html_()


def test_hostile_text_in_an_answer_stays_text(case: cw.Case) -> None:
    hostile = case.what_if({"case": "<img src=x onerror=alert(1)>[red]x"})
    html = hostile.why()._repr_html_()
    assert "<img" not in html
    assert "&lt;img" in html
    assert "[red]x" in html


def test_a_report_is_written_where_asked(case: cw.Case, tmp_path: Path) -> None:
    text = case.report(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == text
    assert case.decide().report() == text


def test_every_name_is_there_and_no_other() -> None:
    """Names are imported when they are first used."""
    assert dir(cw) == cw.__all__
    for name in cw.__all__:
        assert getattr(cw, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'decid'"):
        getattr(cw, "decid")  # noqa: B009
