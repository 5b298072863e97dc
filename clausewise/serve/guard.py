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
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "clausewise"
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
    seconds: float = 30.0
    at_once: int = 4
    waiting: int = 256


class TooLargeError(Exception):
    """More was sent than is accepted."""


class Guard:
    """The layer; ``hosts`` are the values of the Host header that are served."""

    def __init__(
        self, app: ASGIApp, token: str, hosts: Collection[str], limits: Limits | None = None
    ) -> None:
        self.app, self.token, self.hosts = app, token, frozenset(hosts)
        self.limits = limits or Limits()
        self._running = asyncio.Semaphore(self.limits.at_once)
        self._waiting = 0

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
        try:
            async with self._running:
                await self._answered(scope, receive, send)
        finally:
            self._waiting -= 1

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer of the application, within the limits of size and time."""
        taken = 0
        begun = False

        async def received() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.limits.body:
                raise TooLargeError
            return message

        async def sent(message: Message) -> None:
            nonlocal begun
            if taken <= self.limits.body:  # else the application answers that its reading failed
                begun = True
                await _with_security(send)(message)

        late = False
        try:
            async with asyncio.timeout(self.limits.seconds):
                await self.app(scope, received, sent)
        except TimeoutError:
            late = True
        except TooLargeError:
            pass
        except Exception as error:  # its text may come from a case, so that it is not logged
            if not begun:
                told = f"this could not be answered ({type(error).__name__})"
                await problem(scope, 500, told)(scope, receive, _with_security(send))
            return
        if begun:
            return
        answer = problem(scope, 413, f"more than {self.limits.body} bytes were sent")
        if late:
            answer = problem(scope, 503, f"no answer within {self.limits.seconds:g} seconds")
        await answer(scope, receive, _with_security(send))

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
            COOKIE, self.token, httponly=True, samesite="strict", secure=scope["scheme"] == "https"
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
            morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return morsel is not None and self._is_token(morsel.value)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())


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
    """An error as a page, as JSON, or under ``/fhir`` as an OperationOutcome."""
    path = scope["path"]
    if path.startswith("/fhir"):
        return fhir_problem(status, [sentence])
    if path.startswith("/api"):
        return Response(json.dumps({"error": sentence}), status, media_type="application/json")
    return Response(sentence + "\n", status, media_type="text/plain")


_ISSUE = {401: "login", 403: "forbidden", 404: "not-found", 413: "too-long", 503: "throttled"}


def fhir_problem(status: int, sentences: Collection[str]) -> Response:
    """An OperationOutcome with an issue for each sentence."""
    code = _ISSUE.get(status, "invalid")
    issues = [{"severity": "error", "code": code, "diagnostics": each} for each in sentences]
    body = {"resourceType": "OperationOutcome", "issue": issues}
    return Response(json.dumps(body), status, media_type="application/fhir+json")
