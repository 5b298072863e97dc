"""The reference names everything that the sources have; the table of contents is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from typer.main import get_group

import clausewise as cw
from clausewise.cli.commands import app
from clausewise.docs.reference import PAGES
from clausewise.facts.case.model import Case
from clausewise.facts.schema import SCHEMA
from clausewise.logic.mm_1508 import POLICY
from tests.support.places import ROOT
from tests.support.plain_yaml import read_yaml

NAMES = {
    "reference/commands.md": {f"## `clausewise {each}`" for each in get_group(app).commands},
    "reference/python.md": {f"## `cw.{each}`" for each in cw.__all__},
    "reference/relations.md": {f"| `{each}` |" for each in SCHEMA},
    "reference/clauses.md": {f"| `{each}` |" for each in POLICY.clauses},
    "reference/readings.md": {f"## `{each.name}`" for each in POLICY.readings},
    "reference/case-format.md": {f"| `{each}` |" for each in Case.model_fields},
}


@pytest.mark.parametrize("place", NAMES)
def test_a_page_names_all_that_there_is(place: str) -> None:
    text = PAGES[place]()
    assert [each for each in NAMES[place] if each not in text] == []


def test_everything_public_says_what_it_answers() -> None:
    parts = re.split(r"^## ", PAGES["reference/python.md"](), flags=re.MULTILINE)[1:]
    bare = [part for part in parts if not re.sub(r"```.*?```", "", part.partition("\n")[2]).strip()]
    assert bare == []


def test_the_contents_list_every_page_and_only_pages() -> None:
    contents = read_yaml((ROOT / "docs" / "contents.yaml").read_text(encoding="utf-8"))["nav"]
    written = {each.name for each in (ROOT / "docs").glob("*.md")}
    assert set(_places(contents)) == written | set(PAGES)


def _places(contents: object) -> Iterator[str]:
    """The files that a table of contents names."""
    if isinstance(contents, str):
        yield contents
    elif isinstance(contents, dict):
        for each in contents.values():
            yield from _places(each)
    elif isinstance(contents, list):
        for each in contents:
            yield from _places(each)
