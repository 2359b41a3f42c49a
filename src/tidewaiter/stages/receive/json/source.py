"""Hold the bytes of a JSON document, decode them strictly, and say where its values stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from tidewaiter.stages.receive.json.places import depth_of, item_spans, name_in, value_span
from tidewaiter.stages.receive.model import Place
from tidewaiter.stages.receive.pointers import escape

Steps = tuple[str | int, ...]
"""The way from a document to a value in it: names of members, and places in lists from 0."""

_AT_BYTE = re.compile(r"(?P<what>.*) \(byte (?P<at>[0-9]+)\)\Z", re.DOTALL)
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
    if raw.count(b"{") + raw.count(b"[") > depth_max and depth_of(raw) > depth_max:
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


def repeated_keys(raw: bytes, value: Any) -> list[Repeated]:
    """Return the keys of a valid JSON text that stand more than once in one object.

    A text with as many keys as the value that was decoded from it has no such key: then it is not looked through.
    """
    hidden = b"\\u0022" in raw or b"\\u003" in raw
    try:
        if not hidden and len(_KEY.findall(raw)) <= encoded(value).count(b'":'):
            return []
    except RecursionError:
        pass  # where the limit of depth was raised far above what can be encoded again, the text is looked through
    return list(_repeated(raw))


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
            if name is not None and name in keys:
                yield Repeated(name, token.start(), token.end())
            keys.add(name or "")


class Source:
    """The bytes of one document, which stand at an offset of the whole source, on a line from 1."""

    def __init__(self, raw: bytes, offset: int = 0, line: int = 1) -> None:
        self.raw, self.offset, self.line = raw, offset, line
        self._items: dict[Steps, list[tuple[int, int]]] = {}
        self._newlines: list[int] | None = None

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
        if self._newlines is None:
            self._newlines = [one.start() for one in re.finditer(rb"\n", self.raw)]
        line = self.line + bisect_right(self._newlines, start - 1)
        return Place(offset=self.offset + start, length=end - start, line=line)

    def span(self, steps: Steps) -> tuple[int, int] | None:
        """Return the (start, end) of a value, or None where there is none.

        The first list on the way is gone through once and remembered, so that asking for each of its items is cheap.
        """
        first = next((at for at, step in enumerate(steps) if isinstance(step, int)), None)
        if first is None:
            return value_span(self.raw, pointer_of(steps))
        items = self.items(steps[:first])
        index = steps[first]
        if not isinstance(index, int) or index >= len(items):
            return None
        start, end = items[index]
        rest = steps[first + 1 :]
        if not rest:
            return start, end
        inside = value_span(self.raw[start:end], pointer_of(rest))
        return None if inside is None else (start + inside[0], start + inside[1])

    def items(self, steps: Steps) -> list[tuple[int, int]]:
        """Return the (start, end) of every whole item of the list at these steps."""
        if steps not in self._items:
            self._items[steps] = item_spans(self.raw, pointer_of(steps))
        return self._items[steps]


def pointer_of(steps: Sequence[str | int]) -> str:
    """Return the RFC 6901 pointer of the steps."""
    return "".join(f"/{escape(str(step))}" for step in steps)
