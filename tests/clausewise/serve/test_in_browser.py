"""The workbench in a real browser: what-if with the outcome in sight, keyboard, accessibility.

Skipped with a line that says so where there is no Chromium. Screenshots go to ``out/``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import clausewise as cw
from tests.support.browser import needs_browser, started
from tests.support.places import CASE_FOLDER, ROOT
from tests.support.served import TOKEN

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request

pytestmark = needs_browser
COMPARED = "first=pa-1003.yaml&second=pa-1003.yaml&second-set=injections.I2.relief_percent%3D50"
CASE = "/case/pa-1003.yaml"
QUICK = (CASE, "/new")
PLACES = {
    "cases": "/",
    "case": CASE,
    "what-if": f"{CASE}?set=injections.I2.relief_percent%3D50",
    "missing": f"{CASE}/missing",
    "flip": f"{CASE}/flip",
    "why-not": f"{CASE}/why-not",
    "when": f"{CASE}/when",
    "letter-member": f"{CASE}/letter?for=member",
    "letter-clinician": f"{CASE}/letter?for=clinician",
    "report": f"{CASE}/report",
    "documents": f"{CASE}/documents?document=H2&page=5&quote=49 %25 relief",
    "passage": f"{CASE}/entry?kind=injections&quote=49 %25 relief&document=H2&page=5",
    "new": "/new?procedure=27279",
    "new-text": "/new/text",
    "compare": f"/compare?{COMPARED}",
    "compare-policies": "/compare/policies?first=CMM-611@2024-01-01&second=CMM-611&cases=true",
    "compare-audits": "/compare/audits?first=audit-1&second=audit-2",
    "compare-choices": "/compare/choices?set=reading.block_relief%3Dany_occasion",
    "audits": "/audits",
    "audit": "/audit/audit-2",
    "lines": "/audit/audit-2/lines?clause=D.I.B.7",
    "policies": "/policies",
    "graph": "/policies/graph",
    "analysis": "/policies/analysis",
    "documentation": "/docs/tutorial.md",
    "reference": "/docs/reference/commands.md",
    "error": "/nope",
}
"""Every kind of page, by the name of its image."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as found:
        yield found


@pytest.fixture(scope="module")
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A browser that has the token."""
    found = browser.new_context(viewport={"width": 1280, "height": 900})
    page = found.new_page()
    page.goto(f"{site}/?token={TOKEN}")
    page.close()
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext, site: str) -> Iterator[Page]:
    """A page with the token; nothing was written to its console or asked of another server."""
    found = context.new_page()
    errors: list[str] = []
    found.on("console", lambda each: errors.append(each.text) if each.type == "error" else None)
    found.on("pageerror", lambda each: errors.append(str(each)))
    elsewhere = _asked_elsewhere(found, site)
    yield found
    found.close()
    assert errors == []
    assert elsewhere == []


def _asked_elsewhere(page: Page, site: str) -> list[str]:
    """The addresses of other servers that a page asks, as they are asked."""
    found: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((f"{site}/", "data:", "blob:")):
            found.append(request.url)

    page.on("request", note)
    return found


def _picture(page: Page, name: str) -> None:
    (ROOT / "out").mkdir(exist_ok=True)
    page.screenshot(path=ROOT / "out" / f"workbench-{name}.png", full_page=True)


def test_the_token_leaves_the_address(page: Page, site: str) -> None:
    page.goto(f"{site}/?token={TOKEN}")
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
    page.reload()
    assert page.get_by_text("MEDICALLY NECESSARY").first.is_visible()
    page.get_by_role("link", name="undo all").click()
    page.get_by_text("NOT MEDICALLY NECESSARY").first.wait_for()


def _violations(page: Page) -> list[Any]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found]


def _looked_at(page: Page, address: str, width: int, scheme: Any, status: int = 200) -> None:
    """No violation, and nothing wider than the page."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == (404 if address.endswith("/nope") else status)
    assert _violations(page) == [], (address, width, scheme)
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, (address, width)


@pytest.mark.parametrize("place", QUICK)
def test_a_page_is_accessible_and_fits(page: Page, site: str, place: str) -> None:
    # At 400 points of width a page has the room that one of 800 has at 200 % zoom.
    _looked_at(page, site + place, 400, "light")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_every_page_is_accessible_and_fits(
    browser: Browser, site: str, audits: None, scheme: str, width: int
) -> None:
    page = browser.new_page()
    elsewhere = _asked_elsewhere(page, site)
    _looked_at(page, f"{site}/", width, scheme, 401)
    _picture(page, f"no-token-{width}-{scheme}")
    page.goto(f"{site}/?token={TOKEN}")
    for name, place in PLACES.items():
        _looked_at(page, site + place, width, scheme)
        _picture(page, f"{name}-{width}-{scheme}")
    page.close()
    assert elsewhere == []


@pytest.fixture(scope="module")
def audits(folder: Path) -> None:
    """Two audits in the folder that is served."""
    if not (folder / "audit-1").exists():
        cw.audit(CASE_FOLDER, folder / "audit-1", sample=0)
    if not (folder / "audit-2").exists():
        cw.audit(CASE_FOLDER, folder / "audit-2", sample=0, parameters={"minimum_blocks": 1})


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
    page.goto(f"{site}/new?procedure=27279&token={TOKEN}")
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
    second.wait_for(state="attached")
    page.wait_for_load_state()  # a page that is still loading may take the focus back
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


def test_a_selected_passage_becomes_an_entry(page: Page, site: str) -> None:
    page.goto(f"{site}{CASE}/documents?document=H2&page=5")
    page.evaluate("""() => {
        const text = document.querySelector("pre.passage").firstChild;
        const range = document.createRange();
        const from = text.data.indexOf("49 % relief");
        range.setStart(text, from);
        range.setEnd(text, from + "49 % relief".length);
        document.getSelection().addRange(range);
    }""")
    page.wait_for_function("document.forms[0].elements.quote.value === '49 % relief'")
    page.locator('select[name="kind"]').select_option("injections")
    page.get_by_role("button", name="Make an entry").click()
    page.locator('input[name="injections.relief_percent@0"]').fill("49")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Case PA-1003").wait_for()
    assert "injections%2B%3D" in page.url
    page.get_by_text('H2 p5 "49 % relief"').last.wait_for()


def test_two_tabs_do_not_disturb_each_other(context: BrowserContext, site: str) -> None:
    page, other = context.new_page(), context.new_page()
    page.goto(f"{site}/case/pa-1003.yaml?set=injections.I2.relief_percent%3D50")
    other.goto(f"{site}/case/pa-1003.yaml?set=injections.I2.relief_percent%3D20")
    assert page.get_by_text("left: medically necessary").is_visible()
    page.reload()
    assert page.get_by_text("left: medically necessary").is_visible()
    assert other.get_by_text("NOT MEDICALLY NECESSARY").first.is_visible()
    page.close()
    other.close()


def test_a_server_that_is_gone_is_told_beside_the_outcome(
    context: BrowserContext, site: str
) -> None:
    page = context.new_page()
    page.goto(f"{site}/case/pa-1003.yaml")
    context.set_offline(True)
    field = page.locator('input[name="request.received"]')
    field.fill("2026-07-16")
    field.press("Tab")
    told = page.get_by_role("alert")
    told.get_by_text("The server does not answer").wait_for()
    assert page.locator("#result").get_attribute("aria-busy") is None
    assert page.get_by_text("NOT MEDICALLY NECESSARY").first.is_visible()
    context.set_offline(False)
    page.close()
