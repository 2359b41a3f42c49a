"""Find where a value stands in the bytes of a JSON text, by its RFC 6901 pointer."""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from tidewaiter.stages.receive.model import Place
from tidewaiter.stages.receive.pointers import unescape

# Strings are matched possessively: a pattern that could go back would keep a note of every character, and where a
# string is never closed, look through the rest of the text once for every quotation mark in it.
_SPACE = re.compile(rb"[ \t\r\n]*")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]}]+")
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+|[\[{]|[\]}]', re.DOTALL)


def value_span(raw: bytes, pointer: str) -> tuple[int, int] | None:
    """Return the (start, end) of the pointer's value in valid JSON, or None where there is no such value.

    Of a key that stands more than once the last one counts, as it does for the reader.
    """
    at = skip_space(raw, 0)
    for step in pointer.split("/")[1:]:
        found = _member(raw, at, unescape(step))
        if found is None:
            return None
        at = found
    end = _end(raw, at)
    return None if end is None else (at, end)


class Spans:
    """Where each of the things stands that an object or a list holds; of a list in 16 bytes an item."""

    def __init__(self) -> None:
        self._named: dict[str, tuple[int, int]] = {}
        self._starts = array("q")
        self._ends = array("q")

    def note(self, name: str | None, start: int, end: int) -> None:
        """Note a member of an object, or without a name the next item of a list."""
        if name is None:
            self._starts.append(start)
            self._ends.append(end)
        else:
            self._named[name] = (start, end)

    def get(self, step: str | int) -> tuple[int, int] | None:
        """Return the (start, end) of a member by its name, or of an item by its number, or None."""
        if isinstance(step, str):
            return self._named.get(step)
        return (self._starts[step], self._ends[step]) if 0 <= step < len(self._starts) else None

    def members(self) -> Mapping[str, tuple[int, int]]:
        """Return name → (start, end) of an object's members."""
        return self._named

    def items(self) -> Iterator[tuple[int, int]]:
        """Yield the (start, end) of a list's items."""
        return zip(self._starts, self._ends, strict=True)

    def item_at(self, place: int) -> int | None:
        """Return the number of the item of a list that a byte lies in, or None where it lies in none."""
        at = bisect_right(self._starts, place) - 1
        return at if at >= 0 and place < self._ends[at] else None


def inner_spans(raw: bytes, at: int) -> Spans:
    """Return where all that the object or list at this place holds stands, in its order.

    Where the JSON breaks off, the last ends with it. Of a key that stands more than once the last one counts.
    """
    opening = raw[at : at + 1]
    spans = Spans()
    if opening not in (b"{", b"["):
        return spans
    at = skip_space(raw, at + 1)
    while at < len(raw) and raw[at : at + 1] not in (b"}", b"]"):
        name: str | None = None
        if opening == b"{":
            key = _STRING.match(raw, at)
            if key is None:
                break
            name = name_in(key[0]) or ""
            at = skip_space(raw, skip_space(raw, key.end()) + 1)  # the colon
        end = _end(raw, at) or len(raw)
        spans.note(name, at, end)
        at = skip_space(raw, end)
        if raw[at : at + 1] != b",":
            break
        at = skip_space(raw, at + 1)
    return spans


def _member(raw: bytes, at: int, name: str) -> int | None:
    """Return where the member's value starts in the object or array at this place."""
    opening = raw[at : at + 1]
    if opening not in (b"{", b"[") or (opening == b"[" and not name.isdigit()):
        return None
    at = skip_space(raw, at + 1)
    index, found = 0, None
    while at < len(raw) and raw[at : at + 1] not in (b"}", b"]"):
        if opening == b"{":
            key = _STRING.match(raw, at)
            if key is None:
                return None
            at = skip_space(raw, skip_space(raw, key.end()) + 1)  # the colon
            if name_in(key[0]) == name:
                found = at
        elif str(index) == name:
            return at
        end = _end(raw, at)
        if end is None:
            return found
        at = skip_space(raw, end)
        if raw[at : at + 1] == b",":
            at = skip_space(raw, at + 1)
        index += 1
    return found


def _end(raw: bytes, at: int) -> int | None:
    """Return where the value that starts here ends."""
    first = raw[at : at + 1]
    if first == b'"':
        string = _STRING.match(raw, at)
        return string.end() if string else None
    if first not in (b"{", b"["):
        scalar = _SCALAR.match(raw, at)
        return scalar.end() if scalar else None
    depth = 0
    for token in _TOKEN.finditer(raw, at):
        if token[0] in (b"{", b"["):
            depth += 1
        elif token[0] in (b"}", b"]"):
            depth -= 1
            if not depth:
                return token.end()
    return None


def deeper_than(raw: bytes, most: int) -> bool:
    """Say whether the JSON is nested deeper than so many levels; look no further than to where it is."""
    depth = 0
    for token in _TOKEN.finditer(raw):
        if token[0] in (b"{", b"["):
            depth += 1
            if depth > most:
                return True
        elif token[0] in (b"}", b"]"):
            depth -= 1
    return False


def depth_of(raw: bytes) -> int:
    """Return how deep the JSON is nested, without parsing it."""
    depth = deepest = 0
    for token in _TOKEN.finditer(raw):
        if token[0] in (b"{", b"["):
            depth += 1
            deepest = max(deepest, depth)
        elif token[0] in (b"}", b"]"):
            depth -= 1
    return deepest


def name_in(quoted: bytes) -> str | None:
    """Return what a JSON string says, or None where it is not one."""
    if b"\\" not in quoted:
        return quoted[1:-1].decode("utf-8", "replace")
    try:
        return str(json.loads(quoted))
    except ValueError:
        return None


def skip_space(raw: bytes, at: int) -> int:
    """Pass over white space."""
    space = _SPACE.match(raw, at)
    return space.end() if space else at


def locate_value(raw: bytes, path: str, *, offset: int, line: int) -> Place | None:
    """Return where the value at a pointer stands in a JSON line that starts at an offset; else the part around it."""
    while True:
        span = value_span(raw, path)
        if span is not None:
            return Place(offset=offset + span[0], length=span[1] - span[0], line=line)
        if "/" not in path:
            return None
        path = path.rsplit("/", 1)[0]
