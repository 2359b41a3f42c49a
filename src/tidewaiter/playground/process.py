"""Run one node of the playground in a process of its own, told what to do over a loopback socket."""

from __future__ import annotations

import hmac
import os
import signal
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from tidewaiter.kernel import settings as settings_file
from tidewaiter.kernel.clock import SetClock
from tidewaiter.kernel.errors import TidewaiterError
from tidewaiter.kernel.settings import Settings
from tidewaiter.playground import wire
from tidewaiter.playground.hosted import Inside
from tidewaiter.playground.hosts import HostFault

TOKEN_VARIABLE = "TIDEWAITER_PLAYGROUND_TOKEN"  # noqa: S105 - the name of a variable
LOOPBACK = "127.0.0.1"
CONNECT_SECONDS_MAX = 60.0
"""How long a node waits for its playground to connect before it ends."""
GREETING_SECONDS_MAX = 5.0
"""How long whoever connects may take to say the token."""
GREETINGS_MAX = 16
"""Most connections that are heard before one has the token."""


class Mortal(Inside):
    """A node that is the whole of its process: when it dies, the kernel ends it, in the midst of whatever it does."""

    def die(self) -> None:
        """End the process at once: no clean-up, no flush."""
        os.kill(os.getpid(), signal.SIGKILL)


def serve(settings: Settings, token: str, at: datetime, announce: Callable[[int], None]) -> None:
    """Open the node, announce the port, and obey whoever has the token until told to stop or left alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the playground ends its nodes in order
    clock = SetClock(at)
    host = Mortal(settings, clock)
    try:
        with socket.create_server((LOOPBACK, 0), backlog=1) as listening:
            announce(int(listening.getsockname()[1]))
            connection = _greeted(listening, token)
        with connection:
            _obey(connection, host)
    finally:
        host.close()


def _greeted(listening: socket.socket, token: str) -> socket.socket:
    """Return the first connection that says the token; raises HostFault where too many do not."""
    listening.settimeout(CONNECT_SECONDS_MAX)
    for _ in range(GREETINGS_MAX):
        connection, _ = listening.accept()
        connection.settimeout(GREETING_SECONDS_MAX)
        try:
            said, _ = wire.receive(connection, wire.Hello)
        except (OSError, EOFError, HostFault):
            connection.close()
            continue
        if hmac.compare_digest(said.token.encode(), token.encode()):
            connection.settimeout(None)  # the playground may think as long as it likes
            wire.send(connection, wire.Done())
            return connection
        connection.close()
    message = f"{GREETINGS_MAX} connections did not know the token."
    raise HostFault(message)


def _obey(connection: socket.socket, host: Inside) -> None:
    """Carry out command after command; what was done is on the disk before it is said to be."""
    while True:
        try:
            command, body = wire.receive(connection, wire.Command)
        except (EOFError, ConnectionError):
            return  # the playground is gone, and so are we
        if isinstance(command, wire.Stop):
            wire.send(connection, wire.Done())
            return
        try:
            done = _carried_out(host, command, body)
        except TidewaiterError as error:
            wire.send(connection, wire.Failed(error.sentence, error.remedy))
        else:
            wire.send(connection, wire.Done(), done)


def _carried_out(host: Inside, command: wire.Command, body: bytes) -> bytes:
    """Carry out one command and return its result as JSON."""
    match command:
        case wire.Deliver(at, sender, number):
            host.advance(at)
            return wire.encode(host.deliver(sender, number, body))
        case wire.Advance(at):
            host.advance(at)
            return b""
        case wire.FollowUp():
            return wire.encode(host.follow_up())
        case wire.Taken():
            return wire.encode(host.taken())
        case wire.Ask(question):
            return wire.encode(host.ask(question))
        case wire.Die(after):
            host.kill(after=after)
            return b""
        case _:
            message = f"A node is not told {type(command).__name__} twice, nor now."
            raise HostFault(message)


def main() -> None:
    """Serve a node by hand: settings as JSON and the time as arguments, the token in the environment."""
    token = os.environ.pop(TOKEN_VARIABLE, "")
    if len(token) < wire.TOKEN_BYTES:
        sys.exit(f"Give a token of at least {wire.TOKEN_BYTES} characters in {TOKEN_VARIABLE}.")
    settings = msgspec.json.decode(sys.argv[1], type=settings_file.Settings)
    serve(settings, token, datetime.fromisoformat(sys.argv[2]).astimezone(UTC), _announce)


def _announce(port: int) -> None:
    """Write the port as a line."""
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
