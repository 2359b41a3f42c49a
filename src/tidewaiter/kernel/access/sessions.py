"""Begin, find, rotate and end sessions; only the SHA-256 of a token is kept."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from tidewaiter.kernel.access._store import officers, sessions
from tidewaiter.kernel.access.model import Deed, Officer, Session, SignedIn, digest_of, shown
from tidewaiter.kernel.errors import NotFound, NotSignedIn

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.settings import Settings

TOKEN_BYTES = 32
SEEN_AGAIN = timedelta(seconds=30)
"""How much later a session must be used again before that is written down."""
_PLACE_CHARACTERS_MAX = 100


class Sessions:
    """The sessions of a node."""

    def __init__(self, settings: Settings) -> None:
        self._idle = timedelta(minutes=settings.session_idle_minutes_max)
        self._whole = timedelta(minutes=settings.session_minutes_max)
        self._recent = timedelta(minutes=settings.step_up_minutes_max)

    def begin(
        self, deed: Deed, officer: Officer, *, method: str, place: str, second: bool, limited: bool = False
    ) -> SignedIn:
        """Begin a session of an officer who has proven who it is; those that have ended unseen are taken out."""
        for one in sessions.stale(deed.connection, seen_by=deed.now - self._idle, begun_by=deed.now - self._whole):
            self.end(deed, one, why="too old" if deed.now - one.begun_at >= self._whole else "idle")
        token = secrets.token_urlsafe(TOKEN_BYTES)
        made = Session(
            digest=digest_of(token),
            officer=officer.name,
            method=method,
            place=shown(place, _PLACE_CHARACTERS_MAX),
            begun_at=deed.now,
            seen_at=deed.now,
            step_up_at=deed.now if second else None,
            limited=limited,
        )
        sessions.insert(deed.connection, made)
        said = {"officer": officer.pseudonym.hex(), "session": made.id, "method": method, "second": second}
        deed.on_event("session.begun", said)
        return SignedIn(token=token, session=made)

    def alive(self, connection: Connection, digest: bytes, now: datetime) -> tuple[Session | None, str]:
        """Return the session and why it has ended, if it has; an ended session may still be in the table."""
        found = sessions.read(connection, digest)
        if found is None or not hmac.compare_digest(found.digest, digest):
            return None, "gone"
        if now - found.seen_at >= self._idle:
            return found, "idle"
        if now - found.begun_at >= self._whole:
            return found, "too old"
        return found, ""

    def stepped_up(self, session: Session, now: datetime) -> bool:
        """Say whether a second factor was given recently."""
        return session.step_up_at is not None and now - session.step_up_at < self._recent

    def touch(self, deed: Deed, session: Session) -> None:
        """Note that a session is used."""
        sessions.touch(deed.connection, session.digest, deed.now)

    def step_up(self, deed: Deed, session: Session, officer: Officer, *, method: str) -> SignedIn:
        """Put a session with a recent second factor in place of one; its token changes, and its age does not."""
        if not sessions.end(deed.connection, session.digest):
            raise ended()
        token = secrets.token_urlsafe(TOKEN_BYTES)
        made = msgspec.structs.replace(
            session, digest=digest_of(token), seen_at=deed.now, step_up_at=deed.now, limited=False
        )
        sessions.insert(deed.connection, made)
        whose = officer.pseudonym.hex()
        deed.on_event("session.ended", {"officer": whose, "session": session.id, "why": "stepped up"})
        said = {"officer": whose, "session": made.id, "method": method, "second": True}
        deed.on_event("session.begun", said)
        return SignedIn(token=token, session=made)

    def of(self, connection: Connection, officer: str | None, now: datetime) -> list[Session]:
        """Return the sessions of an officer, or of all, that have not ended."""
        found = sessions.of(connection, officer)
        return [one for one in found if now - one.seen_at < self._idle and now - one.begun_at < self._whole]

    def end(self, deed: Deed, session: Session, *, why: str) -> bool:
        """End a session; say whether there was one."""
        if not sessions.end(deed.connection, session.digest):
            return False
        self._say(deed, [session], why)
        return True

    def end_named(self, deed: Deed, number: str, officer: str | None = None) -> Session:
        """End the session of an id, if it is this officer's where one is named; raises NotFound."""
        for one in sessions.of(deed.connection, officer):
            if one.id == number and self.end(deed, one, why="ended"):
                return one
        message = "There is no such session."
        raise NotFound(message, "`tidewaiter officer sessions` lists them.")

    def end_all(self, deed: Deed, officer: str, *, why: str, but: bytes | None = None) -> int:
        """End the sessions of an officer, one perhaps excepted; return how many."""
        ended_ones = sessions.end_all(deed.connection, officer, but=but)
        self._say(deed, ended_ones, why)
        return len(ended_ones)

    def _say(self, deed: Deed, gone: list[Session], why: str) -> None:
        """Say which sessions have ended."""
        for one in gone:
            owner = officers.read(deed.connection, one.officer)
            whose = "" if owner is None else owner.pseudonym.hex()
            deed.on_event("session.ended", {"officer": whose, "session": one.id, "why": why})


def ended() -> NotSignedIn:
    """Return the sentence for a session that is no more."""
    return NotSignedIn("Nobody is signed in, or the session has ended.", "Sign in: `tidewaiter login`.")
