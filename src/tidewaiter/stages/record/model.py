"""Define what recording gives: versions of records, receipts, messages, the repair queue's entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from tidewaiter.kernel.records import AnyRecord
from tidewaiter.stages.receive import Layout, Reading
from tidewaiter.stages.validate import Finding


class Checked(msgspec.Struct, frozen=True, gc=False):
    """A reading with what validation found in it: what `keep` takes."""

    reading: Reading
    findings: tuple[Finding, ...]


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a record beside others, asked while it is kept.

    `amended` is asked of a record that changes one that is kept, or one that nobody knows (None); `together` of a
    record and the others, the oldest first, that name a transport document of it.
    """

    amended: Callable[[AnyRecord, AnyRecord | None], tuple[Finding, ...]]
    together: Callable[[AnyRecord, Sequence[AnyRecord]], tuple[Finding, ...]]


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a source: its first byte's offset, the offset after its last, and its bytes in pieces."""

    offset: int
    end: int
    octets: Iterator[bytes]


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a number of readings."""

    read: int = 0
    kept: int = 0
    repair: int = 0
    duplicates: int = 0
    amendments: int = 0
    findings: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Add up, field by field."""
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__})


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A message as the node knows it.

    `digest` is of its bytes, by the node's own key. `state` is open (being received), complete or refused.
    `readings` counts those that are kept; `next_offset` is where the source goes on, in bytes, where the format has
    byte places.
    """

    id: int
    digest: str
    name: str
    format: str
    sender: str | None
    mapping: str | None
    octets: int
    state: str
    readings: int
    next_offset: int | None
    counts: Counts
    received_at: datetime
    layout: Layout | None
    reason: str | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What is acknowledged: these readings are on the disk, and the batch that holds them."""

    batch: int
    message: int | None
    first: int
    last: int
    counts: Counts
    versions: tuple[tuple[bytes, int], ...] = ()


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a record, read back.

    `state` is kept (nothing wrong that stops it), repair (errors wait for an officer), settled (was in repair until
    a later version came) or closed (an officer took it off the queue as it is). `number`, `offset`, `length`, `line`,
    `row` say where in its message it came from, `form` how those bytes are written where that differs within a message.
    `hidden` are the pointers of personal fields, each with the shape of its value; `personal` says whether `record` has
    them: none (there are none), sealed (it does not), open, destroyed or partly destroyed.
    """

    record_key: bytes
    version: int
    kind: str
    reference: str
    state: str
    day: date | None
    function: str | None
    record: AnyRecord
    batch: int
    message: int | None
    number: int
    offset: int | None
    length: int | None
    line: int | None
    row: int | None
    form: str | None
    received_at: datetime
    officer: str
    reason: str | None
    errors: int
    warnings: int
    hidden: Mapping[str, Any] = {}
    personal: str = "none"


class RepairEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A record that waits for repair: which, from where, since when, and its errors' rules; `id` orders the queue."""

    id: int
    record_key: bytes
    version: int
    kind: str
    reference: str
    message_name: str | None
    line: int | None
    row: int | None
    received_at: datetime
    errors: int
    rules: tuple[str, ...]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A correction of one field: an RFC 6901 pointer and the new value, None to take it out."""

    path: str
    value: str | int | float | bool | None
