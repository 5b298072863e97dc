"""Sentences with slots: complete, without numbers of their own, and filled from the case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import clausewise as cw
from clausewise.facts.case.validation import load_case
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain import policy_words, words_check
from clausewise.logic.explain.clauses import Explainer
from clausewise.logic.explain.gaps import why_not
from clausewise.logic.explain.policy_words import fill, long_date, words_of
from clausewise.logic.explain.sentences import Sentences
from clausewise.logic.explain.words_check import faults_in_words
from clausewise.logic.language.choices import choose
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.registry import Registered, policy_named, registry
from clausewise.logic.program.program import program_of
from tests.support.examples import PROGRAM, decided
from tests.support.places import case_path

EVERY = [(each, version) for each in registry() for version in each.about.versions]


@pytest.mark.parametrize(
    ("policy", "version"), EVERY, ids=[f"{each.about.number} {v.first}" for each, v in EVERY]
)
def test_every_name_a_person_can_meet_has_its_sentences(policy: Registered, version: Any) -> None:
    written = policy.dated()
    assert faults_in_words(program_of(written.at(version.first)), written.labels) == ()


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (("clause", "D.I.B.7", "send"), None, "D.I.B.7 has no words 'send'"),
        (("clause", "D.I.B.7", "asks"), "at least 50 %", "a number stands in"),
        (("clause", "D.I.B.2", "asks"), "a joint pain score", "asks has no slot"),
        (("clause", "D.I.B.2", "asks"), "a score of {minimum_pain_score}", "the paraphrase"),
        (("clause", "D.I.B.7", "not_met"), "{found}", "there is no slot found"),
        (("clause", "D.I.B.99"), {}, "D.I.B.99 is no clause"),
        (("relation", "fails"), None, "relation fails has no words"),
        (("relation", "fails", "relief"), "{score}", "fails has no slot score"),
        (("relation", "fails", "contrast"), None, "relation fails has no words for contrast"),
        (("reading", "attempts", "two_are_all"), None, "has no words for two_are_all"),
        (
            ("clause", "D.I.B.4.b", "slots", "since"),
            {"value": "month", "of": "window_start"},
            "month",
        ),
        (("clause", "D.I.B.10", "slots", "failed", "aim"), "faild", "no rule has the aim faild"),
        (("relation", "fails", "contrasts"), "none", "no rule says contrasts against an entry"),
        (("relation", "too_short", "slots", "span", "less"), "began", "slot span of too_short"),
        (("reading", "attempts", "never"), "none", "reading attempts has no value never"),
        (("procedure", "percutaneous_sij_fusion"), None, "percutaneous_sij_fusion has no words"),
        (("procedure", "percutanous"), {"plain": "surgery"}, "percutanous is no procedure"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_is_missing_or_wrong_is_told(
    place: tuple[str, ...], value: Any, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = deepcopy(dict(words_of(POLICY)))
    inner: Any = words
    for name in place[:-1]:
        inner = inner[name]
    if value is None:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    monkeypatch.setattr(words_check, "words_of", lambda _policy: words)
    assert any(fault in each for each in faults_in_words(PROGRAM))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[clauses."A"]\nplain = "x"', "words.toml line 1: there are no words of the kind clauses"),
        ('[clause."A"]\nundocumentd = "x"', "line 2: clause A: nothing is called undocumentd here"),
        ('[clause."A"]\nplain = 5', "clause A plain: it has to be a text"),
        ('[clause."A"]\nplain = ""', "it has to be a text"),
        ('[clause."A"]\nplain = "{n"', "its braces are not slots"),
        ('[clause."A"]\nplain = "{}"', "a slot is a name in braces"),
        ('[clause."A"]\nplain = "{n.real}"', "a slot is a name in braces"),
        ('[clause."A"]\nplain = "{n!x}"', "a slot is a name in braces"),
        ('[clause."A"]\nplain = "{n:block}"', "is not written words, next, one|many or ?if|else"),
        ('[clause."A".under."r v"]\nplain = "{n:wrds}"', "is not written words"),
        ('[clause."A"]\nslots.n = {cuont = "q"}', "a slot is filled by count"),
        ('[clause."A"]\nslots.n = {from = "m"}', "a slot is filled by count"),
        ('[clause."A"]\nslots.n = {from = "n", less = "m"}', "it is filled from itself"),
        ('[relation.r]\nslots.n = {from = "a", less = "b"}', "from, less and plus"),
        ("[relation.r", "words.toml cannot be read"),
    ],
)
def test_words_of_the_wrong_shape_are_told_with_their_line(
    text: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_words, "_text_of", lambda _package: text)
    with pytest.raises(PolicyError, match=re.escape(fault)):
        words_of.__wrapped__(POLICY)


def test_a_policy_with_missing_words_decides_and_explains_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every fault is told at once, with the line that it is about, before a case is decided."""
    words: dict[str, Any] = deepcopy(dict(words_of(POLICY)))
    del words["relation"]["fails"]
    words["clause"]["D.I.B.7"]["not_met"] = "{found} of 2 blocks"
    monkeypatch.setattr(words_check, "words_of", lambda _policy: words)
    other = replace(POLICY, notice="")  # not looked at before
    case = load_case(case_path("pa-1003"))
    decision = decide_case(case, other)
    for refused in (
        partial(why_not, decision, decision.lines[0]),
        partial(Explainer, decision, decision.lines[0]),
        partial(cw.decide, case, policy=other),
        partial(cw.audit, case_path("pa-1003").parent, tmp_path / "out", policy=other),
    ):
        with pytest.raises(PolicyError) as told:
            refused()
        first, *faults = str(told.value).splitlines()
        assert first == "MM-1508@2026-06-01: it cannot be explained, its words lack:"
        lines = files(POLICY.package).joinpath("words.toml").read_text("utf-8").splitlines()
        numbers = [int(fault.split()[3].rstrip(":")) for fault in faults]
        assert lines[numbers[0] - 1].startswith("not_met = ")
        assert lines[numbers[1] - 1] == "[relation.fails]"
        assert [fault.partition(": ")[2] for fault in faults] == [
            "D.I.B.7 not_met: there is no slot found",
            "relation fails has no words",
        ]
    assert not (tmp_path / "out").exists()


def test_slots_are_written_as_they_ask() -> None:
    text = "{n:words} {n:block|blocks}, the {n:next}, {n:?some|none}{n:: {m:words}|}"
    assert fill(text, {"n": 1, "m": 2}) == "one block, the second, some: two"
    assert fill(text, {"n": 0, "m": 2}) == "no blocks, the first, none"
    assert fill("{day}", {"day": date(2026, 7, 5)}) == "2026-07-05"
    assert fill("{day}", {"day": date(2026, 7, 5)}, long_date) == "July 5, 2026"
    assert fill("{value}", {"value": "{n} {0.__class__}"}) == "{n} {0.__class__}"
    with pytest.raises(KeyError):
        fill("{n.__class__}", {"n": 1})


def said(decision: Any) -> Iterator[str]:
    """Everything that can be said of the clauses of a decision."""
    for line in decision.lines:
        words = Sentences(decision.policy, decision.choices, line)
        for label in line.statuses:
            yield words.asks(label)
            for key in ("not_met", "undocumented", "send", "plain"):
                yield words.of_clause(label, key)


def test_no_number_of_the_policy_is_stale() -> None:
    """With every parameter changed, no text has a number that neither is one nor is of the case."""
    parameters = {each.name: 700 + place for place, each in enumerate(POLICY.parameters)}
    for name in ("pa-1003", "pa-1002", "pa-1010"):
        decision = decided(name, parameters=parameters)
        numbers = {str(value) for value in parameters.values()}
        counted = set(re.findall(r"\d+", " ".join(_slots_of(decision))))
        for text in said(decision):
            plain = re.sub(r"\d{4}-\d\d-\d\d", "", re.sub(r"\b[A-Z]\d", "", text))
            assert set(re.findall(r"\d+", plain)) <= numbers | counted, text
            assert "_" not in text


def test_other_policies_tell_the_chosen_numbers_too() -> None:
    for number, names in (
        ("L39455", ("minimum_provocative_tests", "minimum_care_days")),
        ("CMM-611", ("minimum_blocks", "imaging_look_back")),
    ):
        policy = policy_named(number)
        said = Sentences(policy, choose(policy, None, dict.fromkeys(names, 77)))
        assert all("77" in said.asks(policy.parameter[name].label) for name in names)


def _slots_of(decision: Any) -> Iterator[str]:
    """The values of the slots that clauses fill from relations."""
    for line in decision.lines:
        words = Sentences(decision.policy, decision.choices, line)
        for label in line.statuses:
            for name in words_of(decision.policy)["clause"][label].get("slots", {}):
                yield str(words._slots_of_clause(label, f"{{{name}}}")[name])


def test_a_reading_changes_what_is_said() -> None:
    own = Sentences(POLICY, choose(POLICY))
    other = Sentences(POLICY, choose(POLICY, {"block_relief": "any_occasion"}))
    assert "each with at least 50 % relief" in own.asks("D.I.B.7")
    assert "at least one of them with 50 % relief" in other.asks("D.I.B.7")
    would = own.would({"block_relief": "any_occasion", "attempts": "two_are_all"})
    assert would == (
        "only one of the two blocks needed 50 % relief and the documented attempts were taken for "
        "all there are"
    )


def test_a_policy_without_words_is_told_by_its_paraphrases() -> None:
    bare = replace(POLICY, package="")
    assert Sentences(bare, choose(bare)).asks("D.I.B.7") == bare.clauses["D.I.B.7"].paraphrase
    assert all(name.startswith("scope") for name in words_of(bare)["clause"])


@pytest.mark.parametrize(
    ("case", "label", "key", "sentence"),
    [
        ("pa-1003", "D.I.B.7", "not_met", "1 of 2 required blocks qualifies"),
        ("pa-1002", "D.I.B.4.b", "undocumented", "0 of 181 days documented, 181 more needed"),
        (
            "pa-1003",
            "D.I.B.7",
            "send",
            "the procedure note and the pain diary of a second block",
        ),
    ],
)
def test_sentences_of_the_examples(case: str, label: str, key: str, sentence: str) -> None:
    decision = decided(case)
    words = Sentences(decision.policy, decision.choices, decision.lines[0])
    assert words.of_clause(label, key) == sentence
