"""Parse an XML document from untrusted bytes: no document type, entities or network; within limits."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from xml.parsers import expat

from lxml import etree
from msgspec.structs import replace

from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.faults import fault, shown
from tidewaiter.stages.receive.model import Fault, Place

_CUT_OFF = frozenset((3, 5, 6, 20))
"""Codes of expat that say that the input ends too early: no element, token, character or CDATA section left open."""

_INVALID_TOKEN = 4
_DOCUMENT_TYPE = "xml-dtd"
_DECLARATION = re.compile(r"\A<\?xml[^>]*\?>")
_ELEMENTS, _LEVELS, _ATTRIBUTES = "elements", "levels", "attributes of one element"
_STRETCH = "bytes between two tags"
"""What there may be too many of."""


class Parsed(NamedTuple):
    """A document: its root, or None where nothing can be read; `raw` are its bytes, without those that are no text."""

    root: etree._Element | None
    faults: tuple[Fault, ...]
    raw: bytes


class _Refused(Exception):
    """The document is one that is not read; `code` is one of FAULTS."""

    def __init__(self, code: str, params: Mapping[str, str | int]) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def _beyond(what: str, most: int) -> _Refused:
    """Return the refusal of a document with more of something than may be."""
    return _Refused("xml-limit", {"what": what, "expected": most})


def parse(raw: bytes, settings: Settings) -> Parsed:
    """Return the tree of a document and what is wrong with it; never raises.

    Of a document that goes wrong somewhere, what stands whole before that is read. One with a document type, and one
    beyond a limit, is not read at all: the check runs before a tree is built.
    """
    if len(raw) > settings.xml_bytes_max:
        found = fault("document-too-long", place=_at(0, 1), found=len(raw), expected=settings.xml_bytes_max)
        return Parsed(None, (found,), raw)
    faults: list[Fault] = []
    scan = _Scan(raw, settings)
    if scan.code == _INVALID_TOKEN and (mended := _mended(raw, scan.encoding)) is not None:
        raw, place = mended
        faults.append(fault("encoding", place=place, expected=scan.encoding))
        scan = _Scan(raw, settings)
    if scan.fault is not None:
        faults.append(scan.fault)
    whole = scan.whole()
    if whole is None:
        return Parsed(None, tuple(faults), raw)
    root, found_here = _tree(_narrow(whole, scan.encoding), sound=scan.fault is None)
    return Parsed(root, (*faults, *found_here), raw)


def wide_encoding(raw: bytes) -> str | None:
    """Return the codec of a document in which every character takes two bytes or four, by its first ones, or None."""
    if raw.startswith(b"\xff\xfe") or raw[1:2] == b"\x00":
        return "utf-16-le"
    return "utf-16-be" if raw.startswith((b"\xfe\xff", b"\x00")) else None


class _Scan:
    """One pass over a document that builds nothing: is it well-formed, without document type, within the limits?"""

    def __init__(self, raw: bytes, settings: Settings) -> None:
        self._raw, self._settings = raw, settings
        self.encoding = wide_encoding(raw) or "utf-8"
        self.fault: Fault | None = None
        self.code = 0
        self._refused = False
        self._open: list[str] = []
        self._elements = 0
        self._last, self._opening = 0, False
        self._parser = parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = self._document_type
        parser.StartElementHandler, parser.EndElementHandler = self._handlers()
        self._run()

    def _handlers(self) -> tuple[Callable[[str, list[str]], None], Callable[[str], None]]:
        """Return what is called at each start and end tag; bound to locals, since they run once a tag."""
        parser, opened, settings = self._parser, self._open, self._settings
        depth_max, text_max = settings.xml_depth_max, settings.xml_text_bytes_max
        elements_max, attributes_max = settings.xml_elements_max, settings.xml_attributes_max * 2

        def start(name: str, attributes: list[str]) -> None:
            at = parser.CurrentByteIndex
            if at - self._last > text_max:
                raise _beyond(_STRETCH, text_max)
            opened.append(name)
            self._last, self._opening = at, True
            self._elements += 1
            if self._elements > elements_max:
                raise _beyond(_ELEMENTS, elements_max)
            if len(opened) > depth_max:
                raise _beyond(_LEVELS, depth_max)
            if len(attributes) > attributes_max:
                raise _beyond(_ATTRIBUTES, attributes_max // 2)

        def end(_: str) -> None:
            at = parser.CurrentByteIndex
            if at - self._last > text_max:
                raise _beyond(_STRETCH, text_max)
            opened.pop()
            self._last, self._opening = at, False

        return start, end

    def _run(self) -> None:
        """Run over the document and note where it goes wrong."""
        parser = self._parser
        try:
            parser.Parse(self._raw, True)  # noqa: FBT003 - expat's own signature
        except _Refused as error:
            self._refused = True
            place = self._refusal_place(error.code)
            self.fault = replace(fault(error.code, place=place), params=dict(error.params))
        except expat.ExpatError as error:
            self.code = error.code
            at = parser.ErrorByteIndex if parser.ErrorByteIndex >= 0 else len(self._raw)
            place = _at(at, int(at < len(self._raw)), error.lineno)
            name = "cut-off" if error.code in _CUT_OFF else "xml-malformed"
            self.fault = fault(name, place=place, found=expat.ErrorString(error.code) or "not XML")

        except (LookupError, ValueError):  # from the codec that expat asks for
            self._refused = True
            found = shown(f"the encoding {self.encoding} cannot be read")
            self.fault = fault("xml-malformed", place=_at(0, 1), found=found)

    def _refusal_place(self, code: str) -> Place:
        """Return where the document became one that is not read: the last tag, or where its document type begins."""
        at, length = self._last, 1
        if code == _DOCUMENT_TYPE:
            mark = "<!DOCTYPE".encode(self.encoding if self.encoding.startswith("utf-16") else "ascii")
            at = min(self._parser.CurrentByteIndex, len(self._raw) - 1)
            begun = self._raw.rfind(mark, 0, at + 1)
            at, length = (begun, len(mark)) if begun >= 0 else (at, length)
        return _at(at, length, self._raw.count(b"\n", 0, at) + 1)

    def _declared(self, _: str, encoding: str | None, __: int) -> None:
        """Note the declared encoding; that of the first bytes is stronger."""
        if encoding and self.encoding == "utf-8":
            self.encoding = encoding.lower()

    @staticmethod
    def _document_type(*_: object) -> None:
        """Refuse a document type, before anything that it declares is looked at."""
        raise _Refused(_DOCUMENT_TYPE, {})

    def whole(self) -> bytes | None:
        """Return the document as far as it can be read, with its open elements closed; None where it cannot be.

        An element that breaks off in its own text is left out, since what stands there is not what was meant.
        """
        if self.fault is None:
            return self._raw
        if self._refused or self._elements == 0:
            return None
        opened, cut = self._open, self._last
        if self._opening:
            opened = opened[:-1]
            if not opened:
                return None
        elif self._raw.startswith("</".encode(self.encoding), cut):
            mark = ">".encode(self.encoding)
            cut = self._raw.find(mark, cut) + len(mark)
        closing = "".join(f"</{name}>" for name in reversed(opened))
        return self._raw[:cut] + closing.encode(self.encoding)


def _narrow(raw: bytes, encoding: str) -> bytes:
    """Return a document in UTF-16 as one in UTF-8, since not every way to begin one is known to libxml2."""
    if not encoding.startswith("utf-16"):
        return raw
    text = raw.decode(encoding, "replace").removeprefix("\ufeff")
    return _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


def _parser(*, recover: bool) -> etree.XMLParser:
    """Return a parser that loads nothing and resolves nothing."""
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        recover=recover,
    )


def _tree(raw: bytes, *, sound: bool) -> tuple[etree._Element | None, tuple[Fault, ...]]:
    """Return the root of a scanned document; prefixes that were never declared are said and read over."""
    faults: tuple[Fault, ...] = ()
    try:
        root = etree.fromstring(raw, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        place = Place(line=error.lineno) if error.lineno else None
        if sound:
            faults = (fault("xml-malformed", place=place, found=shown(error.msg or "not XML")),)
        try:
            root = etree.fromstring(raw, _parser(recover=True))
        except etree.XMLSyntaxError:
            return None, faults
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        return None, faults
    return root, faults


def _mended(raw: bytes, encoding: str) -> tuple[bytes, Place] | None:
    """Return UTF-8 with a question mark for each byte that is none, so that all others keep their place.

    None where there is no such byte, and for other encodings: there, every byte is some character.
    """
    if encoding not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return None
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        place = _at(error.start, error.end - error.start, line)
        return raw.decode("utf-8", _AS_MARKS).encode(), place
    return None


def _as_marks(error: UnicodeError) -> tuple[str, int]:
    """Stand a question mark for each byte that cannot be read."""
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - registered for decoding alone
    return "?" * (error.end - error.start), error.end


_AS_MARKS = "tidewaiter-as-marks"
codecs.register_error(_AS_MARKS, _as_marks)


def _at(offset: int, length: int, line: int = 1) -> Place:
    """Return a place in the document's bytes."""
    return Place(offset=offset, length=length, line=line)
