"""Split the bytes of an interchange into segments, elements and components, each with its place, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO, NamedTuple

import msgspec

from tidewaiter.stages.receive.edifact.charsets import UNKNOWN, Charset, decoded

CHUNK_BYTES = 262_144
"""How much is read at a time, in bytes."""

BLANKS = " \t\r\n\x00"
"""What may stand between segments without being part of one."""

UNA_LENGTH = 9
_NEAR = 12
"""How far from an advice that is no use the interchange is looked for, in bytes."""


class ServiceCharacters(NamedTuple):
    """The characters that structure an interchange (UNA, ISO 9735-1, 7.1). No repetition is an empty text."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = ""
    terminator: str = "'"

    @classmethod
    def of(cls, advice: str) -> ServiceCharacters:
        """Return what a service string advice (nine characters that begin with UNA) says; a blank is none."""
        component, element, decimal, release, repetition, terminator = tuple(advice[3:UNA_LENGTH])
        if decimal in BLANKS:
            decimal = cls._field_defaults["decimal"]
        return cls(component, element, decimal, release.strip(" "), repetition.strip(" "), terminator)

    @property
    def sound(self) -> bool:
        """Whether they can structure anything: none is a letter, a digit or a blank, and no two are the same.

        The information separators of level B (1C to 1F) are no blanks, though Python takes them for such.
        """
        used = [self.component, self.element, self.terminator, *filter(None, (self.release, self.repetition))]
        return len(set(used)) == len(used) and not any(one.isalnum() or one in BLANKS for one in used)


LEVEL_B = ServiceCharacters("\x1f", "\x1d", ".", "", "", "\x1c")
"""The information separators that level B of syntax version 1 to 3 has without an advice (ISO 9735:1988, level B)."""


Elements = tuple[tuple[str, ...], ...]
"""A segment's elements, each as its components."""


class Segment(msgspec.Struct, gc=False):
    """One segment: its tag, and its elements as components, the tag not among them.

    `offset` and `length` are bytes of the source, from the tag to before the terminator; `line` counts from 1.
    `more` holds the repetitions of an element after its first, by the element's index (syntax version 4). `flaws` are
    codes of what was tolerated or could not be read. Nothing in it is of interest to the collector of garbage, which
    would otherwise take longer over a large message than its reading does.
    """

    tag: str
    elements: Elements
    offset: int
    length: int
    line: int
    more: dict[int, Elements] | None = None
    flaws: tuple[str, ...] = ()

    def text(self, element: int, component: int = 0) -> str:
        """Return a component's text by its index, empty where there is none."""
        if element < len(self.elements):
            components = self.elements[element]
            if component < len(components):
                return components[component].strip()
        return ""


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
        if characters != self.characters:
            self._unsplit()
        self.characters, self.charset = characters, charset
        self._outside = _outside(charset, characters)

    def boundary(self) -> None:
        """Say that an interchange has ended: the standard service characters hold, and an advice may follow."""
        self._unsplit()
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
            segment = self._segment(piece)
            if segment is not None:
                yield segment

    def _begin(self) -> None:
        """Read the service string advice, where there is one, at the start of an interchange."""
        self._boundary = False
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

    def _pass(self, count: int) -> None:
        """Go past so many characters of the text at hand."""
        self.line += self._text.count("\n", 0, count)
        self.offset += count
        self._text = self._text[count:]

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
            pieces = self._text.split(terminator)
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
        segment = _split(body, self.characters, offset, length, line)
        if flaws:
            segment.flaws += flaws
        return segment


def _unwrapped(text: str) -> str:
    """Return a text without its line ends."""
    return text.replace("\r", "").replace("\n", "")


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


def _split(body: str, characters: ServiceCharacters, offset: int, length: int, line: int) -> Segment:
    """Split a segment's text into its tag, elements and components."""
    component, element, _, release, repetition, _ = characters
    if (release and release in body) or (repetition and repetition in body):
        return _carefully(body, characters, offset, length, line)
    tag, *rest = body.split(element)
    elements = tuple([tuple(one.split(component)) for one in rest])
    segment = Segment(tag, elements, offset, length, line)
    if len(tag) != _TAG_LENGTH or not tag.isupper():
        _nest(segment, tag.split(component))
    return segment


_TAG_LENGTH = 3
_TAG_CASE = "tag-case"


def _nest(segment: Segment, parts: list[str]) -> None:
    """Take a tag that has blanks, or explicit nesting and repetition (ISO 9735-1, 8.3), apart."""
    tag = parts[0].strip()
    segment.tag = tag.upper() if len(tag) == _TAG_LENGTH and tag.isascii() else tag
    if segment.tag != tag:
        segment.flaws = (_TAG_CASE,)


@lru_cache(maxsize=64)
def _outside(charset: Charset, characters: ServiceCharacters) -> re.Pattern[str] | None:
    """Return what finds a character that a repertoire does not hold and that is no service character either."""
    if charset.outside is None:
        return None
    strange = "".join(one for one in characters if one and charset.outside.search(one))
    return re.compile(f"(?![{re.escape(strange)}]){charset.outside.pattern}") if strange else charset.outside


@lru_cache(maxsize=64)
def _pattern(characters: ServiceCharacters) -> re.Pattern[str]:
    """Return what finds a released character or a separator."""
    separators = "".join(
        map(re.escape, filter(None, (characters.component, characters.element, characters.repetition)))
    )
    if not characters.release:
        return re.compile(f"(?P<mark>[{separators}])")
    return re.compile(f"{re.escape(characters.release)}(?P<plain>.)|(?P<mark>[{separators}])", re.DOTALL)


def _carefully(body: str, characters: ServiceCharacters, offset: int, length: int, line: int) -> Segment:
    """Split a segment in which something is released or repeated."""
    repeats: list[list[list[str]]] = [[[""]]]
    at = 0
    for found in _pattern(characters).finditer(body):
        here = repeats[-1][-1]
        here[-1] += body[at : found.start()]
        at = found.end()
        mark = found["mark"]
        if mark is None:
            here[-1] += found["plain"]
        elif mark == characters.element:
            repeats.append([[""]])
        elif mark == characters.component:
            here.append("")
        else:
            repeats[-1].append([""])
    repeats[-1][-1][-1] += body[at:]
    segment = Segment("", tuple([tuple(one[0]) for one in repeats[1:]]), offset, length, line)
    _nest(segment, repeats[0][0])
    more = {index: tuple(map(tuple, one[1:])) for index, one in enumerate(repeats[1:]) if len(one) > 1}
    segment.more = more or None
    return segment


def span(
    text: str, characters: ServiceCharacters, element: int, component: int = -1, *, repetition: int = 0
) -> tuple[int, int]:
    """Return (start, length) of an element, or of a component of it, in a segment's text one character a byte.

    `element` counts from 0 without the tag, -1 is the tag; `component` from 0, -1 is the whole element. What is absent
    stands at the end of what is there.
    """
    marks = [(found.start(), found["mark"]) for found in _pattern(characters).finditer(text) if found["mark"]]
    start, end = _between(marks, characters.element, element + 1, 0, len(text))
    if characters.repetition and element >= 0:
        start, end = _between(marks, characters.repetition, repetition, start, end)
    if component >= 0:
        start, end = _between(marks, characters.component, component, start, end)
    return start, end - start


def _between(marks: list[tuple[int, str]], mark: str, number: int, start: int, end: int) -> tuple[int, int]:
    """Return the nth stretch between marks of a kind inside a stretch."""
    edges = [start - 1, *(at for at, one in marks if one == mark and start <= at < end), end]
    if number + 1 >= len(edges):
        return end, end
    return edges[number] + 1, edges[number + 1]
