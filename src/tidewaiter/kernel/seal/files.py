"""Seal a whole file under a passphrase, piece by piece, so that the same content gives the same bytes.

The key is made of the passphrase (scrypt) and of what is sealed (HMAC-SHA-256), so it is never used for two different
contents, and the nonces of its pieces may count from 0 (NIST SP 800-38D section 8). The last piece says that it is the
last, so a file that was cut short is noticed. Whoever has the passphrase opens it; nobody else needs to be trusted.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tidewaiter.kernel.errors import KeyFault

FORMAT = "tidewaiter-sealed/1"
PIECE_BYTES = 65_536
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**15, 8, 3
"""The cost of a guess at the passphrase: 32 MB and about a quarter of a second."""
_COST = (SCRYPT_N, SCRYPT_R, SCRYPT_P)
_HEAD_BYTES_MAX = 400
_KEY_BYTES, _TAG_BYTES, _COUNTER_BYTES = 32, 16, 11


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of the file: its form, scrypt's cost, what the content gives, and what tells the passphrase."""

    format: str
    n: int
    r: int
    p: int
    mark: str
    check: str


class Sealing:
    """A file that is being sealed: write to it, and at the end of its block what was written is sealed into `out`.

    `context` says where the file belongs, and is not secret; `folder` is where what is not sealed yet waits, encrypted
    under a key that only this program's memory holds. Where the block fails nothing is written to `out`.
    """

    def __init__(self, out: BinaryIO, passphrase: str, context: str, *, folder: Path | None = None) -> None:
        self._out = out
        self._master = _stretch(passphrase, context)
        self._mark = hmac.new(self._master, b"mark\0", hashlib.sha256)
        self._own = AESGCM(os.urandom(_KEY_BYTES))
        self._waiting: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed at the block's end
        self._rest = bytearray()
        self._pieces = 0

    def write(self, data: bytes) -> None:
        """Add bytes to what is sealed."""
        self._mark.update(data)
        self._rest += data
        while len(self._rest) > PIECE_BYTES:
            self._put(bytes(self._rest[:PIECE_BYTES]))
            del self._rest[:PIECE_BYTES]

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Seal what was written, where nothing failed."""
        with self._waiting:
            if error is None:
                self._seal()

    def _put(self, piece: bytes) -> None:
        """Let a whole piece wait."""
        self._waiting.write(self._own.encrypt(_nonce(self._pieces, last=False), piece, None))
        self._pieces += 1

    def _seal(self) -> None:
        """Read back what waits, and write it under the key that is made of all of it."""
        mark = self._mark.digest()
        check = _derived(self._master, b"check\0", mark).hex()
        head = msgspec.json.encode(_Head(FORMAT, *_COST, mark.hex(), check)) + b"\n"
        self._out.write(head)
        key = AESGCM(_derived(self._master, b"key\0", mark))
        self._waiting.seek(0)
        for number in range(self._pieces):
            waiting = self._waiting.read(PIECE_BYTES + _TAG_BYTES)
            piece = self._own.decrypt(_nonce(number, last=False), waiting, None)
            self._out.write(key.encrypt(_nonce(number, last=False), piece, head))
        self._out.write(key.encrypt(_nonce(self._pieces, last=True), bytes(self._rest), head))


def open_file(sealed: BinaryIO, passphrase: str, context: str, *, name: str = "It") -> Iterator[bytes]:
    """Yield what was sealed, in pieces; what was yielded before a fault was true.

    Raises KeyFault where the passphrase or the context is not that of sealing, and where a byte was changed, saying
    in which part of the file; `name` is what the file is called in these sentences.
    """
    head = sealed.readline(_HEAD_BYTES_MAX)
    found = _head_of(head, name)
    master, mark = _stretch(passphrase, context), bytes.fromhex(found.mark)
    if not hmac.compare_digest(_derived(master, b"check\0", mark).hex(), found.check):
        message = f"{name} does not open: it was sealed under another seed or code, or its first line was changed."
        raise KeyFault(message, "Give the one that it was made with, exactly as it was given then.")
    key = AESGCM(_derived(master, b"key\0", mark))
    at, number = len(head), 0
    piece = sealed.read(PIECE_BYTES + _TAG_BYTES)
    while True:
        after = sealed.read(PIECE_BYTES + _TAG_BYTES)
        try:
            yield key.decrypt(_nonce(number, last=not after), piece, head)
        except (InvalidTag, ValueError):
            ends = at + len(piece)
            message = f"{name} was changed in its bytes {at:,} to {ends:,}, or was cut short there."
            raise KeyFault(message, "Take another copy of it.", at=at) from None
        if not after:
            return
        at, number, piece = at + len(piece), number + 1, after


def open_lines(sealed: BinaryIO, passphrase: str, context: str, *, name: str = "It") -> Iterator[bytes]:
    """Yield the lines of what was sealed, each without its newline; raises as `open_file` does."""
    rest = b""
    for piece in open_file(sealed, passphrase, context, name=name):
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _head_of(line: bytes, name: str) -> _Head:
    """Read the first line; a cost that we do not write would let a file ask for any amount of work."""
    try:
        found = msgspec.json.decode(line, type=_Head)
        fits = (found.n, found.r, found.p) == _COST and len(bytes.fromhex(found.mark)) == _KEY_BYTES
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        fits = False
    if not fits or found.format != FORMAT:
        message = f"{name} is not sealed in the form {FORMAT}: its first line is not one of ours."
        raise KeyFault(message, "It was changed, or a later program wrote it.")
    return found


def _stretch(passphrase: str, context: str) -> bytes:
    """Make 32 bytes of the passphrase; the salt is the context, which need not be secret."""
    salt = hashlib.sha256(f"{FORMAT}\0{context}".encode()).digest()
    kdf = Scrypt(salt=salt, length=_KEY_BYTES, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P)
    return kdf.derive(passphrase.encode())


def _derived(master: bytes, purpose: bytes, mark: bytes) -> bytes:
    """Return 32 bytes for one purpose."""
    return hmac.new(master, purpose + mark, hashlib.sha256).digest()


def _nonce(number: int, *, last: bool) -> bytes:
    """Return the nonce of a piece: its number, and whether it is the last."""
    return number.to_bytes(_COUNTER_BYTES, "big") + bytes([last])
