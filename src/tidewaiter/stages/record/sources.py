"""Keep the bytes of sources sealed, give them back, and blot out what a record was read from."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tidewaiter.kernel.errors import Shredded
from tidewaiter.stages.record import _store
from tidewaiter.stages.record.sealing import SOURCE

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from tidewaiter.kernel.db import Work
    from tidewaiter.kernel.seal import DataKey, Vault

_BLOT = bytes(byte if byte in b"\r\n" else ord("#") for byte in range(256))
"""What stands in a source for bytes that were destroyed: `#`; ends of lines stay, so that other lines keep numbers."""

_END = 2**62


def keep_pieces(work: Work, message: int, offset: int, pieces: Iterable[bytes]) -> None:
    """Keep bytes of a source, from an offset on, each piece sealed under a key of its own."""
    for piece in pieces:
        key = work.vault.fresh(SOURCE, 1)[0]
        _store.insert_raw(work.connection, message, offset, len(piece), key.id, _sealed(key, message, offset, piece))
        offset += len(piece)


def read_piece(connection: Connection, vault: Vault, message: int, offset: int, length: int) -> bytes:
    """Return the bytes of a source in a stretch, as far as they are kept; raises Shredded where they were destroyed."""
    found = bytearray()
    for start, piece in _pieces(connection, vault, message, offset, offset + length):
        found += piece[max(0, offset - start) : max(0, offset + length - start)]
    return bytes(found)


def whole(connection: Connection, vault: Vault, message: int) -> Iterator[bytes]:
    """Yield the kept bytes of a message, in order; raises Shredded where they were destroyed."""
    for _, piece in _pieces(connection, vault, message, 0, _END):
        yield piece


def blot(work: Work, message: int, offset: int, length: int) -> list[int]:
    """Overwrite a stretch of a source with `#`, seal it anew, and return the numbers of the keys to destroy."""
    old = []
    for row in _store.raw_rows(work.connection, message, offset, offset + length):
        start, number = int(row["offset"]), row["key"]
        keys = work.vault.keys([number]) if number is not None else {}
        if number is not None and number not in keys:
            continue
        piece = bytearray(_opened(row, keys.get(number) if number is not None else None))
        first, last = max(0, offset - start), min(len(piece), offset + length - start)
        piece[first:last] = piece[first:last].translate(_BLOT)
        key = work.vault.fresh(SOURCE, 1)[0]
        _store.replace_raw(work.connection, message, start, key.id, _sealed(key, message, start, bytes(piece)))
        old += [number] if number is not None else []
    return old


def _pieces(connection: Connection, vault: Vault, message: int, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield (offset, bytes) of the pieces that hold a stretch."""
    rows = _store.raw_rows(connection, message, start, end)
    keys = vault.keys([row["key"] for row in rows if row["key"] is not None])
    for row in rows:
        if row["key"] is not None and row["key"] not in keys:
            said = f"The bytes of message {message} from {row['offset']:,} on were destroyed with their key."
            raise Shredded(said)
        yield int(row["offset"]), _opened(row, keys.get(row["key"]))


def _opened(row: Any, key: DataKey | None) -> bytes:
    """Return the bytes of a piece; one from before there was a vault is not sealed."""
    packed = bytes(row["packed"])
    return zlib.decompress(packed if key is None else key.open(packed, _context(row["message_id"], row["offset"])))


def _sealed(key: DataKey, message: int, offset: int, piece: bytes) -> bytes:
    """Pack and seal a piece."""
    return key.seal(zlib.compress(piece, 1), _context(message, offset))


def _context(message: int, offset: int) -> str:
    """Return what the ciphertext of a piece is bound to."""
    return f"record_raw\0{message}\0{offset}"
