"""Who may ask, and what a question may cost: a layer around the whole application.

A request needs the token of this start, as a cookie (set when the address with the token is opened)
or as a bearer token. The Host has to be an address that is served, so that no other site can reach
it by a name of its own (DNS rebinding); a change sent with the cookie has to come from a page of
this site. Size, time and number of requests are limited. Nothing about a request is logged.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "clausewise"
"""Its name goes on with the port: cookies of a machine are of all its ports."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with it browsers send the forms of our own pages with the Origin null.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Headers of every answer; a page that sets one of them keeps its own."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request, and all requests together, may cost."""

    body: int = 8 * 2**20
    """Bytes of what is sent."""
    bodies: int = 64 * 2**20
    """Bytes of what all requests that wait have sent."""
    arrival: float = 15.0
    """Seconds in which all of it has to come."""
    seconds: float = 30.0
    at_once: int = 4
    waiting: int = 256


class BodyError(Exception):
    """What is sent cannot be taken: a status, and a sentence that says why."""


class Guard:
    """The layer; ``hosts`` are the values of the Host header that are served."""

    def __init__(
        self, app: ASGIApp, token: str, hosts: Collection[str], limits: Limits | None = None
    ) -> None:
        self.app, self.token, self.hosts = app, token, frozenset(hosts)
        self.limits = limits or Limits()
        self._running = asyncio.Semaphore(self.limits.at_once)
        self._waiting = 0
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        answer = self._refusal(scope) or self._opening(scope)
        if answer is None and self._waiting >= self.limits.waiting:
            answer = problem(scope, 503, "too many requests are waiting; try again in a moment")
        if answer is not None:
            await answer(scope, receive, _with_security(send))
            return
        self._waiting += 1
        body = bytearray()
        try:
            # All of it is there before a place is taken, and the place is free again before the
            # answer is sent: who sends or reads slowly keeps nobody waiting.
            await self._read(receive, body)
            async with self._running:
                messages = await self._answered(scope, _replayed(bytes(body), receive))
            async with asyncio.timeout(self.limits.seconds):
                for message in messages:
                    await _with_security(send)(message)
        except BodyError as error:
            await problem(scope, *error.args)(scope, receive, _with_security(send))
        except TimeoutError:
            pass  # the answer is not read; the server ends the connection
        finally:
            self._waiting -= 1
            self._held -= len(body)

    async def _read(self, receive: Receive, body: bytearray) -> None:
        """Read what is sent; raises BodyError when it is too much, or comes too slowly."""
        try:
            async with asyncio.timeout(self.limits.arrival):
                while True:
                    message = await receive()
                    part = message.get("body", b"")
                    body += part
                    self._held += len(part)
                    if len(body) > self.limits.body:
                        raise BodyError(413, f"more than {self.limits.body} bytes were sent")
                    if self._held > self.limits.bodies:
                        raise BodyError(503, "too much is sent at once; try again in a moment")
                    if not message.get("more_body"):
                        return
        except TimeoutError:
            told = f"not all that was announced came within {self.limits.arrival:g} seconds"
            raise BodyError(408, told) from None

    async def _answered(self, scope: Scope, receive: Receive) -> list[Message]:
        """The answer of the application, or that there is none within the limit of time."""
        made: list[Message] = []

        async def kept(message: Message) -> None:
            made.append(message)

        try:
            async with asyncio.timeout(self.limits.seconds):
                await self.app(scope, receive, kept)
                return made
        except TimeoutError:
            instead = problem(scope, 503, f"no answer within {self.limits.seconds:g} seconds")
        except Exception as error:  # its text may come from a case, so that it is not logged
            instead = problem(scope, 500, f"this could not be answered ({type(error).__name__})")
        made.clear()
        await instead(scope, receive, kept)
        return made

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self.hosts:
            return problem(scope, 421, "this address is not served here")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self.limits.body:
            return problem(scope, 413, f"more than {self.limits.body} bytes were sent")
        if self._bearer(headers):
            return None
        if self._asked_to_open(scope):
            return None
        if not self._cookie(headers):
            return problem(scope, 401, "open the address that clausewise serve printed")
        origin = headers.get("origin")
        own = f"{scope['scheme']}://{headers['host']}"
        if scope["method"] not in SAFE and origin != own:
            return problem(scope, 403, "a change has to be sent by a page of this site")
        return None

    def _opening(self, scope: Scope) -> Response | None:
        """The first visit: the token becomes a cookie, and leaves the address."""
        if not self._asked_to_open(scope):
            return None
        rest = [pair for pair in _query(scope) if pair[0] != "token"]
        place = scope["path"] + (f"?{urlencode(rest)}" if rest else "")
        answer = RedirectResponse("/" + place.lstrip("/"), status_code=303)
        answer.set_cookie(
            _cookie_name(Headers(scope=scope)),
            self.token,
            httponly=True,
            samesite="strict",
            secure=scope["scheme"] == "https",
        )
        return answer

    def _asked_to_open(self, scope: Scope) -> bool:
        given = dict(_query(scope)).get("token", "")
        return scope["method"] == "GET" and self._is_token(given)

    def _bearer(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self._is_token(given.strip())

    def _cookie(self, headers: Headers) -> bool:
        try:
            morsel = SimpleCookie(headers.get("cookie", "")).get(_cookie_name(headers))
        except CookieError:
            return False
        return morsel is not None and self._is_token(morsel.value)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())


def _cookie_name(headers: Headers) -> str:
    return f"{COOKIE}-{headers.get('host', '').rpartition(':')[2]}"


def _replayed(body: bytes, receive: Receive) -> Receive:
    """What was read already, and then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _with_security(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", [])]
            present = {name.lower() for name, _ in headers}
            headers += [
                (name.lower().encode(), value.encode())
                for name, value in SECURITY.items()
                if name.lower().encode() not in present
            ]
            message = {**message, "headers": headers}
        await send(message)

    return sent


def problem(scope: Scope, status: int, sentence: str) -> Response:
    """An error as a page or text, as JSON, or under ``/fhir`` as an OperationOutcome."""
    path = scope["path"]
    if path.startswith("/fhir"):
        return fhir_problem(status, [sentence])
    if path.startswith("/api"):
        return Response(json.dumps({"error": sentence}), status, media_type="application/json")
    if "text/html" in Headers(scope=scope).get("accept", ""):
        return Response(_PAGE.format(escape(sentence)), status, media_type="text/html")
    return Response(sentence + "\n", status, media_type="text/plain")


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
<title>This is not possible · clausewise</title></head>
<body><main><h1>This is not possible</h1><p>{}</p></main></body></html>
"""
"""It needs no other file: who has no token gets none."""


_ISSUE = {
    401: "login",
    403: "forbidden",
    404: "not-found",
    408: "timeout",
    413: "too-long",
    503: "throttled",
}


def fhir_problem(status: int, sentences: Collection[str]) -> Response:
    """An OperationOutcome with an issue for each sentence."""
    code = _ISSUE.get(status, "invalid")
    issues = [{"severity": "error", "code": code, "diagnostics": each} for each in sentences]
    body = {"resourceType": "OperationOutcome", "issue": issues}
    return Response(json.dumps(body), status, media_type="application/fhir+json")
