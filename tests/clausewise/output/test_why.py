"""What ``why`` says: the wording table, its order, its width, and no names of the rules."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from rich.text import Text

import clausewise as cw
from clausewise.facts.case.editing import edited
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.logic.explain.gaps import why_not
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.edits import WITHDRAWN, WITHOUT, Change
from clausewise.logic.what_if.missing import missing
from clausewise.output import flip
from clausewise.output.gaps import why_not_lines
from clausewise.output.letter import AUDIENCES, letters
from clausewise.output.missing import missing_lines
from clausewise.output.terminal import WIDTH, hung, why
from tests.support.examples import decided, example
from tests.support.places import CASE_FILES, ROOT, case_path
from tests.support.plain_yaml import read_yaml
from tests.support.slices import first_few

TABLE = read_yaml((ROOT / "tests/logic/explain/tables/wording.yaml").read_text(encoding="utf-8"))


def text_of(decision: Decision, *, full: bool = False) -> str:
    """What ``why`` says, each line whole, with single blanks."""
    return plain_of(why(decision, full=full))


def plain_of(lines: Iterable[Text]) -> str:
    return "\n".join(" ".join(line.plain.split()) for line in lines)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["name"])
def test_the_wording_table(row: dict[str, Any]) -> None:
    case = example(row["case"])
    if "change" in row:
        edits = {
            place: value.isoformat() if hasattr(value, "isoformat") else value
            for place, value in row["change"].items()
        }
        # A record that is complete is one that is denied; here it is to be completed.
        case = edited(case, {"record_complete": None, **edits}.items())
    decision = decide_case(case, POLICY, parameters=row.get("parameters"))
    if row.get("asked") == "missing":
        text = plain_of(missing_lines(decision, [*decision.ask(missing).values()]))
    elif row.get("asked") in AUDIENCES:
        text = letters(decision, row["asked"])
    elif row.get("asked") == "why-not":
        text = plain_of(why_not_lines(decision, decision.ask(why_not)))
    else:
        text = text_of(decision, full=row.get("full", False))
    for words in row["says"]:
        assert words in text, text
    for words in row.get("never", ()):
        assert words not in text, text


@pytest.mark.parametrize("path", first_few(CASE_FILES, 10), ids=lambda path: path.stem)
def test_no_name_of_the_rules_and_no_place_in_the_file_is_before_a_person(path: Path) -> None:
    decision = decided(path.stem)
    for line in text_of(decision, full=True).splitlines():
        said = re.sub(r"\(readings? [a-z_0-9, ]+\)", "", line)  # readings are called by name
        assert not re.search(r"[a-z]_[a-z]|[a-z]\[\d", said), line
        assert not re.search(r"\d [<>]=? \d", said), line


def test_the_order_is_outcome_sentence_change_reasons_rest_readings() -> None:
    text = str(cw.why(example("pa-1003")))
    parts = (
        "NOT MEDICALLY NECESSARY",
        "Denied for one reason:",
        "What would change it",
        "\nWhy\n",
        "The rest",
        "Other readings of the text",
        "plan contract controls",
    )
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_lines_are_no_wider_than_the_terminal_and_hang_below_their_text() -> None:
    for name in ("pa-1002", "pa-1003", "pa-1004", "pa-1016"):
        decision = decided(name)
        for width in (40, 60, WIDTH):
            for line in why(decision):
                shown = list(hung([line], width))
                assert all(len(each.plain) <= width for each in shown)
                assert " ".join(" ".join(each.plain for each in shown).split()) == " ".join(
                    line.plain.split()
                )
                lead = len(line.plain) - len(line.plain.lstrip())
                for each in shown[1:]:
                    assert each.plain.startswith(" " * (lead + 2))


def test_many_like_entries_are_told_as_one() -> None:
    visit = {"start": "2025-10-01", "end": "2025-10-01"}
    edits: list[tuple[str, Any]] = [("record_complete", None)]
    edits += [(f"therapies.T1.{key}", day) for key, day in visit.items()]
    for number in range(10, 20):
        day = f"2025-11-{number}"
        edits.append(("therapies+", {"kind": "physical_therapy", "start": day, "end": day}))
    decision = decide_case(edited(example("pa-1003"), edits), POLICY)
    text = text_of(decision)
    assert "11 of 181 days documented, 170 more needed" in text
    assert "physical therapy, 11 entries, 2025-10-01 to 2025-11-19: counts, and is not" in text
    assert text_of(decision, full=True).count("physical therapy, 2025") >= 11


def test_a_word_that_is_too_wide_stays_whole() -> None:
    shown = [each.plain for each in hung([Text(f"a {'x' * 50} b")], 20)]
    assert shown == ["a", f"  {'x' * 50}", "  b"]


def test_styles_stay_with_their_words() -> None:
    line = Text.assemble("  one two ", ("three four", "bold"), " five")
    bold = [
        piece.plain[span.start : span.end]
        for piece in hung([line], 14)
        for span in piece.spans
        if span.style == "bold"
    ]
    assert " ".join(" ".join(bold).split()) == "three four"


def test_a_code_page_of_windows_shows_the_marks() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clausewise", "why", str(case_path("pa-1006"))],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=True,
    )
    assert b"  x D.I.B.6.b" in done.stdout


@pytest.mark.parametrize("name", ["pa-1003", "pa-1007", "pa-1011"])
def test_a_change_is_told_without_places_in_the_file(name: str) -> None:
    text = str(cw.flip(example(name)))
    assert not re.search(r"[a-z]\[\d|[a-z]_[a-z]| absent", text), text


def test_a_set_that_takes_what_is_not_changeable_is_left_out_beside_one_that_does_not() -> None:
    """PA-1019: nobody moves the day of a block to obtain a note on it."""
    text = " ".join(str(cw.flip(example("pa-1019"))).split())
    assert "a diagnostic injection on the left" in text
    assert "dated 2026-03-01 in place of" not in text
    assert "One set is left out that would also take what is not changeable" in text


def test_changes_of_an_entry_and_entries_left_out_are_told_in_words() -> None:
    held = ["findings", "therapies", "imaging", "measurements"]
    text = str(cw.flip(example("pa-1001"), "insufficient_information", size=1, hold=held))
    assert "I2: without contrast in place of with contrast  (not changeable)" in text
    assert "I3: it brought relief in place of it failed  (not changeable)" in text
    assert not re.search(r"contrast: no|outcome relief", text)
    case = example("pa-1001")
    both = [
        Change(Candidate(key, f"{WITHOUT}{key}", "", {key: None}), WITHDRAWN, key)
        for key in ("T2 medication", "T3 TENS")
    ]
    (line,) = flip._changes(case, both)
    assert line.plain.strip().startswith("without the entries T2 medication and T3 TENS")


def test_what_is_not_in_a_complete_record_can_be_had_from_it_only_if_it_is_not() -> None:
    text = " ".join(str(cw.flip(example("pa-1003"))).split())
    assert "(obtainable from the record, if it is not complete after all)" in text


def test_flip_tells_once_what_stands_in_several_sets() -> None:
    text = " ".join(str(cw.flip(example("pa-1002"), size=3)).split())
    assert text.count("no generalized pain behavior or disorder is the primary cause") == 1
    assert "and one of these: – a further note on T2 TENS" in text
    assert "– 181 days of rest" in text


def test_flip_tells_once_what_an_approval_depends_on() -> None:
    text = str(cw.flip(example("pa-1001")))
    told, _, sets = text.partition("  1) → ")
    assert "thigh thrust test positive, 2026-07-02" in told
    assert "without the entry thigh thrust test positive" not in sets
    assert "in place of" in sets
