"""Hold what one run of the command line shares: which node, who acts, and whether they may."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tidewaiter.kernel.errors import Forbidden
from tidewaiter.kernel.settings import Settings, load

if TYPE_CHECKING:
    from tidewaiter.kernel.access import Actor
    from tidewaiter.kernel.db import Work
    from tidewaiter.node import Node

TOKEN = "TIDEWAITER_SESSION"  # noqa: S105 - the name of the variable, not a token
"""The environment variable that holds a session's token, where it is not in the file that `tidewaiter login` writes."""
TOKEN_FILE = "session"  # noqa: S105 - the name of the file


class Session:
    """The options given before the command, and the node they lead to."""

    def __init__(self, *, home: str | None, officer: str | None) -> None:
        self._given: dict[str, Any] = {"home": home, "officer": officer}

    def settings(self, **given: Any) -> Settings:
        """Return the settings, with what the command line gives on top."""
        return load(None, **(self._given | given))

    @contextmanager
    def node(self, permission: str | None, *, purpose: str | None = None) -> Iterator[Node]:
        """Open the node for who may do something there, and close it at the end.

        Raises NotSignedIn or Forbidden. No permission is asked for what anybody may who can open the node's files.
        """
        from tidewaiter.node import start

        settings = self.settings()
        node = start(settings)
        try:
            actor = self.actor(node)
            node.acts(actor.officer)
            if permission is not None and not node.access.table.permission(permission).four_eyes:
                node.access.authorise(actor, permission, purpose=purpose, now=node.clock.now())
            yield node
        finally:
            node.close()

    def actor(self, node: Node) -> Actor:
        """Return who acts: the officer of the session that there is, else that of the account this runs under."""
        wanted = node.settings.officer or None
        token = os.environ.get(TOKEN, "") or _kept_token(token_file(node.settings))
        if token:
            actor = node.access.actor_by_token(token, now=node.clock.now())
            if wanted is not None and wanted != actor.officer:
                message = f"The session is {actor.officer}'s, and {wanted} is to act."
                raise Forbidden(message, "Sign out with `tidewaiter logout`, or leave --officer out.")
            return actor
        return node.access.actor_by_account(account(), wanted=wanted)

    @contextmanager
    def seen_by_two(
        self, node: Node, permission: str, parameters: Mapping[str, Any], *, purpose: str | None, reason: str
    ) -> Iterator[Callable[[Work], None]]:
        """Give what lets a work go on where another officer has approved exactly this, and uses the approval up in it.

        Where none was given it is asked for, and Forbidden is raised, saying so.
        """
        from tidewaiter.kernel.access import Approval, Deed

        actor = self.actor(node)

        def allow(work: Work) -> None:
            """Use the approval up in the transaction of what it is for."""
            deed = Deed(work.connection, work.now, work.leave)
            node.access.authorise(actor, permission, purpose=purpose, now=work.now, deed=deed, parameters=parameters)

        try:
            yield allow
        except Forbidden:
            with node.deed() as deed:
                found = node.access.authorise_or_ask(
                    deed, actor, permission, parameters, purpose=purpose, reason=reason
                )
            if not isinstance(found, Approval):
                raise
            message = f"This needs the approval of a second officer; it is asked for as number {found.id}."
            remedy = f"When `tidewaiter approval give {found.id}` has been given, type the same command again."
            raise Forbidden(message, remedy) from None


def account() -> str:
    """Return the account of the operating system that this runs under; no variable of the environment changes it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid-{os.geteuid()}"


def token_file(settings: Settings) -> Path:
    """Return where the token of a session is kept between commands."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    home = str(settings.folder.absolute()).strip("/").replace("/", "-")
    return Path(base) / "tidewaiter" / f"{home}.{TOKEN_FILE}"


def _kept_token(path: Path) -> str:
    """Return the token that an earlier command kept, or an empty text."""
    try:
        if path.stat().st_mode & 0o077 or path.stat().st_uid != os.geteuid():
            message = f"The session in {path} can be read by others, so it may be somebody else's by now."
            raise Forbidden(message, f"Remove the file, and sign in anew: rm {path}")
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
