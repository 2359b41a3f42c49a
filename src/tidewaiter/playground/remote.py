"""Start a node in a process of its own, tell it what to do, and kill it with SIGKILL."""

from __future__ import annotations

import multiprocessing
import secrets
import socket
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from tidewaiter.kernel.clock import Clock
from tidewaiter.playground import process, wire
from tidewaiter.playground.hosts import Gone, HostFault, Took

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from tidewaiter.kernel.settings import Settings

START_SECONDS_MAX = 60.0
"""Longest time from the start of a process to its port."""
ANSWER_SECONDS_MAX = 600.0
"""Longest time for one answer; a node that takes longer is taken for dead."""
END_SECONDS_MAX = 20.0
"""Longest time for a process to end once it was told to, or killed."""
_PORT_BYTES = 4


class Remote:
    """A node in a process of its own. `pid` is its process, for whoever wants to kill it from outside."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._process: SpawnProcess | None = None
        self._connection: socket.socket | None = None
        self._at = clock.now()
        self.restart()

    @property
    def up(self) -> bool:
        """Whether its process runs."""
        return self._connection is not None and self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """The number of its process, or None where it is down."""
        return None if self._process is None else self._process.pid

    def advance(self, at: datetime) -> None:
        """Set its clock; it is told with the next command."""
        self._at = max(self._at, at)

    def deliver(self, sender: str, number: int, body: bytes) -> Took:
        """Have it take in a sender's next parcel, kept once this returns; raises Gone where it died meanwhile."""
        return wire.decode_took(self._tell(wire.Deliver(self._at, sender, number), body))

    def follow_up(self) -> int:
        """Have it run what is queued; return how many steps ran."""
        self._tell(wire.Advance(self._at))
        return msgspec.json.decode(self._tell(wire.FollowUp()), type=int)

    def taken(self) -> Mapping[str, int]:
        """Return, for each sender, the number of the last parcel that was kept."""
        return msgspec.json.decode(self._tell(wire.Taken()), type=dict[str, int])

    def ask(self, question: str) -> Any:
        """Return the answer to a question; raises HostFault with what the node says against it."""
        self._tell(wire.Advance(self._at))
        return msgspec.json.decode(self._tell(wire.Ask(question)))

    def kill(self, *, after: int = 0) -> None:
        """Kill its process with SIGKILL now; or have it do so itself after so many further commits."""
        if after > 0:
            self._tell(wire.Die(after))
        else:
            self._bury()

    def restart(self) -> None:
        """Start a process on the same folder; nothing where one runs."""
        if self.up:
            return
        self._bury()  # what was killed from outside
        token = secrets.token_hex(wire.TOKEN_BYTES)
        context = multiprocessing.get_context("spawn")  # a fork would take this process's engines and threads along
        ours, theirs = context.Pipe(duplex=False)
        self._at = max(self._at, self._clock.now())
        self._process = context.Process(target=_run, args=(self._settings, token, self._at, theirs), daemon=True)
        with ours:
            self._process.start()
            theirs.close()
            try:
                self._connection = self._connect(ours, token)
            except (EOFError, OSError) as error:
                self._bury()
                message = f"The node of {self._settings.administration} did not start."
                raise HostFault(message, "Look at what it wrote to standard error.") from error

    def close(self) -> None:
        """Tell it to stop, and see to it that it does."""
        if self._connection is not None and self._process is not None:
            try:
                self._tell(wire.Stop())
                self._process.join(END_SECONDS_MAX)
            except Gone:
                pass
        self._bury()

    def _connect(self, ours: Connection, token: str) -> socket.socket:
        """Wait for the port, connect, and say the token."""
        if not ours.poll(START_SECONDS_MAX):
            message = "no port was told in time"
            raise TimeoutError(message)
        port = int.from_bytes(ours.recv_bytes(_PORT_BYTES), "big")
        connection = socket.create_connection((process.LOOPBACK, port), timeout=ANSWER_SECONDS_MAX)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire.send(connection, wire.Hello(token))
            wire.receive(connection, wire.Reply)
        except BaseException:
            connection.close()
            raise
        return connection

    def _tell(self, command: wire.Command, body: bytes = b"") -> bytes:
        """Send a command, return the body of the reply; raises Gone where the node dies, HostFault where it fails."""
        if self._connection is None:
            message = f"The node of {self._settings.administration} is down."
            raise HostFault(message, "Start it again first.")
        try:
            wire.send(self._connection, command, body)
            reply, result = wire.receive(self._connection, wire.Reply)
        except (EOFError, OSError) as error:
            self._bury()
            raise Gone from error
        if isinstance(reply, wire.Failed):
            raise HostFault(reply.sentence, reply.remedy)
        return result

    def _bury(self) -> None:
        """Kill what is left of the process, and close the connection."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.join(END_SECONDS_MAX)
            self._process.close()
        self._connection = self._process = None


def _run(settings: Settings, token: str, at: datetime, pipe: Connection) -> None:
    """Serve a node in the process that was started for it, and tell its port to who started it."""

    def announce(port: int) -> None:
        """Tell the port once."""
        pipe.send_bytes(port.to_bytes(_PORT_BYTES, "big"))
        pipe.close()

    process.serve(settings, token, at, announce)
