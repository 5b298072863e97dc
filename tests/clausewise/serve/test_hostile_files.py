"""Names and contents of files that somebody means to do harm with."""

from __future__ import annotations

import os
import re
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from clausewise.serve.app import application
from clausewise.serve.pages import many_cases
from tests.support.places import CASE_FOLDER
from tests.support.served import HOST, TOKEN

NAMES = (
    b"a\nb.yaml",
    b"\xff\xfe.yaml",
    b"<script>alert(1)<\\script> ' \" & .. .yaml",
    "\u202egnp.yaml".encode(),
    b"#hash?x=1.yaml",
)
EVIL = "\u202eevil\u202c \x1b[31m red <img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A client of a folder whose files have such names, with such documents."""
    place = tmp_path_factory.mktemp("hostile")
    for name in NAMES:
        shutil.copy(CASE_FOLDER / "pa-1018.yaml", place / os.fsdecode(name))
    (place / ".h").mkdir()
    shutil.copy(CASE_FOLDER / "pa-1018.yaml", place / ".h" / "\u202egnp.yaml")
    (place / "bad.yaml").write_text("case: [", encoding="utf-8")
    documents = tmp_path_factory.mktemp("documents")
    (documents / "pa-1018").mkdir()
    (documents / "pa-1018" / "H1.txt").write_text(EVIL, encoding="utf-8")
    (documents / "pa-1018" / "H2.pdf").write_bytes(b"%PDF-1.4 SECRET TEXT")
    app = application(place, TOKEN, {HOST}, documents=documents)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return TestClient(app, f"http://{HOST}", headers=headers, follow_redirects=False)


def test_every_case_that_is_listed_can_be_opened(hostile: TestClient) -> None:
    text = hostile.get("/").text
    assert "<script>alert" not in text
    assert "1 file is hidden by a full stop and not listed, such as .h/gnp.yaml." in text
    links = re.findall(r'<th scope="row"><a href="(/case/[^"]*)"', text)
    assert len(links) == len(NAMES)
    for link in links:
        assert hostile.get(unescape(link)).status_code == 200, link
    assert hostile.get("/cases.csv").status_code == 200


@pytest.mark.parametrize("name", ["pa-1003", "pa-1018"])
def test_every_link_within_a_case_leads_somewhere(name: str) -> None:
    """Boxes of the picture lead to the clauses and back, where there is a picture."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    client = TestClient(application(CASE_FOLDER, TOKEN, {HOST}), f"http://{HOST}", headers=headers)
    text = client.get(f"/case/{name}.yaml").text
    places = {unescape(each) for each in re.findall(r'\bid="([^"]*)"', text)}
    links = {unquote(unescape(each)) for each in re.findall(r'href="#([^"]*)"', text)}
    assert links - places == set()


def test_no_place_on_this_machine_is_told(hostile: TestClient, tmp_path: Path) -> None:
    top = str(tmp_path.parent)
    for place in ("bad.yaml", "%23hash%3Fx=1.yaml/documents?document=H2"):
        answer = hostile.get(f"/case/{place}")
        assert answer.status_code == 422
        assert top not in answer.text


def test_a_document_turns_no_text_around_and_writes_nothing(
    hostile: TestClient, capfd: pytest.CaptureFixture[str]
) -> None:
    page = hostile.get("/case/%23hash%3Fx=1.yaml/documents?document=H1").text
    assert "evil [31m red &lt;img" in page
    assert "\u202e" not in page
    hostile.get("/case/%23hash%3Fx=1.yaml/documents?document=H2")
    assert capfd.readouterr() == ("", "")


def test_a_comparison_of_many_cases_ends_in_time(
    hostile: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = iter(range(1000))
    monkeypatch.setattr(many_cases, "monotonic", lambda: next(turns) * 10)
    text = hostile.get("/compare/policies?first=MM-1508&second=CMM-611&cases=true").text
    assert "Only the first 1 of 6 cases are decided here" in text
