"""The audit report in a real browser: links both ways, folding, keyboard, contrast, print.

Skipped with a line that says so where there is no Chromium. Screenshots go to ``out/``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.viz.picture import render
from clausewise.viz.report.report import report
from tests.support.browser import needs_browser, started
from tests.support.examples import decided
from tests.support.places import ROOT
from tests.support.slices import first_few
from tests.viz.report.test_report import hostile_case, report_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_browser

CONTRAST = """
() => {
  const parse = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = rgb => { const [r, g, b] = rgb.slice(0, 3).map(v => { v /= 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = node => { for (let e = node; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const bad = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || parent.closest("svg")) continue;
    const [a, b] = [light(parse(getComputedStyle(parent).color)), light(ground(parent))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push(parent.className + ": " + walker.currentNode.data.slice(0, 40));
  }
  return bad;
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as found:
        yield found


@pytest.fixture
def complaints() -> list[str]:
    """What the browser says on its console; dialogs that open."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1100, "height": 1400})
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("dialog", lambda _: complaints.append("a dialog"))
    yield opened
    opened.close()


def show(page: Page, folder: Path, name: str = "pa-1003") -> None:
    target = folder / f"{name}.html"
    hostile = name == "hostile"
    text = report(decide_case(hostile_case(), POLICY)) if hostile else report_of(name)
    target.write_text(text, encoding="utf-8")
    page.goto(target.as_uri())


def screenshot(page: Page, name: str) -> None:
    (ROOT / "out").mkdir(exist_ok=True)
    page.screenshot(path=ROOT / "out" / f"{name}.png")


def test_a_box_of_the_picture_leads_to_its_proof_and_back(
    page: Page, tmp_path: Path, complaints: list[str]
) -> None:
    show(page, tmp_path)
    target = page.locator('[id="left-proof-D.I.B.9.b"]')
    assert not page.locator('[id="left-proof-D.I.B.9"]').evaluate("e => e.open")
    # In its middle lie the lines of its parts, which lead to their own places.
    page.locator('svg a[href="#left-proof-D.I.B.9.b"]').click(position={"x": 40, "y": 10})
    assert page.evaluate("location.hash") == "#left-proof-D.I.B.9.b"
    assert target.locator("> summary").is_visible()
    target.locator("> summary").click()
    target.locator("> .inside > a.see").click()
    assert page.evaluate("location.hash") == "#left-clause-D.I.B.9.b"
    box = page.locator('[id="left-clause-D.I.B.9.b"]')
    assert page.evaluate("e => e.matches(':target')", box.element_handle())
    top = box.bounding_box()
    assert top is not None
    assert 0 <= top["y"] <= 1400
    assert complaints == []
    screenshot(page, "report")


HIDDEN_LINKS = """
links => links.filter(link => {
  link.scrollIntoView({block: "center", inline: "center"});
  const box = link.getBoundingClientRect();
  for (let x = 0.1; x < 1; x += 0.1)
    for (let y = 0.1; y < 1; y += 0.2) {
      const met = document.elementFromPoint(box.x + x * box.width, box.y + y * box.height);
      if (met && met.closest("a") === link) return false;
    }
  return true;
}).map(link => link.getAttribute("href"))
"""
"""The links of which no point can be clicked, because something lies above them."""


@pytest.mark.parametrize("system", [True, False], ids=["the system's Graphviz", "only the wheel"])
def test_every_box_and_every_line_in_a_box_can_be_clicked(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: bool
) -> None:
    if system and shutil.which("dot") is None:
        pytest.skip("no system Graphviz here")
    if not system:
        monkeypatch.setenv("PATH", str(tmp_path))
    render.renderer.cache_clear()
    try:
        target = tmp_path / "report.html"
        target.write_text(report(decided("pa-1003")), encoding="utf-8")
    finally:
        render.renderer.cache_clear()
    page.goto(target.as_uri())
    links = page.locator('svg a[href^="#left-proof-"]')
    assert links.count() > 40
    assert links.evaluate_all(HIDDEN_LINKS) == []


def test_what_decided_is_unfolded_and_the_rest_folds_by_click_and_key(
    page: Page, tmp_path: Path
) -> None:
    show(page, tmp_path)
    decided = page.locator('[id="left-proof-D.I.B.7"]')
    other = page.locator('[id="left-proof-D.I.B.1"]')
    assert decided.evaluate("e => e.open")
    assert not other.evaluate("e => e.open")
    other.locator("> summary").focus()
    page.keyboard.press("Enter")
    assert other.evaluate("e => e.open")
    page.keyboard.press("Space")
    assert not other.evaluate("e => e.open")
    steps = decided.locator("> .inside > details.steps")
    steps.locator("> summary").click()
    assert steps.locator("li[id^='left-step-']").first.is_visible()
    link = steps.locator("a[href^='#rule-D.I.B.7/']").first
    aim = link.get_attribute("href")
    link.click()
    assert page.evaluate("location.hash") == aim
    assert page.locator(f'[id="{str(aim)[1:]}"]').is_visible()


@pytest.mark.slow
def test_everything_is_reached_with_the_keyboard(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "to the report"
    seen = set()
    for _ in range(160):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate(
                "document.activeElement.closest('svg') ? 'svg' : document.activeElement.tagName"
            )
        )
    assert {"A", "svg", "SUMMARY"} <= seen


@pytest.mark.parametrize("name", first_few(["pa-1003", "pa-1001", "pa-1002"], 1))
def test_text_stands_out_from_its_ground(page: Page, tmp_path: Path, name: str) -> None:
    show(page, tmp_path, name)
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert page.evaluate(CONTRAST) == []


def test_hostile_text_does_nothing(page: Page, tmp_path: Path, complaints: list[str]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    show(page, tmp_path, "hostile")
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert page.locator("script, img, iframe, [onerror]").count() == 0
    assert "<script>alert(1)</script>" in page.locator("h1").inner_text()
    assert [url for url in asked if not url.startswith("file:")] == []
    assert complaints == []
    screenshot(page, "report-hostile")


def test_print_unfolds_the_clauses_but_not_the_steps(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path)
    page.emulate_media(media="print")
    leaf = page.locator('[id="left-proof-D.I.B.1.posterior"] .evidence').first
    assert leaf.is_visible()
    assert not page.locator("details.steps").first.is_visible()
    assert not page.locator("nav").is_visible()
    for paper in ("A4", "Letter"):
        assert page.pdf(format=paper).startswith(b"%PDF")


def test_a_narrow_window_scrolls_only_the_picture(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 420, "height": 800})
    show(page, tmp_path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
