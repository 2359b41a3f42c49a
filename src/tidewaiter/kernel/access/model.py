"""Say what access is made of: officers, actors, sessions, factors, approvals, grants."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from tidewaiter.kernel.errors import SettingFault

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

PSEUDONYM_BYTES = 16
DIGEST_BYTES = 32
CANONICAL_INTEGER_MAX = 2**53 - 1

OfficerState = Literal["active", "left"]
FactorKind = Literal["passkey", "totp", "password", "recovery"]
ApprovalState = Literal["asked", "given", "used", "refused", "withdrawn", "expired"]
Via = Literal["session", "account", "open"]

SECOND: Final[tuple[FactorKind, ...]] = ("passkey", "totp")
"""Factors that an officer must have to be stepped up; recovery codes stand in for them."""

COOKIE: Mapping[str, str | bool] = {
    "key": "__Host-tidewaiter",
    "path": "/",
    "secure": True,
    "httponly": True,
    "samesite": "strict",
}
"""The cookie that carries a session's token: no Domain and no lifetime, as the prefix `__Host-` wants (RFC 6265bis)."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")


class Deed(msgspec.Struct, frozen=True):
    """One transaction in which something is changed: its connection, when, and who is told what happened.

    `on_event` takes a kind and a statement without personal data; what it does is part of the same transaction.
    """

    connection: Connection
    now: datetime
    on_event: Callable[[str, Mapping[str, Any]], None]


Begin = Callable[[], AbstractContextManager[Deed]]
"""Begins a transaction; it is committed at the end, and undone where something is raised."""

Seal = Callable[[bytes], bytes]
"""Seals, or opens, a few bytes for as long as the database keeps them."""


class Officer(msgspec.Struct, frozen=True, kw_only=True):
    """Someone, or a program, that acts at the node. `name` is the login and is never given to another.

    `account` is the account of the operating system that is this officer's, if any; `pseudonym` is 16 random bytes
    that stand for the officer in the log.
    """

    name: str
    display: str
    roles: tuple[str, ...]
    account: str | None
    state: OfficerState
    pseudonym: bytes
    added_at: datetime
    left_at: datetime | None = None

    def facts(self) -> dict[str, Any]:
        """Return what programs are told."""
        return {name: getattr(self, name) for name in self.__struct_fields__}


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, and how that is known: by a session, by the account of the operating system, or nobody is registered.

    `session` is the SHA-256 of the session's token. What the officer may is looked up anew each time.
    """

    officer: str
    via: Via
    session: bytes | None = None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session at the server. `digest` is the SHA-256 of its token; the token itself is nowhere kept.

    A `limited` session can add factors of the officer's own, and nothing else. `place` is where from, as the door says.
    """

    digest: bytes
    officer: str
    method: str
    place: str
    begun_at: datetime
    seen_at: datetime
    step_up_at: datetime | None
    limited: bool

    @property
    def id(self) -> str:
        """What names the session to people and in the log; it is of no use for getting in."""
        return self.digest[:8].hex()

    def facts(self) -> dict[str, Any]:
        """Return what programs are told: not the digest."""
        names = (name for name in self.__struct_fields__ if name != "digest")
        return {"id": self.id} | {name: getattr(self, name) for name in names}


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A session that was just begun, and its token: the only time that it is seen."""

    token: str
    session: Session

    def __repr__(self) -> str:
        """Say which session it is, never the token."""
        return f"SignedIn(session={self.session.id})"


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """A factor of an officer, as far as it can be told; recovery codes are one factor each."""

    id: int
    officer: str
    kind: FactorKind
    label: str
    added_at: datetime
    used_at: datetime | None


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """What one officer asked another to approve: a permission, for a purpose, with exactly these parameters.

    `request` is their canonical JSON while it can still be used, and None afterwards. `state` counts what has expired.
    """

    id: int
    permission: str
    purpose: str | None
    request: bytes | None
    reason: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    state: ApprovalState
    answered_by: str | None = None
    answered_at: datetime | None = None

    @property
    def asks(self) -> str:
        """What exactly it is for, as JSON; empty once it is closed."""
        return "" if self.request is None else self.request.decode()

    def facts(self) -> dict[str, Any]:
        """Return what programs are told."""
        return {name: getattr(self, name) for name in self.__struct_fields__} | {"request": self.asks}


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """That an officer may do something now, for a purpose; `approval` is the number of the approval that was used.

    `alone` says that four eyes were wanted and nobody else could have looked. Where nobody is registered yet, there is
    no pseudonym.
    """

    officer: str
    pseudonym: bytes | None
    permission: str
    purpose: str | None
    approval: int | None = None
    alone: bool = False


def is_name(name: str) -> bool:
    """Say whether it could be a login."""
    return _NAME.match(name) is not None


def check_name(name: str) -> None:
    """Raise SettingFault where it cannot be a login."""
    if not is_name(name):
        message = "That cannot be the name of an officer."
        raise SettingFault(message, "Use small letters, digits, dots, hyphens and underscores; at most 64 characters.")


def shown(text: str, most: int) -> str:
    """Return what of a text can be printed, at most so many characters."""
    return "".join(one for one in text if one.isprintable())[:most]


def canonical(value: Mapping[str, Any]) -> bytes:
    """Write plain values as JSON the one way there is; raises SettingFault where two could write it differently."""
    _check_plain(value)
    try:
        return _SORTED.encode(value)
    except UnicodeEncodeError:
        message = "A text to be approved has half of a character in it."
        raise SettingFault(message) from None


def digest_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


_SORTED = msgspec.json.Encoder(order="sorted")


def _check_plain(value: Any) -> None:
    """Refuse floats, large integers, keys that are no text, and whatever is no JSON."""
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int) and abs(value) <= CANONICAL_INTEGER_MAX:
        return
    if isinstance(value, Mapping) and all(isinstance(key, str) and key.isascii() for key in value):
        for one in value.values():
            _check_plain(one)
        return
    if isinstance(value, list | tuple):
        for one in value:
            _check_plain(one)
        return
    message = f"A {type(value).__name__} is not written the same way by everybody; it cannot be approved."
    raise SettingFault(message, "Write it as a text.")
