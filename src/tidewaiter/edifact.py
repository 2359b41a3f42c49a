"""Read, check and write UN/EDIFACT without a node: segments, messages, their trees and records."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive import Fault, Place, Reading
from tidewaiter.stages.receive.edifact.charsets import charset_of
from tidewaiter.stages.receive.edifact.correspondences import CORRESPONDENCES
from tidewaiter.stages.receive.edifact.directory import (
    MESSAGES,
    MessageTable,
    SegmentShape,
    message_table,
    segment_shape,
)
from tidewaiter.stages.receive.edifact.envelopes import Envelopes
from tidewaiter.stages.receive.edifact.letters import Envelope, Form, Letter, directory_of, type_of
from tidewaiter.stages.receive.edifact.matching import Node
from tidewaiter.stages.receive.edifact.reader import EdifactSource, matched
from tidewaiter.stages.receive.edifact.segments import Segment, ServiceCharacters
from tidewaiter.stages.receive.edifact.tokens import Tokens
from tidewaiter.stages.receive.edifact.tree import Source as Bytes
from tidewaiter.stages.receive.edifact.writer import Written, write_interchange, write_message

__all__ = [
    "MESSAGES",
    "Envelope",
    "Fault",
    "Form",
    "Letter",
    "MessageTable",
    "Node",
    "Place",
    "Reading",
    "Segment",
    "SegmentShape",
    "ServiceCharacters",
    "Written",
    "directory_of",
    "letters",
    "message_table",
    "readings",
    "segment_shape",
    "segments",
    "tree",
    "type_of",
    "write",
]

Source = bytes | BinaryIO
"""An interchange, or several: its bytes, or a stream of them that can be sought in."""


def segments(source: Source, *, form: Form | None = None, settings: Settings | None = None) -> Iterator[Segment]:
    """Yield the segments of a source, with elements, components and places; service segments too.

    Reads a stream in pieces of 256 KiB. Without a `form`, service characters come from UNA and text is read as UTF-8;
    `letters` also heeds the character set and the syntax version of UNB. Never raises on bytes: what is wrong with a
    segment stands in its `flaws`.
    """
    tokens = Tokens(_stream(source), segment_bytes_max=(settings or Settings()).edifact_segment_bytes_max)
    if form is not None:
        tokens.use(form.characters, charset_of(form.identifier))
    return iter(tokens)


def letters(source: Source, *, settings: Settings | None = None) -> Iterator[Letter | Envelope]:
    """Yield every message with its segments and the faults of its envelope; an Envelope where UNB or UNZ is at fault.

    One message is in memory at a time, of at most `edifact_segments_max` segments (a longer one is not `whole`).
    """
    settings = settings or Settings()
    tokens = Tokens(_stream(source), segment_bytes_max=settings.edifact_segment_bytes_max)
    return iter(Envelopes(tokens, segments_max=settings.edifact_segments_max))


def tree(letter: Letter, source: Source, *, settings: Settings | None = None) -> tuple[Node, list[Fault]] | None:
    """Return a message's segments as the tree of its groups, and what is wrong with their order, number and elements.

    `source` is what the letter was read from; faults point into its bytes. The table is that of the message's
    directory, or of the nearest one. None for a type that is not in `MESSAGES`.
    """
    header, stream = letter.header, _stream(source)
    table = message_table(type_of(header), header.text(1, 1), header.text(1, 2))
    if table is None:
        return None

    def bytes_at(offset: int, length: int) -> bytes:
        stream.seek(offset)
        return stream.read(length)

    from_source = Bytes(letter.form.characters, bytes_at, letter.offset, {})
    return matched(letter, table, from_source, (settings or Settings()).faults_per_record_max)


def readings(source: Source, *, settings: Settings | None = None) -> Iterator[Reading]:
    """Yield the records that the messages say, each with its faults and its bytes' place in the source.

    A message of a type that has no correspondence, or that cannot be read, is a record of kind Message.
    """
    stream = _stream(source)
    length = stream.seek(0, io.SEEK_END)
    return EdifactSource(stream, length=length, sender=None, settings=settings or Settings()).readings()


def write(
    messages: Sequence[tuple[str, Sequence[AnyRecord]]],
    *,
    sender: str,
    recipient: str,
    reference: str,
    at: datetime,
    lines: bool = False,
) -> bytes:
    """Return an interchange of messages: of each its type, for example CUSCAR, and its records.

    What a message cannot carry is left out. `at` is the moment of preparation, with its offset; `lines` ends every
    segment with a line. Raises KeyError for a type that has no correspondence.
    """
    written = [write_message(CORRESPONDENCES[kind], records) for kind, records in messages]
    return write_interchange(written, sender=sender, recipient=recipient, reference=reference, at=at, lines=lines)


def _stream(source: Source) -> BinaryIO:
    """Return a source as a stream."""
    return io.BytesIO(source) if isinstance(source, bytes) else source
