"""Who sends the head of a request slowly, or does not read the answer, is not waited for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from clausewise.cli.commands_serve import _listener
from clausewise.serve import connections

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
LARGE = 8 * 2**20
"""More than the system takes over for somebody who does not read."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        text = "x" * (LARGE if scope["path"] == "/large" else 1)
        await PlainTextResponse(text)(scope, receive, send)


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(connections, "READING_SECONDS", 0.3)
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 3)
    listener = _listener("127.0.0.1", 0)
    running = connections.server(app)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield listener.getsockname()
    running.should_exit = True
    thread.join(10)


def connected(address: tuple[str, int]) -> socket.socket:
    found = socket.create_connection(address, timeout=10)
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


def ended_after(connection: socket.socket, piece: bytes = b"") -> float:
    """Seconds until the server ends the connection, while pieces are sent all the time."""
    begun = time.monotonic()
    connection.settimeout(0.1)
    while time.monotonic() < begun + 5:
        try:
            if piece:
                connection.sendall(piece)
            if connection.recv(2**16) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - begun


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        (b"", b""),
        (HEAD, b""),
        (HEAD, b"a: b\r\n"),
        (HEAD + b"\r\n", HEAD),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n", b"slowly"),
    ],
    ids=["nothing", "half a head", "a head without end", "a second head", "more than is read"],
)
def test_who_sends_slowly_is_dropped(address: tuple[str, int], first: bytes, piece: bytes) -> None:
    with connected(address) as connection:
        connection.sendall(first)
        assert ended_after(connection, piece) < 3


def test_who_does_not_read_the_answer_is_dropped(address: tuple[str, int]) -> None:
    with connected(address) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.8)
        received = 0
        try:
            while part := connection.recv(2**16):
                received += len(part)
        except ConnectionError:
            pass
        assert 0 < received < LARGE


def test_who_reads_and_asks_again_keeps_the_connection(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 1)
    client = HTTPConnection(*address)
    client.connect()
    first = client.sock
    for pause in (1.1, 0):
        client.request("GET", "/")
        assert client.getresponse().read() == b"x"
        time.sleep(pause)
    assert client.sock is first
    client.close()


def test_more_connections_than_may_be_are_refused(address: tuple[str, int]) -> None:
    every = [connected(address) for _ in range(6)]
    every[0].sendall(HEAD + b"\r\n")
    assert every[0].recv(2**16).startswith(b"HTTP/1.1 200")
    assert every[5].recv(1) == b""
    for each in every:
        each.close()
