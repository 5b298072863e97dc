"""Every example file with something wrong put into it: an answer, or sentences with their places.

What is accepted means what the text says: its values are held against the text by the part of the
checker that does so, so that nothing is dropped, cut short or read as another value in silence.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausewise.facts.case.model import FORMAT, Case
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.validation import parse_case
from clausewise.logic.proof.case_text import check_text
from tests.support.mutated import AUDITED, KINDS
from tests.support.mutated import outcome as mutant
from tests.support.places import CASE_FILES

TEXTS = [path.read_text(encoding="utf-8") for path in CASE_FILES]
PIECES = [
    *"\"'#:,-[]{}&*!|>%@`?~ \t\n\\/0159.eE+_",
    *(
        ": ",
        " #",
        ", ",
        "null",
        "~",
        "yes",
        "No",
        "''",
        '""',
        "\N{NO-BREAK SPACE}",
        "\ufeff",
        "\x85",
    ),
    *("2026-W01-1", "20260101", "2026-7-1", "1e1", "0x1F", "017", "1_000", ".5", "5.0", "inf"),
    *("\u2028", "\x00", "\x1b[0m", "é", "e\u0301", "５", "<<", "---", "...", "- ", "? ", "\r"),
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """An example with a few edits: pieces of text put in, taken out, doubled or exchanged."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text) - 1))
        length = draw(st.integers(0, 12))
        lines = text.split("\n")
        line = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["put", "take", "exchange", "line out", "line twice", "colon"])):
            case "put":
                text = text[:at] + draw(st.sampled_from(PIECES)) + text[at:]
            case "take":
                text = text[:at] + text[at + length :]
            case "exchange":
                text = text[:at] + draw(st.sampled_from(PIECES)) + text[at + length :]
            case "line out":
                text = "\n".join(lines[:line] + lines[line + 1 :])
            case "line twice":
                text = "\n".join(lines[: line + 1] + lines[line:])
            case _:
                text = text.replace(": ", draw(st.sampled_from([":", " : ", ":\t", "=", ": '"])), 1)
        text = text or "\n"
    return text


def read(text: str) -> Case | None:
    """The case, or None when there are sentences on what is wrong."""
    try:
        return parse_case(text.encode("utf-8", "surrogatepass"), "a.yaml")
    except InputError as error:
        problems = error.problems
    assert problems
    assert all(problem.found and "\n" not in str(problem) for problem in problems)
    return None


def outcome(text: str) -> None:
    case = read(text)
    if case is not None:
        assert case.format == FORMAT
        check_text(text.encode(), case)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(mutated())
def test_a_mutated_file_is_read_as_it_says_or_refused(text: str) -> None:
    outcome(text)


@pytest.mark.slow
@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(mutated())
def test_many_mutated_files_are_read_as_they_say_or_refused(text: str) -> None:
    outcome(text)


def test_the_examples_mean_what_they_say() -> None:
    for text in TEXTS:
        case = read(text)
        assert case is not None
        check_text(text.encode(), case)


@pytest.mark.parametrize("between", [":\t", " :\t", ":\t ", ": \t"])
def test_a_tab_may_stand_between_a_key_and_its_value(between: str) -> None:
    text = TEXTS[0].replace("format: ", f"format{between}", 1)
    assert read(text) == read(TEXTS[0])
    outcome(text)


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(KINDS))
def test_mutants_of_every_kind_of_file_end_in_an_answer_or_a_sentence(kind: str) -> None:
    """``python -m tests.support.mutated`` runs as many as there is time for."""
    found = [mutant(kind, seed) for seed in range(3 if kind in AUDITED else 30)]
    assert not [each for each in found if each.startswith("BROKEN")]
