"""Hold the vault: data keys under keys of purpose and epoch, shredding, blind indexes, signatures."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import msgspec

from tidewaiter.kernel.clock import instant
from tidewaiter.kernel.db import connect_to
from tidewaiter.kernel.errors import Conflict, KeyFault
from tidewaiter.kernel.seal import _store
from tidewaiter.kernel.seal.epochs import EPOCH, SINCE, TARGET, Epochs, Rotation, read_epoch
from tidewaiter.kernel.seal.keys import KEY_BYTES, DataKey
from tidewaiter.kernel.seal.ring import BLIND, DIGEST, NONCE_BYTES, Ring, bound, unwrapped, wrapped_epoch, wrapper
from tidewaiter.kernel.seal.root import create_root, open_root

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from tidewaiter.kernel.clock import Clock
    from tidewaiter.kernel.db import Database
    from tidewaiter.kernel.seal.root import Root, RootKind
    from tidewaiter.kernel.settings import Settings

FORMAT = b"tidewaiter-keys/1"
SIGNER, COSIGNER = "log-1", "witness-1"
BLIND_BYTES = 16
_FORMAT = "format"


class VaultStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What can be told of the vault: epoch and since when, data keys by purpose, what the root is and has.

    `passphrase` says whether more than the disk is needed to use the root: a passphrase, a PIN, a token. `begun` is the
    epoch that is being begun, where one is.
    """

    epoch: int
    since: str
    keys: Mapping[str, int]
    root: str
    root_keys: tuple[str, ...]
    passphrase: bool
    begun: int | None = None


class Vault:
    """The keys of a node. Made by `open_vault`; several programs may have one open at once."""

    def __init__(self, store: Database, root: Root, clock: Clock) -> None:
        self._store, self._root, self._clock = store, root, clock
        self._ring = Ring(store, root)
        self._epochs = Epochs(store, root, self._ring, clock)
        with store.reading() as connection:
            begun = _store.read_fact(connection, TARGET)
        if begun is not None:
            self._epochs.finish()
        self._epoch = self.refresh()

    @property
    def epoch(self) -> int:
        """The number of the epoch, as of the last time that the key store was asked for keys, or `refresh`."""
        return self._epoch

    def refresh(self) -> int:
        """Look which epoch it is, and return it: another program may have begun one."""
        with self._store.reading() as connection:
            self._epoch = read_epoch(connection)
        return self._epoch

    def fresh(self, purpose: str, count: int) -> list[DataKey]:
        """Return new data keys for a purpose; they are on the disk, and their numbers were never used before."""
        if count < 1:
            return []
        random, nonces = os.urandom(KEY_BYTES * count), os.urandom(NONCE_BYTES * count)
        with self._ring.changing() as connection:  # the epoch cannot change while this is open
            epoch = self._epoch = read_epoch(connection)
            own = self._ring.kek_or_new(connection, purpose, epoch)
            first = _store.reserve(connection, count)
            made, rows = [], []
            for at in range(count):
                key = random[at * KEY_BYTES : (at + 1) * KEY_BYTES]
                nonce, number = nonces[at * NONCE_BYTES : (at + 1) * NONCE_BYTES], first + at
                wrapped = nonce + own.encrypt(nonce, key, bound(number, purpose, epoch))
                rows.append({"id": number, "purpose": purpose, "epoch": epoch, "born": epoch, "wrapped": wrapped})
                made.append(DataKey(number, epoch, key))
            _store.insert_keys(connection, rows)
        return made

    def keys(self, ids: Collection[int]) -> dict[int, DataKey]:
        """Return data keys by their numbers; those that were shredded are absent."""
        epoch = self.refresh()
        while True:
            try:
                return self._found(ids)
            except KeyFault:
                epoch, before = self.refresh(), epoch
                if epoch == before:  # else a new epoch began between looking at a key and at what wraps it
                    raise

    def _found(self, ids: Collection[int]) -> dict[int, DataKey]:
        """Return those data keys that there are."""
        found: dict[int, DataKey] = {}
        own: dict[tuple[str, int], AESGCM] = {}
        with self._store.reading() as connection:
            for number, purpose, epoch, born, wrapped in _store.read_keys(connection, ids):
                if (purpose, epoch) not in own:
                    own[purpose, epoch] = self._ring.kek(connection, purpose, epoch)
                found[number] = DataKey(number, born, unwrapped(own[purpose, epoch], number, purpose, epoch, wrapped))
        return found

    def shred(self, ids: Collection[int]) -> int:
        """Destroy data keys, and return how many there were; nothing of them is left in the files of the store."""
        with self._ring.changing() as connection:
            gone = _store.delete_keys(connection, ids)
        self._store.forget_deleted(_store.key.name)
        return gone

    def blind(self, value: str) -> bytes:
        """Return what stands for a value in the blind index of `epoch`: HMAC-SHA-256, cut to 16 bytes."""
        return hmac.digest(self._secret(BLIND), value.encode(), "sha256")[:BLIND_BYTES]

    def digest(self, data: bytes) -> bytes:
        """Return a digest that only this node can make, for as long as it lives: HMAC-SHA-256."""
        return hmac.digest(self._secret(DIGEST), data, "sha256")

    def _secret(self, name: str) -> bytes:
        """Return a secret of the epoch that this vault knows of, and of the one after it where that one is gone."""
        found = self._ring.known_secret(name, self._epoch)
        if found is not None:
            return found
        with self._store.reading() as connection:
            self._epoch = read_epoch(connection)
            return self._ring.secret(connection, name, self._epoch)

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

    def rotate(self, *, progress: Callable[[int], None] | None = None, keep_root: bool = False) -> Rotation:
        """Begin a new epoch: whatever was destroyed before is then gone from every older copy of the store too.

        With `keep_root`, the root's older keys stay until the next epoch without it, and older copies can be opened
        that long. Raises Conflict where another program is beginning one.
        """
        done = self._epochs.begin(progress, keep_root=keep_root)
        self.refresh()
        return done

    def status(self) -> VaultStatus:
        """Tell what can be told."""
        with self._store.reading() as connection:
            self._epoch = read_epoch(connection)
            since, begun = _store.read_fact(connection, SINCE) or b"", _store.read_fact(connection, TARGET)
            counts = _store.count_keys(connection)
        return VaultStatus(
            epoch=self._epoch,
            since=since.decode(),
            keys=counts,
            root=self._root.kind,
            root_keys=tuple(sorted(self._root.names())),
            passphrase=self._root.protected,
            begun=None if begun is None else int(begun),
        )

    def check(self) -> None:
        """Sign, and unwrap every secret, every key-encryption key and a data key of each; raises KeyFault."""
        for name in (SIGNER, COSIGNER):
            self._root.sign(name, b"check")
        self._ring.forget()
        epoch = self.refresh()
        with self._store.reading() as connection:
            for name in (DIGEST, BLIND):
                self._ring.secret(connection, name, epoch)
            for purpose in _store.purposes(connection, epoch):
                self._ring.kek(connection, purpose, epoch)
            for number, purpose, of, _, wrapped in _store.one_key_of_each(connection):
                unwrapped(self._ring.kek(connection, purpose, of), number, purpose, of, wrapped)

    def close(self) -> None:
        """Let go of store and root."""
        self._ring.forget()
        self._root.close()
        self._store.close()

    def begin(self) -> None:
        """Make what a new key store has: the first epoch, its secrets, the keys that sign."""
        epoch, names = self.refresh(), self._root.names()
        if epoch and wrapper(epoch) not in names:
            message = f"The root has no key of epoch {epoch}, in which {self._store.place} is."
            raise KeyFault(message, "It is another node's root, or an old copy; bring back the right one.")
        wanted: dict[str, RootKind] = {SIGNER: "sign", COSIGNER: "sign"}
        if not epoch:
            wanted[wrapper(1)] = "wrap"
        for name in sorted(wanted.keys() - names):
            with suppress(Conflict):  # another program makes the same vault
                self._root.generate(name, wanted[name])
        with self._ring.changing() as connection:
            if read_epoch(connection):
                return
            for name in (BLIND, DIGEST):
                self._ring.keep_secret(connection, name, 1)
            for name, value in ((EPOCH, b"1"), (SINCE, instant(self._clock.now()).encode()), (_FORMAT, FORMAT)):
                _store.write_fact(connection, name, value)
        self._epoch = 1


def create_vault(settings: Settings, clock: Clock) -> Vault:
    """Make a vault where the settings say, where there is none, and open it.

    A key store without its root, or a root without its key store, is not made good by a new one: it raises KeyFault.
    """
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _connected(settings) as store:
        with store.reading() as connection:
            there = _store.has_tables(connection) and read_epoch(connection) > 0
        root = open_root(settings) if there else create_root(settings)
        with store.writing() as connection:  # the tables before the root's first key, so that what is lost is known
            if not _store.has_tables(connection) and any(wrapped_epoch(name) for name in root.names()):
                message = f"The root has keys that wrap others, and there is no key store in {store.place}."
                raise KeyFault(message, "Bring the key store back; a new one would open nothing.")
            _store.make_tables(connection)
        made = Vault(store, root, clock)
        made.begin()
        return made


def open_vault(settings: Settings, clock: Clock) -> Vault:
    """Open the vault that the settings name; raises KeyFault where there is none, or its root is another one's."""
    with _connected(settings) as store:
        with store.reading() as connection:
            form = _store.read_fact(connection, _FORMAT) if _store.has_tables(connection) else None
        if form != FORMAT:
            message = f"There is no key store of the form {FORMAT.decode()} in {store.place}."
            raise KeyFault(message, "Bring it back from its copy; `tidewaiter init` makes one for a new node only.")
        return Vault(store, open_root(settings), clock)


@contextmanager
def _connected(settings: Settings) -> Iterator[Database]:
    """Give the key store's database, and close it where what follows fails."""
    store = connect_to(_url(settings), settings)
    try:
        yield store
    except BaseException:
        store.close()
        raise


def _url(settings: Settings) -> str:
    """Return the key store's database."""
    return settings.key_store_url or f"sqlite:///{(settings.folder / 'keys.sqlite3').absolute()}"


__all__: Sequence[str] = ("Rotation", "Vault", "VaultStatus", "create_vault", "open_vault")
