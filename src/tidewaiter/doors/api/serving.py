"""Serve the API on a socket: bounded in connections, heads and time, and stopped gently."""

from __future__ import annotations

import asyncio
import math
import socket
from typing import TYPE_CHECKING

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tidewaiter.kernel.errors import SettingFault

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tidewaiter.kernel.settings import Settings

KEEP_ALIVE_SECONDS = 5
BACKLOG = 128


class Patient(H11Protocol):
    """The server's side of a connection, which waits for the head of a request only so long.

    The server's own limit begins anew with every byte, so that one byte now and then would hold a connection for ever.
    """

    head_seconds_max = 30.0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the server has it
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came; the time runs from the first byte of a head to its last."""
        if self._late is None and self.conn.their_state is h11.IDLE:
            self._wait()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._wait_no_more()

    def _wait(self) -> None:
        """Close the connection if the head is not there in time."""
        self._late = self.loop.call_later(self.head_seconds_max, self.transport.abort)

    def _wait_no_more(self) -> None:
        """Let the connection be."""
        if self._late is not None:
            self._late.cancel()
        self._late = None


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises SettingFault where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as wrong:
        why = wrong.strerror or type(wrong).__name__ if isinstance(wrong, OSError) else "that is no name"
        message = f"Nothing can listen at {host}, port {port}: {why}."
        raise SettingFault(message, "Choose another --port, or a --host that is this machine's.") from None
    made.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # else an answer's body waits 40 ms for its head's receipt
    return made


def address(listening: socket.socket) -> str:
    """Return the address of a socket that listens, as a URL."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def server(made: FastAPI, settings: Settings) -> uvicorn.Server:
    """Return a server for the API; `run(sockets=[...])` serves until the process is told to stop."""
    protocol = type("Patient", (Patient,), {"head_seconds_max": settings.api_seconds_max})
    return uvicorn.Server(
        uvicorn.Config(
            made,
            http=protocol,
            ws="none",
            lifespan="off",
            loop="asyncio",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=BACKLOG,
            limit_concurrency=settings.api_connections_max,
            h11_max_incomplete_event_size=settings.api_header_bytes_max,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=math.ceil(settings.api_seconds_max),
        )
    )
