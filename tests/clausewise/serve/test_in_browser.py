"""The workbench in a real browser: what-if with the outcome in sight, keyboard, accessibility.

Skipped with a line that says so where there is no Chromium. Screenshots go to ``out/``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.places import ROOT
from tests.support.served import TOKEN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the workbench is not clicked"),
    pytest.mark.xdist_group("browser"),
]
COMPARED = "first=pa-1003.yaml&second=pa-1003.yaml&second-set=injections.I2.relief_percent%3D50"
PLACES = (
    "/",
    "/case/pa-1003.yaml",
    "/case/pa-1003.yaml/letter",
    "/new",
    "/policies",
    f"/compare?{COMPARED}",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        found = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page that has opened the address with the token; no error was written to its console."""
    found = browser.new_page(viewport={"width": 1280, "height": 900})
    errors: list[str] = []
    found.on("console", lambda each: errors.append(each.text) if each.type == "error" else None)
    found.on("pageerror", lambda each: errors.append(str(each)))
    found.goto(f"{site}/?token={TOKEN}")
    yield found
    found.close()
    assert errors == []


def _picture(page: Page, name: str) -> None:
    (ROOT / "out").mkdir(exist_ok=True)
    page.screenshot(path=ROOT / "out" / f"workbench-{name}.png", full_page=True)


def test_the_token_leaves_the_address(page: Page) -> None:
    assert "token" not in page.url
    assert page.get_by_role("heading", name="Cases").is_visible()


def test_a_change_at_the_side_changes_the_outcome_in_sight(page: Page, site: str) -> None:
    page.goto(f"{site}/case/pa-1003.yaml")
    side = page.get_by_role("complementary", name="What if")
    side.get_by_text("I2 diagnostic block").click()
    field = page.locator('input[name="injections.I2.relief_percent"]')
    field.fill("50")
    with page.expect_response(lambda answer: "set=" in answer.url):
        field.press("Tab")
    side.get_by_text("left: medically necessary").wait_for()
    assert "set=injections.I2.relief_percent%3D50" in page.url
    assert page.get_by_text("What if", exact=True).first.is_visible()
    assert side.get_by_text("left: medically necessary").is_visible()
    _picture(page, "what-if")
    page.reload()
    assert page.get_by_text("MEDICALLY NECESSARY").first.is_visible()
    page.get_by_role("link", name="undo all").click()
    page.get_by_text("NOT MEDICALLY NECESSARY").first.wait_for()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_every_page_is_accessible_and_fits(page: Page, site: str, scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    for place in PLACES:
        # At 400 points of width a page has the room that one of 800 has at 200 % zoom.
        for width in (1280, 400) if scheme == "light" else (1280,):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(site + place)
            found = Axe().run(page).response["violations"]
            told = [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found]
            assert told == [], (place, width, scheme)
            name = place.partition("?")[0].strip("/").replace("/", "-") or "cases"
            _picture(page, f"{name}-{width}-{scheme}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (place, width)


def test_a_case_is_reached_and_left_with_the_keyboard_alone(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "to the content"
    link = page.get_by_role("link", name="PA-1003")
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Case PA-1003").wait_for()
    summary = page.locator("details.clause summary").first
    summary.focus()
    opened = page.locator("details.clause").first.get_attribute("open")
    page.keyboard.press("Enter")
    assert page.locator("details.clause").first.get_attribute("open") != opened


def test_a_box_of_the_picture_leads_to_its_clause(page: Page, site: str) -> None:
    page.goto(f"{site}/case/pa-1003.yaml")
    link = page.locator('figure a[href$="proof-D.I.B.7"], figure a[*|href$="proof-D.I.B.7"]').first
    link.click()
    assert page.url.endswith("#left-proof-D.I.B.7") or page.url.endswith("#proof-D.I.B.7")
    place = page.url.rpartition("#")[2]
    assert page.locator(f'[id="{place}"]').count() == 1


def test_a_case_is_entered_by_its_form_without_scripts(browser: Browser, site: str) -> None:
    """Keyboard alone: what is typed stays when one more of a group is asked for."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{site}/?token={TOKEN}")
    page.goto(f"{site}/new?procedure=27279")
    page.get_by_label("What is the identifier of the request?").focus()
    page.keyboard.type("TYPED-1")
    page.locator('select[name="request.side"]').focus()
    page.keyboard.type("left")
    page.locator('input[name="request.received"]').fill("2026-07-15")
    summary = page.locator("summary", has_text="injections")
    summary.focus()
    page.keyboard.press("Enter")
    first = page.locator('input[name="injections.relief_percent@0"]')
    first.focus()
    page.keyboard.type("80")
    page.locator('button[value="injections"]').focus()
    page.keyboard.press("Enter")
    second = page.locator('input[name="injections.relief_percent@1"]')
    second.focus()
    page.keyboard.type("140")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert first.input_value() == "80"
    assert second.get_attribute("aria-invalid") == "true"
    second.fill("60")
    second.press("Enter")
    page.get_by_role("heading", name="Case TYPED-1").wait_for()
    assert page.get_by_text("60 % relief").count() > 0
    page.context.close()


def test_questions_that_answers_make_pointless_are_put_away(page: Page, site: str) -> None:
    page.goto(f"{site}/new?procedure=27279")
    page.locator("summary", has_text="imaging studies").click()
    hip = page.locator('[name="imaging.results.hip_osteoarthritis@0"]')
    assert not hip.is_visible()
    page.locator('[name="imaging.region@0"]').select_option("hip")
    assert hip.is_visible()
    page.locator('[name="imaging.region@0"]').select_option("lumbar_spine")
    assert not hip.is_visible()


def test_two_tabs_do_not_disturb_each_other(browser: Browser, site: str) -> None:
    tabs = browser.new_context()
    page, other = tabs.new_page(), tabs.new_page()
    page.goto(f"{site}/?token={TOKEN}")
    page.goto(f"{site}/case/pa-1003.yaml?set=injections.I2.relief_percent%3D50")
    other.goto(f"{site}/case/pa-1003.yaml?set=injections.I2.relief_percent%3D20")
    assert page.get_by_text("left: medically necessary").is_visible()
    page.reload()
    assert page.get_by_text("left: medically necessary").is_visible()
    assert other.get_by_text("NOT MEDICALLY NECESSARY").first.is_visible()
    tabs.close()


def test_a_server_that_is_gone_is_told_beside_the_outcome(browser: Browser, site: str) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{site}/?token={TOKEN}")
    page.goto(f"{site}/case/pa-1003.yaml")
    page.context.set_offline(True)
    field = page.locator('input[name="request.received"]')
    field.fill("2026-07-16")
    field.press("Tab")
    told = page.get_by_role("alert")
    told.get_by_text("The server does not answer").wait_for()
    assert page.locator("#result").get_attribute("aria-busy") is None
    assert page.get_by_text("NOT MEDICALLY NECESSARY").first.is_visible()
    page.context.close()
