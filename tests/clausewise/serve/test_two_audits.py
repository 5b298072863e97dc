"""Two audits of the same cases beside each other."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import clausewise as cw
from clausewise.logic.cohort.summary import Summary
from clausewise.logic.cohort.two_audits import two_audits
from clausewise.serve.app import application
from tests.support.places import CASE_FOLDER
from tests.support.served import HOST, TOKEN


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three cases with two audits: of all of them, and of two under another parameter."""
    folder = tmp_path_factory.mktemp("audited")
    for name in ("pa-1001.yaml", "pa-1003.yaml", "pa-1012.yaml"):
        shutil.copy(CASE_FOLDER / name, folder / name)
    cw.audit(folder, folder / "one", sample=0)
    few = folder / "few"
    few.mkdir()
    for name in ("pa-1001.yaml", "pa-1003.yaml"):
        shutil.copy(CASE_FOLDER / name, few / name)
    cw.audit(few, folder / "other", sample=0, parameters={"minimum_blocks": 1})
    shutil.rmtree(few)
    return folder


def summary(folder: Path) -> Summary:
    return Summary(**json.loads((folder / "summary.json").read_text(encoding="utf-8")))


def test_lines_that_move_are_told_with_what_decided_them(place: Path) -> None:
    one, other = place / "one", place / "other"
    found = two_audits(one, other, (summary(one), summary(other)))
    assert found.settings["parameter.minimum_blocks"] == (2, 1)
    assert set(found.settings) == {"parameter.minimum_blocks", "cases.sha256"}
    (row,) = found.moved
    assert (row["case"], row["from"], row["to"]) == (
        "PA-1003",
        "not_medically_necessary",
        "medically_necessary",
    )
    assert (row["decisive_before"], row["decisive_after"]) == (["D.I.B.7"], [])
    assert (found.both, found.moving) == (2, 1)
    assert found.alone[0] >= 1
    assert found.alone[1] == 0


def test_an_audit_under_other_choices_is_marked(place: Path) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    client = TestClient(application(place, TOKEN, {HOST}), f"http://{HOST}", headers=headers)
    assert '<span class="mark">What if</span> minimum' in client.get("/audit/other").text
    assert "What if" not in client.get("/audit/one").text
    assert "What if: minimum" in client.get("/audits").text


def test_the_workbench_shows_them_and_saves_every_table(place: Path) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(application(place, TOKEN, {HOST}), f"http://{HOST}", headers=headers) as client:
        text = client.get("/compare/audits?first=one&second=other").text
        assert "Determinations: 1 of 2 lines move" in text
        assert '<a href="/case/pa-1003.yaml">pa-1003.yaml</a>' in text
        assert "parameter.minimum_blocks" in text
        for name in ("settings", "determinations", "moved"):
            saved = client.get(f"/compare/audits/{name}.csv?first=one&second=other")
            assert saved.text.count("\r\n") >= 2
            book = client.get(f"/compare/audits/{name}.xlsx?first=one&second=other")
            assert book.content.startswith(b"PK")
