"""Do what needs a grant, keep a session's token, and ask for what nobody may see typed."""

from __future__ import annotations

import contextlib
import getpass
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tidewaiter.doors.cli.session import TOKEN, Session, token_file
from tidewaiter.kernel.errors import Forbidden, StorageFault
from tidewaiter.kernel.settings import Settings

if TYPE_CHECKING:
    from tidewaiter.kernel.access import Deed, Grant
    from tidewaiter.node import Node

_Done = TypeVar("_Done")


@contextmanager
def opened(session: Session) -> Iterator[Node]:
    """Open the node without asking who acts, for who is about to say so."""
    from tidewaiter.node import start

    node = start(session.settings())
    try:
        yield node
    finally:
        node.close()


def with_grant(
    session: Session,
    node: Node,
    permission: str,
    parameters: Mapping[str, Any],
    *,
    reason: str,
    act: Callable[[Deed, Grant], _Done],
) -> _Done:
    """Do something in the transaction in which its grant is given; or ask a second officer, and raise Forbidden.

    The same command with the same parameters goes through once the approval was given.
    """
    from tidewaiter.kernel.access import Approval

    actor = session.actor(node)  # before the transaction: it may have one of its own
    with node.deed() as deed:
        got = node.access.authorise_or_ask(deed, actor, permission, parameters, reason=reason)
        if not isinstance(got, Approval):
            return act(deed, got)
    message = f"This needs the approval of a second officer; it is asked for as number {got.id}."
    raise Forbidden(message, f"When `tidewaiter approval give {got.id}` was typed, type the same command again.")


def keep_token(settings: Settings, token: str) -> Path:
    """Keep a token in a file that is this account's alone."""
    path = token_file(settings)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(token)
        fresh.replace(path)
    except OSError as error:
        message = f"The session cannot be kept in {path.parent}: {error.strerror}."
        raise StorageFault(message, f"Sign in with --show-token, and set {TOKEN} to what it prints.") from None
    return path


def kept_token(settings: Settings) -> str:
    """Return the token that is given or kept, or an empty text."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return os.environ.get(TOKEN) or token_file(settings).read_text(encoding="ascii").strip()
    return ""


def forget_token(settings: Settings) -> None:
    """Forget the token that is kept."""
    token_file(settings).unlink(missing_ok=True)


def ask_secret(what: str) -> str:
    """Ask for what nobody may see typed; where standard input is no terminal, take a line of it."""
    if sys.stdin.isatty():
        return getpass.getpass(f"{what}: ")
    return sys.stdin.readline().rstrip("\r\n")
