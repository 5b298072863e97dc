"""The audit report as a file: self-contained, complete, escaped, with links that lead somewhere."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

import clausewise as cw
from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain.result import DISCLAIMER, FOR_PHYSICIAN_REVIEW
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.proof import certificate
from clausewise.logic.proof.checker import check
from clausewise.viz.errors import RenderError
from clausewise.viz.picture import render
from clausewise.viz.report import case_report
from clausewise.viz.report.pages import unbroken_in
from clausewise.viz.report.report import report
from tests.support.command import run
from tests.support.examples import decided, example
from tests.support.pages import without_spans
from tests.support.places import CASE_FILES, ROOT, case_path
from tests.support.slices import first_few

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(1)></style>"\'><a href="javascript:x()">'
    "\u202etxt.exe\u2066 \x1b[31m {{ 7 * 7 }} ]]> -->"
)


class Page(HTMLParser):
    """The elements, ids, links and visible text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(without_spans(text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]


@cache
def report_of(name: str) -> str:
    """The report on an example case, made once."""
    return report(decided(name))


def page_of(name: str) -> Page:
    return Page(report_of(name))


def hostile_case() -> Case:
    data = plain_data(example("pa-1003"))
    data["case"] = HOSTILE
    data["review"] = {"reviewer": HOSTILE, "role": HOSTILE, "license": HOSTILE}
    for document in data["documents"]:
        document["title"] = HOSTILE
        document["author"] = HOSTILE
    for entry in data["findings"]:
        entry["source"] = {"document": data["documents"][0]["id"], "quote": HOSTILE}
    data["injections"][0]["id"] = HOSTILE
    return case_from_data(data, "hostile")


@pytest.mark.parametrize("path", first_few(CASE_FILES, 4), ids=lambda path: path.stem)
def test_every_example_has_a_report_whose_links_lead_somewhere(path: Path) -> None:
    decision = decided(path.stem)
    page = page_of(path.stem)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for link in page.values("href"):
        assert link.startswith("data:application/json;base64,") or link[1:] in ids, link
    for line in decision.lines:
        assert line.determination.replace("_", " ").upper() in page.text
        for label in line.decisive:
            assert f"{line.side}-proof-{label}" in ids
    assert DISCLAIMER in page.text


def test_it_needs_nothing_from_elsewhere_and_allows_nothing_but_its_style() -> None:
    text = report_of("pa-1003")
    page = Page(text)
    assert not {tag for tag, _ in page.elements} & {"script", "img", "link", "iframe", "object"}
    assert not page.values("src")
    assert not page.values("style")
    assert not [name for _, attributes in page.elements for name in attributes if name[:2] == "on"]
    (policy,) = [
        attributes["content"]
        for tag, attributes in page.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_hostile_text_stays_text() -> None:
    decision = decide_case(hostile_case(), POLICY)
    text = report(decision)
    page = Page(text)
    plain = page_of("pa-1003")
    assert {tag for tag, _ in page.elements} == {tag for tag, _ in plain.elements}
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7 * 7 }}" in page.text
    shown = page.text.partition("Reviewed by")[2].partition("Proof certificate")[0]
    assert not re.search(r"(?<![\d/])49(?!\d)", shown)  # rules are numbered, as C.occasions/49
    assert not any(letter in text for letter in "\u202e\u2066\x1b")
    assert not [name for _, attributes in page.elements for name in attributes if name[:2] == "on"]
    assert all(link.startswith(("#", "data:application/json")) for link in page.values("href"))


def test_the_certificate_inside_is_valid() -> None:
    case = example("pa-1003")
    page = page_of("pa-1003")
    (link,) = [link for link in page.values("href") if link.startswith("data:")]
    proof = base64.b64decode(link.partition(",")[2]).decode()
    check(proof, case, POLICY, None, None)
    assert json.loads(proof)["policy"]["fingerprint"] == POLICY.fingerprint
    assert proof.strip() in page.text


def test_a_denial_shows_reasons_evidence_sources_and_other_readings() -> None:
    text = page_of("pa-1003").text
    assert FOR_PHYSICIAN_REVIEW in text
    assert "49 < 50" in text
    assert '[H2 p5 "49 % relief"]' in text
    assert "It would be approved if only one of the two blocks needed 50 % relief" in text
    assert "No further records can change this" in text


def test_a_pend_shows_what_is_missing_and_what_to_ask() -> None:
    text = page_of("pa-1002").text
    assert "INSUFFICIENT INFORMATION" in text
    assert "shown by" in text
    assert "to send:" in text


def test_an_approval_says_that_nothing_is_missing() -> None:
    text = page_of("pa-1001").text
    assert "Nothing is missing" in text
    assert FOR_PHYSICIAN_REVIEW not in text


def test_both_lines_of_a_bilateral_request_have_their_own_proof() -> None:
    page = page_of("pa-1005")
    assert {"left-proof-D.I.B.5", "right-proof-D.I.B.5"} <= set(page.values("id"))


def test_every_proof_step_stands_once_and_every_rule_named_is_shown() -> None:
    page = page_of("pa-1003")
    result = cw.result(cw.decide(case_path("pa-1003")))
    ids = page.values("id")
    for step in result["lines"][0]["proof"]["steps"]:
        assert ids.count(f"left-step-{step['step']}") == 1
        for because in step.get("because", ()):
            assert f"rule-{because['rule']}" in ids


def test_other_choices_are_named() -> None:
    text = Page(report(decided("pa-1003", readings={"block_relief": "any_occasion"}))).text
    assert "reading.block_relief: any_occasion in place of each_occasion" in text


def test_without_graphviz_the_report_says_that_no_picture_was_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> None:
        raise RenderError("none")

    monkeypatch.setattr(render, "renderer", refuse)
    page = Page(report(decided("pa-1003")))
    assert "No picture could be drawn" in page.text
    assert "svg" not in {tag for tag, _ in page.elements}
    ids = page.values("id")
    assert all(link[1:] in ids for link in page.values("href") if link.startswith("#"))


def test_it_has_landmarks_headings_and_labelled_sections() -> None:
    page = page_of("pa-1003")
    tags = [tag for tag, _ in page.elements]
    assert all(tags.count(tag) == 1 for tag in ("main", "header", "footer", "nav", "h1"))
    assert tags.count("h2") >= 3
    ids = page.values("id")
    assert all(label in ids for label in page.values("aria-labelledby"))
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_command_writes_a_new_file_and_why_prints_the_same(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    case = str(case_path("pa-1014"))
    assert run("report", case, "-o", str(target)).exit_code == 0
    text = target.read_text(encoding="utf-8")
    assert text == cw.report(case)
    assert text == run("why", case, "--format", "html").stdout
    again = run("report", case, "-o", str(target))
    assert again.exit_code == 2
    assert "name a new one" in again.stderr


def test_what_is_too_much_for_a_page_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_report, "MOST_PROOF_STEPS", 10)
    monkeypatch.setattr(certificate, "MOST_STEPS", 10)
    page = report(decided("pa-1013"))
    assert "steps, too many for a page; they are left out here" in page
    assert "There is no certificate here: the proof has more than 10 steps" in page
    assert "D.I.A.1" in page


def test_the_report_begins_with_a_summary() -> None:
    text = page_of("pa-1002").text
    start = text.index("Request percutaneous SIJ fusion, left")
    order = ("CPT 27279", "Diagnoses ", "Plan Arkansas PASSE", "Outcome ", "Reason ", "Next step ")
    places = [text.index(each, start) for each in order]
    assert places == sorted(places)
    assert places[-1] < text.index("Why D.I.B.4.b")
    assert "Send the report of a radiograph of the hip on the same side that says whether" in text


def test_an_entry_is_called_by_its_words() -> None:
    page = page_of("pa-1003")
    rows = page.text.partition("Evidence entry what it says")[2].partition("Record document")[0]
    assert "Gaenslen's test positive" in rows
    assert not re.search(r"findings\[|entry \d", rows)


def test_no_day_name_share_or_source_of_a_page_is_broken_by_a_line() -> None:
    text = report_of("pa-1003")
    body = text.partition("<main")[2].partition('id="rules"')[0]
    body = re.sub(r"<(svg|code)\b.*?</\1>", "", body, flags=re.DOTALL)
    apart = re.sub(r'<span class="unbroken">.*?</span>', "", body)
    assert not re.search(r">[^<]*\d{4}-\d\d-\d\d", apart)
    assert not re.search(r">[^<]*\d %", apart)
    assert '<span class="unbroken">H2 p5</span>' in body
    assert "<span" not in text.partition("<svg")[2].partition("</svg>")[0]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("received 2026-07-15, planned", '<span class="unbroken">2026-07-15</span>'),
        ("on July 2, 2026.", '<span class="unbroken">July 2, 2026</span>'),
        ("request PA-1003, left", '<span class="unbroken">PA-1003</span>'),
        ("&#34;49 % relief&#34;", '<span class="unbroken">49 %</span>'),
        ('<a href="#a-b" title="2026-07-15">x</a>', '<a href="#a-b" title="2026-07-15">x</a>'),
        ("<pre>2026-07-15</pre>", "<pre>2026-07-15</pre>"),
    ],
)
def test_what_belongs_together_is_one_piece_for_a_line(text: str, kept: str) -> None:
    assert kept in unbroken_in(text)
    assert re.sub(r"</?span[^>]*>", "", unbroken_in(text)) == text


def test_an_exclusion_that_does_not_apply_asks_for_nothing() -> None:
    text = cw.load(ROOT / "logic" / "cmm_611" / "cases" / "cmm-09.yaml").report()
    assert "a plan under CMM guidelines" in text
    assert "a systemic arthropathy" in text
    assert "to send" not in text
