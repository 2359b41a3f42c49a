"""Define what receiving gives: readings with their place in the source, faults, the message's head."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from tidewaiter.kernel.records import AnyRecord, Interchange, Message


class Place(msgspec.Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Where something stands in the source bytes.

    `offset` and `length` are bytes in the whole source; `line` and `row` count from 1 (line: physical line of
    text; row: data row of a table, the header not counted); `column` is the column's header; `cell` is a
    spreadsheet address such as Sheet1!F7; `xpath`, `segment`, `tag`, `element` are for XML and UN/EDIFACT.
    """

    offset: int | None = None
    length: int | None = None
    line: int | None = None
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    xpath: str | None = None
    segment: int | None = None
    tag: str | None = None
    element: str | None = None


class Fault(msgspec.Struct, gc=False, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Where reading stumbled. `rule` is the id of the SYN or STR rule broken; validate words it.

    `code` is a stable word for the case; `path` is the RFC 6901 pointer of the record's field, where there is one;
    `params` never hold a value of a personal field.
    """

    rule: str
    code: str
    path: str | None = None
    place: Place | None = None
    params: dict[str, str | int] = {}


class Reading(msgspec.Struct, gc=False, frozen=True, kw_only=True):
    """One record as it was read.

    `number` counts readings of the message from 1. `offset` and `length` are the bytes of the source that it came
    from (None where the format has no byte places per record); `line` is its first line, `row` its first data
    row; `rows` how many data rows it was made of. Several records of one UN/EDIFACT, XML or JSON message share its
    bytes and are told apart by `row`, their number in the message. `form` says how the bytes are written where that
    differs within a source: for UN/EDIFACT the service characters, the character set and the syntax version;
    `message` is the envelope that it came in, where the format has one a message. The record is as complete as could
    be read: what could not be read is None and has a fault.
    """

    number: int
    record: AnyRecord
    faults: tuple[Fault, ...] = ()
    offset: int | None = None
    length: int | None = None
    line: int | None = None
    row: int | None = None
    rows: int = 1
    form: str | None = None
    message: Message | None = None


class Layout(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Where every leaf of a table's records comes from: said once for the message, true for each record.

    `columns` maps a pointer with `{row}` for the index of a repeated item to the headers it was made from;
    `constants` maps a pointer to the mapping's constant. `header` is the table's header, in order; `header_row` is
    its row in the sheet of a workbook, from 1. A pointer's other indexes count the mapping's places: a part that a
    row leaves empty (a declaration without a seller) is left out of the record, so that later parts move up.
    `empty` names the texts that count as nothing in a column, where a blank cell is not the only one. `newline` is
    the byte that ends a row of text.
    """

    header: tuple[str, ...] = ()
    columns: dict[str, tuple[str, ...]] = {}
    constants: dict[str, str] = {}
    empty: dict[str, tuple[str, ...]] = {}
    delimiter: str | None = None
    encoding: str | None = None
    newline: str | None = None
    sheet: str | None = None
    header_row: int | None = None


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a message before its records are read."""

    format: str
    message: Message
    layout: Layout | None = None
    mapping: str | None = None
    mapping_sha256: str | None = None
    records_expected: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def byte_places(self) -> bool:
        """Whether records stand in stretches of bytes, each in its own or several in that of their message."""
        return self.format in {"csv", "jsonl", "json", "edifact", "xml"}


def head_of(
    found: str,
    length: int,
    sender: str | None,
    *,
    kind: str,
    directory: str | None = None,
    mapping: str | None = None,
    mapping_sha256: str | None = None,
    notes: tuple[str, ...] = (),
) -> Head:
    """Say what is known of a source of `length` bytes in the format `found` before its records are read."""
    interchange = Interchange(format=found, sender=sender, byte_length=length)
    message = Message(interchange=interchange, type=kind, directory=directory, byte_length=length)
    return Head(format=found, message=message, mapping=mapping, mapping_sha256=mapping_sha256, notes=notes)


class Opened(Protocol):
    """A message opened for reading: its head, and its records as a stream that needs no memory for the whole."""

    head: Head

    def readings(self, *, after_number: int = 0, from_offset: int | None = None) -> Iterator[Reading]:
        """Yield the readings after the given one; `from_offset` is where its bytes ended, where known."""
        ...
