"""Who may ask, and what a question may cost."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clausewise.serve.app import application
from clausewise.serve.guard import SECURITY, Guard, Limits
from tests.support.places import CASE_FOLDER
from tests.support.served import HOST, TOKEN


def test_without_the_token_nothing_is_answered(stranger: TestClient) -> None:
    for place in ("/", "/case/pa-1003.yaml", "/api/openapi.json", "/fhir/metadata", "/static/x"):
        assert stranger.get(place).status_code == 401
    assert stranger.get("/?token=wrong").status_code == 401
    assert stranger.get("/", headers={"Authorization": "Bearer "}).status_code == 401


def test_a_browser_is_told_as_a_page_that_needs_no_other_file(stranger: TestClient) -> None:
    answer = stranger.get("/", headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 401
    assert "<h1>" in answer.text
    assert "open the address that clausewise serve printed" in answer.text
    assert "/style.css" not in answer.text


def test_opening_the_address_sets_a_cookie_and_takes_the_token_out(stranger: TestClient) -> None:
    opened = stranger.get(f"/?token={TOKEN}&q=PA")
    assert opened.status_code == 303
    assert opened.headers["location"] == "/?q=PA"
    cookie = opened.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert stranger.get("/").status_code == 200


def test_two_workbenches_on_one_machine_keep_their_own_keys(folder: Path) -> None:
    ports = ("127.0.0.1:1111", "127.0.0.1:2222")
    clients = [TestClient(application(folder, host, {host}), f"http://{host}") for host in ports]
    for client, key in zip(clients, ports, strict=True):
        client.cookies = clients[0].cookies  # a browser sends a cookie to every port
        assert client.get(f"/audits?token={key}").status_code == 200
    assert [client.get("/audits").status_code for client in clients] == [200, 200]


def test_the_token_in_an_address_never_leads_elsewhere(stranger: TestClient) -> None:
    answer = stranger.get(f"//evil.example/x?token={TOKEN}")
    assert not answer.headers.get("location", "/").startswith("//")


def test_another_host_is_refused_even_with_the_token(client: TestClient) -> None:
    for host in ("evil.example", "evil.example:8377", "127.0.0.1", f"{HOST}.evil.example"):
        assert client.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", f"https://{HOST}"])
def test_a_change_with_the_cookie_needs_the_origin_of_this_site(
    stranger: TestClient, origin: str | None
) -> None:
    stranger.get(f"/?token={TOKEN}")
    headers = {} if origin is None else {"Origin": origin}
    assert stranger.post("/new", data={"text": "x"}, headers=headers).status_code == 403


def test_a_change_from_this_site_is_taken(stranger: TestClient) -> None:
    stranger.get(f"/?token={TOKEN}")
    own = {"Origin": f"http://{HOST}"}
    assert stranger.post("/new", data={"text": "x"}, headers=own).status_code == 422


def test_every_answer_has_the_headers_of_security(client: TestClient) -> None:
    for place in ("/", "/nope", "/style.css", "/fhir/metadata", "/cases.csv"):
        headers = client.get(place).headers
        assert {name for name in SECURITY if name.lower() not in headers} == set()
    assert "unsafe" not in client.get("/").headers["content-security-policy"]


def test_too_much_is_refused_with_and_without_its_length(folder: Path) -> None:
    app = application(folder, TOKEN, {HOST}, Limits(body=1000))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(app, f"http://{HOST}", headers=headers) as found:
        assert found.post("/new", content=b"x" * 2000).status_code == 413
        pieces = (b"x" * 400 for _ in range(5))
        assert found.post("/fhir/Claim/$submit", content=pieces).status_code == 413


async def _slow(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(0.2)
    await PlainTextResponse("late")(scope, receive, send)


def test_what_takes_too_long_is_ended_with_a_sentence() -> None:
    app: ASGIApp = Guard(_slow, TOKEN, {HOST}, Limits(seconds=0.05))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = TestClient(app, f"http://{HOST}", headers=headers).get("/api/decide")
    assert answer.status_code == 503
    assert answer.json() == {"error": "no answer within 0.05 seconds"}


def statuses(guard: Guard, *bodies: Receive, read_in: float = 0) -> list[int]:
    """The statuses of requests that are there together, in the order in which they are answered.

    Whoever asks first takes ``read_in`` seconds to read.
    """
    found: list[int] = []

    async def one(receive: Receive) -> None:
        scope: Scope = {
            "type": "http",
            "method": "POST",
            "path": "/api/x",
            "query_string": b"",
            "scheme": "http",
            "headers": [
                (b"host", HOST.encode()),
                (b"authorization", f"Bearer {TOKEN}".encode()),
            ],
        }

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                if receive is bodies[0]:
                    await asyncio.sleep(read_in)
                found.append(int(message["status"]))

        await guard(scope, receive, send)

    async def all_of_them() -> None:
        await asyncio.gather(*map(one, bodies))

    asyncio.run(all_of_them())
    return found


async def at_once() -> Message:
    return {"type": "http.request", "body": b"{}", "more_body": False}


async def never() -> Message:
    await asyncio.sleep(60)
    raise AssertionError


def test_more_requests_than_may_wait_are_refused() -> None:
    guard = Guard(_slow, TOKEN, {HOST}, Limits(at_once=1, waiting=3))
    assert sorted(statuses(guard, *[at_once] * 5)) == [200, 200, 200, 503, 503]


def test_who_sends_slowly_keeps_nobody_waiting() -> None:
    guard = Guard(PlainTextResponse("x"), TOKEN, {HOST}, Limits(at_once=1, arrival=0.4))
    assert statuses(guard, never, never, at_once) == [200, 408, 408]


def test_who_reads_slowly_keeps_nobody_waiting() -> None:
    async def first() -> Message:
        return await at_once()

    guard = Guard(PlainTextResponse("x"), TOKEN, {HOST}, Limits(at_once=1, seconds=0.5))
    began = time.monotonic()
    assert statuses(guard, first, at_once, read_in=60) == [200]
    assert time.monotonic() - began < 5


def test_what_waits_together_is_limited_too() -> None:
    guard = Guard(_slow, TOKEN, {HOST}, Limits(at_once=1, bodies=5))
    assert sorted(statuses(guard, *[at_once] * 3)) == [200, 200, 503]
    assert statuses(guard, at_once) == [200]


def test_no_file_outside_the_folder_is_reached(client: TestClient, folder: Path) -> None:
    outside = folder.parent / "secret.yaml"
    outside.write_bytes((folder / "pa-1001.yaml").read_bytes())
    link = folder / "link.yaml"
    if not link.is_symlink():
        os.symlink(outside, link)
    names = ("../secret.yaml", "%2e%2e/secret.yaml", str(outside), "link.yaml", "....//secret.yaml")
    for name in names:
        assert client.get(f"/case/{name}").status_code == 404
    assert "link.yaml" not in client.get("/").text


def test_no_document_and_no_audit_outside_is_reached_by_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "H1.txt").write_text("a secret", encoding="utf-8")
    for name in ("summary.json", "lines.parquet"):
        (outside / name).write_text("{}", encoding="utf-8")
    inside = tmp_path / "inside"
    (inside / "pa-1003").mkdir(parents=True)
    (inside / "audit").mkdir()
    os.symlink(outside / "H1.txt", inside / "pa-1003" / "H1.txt")
    os.symlink(outside, inside / "linked")
    for name in ("summary.json", "lines.parquet"):
        os.symlink(outside / name, inside / "audit" / name)
    case = (CASE_FOLDER / "pa-1003.yaml").read_text(encoding="utf-8")
    (inside / "pa-1003.yaml").write_text(case, encoding="utf-8")
    app = application(inside, TOKEN, {HOST}, documents=inside)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(app, f"http://{HOST}", headers=headers) as client:
        assert "a secret" not in client.get("/case/pa-1003.yaml/documents?document=H1").text
        assert "/audit/" not in client.get("/audits").text
        for name in ("audit", "linked", "../outside"):
            assert client.get(f"/audit/{name}").status_code == 404


def test_nothing_is_logged_about_a_case(
    client: TestClient, capfd: pytest.CaptureFixture[str]
) -> None:
    assert client.get("/case/pa-1003.yaml").status_code == 200
    assert client.get("/case/pa-1003.yaml?set=findings%2B%3D%5B").status_code == 422
    assert capfd.readouterr() == ("", "")
