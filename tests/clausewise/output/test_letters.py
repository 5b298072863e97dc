"""Letters: every item that an adverse notice owes, nothing that no proof stands behind."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import textstat
from docx import Document

import clausewise as cw
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.errors import UnknownNameError
from clausewise.facts.vocabulary.installed import installed_policies
from clausewise.facts.vocabulary.phrases import phrases
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain.clauses import Explainer
from clausewise.logic.explain.ledger import Ledger
from clausewise.logic.explain.sentences import Sentences
from clausewise.logic.language.choices import WhatIfError
from clausewise.logic.letters.letter import BLANK, letter
from clausewise.logic.mm_1508 import POLICY
from clausewise.output.letter import AUDIENCES, letters, safe_text
from clausewise.output.letter_files import letters_docx, letters_html
from tests.support.command import run
from tests.support.examples import decided
from tests.support.generator import complete_percutaneous, random_case
from tests.support.pages import without_spans
from tests.support.places import CASE_FILES, CASE_FOLDER, ROOT, case_path
from tests.support.slices import first_few

DENIED = case_path("pa-1004")
SIGNED = case_path("pa-1015")
EXAMPLES = first_few(CASE_FILES, 5)


@cache
def letters_of(name: str, audience: str) -> str:
    """The letters about an example case, written once."""
    return letters(decided(name), audience)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_example_has_letters(path: Path, audience: str) -> None:
    decision = decided(path.stem)
    text = letters_of(path.stem, audience)
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
    text = letters_of("pa-1004", audience)
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
    text = letters_of("pa-1004", "clinician")
    assert "at least 5 is required" in text
    assert "Peer-to-peer" in text


def test_a_signed_review_fills_the_blanks() -> None:
    for audience in AUDIENCES:
        text = letters_of("pa-1015", audience)
        assert "Example Physician MD, physician, license AR-0000" in text
        assert "For physician review" not in text
        assert "not signed" not in text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_reason_has_a_proof_step_behind_it(path: Path) -> None:
    decision = decided(path.stem)
    for line in decision.lines:
        explainer = Explainer(decision, line)
        for reason in letter(decision, line, needs=False).reasons:
            view = explainer.view(reason.label)
            assert reason.word == view.word
            entries = {each.key for leaf in view.leaves() for each in leaf.evidence}
            told = {each.key for leaf in reason.leaves for each in leaf.evidence}
            assert told <= entries


def test_what_is_missing_is_asked_for() -> None:
    text = letters_of("pa-1002", "member")
    wanted = (
        "A condition that causes pain in the whole body must not be the main cause of your pain."
    )
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


def read_aloud(text: str) -> str:
    """A letter as a person reads it: without marks and blanks, each line a sentence."""
    plain = re.sub(r"[#*\\]|^\s*- ", "", text, flags=re.MULTILINE).replace(BLANK, "")
    lines = (line.rstrip(" :") for line in plain.splitlines())
    return "\n".join(f"{line}." if line and line[-1] not in ".?" else line for line in lines)


OTHER_POLICIES = sorted(
    path for each in installed_policies() for path in (each.folder / "cases").glob("*.yaml")
)


@pytest.mark.parametrize("path", [*EXAMPLES, *OTHER_POLICIES], ids=lambda path: path.stem)
def test_a_members_letter_reads_at_sixth_to_eighth_grade(path: Path) -> None:
    """By SMOG, which is made for texts about health, and no part is harder by Flesch-Kincaid."""
    own = path.parent == CASE_FOLDER
    text = read_aloud(letters_of(path.stem, "member") if own else cw.letter(path, "member"))
    assert round(textstat.smog_index(text)) <= 8
    assert textstat.flesch_kincaid_grade(text) <= 8


def test_records_that_say_something_of_a_rule_do_not_say_enough() -> None:
    data = complete_percutaneous()
    del data["findings"][1]
    text = letters(decide_case(case_from_data(data), POLICY), "member")
    assert "(Rule D.I.B.1.) Your records do not say enough." in text


@pytest.mark.parametrize("seed", first_few(range(40), 5))
def test_letters_about_random_records_read_as_easily(seed: int) -> None:
    decision = decide_case(case_from_data(random_case(seed)), POLICY)
    assert round(textstat.smog_index(read_aloud(letters(decision, "member")))) <= 8


def test_an_entry_that_several_parts_speak_of_is_told_once() -> None:
    """An X-ray of the other side is no study that is asked for, and excludes nothing either."""
    data = complete_percutaneous()
    for each in data["imaging"]:
        if "side" in each:
            each["side"] = "right"
    text = letters(decide_case(case_from_data(data), POLICY), "member")
    told = re.findall(r"^  - .*other side.*$", text, re.MULTILINE)
    assert told
    assert len(set(told)) == len(told)


def test_many_entries_of_one_document_read_as_easily() -> None:
    """The title of a document, of long words, is told once of those that follow each other."""
    data = complete_percutaneous()
    data["documents"] = [{"id": "H3", "title": "Physical therapy discharge summary"}]
    spans = [
        ("2025-08-04", "2025-09-26"),
        ("2025-12-01", "2026-01-16"),
        ("2026-03-02", "2026-04-03"),
    ]
    data["therapies"][:1] = [
        {"kind": kind, "start": start, "end": end, "source": {"document": "H3", "page": 1}}
        for kind, (start, end) in zip(
            ("physical_therapy", "occupational_therapy", "chiropractic"), spans, strict=True
        )
    ]
    text = letters(decide_case(case_from_data(data), POLICY), "member")
    assert text.count("Physical therapy discharge summary") == 2  # with the records we read
    assert text.count("The same paper says that") == 2
    assert round(textstat.smog_index(read_aloud(text))) <= 8


@pytest.mark.parametrize(
    ("entries", "number", "says", "plain"),
    [
        ("injections", 0, {"contrast": None}, "The notes do not say if dye was used."),
        (
            "injections",
            1,
            {"relief_lasted_expected": False},
            "It did not help for as long as it should.",
        ),
        (
            "imaging",
            3,
            {"results": {"neural_compression": False}},
            "It does not say if wear of the back causes your pain.",
        ),
    ],
)
def test_a_member_is_told_what_the_notes_lack(
    entries: str, number: int, says: dict[str, Any], plain: str
) -> None:
    data = complete_percutaneous()
    changed = {**data[entries][number], **says}
    data[entries][number] = {name: each for name, each in changed.items() if each is not None}
    assert plain in letters(decide_case(case_from_data(data), POLICY), "member")


@pytest.mark.parametrize("folder", ["cmm_611/cases/cmm-02", "lcd_sij_injections/cases/lcd-01"])
def test_what_the_joint_is_is_told_once(folder: str) -> None:
    case = cw.load(ROOT / "logic" / f"{folder}.yaml")
    assert cw.letter(case, "member").count("the joint between the spine and the hip") == 1


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_term_in_a_members_letter_is_explained(path: Path) -> None:
    text = letters_of(path.stem, "member")
    body, _, explained = text.partition("## What some words mean")
    for term in phrases()["explained"]:
        if re.search(rf"\b{term}", body, re.IGNORECASE):
            assert f"- {term}: " in explained or "---" in text
    for jargon in ("radiograph", "osteoarthritis", "anesthetic", "percutaneous", "contrast"):
        assert jargon not in body.partition("## The records we read")[0]


@pytest.mark.parametrize("seed", range(6))
def test_no_sentence_is_without_a_line_of_the_ledger(seed: int) -> None:
    """Each point under the reasons is a clause, how it stands, or an account of the ledger."""
    decision = decide_case(case_from_data(random_case(seed)), POLICY)
    for line in decision.lines:
        ledger = Ledger(decision, line)
        said = Sentences(POLICY, decision.choices, line)
        accounts = {each.key: each for each in ledger.accounts}
        reasons = letter(decision, line, needs=False).reasons
        for reason in reasons:
            for leaf in reason.leaves:
                for each in leaf.evidence:
                    assert each.stated or accounts[each.key].place != "unused"
        known = [safe_text(each.text) for each in ledger.accounts if each.place != "unused"]
        for label in line.statuses:
            known += [safe_text(said.asks(label)), f"(Rule {label}.)"]
            known += [
                safe_text(found)
                for key in ("not_met", "undocumented", "plain")
                if (found := said.of_clause(label, key))
            ]
        known += [safe_text(each) for reason in reasons for each in reason.told]
        known += ["nothing in the record speaks of it", "nothing is documented"]
        for audience, start, end in (
            ("clinician", "## How the criteria apply", "## Records relied on"),
            ("member", "## Why", "## The records we read"),
        ):
            text = letters(decision, audience, sides=(line.side,))
            part = text.partition(start)[2].partition(end)[0]
            for point in re.findall(r"^\s*- (.+)$", part, re.MULTILINE):
                backed = any(each and each in point for each in known)
                assert backed or _of_entry(ledger, point), point


def _of_entry(ledger: Ledger, point: str) -> bool:
    """Whether the point begins as an account does, whose number its reason then tells."""
    return any(
        each.kind == "entry" and safe_text(each.text.partition(",")[0]) in point
        for each in ledger.accounts
    )


def test_the_clinicians_letter_says_what_to_send_each_need_once() -> None:
    text = letters_of("pa-1002", "clinician")
    sent = text.partition("## What to send")[2].partition("## How the criteria apply")[0]
    assert "- For D.I.B.4.b:\n  - one of these:\n    - a further note on T2 TENS" in sent
    assert sent.count("D.I.B.8") == 1
    assert "no generalized pain disorder, and no generalized pain behavior" in sent
    assert "dated 2026-07-15 or earlier" in sent


@pytest.mark.parametrize("audience", AUDIENCES)
def test_html_and_docx_say_what_the_letter_says(audience: str) -> None:
    decision = decided("pa-1012")  # of two lines
    words = _words(re.sub(r"(?m)^---$|[#*\\]|^\s*- ", "", letters(decision, audience)))
    page = letters_html(decision, audience)
    assert "default-src 'none'" in unescape(page)
    body = page.partition("<main>")[2].partition("</main>")[0]
    assert _words(unescape(re.sub(r"<[^>]+>", " ", without_spans(body)))) == words
    document = Document(BytesIO(letters_docx(decision, audience)))
    assert _words(" ".join(each.text for each in document.paragraphs)) == words
    style = document.paragraphs[0].style
    assert style is not None
    assert style.name == "Heading 1"


def _words(text: str) -> list[str]:
    return re.findall(r"[\w.%']+", unescape(text))


def test_hostile_text_is_no_markup_in_a_page() -> None:
    data = complete_percutaneous()
    data["case"] = "<img src=x onerror=alert(1)> [x](javascript:y)"
    page = letters_html(decide_case(case_from_data(data), POLICY))
    assert "<img" not in page
    assert "href" not in page


def test_another_audience_is_refused() -> None:
    decision = decided("pa-1004")
    with pytest.raises(KeyError):
        letters(decision, "lawyer")


def test_the_command_writes_a_letter() -> None:
    outcome = run("why", DENIED, "-f", "markdown", "--for", "member")
    assert outcome.exit_code == 0
    assert outcome.stdout.startswith("# About your request")


def test_the_command_writes_files(tmp_path: Path) -> None:
    target = tmp_path / "letter.docx"
    assert run("why", DENIED, "-f", "docx", "-o", str(target)).exit_code == 0
    assert target.read_bytes().startswith(b"PK")
    refused = run("why", DENIED, "-f", "docx")
    assert refused.exit_code == 2
    assert "--output" in refused.stderr
    assert run("why", DENIED, "--for", "member").exit_code == 2


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_request_without_a_side_has_letters_that_name_none(audience: str) -> None:
    request = {"procedure": "27447", "received": "2026-07-15"}
    case = case_from_data({"format": "clausewise-case/1", "case": "A", "request": request})
    text = letters(decide_case(case, POLICY), audience)
    assert "unstated" not in text
    assert ("side not stated" in text) == (audience == "clinician")


def test_python_writes_what_the_command_writes() -> None:
    assert (
        cw.letter(DENIED, "member")
        == run("why", DENIED, "-f", "markdown", "--for", "member").stdout
    )
    assert cw.letter(SIGNED, form="html").startswith("<!doctype html>")
    assert cw.letter(decided("pa-1003"), form="docx").startswith(b"PK")
    other = {"block_relief": "any_occasion"}
    with pytest.raises(WhatIfError):
        cw.letter(case_path("pa-1003"), readings=other)
    assert cw.letter(case_path("pa-1003"), readings=other, what_if=True).startswith("**What if: ")
    with pytest.raises(UnknownNameError):
        cw.letter(DENIED, "lawyer")  # type: ignore[call-overload]


def test_a_denial_on_a_complete_record_asks_for_nothing_but_says_what_was_not_there() -> None:
    text = letters_of("pa-1003", "clinician")
    sent = text.partition("## What to send")[2].partition("## How the criteria apply")[0]
    assert "said to be complete for injections" in sent
    assert "- If it is not complete after all: the procedure note" in sent
    assert "Send" not in sent
    assert "No single further record can change this." in letters_of("pa-1004", "clinician")
    assert "Approved if the record held: a CT, MRI or radiograph report of the joint" in letters_of(
        "pa-1012", "clinician"
    )


def test_no_text_of_a_letter_is_cut_and_each_study_states_what_it_is_asked_for() -> None:
    request = {"procedure": "27279", "side": "left", "received": "2026-07-15"}
    case = case_from_data({"format": "clausewise-case/1", "case": "x", "request": request})
    text = letters(decide_case(case, POLICY), "clinician")
    assert "…" not in text
    sent = text.partition("- For D.I.B.9.a:")[2].partition("- For D.I.B.10:")[0]
    joint, _, others = sent.partition("- For D.I.B.9.b:")
    assert "CT or MRI report of the joint that states: no destructive lesion, no" in joint
    assert "destructive" not in others
    assert "two of these:" in text


def test_visits_are_told_to_a_member_as_one() -> None:
    data = complete_percutaneous()
    days = [f"2025-11-{number}" for number in range(10, 20)]
    data["therapies"][0] = {"kind": "physical_therapy", "start": days[0], "end": days[0]}
    data["therapies"] += [{**data["therapies"][0], "start": day, "end": day} for day in days[1:]]
    text = letters(decide_case(case_from_data(data), POLICY), "member")
    assert "physical therapy 10 times from November 10, 2025 to November 19, 2025" in text
