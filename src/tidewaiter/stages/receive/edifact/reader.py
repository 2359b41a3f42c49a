"""Read interchanges into records: match their messages with tables, look at them through lenses."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import BinaryIO

import msgspec

from tidewaiter.kernel.records import AnyRecord, Interchange, Message
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.edifact.charsets import charset_of
from tidewaiter.stages.receive.edifact.correspondence import Correspondence
from tidewaiter.stages.receive.edifact.correspondences import CORRESPONDENCES
from tidewaiter.stages.receive.edifact.directory import MessageTable, check_segment, message_table, segment_shape
from tidewaiter.stages.receive.edifact.envelopes import Envelopes
from tidewaiter.stages.receive.edifact.letters import Envelope, Form, Letter, directory_of, place_of, type_of
from tidewaiter.stages.receive.edifact.matching import Node as Matched
from tidewaiter.stages.receive.edifact.matching import match
from tidewaiter.stages.receive.edifact.segments import Segment
from tidewaiter.stages.receive.edifact.tags import named
from tidewaiter.stages.receive.edifact.tokens import Tokens
from tidewaiter.stages.receive.edifact.tree import SegmentNode, Source, place_in
from tidewaiter.stages.receive.faults import fault, shown
from tidewaiter.stages.receive.lens import Node, nearest
from tidewaiter.stages.receive.model import Fault, Head, Place, Reading, head_of

BytesAt = Callable[[int, int], bytes]


class EdifactSource:
    """A file of interchanges opened as a message of records."""

    def __init__(self, stream: BinaryIO, *, length: int, sender: str | None, settings: Settings) -> None:
        self._stream = stream
        self._settings = settings
        self.head: Head = _head(stream, length, sender, settings)

    def readings(self, *, after_number: int = 0, from_offset: int | None = None) -> Iterator[Reading]:
        """Yield the readings after the given one; the source is read from its start, for its envelopes' sake."""
        del from_offset
        tokens = Tokens(self._stream, segment_bytes_max=self._settings.edifact_segment_bytes_max)
        number = 0
        segments_max, faults_max = self._settings.edifact_segments_max, self._settings.faults_per_record_max
        for found in Envelopes(tokens, segments_max=segments_max, faults_max=faults_max):
            if isinstance(found, Envelope):
                number += 1
                if number > after_number:
                    yield _of_envelope(found, number)
                continue
            for row, (record, faults, message) in enumerate(self._records(found), start=1):
                number += 1
                if number > after_number:
                    yield Reading(
                        number=number,
                        record=record,
                        faults=faults,
                        offset=found.offset,
                        length=found.length,
                        line=found.line,
                        row=row,
                        form=found.form.text(),
                        message=message,
                    )

    def _records(self, letter: Letter) -> Iterator[tuple[AnyRecord, tuple[Fault, ...], Message]]:
        """Yield the records of one message, with what is wrong; the message's own faults go with the first."""
        message = message_of(letter)
        records, faults = read_letter(letter, self._bytes_at, self._settings)
        if not records:
            records = [(message, ())]
        for index, (record, own) in enumerate(records):
            yield record, (*faults, *own) if not index else own, message

    def _bytes_at(self, offset: int, length: int) -> bytes:
        """Read some of the source again."""
        self._stream.seek(offset)
        return self._stream.read(length)


def _head(stream: BinaryIO, length: int, sender: str | None, settings: Settings) -> Head:
    """Say what the first interchange says of itself."""
    head = head_of("edifact", length, sender, kind="edifact")
    tokens = Tokens(stream, segment_bytes_max=settings.edifact_segment_bytes_max)
    interchange, header = Envelopes(tokens, segments_max=1).opening()
    interchange = interchange or Interchange(format="edifact")
    interchange = msgspec.structs.replace(interchange, byte_length=length, sender=sender or interchange.sender)
    message = Message(interchange=interchange, byte_length=length)
    if header is not None:
        message = msgspec.structs.replace(message, type=type_of(header) or None, directory=directory_of(header) or None)
    return msgspec.structs.replace(head, message=message)


def message_of(letter: Letter) -> Message:
    """Return what a message's header says of it."""
    return Message(
        interchange=letter.interchange,
        group=letter.group,
        reference=letter.reference,
        type=type_of(letter.header) or None,
        directory=directory_of(letter.header) or None,
        byte_length=letter.length,
    )


def _of_envelope(found: Envelope, number: int) -> Reading:
    """Return the reading of an interchange whose envelope is at fault."""
    record = Message(interchange=found.interchange)
    return Reading(
        number=number,
        record=record,
        faults=found.faults,
        offset=found.offset,
        length=min(found.length, _ENVELOPE_BYTES),
        line=found.line,
        form=found.form.text(),
        message=record,
    )


_ENVELOPE_BYTES = 512
"""How much of an interchange is shown for its envelope, in bytes."""


def read_letter(
    letter: Letter, bytes_at: BytesAt, settings: Settings
) -> tuple[list[tuple[AnyRecord, tuple[Fault, ...]]], tuple[Fault, ...]]:
    """Return the records of a message, each with what could not be read of it, and the faults of the whole.

    No records where there is no table or correspondence for its type, or too many segments.
    """
    table, correspondence, faults = _tables(letter)
    if table is None or correspondence is None or not letter.whole:
        return [], faults
    nodes, found = _nodes(letter, table, correspondence, bytes_at, settings.faults_per_record_max)
    return [correspondence.lens.read(one) for one in nodes], (*faults, *found)


def _tables(letter: Letter) -> tuple[MessageTable | None, Correspondence | None, tuple[Fault, ...]]:
    """Return the tables of a message's type, and the letter's faults with what is to say about them."""
    kind, header = type_of(letter.header), letter.header
    table = message_table(kind, header.text(1, 1), header.text(1, 2))
    correspondence = CORRESPONDENCES.get(kind)
    faults = letter.faults
    release = header.text(1, 2)
    if table is None or correspondence is None:
        place = place_of(header, 1, "2.1")
        faults = (*faults, fault("unknown-message", place=place, found=shown(kind) or "no type is named"))
    elif not table.covers(release):
        said = {"type": kind, "found": shown(release) or "no directory", "expected": table.named}
        faults = (*faults, fault("unknown-directory", path=None, place=place_of(header, 1, "2.3"), **said))
    return table, correspondence, faults


def _nodes(
    letter: Letter, table: MessageTable, correspondence: Correspondence, bytes_at: BytesAt, most: int
) -> tuple[Sequence[Node], list[Fault]]:
    """Return the nodes at which the message's records begin, and at most so many faults of its segments."""
    source = Source(letter.form.characters, bytes_at, letter.offset, {})
    root, faults = matched(letter, table, source, most)
    top = SegmentNode(root, source, None)
    return (top.select(correspondence.at) if correspondence.at else (top,)), faults


def matched(letter: Letter, table: MessageTable, source: Source, most: int) -> tuple[Matched, list[Fault]]:
    """Return a message's segments as a tree by its table, and what is wrong with them, at most so many faults."""
    root, flaws = match(table, letter.segments, faults_max=most)
    if flaws or not most:  # a segment that the table does not have is left out of the tree, and counts all the same
        source.numbers.update((one.offset, number) for number, one in enumerate(letter.segments, start=2))
    faults: list[Fault] = []
    for code, index, params in flaws[:most]:
        segment = letter.segments[index] if index < len(letter.segments) else letter.header
        said = {"tag": named(segment.tag), **params, "type": table.type}
        faults.append(fault(code, path=None, place=place_of(segment, index + 2), **said))
    for number, segment in enumerate(letter.segments, start=2):
        if len(faults) >= most:
            break
        faults.extend(_of_segment(segment, number, source))
    faults.sort(key=lambda one: (one.place.segment or 0) if one.place else 0)
    return root, faults


def _of_segment(segment: Segment, number: int, source: Source) -> Iterator[Fault]:
    """Yield what is wrong with a segment by itself."""
    shape = segment_shape(segment.tag)
    if shape is None:
        return
    for code, element, component, params in check_segment(shape, segment.elements):
        said = {"tag": segment.tag, "element": element + 1, **params}
        place = place_in(segment, source, number, element, component)
        yield fault(_CODES.get(code, code), path=None, place=place, **said)


_CODES = {"too-long": "too-long-element", "too-short": "too-short-element"}
"""What the directory calls a fault → its code."""


class MessagePlaces:
    """The bytes of one message, to be asked where the fields of its records stand.

    The bytes begin at `offset` of the source, on `line`. They are matched once, and a record is traced when it is first
    asked for.
    """

    def __init__(self, raw: bytes, *, form: str | None, offset: int, line: int) -> None:
        self._offset = offset
        self._line = line
        self._correspondence: Correspondence | None = None
        self._nodes: Sequence[Node] = ()
        self._sites: dict[int, Mapping[str, Node]] = {}
        tokens = Tokens(io.BytesIO(raw), segment_bytes_max=len(raw) + 1)
        written = Form.parse(form)
        tokens.use(written.characters, charset_of(written.identifier))
        letter = next(iter(Envelopes(tokens, segments_max=len(raw), form=written)), None)
        if isinstance(letter, Letter):
            table, self._correspondence, _ = _tables(letter)
            if table is not None and self._correspondence is not None:
                source = lambda at, size: raw[at : at + size]  # noqa: E731 - the bytes at hand
                self._nodes, _ = _nodes(letter, table, self._correspondence, source, 0)

    def find(self, row: int, path: str) -> Place | None:
        """Return where the leaf at a pointer of the record with this number in the message stands."""
        if self._correspondence is None or not 0 < row <= len(self._nodes):
            return None
        if row not in self._sites:
            self._sites[row] = self._correspondence.lens.sites(self._nodes[row - 1])
        place = nearest(self._sites[row], path)
        if place is None:
            return None
        line = None if place.line is None else place.line + self._line - 1
        return msgspec.structs.replace(place, offset=(place.offset or 0) + self._offset, line=line)


def locate(raw: bytes, path: str, *, form: str | None, offset: int, line: int, row: int | None) -> Place | None:
    """Return where the leaf at a pointer stands, by reading the message's bytes again.

    `raw` begins at `offset` of the source, on `line`; `row` is the record's number in the message.
    """
    return MessagePlaces(raw, form=form, offset=offset, line=line).find(row or 1, path)
