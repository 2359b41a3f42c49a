"""Split the bytes of an interchange into segments with their places, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

from tidewaiter.stages.receive.edifact.charsets import UNKNOWN, Charset, decoded
from tidewaiter.stages.receive.edifact.segments import BLANKS, LEVEL_B, UNA_LENGTH, Segment, ServiceCharacters, split

CHUNK_BYTES = 262_144
"""How much is read at a time, in bytes."""

_NEAR = 12
"""How far from an advice that is no use the interchange is looked for, in bytes."""


class Tokens:
    """The segments of a stream of bytes, from an offset on.

    Service characters and character set are those that `use` was told last; they hold from the next segment on. A
    service string advice counts at the very start and directly after `boundary` was called; anywhere else its
    letters are text. `advice` is the last one read, as text.
    """

    def __init__(self, stream: BinaryIO, *, offset: int = 0, line: int = 1, segment_bytes_max: int) -> None:
        self.characters = ServiceCharacters()
        self.charset: Charset = UNKNOWN
        self._outside: re.Pattern[str] | None = None
        self.advice: str | None = None
        self.bad_advice: str | None = None
        self.offset = offset
        self.line = line
        self._stream = stream
        self._at = offset
        self._text = ""
        self._ended = False
        self._pieces: list[str] = []
        self._next = 0
        self._boundary = True
        self.segment_bytes_max = segment_bytes_max
        self._beginning = ""
        self._dropped = self._dropped_lines = 0

    def use(self, characters: ServiceCharacters, charset: Charset) -> None:
        """Take other service characters and another character set from the next segment on."""
        self._resplit(characters)
        self.characters, self.charset = characters, charset
        self._outside = _outside(charset, characters)

    def boundary(self) -> None:
        """Say that an interchange has ended: the standard service characters hold, and an advice may follow."""
        self._resplit(ServiceCharacters())
        self.characters, self.charset, self._outside = ServiceCharacters(), UNKNOWN, None
        self.advice = self.bad_advice = None
        self._boundary = True

    def __iter__(self) -> Iterator[Segment]:
        """Yield the segments one after the other."""
        while True:
            if self._boundary:
                self._begin()
            if self._next + 1 >= len(self._pieces) and not self._refill():
                segment = self._last()
                if segment is not None:
                    yield segment
                return
            piece = self._pieces[self._next]
            self._next += 1
            if not piece and not self._beginning:
                self.offset += 1
                continue
            segment = self._segment(piece)
            if segment is not None:
                yield segment

    def _begin(self) -> None:
        """Read the service string advice, where there is one, at the start of an interchange."""
        self._boundary = False
        if self._begins_alike():
            return
        self._unsplit()
        while True:
            blank = len(self._text) - len(self._text.lstrip(BLANKS))
            self._pass(blank)
            if len(self._text) >= UNA_LENGTH or not self._read():
                break
        if self._text.startswith(f"UNB{LEVEL_B.element}"):
            self.characters = LEVEL_B
        elif self._text.startswith("UNA") and len(self._text) >= UNA_LENGTH:
            advice = self._text[:UNA_LENGTH]
            characters = ServiceCharacters.of(advice)
            if characters.sound:
                self.characters, self.advice = characters, advice
            else:
                self.bad_advice = advice
            self._pass(UNA_LENGTH)
            following = self._text.find("UNB", 0, _NEAR)
            if self.bad_advice is not None and following > 0:
                self._pass(following)

    def _begins_alike(self) -> bool:
        """Say whether the pieces at hand go on with an interchange that is split as they are; pass its advice."""
        piece = self._pieces[self._next] if self._next + 1 < len(self._pieces) else ""
        begun = piece.lstrip(BLANKS)
        if not begun.startswith("UNA"):
            return bool(begun) and not begun.startswith(f"UNB{LEVEL_B.element}")
        advice = begun + self.characters.terminator
        characters = ServiceCharacters.of(advice) if len(advice) == UNA_LENGTH else None
        if characters is None or not characters.sound or not _splits_alike(characters, self.characters):
            return False
        self.characters, self.advice = characters, advice
        self.line += piece.count("\n")
        self.offset += len(piece) + 1
        self._next += 1
        return True

    def _pass(self, count: int) -> None:
        """Go past so many characters of the text at hand."""
        self.line += self._text.count("\n", 0, count)
        self.offset += count
        self._text = self._text[count:]

    def _resplit(self, characters: ServiceCharacters) -> None:
        """Put the pieces together again where other service characters split them elsewhere."""
        if not _splits_alike(characters, self.characters):
            self._unsplit()

    def _unsplit(self) -> None:
        """Put the pieces that were not taken yet together again."""
        if self._pieces:
            self._text = self.characters.terminator.join(self._pieces[self._next :])
            self._pieces, self._next = [], 0

    def _read(self) -> bool:
        """Read some more of the stream; say whether there was any."""
        if self._ended:
            return False
        self._stream.seek(self._at)
        raw = self._stream.read(CHUNK_BYTES)
        self._at += len(raw)
        self._ended = not raw
        self._text += raw.decode("latin-1")
        return bool(raw)

    def _refill(self) -> bool:
        """Split more of the stream into pieces, so that at least one is whole; say whether one is."""
        self._unsplit()
        terminator, release = self.characters.terminator, self.characters.release
        while True:
            inside = self._beginning and _up_to_terminator(self.characters).match(self._text) is None
            pieces = [self._text] if inside else self._text.split(terminator)
            if len(pieces) > 1 and release and release in self._text:
                pieces = _rejoined(pieces, terminator, release)
            if len(pieces) > 1:
                self._text = ""
                self._pieces, self._next = pieces, 0
                return True
            if len(self._text) > self.segment_bytes_max:
                self._skip()
            if not self._read():
                return False

    def _skip(self) -> None:
        """Drop what there is of a segment that is too long, but for its beginning.

        Where that ends in a release character for what follows, it is left to release it.
        """
        self._pass(len(self._text) - len(self._text.lstrip(BLANKS)) if not self._beginning else 0)
        if len(self._text) > self.segment_bytes_max or self._beginning:
            text, release = self._text, self.characters.release
            self._beginning = self._beginning or self._cut(text)
            self._text = release * (_trailing(text, release) % 2) if release else ""
            self._dropped += len(text) - len(self._text)
            self._dropped_lines += text.count("\n")

    def _cut(self, text: str) -> str:
        """Return as much of a segment that is too long as is read: half of what it may have."""
        kept = text[: self.segment_bytes_max // 2]
        return kept.rstrip(self.characters.release) if self.characters.release else kept

    def _last(self) -> Segment | None:
        """Return what follows the last terminator, where that is more than blanks."""
        self._unsplit()
        text, self._text = self._text, ""
        if not text.strip(BLANKS + "\x1a"):
            self.offset += len(text)
            return None
        segment = self._segment(text)
        if segment is not None:
            segment.flaws += ("unterminated",)
        return segment

    def _segment(self, piece: str) -> Segment | None:
        """Make a segment of a piece between two terminators; None where there is nothing in it."""
        if len(piece) > self.segment_bytes_max or self._beginning:
            found = self._too_long(piece)
            if found is not None:
                return found
        body = piece.lstrip(BLANKS) if piece[:1] <= " " else piece
        offset, line = self.offset + len(piece) - len(body), self.line
        self.offset += len(piece) + 1
        length = len(body)
        flaws: tuple[str, ...] = ()
        if "\n" in piece or "\r" in piece:
            self.line += piece.count("\n")
            line += piece.count("\n", 0, len(piece) - len(body))
            if "\n" in body or "\r" in body:
                flaws = ("wrapped",)
                body = _unwrapped(body)
        return self._made(body, flaws, offset, length, line) if body else None

    def _too_long(self, piece: str) -> Segment | None:
        """Make a segment of the beginning of one that is too long; None for one that is only after many blanks."""
        blank = len(piece) - len(piece.lstrip(BLANKS)) if not self._beginning else 0
        if len(piece) - blank <= self.segment_bytes_max and not self._beginning:
            return None
        offset, line = self.offset + blank, self.line + piece.count("\n", 0, blank)
        length = self._dropped + len(piece) - blank
        body = self._beginning or self._cut(piece[blank:])
        self.offset += self._dropped + len(piece) + 1
        self.line += self._dropped_lines + piece.count("\n")
        self._beginning, self._dropped, self._dropped_lines = "", 0, 0
        return self._made(_unwrapped(body), ("segment-too-long",), offset, length, line)

    def _made(self, body: str, flaws: tuple[str, ...], offset: int, length: int, line: int) -> Segment:
        """Make a segment of its text."""
        clean = True
        if not body.isascii():
            body, clean = decoded(body, self.charset)
        if not clean or (self._outside is not None and self._outside.search(body)):
            flaws = (*flaws, "charset-character")
        segment = split(body, self.characters, offset, length, line)
        if flaws:
            segment.flaws += flaws
        return segment


def _unwrapped(text: str) -> str:
    """Return a text without its line ends."""
    return text.replace("\r", "").replace("\n", "")


@lru_cache(maxsize=64)
def _up_to_terminator(characters: ServiceCharacters) -> re.Pattern[str]:
    """Return what matches the rest of a segment with its terminator, however much is released in it."""
    terminator, release = re.escape(characters.terminator), re.escape(characters.release)
    if not release:
        return re.compile(f"[^{terminator}]*+{terminator}")
    return re.compile(f"(?:[^{release}{terminator}]++|{release}.)*+{terminator}", re.DOTALL)


def _splits_alike(one: ServiceCharacters, other: ServiceCharacters) -> bool:
    """Say whether two sets of service characters split a text into the same segments."""
    return (one.terminator, one.release) == (other.terminator, other.release)


def _trailing(text: str, sign: str) -> int:
    """Return how often a sign stands at the end of a text."""
    return len(text) - len(text.rstrip(sign))


def _rejoined(pieces: list[str], terminator: str, release: str) -> list[str]:
    """Put together again what was split at a released terminator."""
    joined: list[str] = []
    held: list[str] = []
    for piece in pieces:
        if piece.endswith(release) and _trailing(piece, release) % 2:
            held.append(piece)
        elif held:
            joined.append(terminator.join((*held, piece)))
            held.clear()
        else:
            joined.append(piece)
    if held:
        joined.append(terminator.join(held))
    return joined


@lru_cache(maxsize=64)
def _outside(charset: Charset, characters: ServiceCharacters) -> re.Pattern[str] | None:
    """Return what finds a character that a repertoire does not hold and that is no service character either."""
    if charset.outside is None:
        return None
    strange = "".join(one for one in characters if one and charset.outside.search(one))
    return re.compile(f"(?![{re.escape(strange)}]){charset.outside.pattern}") if strange else charset.outside
