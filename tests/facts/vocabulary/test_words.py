"""The vocabulary and the words that policies add to it."""

from __future__ import annotations

from typing import Any

import pytest

from clausewise.facts.vocabulary.words import with_additions

CORE: dict[str, Any] = {
    "default_plan": "a",
    "finding": [{"name": "limp", "meaning": "a limp"}],
}
PAIN = {"name": "pain", "meaning": "pain"}


def test_a_policy_adds_words() -> None:
    found, faults = with_additions(CORE, [("x/vocabulary.toml", {"finding": [PAIN]})])
    assert not faults
    assert [row["name"] for row in found["finding"]] == ["limp", "pain"]
    assert len(CORE["finding"]) == 1


def test_two_policies_may_add_the_same_word_in_the_same_terms() -> None:
    added = {"finding": [PAIN, CORE["finding"][0]]}
    found, faults = with_additions(CORE, [("x", added), ("y", added)])
    assert not faults
    assert [row["name"] for row in found["finding"]] == ["limp", "pain"]


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ({"finding": [{"name": "limp", "meaning": "another"}]}, "limp is defined already"),
        (
            {"finding": [{"name": "limp", "meaning": "a limp", "side_specific": True}]},
            "limp is defined already",
        ),
        ({"findings": [PAIN]}, "findings is not a list of the vocabulary"),
        ({"default_plan": [PAIN]}, "default_plan is not a list"),
    ],
)
def test_a_word_cannot_be_redefined(added: dict[str, Any], told: str) -> None:
    found, (fault,) = with_additions(CORE, [("x/vocabulary.toml", added)])
    assert fault.startswith(f"x/vocabulary.toml: {told}")
    assert found == CORE


def test_every_fault_of_the_words_is_told() -> None:
    added = {
        "finding": [
            {"name": "Ache", "meaning": "an ache"},
            {"name": "ache"},
            {"name": "stiff", "meaning": "stiff", "side_specific": "yes", "quesion": "Stiff?"},
            "limp",
        ]
    }
    found, faults = with_additions(CORE, [("x", added)])
    assert [each.removeprefix("x: ").partition(":")[0] for each in faults] == [
        "a finding has no name of small letters, digits and underscores",
        "ache, a finding, has no meaning, which is a text",
        "side_specific of stiff is not true or false",
        "quesion of stiff is not one of its keys",
        "each finding is a table of its own",
    ]
    assert [row["name"] for row in found["finding"]] == ["limp", "ache", "stiff"]
