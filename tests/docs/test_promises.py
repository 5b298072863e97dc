"""Each promise of docs/commands.md names tests that are there, a quick one among them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.places import ROOT

TABLE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8").split("| promise | kept by |")
ROWS = [
    line.strip("|").rsplit("|", 1) for line in TABLE[1].split("\n\n")[0].splitlines()[2:] if line
]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def functions_of(path: str) -> dict[str, bool]:
    """The tests of a file, and whether each is quick."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        each.name: "pytest.mark.slow" not in map(ast.unparse, each.decorator_list)
        for each in tree.body
        if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
    }


def quick(path: str, name: str) -> Iterator[bool]:
    found = functions_of(path)
    assert found, path
    if name:
        assert name in found, f"{path} has no {name}"
    yield from [found[name]] if name else found.values()


def test_there_are_promises() -> None:
    assert len(TABLE) == 2
    assert len(ROWS) >= 8


@pytest.mark.parametrize(("promise", "kept_by"), ROWS, ids=[promise for promise, _ in ROWS])
def test_a_promise_names_the_tests_that_keep_it(promise: str, kept_by: str) -> None:
    named = NAMED.findall(kept_by)
    assert len(named) == len(re.findall(r"test_\w+\.py", kept_by)), kept_by
    found = [is_quick for path, name in named for is_quick in quick(path, name)]
    assert any(found), promise
