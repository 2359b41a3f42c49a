"""Hold the vault: data keys under keys of purpose and epoch, shredding, new epochs that no crash leaves halfway.

A new epoch goes through stages that are written down, so that whoever opens the vault next goes on where it stopped:
the root gets a new key; keys of each purpose are made under it; data keys are wrapped anew, some at a time; one commit
makes the new epoch the one that counts and drops the old keys; the files are cleaned; the root's old key is destroyed.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tidewaiter.kernel.clock import instant
from tidewaiter.kernel.db import connect_to
from tidewaiter.kernel.errors import KeyFault
from tidewaiter.kernel.seal import _store
from tidewaiter.kernel.seal.keys import KEY_BYTES, DataKey
from tidewaiter.kernel.seal.root import create_root, open_root

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.clock import Clock
    from tidewaiter.kernel.db import Database
    from tidewaiter.kernel.seal.root import Root
    from tidewaiter.kernel.settings import Settings

FORMAT = b"tidewaiter-keys/1"
SIGNER, COSIGNER = "log-1", "witness-1"
REWRAP_KEYS = 20_000
"""How many data keys are wrapped anew in one transaction."""
DIGEST_BYTES = 16

_NONCE_BYTES = 12
_FORMAT, _EPOCH, _SINCE, _TARGET, _DIGEST, _BLIND = "format", "epoch", "since", "target", "digest", "blind"


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """What a new epoch did: its number, and how many data keys were wrapped anew."""

    epoch: int
    rewrapped: int


class VaultStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What can be told of the vault: epoch and since when, data keys by purpose, what the root is and has.

    `passphrase` says whether more than the disk is needed to use the root: a passphrase, a PIN, a token.
    """

    epoch: int
    since: str
    keys: Mapping[str, int]
    root: str
    root_keys: tuple[str, ...]
    passphrase: bool


class Vault:
    """The keys of a node. Made by `open_vault`; several processes may have one open at once."""

    def __init__(self, store: Database, root: Root, clock: Clock) -> None:
        self._store, self._root, self._clock = store, root, clock
        self._keks: dict[tuple[str, int], AESGCM] = {}
        self._secrets: dict[tuple[str, int], bytes] = {}
        self._epoch = self._read_epoch()
        if self._fact(_TARGET) is not None:
            self._finish()

    @property
    def epoch(self) -> int:
        """The number of the epoch, as of the last key that was made here."""
        return self._epoch

    def fresh(self, purpose: str, count: int) -> list[DataKey]:
        """Return new data keys for a purpose; they are on the disk, and their numbers were never used before."""
        if count < 1:
            return []
        random, nonces = os.urandom(KEY_BYTES * count), os.urandom(_NONCE_BYTES * count)
        with self._changing() as connection:  # the epoch cannot change while this is open
            epoch = self._epoch = int(_store.read_fact(connection, _EPOCH) or b"0")
            own = self._kek(connection, purpose, epoch, make=True)
            first = _store.reserve(connection, count)
            made, rows = [], []
            for at in range(count):
                key = random[at * KEY_BYTES : (at + 1) * KEY_BYTES]
                nonce, number = nonces[at * _NONCE_BYTES : (at + 1) * _NONCE_BYTES], first + at
                wrapped = nonce + own.encrypt(nonce, key, _bound(number, purpose, epoch))
                rows.append({"id": number, "purpose": purpose, "epoch": epoch, "born": epoch, "wrapped": wrapped})
                made.append(DataKey(number, epoch, key))
            _store.insert_keys(connection, rows)
        return made

    def keys(self, ids: Collection[int]) -> dict[int, DataKey]:
        """Return data keys by their numbers; those that were shredded are absent."""
        with self._store.reading() as connection:
            rows = _store.read_keys(connection, ids)
            return {
                number: DataKey(number, born, self._unwrapped(connection, number, purpose, epoch, wrapped))
                for number, purpose, epoch, born, wrapped in rows
            }

    def shred(self, ids: Collection[int]) -> int:
        """Destroy data keys, and return how many there were; nothing of them is left in the files of the store."""
        with self._store.writing() as connection:
            gone = _store.delete_keys(connection, ids)
        self._store.forget_deleted()
        return gone

    def blind(self, value: str) -> bytes:
        """Return what stands for a value in the blind index of this epoch: HMAC-SHA-256, cut to 16 bytes."""
        return hmac.digest(self._secret(_BLIND, self.epoch), value.encode(), "sha256")[:DIGEST_BYTES]

    def digest(self, data: bytes) -> bytes:
        """Return a digest that only this node can make, for as long as it lives: HMAC-SHA-256."""
        return hmac.digest(self._secret(_DIGEST, 0), data, "sha256")

    def sign(self, message: bytes) -> bytes:
        """Sign with the log's key: Ed25519, 64 bytes."""
        return self._root.sign(SIGNER, message)

    def signer_public(self) -> bytes:
        """Return the log's public key, 32 bytes."""
        return self._root.public(SIGNER)

    def cosign(self, message: bytes) -> bytes:
        """Sign with the key that witnesses other logs, which is not the log's own: Ed25519, 64 bytes."""
        return self._root.sign(COSIGNER, message)

    def cosigner_public(self) -> bytes:
        """Return the public key that witnesses other logs, 32 bytes."""
        return self._root.public(COSIGNER)

    def rotate(self, *, progress: Callable[[int], None] | None = None) -> Rotation:
        """Begin a new epoch: whatever was destroyed before is then gone from every older copy of the store too."""
        with self._changing() as connection:
            epoch = int(_store.read_fact(connection, _EPOCH) or b"0")
            _store.write_fact(connection, _TARGET, b"%d" % (epoch + 1))
        return self._finish(progress)

    def status(self) -> VaultStatus:
        """Tell what can be told."""
        with self._store.reading() as connection:
            self._epoch = int(_store.read_fact(connection, _EPOCH) or b"0")
            since = _store.read_fact(connection, _SINCE) or b""
            counts = _store.count_keys(connection)
        return VaultStatus(
            epoch=self.epoch,
            since=since.decode(),
            keys=counts,
            root=self._root.kind,
            root_keys=tuple(sorted(self._root.names())),
            passphrase=self._root.protected,
        )

    def check(self) -> None:
        """Unwrap every key-encryption key, and sign; raises KeyFault with what is wrong."""
        self.sign(b"check")
        self._secrets.clear()
        self._keks.clear()
        self.digest(b"")
        self.blind("")
        with self._store.reading() as connection:
            for purpose in _store.purposes(connection):
                self._kek(connection, purpose, int(_store.read_fact(connection, _EPOCH) or b"0"))

    def close(self) -> None:
        """Let go of store and root."""
        self._keks.clear()
        self._secrets.clear()
        self._root.close()
        self._store.close()

    # --- a new epoch ----------------------------------------------------------------------------------------------

    def _finish(self, progress: Callable[[int], None] | None = None) -> Rotation:
        """Go through the stages of a new epoch from wherever it stands."""
        target = int(self._fact(_TARGET) or b"0")
        rewrapped = 0
        if self._read_epoch() < target:
            # 1. The root's new key. A crash before it is used leaves one that the next try finds.
            if _wrapper(target) not in self._root.names():
                self._root.generate(_wrapper(target), "wrap")
            # 2. The new keys of every purpose, and the new secret of the blind index.
            with self._changing() as connection:
                for purpose in _store.purposes(connection):
                    self._kek(connection, purpose, target, make=True)
                if _store.read_fact(connection, f"{_BLIND}-{target}") is None:
                    self._make_secret(connection, _BLIND, target)
            # 3. Data keys, some at a time; others may make more under the old epoch meanwhile.
            while done := self._rewrap(target):
                rewrapped += done
                if progress is not None:
                    progress(rewrapped)
            # 4. The last of them, and the new epoch counts: one commit.
            rewrapped += self._switch(target)
        # 5. Nothing of the old epoch is left in the files, and then its root key goes.
        self._keks.clear()
        self._secrets.clear()
        self._store.forget_deleted(rebuild=True)
        for name in self._root.names():
            if name.startswith(_WRAPPER) and name != _wrapper(target):
                self._root.destroy(name)
        with self._changing() as connection:
            _store.write_fact(connection, _TARGET, None)
        self._epoch = target
        return Rotation(epoch=target, rewrapped=rewrapped)

    def _rewrap(self, target: int) -> int:
        """Wrap some data keys under the new epoch, in one transaction; return how many."""
        with self._changing() as connection:
            return self._rewrap_some(connection, target)

    def _rewrap_some(self, connection: Connection, target: int) -> int:
        """Wrap some data keys under the new epoch; return how many."""
        rows = _store.keys_before(connection, target, REWRAP_KEYS)
        nonces = os.urandom(_NONCE_BYTES * len(rows))
        made: list[dict[str, Any]] = []
        for at, (number, purpose, epoch, _, wrapped) in enumerate(rows):
            key = self._unwrapped(connection, number, purpose, epoch, wrapped)
            nonce = nonces[at * _NONCE_BYTES : (at + 1) * _NONCE_BYTES]
            own = self._kek(connection, purpose, target, make=True)
            anew = nonce + own.encrypt(nonce, key, _bound(number, purpose, target))
            made.append({"b_id": number, "b_epoch": target, "b_wrapped": anew})
        _store.rewrap(connection, made)
        return len(rows)

    def _switch(self, target: int) -> int:
        """Make the new epoch the one that counts, with whatever was made since the last look."""
        rewrapped = 0
        with self._changing() as connection:
            while done := self._rewrap_some(connection, target):
                rewrapped += done
            old = int(_store.read_fact(connection, _EPOCH) or b"0")
            digest = self._read_secret(connection, _DIGEST, 0, old)
            _store.write_fact(connection, f"{_DIGEST}-0", self._wrapped_secret(_DIGEST, 0, target, digest))
            _store.write_fact(connection, f"{_BLIND}-{old}", None)
            _store.drop_keks_before(connection, target)
            _store.write_fact(connection, _EPOCH, b"%d" % target)
            _store.write_fact(connection, _SINCE, instant(self._clock.now()).encode())
        return rewrapped

    # --- keys under the root --------------------------------------------------------------------------------------

    def _kek(self, connection: Connection, purpose: str, epoch: int, *, make: bool = False) -> AESGCM:
        """Return the key-encryption key of a purpose in an epoch, making it where it is asked for."""
        found = self._keks.get((purpose, epoch))
        if found is not None:
            return found
        wrapped, context = _store.read_kek(connection, purpose, epoch), f"kek|{purpose}|{epoch}".encode()
        if wrapped is None and not make:
            message = f"There is no key for the purpose {purpose} in epoch {epoch}."
            raise KeyFault(message, "The key store is older than what it should open, or damaged.")
        if wrapped is None:
            key = os.urandom(KEY_BYTES)
            _store.insert_kek(connection, purpose, epoch, self._root.wrap(_wrapper(epoch), key, context))
            return AESGCM(key)  # not remembered before the commit: it could be undone
        found = self._keks[purpose, epoch] = AESGCM(self._root.unwrap(_wrapper(epoch), wrapped, context))
        return found

    def _unwrapped(self, connection: Connection, number: int, purpose: str, epoch: int, wrapped: bytes) -> bytes:
        """Return a data key's bytes."""
        own = self._kek(connection, purpose, epoch)
        try:
            return own.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], _bound(number, purpose, epoch))
        except InvalidTag:
            message = f"Data key {number} is damaged in the key store."
            raise KeyFault(message, "Bring the key store back from a copy of this epoch.") from None

    def _secret(self, name: str, number: int) -> bytes:
        """Return a secret that the root wraps: the blind index's of an epoch, or that of digests."""
        found = self._secrets.get((name, number))
        if found is None:
            with self._store.reading() as connection:
                epoch = int(_store.read_fact(connection, _EPOCH) or b"0")
                found = self._secrets[name, number] = self._read_secret(connection, name, number, epoch)
        return found

    def _read_secret(self, connection: Connection, name: str, number: int, epoch: int) -> bytes:
        """Unwrap a secret."""
        wrapped = _store.read_fact(connection, f"{name}-{number}")
        if wrapped is None:
            message = f"The key store has no secret {name} for epoch {epoch}."
            raise KeyFault(message, "Bring the key store back from a copy of this epoch.")
        return self._root.unwrap(_wrapper(epoch), wrapped, f"{name}|{number}|{epoch}".encode())

    def _make_secret(self, connection: Connection, name: str, epoch: int, number: int | None = None) -> None:
        """Make a secret and keep it wrapped."""
        number = epoch if number is None else number
        wrapped = self._wrapped_secret(name, number, epoch, os.urandom(KEY_BYTES))
        _store.write_fact(connection, f"{name}-{number}", wrapped)

    def _wrapped_secret(self, name: str, number: int, epoch: int, secret: bytes) -> bytes:
        """Wrap a secret under an epoch's root key."""
        return self._root.wrap(_wrapper(epoch), secret, f"{name}|{number}|{epoch}".encode())

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """Give a connection that alone may change the store; what was made in vain is not remembered."""
        try:
            with self._store.writing() as connection:
                _store.lock(connection)
                yield connection
        except BaseException:
            self._keks.clear()
            self._secrets.clear()
            raise

    def _read_epoch(self) -> int:
        """Read which epoch it is."""
        return int(self._fact(_EPOCH) or b"0")

    def _fact(self, name: str) -> bytes | None:
        """Return a fact."""
        with self._store.reading() as connection:
            return _store.read_fact(connection, name)

    def begin(self) -> None:
        """Make what a new key store has: the first epoch, its secrets, the log's signing key."""
        names = self._root.names()
        if _wrapper(1) not in names:
            self._root.generate(_wrapper(1), "wrap")
        for name in (SIGNER, COSIGNER):
            if name not in names:
                self._root.generate(name, "sign")
        with self._changing() as connection:
            if _store.read_fact(connection, _EPOCH) is not None:
                return
            self._make_secret(connection, _BLIND, 1)
            self._make_secret(connection, _DIGEST, 1, 0)
            for name, value in ((_EPOCH, b"1"), (_SINCE, instant(self._clock.now()).encode()), (_FORMAT, FORMAT)):
                _store.write_fact(connection, name, value)
        self._epoch = 1


_WRAPPER = "wrap-"


def create_vault(settings: Settings, clock: Clock) -> Vault:
    """Make a vault where the settings say, where there is none, and open it.

    A key store without its root, or a root without its key store, is not made good by a new one: it raises KeyFault.
    """
    root = create_root(settings)
    store = connect_to(_url(settings), settings)
    with store.writing() as connection:
        new = not _store.has_tables(connection)
        if new:
            if {name for name in root.names() if name.startswith(_WRAPPER) and name != _wrapper(1)}:
                message = "The root has keys of a later epoch, and there is no key store."
                raise KeyFault(message, "Bring the key store back; a new one would open nothing.")
            _store.make_tables(connection)
            _store.write_fact(connection, _store.COUNTER, b"1")
    made = Vault(store, root, clock)
    made.begin()
    return made


def open_vault(settings: Settings, clock: Clock) -> Vault:
    """Open the vault that the settings name; raises KeyFault where there is none, or its root is another one's."""
    store = connect_to(_url(settings), settings)
    with store.reading() as connection:
        form = _store.read_fact(connection, _FORMAT) if _store.has_tables(connection) else None
    if form != FORMAT:
        store.close()
        message = f"There is no key store of the form {FORMAT.decode()} in {store.place}."
        raise KeyFault(message, "Bring it back from its copy; `tidewaiter init` makes one for a new node only.")
    return Vault(store, open_root(settings), clock)


def _url(settings: Settings) -> str:
    """Return the key store's database."""
    return settings.key_store_url or f"sqlite:///{(settings.folder / 'keys.sqlite3').absolute()}"


def _wrapper(epoch: int) -> str:
    """Return the name of the root's key of an epoch."""
    return f"{_WRAPPER}{epoch}"


def _bound(number: int, purpose: str, epoch: int) -> bytes:
    """Return what a wrapping is bound to."""
    return f"{number}|{purpose}|{epoch}".encode()


__all__: Sequence[str] = ("Rotation", "Vault", "VaultStatus", "create_vault", "open_vault")
