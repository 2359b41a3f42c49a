"""Put the API together: its routes, who may use them, its guard, its errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI, Request
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from tidewaiter import __version__
from tidewaiter.doors.api import log, problems, witness
from tidewaiter.doors.api.guard import Guard
from tidewaiter.doors.api.permissions import LOG_READ, OPENAPI, PUBLIC, ROUTES
from tidewaiter.doors.api.threads import Threads
from tidewaiter.doors.api.tokens import partner
from tidewaiter.kernel.errors import Forbidden, TidewaiterError
from tidewaiter.kernel.log.witness import REQUEST_BYTES_MAX

if TYPE_CHECKING:
    from tidewaiter.doors.api.wiring import Served
    from tidewaiter.kernel.log.notes import Verifier
    from tidewaiter.kernel.log.witness import Cosigner
    from tidewaiter.kernel.settings import Settings

_QUIET: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
"""Tell nobody else what is asked of the node, whatever the environment says."""


def app(
    node: Served, *, cosigners: Sequence[Cosigner] = (), logs: Mapping[str, Sequence[Verifier]] | None = None
) -> FastAPI:
    """Return the API of a node.

    `cosigners` are the keys that it witnesses with, `logs` the keys of the logs that it witnesses, by origin. Keys sign
    in several threads at once. Without a cosigner nothing is witnessed.
    """
    threads = Threads()
    made = FastAPI(
        title="Tidewaiter",
        summary="A node's log to read, and the node as a witness.",
        version=__version__,
        openapi_url=OPENAPI,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,
        telemetry=_QUIET,
        dependencies=[Depends(_permitted(node.settings, threads))],
        middleware=[
            Middleware(
                Guard,
                seconds_max=node.settings.api_seconds_max,
                body_bytes_max=REQUEST_BYTES_MAX,
                head_bytes_max=node.settings.api_header_bytes_max,
            ),
        ],
        exception_handlers={TidewaiterError: problems.say, HTTPException: problems.say_http},
    )
    witness.add_to(made, node, threads, cosigners=cosigners, logs=logs or {})
    log.add_to(made, node, threads)

    @made.get("/health", summary="Whether the node answers.")
    async def health() -> dict[str, str]:
        """Say that it does."""
        return {"status": "ok"}

    return made


def _permitted(settings: Settings, threads: Threads) -> Callable[[Request], Awaitable[None]]:
    """Return what lets a request through to its route: by the table of permissions, and in no other way."""

    async def check(request: Request) -> None:
        """Raise Forbidden or NotSignedIn unless the asker may use the route."""
        permission = ROUTES.get((request.method, request.scope["route"].path))
        if permission == PUBLIC or (permission == LOG_READ and settings.log_public):
            return
        if permission != LOG_READ:
            message = "Nobody may use this route."
            raise Forbidden(message)
        await threads.run(partial(partner, request.headers.get("authorization", ""), settings.api_token_file))

    return check
