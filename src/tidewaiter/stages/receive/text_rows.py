"""Split text into rows by its bytes, in bounded memory: quoted newlines, long rows, open quotes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from enum import IntEnum
from typing import BinaryIO

import msgspec

BLOCK_BYTES = 1_048_576
"""How much of a source is read at once, in bytes."""


class Flaw(IntEnum):
    """What is wrong with a row as a whole."""

    NONE = 0
    UNCLOSED_QUOTE = 1
    TOO_LONG = 2


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """How the rows of a text are told apart: the byte that ends a line, the delimiter, the longest row in bytes.

    Without a delimiter (JSON lines) quotation marks mean nothing. `newline` is a line feed (a carriage return before
    it belongs to the line's end) or, for text that has no line feed, a carriage return.
    """

    newline: bytes = b"\n"
    delimiter: bytes | None = None
    row_bytes_max: int


TextRow = tuple[bytes, int, int, int, Flaw]
"""A row: its bytes without the line's end, its offset, its length in bytes, its first line, what is wrong with it.

A row that is too long has no bytes: they were passed over."""


def newline_of(sample: bytes) -> bytes:
    """Return the byte that ends the lines of a text that starts like this."""
    return b"\r" if b"\r" in sample and b"\n" not in sample else b"\n"


def text_rows(stream: BinaryIO, shape: Shape, *, offset: int, line: int) -> Iterator[TextRow]:
    """Yield the rows from the offset, which is where the numbered line starts, but not those without any text."""
    lines = _lines(stream, shape, offset, line)
    if shape.delimiter is None:
        yield from (one for one in lines if one[0].strip() or one[4])
        return
    again: deque[TextRow] = deque()
    blank = b" \t\r" + shape.delimiter
    while True:
        row: TextRow | None = again.popleft() if again else next(lines, None)
        if row is None:
            return
        raw = row[0]
        if b'"' not in raw or row[4]:
            if raw.strip(blank) or row[4]:
                yield row
            continue
        inside, _ = _quoting(raw, shape.delimiter, inside=False)
        yield _whole(row, lines, again, shape) if inside else row


def _whole(row: TextRow, lines: Iterator[TextRow], again: deque[TextRow], shape: Shape) -> TextRow:
    """Join a row whose quoted cell goes on in the lines that follow.

    Where the quotation mark is not closed within the limit, or text follows it where it is closed, it was a stray
    one: then the row is its first line alone, and the others are read again as rows of their own.
    """
    assert shape.delimiter is not None  # noqa: S101 - the caller has seen to it
    taken: list[TextRow] = []
    length = row[2]
    inside = True
    while inside:
        following = again.popleft() if again else next(lines, None)
        if following is None:
            break
        taken.append(following)
        length = following[1] + following[2] - row[1]
        if following[4] or length > shape.row_bytes_max:
            break
        inside, stray = _quoting(following[0], shape.delimiter, inside=True)
        if stray:
            inside = True
            break
    if inside:
        again.extendleft(reversed(taken))
        return row[0], row[1], row[2], row[3], Flaw.UNCLOSED_QUOTE
    pieces = [row[0]]
    for before, after in zip([row, *taken], taken, strict=False):
        gap = after[1] - before[1] - before[2]
        pieces += [b"\r\n" if gap == 2 else shape.newline, after[0]]  # noqa: PLR2004 - CR and LF
    return b"".join(pieces), row[1], length, row[3], Flaw.NONE


def _quoting(raw: bytes, delimiter: bytes, *, inside: bool) -> tuple[bool, bool]:
    """Say whether a quoted cell is open at the end of the line, and whether text follows a closing quotation mark.

    `inside` says that a quoted cell was open at its start. A quotation mark opens a cell only as its first character
    (RFC 4180); two of them inside are one that is meant.
    """
    at, size, stray = 0, len(raw), False
    if not inside and raw[:1] == b'"':
        inside, at = True, 1
    while True:
        if inside:
            close = raw.find(b'"', at)
            while close >= 0 and raw[close + 1 : close + 2] == b'"':
                close = raw.find(b'"', close + 2)
            if close < 0:
                return True, stray
            inside, at = False, close + 1
            if at == size:
                return False, stray
            stray = stray or raw[at : at + 1] != delimiter
        at = raw.find(delimiter, at)
        if at < 0:
            return False, stray
        at += 1
        if raw[at : at + 1] == b'"':
            inside, at = True, at + 1


def _lines(stream: BinaryIO, shape: Shape, offset: int, line: int) -> Iterator[TextRow]:
    """Yield the physical lines from the offset; a line that is too long comes without its bytes."""
    newline, limit = shape.newline, shape.row_bytes_max
    carriage = newline == b"\n"
    carried = b""
    ended = False
    while not ended:
        stream.seek(offset + len(carried))  # whoever takes the rows may have read elsewhere in between
        block = stream.read(BLOCK_BYTES)
        ended = not block
        pieces = (carried + block if carried else block).split(newline)
        carried = b"" if ended else pieces.pop()
        for piece in pieces:
            raw = piece[:-1] if carriage and piece[-1:] == b"\r" else piece
            size = len(raw)
            if size > limit:
                yield b"", offset, size, line, Flaw.TOO_LONG
            else:
                yield raw, offset, size, line, Flaw.NONE
            offset += len(piece) + 1
            line += 1
        if len(carried) > limit:
            passed, carried, past = _pass_over(stream, newline, len(carried))
            yield b"", offset, passed, line, Flaw.TOO_LONG
            offset += passed + past
            line += past


def _pass_over(stream: BinaryIO, newline: bytes, passed: int) -> tuple[int, bytes, int]:
    """Read on to the end of a line that is too long; return (its length, what was read beyond, 1 where it ended)."""
    while block := stream.read(BLOCK_BYTES):
        at = block.find(newline)
        if at >= 0:
            return passed + at, block[at + 1 :], 1
        passed += len(block)
    return passed, b"", 0


def line_at(stream: BinaryIO, shape: Shape, *, start: int, line: int, offset: int) -> int:
    """Return the number of the line that holds the offset, by counting line ends from a line's known start."""
    stream.seek(start)
    left = offset - start
    while left > 0 and (block := stream.read(min(left, BLOCK_BYTES))):
        line += block.count(shape.newline)
        left -= len(block)
    return line
