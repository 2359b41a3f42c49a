"""Keep root keys in one file, sealed under a passphrase where one is set."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tidewaiter.kernel.errors import Conflict, KeyFault, StorageFault

if TYPE_CHECKING:
    from tidewaiter.kernel.seal.root import RootKind
    from tidewaiter.kernel.settings import Settings

FORMAT = "tidewaiter-root/1"
NAME = "root.keys"
PASSPHRASE_CHARACTERS_MIN = 15
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**17, 8, 1
"""The cost of a guess at the passphrase: 128 MB and about half a second, once for each program that opens the file."""
_SCRYPT_MAX = 2**20 * 8
"""The most that a file may ask for, as n times r: a gibibyte."""
_NONCE_BYTES, _SALT_BYTES, _KEY_BYTES = 12, 16, 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class _Key(msgspec.Struct, frozen=True):
    """A key of the file: what it is for, and its bytes in base64."""

    kind: str
    key: str


class _Sealed(msgspec.Struct, frozen=True):
    """The keys under a passphrase: scrypt's cost (RFC 7914), salt, and what AES-256-GCM made of them, in base64."""

    n: int
    r: int
    p: int
    salt: str
    data: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: its form, and the keys in the one way or the other; `check` tells damage to keys in the clear."""

    format: str
    keys: dict[str, _Key] | None = None
    check: str | None = None
    sealed: _Sealed | None = None


class _Stretched(NamedTuple):
    """A key made of the passphrase, and of what."""

    of: tuple[int, int, int, str]
    key: bytes


class FileRoot:
    """Root keys in a file that only its owner may read. Programs that change it take turns."""

    kind = "file"

    def __init__(self, path: Path, passphrase: bytes | None) -> None:
        self._path, self._passphrase = path, passphrase
        self._stretched: _Stretched | None = None
        self._sealed = False
        self._keys: dict[str, _Key] = {}

    @property
    def protected(self) -> bool:
        """Whether a passphrase is needed beside the file, as it is now."""
        return self._sealed

    def names(self) -> set[str]:
        """Return the names of its keys, as they are in the file now."""
        self.read()
        return set(self._keys)

    def generate(self, name: str, kind: RootKind) -> None:
        """Make a key."""
        with _turn(self._path):
            self.read()
            if name in self._keys:
                message = f"The root has a key {name} already."
                raise Conflict(message)
            self._write(self._keys | {name: _Key(kind, _encode(os.urandom(_KEY_BYTES)))})

    def wrap(self, name: str, key: bytes, context: bytes) -> bytes:
        """Wrap a key with AES-256-GCM: nonce, ciphertext, tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._key(name, "wrap")).encrypt(nonce, key, context)

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap a key."""
        own = AESGCM(self._key(name, "wrap"))
        try:
            return own.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            message = f"A key was not wrapped under the root's key {name}, or for something else."
            raise KeyFault(message, "The key store and the root do not belong together.") from None

    def sign(self, name: str, message: bytes) -> bytes:
        """Sign with Ed25519."""
        return self._signer(name).sign(message)

    def public(self, name: str) -> bytes:
        """Return a public key."""
        return self._signer(name).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def destroy(self, name: str) -> None:
        """Take a key out of the file, and overwrite the file that had it."""
        with _turn(self._path):
            self.read()
            if name not in self._keys:
                raise _missing(name)
            self._write({other: key for other, key in self._keys.items() if other != name})

    def close(self) -> None:
        """Forget the keys."""
        self._keys, self._passphrase, self._stretched = {}, None, None

    def create(self) -> None:
        """Make the file where there is none."""
        with _turn(self._path):
            if not self._path.exists():
                self._write({})

    def read(self) -> None:
        """Read the file's keys; raises KeyFault where it is missing, readable by others, or not as it was written."""
        found = _file_of(self._path)
        if found.sealed is not None:
            self._keys = self._unsealed(found.sealed)
        elif found.check is not None and found.check != _check(found.keys or {}):
            raise _damaged(self._path)
        else:
            self._keys = dict(found.keys or {})
        self._sealed = found.sealed is not None

    def _signer(self, name: str) -> Ed25519PrivateKey:
        """Return a signing key."""
        return Ed25519PrivateKey.from_private_bytes(self._key(name, "sign"))

    def _key(self, name: str, kind: str) -> bytes:
        """Return a key's bytes."""
        if name not in self._keys:  # another program may have begun a new epoch
            self.read()
        found = self._keys.get(name)
        if found is None or found.kind != kind:
            raise _missing(name)
        return base64.b64decode(found.key)

    def _write(self, keys: dict[str, _Key]) -> None:
        """Put the file in place of the one before, and remember what is in it."""
        if self._passphrase is None:
            data = _File(FORMAT, keys=keys, check=_check(keys))
        else:
            key, cost = self._stretched, (SCRYPT_N, SCRYPT_R, SCRYPT_P)
            if key is None or key.of[:3] != cost:
                key = self._stretch((*cost, _encode(os.urandom(_SALT_BYTES))))
            nonce = os.urandom(_NONCE_BYTES)
            sealed = nonce + AESGCM(key.key).encrypt(nonce, msgspec.json.encode(keys), FORMAT.encode())
            data = _File(FORMAT, sealed=_Sealed(*key.of, _encode(sealed)))
        try:
            _put(self._path, msgspec.json.encode(data))
        except OSError as error:
            message = f"{self._path} cannot be written: {error.strerror}."
            raise StorageFault(message, "Look at the disk and the folder; the file is as it was.") from error
        self._keys, self._sealed = keys, self._passphrase is not None

    def _unsealed(self, sealed: _Sealed) -> dict[str, _Key]:
        """Return the keys under the passphrase."""
        if self._passphrase is None:
            message = f"{self._path} is sealed under a passphrase, and none was given."
            raise KeyFault(message, "Set root_passphrase_file to a file that holds it.")
        of = (sealed.n, sealed.r, sealed.p, sealed.salt)
        try:
            if self._stretched is None or self._stretched.of != of:
                self._stretched = self._stretch(of)
            data = base64.b64decode(sealed.data, validate=True)
            plain = AESGCM(self._stretched.key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], FORMAT.encode())
        except (InvalidTag, ValueError):
            self._stretched = None
            message = f"The passphrase does not open {self._path}, or the file was changed."
            raise KeyFault(message, "Give the right passphrase, or bring the file back from its copy.") from None
        return msgspec.json.decode(plain, type=dict[str, _Key])

    def _stretch(self, of: tuple[int, int, int, str]) -> _Stretched:
        """Make a key of the passphrase with scrypt; raises ValueError for a cost that no file of ours has."""
        n, r, p, salt = of
        if not 0 < n * r <= _SCRYPT_MAX or p != SCRYPT_P:
            message = "The cost is out of bounds."
            raise ValueError(message)
        kdf = Scrypt(salt=base64.b64decode(salt, validate=True), length=_KEY_BYTES, n=n, r=r, p=p)
        self._stretched = _Stretched(of, kdf.derive(self._passphrase or b""))
        return self._stretched


def create_root(settings: Settings) -> FileRoot:
    """Make the file where there is none, and open it."""
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    FileRoot(path, _passphrase(settings)).create()
    return open_root(settings)


def open_root(settings: Settings) -> FileRoot:
    """Open the file; raises KeyFault where it is missing, readable by others, damaged, or under another passphrase."""
    root = FileRoot(_path(settings), _passphrase(settings))
    root.read()
    return root


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """Wait until no other program changes the file, and keep it so; a file beside it that stays is locked for it."""
    lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _file_of(path: Path) -> _File:
    """Read the file, again where another program put a new one in its place meanwhile and overwrote the old."""
    try:
        same = False
        while not same:
            with path.open("rb") as file:
                status, data = os.fstat(file.fileno()), file.read()
                same = os.path.samestat(status, path.stat())
    except FileNotFoundError:
        message = f"There is no file of root keys {path}."
        raise KeyFault(message, "Bring it back from where it is kept; without it nothing sealed can be read.") from None
    except OSError as error:
        message = f"The root keys in {path} cannot be read: {error.strerror}."
        raise KeyFault(message, "Check who owns the file; it is for the node's own account.") from error
    if status.st_mode & _OTHERS:
        message = f"{path} can be read by others than its owner."
        raise KeyFault(message, f"chmod 600 {path}, and begin a new epoch if somebody may have read it.")
    try:
        found = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _damaged(path) from None
    if found.format != FORMAT or (found.keys is None) is (found.sealed is None):
        message = f"{path} is of another form than {FORMAT}."
        raise KeyFault(message, "It was changed, or a later program wrote it.")
    return found


def _put(path: Path, data: bytes) -> None:
    """Put bytes in a file's place and overwrite those that were there; a crash leaves the one file or the other.

    The old file has a second name until it is overwritten, so that what a crash left is overwritten the next time.
    """
    part, old = path.with_name(path.name + ".new"), path.with_name(path.name + ".old")
    for left in (part, old):
        _overwrite(left, unless=path)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        old.hardlink_to(path)
    part.replace(path)
    _sync(path.parent)
    _overwrite(old, unless=path)
    _sync(path.parent)


def _overwrite(path: Path, *, unless: Path) -> None:
    """Overwrite a file and take it away; one that is also `unless` only loses this name."""
    if not path.exists():
        return
    if not (unless.exists() and path.samefile(unless)):
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    path.unlink()


def _sync(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _check(keys: dict[str, _Key]) -> str:
    """Return what tells whether keys in the clear are as they were written."""
    return hashlib.sha256(FORMAT.encode() + b"\0" + msgspec.json.encode(keys, order="sorted")).hexdigest()


def _damaged(path: Path) -> KeyFault:
    """Return the fault of a file that cannot be read."""
    message = f"{path} is damaged: it cannot be read as root keys."
    return KeyFault(message, "Bring it back from where a copy is kept.")


def _path(settings: Settings) -> Path:
    """Return where the file is."""
    return Path(settings.root_file) if settings.root_file else settings.folder / NAME


def _passphrase(settings: Settings) -> bytes | None:
    """Return the passphrase that the settings lead to; None where none is set."""
    if not settings.root_passphrase_file:
        return None
    try:
        found = Path(settings.root_passphrase_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        message = f"The passphrase's file {settings.root_passphrase_file} cannot be read: {error.strerror}."
        raise KeyFault(message, "Check root_passphrase_file.") from error
    if len(found) < PASSPHRASE_CHARACTERS_MIN:
        message = f"The root's passphrase is shorter than {PASSPHRASE_CHARACTERS_MIN} characters."
        raise KeyFault(message, "Take a long one: six words by dice, for instance.")
    return found.encode()


def _missing(name: str) -> KeyFault:
    """Return the fault of a key that is not there."""
    message = f"The root has no key {name} for that."
    return KeyFault(message, "It was destroyed, or this is another node's root.")


def _encode(data: bytes) -> str:
    """Write bytes in base64."""
    return base64.b64encode(data).decode()
