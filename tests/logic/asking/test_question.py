"""What a query may say, and the sentences for what it may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausewise.logic.asking.one_case import ask_case
from clausewise.logic.asking.parse import QueryError, parse
from clausewise.logic.mm_1508 import POLICY
from tests.support.examples import example
from tests.support.plain_yaml import read_yaml

REFUSED: list[dict[str, Any]] = read_yaml(
    Path(__file__).with_name("refused.yaml").read_text(encoding="utf-8")
)
ANSWERED: list[dict[str, Any]] = read_yaml(
    Path(__file__).with_name("answered.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["name"])
def test_a_bad_query_is_told(row: dict[str, Any]) -> None:
    with pytest.raises(QueryError) as caught:
        ask_case(example("pa-1003"), [row["query"]], POLICY)
    assert row["says"] in str(caught.value)


@pytest.mark.parametrize("row", ANSWERED, ids=lambda row: row["name"])
def test_a_query_is_answered(row: dict[str, Any]) -> None:
    queries = row["query"] if isinstance(row["query"], list) else [row["query"]]
    found = ask_case(
        example("pa-1003"),
        queries,
        POLICY,
        readings=row.get("readings"),
        parameters=row.get("parameters"),
    )
    shown = [[str(value) for value in values] for values in found.values()]
    assert sorted(shown) == sorted(row["answers"])
    assert [*found.question.notes] == row.get("notes", [])


@pytest.mark.parametrize(
    "text",
    [
        "relief(E, R) & " * 700_000,
        "(" * 5_000 + "relief(E, R)" + ")" * 5_000,
        "~" * 3_000 + "relief(E, R)",
        "relief(E, " + "-" * 3_000 + "1)",
        "relief(E, R) & (R < " + "9" * 3_000 + ")",
        " & ".join(["relief(E, R)"] * 300),
        "relief(E, R) & (R < " + "+".join("1" * 390) + ")" + " " * 10_000_000,
        "\x00relief(E, R)",
        "relief(E, \ud800)",
        "lambda: relief",
        "[relief(E, R) for E in (1,)]",
        "__import__('os').system('true')",
        "relief(E, R) if relief(E, R) else relief(E, R)",
        "relief(*E)",
        'f"{relief}"',
    ],
    ids=range(15),
)
def test_a_hostile_query_ends_with_a_sentence(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        ask_case(example("pa-1003"), [text], POLICY)
    assert len(str(caught.value)) < 500


def test_a_cross_product_ends_with_a_sentence() -> None:
    atoms = " & ".join(f"entry_date(E{number}, D{number})" for number in range(30))
    with pytest.raises(QueryError, match="more than 50000 rows"):
        ask_case(example("pa-1003"), [atoms], POLICY)


def test_nothing_of_a_query_is_evaluated(tmp_path: Path) -> None:
    target = tmp_path / "written"
    text = f"relief(E, R) & (R < open({str(target)!r}, 'w'))"
    with pytest.raises(QueryError):
        ask_case(example("pa-1003"), [text], POLICY)
    assert not target.exists()


def test_the_place_is_a_character_also_behind_letters_of_several_bytes() -> None:
    with pytest.raises(QueryError, match="at character 24"):
        parse('study_shows(E, "ä") & (1)')
