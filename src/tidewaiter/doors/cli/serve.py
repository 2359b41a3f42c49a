"""Serve the node over HTTP: its log to partners, and itself as a witness of theirs."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from tidewaiter.doors.cli.output import line, note
from tidewaiter.doors.cli.session import Session
from tidewaiter.kernel.words import count

_EXAMPLES = """Examples:

  tidewaiter serve

  tidewaiter serve --host 0.0.0.0 --port 8443
"""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", epilog=_EXAMPLES)(serve)


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen at; TLS is for a proxy before it.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at; 0 takes a free one.", min=0, max=65_535)] = 8_080,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not write a line for each request.")] = False,
) -> None:
    """Let partners read the log and have theirs witnessed, over HTTP, until the program is stopped."""
    from tidewaiter.doors import api

    session: Session = context.obj
    with session.node("log.checkpoint") as node:
        keys, logs = api.cosigners(node), api.witnessed_logs(node)
        made = api.app(node, cosigners=keys, logs=logs)
        listening = api.listen(host, port)
        _log_to_standard_error(quiet=quiet)
        readers = "for everybody" if node.settings.log_public else "for partners with a token"
        witnessed = count(len(logs), "log", "logs") if keys and logs else "no log"
        line(f"Listening at {api.address(listening)}: the log is {readers}; witnessing {witnessed}.")
        if logs and not keys:
            note("Logs are named to be witnessed, but this node has no key to cosign with.")
        sys.stdout.flush()
        with _stopping_gently():
            api.server(made, node.settings).run(sockets=[listening])
    line("Stopped.")


def _log_to_standard_error(*, quiet: bool) -> None:
    """Write what the server notes beside the results; the server's own remarks only where something is wrong."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("tidewaiter").setLevel(logging.WARNING if quiet else logging.INFO)


@contextmanager
def _stopping_gently() -> Iterator[None]:
    """Let the signal that stopped the server, which it sends to itself once more when it is done, do nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, lambda _number, _frame: None) for one in _SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
