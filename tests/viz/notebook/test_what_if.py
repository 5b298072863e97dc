"""The what-if panel: its state, its callbacks as a browser calls them, and its script."""

from __future__ import annotations

import base64
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

import clausewise as cw
from clausewise.facts.case.editing import plain_data
from clausewise.logic.mm_1508 import POLICY
from clausewise.viz.errors import PictureError
from clausewise.viz.notebook.what_if import WhatIf
from tests.support.browser import needs_browser, started
from tests.support.places import ROOT, case_path

DENIED = case_path("pa-1003")


def what_if(name: str = "pa-1003", **options: Any) -> WhatIf:
    return WhatIf(cw.load(case_path(name)), POLICY, **options)


# --- state ------------------------------------------------------------------------------------


def test_turning_a_leaf_changes_what_is_documented_and_decides_again() -> None:
    state = what_if()
    before = plain_data(state.case)
    first = state.case
    state.cycle_leaf("D.I.B.7")
    assert state.line.statuses["D.I.B.7"] == "undocumented"
    assert state.line.determination == "insufficient_information"
    state.cycle_leaf("D.I.B.7")
    assert state.line.determination == "medically_necessary"
    assert len(state.changes) == 2
    assert "medically necessary" in state.message
    assert plain_data(first) == before


def test_undo_and_reset_lead_back() -> None:
    state = what_if()
    state.set_place("measurements[0].value", 3)
    state.set_reading("block_relief", "any_occasion")
    state.set_parameter("minimum_pain_score", 3)
    assert state.line.determination == "medically_necessary"
    state.undo()
    assert state.line.statuses["D.I.B.2"] == "not_met"
    state.reset()
    assert state.changes == ()
    assert state.line.decisive == ("D.I.B.7",)
    state.undo()
    assert state.changes == ()


def test_the_picture_marks_what_changed() -> None:
    state = what_if()
    assert "►" not in "\n".join(state.picture.outline)
    state.set_place("measurements[0].value", 3)
    assert "► D.I.B.2 Pain score met → not met" in " ".join(" ".join(state.picture.outline).split())


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("measurements[0].value", 11),
        ("measurements[7].value", 3),
        ("request.received", "yesterday"),
        ("nonsense", 1),
    ],
)
def test_an_impossible_change_is_told_and_changes_nothing(place: str, value: object) -> None:
    state = what_if()
    state.set_place(place, value)
    assert state.changes == ()
    assert state.message


def test_a_gate_an_unknown_clause_and_an_unknown_choice_change_nothing() -> None:
    state = what_if()
    state.cycle_leaf("D.I.B.9")
    assert "settled by its parts" in state.message
    state.cycle_leaf("<script>")
    state.set_reading("block_relief", "sometimes")
    assert "not a value of reading" in state.message
    state.set_parameter("minimum_pain_score", -1)
    assert state.changes == ()


def test_one_line_of_a_bilateral_case_is_chosen() -> None:
    assert what_if("pa-1005", side="right").line.determination == "not_medically_necessary"
    with pytest.raises(PictureError, match="no line"):
        what_if("pa-1003", side="right")


# --- the panel --------------------------------------------------------------------------------


def panel() -> Any:
    pytest.importorskip("anywidget")
    return cw.load(DENIED).explore()


def click(found: Any, content: Any) -> None:
    """What arrives when the browser sends a message."""
    found.graph._handle_custom_msg(content, [])


def test_a_click_redraws_outcome_graph_and_proof() -> None:
    found = panel()
    assert "NOT MEDICALLY NECESSARY" in found.outcome.value
    before = found.graph.svg
    click(found, {"clicked": "D.I.B.7"})
    assert "INSUFFICIENT INFORMATION" in found.outcome.value
    assert found.graph.svg != before
    assert "INSUFFICIENT INFORMATION" in found.proof.value
    assert not found.undo.disabled
    found.undo.click()
    assert found.graph.svg == before
    assert found.undo.disabled


def test_other_messages_change_nothing() -> None:
    found = panel()
    for content in (None, "clicked", {"clicked": 7}, {"clicked": "x"}, {"other": "D.I.B.7"}):
        click(found, content)
        assert found.what_if.changes == (), content


def test_controls_move_numbers_dates_readings_and_parameters() -> None:
    found = panel()
    score = next(each for each in found.numbers.children if each.key == "measurements[0].value")
    score.value = 4.5
    assert found.what_if.line.statuses["D.I.B.2"] == "not_met"
    reading = next(each for each in found.readings if each.key == "block_relief")
    reading.value = "any_occasion"
    assert found.what_if.line.statuses["D.I.B.7"] == "met"
    least = next(each for each in found.parameters.children if each.key == "minimum_pain_score")
    least.value = 4
    assert found.what_if.line.determination == "medically_necessary"
    received = next(each for each in found.dates.children if each.key == "request.received")
    received.value = date(2028, 1, 1)
    assert found.what_if.line.determination != "medically_necessary"
    found.reset.click()
    assert (score.value, reading.value, least.value) == (7.0, "each_occasion", 5)
    assert received.value == date(2026, 7, 15)
    assert found.what_if.changes == ()


def test_labels_are_words_and_readings_explain_themselves() -> None:
    found = panel()
    titles = [each.description for each in (*found.numbers.children, *found.dates.children)]
    assert "pain score: points" in titles
    assert "I2 diagnostic block, left, 2026-03-23: relief in %" in titles
    assert "thigh thrust test positive: date" in titles
    assert len(set(titles)) == len(titles)
    assert not [each for each in titles if "[" in each or "_" in each]
    reading = next(each for each in found.readings if each.key == "block_relief")
    _, asked, chosen = reading.explained.children
    assert asked.value.startswith("D.I.B.7: ")
    before = chosen.value
    reading.value = "any_occasion"
    assert chosen.value not in (before, "")
    click(found, {"clicked": "D.I.B.2"})
    assert "value of pain score" in found.outcome.value
    assert "measurements[" not in found.outcome.value


def test_a_closed_notebook_keeps_the_last_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []

    def display(data: Any, **options: Any) -> Any:
        shown.append((data, options))
        return SimpleNamespace(update=lambda data, **_: shown.append((data, "update")))

    monkeypatch.setattr("IPython.display.display", display)
    found = panel()
    found._ipython_display_()
    click(found, {"clicked": "D.I.B.7"})
    (widget, _), (first, options), (last, update) = shown
    assert "application/vnd.jupyter.widget-view+json" in widget
    assert options["display_id"]
    assert update == "update"
    assert "NOT MEDICALLY NECESSARY" in first["text/html"]
    assert "INSUFFICIENT INFORMATION" in last["text/html"]
    assert "<svg" in last["text/html"]
    assert ' id="' not in last["text/html"]


def test_controls_follow_entries_that_come_and_go() -> None:
    found = panel()
    before = len(found.numbers.children)
    click(found, {"clicked": "D.I.B.2"})  # the score is lower
    assert len(found.numbers.children) == before
    click(found, {"clicked": "D.I.B.2"})  # the score is withdrawn
    assert len(found.numbers.children) == before - 1
    found.undo.click()
    assert len(found.numbers.children) == before


def test_every_leaf_is_a_place_in_the_picture() -> None:
    found = panel()
    for leaf in found.graph.leaves:
        drawn = f'id="clause-{leaf}"' in found.graph.svg
        further = leaf in {
            part for clause in POLICY.clauses.values() for part in clause.further_parts
        }
        assert drawn or further, leaf


# --- the script -------------------------------------------------------------------------------

DRIVE = """
async ([script, svg, leaves]) => {
  const { render } = (await import("data:text/javascript;base64," + script)).default;
  const listeners = {};
  window.sent = [];
  window.model = {
    data: { svg, leaves },
    get(name) { return this.data[name]; },
    on(name, call) { (listeners[name] ||= []).push(call); },
    send(message) { window.sent.push(message); },
    set(name, value) {
      this.data[name] = value;
      (listeners["change:" + name] || []).forEach(call => call());
    },
  };
  render({ model: window.model, el: document.body });
}
"""


PARTS = """<!doctype html><style>{sheet}</style><body>
<div class="clausewise-panel"><div class="clausewise-parts">
<div class="clausewise-outcome">NOT MEDICALLY NECESSARY</div>
<div class="clausewise-graph"><div class="clausewise-drawing">{svg}</div></div>
<div class="clausewise-tabs" style="height: 2000px">controls</div>
</div></div></body>"""
"""The parts of the panel as a notebook lays them out."""


@needs_browser
def test_leaves_are_clicked_or_entered_and_the_outcome_stays_in_sight() -> None:
    script = (ROOT / "viz" / "notebook" / "widget.js").read_bytes()
    state = what_if()
    arguments = [base64.b64encode(script).decode(), state.picture.svg, list(state.leaves)]
    with started() as browser:
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.set_content("<!doctype html><body></body>")
        page.evaluate(DRIVE, arguments)
        page.locator('[id="clause-D.I.B.7"]').click()
        page.locator('[id="clause-D.I.B.1.posterior"]').click()
        page.keyboard.press("Enter")
        page.evaluate("window.model.set('svg', window.model.get('svg') + ' ')")
        assert page.evaluate("document.activeElement.id") == "clause-D.I.B.1.posterior"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "button"
        label = page.locator('[id="clause-D.I.B.7"]').get_attribute("aria-label") or ""
        assert "D.I.B.7: two image-guided" in label
        assert "not met" in label
        page.locator('[id="clause-D.I.B.9"]').click(position={"x": 30, "y": 8})
        assert page.evaluate("window.sent") == [
            {"clicked": "D.I.B.7"},
            {"clicked": "D.I.B.1.posterior"},
            {"clicked": "D.I.B.1.posterior"},
        ]
        sheet = (ROOT / "viz" / "notebook" / "widget.css").read_text(encoding="utf-8")
        page.set_content(PARTS.format(sheet=sheet, svg=state.picture.svg))
        for width in (1280, 900):
            page.set_viewport_size({"width": width, "height": 800})
            frame = page.locator(".clausewise-panel")
            for scrolled in (0, 400, 5000):
                frame.evaluate("(each, to) => each.scrollTo(0, to)", scrolled)
                outcome = page.locator(".clausewise-outcome").bounding_box()
                assert outcome is not None
                assert 0 <= outcome["y"] < 800 - outcome["height"], (width, scrolled)
