"""Begin new epochs in stages that are written down, so that no crash leaves one halfway.

1. The root gets a new key. 2. Keys of each purpose are made under it. 3. Data keys are wrapped anew, some at a time,
while others go on working. 4. One commit makes the new epoch the one that counts and drops the old keys. 5. The files
are cleaned, and only then is the root's old key destroyed. Whoever opens the vault next goes on where this stopped.

One program at a time does any of this: it holds a lock that the system takes back when the program dies. Two at once
could destroy the root's newest key: the one that is late would take it for an old one.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag

from tidewaiter.kernel.clock import instant
from tidewaiter.kernel.errors import Conflict, KeyFault, StorageFault
from tidewaiter.kernel.seal import _store
from tidewaiter.kernel.seal.ring import (
    BLIND,
    DIGEST,
    NONCE_BYTES,
    Ring,
    damaged,
    tail,
    wrapped_epoch,
    wrapper,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.clock import Clock
    from tidewaiter.kernel.db import Database
    from tidewaiter.kernel.seal.root import Root

REWRAP_KEYS = 20_000
"""How many data keys are wrapped anew in one transaction."""
EPOCH, SINCE, TARGET, KEEP = "epoch", "since", "target", "keep-root"


_Cipher = Callable[[bytes, bytes, bytes], bytes]
_NONCES = struct.Struct(f"{NONCE_BYTES}s").iter_unpack


class _Way(NamedTuple):
    """How a data key comes from one epoch into another: what opens it, what seals it, what follows its number."""

    opened: _Cipher
    seal: _Cipher
    old: str
    new: str


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """What a new epoch did: its number, and how many data keys were wrapped anew."""

    epoch: int
    rewrapped: int


class Epochs:
    """The epochs of a key store."""

    def __init__(self, store: Database, root: Root, ring: Ring, clock: Clock) -> None:
        self._store, self._root, self._ring, self._clock = store, root, ring, clock
        self._seen = 0
        """Data keys up to this number are known to be of the new epoch; later ones have larger numbers."""

    def finish(self) -> None:
        """Go on with an epoch that was begun and not finished, unless another program is at it, or in the way.

        Where it cannot be finished now, the vault works in the epoch that counts, and the next who opens it goes on:
        one key that is damaged must not shut all others in. `begin` says what is wrong.
        """
        with _store.alone(self._store) as alone:
            if alone:
                with suppress(KeyFault, StorageFault):
                    self._advance(None)

    def begin(self, progress: Callable[[int], None] | None, *, keep_root: bool) -> Rotation:
        """Begin the next epoch and go through all of it; raises Conflict where another program is at it."""
        with _store.alone(self._store) as alone:
            if not alone:
                message = f"Another program is beginning a new epoch in {self._store.place}."
                raise Conflict(message, "Wait until it has ended.")
            with self._ring.changing() as connection:
                _store.write_fact(connection, TARGET, b"%d" % (read_epoch(connection) + 1))
                _store.write_fact(connection, KEEP, b"1" if keep_root else None)
            return self._advance(progress)

    def _advance(self, progress: Callable[[int], None] | None) -> Rotation:
        """Go through the stages from wherever they stand; the caller is alone."""
        with self._store.reading() as connection:
            epoch, begun = read_epoch(connection), _store.read_fact(connection, TARGET)
            keep = _store.read_fact(connection, KEEP) is not None
        if begun is None:
            return Rotation(epoch=epoch, rewrapped=0)
        target, rewrapped, self._seen = int(begun), 0, 0
        if epoch < target:
            # 1. The root's new key. A crash before it is used leaves one that the next try finds.
            if wrapper(target) not in self._root.names():
                self._root.generate(wrapper(target), "wrap")
            # 2. The new keys of every purpose, and the new secret of the blind index.
            self._prepare(target)
            # 3. Data keys, some at a time; others may make more under the old epoch meanwhile, and could for ever.
            done = REWRAP_KEYS
            while done == REWRAP_KEYS:
                done = self._rewrap(target)
                rewrapped += done
                if progress is not None:
                    progress(rewrapped)
            # 4. The last of them, and the new epoch counts: one commit.
            rewrapped += self._switch(epoch, target)
        # 5. Nothing of the old epoch is left in the files, and then its root key goes.
        self._ring.forget()
        self._store.forget_deleted(*_store.metadata.tables, rebuild=True)
        if not keep:
            self._destroy_before(target)
        with self._ring.changing() as connection:
            _store.write_fact(connection, TARGET, None)
            _store.write_fact(connection, KEEP, None)
        return Rotation(epoch=target, rewrapped=rewrapped)

    def _prepare(self, target: int) -> None:
        """Make what the new epoch needs under the root's new key."""
        with self._ring.changing() as connection:
            for purpose in _store.purposes(connection):
                self._ring.kek_or_new(connection, purpose, target)
            if not self._ring.has_secret(connection, BLIND, target):
                self._ring.keep_secret(connection, BLIND, target)

    def _rewrap(self, target: int) -> int:
        """Wrap some data keys under the new epoch, in one transaction; return how many."""
        with self._ring.changing() as connection:
            return self._rewrap_some(connection, target)

    def _rewrap_some(self, connection: Connection, target: int) -> int:
        """Wrap some data keys under the new epoch; return how many."""
        rows = _store.keys_after(connection, self._seen, REWRAP_KEYS, before=target)
        if not rows:
            return 0
        random, made = os.urandom(NONCE_BYTES * len(rows)), []
        ways: dict[tuple[str, int], _Way] = {}
        for (number, purpose, epoch, _, wrapped), (nonce,) in zip(rows, _NONCES(random), strict=True):
            way = ways.get((purpose, epoch)) or self._way(connection, purpose, epoch, target, ways)
            opened, seal, old, new = way
            try:
                key = opened(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], f"{number}{old}".encode())
            except (InvalidTag, ValueError):
                raise damaged(number) from None
            made.append((target, nonce + seal(nonce, key, f"{number}{new}".encode()), number))
        _store.rewrap(connection, made)
        self._seen = rows[-1][0]
        return len(rows)

    def _way(
        self, connection: Connection, purpose: str, epoch: int, target: int, known: dict[tuple[str, int], _Way]
    ) -> _Way:
        """Find how data keys of a purpose come from one epoch into another, and add it to those that are known."""
        new = next((way.seal for (other, _), way in known.items() if other == purpose), None)
        new = new or self._ring.kek_or_new(connection, purpose, target).encrypt
        old = self._ring.kek(connection, purpose, epoch).decrypt
        found = known[purpose, epoch] = _Way(old, new, tail(purpose, epoch), tail(purpose, target))
        return found

    def _switch(self, old: int, target: int) -> int:
        """Make the new epoch the one that counts, with whatever was made since the last look."""
        rewrapped = 0
        with self._ring.changing() as connection:
            assert read_epoch(connection) == old, "nobody else changes the epoch"  # noqa: S101 - else all would be lost
            while done := self._rewrap_some(connection, target):
                rewrapped += done
            digest = self._ring.secret(connection, DIGEST, old)
            self._ring.keep_secret(connection, DIGEST, target, digest)
            self._ring.drop_secret(connection, BLIND, old)
            _store.drop_keks_before(connection, target)
            _store.write_fact(connection, EPOCH, b"%d" % target)
            _store.write_fact(connection, SINCE, instant(self._clock.now()).encode())
        return rewrapped

    def _destroy_before(self, target: int) -> None:
        """Destroy the root's keys of older epochs, and no other."""
        for name in sorted(self._root.names()):
            epoch = wrapped_epoch(name)
            if epoch is not None and epoch < target:
                self._root.destroy(name)


def read_epoch(connection: Connection) -> int:
    """Return the epoch that counts; 0 where there is none yet."""
    return int(_store.read_fact(connection, EPOCH) or b"0")
