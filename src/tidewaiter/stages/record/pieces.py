"""Cut a source into the pieces in which its bytes are kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from tidewaiter.stages.record.model import Piece

PIECE_OCTETS = 1_048_576
"""Size of the largest piece, in bytes."""


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a stream from its start in pieces."""
    stream.seek(0)
    while octets := stream.read(PIECE_OCTETS):
        yield octets


def piece_of(stream: BinaryIO, start: int, end: int | None) -> Piece | None:
    """Return the stretch of a source from start to end, to be read when it is kept; None for a stretch without end."""
    return None if end is None else Piece(offset=start, end=end, octets=_between(stream, start, end))


def _between(stream: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes of a stretch of the source in pieces, and leave the stream where it was."""
    at = stream.tell()
    stream.seek(start)
    while start < end and (octets := stream.read(min(PIECE_OCTETS, end - start))):
        start += len(octets)
        yield octets
    stream.seek(at)
