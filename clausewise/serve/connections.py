"""How long a connection may take: to send the head of a request, and to read an answer.

The guard limits what is behind a head that has come. Before that only the server knows of a
connection, and uvicorn by itself waits for a head as long as somebody likes to send it.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""Seconds in which the head of a request has to come, from the beginning of the connection or, of a
further one, from its first byte on."""
READING_SECONDS = 60.0
"""Seconds in which an answer has to be taken by whoever asked."""
MOST_CONNECTIONS = 400
"""Connections at once; a process may often open no more than 1,024 files."""


class Connection(H11Protocol):
    """A connection of uvicorn that is dropped when the other side sends or reads too slowly."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._head: asyncio.TimerHandle | None = None
        self._answer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        self._head = self.loop.call_later(HEAD_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._head = _cancelled(self._head)
        self._answer = _cancelled(self._answer)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # Part of a head has come, or more of what was answered already (too large, no token).
        if self.conn.their_state is not h11.IDLE and self.conn.our_state is not h11.DONE:
            self._head = _cancelled(self._head)
        elif self._head is None:
            self._head = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._answer = self.loop.call_later(READING_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._answer = _cancelled(self._answer)

    def timeout_keep_alive_handler(self) -> None:
        # It closes when all is read; who does not read the rest would keep the connection.
        super().timeout_keep_alive_handler()
        self._head = _cancelled(self._head)
        self._head = self.loop.call_later(HEAD_SECONDS, self.transport.abort)


def _cancelled(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    if timer is not None:
        timer.cancel()
    return None


def server(
    app: ASGIApp, certificate: Path | None = None, key: Path | None = None
) -> uvicorn.Server:
    """The server of an application, with TLS where its files are given; it logs no request."""
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        ws="none",
        http=Connection,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=5,
    )
    return uvicorn.Server(config)
