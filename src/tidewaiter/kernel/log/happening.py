"""Say what happened: the statement that a leaf commits to, and the key whose salt hides it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from tidewaiter.kernel.log import leaf as leaves


class Salt(Protocol):
    """A data key, as far as the log is concerned: its number in the key store, and the salts that it gives."""

    @property
    def id(self) -> int:
        """The key's number."""
        ...

    def salt(self, identity: bytes) -> bytes:
        """Return the salt of a leaf, 32 bytes, by the 16 random bytes of the leaf."""
        ...


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, on its way into the log.

    `kind` names it (see `leaf`), `statement` is canonical JSON that says what, `about` the key of the record that it
    is about (16 bytes), `key` what salts it: when the key is shredded, nothing ties the leaf to the statement.
    """

    kind: str
    statement: bytes
    key: Salt
    about: bytes | None = None


def happening(kind: str, statement: Mapping[str, Any], key: Salt, about: bytes | None = None) -> Happening:
    """Make a happening of a statement in plain values; raises LogFault where others could write it otherwise."""
    return Happening(kind=kind, statement=leaves.canonical(dict(statement)), key=key, about=about)


def salted(happenings: Sequence[Happening], *, at: datetime, actor: bytes) -> list[bytes]:
    """Return the leaf of each happening, by an actor's pseudonym (16 bytes)."""
    random = os.urandom(leaves.ID_BYTES * len(happenings))
    made = []
    for number, one in enumerate(happenings):
        identity = random[number * leaves.ID_BYTES : (number + 1) * leaves.ID_BYTES]
        commit = leaves.commitment(one.key.salt(identity), one.statement)
        made.append(leaves.leaf(one.kind, at=at, actor=actor, identity=identity, commit=commit))
    return made
