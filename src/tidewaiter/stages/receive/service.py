"""Open a source for reading: recognise it, fit the mapping to its header, give head and records."""

from __future__ import annotations

from typing import BinaryIO

from tidewaiter.kernel.errors import MappingFault
from tidewaiter.kernel.records import Interchange, Message
from tidewaiter.kernel.settings import Settings
from tidewaiter.stages.receive.columnar import Columnar
from tidewaiter.stages.receive.header import check_fit, fit
from tidewaiter.stages.receive.json_lines import JsonLinesMessage
from tidewaiter.stages.receive.mapping import Mapping
from tidewaiter.stages.receive.model import Head, Opened
from tidewaiter.stages.receive.shelf import best_mappings
from tidewaiter.stages.receive.sniff import length_of, recognise
from tidewaiter.stages.receive.table import Table
from tidewaiter.stages.receive.table_reader import TableMessage
from tidewaiter.stages.receive.text_table import TextTable
from tidewaiter.stages.receive.workbook import Workbook

_HEADERS_SHOWN_MAX = 12


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
) -> Opened:
    """Open a source for reading.

    `stream` is binary and can be sought in; it must stay open while readings are taken. `name` is for messages
    alone: the format is told from the content, unless `format` says it (csv, xlsx, parquet, jsonl). A table needs
    a mapping; JSON lines of the canonical kinds need none.

    Raises Refused for what cannot be read at all, MappingFault where the mapping does not fit; both say what to do.
    """
    found = recognise(stream, name=name, settings=settings, wanted=format)
    length = length_of(stream)
    if found == "jsonl":
        head = _head(found, length, sender, kind="jsonl", directory=None)
        return JsonLinesMessage(stream, head, settings)
    table = open_table(
        stream, found, name=name, settings=settings, mapping=mapping, encoding=encoding, delimiter=delimiter
    )
    if mapping is None:
        raise _no_mapping(name, table.header)
    fitted = fit(mapping, table.header)
    check_fit(fitted, mapping, table.header, name)
    if isinstance(table, Columnar):
        used = {one for column in fitted.columns for one in column.headers}
        table.only([*used, *(table.header[index] for index in fitted.group or ())])
    head = _head(
        found,
        length,
        sender,
        kind=mapping.id,
        directory=mapping.sha256,
        mapping=mapping,
        notes=(*table.notes, *_notes(fitted.unused)),
    )
    return TableMessage(table, mapping, fitted, head, settings)


def open_table(
    stream: BinaryIO,
    found: str,
    *,
    name: str,
    settings: Settings,
    mapping: Mapping | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Table:
    """Open a table of a recognised format, with or without a mapping."""
    if found == "xlsx":
        return Workbook(stream, name=name, settings=settings, sheet=mapping.sheet if mapping else None)
    if found == "parquet":
        return Columnar(stream, name=name, settings=settings)
    return TextTable(stream, name=name, settings=settings, mapping=mapping, encoding=encoding, delimiter=delimiter)


def _head(
    found: str,
    length: int,
    sender: str | None,
    *,
    kind: str,
    directory: str | None,
    mapping: Mapping | None = None,
    notes: tuple[str, ...] = (),
) -> Head:
    """Say what is known of the message before its records are read."""
    interchange = Interchange(format=found, sender=sender, byte_length=length)
    message = Message(interchange=interchange, type=kind, directory=directory, byte_length=length)
    return Head(
        format=found,
        message=message,
        mapping=mapping.id if mapping else None,
        mapping_sha256=mapping.sha256 if mapping else None,
        notes=notes,
    )


def _notes(unused: tuple[str, ...]) -> tuple[str, ...]:
    """Say which columns the mapping does not read."""
    if not unused:
        return ()
    shown = ", ".join(repr(one) for one in unused[:_HEADERS_SHOWN_MAX])
    more = f" and {len(unused) - _HEADERS_SHOWN_MAX} more" if len(unused) > _HEADERS_SHOWN_MAX else ""
    return (f"Columns that the mapping does not read: {shown}{more}.",)


def _no_mapping(name: str, header: tuple[str, ...]) -> MappingFault:
    """Say that a table needs a mapping, and which ones would fit."""
    fitting = best_mappings(header)
    message = f"{name} is a table; a mapping must say which column is which field."
    if fitting:
        listed = " or ".join(f"--mapping {one}" for one in fitting)
        return MappingFault(message, f"Its header fits: {listed}.")
    return MappingFault(message, f"Let `tidewaiter mapping suggest {name}` write one, and give it with --mapping.")
