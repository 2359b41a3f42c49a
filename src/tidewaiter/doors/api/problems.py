"""Say errors as RFC 9457 problem details, once for this door."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from tidewaiter.doors.api.journal import JOURNAL
from tidewaiter.kernel import errors
from tidewaiter.kernel.errors import TidewaiterError

MEDIA_TYPE = "application/problem+json"

STATUSES: Mapping[type[TidewaiterError], HTTPStatus] = {
    errors.Refused: HTTPStatus.BAD_REQUEST,
    errors.NoteFault: HTTPStatus.BAD_REQUEST,
    errors.NotSignedIn: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotProven: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Shredded: HTTPStatus.GONE,
}
"""What is the asker's to mend, by kind. Every other error is the node's own: it is told to the node's people alone."""

_PLAIN: Mapping[int, tuple[str, str]] = {
    HTTPStatus.NOT_FOUND: ("not-found", "There is nothing under that address."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method", "That address does not take this method."),
    HTTPStatus.REQUEST_TIMEOUT: ("too-slow", "The request took too long to arrive."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too-long", "The request is too long."),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: ("head-too-long", "The head of the request is too long."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("program", "The node is at fault, not the request."),
    HTTPStatus.SERVICE_UNAVAILABLE: ("busy", "The node cannot answer now."),
}
"""Status → slug and title, where no error of our own is behind it."""


async def say(_request: Request, error: Exception) -> Response:
    """Answer with one of our own errors; what is not the asker's fault is not told in detail."""
    assert isinstance(error, TidewaiterError)  # noqa: S101 - it is registered for nothing else
    title = (type(error).__doc__ or "").strip().splitlines()[0]
    status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)
    if status is None:
        JOURNAL.error("%s %s", error.sentence, error.remedy)
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, slug=error.slug, title=title)
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return problem(status, slug=error.slug, title=title, detail=error.sentence, remedy=error.remedy, headers=headers)


async def say_http(_request: Request, error: Exception) -> Response:
    """Answer where the framework found no route, another method, or a body that is too long."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for nothing else
    return problem(error.status_code, headers=error.headers)


def problem(
    status: int,
    *,
    slug: str = "",
    title: str = "",
    detail: str = "",
    remedy: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return problem details; without a slug and a title, those of the status."""
    plain = _PLAIN.get(status, ("request", "The request cannot be answered."))
    said = {
        "type": f"urn:tidewaiter:problem:{slug or plain[0]}",
        "title": title or plain[1],
        "status": int(status),
        "detail": detail,
        "remedy": remedy,
    }
    body = msgspec.json.encode({key: value for key, value in said.items() if value})
    return Response(body, status, dict(headers or {}), MEDIA_TYPE)
