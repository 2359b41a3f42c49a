"""Cut the stretch of a source around a place, as one line of text with carets under the place."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from rich.cells import cell_len

if TYPE_CHECKING:
    from tidewaiter.stages.receive import Head, Place

AROUND_OCTETS = 200
"""How much of a long line is shown before and after a place, in bytes."""

_SEGMENT_OCTETS = 2_048
"""How far back the beginning of a segment is looked for, in bytes."""

_LINE_OCTETS = 1_048_576
"""How much is read at a time where a line is looked for by its number, in bytes."""

_CUT = "…"
_EDIFACT = "edifact"
_ADVICE = re.compile(rb"UNA.{6}", re.DOTALL)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Excerpt(NamedTuple):
    """A line of text around a place; `start` and `length` of the carets are columns of a terminal."""

    text: str
    start: int
    length: int

    @property
    def carets(self) -> str:
        """The line to write under the text."""
        return " " * self.start + "^" * self.length


class Written(NamedTuple):
    """How a source is written: its encoding (None: told from the bytes), and for UN/EDIFACT what ends a segment.

    `terminator` and `release` are single bytes; without a terminator the source's lines are shown.
    """

    encoding: str | None = None
    terminator: bytes = b""
    release: bytes = b""


def written(stream: BinaryIO, head_format: str, encoding: str | None = None, form: str | None = None) -> Written:
    """Say how a source is written, by its format, its encoding where that is known, and its record's form."""
    at = stream.tell()
    stream.seek(0)
    start = stream.read(512)
    stream.seek(at)
    if head_format == _EDIFACT:
        return _interchange(start, form)
    bom = next((name for mark, name in _BOMS if start.startswith(mark)), None)
    declared = _XML_ENCODING.search(start)
    return Written(encoding or bom or (_known(declared[1].decode()) if declared is not None else None))


def written_of(stream: BinaryIO, head: Head, form: str | None = None) -> Written:
    """Say how a source is written, by its head and its record's form."""
    return written(stream, head.format, head.layout.encoding if head.layout is not None else None, form)


def excerpt(stream: BinaryIO, place: Place, how: Written) -> Excerpt | None:
    """Return the line around a place, None where it has no place in the bytes; without a caret where only its line is.

    What is longer than a line of a terminal is cut, with a mark where; the stream stays where it was.
    """
    if place.offset is None:
        by_line = place.line is not None and not how.terminator and not (how.encoding or "").startswith("utf-16")
        return _whole_line(stream, place.line, how) if by_line and place.line is not None else None
    at = stream.tell()
    back = _SEGMENT_OCTETS if how.terminator else AROUND_OCTETS
    start = max(0, place.offset - back)
    stream.seek(start)
    before = stream.read(place.offset - start)
    fault = stream.read(min(place.length or 1, AROUND_OCTETS))
    after = stream.read(AROUND_OCTETS)
    stream.seek(at)
    if how.terminator:
        return _segment(before, fault, after, how)
    return _line(before, fault, after, how, cut=start > 0)


def _interchange(start: bytes, form: str | None) -> Written:
    """Say how an interchange is written, by its record's form, else by its own advice."""
    from tidewaiter.stages.receive.edifact.charsets import charset_of

    advice = _ADVICE.match(start.lstrip())
    signs = f"{':+.? '}'" if advice is None else advice[0][3:].decode("latin-1")
    encoding = None
    if form is not None:
        identifier, _, rest = form.split(" ", 2)
        signs, encoding = rest, charset_of(identifier).codec.replace("ascii", "iso8859-1")
    release = signs[3].strip(" ").encode("latin-1", "replace")
    return Written(encoding, signs[5].encode("latin-1", "replace"), release)


def _segment(before: bytes, fault: bytes, after: bytes, how: Written) -> Excerpt:
    """Cut the segment around a place, whatever lines the source has."""
    begin = max((found + 1 for found in _ends(before, how)), default=0)
    before = before[begin:].lstrip(b" \t\r\n\x00")
    cut = len(before) > AROUND_OCTETS
    before = before[-AROUND_OCTETS:]
    ends = _ends(before + fault + after, how)
    end = next((found for found in ends if found >= len(before)), None)
    rest = (fault + after)[: None if end is None else end - len(before)]
    fault, after = rest[: len(fault)], rest[len(fault) :]
    return _shown(
        _text(before, how), _text(fault, how), _text(after, how), cut=(cut, end is None and len(after) >= AROUND_OCTETS)
    )


def _ends(data: bytes, how: Written) -> list[int]:
    """Return where in the data segments end: at every terminator that is not released."""
    found = []
    at = data.find(how.terminator)
    while at >= 0:
        released = 0
        while how.release and data[at - released - 1 : at - released] == how.release:
            released += 1
        if released % 2 == 0:
            found.append(at)
        at = data.find(how.terminator, at + 1)
    return found


def _line(before: bytes, fault: bytes, after: bytes, how: Written, *, cut: bool) -> Excerpt:
    """Cut the line around a place."""
    left, newline, near = _text(before, how).rpartition("\n")
    del left
    here = _text(fault, how).split("\n")[0].rstrip("\r")
    follows = _text(fault + after, how)[len(here) :].split("\n")[0].rstrip("\r")
    return _shown(near, here, follows, cut=(cut and not newline, len(after) >= AROUND_OCTETS and "\n" not in follows))


def _whole_line(stream: BinaryIO, number: int, how: Written) -> Excerpt | None:
    """Return a line by its number, from its first character that is no blank; it has no carets."""
    at, seen, held = stream.tell(), 1, b""
    stream.seek(0)
    while piece := stream.read(_LINE_OCTETS):
        found = piece.count(b"\n")
        if seen + found >= number:
            held = piece
            break
        seen += found
    for _ in range(number - seen):
        held = held.partition(b"\n")[2]
    stream.seek(at)
    text = _text(held[: AROUND_OCTETS * 2], how).split("\n")[0].strip()
    return _shown(text, "", "", cut=(False, len(held) > AROUND_OCTETS * 2))._replace(length=0) if text else None


def _shown(before: str, fault: str, after: str, *, cut: tuple[bool, bool]) -> Excerpt:
    """Put the three parts together, in characters that can be shown."""
    before, fault, after = (_printable(part) for part in (before, fault, after))
    before = (_CUT if cut[0] else "") + before
    after += _CUT if cut[1] else ""
    return Excerpt(before + fault + after, cell_len(before), max(1, cell_len(fault)))


def _printable(text: str) -> str:
    """Return text of one line, with a dot for what cannot be shown."""
    return "".join(one if one.isprintable() else "·" for one in text.removeprefix("\ufeff"))


def _text(data: bytes, how: Written) -> str:
    """Decode a stretch that may begin or end inside a character."""
    if how.encoding is not None and how.encoding != "utf-8":
        return data.decode(how.encoding, errors="replace")
    trimmed = data.lstrip(bytes(range(0x80, 0xC0))) if len(data) > 3 else data  # noqa: PLR2004 - a character's bytes
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(trimmed)
    except UnicodeDecodeError:
        return data.decode("latin-1" if how.encoding is None else "utf-8", errors="replace")


def _known(name: str) -> str | None:
    """Return an encoding's name where there is such an encoding."""
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
