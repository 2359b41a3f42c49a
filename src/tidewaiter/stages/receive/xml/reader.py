"""Read an XML document: the records in it, what is wrong with it, and where each of its fields stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, BinaryIO

from msgspec.structs import replace

from tidewaiter.kernel.errors import SchemaFault
from tidewaiter.kernel.records import Interchange, Message
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.faults import fault, shown
from tidewaiter.stages.receive.lens import MOMENT, BadValue, Lens, Line
from tidewaiter.stages.receive.model import Fault, Head, Place, Reading
from tidewaiter.stages.receive.xml.parsing import parse
from tidewaiter.stages.receive.xml.recognise import Found, described, recognise
from tidewaiter.stages.receive.xml.schemas import Schemas
from tidewaiter.stages.receive.xml.spans import element_spans
from tidewaiter.stages.receive.xml.tree import XmlNode, local_name, reading

_NAMES_MAX = 12
"""Most names of elements in a note."""


class XmlMessage:
    """An XML document opened as a message: its head, and its records."""

    def __init__(self, stream: BinaryIO, head: Head, settings: Settings, schemas: Schemas | None = None) -> None:
        stream.seek(0)
        raw = stream.read(settings.xml_bytes_max + 1)
        self._settings, self._schemas = settings, schemas
        self._length = head.message.byte_length or len(raw)
        self._parsed = parse(raw, settings)
        root = self._parsed.root
        self._found = recognise(root) if root is not None else ()
        self.head = self._head(head)

    def _head(self, head: Head) -> Head:
        """Say of the document what it says of itself."""
        if not self._found:
            return head
        first = self._found[0]
        envelope = _envelope(XmlNode(first.element, reading(first.element).source), head.message.interchange)
        interchange = replace(envelope, format=first.format)
        message = replace(head.message, interchange=interchange, type=first.type, directory=first.directory)
        return replace(head, message=message, notes=(*head.notes, *self._notes()))

    def _notes(self) -> Iterator[str]:
        """Say which elements have no field, so that they are kept in the bytes alone."""
        for found in self._found[:1]:
            known = _names(found.lens)
            names = dict.fromkeys(local_name(one) for one in found.element.iterdescendants())
            unread = [name for name in names if name not in known]
            if unread:
                more = f" and {len(unread) - _NAMES_MAX} more" if len(unread) > _NAMES_MAX else ""
                yield f"Elements without a field, kept in the bytes alone: {', '.join(unread[:_NAMES_MAX])}{more}."

    def readings(self, *, after_number: int = 0, from_offset: int | None = None) -> Iterator[Reading]:
        """Yield the records of the document; they share its bytes and are told apart by their number."""
        del from_offset
        for number, found in enumerate(self._found or (None,), 1):
            if number > after_number:
                yield self._read(number, found)

    def _read(self, number: int, found: Found | None) -> Reading:
        """Read one record, or the message itself where nothing can be read."""
        faults: list[Fault] = list(self._parsed.faults) if number >= len(self._found) else []  # it breaks in the last
        record: Any
        line: Any = 1
        if found is None:
            record = replace(self.head.message, type=None)
            if self._parsed.root is not None:
                record = replace(record, type=shown(local_name(self._parsed.root)))
                place = Place(line=1, xpath=f"/{local_name(self._parsed.root)}")
                faults.append(fault("unknown-message", place=place, found=shown(described(self._parsed.root))))
        else:
            record, bad = found.lens.read(reading(found.element))
            line = found.element.sourceline
            faults += [*self._schema_faults(found), *bad]
        return Reading(
            number=number,
            record=record,
            faults=tuple(_placed(self._parsed.raw, _limited(faults, self._settings.faults_per_record_max))),
            offset=0,
            length=self._length,
            line=line or 1,
            row=number,
            message=None if found is None else self._message(found),
        )

    def _message(self, found: Found) -> Message | None:
        """Return what one of several messages says of its sending, where each says something; of one, the head does."""
        if len(self._found) == 1 or found.format != "ncts-xml":
            return None
        envelope = _envelope(reading(found.element), Interchange(format=found.format, byte_length=self._length))
        return Message(interchange=envelope, type=found.type, directory=found.directory)

    def _schema_faults(self, found: Found) -> Sequence[Fault]:
        """Return what the message breaks of the schema that was loaded for it."""
        if self._schemas is None or any(one.code == "cut-off" for one in self._parsed.faults):
            return ()
        most = self._settings.faults_per_record_max + 1
        try:
            return self._schemas.faults(found.element, most)
        except SchemaFault as error:
            return (fault("schema", what="a schema that can be compiled", where=shown(str(error))),)


def locate_xml(raw: bytes, path: str, *, row: int | None, settings: Settings) -> Place | None:
    """Return where the leaf at an RFC 6901 path of a document's record stands: its bytes, line and XPath.

    `row` is the record's number in the document. The empty path is the whole record; of what is absent, the part
    around it is meant.
    """
    parsed = parse(raw, settings)
    found = recognise(parsed.root) if parsed.root is not None else ()
    number = (row or 1) - 1
    if number >= len(found):
        return Place(offset=0, length=len(raw), line=1) if not path else None
    node = reading(found[number].element)
    place = (found[number].lens.find(node, path) if path else None) or node.place()
    return next(iter(_placed(parsed.raw, (Fault(rule="", code="", place=place),)))).place


def _placed(raw: bytes, faults: Sequence[Fault]) -> Iterator[Fault]:
    """Give the places that are known by their XPath their bytes, in one pass over the document."""
    paths = {one.place.xpath for one in faults if one.place is not None and one.place.xpath is not None}
    spans = element_spans(raw, paths) if paths else {}
    for one in faults:
        span = spans.get(one.place.xpath or "") if one.place is not None else None
        if span is None or one.place is None:
            yield one
        else:
            place = replace(one.place, offset=span.offset, length=span.length, line=span.line)
            yield replace(one, place=place)


def _limited(faults: Sequence[Fault], most: int) -> Sequence[Fault]:
    """Return as many faults as may be said of one record."""
    if len(faults) <= most:
        return faults
    return (*faults[:most], fault("too-many-faults", expected=most))


def _envelope(node: XmlNode, known: Interchange | None) -> Interchange:
    """Return what a message says of its sending: NCTS in its head; what the receiver was told is stronger."""
    known = known or Interchange()
    try:
        prepared = next((MOMENT.read(one) for one in node.select("preparationDateAndTime")), None)
    except BadValue:
        prepared = None
    return replace(
        known,
        sender=known.sender or node.value(("messageSender",)),
        recipient=known.recipient or node.value(("messageRecipient",)),
        control_reference=known.control_reference or node.value(("messageIdentification",)),
        prepared=known.prepared or prepared,
    )


_WITHIN_CODECS = frozenset(
    (
        *("DateTimeString", "DateTime", "Pointer", "DocumentSectionCode", "SequenceNumeric", "TagID", "VersionID"),
        *("TransportEquipment", "ID", "GoodsReference", "declarationGoodsItemNumber", "goodsItemNumber"),
        *("sequenceNumber", "numberOfSeals", "messageSender", "messageRecipient", "messageIdentification"),
        *("messageType", "preparationDateAndTime", "combinedNomenclatureCode", "latitude", "longitude", "null"),
        *("Registration", "Serial_number", "Number", "Commodity_code", "Precision_1", "Precision_2", "code1", "code2"),
        *("Marks1_of_packages", "Marks2_of_packages", "Office_segment", "Customs_clearance_office_code"),
    )
)
"""Names that codecs read below the addresses of their lines, and those that only number or repeat something."""


@cache
def _names(lens: Lens[Any]) -> frozenset[str]:
    """Return the names of the elements that a correspondence reads."""
    return _WITHIN_CODECS | frozenset(_named(lens.lines))


def _named(lines: Iterable[Line]) -> Iterator[str]:
    """Yield the names in the addresses of lines, and in their conditions."""
    for line in lines:
        for address, below in line.addresses():
            for step in address:
                yield from step.names
                for condition in step.conditions:
                    yield from (name for part in condition.path for name in part.split("|"))
            yield from _named(below)
