"""Hold the bytes of a JSON document, decode them strictly, and say where its values stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from tidewaiter.stages.receive.json.places import Spans, deeper_than, inner_spans, name_in, skip_space
from tidewaiter.stages.receive.model import Place
from tidewaiter.stages.receive.pointers import escape

Steps = tuple[str | int, ...]
"""The way from a document to a value in it: names of members, and places in lists from 0."""

_AT_BYTE = re.compile(r"(?P<what>.*) \(byte (?P<at>[0-9]+)\)\Z", re.DOTALL)
_LINE_BYTES = 65_536
"""Lines are counted once for every so many bytes."""

_KEY = re.compile(rb'"\s*:')
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
_AFTER_KEY = re.compile(rb"\s*:")


class Numeral(str):
    """The digits of a JSON number that is not a whole one, as they were written."""

    __slots__ = ()


class Malformed(ValueError):
    """A text is not valid JSON: `what` says why, `at` is the byte, `code` the fault."""

    def __init__(self, code: str, what: str, at: int) -> None:
        super().__init__(what)
        self.code, self.what, self.at = code, what, at


class Repeated(NamedTuple):
    """A key that stands once more in its object: its name, and where its repetition starts and ends."""

    name: str
    start: int
    end: int


_decoder = msgspec.json.Decoder(float_hook=Numeral)
_encoder = msgspec.json.Encoder(enc_hook=lambda one: msgspec.Raw(str(one).encode()))


def decoded(raw: bytes, depth_max: int) -> Any:
    """Return the value of a JSON text: numbers with a point or an exponent as Numeral, of a repeated key the last.

    Raises Malformed for anything else, NaN and infinities included, and for what is nested deeper than `depth_max`.
    """
    if raw.count(b"{") + raw.count(b"[") > depth_max and deeper_than(raw, depth_max):
        raise Malformed(code="too-deep", what=str(depth_max), at=0)
    try:
        return _decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        found = _AT_BYTE.match(str(error))
        what = (found["what"] if found else str(error)).removeprefix("JSON is malformed: ")
        raise Malformed(code="malformed-json", what=what, at=int(found["at"]) if found else len(raw)) from error


def encoded(value: Any) -> bytes:
    """Return the JSON text of a value, numerals as they are."""
    return _encoder.encode(value)


def repeated_keys(raw: bytes, value: Any) -> Iterator[Repeated]:
    """Yield the keys of a valid JSON text that stand more than once in one object.

    A text with as many keys as the value that was decoded from it has no such key: then it is not looked through.
    """
    hidden = b"\\u0022" in raw or b"\\u003" in raw
    try:
        if not hidden and len(_KEY.findall(raw)) <= encoded(value).count(b'":'):
            return
    except RecursionError:
        pass  # where the limit of depth was raised far above what can be encoded again, the text is looked through
    yield from _repeated(raw)


def _repeated(raw: bytes) -> Iterator[Repeated]:
    """Look through a text for keys that stand more than once."""
    seen: list[set[str] | None] = []
    for token in _TOKEN.finditer(raw):
        first = token[0][:1]
        if first == b"{":
            seen.append(set())
        elif first == b"[":
            seen.append(None)
        elif first in (b"}", b"]"):
            if seen:
                seen.pop()
        elif first == b'"' and seen and (keys := seen[-1]) is not None and _AFTER_KEY.match(raw, token.end()):
            name = name_in(token[0])
            if name is None:
                continue
            if name in keys:
                yield Repeated(name, token.start(), token.end())
            keys.add(name)


class Source:
    """The bytes of one document, which stand at an offset of the whole source, on a line from 1."""

    def __init__(self, raw: bytes, offset: int = 0, line: int = 1) -> None:
        self.raw, self.offset, self.line = raw, offset, line
        self._inside: list[tuple[Steps, Spans]] = []
        self._lines: list[int] = []

    def place(self, steps: Steps) -> Place:
        """Return where a value stands; of what is absent, where the part around it stands."""
        while steps:
            span = self.span(steps)
            if span is not None:
                return self.stretch(*span)
            steps = steps[:-1]
        return self.stretch(0, len(self.raw))

    def stretch(self, start: int, end: int) -> Place:
        """Return the place of the bytes from start to end."""
        if not self._lines:
            self._lines.append(self.line)
            for at in range(0, len(self.raw), _LINE_BYTES):
                self._lines.append(self._lines[-1] + self.raw.count(b"\n", at, at + _LINE_BYTES))
        block = start // _LINE_BYTES
        line = self._lines[block] + self.raw.count(b"\n", block * _LINE_BYTES, start)
        return Place(offset=self.offset + start, length=end - start, line=line)

    def span(self, steps: Steps) -> tuple[int, int] | None:
        """Return the (start, end) of a value, or None where there is none."""
        if not steps:
            return skip_space(self.raw, 0), len(self.raw)
        return self.inside(steps[:-1]).get(steps[-1])

    def inside(self, steps: Steps) -> Spans:
        """Return where what the value at these steps holds stands.

        What was asked for last at each depth is remembered, so that asking in the document's order reads it once.
        """
        depth = len(steps)
        if depth < len(self._inside) and self._inside[depth][0] == steps:
            return self._inside[depth][1]
        span = self.span(steps)
        found = inner_spans(self.raw, span[0]) if span is not None else Spans()
        del self._inside[depth:]
        if depth == len(self._inside):
            self._inside.append((steps, found))
        return found


def pointer_of(steps: Sequence[str | int]) -> str:
    """Return the RFC 6901 pointer of the steps."""
    return "".join(f"/{escape(str(step))}" for step in steps)
