"""Guard every request: how long its body is, how long it takes, what its answer's headers say."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tidewaiter.doors.api import journal
from tidewaiter.doors.api.problems import problem

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every answer: nothing in it is a page, and no browser is to make one of it."""

_CLOSING = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
}
"""After these, what is left of the request is not read, so the connection is of no use."""


class Guard:
    """The outermost part of the app: nothing gets past it, and no error gets out but as an answer."""

    def __init__(self, app: ASGIApp, *, seconds_max: float, body_bytes_max: int, head_bytes_max: int) -> None:
        self._app = app
        self._seconds_max = seconds_max
        self._body_bytes_max = body_bytes_max
        self._head_bytes_max = head_bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, and note it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        passage = _Passage(receive, send, self._body_bytes_max)
        try:
            await self._through(scope, passage)
        finally:
            journal.answered(scope, passage.status, time.monotonic() - began)

    async def _through(self, scope: Scope, passage: _Passage) -> None:
        """Answer in time, whatever happens; an answer that has begun can only be broken off."""
        refused = None
        try:
            async with asyncio.timeout(self._seconds_max):
                self._check_head(scope)
                passage.check_length(Headers(scope=scope))
                await self._app(scope, passage.receive, passage.send)
        except TimeoutError:
            refused = HTTPStatus.SERVICE_UNAVAILABLE if passage.whole else HTTPStatus.REQUEST_TIMEOUT
        except ClientDisconnect:
            return  # nobody is there who could be told
        except HTTPException as error:
            refused = HTTPStatus(error.status_code)
        except Exception as error:  # noqa: BLE001 - the outermost boundary: whoever asked gets an answer, not a trace
            journal.failed(error)
            refused = HTTPStatus.INTERNAL_SERVER_ERROR
        if refused is not None and not passage.status:
            await problem(refused)(scope, passage.receive, passage.send)

    def _check_head(self, scope: Scope) -> None:
        """Refuse a head that is too long; the server itself refuses only one that comes in several pieces."""
        fields = sum(len(name) + len(value) for name, value in scope["headers"])
        if len(scope["raw_path"]) + len(scope["query_string"]) + fields > self._head_bytes_max:
            raise HTTPException(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)


class _Passage:
    """One request on its way in, and its answer on its way out."""

    def __init__(self, receive: Receive, send: Send, body_bytes_max: int) -> None:
        self.status = 0
        self.whole = False
        self._receive = receive
        self._send = send
        self._left = body_bytes_max

    def check_length(self, headers: Headers) -> None:
        """Refuse a body that is announced to be too long, before any of it is read."""
        said = headers.get("content-length", "0")
        if not (said.isascii() and said.isdigit()) or int(said[:20]) > self._left:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    async def receive(self) -> Message:
        """Pass on a piece of the body, unless it makes it too long."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self.whole = not message.get("more_body", False)
            if self._left < 0:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    async def send(self, message: Message) -> None:
        """Pass on a piece of the answer, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
            if self.status in _CLOSING:
                headers["Connection"] = "close"
        await self._send(message)
