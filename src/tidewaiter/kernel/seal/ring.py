"""Unwrap keys and secrets that stand under the root, each once, and keep them in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tidewaiter.kernel.errors import KeyFault
from tidewaiter.kernel.seal import _store
from tidewaiter.kernel.seal.keys import KEY_BYTES

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.db import Database
    from tidewaiter.kernel.seal.root import Root

NONCE_BYTES = 12
WRAPPER = "wrap-"
DIGEST, BLIND = "digest", "blind"
"""Secrets: that of digests, which lives as long as the node, and that of an epoch's blind index."""


class Ring:
    """The keys of purposes and the secrets, as far as they were needed; none that was not committed is remembered."""

    def __init__(self, store: Database, root: Root) -> None:
        self._store, self._root = store, root
        self._keks: dict[tuple[str, int], AESGCM] = {}
        self._secrets: dict[tuple[str, int], bytes] = {}

    def forget(self) -> None:
        """Forget every key and secret; they are unwrapped again when they are needed."""
        self._keks.clear()
        self._secrets.clear()

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """Give a connection that alone may change the key store, until its transaction ends."""
        with self._store.writing() as connection:
            _store.lock(connection)
            yield connection

    def kek(self, connection: Connection, purpose: str, epoch: int) -> AESGCM:
        """Return the key-encryption key of a purpose in an epoch."""
        found = self._keks.get((purpose, epoch))
        if found is None:
            wrapped = _store.read_kek(connection, purpose, epoch)
            if wrapped is None:
                message = f"There is no key for the purpose {purpose} in epoch {epoch}."
                raise KeyFault(message, "The key store is older than what it should open, or damaged.")
            key = self._root.unwrap(wrapper(epoch), wrapped, _context(purpose, epoch))
            found = self._keks[purpose, epoch] = AESGCM(key)
        return found

    def kek_or_new(self, connection: Connection, purpose: str, epoch: int) -> AESGCM:
        """Return the key of a purpose, making it where there is none; ask once in a transaction.

        What is made is not remembered: the transaction may still be undone, and nothing must be wrapped under it then.
        """
        if (purpose, epoch) in self._keks or _store.read_kek(connection, purpose, epoch) is not None:
            return self.kek(connection, purpose, epoch)
        key = os.urandom(KEY_BYTES)
        wrapped = self._root.wrap(wrapper(epoch), key, _context(purpose, epoch))
        _store.insert_kek(connection, purpose, epoch, wrapped)
        return AESGCM(key)

    def known_secret(self, name: str, epoch: int) -> bytes | None:
        """Return a secret that was unwrapped before."""
        return self._secrets.get((name, epoch))

    def secret(self, connection: Connection, name: str, epoch: int) -> bytes:
        """Return a secret as it is wrapped in an epoch."""
        found = self._secrets.get((name, epoch))
        if found is None:
            wrapped = _store.read_fact(connection, _fact(name, epoch))
            if wrapped is None:
                message = f"The key store has no secret {name} for epoch {epoch}."
                raise KeyFault(message, "Bring the key store back from a copy of this epoch.")
            context = f"{name}|{_number(name, epoch)}|{epoch}".encode()
            found = self._secrets[name, epoch] = self._root.unwrap(wrapper(epoch), wrapped, context)
        return found

    def keep_secret(self, connection: Connection, name: str, epoch: int, secret: bytes | None = None) -> None:
        """Keep a secret, a new one where none is given, wrapped for an epoch."""
        context = f"{name}|{_number(name, epoch)}|{epoch}".encode()
        wrapped = self._root.wrap(wrapper(epoch), secret or os.urandom(KEY_BYTES), context)
        _store.write_fact(connection, _fact(name, epoch), wrapped)

    def has_secret(self, connection: Connection, name: str, epoch: int) -> bool:
        """Say whether a secret is kept."""
        return _store.read_fact(connection, _fact(name, epoch)) is not None

    def drop_secret(self, connection: Connection, name: str, epoch: int) -> None:
        """Take a secret out of the key store."""
        _store.write_fact(connection, _fact(name, epoch), None)


def bound(number: int, purpose: str, epoch: int) -> bytes:
    """Return what the wrapping of a data key is bound to."""
    return f"{number}{tail(purpose, epoch)}".encode()


def tail(purpose: str, epoch: int) -> str:
    """Return what follows the number of a data key in what its wrapping is bound to."""
    return f"|{purpose}|{epoch}"


def unwrapped(own: AESGCM, number: int, purpose: str, epoch: int, wrapped: bytes) -> bytes:
    """Return the bytes of a data key; raises KeyFault where its wrapping is not what was put there."""
    try:
        return own.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound(number, purpose, epoch))
    except (InvalidTag, ValueError):
        raise damaged(number) from None


def damaged(number: int) -> KeyFault:
    """Return the fault of a data key that does not unwrap."""
    message = f"Data key {number} is damaged in the key store."
    return KeyFault(message, "Bring the key store back from a copy of this epoch; else what it sealed is lost.")


def wrapper(epoch: int) -> str:
    """Return the name of the root's key of an epoch."""
    return f"{WRAPPER}{epoch}"


def wrapped_epoch(name: str) -> int | None:
    """Return which epoch a key of the root wraps for; None where it is for something else."""
    number = name.removeprefix(WRAPPER)
    return int(number) if name.startswith(WRAPPER) and number.isdecimal() else None


def _number(name: str, epoch: int) -> int:
    """Return the number in a secret's name: the digests' has one wrapping, whatever the epoch."""
    return 0 if name == DIGEST else epoch


def _fact(name: str, epoch: int) -> str:
    """Return under which fact a secret is kept."""
    return f"{name}-{_number(name, epoch)}"


def _context(purpose: str, epoch: int) -> bytes:
    """Return what the wrapping of a key-encryption key is bound to."""
    return f"kek|{purpose}|{epoch}".encode()
