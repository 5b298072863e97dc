"""A published text beside the rules: no edit of it is unnoticed, and no layout is an edit."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from clausewise.api.analysis import known_text
from clausewise.api.analysis import text as text_of
from clausewise.logic.analysis.text.coverage import covered
from clausewise.logic.analysis.text.drift import Drift, drift
from clausewise.logic.analysis.text.known_text import KnownText, read_known_text, written
from clausewise.logic.analysis.text.matching import matched
from clausewise.logic.analysis.text.spans import TextError, spans_of
from clausewise.logic.analysis.text.wording import normal, wording
from clausewise.logic.language.criteria import L, all_of, any_of, at_least, gate, leaf, told_met
from clausewise.logic.language.input_relations import line
from clausewise.logic.language.notation import Section
from clausewise.logic.language.policy import Parameter, Policy, Reading
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.registry import folder_of
from tests.support.command import run
from tests.support.text_edits import LAYOUTS, Edit, after, in_turn, replaced, without

FICTIONAL = (Path(__file__).parent / "fictional.txt").read_text(encoding="utf-8")
PUBLISHED = os.environ.get("CLAUSEWISE_MM_1508_TEXT")
"""Where the published text of MM-1508 stands, for those who have it; it is not in the project."""

needs_the_text = pytest.mark.skipif(
    PUBLISHED is None, reason="CLAUSEWISE_MM_1508_TEXT names no file with the published text"
)

# --- a policy for the fictional text ------------------------------------------------------------


def fictional_policy() -> Policy:
    """The clauses of the fictional text; what their rules ask is of no matter here."""
    section = Section("D", "Policy")

    def leaves(*labels: str) -> None:
        for label in labels:
            with leaf(section, label, "a leaf"):
                told_met(L, label) <= line(L)

    gate(section, "D.I.A", "a brace", all_of("D.I.A.1", "D.I.A.2", "D.I.A.3"))
    gate(section, "D.I.A.1", "one of two", any_of("D.I.A.1.a", "D.I.A.1.b"))
    leaves("D.I.A.1.a", "D.I.A.1.b", "D.I.A.2", "D.I.A.3")
    gate(section, "D.I.B", "a ready-made brace", all_of("D.I.B.1", "D.I.B.2", "D.I.B.3"))
    at_least(section, "D.I.B.1", "tests", "least_tests", ("D.I.B.1.a", "D.I.B.1.b", "D.I.B.1.c"))
    leaves("D.I.B.1.a", "D.I.B.1.b", "D.I.B.1.c", "D.I.B.2", "D.I.B.3")
    leaves("D.II.A.1", "D.II.A.2", "D.II.B.1", "D.II.B.1.infection", "D.II.B.2")
    return Policy(
        number="LH-FP-1",
        title="Bracing of the knee",
        payer="a fictional payer",
        plans=("other",),
        effective=date(2031, 1, 1),
        until=None,
        source="a fictional plan",
        parameters=(
            Parameter("least_instability", 4, "points", "D.I.A.2", "least instability"),
            Parameter("imaging_period", 5, "months", "D.I.A.3", "age of imaging"),
            Parameter("least_tests", 2, "tests", "D.I.B.1", "positive tests"),
            Parameter("least_taping", 21, "days", "D.I.B.2", "days of taping"),
            Parameter("taping_period", 6, "months", "D.I.B.2", "period of taping"),
            Parameter("unstated", 7, "days", "D.I.B.2", "in no span"),
        ),
        readings=(
            Reading("looseness", {"primary": "as it stands", "any": "any"}, ("D.I.B.3",), "cause"),
            Reading("ours", {"yes": "yes", "no": "no"}, ("C.nowhere",), "nowhere"),
        ),
        paths=(),
        sections=(section,),
    )


FICTIONAL_POLICY = fictional_policy()


def known_text_of(policy: Policy, text: str, folder: Path) -> KnownText:
    """What is kept of a text, written and read back."""
    pairs = [(each.old, each.new) for each in matched((), spans_of(text)) if each.new is not None]
    place = folder / "text.toml"
    place.write_text(written(policy, pairs, None), encoding="utf-8")
    return read_known_text(place, policy)


@pytest.fixture
def known(tmp_path: Path) -> KnownText:
    return known_text_of(FICTIONAL_POLICY, FICTIONAL, tmp_path)


def drifted(known: KnownText, text: str, policy: Policy = FICTIONAL_POLICY) -> Drift:
    return drift(policy, known, spans_of(text), {}, {})


def changes(found: Drift) -> dict[str, list[str]]:
    """What became of each span that is not the same, by its label now, or the one it had."""
    became: dict[str, list[str]] = {}
    for each in found.changed:
        became.setdefault(each.stated.pair.label, []).extend(each.stated.pair.changes)
    return became


# --- edits --------------------------------------------------------------------------------------

EDITS: dict[str, tuple[Edit, dict[str, list[str]]]] = {
    "a threshold is another": (
        replaced("least 4 on", "least 5 on"),
        {"D.I.A.2": ["number changed"]},
    ),
    "a number that is written as a word is another": (
        replaced("response to two of", "response to three of"),
        {"D.I.B.1": ["number changed"]},
    ),
    "the number of a period is another": (
        replaced("past 6 months", "past 9 months"),
        {"D.I.B.2": ["number changed"]},
    ),
    "the unit of a number is another": (
        replaced("past 6 months", "past 6 weeks"),
        {"D.I.B.2": ["reworded"]},
    ),
    "a number is written as a figure": (
        replaced("response to two of", "response to 2 of"),
        {"D.I.B.1": ["reworded"]},
    ),
    "a criterion is added at the end": (
        after("3. Exclusion of", "4. The member has worn no brace for 8 weeks."),
        {"D.I.B.4": ["new"]},
    ),
    "a criterion is added in the middle": (
        in_turn(
            after("2. Instability", "3. No wound of the skin under the brace."),
            replaced("3. Recent (within", "4. Recent (within"),
        ),
        {"D.I.A.3": ["new"], "D.I.A.4": ["renumbered"]},
    ),
    "an exclusion is added": (
        after("2. a wound", "3. a knee that was braced within the past 2 years"),
        {"D.II.B.3": ["new"]},
    ),
    "a clause is dropped and the next ones move up": (
        in_turn(without("b. pivot test"), replaced("c. Lachman", "b. Lachman")),
        {"D.I.B.1.b": ["renumbered", "gone"]},
    ),
    "a clause is dropped and the labels stay": (
        without("b. pivot test"),
        {"D.I.B.1.b": ["gone"]},
    ),
    "the last clause is dropped": (without("2. a wound"), {"D.II.B.2": ["gone"]}),
    "a clause is moved into another list": (
        in_turn(without("2. a wound"), after("2. sports", "3. a wound that a brace would cover")),
        {"D.II.A.3": ["moved"]},
    ),
    "two clauses change places": (
        in_turn(
            replaced("1. decoration of the knee", "1. SPORTS"),
            replaced("2. sports that the member does not practice", "2. decoration of the knee"),
            replaced("1. SPORTS", "1. sports that the member does not practice"),
        ),
        {"D.II.A.1": ["renumbered"], "D.II.A.2": ["renumbered"]},
    ),
    "a list is relabelled": (
        in_turn(
            replaced("a. drawer", "1) drawer"),
            replaced("b. pivot", "2) pivot"),
            replaced("c. Lachman", "3) Lachman"),
        ),
        {f"D.I.B.1.{number}": ["renumbered"] for number in (1, 2, 3)},
    ),
    "a section gets another letter": (
        in_turn(
            replaced("F. References\n\n1.", "F. Codes\n\nNone\n\nG. References\n\n1."),
            replaced("F.\tReferences\t4", "F.\tCodes\t4\nG.\tReferences\t4"),
        ),
        {
            "contents": ["reworded"],
            "F": ["new"],
            "G": ["renumbered"],
            "G.1": ["renumbered"],
            "G.2": ["renumbered"],
        },
    ),
    "a clause is reworded and means the same": (
        replaced("An earlier ready-made brace has failed", "A ready-made brace failed before"),
        {"D.I.A.1.b": ["reworded"]},
    ),
    "all becomes any": (
        replaced(
            "custom brace** medically necessary when **ALL",
            "custom brace** medically necessary when **ANY",
        ),
        {"D.I.A": ["reworded"]},
    ),
    "a not is put in": (
        replaced("The member has a torn", "The member does not have a torn"),
        {"D.I.A.1.a": ["reworded"]},
    ),
    "a comma is taken out": (
        replaced("tumor, or fracture", "tumor or fracture"),
        {"D.II.B.1": ["reworded"]},
    ),
    "a clause is reworded and has another number": (
        replaced(
            "3. Recent (within 5 months) imaging shows", "3. Imaging of the last 8 months shows"
        ),
        {"D.I.A.3": ["reworded", "number changed"]},
    ),
    "a clause says something else entirely": (
        replaced(
            "Exclusion of a generalized looseness of the joints as the primary cause",
            "Signature of two clinicians",
        ),
        {"D.I.B.3": ["new", "gone"]},
    ),
    "a title in the table of contents is another": (
        replaced("E.\tConditions of Coverage\t4", "E.\tConditions of Payment\t4"),
        {"contents": ["reworded"]},
    ),
    "a definition is reworded": (
        replaced("which the member keeps", "which the therapist keeps"),
        {"C.HLOG": ["reworded"]},
    ),
    "a definition has another number": (
        replaced("of at least 3 weeks in", "of at least 4 weeks in"),
        {"C.trial-of-taping": ["number changed"]},
    ),
    "definitions change places": (
        lambda text: text.replace(
            text[text.index("- **Trial") : text.index("D. Policy\n\nI.")],
            text[text.index(" - **Home") : text.index("D. Policy\n\nI.")]
            + text[text.index("- **Trial") : text.index(" - **Home")],
        ),
        {"C.HLOG": ["moved"]},
    ),
    "the effective date is another": (
        replaced("LH-FP-1\t01/01/2031", "LH-FP-1\t07/01/2031"),
        {"front": ["number changed"]},
    ),
    "conditions of coverage are stated": (
        replaced("NA\n", "The brace is worn for 30 days.\n"),
        {"E": ["reworded", "number changed"]},
    ),
    "a reference is added": (
        after("2. Puffin", "3. Auk G. What held. 2030."),
        {"F.3": ["new"]},
    ),
}


def test_the_text_that_is_kept_is_the_same(known: KnownText) -> None:
    assert changes(drifted(known, FICTIONAL)) == {}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_is_no_change(known: KnownText, name: str) -> None:
    assert changes(drifted(known, LAYOUTS[name](FICTIONAL))) == {}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_noticed_for_what_it_is(known: KnownText, name: str) -> None:
    edit, expected = EDITS[name]
    assert changes(drifted(known, edit(FICTIONAL))) == expected


def test_a_number_says_which_parameter_it_was(known: KnownText) -> None:
    found = drifted(known, replaced("least 4 on", "least 6 on")(FICTIONAL))
    assert [(each.before, each.after, each.parameter) for each in found.parameters()] == [
        ("4", "6", "least_instability")
    ]


def test_numbers_that_come_and_go_keep_their_parameters(known: KnownText) -> None:
    edit = replaced("at least 3 weeks of it within the past 6", "3 courses of 4 weeks in 6")
    found = drifted(known, edit(FICTIONAL))
    (changed,) = found.changed
    assert [(each.before, each.after) for each in changed.numbers] == [("", "4")]
    held = [(each.text, each.parameter) for each in changed.stated.numbers]
    assert held == [("3", "least_taping"), ("4", ""), ("6", "taping_period")]


def test_what_rests_on_a_span_is_named(known: KnownText) -> None:
    text = replaced("as the primary cause", "as a cause")(FICTIONAL)
    shown = {"one.yaml": ["D.I.B.3"], "other.yaml": ["D.I.A.1"]}
    found = drift(FICTIONAL_POLICY, known, spans_of(text), shown, shown)
    (changed,) = found.changed
    assert changed.clauses == ("D.I.B.3",)
    assert changed.stated.readings == ("looseness",)
    assert changed.tests == changed.cases == ("one.yaml",)


def test_a_new_span_names_the_clause_above_it(known: KnownText) -> None:
    found = drifted(known, after("2. a wound", "3. a second brace")(FICTIONAL))
    assert [each.clauses for each in found.changed] == [()]
    found = drifted(known, after("c. Lachman", "d. lever test")(FICTIONAL))
    assert [each.clauses for each in found.changed] == [("D.I.B.1",)]


# --- coverage -----------------------------------------------------------------------------------


def test_what_nobody_has_said_is_named(known: KnownText) -> None:
    found = covered(FICTIONAL_POLICY, known, spans_of(FICTIONAL))
    assert "span D.II.B is neither mapped to clauses nor waived" in found.open
    assert "span D.I.A.2: no parameter holds the number 10" in found.open
    assert "no span states the parameter unstated" in found.open
    assert "no span states the reading ours" in found.open
    assert not any("D.II.B.1.infection" in each or "looseness" in each for each in found.open)
    by_label = {each.pair.label: each for each in found.spans}
    assert by_label["D.II.B.1"].clauses == ("D.II.B.1", "D.II.B.1.infection")
    assert by_label["D.I.B.2"].numbers[0].parameter == "least_taping", "3 weeks are 21 days"


def test_a_parameter_that_differs_from_the_text_is_named(known: KnownText) -> None:
    changed = tuple(
        replace(each, value=9) if each.name == "least_instability" else each
        for each in FICTIONAL_POLICY.parameters
    )
    found = covered(replace(FICTIONAL_POLICY, parameters=changed), known, spans_of(FICTIONAL))
    assert "span D.I.A.2: the text says 4, the parameter 9 (least_instability)" in found.open


def test_what_is_kept_made_anew_keeps_what_people_said(known: KnownText, tmp_path: Path) -> None:
    spans = tuple(
        replace(each, clauses=(), waived="a fictional reason") if each.label == "E" else each
        for each in known.spans
    )
    said = replace(known, spans=spans, parameters={"unstated": "a fictional reason"})
    text = in_turn(without("b. pivot test"), replaced("c. Lachman", "b. Lachman"))(FICTIONAL)
    pairs = [(each.old, each.new) for each in matched(spans, spans_of(text)) if each.new]
    place = tmp_path / "anew.toml"
    place.write_text(written(FICTIONAL_POLICY, pairs, said), encoding="utf-8")
    anew = read_known_text(place, FICTIONAL_POLICY)
    assert {each.label: each.waived for each in anew.spans}["E"] == "a fictional reason"
    assert anew.parameters == {"unstated": "a fictional reason"}
    assert changes(drifted(anew, text)) == {}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ('[[span]]\nlabel = "A"', "fingerprint, sketch is missing"),
        ('[[span]]\nlabel = "A"\nfingerprint = "0"\nsketch = "0"', "32 hexadecimal digits"),
        ('[[parameter]]\nname = "no_such"\nreason = "r"', "no_such is not a parameter"),
        ("rules = 1", "rules is not a key here"),
        ("[[span", "text.toml"),
    ],
)
def test_wrong_anchors_are_a_sentence(tmp_path: Path, row: str, fault: str) -> None:
    place = tmp_path / "text.toml"
    place.write_text(row, encoding="utf-8")
    with pytest.raises(TextError, match=r"text\.toml") as raised:
        read_known_text(place, FICTIONAL_POLICY)
    assert fault in str(raised.value)


# --- wording ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a 6-week\n  program", "a 6-\nweek program"),
        ("conser-\nvative", "conservative"),
        ("0 – 10", "0-10"),
        ("e\u00adg, \u201cit\u201d", 'eg, "it"'),
        ("x-rays and/ or\u00a0CT", "x-rays and/or CT"),
    ],
)
def test_layout_is_taken_out(one: str, other: str) -> None:
    assert normal(one) == normal(other)


def test_numbers_are_told_from_names_that_hold_digits() -> None:
    found = wording("L5, S2 and e77 are none; 1,000 of 12.5%, ONE, two and 06/01/2026 are")
    assert found.numbers == ("1,000", "12.5", "1", "2", "06/01/2026")


# --- MM-1508 ------------------------------------------------------------------------------------


def test_the_anchors_of_mm_1508_are_whole() -> None:
    """Every clause, parameter and reading is stated by a span or has a reason, also without the
    published text; no wording is kept."""
    known = read_known_text(folder_of(POLICY.number) / "text.toml", POLICY)
    named = {label for each in known.spans for label in each.clauses}
    above = [
        label
        for label, clause in POLICY.clauses.items()
        if not any(f"{label}.".startswith(f"{each}.") for each in named)
        and label not in known.clauses
        and not clause.decides
    ]
    assert above == []
    held = {name for each in known.spans for name in each.held_by} | set(known.parameters)
    assert [name for name in POLICY.parameter if name not in held] == []
    for each in known.spans:
        assert bool(each.clauses) != bool(each.waived), each.label
        assert all(each.held_by) or each.waived, each.label


@needs_the_text
@pytest.mark.parametrize("name", ["as it is", *LAYOUTS])
def test_the_published_text_and_the_rules_hold_each_other(name: str, tmp_path: Path) -> None:
    text = Path(str(PUBLISHED)).read_text(encoding="utf-8")
    copy = tmp_path / "text.txt"
    copy.write_bytes(LAYOUTS.get(name, str)(text).encode("utf-8"))
    assert text_of("MM-1508", copy).open == ()


# --- the commands -------------------------------------------------------------------------------


def test_the_commands_say_what_to_look_at(tmp_path: Path) -> None:
    copy, anew = tmp_path / "copy.txt", tmp_path / "new.toml"
    copy.write_text(FICTIONAL, encoding="utf-8")
    found = run("text", "MM-1508", copy)
    assert found.exit_code == 1
    assert "To look at" in found.stdout
    found = run("text", "mm_1508", copy, "--format", "json")
    assert json.loads(found.stdout)["policy"] == "MM-1508"
    assert run("text", "mm_1508", copy, "--write", anew).exit_code == 0
    assert known_text("MM-1508", copy) == anew.read_text(encoding="utf-8")


def test_drift_names_clauses_tables_and_cases(tmp_path: Path) -> None:
    """Of MM-1508 nearly all is gone in another policy's text, and so every case is named."""
    copy = tmp_path / "copy.txt"
    copy.write_text(FICTIONAL, encoding="utf-8")
    found = run("drift", "MM-1508", copy, "--format", "json")
    assert found.exit_code == 1
    gone = {each["before"]: each for each in json.loads(found.stdout)["changed"]}["D.I.B.7"]
    assert gone["clauses"] == ["D.I.B.7"]
    assert gone["tests"] == ["D.I.B.7.yaml"]
    assert "pa-1003.yaml" in gone["cases"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("text", "MM-1580", "x"), "did you mean MM-1508?"),
        (("text", "MM-1508", "no/such/file"), "No such file"),
        (("drift", "MM-1508", "."), "expected a file with the policy's text"),
    ],
)
def test_bad_input_is_a_sentence(arguments: Iterable[str], sentence: str) -> None:
    found = run(*arguments)
    assert (found.exit_code, found.stdout) == (2, "")
    assert sentence in found.stderr
