"""Keep root keys in one file, sealed under a passphrase where one is set."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tidewaiter.kernel.errors import Conflict, KeyFault

if TYPE_CHECKING:
    from tidewaiter.kernel.seal.root import RootKind
    from tidewaiter.kernel.settings import Settings

FORMAT = "tidewaiter-root/1"
NAME = "root.keys"
PASSPHRASE_CHARACTERS_MIN = 15
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
    """The file: its form, and the keys in the one way or the other."""

    format: str
    keys: dict[str, _Key] | None = None
    sealed: _Sealed | None = None


class FileRoot:
    """Root keys in a file that only its owner may read."""

    kind = "file"

    def __init__(self, path: Path, keys: dict[str, _Key], passphrase: bytes | None) -> None:
        self._path, self._keys, self._passphrase = path, keys, passphrase

    @property
    def protected(self) -> bool:
        """Whether a passphrase is needed beside the file."""
        return self._passphrase is not None

    def names(self) -> set[str]:
        """Return the names of its keys, as they are in the file now."""
        self._keys = _read(self._path, self._passphrase)
        return set(self._keys)

    def generate(self, name: str, kind: RootKind) -> None:
        """Make a key."""
        self._keys = _read(self._path, self._passphrase)
        if name in self._keys:
            message = f"The root has a key {name} already."
            raise Conflict(message)
        self._keys = self._keys | {name: _Key(kind, _encode(os.urandom(_KEY_BYTES)))}
        self._write()

    def wrap(self, name: str, key: bytes, context: bytes) -> bytes:
        """Wrap a key with AES-256-GCM: nonce, ciphertext, tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self._key(name, "wrap")).encrypt(nonce, key, context)

    def unwrap(self, name: str, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap a key."""
        try:
            own = AESGCM(self._key(name, "wrap"))
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
        self._keys = _read(self._path, self._passphrase)
        if name not in self._keys:
            raise _missing(name)
        self._keys = {other: key for other, key in self._keys.items() if other != name}
        self._write()

    def close(self) -> None:
        """Forget the keys."""
        self._keys, self._passphrase = {}, None

    def _signer(self, name: str) -> Ed25519PrivateKey:
        """Return a signing key."""
        return Ed25519PrivateKey.from_private_bytes(self._key(name, "sign"))

    def _key(self, name: str, kind: str) -> bytes:
        """Return a key's bytes."""
        if name not in self._keys:  # another program may have begun a new epoch
            self._keys = _read(self._path, self._passphrase)
        found = self._keys.get(name)
        if found is None or found.kind != kind:
            raise _missing(name)
        return base64.b64decode(found.key)

    def _write(self) -> None:
        """Put the file in place of the one before, which is overwritten; a crash leaves the one or the other."""
        old = os.open(self._path, os.O_RDWR) if self._path.exists() else None
        part = self._path.with_name(self._path.name + ".new")
        part.unlink(missing_ok=True)
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(file, _written(self._keys, self._passphrase))
            os.fsync(file)
        finally:
            os.close(file)
        part.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        if old is not None:
            try:
                os.pwrite(old, bytes(os.fstat(old).st_size), 0)
                os.fsync(old)
            finally:
                os.close(old)


def create_root(settings: Settings) -> FileRoot:
    """Make the file where there is none, and open it."""
    path = _path(settings)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        FileRoot(path, {}, _passphrase(settings))._write()  # noqa: SLF001 - the same module
    return open_root(settings)


def open_root(settings: Settings) -> FileRoot:
    """Open the file; raises KeyFault where it is missing, readable by others, damaged, or under another passphrase."""
    path, passphrase = _path(settings), _passphrase(settings)
    return FileRoot(path, _read(path, passphrase), passphrase)


def _read(path: Path, passphrase: bytes | None) -> dict[str, _Key]:
    """Read the file's keys."""
    try:
        if path.stat().st_mode & _OTHERS:
            message = f"{path} can be read by others than its owner."
            raise KeyFault(message, f"chmod 600 {path}, and begin a new epoch if somebody may have read it.")
        found = msgspec.json.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        message = f"There is no file of root keys {path}."
        raise KeyFault(message, "Bring it back from where it is kept; without it nothing sealed can be read.") from None
    except msgspec.DecodeError:
        message = f"{path} is damaged: it cannot be read as root keys."
        raise KeyFault(message, "Bring it back from where a copy is kept.") from None
    if found.format != FORMAT or (found.keys is None) is (found.sealed is None):
        message = f"{path} is of another form than {FORMAT}."
        raise KeyFault(message)
    if found.sealed is None:
        return dict(found.keys or {})
    if passphrase is None:
        message = f"{path} is sealed under a passphrase, and none was given."
        raise KeyFault(message, "Set root_passphrase_file to a file that holds it.")
    return _unsealed(path, found.sealed, passphrase)


def _unsealed(path: Path, sealed: _Sealed, passphrase: bytes) -> dict[str, _Key]:
    """Return the keys under a passphrase."""
    data = base64.b64decode(sealed.data)
    key = _stretched(passphrase, base64.b64decode(sealed.salt), sealed.n, sealed.r, sealed.p)
    try:
        plain = AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], FORMAT.encode())
    except InvalidTag:
        message = f"The passphrase does not open {path}, or the file was changed."
        raise KeyFault(message, "Give the right passphrase, or bring the file back from its copy.") from None
    return msgspec.json.decode(plain, type=dict[str, _Key])


def _written(keys: dict[str, _Key], passphrase: bytes | None) -> bytes:
    """Return the file's bytes."""
    if passphrase is None:
        return msgspec.json.encode(_File(FORMAT, keys=keys))
    n, r, p, salt, nonce = 2**15, 8, 1, os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    plain = msgspec.json.encode(keys)
    data = nonce + AESGCM(_stretched(passphrase, salt, n, r, p)).encrypt(nonce, plain, FORMAT.encode())
    return msgspec.json.encode(_File(FORMAT, sealed=_Sealed(n, r, p, _encode(salt), _encode(data))))


def _stretched(passphrase: bytes, salt: bytes, n: int, r: int, p: int) -> bytes:
    """Make a key of a passphrase with scrypt."""
    return Scrypt(salt=salt, length=_KEY_BYTES, n=n, r=r, p=p).derive(passphrase)


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
