"""Every example file with something wrong put into it: an answer, or sentences with their places.

What is accepted means what the text says: its values are held against those that a plain YAML
reader finds, so that nothing is dropped, cut short or read as another value in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import FORMAT, Case
from clausewise.facts.case.syntax import InputError
from clausewise.facts.case.validation import parse_case
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


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, (*place, key))
    elif isinstance(value, list):
        if not value:
            return
        for number, below in enumerate(value):
            yield from leaves(below, (*place, number))
    else:
        yield place, value


def says_so(text: str, value: Any) -> bool:
    """Whether the text of a file says this value."""
    if isinstance(value, bool):
        return text.lower() in (("true", "yes") if value else ("false", "no"))
    if isinstance(value, (int, Decimal)):
        try:
            return text.isascii() and "_" not in text and Decimal(text) == value
        except InvalidOperation:
            return False
    return text == str(value)


DEFAULTS = {"plan": "arkansas_passe", "for": "sij_low_back", "revises": False, "ongoing": False}


def assert_it_means_what_it_says(text: str, case: Case) -> None:
    told = dict(leaves(yaml.load(text.removeprefix("\ufeff"), Loader=yaml.BaseLoader)))
    held = dict(leaves(plain_data(case)))
    for place, value in held.items():
        # One name may stand for a list of one, and one number for a range of two equal ones.
        shorter = place[:-1] if place[-1] == 0 else (*place, 0)
        said = told.pop(place, None)
        if said is None:
            said = told.pop(shorter, None)
        assert said is not None, (place, value)
        assert says_so(said, value), (place, said, value)
    for place, said in told.items():
        default = DEFAULTS.get(
            next((each for each in reversed(place) if isinstance(each, str)), "")
        )
        empty = said in ("", "~", "null", "Null", "NULL")
        same = place[-1] == 1 and held.get(place[:-1]) is not None
        assert empty or same or says_so(said, default), (place, said)


def outcome(text: str) -> None:
    case = read(text)
    if case is not None:
        assert case.format == FORMAT
        assert_it_means_what_it_says(text, case)


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
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
        assert_it_means_what_it_says(text, case)
