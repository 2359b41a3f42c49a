"""Find the bytes of elements and attributes of an XML document, by a pass that builds nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import NamedTuple
from xml.parsers import expat

from tidewaiter.stages.receive.xml.parsing import wide_encoding

_TAG = re.compile(r"""<[^\s/>]+((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*/?>""")
_ATTRIBUTE = re.compile(
    r"""\s(?:[^\s=:]+:)?(?P<name>[^\s=:]+)\s*=\s*(?P<quote>["'])(?P<value>.*?)(?P=quote)""", re.DOTALL
)
_STEP = re.compile(r"(?P<name>[^/\[\]]+)(?:\[(?P<number>[0-9]+)\])?")


class Span(NamedTuple):
    """Bytes of a document: where they begin, how many they are, on which line."""

    offset: int
    length: int
    line: int


def element_span(raw: bytes, path: str) -> Span | None:
    """Return the bytes of the text of the element, or of the value of the attribute, at an XPath.

    Of an element with others inside, its own tags and all between. None where there is none such.
    """
    return element_spans(raw, (path,)).get(path)


def element_spans(raw: bytes, paths: Collection[str]) -> Mapping[str, Span]:
    """Return XPath → span of those that are there. A path names local names: `/Declaration/Item[2]/@unit`."""
    return _Finder(raw, {_full(path): path for path in paths}).found


class _Stop(Exception):
    """All was found."""


class _Finder:
    """One pass over a document, looking for paths."""

    def __init__(self, raw: bytes, wanted: Mapping[str, str]) -> None:
        self._raw, self._wanted = raw, wanted
        self._owners = {full.partition("/@")[0] for full in wanted}
        self._encoding = wide_encoding(raw) or ""
        self.found: dict[str, Span] = {}
        self._counts: list[dict[str, int]] = [{}]
        self._starts: list[tuple[str, int, int]] = []
        self._text: int | None = None
        self._inside = False
        self._parser = parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        with suppress(_Stop, expat.ExpatError):  # what stands before a break is found
            parser.Parse(raw, True)  # noqa: FBT003 - expat's own signature

    def _start(self, name: str, attributes: list[str]) -> None:
        """Go into an element."""
        local = name.rpartition(":")[2]
        counts = self._counts[-1]
        counts[local] = counts.get(local, 0) + 1
        path = f"{self._starts[-1][0] if self._starts else ''}/{local}[{counts[local]}]"
        at, line = self._parser.CurrentByteIndex, self._parser.CurrentLineNumber
        self._starts.append((path, at, line))
        self._counts.append({})
        self._text, self._inside = None, False
        if attributes and path in self._owners:
            self._attributes(path, at, line)

    def _attributes(self, path: str, at: int, line: int) -> None:
        """Note the attributes of an element that are looked for."""
        encoding = self._encoding or "latin-1"
        text = self._raw[at:].decode(encoding, "replace") if self._encoding else self._tag(at)
        tag = _TAG.match(text)
        if tag is None:
            return
        for one in _ATTRIBUTE.finditer(tag[1]):
            full = f"{path}/@{one['name']}"
            if full in self._wanted:
                before = text[: tag.start(1) + one.start("value")]
                offset = at + len(before.encode(encoding))
                self._note(full, Span(offset, len(one["value"].encode(encoding)), line + before.count("\n")))

    def _tag(self, at: int) -> str:
        """Return the text from a start tag on, one character a byte, not longer than needed."""
        end = at
        while True:
            end = self._raw.find(b">", end) + 1
            text = self._raw[at : end or None].decode("latin-1")
            if not end or _TAG.match(text):
                return text

    def _characters(self, _: str) -> None:
        """Note where an element's text begins."""
        if self._text is None and not self._inside:
            self._text = self._parser.CurrentByteIndex

    def _end(self, _: str) -> None:
        """Go out of an element; note its span where it is looked for."""
        path, start, line = self._starts.pop()
        self._counts.pop()
        at = self._parser.CurrentByteIndex
        if path in self._wanted:
            text = self._trimmed(self._text, at) if self._text is not None and not self._inside else None
            if text is not None:
                self._note(path, Span(text[0], text[1], line + self._raw.count(b"\n", start, text[0])))
            else:
                self._note(path, Span(start, self._whole_end(at) - start, line))
        self._text, self._inside = None, True

    def _trimmed(self, start: int, end: int) -> tuple[int, int] | None:
        """Return (offset, length) of a text without the blanks around it, or None where it is nothing else."""
        encoding = self._encoding or "latin-1"
        text = self._raw[start:end].decode(encoding, "replace")
        blanks = " \t\r\n"
        kept = text.strip(blanks)
        if not kept:
            return None
        before = len(text) - len(text.lstrip(blanks))
        return start + len(text[:before].encode(encoding)), len(kept.encode(encoding))

    def _whole_end(self, at: int) -> int:
        """Return where an element ends whose end tag begins at a byte, or that is empty and ends there."""
        encoding = self._encoding or "latin-1"
        if not self._raw.startswith("</".encode(encoding), at):
            return at
        mark = ">".encode(encoding)
        found = self._raw.find(mark, at)
        return at if found < 0 else found + len(mark)

    def _note(self, full: str, span: Span) -> None:
        """Note a span; stop where it was the last."""
        self.found.setdefault(self._wanted[full], span)
        if len(self.found) == len(self._wanted):
            raise _Stop


def _full(path: str) -> str:
    """Return a path with the number of every step but an attribute's."""
    steps = [step for step in path.split("/") if step]
    return "".join(f"/{step}" if step.startswith("@") else f"/{_numbered(step)}" for step in steps)


def _numbered(step: str) -> str:
    """Return a step with its number."""
    found = _STEP.fullmatch(step)
    return f"{found['name']}[{found['number'] or 1}]" if found else step
