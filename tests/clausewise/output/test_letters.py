"""Letters: every item that an adverse notice owes, nothing that no proof stands behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain.clauses import Explainer
from clausewise.logic.explain.sentences import Sentences
from clausewise.logic.letters.letter import BLANK, letter
from clausewise.logic.mm_1508 import POLICY
from clausewise.output.letter import AUDIENCES, letters, safe_text
from tests.support.command import run
from tests.support.examples import decided
from tests.support.generator import complete_percutaneous
from tests.support.places import CASE_FILES, ROOT, case_path

DENIED = case_path("pa-1004")
SIGNED = case_path("pa-1015")


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_example_has_letters(path: Path, audience: str) -> None:
    decision = decide_case(load_case(path), POLICY)
    text = letters(decision, audience)
    assert text.count("# ") >= len(decision.lines)
    assert "plan contract" in text
    for line in decision.lines:
        said = Sentences(POLICY, decision.choices, line)
        for label in line.decisive:
            asked = said.asks(label) if audience == "clinician" else said.of_clause(label, "plain")
            assert label in text
            assert (asked if audience == "clinician" else safe_text(asked)) in text


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_denial_holds_every_item_of_an_adverse_notice(audience: str) -> None:
    text = letters(decide_case(load_case(DENIED), POLICY), audience)
    items = {
        "each portion of the criteria not met": ["D.I.B.2", "D.I.B.6", "D.I.B.9.b"],
        "the records relied on": ["Spine surgery consult", "Imaging reports"],
        "the criterion by name": ["MM-1508 Sacroiliac Joint Fusion"],
        "reviewer and license as blanks": [f"license {BLANK}"],
        "access to the criteria and rights": ["ppeal", "hearing", BLANK],
        "the plan contract": ["plan contract"],
        "nobody has signed": ["signed"],
    }
    if audience == "clinician":
        items |= {
            "the individual's facts": [
                "pain score 4 of 10",
                safe_text("Patrick's (FABER) test negative"),
                "osteoarthritis of the hip is a source of the pain",
            ],
            "their sources": ["H1 p1", "H1 p2", "H4 p3", "2026-07-02"],
            "since when": ["2026-06-01"],
        }
    else:
        items |= {
            "the individual's facts": [
                "your pain score was 4",
                "Patrick's test did not cause your pain",
                "wear of the hip that can cause the pain",
            ],
            "their sources": ['Spine surgery consult" of July 2, 2026 says that'],
            "since when": ["June 1, 2026"],
        }
    for item, words in items.items():
        for word in words:
            assert word in text, item


def test_the_clinicians_letter_shows_how_the_criteria_apply() -> None:
    text = letters(decide_case(load_case(DENIED), POLICY), "clinician")
    assert "at least 5 is required" in text
    assert "Peer-to-peer" in text


def test_a_signed_review_fills_the_blanks() -> None:
    for audience in AUDIENCES:
        text = letters(decide_case(load_case(SIGNED), POLICY), audience)
        assert "Example Physician MD, physician, license AR-0000" in text
        assert "For physician review" not in text
        assert "not signed" not in text


def test_every_reason_has_a_proof_step_behind_it() -> None:
    for path in CASE_FILES:
        decision = decide_case(load_case(path), POLICY)
        for line in decision.lines:
            explainer = Explainer(decision, line)
            for reason in letter(decision, line).reasons:
                view = explainer.view(reason.label)
                assert reason.word == view.word
                entries = {each.key for leaf in view.leaves() for each in leaf.evidence}
                told = {each.key for leaf in reason.leaves for each in leaf.evidence}
                assert told <= entries


def test_what_is_missing_is_asked_for() -> None:
    text = letters(decided("pa-1002"), "member")
    wanted = "a note that says whether a generalized pain behavior or disorder is the primary cause"
    assert wanted in text
    assert "We need more facts" in text


def test_no_letter_says_that_the_record_is_silent_where_it_has_an_entry() -> None:
    """A course of 101 days is told with what it falls short of, and so is a good block of two."""
    data = complete_percutaneous()
    data["record_complete"] = []
    data["therapies"][0] |= {"start": "2025-09-01", "end": "2025-12-10"}
    data["injections"] = [each for each in data["injections"] if each["id"] != "I2"]
    text = letters(decide_case(case_from_data(data), POLICY), "member")
    assert "Your records show 101 of the 181 days that are needed." in text
    assert "physical therapy from September 1, 2025 to December 10, 2025" in text
    assert "Your records show 1 of the 2 test injections that are needed." in text
    assert "Your records do not say." not in text


def test_hostile_text_cannot_format_or_link() -> None:
    assert safe_text("[x](http://a) <b> `c` *d* # e\n- f \x1b[31m") == (
        "\\[x\\]\\(http://a\\) &lt;b&gt; \\`c\\` \\*d\\* \\# e - f \\[31m"
    )
    data = complete_percutaneous()
    data["case"] = "<script>alert(1)</script>\n# not a heading"
    data["documents"] = [{"id": "[H1](javascript:x)", "title": "**bold**"}]
    data["measurements"][0] |= {"value": 2, "source": {"document": "[H1](javascript:x)"}}
    for audience in AUDIENCES:
        text = letters(decide_case(case_from_data(data), POLICY), audience)
        assert "<script" not in text
        assert "](javascript" not in text
        assert "**bold**" not in text
        assert "\n# not" not in text


def _grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text, with syllables counted as groups of vowels."""
    sentences = max(len(re.findall(r"[.!?](?:\s|$)", text)), 1)
    words = re.findall(r"[A-Za-z]+", text)
    syllables = sum(max(len(re.findall(r"[aeiouy]+", word.lower())), 1) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def test_the_members_letter_is_plain() -> None:
    """The letter's own sentences stay at about 8th grade; the criteria keep their terms."""
    template = (ROOT / "clausewise" / "output" / "letters" / "member.md.jinja").read_text(
        encoding="utf-8"
    )
    own = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|[#*_]", " ", template, flags=re.DOTALL)
    assert _grade(own) < 8


def test_another_audience_is_refused() -> None:
    decision = decide_case(load_case(DENIED), POLICY)
    with pytest.raises(KeyError):
        letters(decision, "lawyer")


def test_the_command_writes_a_letter() -> None:
    outcome = run("why", DENIED, "-f", "markdown", "--for", "member")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("# About your request")


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_request_without_a_side_has_letters_that_name_none(audience: str) -> None:
    request = {"procedure": "27447", "received": "2026-07-15"}
    case = case_from_data({"format": "clausewise-case/1", "case": "A", "request": request})
    text = letters(decide_case(case, POLICY), audience)
    assert "unstated" not in text
    assert ("side not stated" in text) == (audience == "clinician")
