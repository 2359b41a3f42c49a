"""Open a source for reading: recognise it by its content, and hand it to the reader of its format."""

from __future__ import annotations

from typing import BinaryIO

from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.edifact.reader import EdifactSource
from tidewaiter.stages.receive.json.documents import JsonDocument
from tidewaiter.stages.receive.json.lines import JsonLinesMessage
from tidewaiter.stages.receive.model import Opened, head_of
from tidewaiter.stages.receive.sniff import length_of, recognise
from tidewaiter.stages.receive.tables.mapping import Mapping
from tidewaiter.stages.receive.tables.opening import open_table_message
from tidewaiter.stages.receive.xml.reader import XmlMessage
from tidewaiter.stages.receive.xml.schemas import Schemas


def open_source(
    stream: BinaryIO,
    *,
    name: str,
    settings: Settings,
    mapping: Mapping | None = None,
    format: str | None = None,  # noqa: A002 - the word of every door
    encoding: str | None = None,
    delimiter: str | None = None,
    sender: str | None = None,
    schemas: Schemas | None = None,
) -> Opened:
    """Open a source for reading.

    `stream` is binary and can be sought in; it must stay open while readings are taken. `name` is for messages
    alone: the format is told from the content, unless `format` says it. A table needs a mapping; messages need
    none. XML documents are held against the `schemas` that were loaded for them.

    Raises Refused for what cannot be read at all, MappingFault where the mapping does not fit; both say what to do.
    """
    found = recognise(stream, name=name, settings=settings, wanted=format)
    length = length_of(stream)
    if found == "jsonl":
        return JsonLinesMessage(stream, head_of(found, length, sender, kind="jsonl"), settings)
    if found == "edifact":
        return EdifactSource(stream, length=length, sender=sender, settings=settings)
    if found == "xml":
        return XmlMessage(stream, head_of(found, length, sender, kind="xml"), settings, schemas)
    if found == "json":
        return JsonDocument(stream, head_of(found, length, sender, kind="json"), settings)
    return open_table_message(
        stream,
        found,
        name=name,
        length=length,
        settings=settings,
        mapping=mapping,
        encoding=encoding,
        delimiter=delimiter,
        sender=sender,
    )
