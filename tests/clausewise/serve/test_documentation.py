"""The workbench shows the documentation, whole, and every link of it leads somewhere."""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from clausewise.docs.reference import PAGES, contents
from tests.support.places import ROOT
from tests.support.served import TOKEN

PLACES = [place for _, pages in contents() for _, place in pages]


@pytest.fixture(scope="module")
def pages(client: TestClient) -> dict[str, str]:
    found = {place: client.get(f"/docs/{place}") for place in PLACES}
    assert {each.status_code for each in found.values()} == {200}
    return {place: each.text.partition("<article>")[2] for place, each in found.items()}


def test_every_page_of_the_contents_is_shown(pages: dict[str, str]) -> None:
    assert set(PLACES) == {each.name for each in (ROOT / "docs").glob("*.md")} | set(PAGES)
    assert all("<h1" in text for text in pages.values())
    assert "clausewise why facts/cases/pa-1003.yaml" in pages["tutorial.md"]


def test_every_link_leads_to_a_page_and_a_heading_that_are_there(pages: dict[str, str]) -> None:
    wrong = []
    for place, text in pages.items():
        for link in re.findall(r'<a href="([^"]+)"', text):
            target, _, anchor = link.partition("#")
            if link.startswith("https://"):
                continue
            there = posixpath.normpath(posixpath.join(posixpath.dirname(place), target))
            there = there if target else place
            if there not in pages or (anchor and f'id="{anchor}"' not in pages[there]):
                wrong.append((place, link))
    assert wrong == []


@pytest.mark.parametrize(
    "place", ["nope.md", "reference.py", "../README.md", "contents.yaml", "/etc/passwd", ".md"]
)
def test_nothing_else_is_shown(client: TestClient, place: str) -> None:
    assert client.get(f"/docs/{place}").status_code == 404


def test_the_example_of_the_service_runs(site: str) -> None:
    text = (ROOT / "docs" / "workbench.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", block],
        cwd=ROOT,
        env={**os.environ, "WORKBENCH": f"{site}/?token={TOKEN}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("not_medically_necessary\n", "")
