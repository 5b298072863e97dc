"""A served folder that vanishes, is replaced, or changes while it is looked at."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import clausewise as cw
from clausewise.facts.documents.pages import MOST_BYTES as MOST_DOCUMENT_BYTES
from clausewise.serve.app import application
from tests.support.fictional_documents import FOLDER
from tests.support.places import CASE_FOLDER
from tests.support.served import HOST, TOKEN

CASE = "pa-1003.yaml"
OF_A_CASE = ("/", f"/case/{CASE}")
OF_DOCUMENTS = (f"/case/{CASE}", f"/case/{CASE}/documents?document=H2&page=5")
OF_AUDITS = (
    "/audits",
    "/audit/first",
    "/audit/first/lines",
    "/audit/first/lines.csv",
    "/compare/audits?first=first&second=second",
)
NO_SUMMARY = "the summary of this audit cannot be read"
ADDRESSES = (
    *OF_A_CASE,
    *OF_DOCUMENTS,
    *OF_AUDITS,
    "/cases.csv",
    "/compare",
    "/compare/policies?first=MM-1508&second=CMM-611&cases=true",
)


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cases = tmp_path_factory.mktemp("one_case")
    shutil.copy(CASE_FOLDER / CASE, cases / CASE)
    place = tmp_path_factory.mktemp("audit") / "first"
    cw.audit(cases, place, sample=0)
    return place


@pytest.fixture
def place(tmp_path: Path, audit: Path) -> Path:
    """A folder with a case, a cohort and two audits, which a test may spoil."""
    found = tmp_path / "served [1]*"  # characters that a pattern of file names gives a meaning
    found.mkdir()
    shutil.copy(CASE_FOLDER / CASE, found / CASE)
    for name in ("first", "second"):
        shutil.copytree(audit, found / name)
    shutil.copytree(FOLDER / "pa-1003" / "text", tmp_path / "documents" / "pa-1003")
    return found


@pytest.fixture
def client(place: Path) -> TestClient:
    app = application(place, TOKEN, {HOST}, documents=place.parent / "documents", save=True)
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "text/html"}
    return TestClient(app, f"http://{HOST}", headers=headers, follow_redirects=False)


def _told(client: TestClient, address: str, place: Path) -> tuple[int, str]:
    """The status and the text of an answer, which is never a failure nor tells of this machine."""
    answer = client.get(address)
    assert answer.status_code != 500, (address, answer.text)
    assert str(place.parent) not in answer.text, address
    assert "Traceback" not in answer.text
    return answer.status_code, answer.text


def test_everything_is_there_to_begin_with(client: TestClient, place: Path) -> None:
    for address in ADDRESSES:
        assert _told(client, address, place)[0] == 200, address


def test_a_folder_that_vanishes_is_told_and_one_put_back_is_served(
    client: TestClient, place: Path
) -> None:
    kept = client.post("/drop", files={"file": (CASE_FOLDER / CASE).read_bytes()}).headers
    away = place.with_name("away")
    place.rename(away)
    for address in ADDRESSES:
        status, text = _told(client, address, place)
        assert status == 503, address
        assert "what is served is not there any more" in text
    assert _told(client, kept["location"], place)[0] == 200, "what is in memory can be opened"
    assert client.post(f"{kept['location']}/save").status_code == 507
    away.rename(place)
    assert _told(client, f"/case/{CASE}", place)[0] == 200


def test_a_folder_that_is_replaced_is_read_anew(client: TestClient, place: Path) -> None:
    assert "PA-1003" in _told(client, f"/case/{CASE}", place)[1]
    before = (place / CASE).stat()
    shutil.rmtree(place)
    place.mkdir()
    text = (CASE_FOLDER / CASE).read_text(encoding="utf-8").replace("PA-1003", "PA-9999")
    (place / CASE).write_text(text, encoding="utf-8")
    os.utime(place / CASE, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "PA-9999" in _told(client, f"/case/{CASE}", place)[1]
    assert "PA-9999" in _told(client, "/", place)[1]
    assert _told(client, "/audit/first", place)[0] == 404


def _linked_out(place: Path) -> None:
    (place / CASE).unlink()
    (place / CASE).symlink_to(CASE_FOLDER / CASE)


def _linked_round(place: Path) -> None:
    (place / CASE).unlink()
    (place / CASE).symlink_to(CASE)
    (place / "loop").symlink_to(".")


def _no_case(place: Path) -> None:
    (place / CASE).unlink()
    (place / CASE).mkdir()


def _pipe(place: Path) -> None:
    (place / CASE).unlink()
    os.mkfifo(place / CASE)


def _large(place: Path) -> None:
    with (place / CASE).open("r+b") as file:
        file.truncate(3 * 2**30)  # a hole: it takes no room


def _large_document(place: Path) -> None:
    with (place.parent / "documents" / "pa-1003" / "H2.txt").open("r+b") as file:
        file.truncate(MOST_DOCUMENT_BYTES + 1)


def _no_documents(place: Path) -> None:
    shutil.rmtree(place.parent / "documents")


def _no_lines(place: Path) -> None:
    (place / "first" / "lines.parquet").write_bytes(b"PAR1 no more")


def _deep_summary(place: Path) -> None:
    (place / "first" / "summary.json").write_text("[" * 100_000, encoding="utf-8")


def _other_summary(place: Path) -> None:
    (place / "first" / "summary.json").write_text('{"lines": "many"}', encoding="utf-8")


def _large_summary(place: Path) -> None:
    with (place / "first" / "summary.json").open("r+b") as file:
        file.truncate(2**30)


def _unreadable(place: Path) -> None:
    (place / CASE).chmod(0)
    (place / "cohort.ndjson").touch(0)
    (place / "first" / "summary.json").chmod(0)


def _closed(place: Path) -> None:
    """A folder whose files are listed, but cannot be reached."""
    (place / "first").chmod(0o444)


SPOILED = {
    "a case becomes a link out of the folder": (_linked_out, OF_A_CASE, "no such case"),
    "links lead round": (_linked_round, OF_A_CASE, "no such case"),
    "a case becomes a folder": (_no_case, OF_A_CASE, "no such case"),
    "a case becomes a pipe": (_pipe, OF_A_CASE, "no such case"),
    "a case grows huge": (_large, OF_A_CASE, "the file is too large"),
    "a document grows huge": (_large_document, OF_DOCUMENTS, "at most 20971520 are read"),
    "the documents vanish": (_no_documents, OF_DOCUMENTS, "the documents cannot be read"),
    "an audit loses its lines": (_no_lines, OF_AUDITS, "the lines of this audit cannot be read"),
    "a summary is nested without end": (_deep_summary, OF_AUDITS, NO_SUMMARY),
    "a summary says something else": (_other_summary, OF_AUDITS, NO_SUMMARY),
    "a summary grows huge": (_large_summary, OF_AUDITS, NO_SUMMARY),
}
"""What happens, the pages that have to stand it, and what the last of them says."""


@pytest.mark.parametrize("what", SPOILED)
def test_what_happens_to_a_file_is_told_in_a_sentence(
    client: TestClient, place: Path, what: str
) -> None:
    spoil, addresses, sentence = SPOILED[what]
    spoil(place)
    told = [_told(client, address, place)[1] for address in addresses]
    assert sentence in told[-1]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to the administrator")
@pytest.mark.parametrize("close", [_unreadable, _closed])
def test_what_cannot_be_read_is_told(
    client: TestClient, place: Path, close: Callable[[Path], None]
) -> None:
    close(place)
    told = [_told(client, address, place)[1] for address in OF_A_CASE + OF_AUDITS]
    if close is _unreadable:
        assert all("Permission denied" in each for each in told[:2])
        assert NO_SUMMARY in told[-1]
    (place / "first").chmod(0o755)
