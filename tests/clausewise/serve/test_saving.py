"""Nothing is written unless asked; what was saved is there, whole, whatever happens then."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from starlette.testclient import TestClient

import clausewise as cw
from clausewise.serve.app import application
from clausewise.serve.folder import file_stem
from tests.support.places import CASE_FOLDER, ROOT
from tests.support.plain_yaml import read_yaml
from tests.support.served import HOST, TOKEN

TEXT = (CASE_FOLDER / "pa-1003.yaml").read_text(encoding="utf-8")
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "pa-1003.yaml").write_text(TEXT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def saving(place: Path) -> Iterator[TestClient]:
    """A client of a folder that cases may be saved into."""
    app = application(place, TOKEN, {HOST}, save=True)
    with TestClient(app, f"http://{HOST}", headers=HEADERS, follow_redirects=False) as found:
        yield found


def test_nothing_is_saved_without_the_option(client: TestClient, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    assert "Save as a new file" not in client.get("/case/pa-1003.yaml").text
    assert client.post("/case/pa-1003.yaml/save").status_code == 403
    assert sorted(folder.rglob("*")) == before


def test_looking_and_entering_write_nothing(saving: TestClient, place: Path) -> None:
    assert saving.post("/new/text", data={"text": TEXT}).status_code == 303
    assert saving.get("/case/pa-1003.yaml?set=injections.I2.relief_percent=50").status_code == 200
    assert [each.name for each in place.iterdir()] == ["pa-1003.yaml"]


def test_a_case_is_saved_under_a_new_name_and_never_over_a_file(
    saving: TestClient, place: Path
) -> None:
    change = "?set=injections.I2.relief_percent=50"
    assert "Save as a new file" in saving.get(f"/case/pa-1003.yaml{change}").text
    for name in ("pa-1003-2.yaml", "pa-1003-3.yaml"):
        sent = saving.post(f"/case/pa-1003.yaml/save{change}")
        assert sent.headers["location"] == f"/case/{name}?saved=1"
        assert f"Saved as <b>{name}</b>" in saving.get(sent.headers["location"]).text
        assert cw.decide(place / name).lines[0].determination == "medically_necessary"
    assert (place / "pa-1003.yaml").read_text(encoding="utf-8") == TEXT
    assert not [each for each in place.iterdir() if each.name.startswith(".")]


def test_a_reading_is_no_part_of_a_case_and_is_not_saved(saving: TestClient, place: Path) -> None:
    sent = saving.post("/case/pa-1003.yaml/save?set=reading.block_relief=any_occasion")
    assert sent.status_code == 422
    assert len(list(place.iterdir())) == 1


@pytest.mark.parametrize(
    ("case", "stem"),
    [
        ("PA-1003", "pa-1003"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\x\x00y", "c-x-y"),
        ("CON", "case-con"),
        ("summary", "case-summary"),
        ("…", "case"),
        ("Größe 5", "groe-5"),
        ("a" * 300, "a" * 60),
        ("<script>", "script"),
    ],
)
def test_a_file_name_is_made_of_safe_letters(case: str, stem: str) -> None:
    assert file_stem(case) == stem


def test_a_hostile_name_stays_in_the_folder(saving: TestClient, place: Path) -> None:
    data = read_yaml(TEXT)
    data["case"] = "../../outside\n.yaml"
    sent = saving.post("/drop", files={"file": ("x.yaml", yaml.safe_dump(data))})
    saved = saving.post(f"{sent.headers['location']}/save")
    assert saved.headers["location"] == "/case/outside-yaml.yaml?saved=1"
    assert cw.load(place / "outside-yaml.yaml").case == data["case"]


def test_a_full_disk_is_told_and_leaves_nothing(
    saving: TestClient, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = saving.post("/case/pa-1003.yaml/save")
    assert answer.status_code == 507
    assert answer.text == "not saved: No space left on device\n"
    assert [each.name for each in place.iterdir()] == ["pa-1003.yaml"]


def test_a_killed_server_loses_nothing_that_was_saved(place: Path) -> None:
    """Killed in the midst of saving: every file that was promised is there, and each is whole."""
    command = [sys.executable, "-m", "clausewise", "serve", str(place), "--port", "0", "--save"]
    started = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    promised: list[str] = []
    try:
        assert started.stdout is not None
        address, _, token = started.stdout.readline().removeprefix("Open ").partition("/?token=")
        headers = {"Authorization": f"Bearer {token.strip()}"}

        def saving() -> None:
            with httpx.Client(base_url=address, headers=headers, timeout=20) as one:
                while True:
                    try:
                        sent = one.post("/case/pa-1003.yaml/save")
                    except httpx.HTTPError:
                        return
                    promised.append(sent.headers["location"])

        threads = [threading.Thread(target=saving) for _ in range(3)]
        for each in threads:
            each.start()
        until = time.monotonic() + 60
        while len(promised) < 6 and time.monotonic() < until:
            time.sleep(0.01)
        started.send_signal(signal.SIGKILL)
        for each in threads:
            each.join(30)
    finally:
        started.kill()
        started.wait(10)
    assert len(promised) >= 6
    assert len(set(promised)) == len(promised)
    names = {re.sub(r"^/case/|\?saved=1$", "", each) for each in promised}
    there = {each.name for each in place.glob("*.yaml")}
    assert names <= there
    for name in there:
        assert cw.load(place / name).case == "PA-1003"
    again = application(place, TOKEN, {HOST})
    with TestClient(again, f"http://{HOST}", headers=HEADERS) as found:
        listed = found.get("/").text
    assert all(f"/case/{name}" in listed for name in there)
    assert ".clausewise-" not in listed
