"""JSON is printed in pieces, and is what the standard library prints as a whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from clausewise.cli.printing import print_json

VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda below: some.lists(below) | some.dictionaries(some.text(), below),
    max_leaves=12,
)


@settings(max_examples=40)
@given(objects=some.lists(some.dictionaries(some.text(), VALUES), max_size=2))
def test_the_pieces_of_json_make_up_the_whole(objects: list[dict[str, Any]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        pieces: list[str] = []
        patch.setattr("sys.stdout.writelines", pieces.extend)
        patch.setattr("sys.stdout.write", pieces.append)
        print_json(objects)
    assert "".join(pieces) == "".join(json.dumps(each) + "\n" for each in objects)
